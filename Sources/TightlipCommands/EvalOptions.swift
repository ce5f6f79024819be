internal import ArgumentParser
internal import Foundation
internal import Glibc
import TightlipEvaluation

/// Options that say how corpora are read.
struct EvalInputOptions: ParsableArguments {
  @Option(help: "The format of the corpora: tightlip, ndjson, i2b2, brat or presidio; told by content without it.")
  var inputFormat: CorpusFormat?

  @Option(help: "What start and end of spans count: utf8, codepoint or utf16.")
  var offsets: OffsetUnit?

  @Option(help: "Take the rows whose id hashes to an even number (learning), an odd one (checking), or all.")
  var part: CorpusPart = .all

  @Option(
    help: ArgumentHelp("A label map; may be repeated. Each is used for the corpus it names, a single one for all.", valueName: "file"))
  var labels: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where label maps are looked for by the corpus's name; without it in labels/ beside the corpus and in Corpus/labels.",
      valueName: "dir"))
  var labelFolder: String?

  /// Reads corpora and applies their label maps.
  func read(_ paths: [String], types: TypeSet?) throws -> [JudgedCorpus] {
    var judged: [JudgedCorpus] = []
    for path in try paths.flatMap({ path throws(EvaluationError) in try CorpusReader.corpora(at: path) }) {
      var reader = CorpusReader()
      reader.format = inputFormat
      reader.part = part
      let map = try labelMap(for: path, format: try inputFormat ?? reader.detect(path))
      reader.rowMember = map.rowMember
      reader.offsets = offsets ?? map.offsets
      judged.append(try JudgedCorpus(try reader.read(path), map, types: types))
    }
    return judged
  }

  private func labelMap(for path: String, format: CorpusFormat) throws -> LabelMap {
    let name = CorpusReader.name(of: path)
    if labels.count == 1 { return try LabelMap(file: labels[0]) }
    if let file = labels.first(where: { CorpusReader.name(of: $0) == name }) { return try LabelMap(file: file) }
    if format == .tightlip { return .identity }
    var names = [name]
    if format == .i2b2 { names.append("i2b2_2014") }
    if format == .presidio { names.append("presidio_research") }
    for folder in folders(path) {
      for name in names {
        let file = folder + "/\(name).yaml"
        if FileManager.default.isReadableFile(atPath: file) { return try LabelMap(file: file) }
      }
    }
    return .identity
  }

  private func folders(_ path: String) -> [String] {
    if let labelFolder { return [labelFolder] }
    var folders = [URL(fileURLWithPath: path).deletingLastPathComponent().path + "/labels"]
    var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    folders.append(folder.path + "/../share/tightlip/labels")
    for _ in 0..<6 {
      folders.append(folder.path + "/Corpus/labels")
      folder.deleteLastPathComponent()
    }
    return folders
  }
}

/// Limits that decide the exit code.
struct EvalLimitOptions: ParsableArguments {
  /// `0.95`, or `PERSON=0.95` for one row of the table.
  struct Limit: ExpressibleByArgument {
    var row: String?
    var value: Double

    init?(argument: String) {
      let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
      guard let last = parts.last, let value = Double(last), (0...1).contains(value) else { return nil }
      row = parts.count == 2 ? parts[0] : nil
      self.value = value
    }
  }

  @Option(help: ArgumentHelp("The least recall, over all types or TYPE=… for one; may be repeated.", valueName: "share"))
  var minRecall: [Limit] = []

  @Option(help: ArgumentHelp("The least precision, likewise.", valueName: "share"))
  var minPrecision: [Limit] = []

  @Option(help: ArgumentHelp("The least F2, likewise.", valueName: "share"))
  var minF2: [Limit] = []

  @Option(help: ArgumentHelp("The least share of right actions.", valueName: "share"))
  var minActionAccuracy: Double?

  @Option(help: ArgumentHelp("The largest leak.", valueName: "share"))
  var maxLeak: Double?

  @Option(help: ArgumentHelp("The largest strict leak.", valueName: "share"))
  var maxStrictLeak: Double?

  @Option(help: ArgumentHelp("The largest over-redaction.", valueName: "share"))
  var maxOver: Double?

  @Option(help: ArgumentHelp("The largest false-alarm rate.", valueName: "share"))
  var maxFalseAlarm: Double?

  @Option(help: "The level of recall, precision and F2 in limits.")
  var limitLevel: MatchLevel = .covered

  /// Holds every corpus to every limit.
  ///
  /// - Throws: ``ProblemsFound`` where one is missed, ``ConfigurationProblem`` where a corpus lacks what a
  ///   limit speaks of.
  func check(_ report: EvaluationReport) throws {
    var missed: [String] = []
    for corpus in report.corpora {
      func hold(_ name: String, _ value: Double?, _ limit: Double?, isLeast: Bool) throws {
        guard let limit else { return }
        guard let value else {
          throw ConfigurationProblem(
            "\(corpus.name): nothing to hold \(name) against\n  to mend it: leave the limit out, or name a corpus that has it")
        }
        guard isLeast ? value < limit : value > limit else { return }
        let figure = String(format: "%.4f", value)
        missed.append("\(corpus.name): \(name) is \(figure), \(isLeast ? "less" : "more") than \(limit)")
      }
      func holdRows(_ name: String, _ limits: [Limit], _ value: (CorpusReport.Level) -> Estimate) throws {
        for limit in limits {
          let row = limit.row.map { name in corpus.rows.first { $0.name == name || $0.types.contains(name) } } ?? corpus.all
          let figure = row?.levels[limitLevel.name].flatMap { value($0).value }
          try hold(limit.row.map { "\(name) of \($0)" } ?? name, figure, limit.value, isLeast: true)
        }
      }
      try holdRows("recall", minRecall) { $0.recall }
      try holdRows("precision", minPrecision) { $0.precision }
      try holdRows("F2", minF2) { $0.f2 }
      try hold("action accuracy", corpus.actionAccuracy.value, minActionAccuracy, isLeast: true)
      try hold("leak", corpus.leak.value, maxLeak, isLeast: false)
      try hold("strict leak", corpus.strictLeak.value, maxStrictLeak, isLeast: false)
      try hold("over", corpus.over.value, maxOver, isLeast: false)
      try hold("false alarm", corpus.falseAlarm.value, maxFalseAlarm, isLeast: false)
    }
    guard !missed.isEmpty else { return }
    for line in missed { try StandardStreams.print("missed: " + line, to: STDERR_FILENO) }
    throw ProblemsFound()
  }
}
