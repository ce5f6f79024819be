internal import ArgumentParser
internal import Foundation
internal import Glibc
import Tightlip
import TightlipCore
import TightlipEvaluation

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measures detection and verdicts on annotated messages.",
    discussion: """
      A corpus is this project's NDJSON, NDJSON with {text, spans}, i2b2 2014 XML, brat standoff or \
      presidio-research JSON; a folder of NDJSON files is several. What each figure means: \
      Evaluation.md. Exit code 0, 1 when a limit given with --min-… or --max-… is missed, 2 when it \
      could not be run.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, markdown, html }

  @Argument(help: ArgumentHelp("A corpus: a file or a folder.", valueName: "corpus"))
  var corpora: [String]

  @OptionGroup var setup: SetupOptions

  @OptionGroup(title: "Corpus") var input: EvalInputOptions

  @OptionGroup(title: "Limits") var limits: EvalLimitOptions

  @Option(help: "table, markdown, html for a page with charts, or json for tools.")
  var format: Format = .table

  @Option(help: "What the figures by type are matched by: covered, strict, overlap, token or character.")
  var level: MatchLevel = .covered

  @Option(help: "The intersection over union from which on two spans overlap enough.")
  var iou = 0.5

  @Option(help: ArgumentHelp("Judge these types only, separated by commas.", valueName: "types"))
  var types: String?

  @Option(help: ArgumentHelp("How often messages are drawn for the 95 % intervals; 0 for none.", valueName: "n"))
  var bootstrap = 1000

  @Option(help: "The seed of all drawing.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Judge the answers in this file instead of running a pack.", valueName: "file"))
  var predictions: String?

  @Option(help: ArgumentHelp("A label map for the labels in that file.", valueName: "file"))
  var predictionLabels: String?

  @Option(
    help: ArgumentHelp(
      "Compare with another pack (folder), policy (.yaml), file of predictions (.ndjson) or saved report (.json).",
      valueName: "other"))
  var compare: String?

  @Option(
    defaultAsFlag: 5, parsing: .next,
    help: ArgumentHelp("List misses, false alarms and wrong actions with their text, up to so many in each group.", valueName: "n"))
  var errors: Int?

  @Flag(help: "Also the figures at other thresholds, by rule, and types taken for each other; in json, html has them always.")
  var details = false

  @Option(help: ArgumentHelp("Write the answers, without any text; for several corpora a folder.", valueName: "file"))
  var writePredictions: String?

  func validate() throws {
    guard iou > 0, iou <= 1 else { throw ValidationError("--iou is above 0 and at most 1") }
    guard (0...100_000).contains(bootstrap) else { throw ValidationError("--bootstrap is from 0 to 100000") }
    guard predictionLabels == nil || predictions != nil || compare != nil else {
      throw ValidationError("--prediction-labels explains the file of --predictions or --compare")
    }
    guard errors.map({ $0 >= 0 }) ?? true else { throw ValidationError("--errors is a count") }
    guard errors == nil || format == .table || format == .html else { throw ValidationError("--errors goes with --format table or html") }
  }

  func run() throws {
    if errors != nil { try refuseMeasuredOnly() }
    let judgedTypes = try types.map(Self.typeSet)
    let judged = try input.read(corpora, types: judgedTypes)
    let detector = try makeDetector()
    let other = try compare.map(makeOther)
    let resampling = Bootstrap(samples: bootstrap, seed: seed)
    var reports: [CorpusReport] = []
    var comparisons: [Comparison] = []
    var lists: [ErrorList] = []
    for corpus in judged {
      let answers = try detector.answers(corpus.corpus)
      let evaluation = Evaluation(corpus, answers, overlapThreshold: iou)
      if let writePredictions { try write(answers, corpus.corpus, to: writePredictions, isOne: judged.count == 1) }
      var report = CorpusReport(evaluation, resampling, keepsMessages: format == .json)
      if format == .html || details {
        report.details = CorpusDetails(evaluation, filter: detector.filter, overlapThreshold: iou)
      }
      reports.append(report)
      if let other {
        comparisons.append(
          Comparison(
            corpus: corpus.corpus.name, (detector.name, evaluation.table),
            (other.name, try other.table(corpus, overlapThreshold: iou)), level: level, resampling))
      }
      if let errors {
        lists.append(ErrorList(ErrorFinder(evaluation, filter: detector.filter).find(), corpus.corpus, limit: errors))
      }
    }
    var report = EvaluationReport(
      tool: Version.text, detector: detector.name, overlapThreshold: iou, bootstrapSamples: bootstrap, seed: seed,
      corpora: reports)
    if other != nil { report.comparisons = comparisons }
    try show(report, lists)
    try limits.check(report)
  }

  private func show(_ report: EvaluationReport, _ lists: [ErrorList]) throws {
    switch format {
    case .table:
      try StandardStreams.print(TableReport.text(report, style: .terminal, level: level))
      for list in lists { try StandardStreams.print(list.text) }
    case .html: try StandardStreams.print(HTMLReport.page(report, errors: lists))
    case .markdown: try StandardStreams.print(TableReport.text(report, style: .markdown, level: level))
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try StandardStreams.write(Array(try encoder.encode(report)) + [10])
    }
  }

  /// Rows that are kept for measuring would be lost for it once somebody had looked at what is missed there.
  private func refuseMeasuredOnly() throws {
    let isTest = corpora.contains { CorpusReader.name(of: $0) == "test" }
    guard input.part == .checking || isTest else { return }
    throw ConfigurationProblem(
      "--errors: \(isTest ? "a test split" : "the part for checking") is only measured, its errors are not listed\n"
        + "  to mend it: name a corpus for development, or --part learning")
  }

  /// What `--compare` names, told by what is there.
  private func makeOther(_ path: String) throws -> EvaluatedDetector {
    var options = setup
    if FileManager.default.fileExists(atPath: path + "/pack.yaml") {
      options.pack = path
      return .filter(try options.makeFilter())
    }
    switch URL(fileURLWithPath: path).pathExtension {
    case "yaml", "yml":
      options.policy = path
      return .filter(try options.makeFilter())
    case "json": return .report(path, try EvaluationReport.read(path))
    default: return .predictions(path, try predictionMap(), input.offsets)
    }
  }

  private func predictionMap() throws -> LabelMap {
    if let predictionLabels { return try LabelMap(file: predictionLabels) }
    return .identity
  }

  private func makeDetector() throws -> EvaluatedDetector {
    if let predictions { return .predictions(predictions, try predictionMap(), input.offsets) }
    return .filter(try setup.makeFilter())
  }

  private func write(_ answers: [Answer], _ corpus: Corpus, to path: String, isOne: Bool) throws {
    var path = path
    if !isOne {
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw EvaluationError(path, "cannot be made", remedy: "name a folder for the answers to several corpora")
      }
      path += "/\(corpus.name).ndjson"
    }
    try PredictionFile.write(answers, of: corpus, to: path)
  }

  static func typeSet(_ list: String) throws -> TypeSet {
    TypeSet(try list.split(separator: ",").map { name in
      guard let type = EntityType(name: name), type.entityClass != .topic else {
        throw ConfigurationProblem("--types: \"\(name)\" is no entity type with a place in the text\n  to mend it: use names as PERSON, separated by commas")
      }
      return type
    })
  }
}

extension MatchLevel: ExpressibleByArgument {
  public init?(argument: String) {
    guard let level = MatchLevel.allCases.first(where: { $0.name == argument }) else { return nil }
    self = level
  }

  public static var allValueStrings: [String] { allCases.map(\.name) }

  public var defaultValueDescription: String { name }
}

extension CorpusFormat: ExpressibleByArgument {}
extension CorpusPart: ExpressibleByArgument {}
extension OffsetUnit: ExpressibleByArgument {}

/// Where answers come from.
enum EvaluatedDetector {
  case filter(Filter)
  case predictions(String, LabelMap, OffsetUnit?)
  /// Only for comparing: a report holds counts, and no answers.
  case report(String, EvaluationReport)

  var name: String {
    switch self {
    case .filter(let filter): "pack \(filter.packName) \(filter.packVersion), policy \(filter.policy.name)"
    case .predictions(let path, _, _): "predictions \(path)"
    case .report(let path, _): "report \(path)"
    }
  }

  /// The filter that answers, where one does.
  var filter: Filter? {
    if case .filter(let filter) = self { filter } else { nil }
  }

  /// The counts of every message.
  func table(_ judged: JudgedCorpus, overlapThreshold: Double) throws(EvaluationError) -> CountTable {
    if case .report(let path, let report) = self {
      return try report.table(for: judged, overlapThreshold: overlapThreshold, path: path)
    }
    return Evaluation(judged, try answers(judged.corpus), overlapThreshold: overlapThreshold).table
  }

  func answers(_ corpus: Corpus) throws(EvaluationError) -> [Answer] {
    switch self {
    case .filter(let filter): Detector.answers(filter, corpus)
    case .predictions(let path, let map, let offsets):
      try PredictionFile.read(path, for: corpus, map, offsets: offsets)
    case .report(let path, _):
      throw EvaluationError(path, "holds counts, and no answers", remedy: "name a pack, or a file of predictions")
    }
  }
}
