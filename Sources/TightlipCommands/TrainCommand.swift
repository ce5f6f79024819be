internal import ArgumentParser
internal import Foundation
import Glibc
import Tightlip
import TightlipEvaluation
import TightlipRules
import TightlipTagger

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learns the tagger's weights from annotated texts.",
    discussion: """
      The same texts, pack and seed give the same weights. Of other people's corpora only the part \
      for learning is read (SHA-256 of the id begins with an even byte), less a tenth held back for \
      choosing thresholds; what their labels mean stands in the label maps.
      """)

  @Option(help: ArgumentHelp("A corpus of this project, NDJSON; may be repeated.", valueName: "file"))
  var corpus: [String] = []

  @Option(help: ArgumentHelp("How often each of these is learned from in one pass.", valueName: "n"))
  var repetitions: [Int] = []

  @Option(
    help: ArgumentHelp(
      "A corpus of this project that is not learned from; the loss on it is reported.", valueName: "file"))
  var heldOut: String?

  @Option(help: ArgumentHelp("A folder with corpora of others.", valueName: "dir"))
  var also: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Label maps of those corpora to learn from.", valueName: "files"))
  var labels: [String] = []

  @Option(help: ArgumentHelp("Where to write the weights.", valueName: "file"))
  var out: String

  @Option(help: ArgumentHelp("The folder of the pack.", valueName: "dir"))
  var pack: String?

  @Option(help: "Passes over all texts.")
  var passes = TaggerTrainer.Options().passes

  @Option(help: "The seed of everything that is drawn at random.")
  var seed = TaggerTrainer.Options().seed

  @Option(help: "Bits of a row number: 17 are 131,072 rows.")
  var bits = TaggerTrainer.Options().bits

  @Option(help: "The step of learning.")
  var rate = TaggerTrainer.Options().rate

  @Option(help: "How much a weight shrinks with each step, as a share of it.")
  var decay = TaggerTrainer.Options().decay

  @Option(help: "Percent of words that pretend to be in no list.")
  var listDropout = TaggerTrainer.Options().listDropout

  @Option(help: "Percent of words that pretend to be unknown.")
  var wordDropout = TaggerTrainer.Options().wordDropout

  @Option(help: "In how many texts a word must stand for weights of its own.")
  var minimumTexts = TaggerTrainer.Options().minimumTexts

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Leave features out, by position, to find out what they buy.", valueName: "n"))
  var withoutFeatures: [Int] = []

  func validate() throws {
    guard (8...20).contains(bits), passes > 0 else {
      throw ValidationError("--bits is from 8 to 20, --passes above 0")
    }
    guard repetitions.isEmpty || repetitions.count == corpus.count else {
      throw ValidationError("give --repetitions once for each --corpus, or not at all")
    }
  }

  func run() throws {
    var reader = LearningReader()
    var heldOutReader = LearningReader()
    for (number, file) in corpus.enumerated() {
      try reader.addOwn(file, repetitions: repetitions.isEmpty ? 1 : repetitions[number])
    }
    if let heldOut { try heldOutReader.addOwn(heldOut, repetitions: 1) }
    if let also {
      for map in try labels.map(Self.labelMap) {
        let file = "\(also)/\(map.corpus).ndjson"
        try reader.addOther(file, map: map)
        if heldOut != nil { try heldOutReader.addOther(file, map: map, heldBack: true) }
      }
    }
    var filterOptions = Filter.Options()
    filterOptions.usesTagger = false
    let filter = try Filter(pack: try PackLocation.find(pack), options: filterOptions)
    var trainer = TaggerTrainer(options)
    let weights = trainer.train(reader.texts, heldOut: heldOutReader.texts, filter: filter) { line in
      try? StandardStreams.print(line, to: STDERR_FILENO)
    }
    try Data(weights.text(comments: comments(reader.sources))).write(to: URL(fileURLWithPath: out))
  }

  private static func labelMap(_ file: String) throws -> LabelMapFile {
    do throws(RulesError) {
      return try LabelMapFile.read(file)
    } catch {
      throw ConfigurationProblem(error.diagnostics.map(\.description).joined(separator: "\n"))
    }
  }

  private var options: TaggerTrainer.Options {
    var options = TaggerTrainer.Options()
    options.passes = passes
    options.seed = seed
    options.bits = bits
    options.rate = rate
    options.decay = decay
    options.listDropout = listDropout
    options.wordDropout = wordDropout
    options.minimumTexts = minimumTexts
    options.withoutFeatures = Set(withoutFeatures)
    return options
  }

  private func comments(_ sources: [LearningSource]) -> [String] {
    var lines = [
      "The tagger's weights. Made by `tightlip train`; do not edit, learn again.",
      "One line for each row that is not all zeros: its number, then a weight for each label.",
      "Learned from (name, texts, licence, source):",
    ]
    lines += sources.map { "  \($0.name), \($0.texts), \($0.licence), \($0.source)" }
    lines.append(
      "passes \(passes), seed \(seed), rate \(rate), decay \(decay), list dropout \(listDropout) %, "
        + "word dropout \(wordDropout) %, repetitions \(repetitions.map(String.init).joined(separator: " "))")
    return lines
  }
}
