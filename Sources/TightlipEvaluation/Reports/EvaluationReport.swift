internal import Foundation
internal import TightlipCore

/// Everything an evaluation found, for people and tools. Holds no text of a message, unless errors were
/// asked for.
package struct EvaluationReport: Codable, Sendable {
  /// Raised when a member changes its meaning.
  package var format = 1
  package var tool: String
  /// What was measured: a pack, or a file of predictions.
  package var detector: String
  package var overlapThreshold: Double
  package var bootstrapSamples: Int
  package var seed: UInt64
  package var corpora: [CorpusReport]
  /// Against another detector, one for each corpus.
  package var comparisons: [Comparison]?

  package init(
    tool: String, detector: String, overlapThreshold: Double, bootstrapSamples: Int, seed: UInt64, corpora: [CorpusReport]
  ) {
    self.tool = tool
    self.detector = detector
    self.overlapThreshold = overlapThreshold
    self.bootstrapSamples = bootstrapSamples
    self.seed = seed
    self.corpora = corpora
  }
}

/// The figures of one corpus. Shares, from 0 to 1.
package struct CorpusReport: Codable, Sendable {
  /// Figures of a row at one level.
  package struct Level: Codable, Sendable {
    package var gold: Int
    package var found: Int
    package var predicted: Int
    package var right: Int
    package var precision: Estimate
    package var recall: Estimate
    package var f1: Estimate
    package var f2: Estimate
  }

  /// A group of types that the corpus tells apart from others.
  package struct Row: Codable, Sendable {
    package var name: String
    /// The types of ours in it.
    package var types: [String]
    /// By ``MatchLevel/name``.
    package var levels: [String: Level]
  }

  /// A label of the corpus.
  package struct Label: Codable, Sendable {
    package var name: String
    package var types: [String]
    package var gold: Int
    package var recall: Estimate
    package var recallAsAnything: Estimate
  }

  package var name: String
  package var part: String
  package var messages: Int
  package var withPHI: Int
  package var incomplete: Int
  package var leak: Estimate
  package var strictLeak: Estimate
  package var over: Estimate
  package var falseAlarm: Estimate
  package var actionAccuracy: Estimate
  /// All types, each as itself.
  package var all: Row
  /// Types do not matter.
  package var anyType: Row
  package var rows: [Row]
  package var labels: [Label]
  /// How many messages got each action.
  package var actions: [String: Int]
  /// `[should][got]`, outbound messages with an annotated action.
  package var actionConfusion: [String: [String: Int]]?
  package var inboundActions: [String: Int]?
  /// Findings of each type.
  package var findings: [String: Int]
  /// Labels whose spans are not judged.
  package var unjudged: [String: Int]
  /// Labels of the map that no text has.
  package var unseen: [String]
  /// What stands behind the figures, where it was asked for.
  package var details: CorpusDetails?
  /// What the counts of messages mean; see ``CountLayout/signature``.
  package var layout: String
  /// The counts of each message, for paired tests against a later report.
  package var perMessage: [MessageLine]?

  /// The counts of one message.
  package struct MessageLine: Codable, Sendable {
    package var id: String
    /// "slot:value" and blanks.
    package var counts: String
  }
}

extension CorpusReport {
  /// The report on an evaluation.
  ///
  /// - Parameter keepsMessages: also the counts of each message.
  /// - Complexity: linear in messages times samples.
  package init(_ evaluation: Evaluation, _ bootstrap: Bootstrap, keepsMessages: Bool = false) {
    let judged = evaluation.judged
    let layout = judged.layout
    let sums = evaluation.table.total()
    let rowsShown = (0...layout.severalRow).filter { row in
      sums[layout.slot(row, .covered, .gold)] + sums[layout.slot(row, .covered, .predicted)]
        + sums[layout.slot(row, .character, .predicted)] > 0
    }
    // Every metric is resampled in one go.
    var metrics: [Metric] = [.leak, .strictLeak, .over, .falseAlarm, .actionAccuracy]
    for label in layout.labels.indices { metrics += [.labelRecall(label), .labelRecallAsAnything(label)] }
    let selections = [.all, .one(layout.anyTypeRow)] + rowsShown.map { Metric.RowSelection.one($0) }
    for row in selections {
      for level in MatchLevel.allCases {
        metrics += [.precision(row: row, level), .recall(row: row, level), .f(beta: 1, row: row, level), .f(beta: 2, row: row, level)]
      }
    }
    let estimates = Dictionary(uniqueKeysWithValues: zip(metrics, bootstrap.estimates(evaluation.table, metrics)))
    func level(_ row: Metric.RowSelection, _ level: MatchLevel) -> Level {
      func sum(_ part: CountLayout.Part) -> Int { Metric.sum(sums, layout, row, level, part) }
      return Level(
        gold: sum(.gold), found: sum(.found), predicted: sum(.predicted), right: sum(.right),
        precision: estimates[.precision(row: row, level)]!, recall: estimates[.recall(row: row, level)]!,
        f1: estimates[.f(beta: 1, row: row, level)]!, f2: estimates[.f(beta: 2, row: row, level)]!)
    }
    func row(_ name: String, _ types: TypeSet, _ selection: Metric.RowSelection) -> Row {
      Row(
        name: name, types: types.types.map(\.name),
        levels: Dictionary(uniqueKeysWithValues: MatchLevel.allCases.map { ($0.name, level(selection, $0)) }))
    }
    name = judged.corpus.name
    part = judged.corpus.part.rawValue
    messages = evaluation.table.messageCount
    withPHI = sums[layout.slot(.withPHI)]
    incomplete = evaluation.answers.count { $0.isIncomplete }
    leak = estimates[.leak]!
    strictLeak = estimates[.strictLeak]!
    over = estimates[.over]!
    falseAlarm = estimates[.falseAlarm]!
    actionAccuracy = estimates[.actionAccuracy]!
    all = row("all", [], .all)
    anyType = row(layout.name(ofRow: layout.anyTypeRow), [], .one(layout.anyTypeRow))
    rows = rowsShown.map {
      row(layout.name(ofRow: $0), $0 < layout.groups.count ? layout.groups[$0] : [], .one($0))
    }
    labels = layout.labels.enumerated().compactMap { number, name in
      let gold = sums[layout.slot(label: number, .gold)]
      guard gold > 0 else { return nil }
      let types = judged.texts.lazy.flatMap(\.gold).first { $0.label == number }?.types ?? []
      return Label(
        name: name, types: types.types.map(\.name), gold: gold, recall: estimates[.labelRecall(number)]!,
        recallAsAnything: estimates[.labelRecallAsAnything(number)]!)
    }
    let taken = evaluation.actions()
    func named(_ counts: [Int]) -> [String: Int] {
      Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0.name, counts[Int($0.rawValue)]) })
    }
    actions = named(taken.all)
    if taken.isAnnotated {
      actionConfusion = Dictionary(
        uniqueKeysWithValues: Action.allCases.map { ($0.name, named(taken.outbound[Int($0.rawValue)])) })
      inboundActions = named(taken.inbound)
    }
    var findings: [String: Int] = [:]
    for answer in evaluation.answers {
      for prediction in answer.predictions { findings[CountLayout.name(of: prediction.types), default: 0] += 1 }
      for topic in answer.topics.types { findings[topic.name, default: 0] += 1 }
    }
    self.findings = findings
    unjudged = judged.unjudged
    unseen = judged.unseen
    self.layout = layout.signature
    if keepsMessages {
      perMessage = judged.corpus.texts.enumerated().map { number, text in
        MessageLine(id: text.id, counts: evaluation.table.line(of: number))
      }
    }
  }
}

extension EvaluationReport {
  /// A report that was saved as JSON.
  ///
  /// - Throws: ``EvaluationError`` where the file is none.
  package static func read(_ path: String) throws(EvaluationError) -> EvaluationReport {
    let bytes = try CorpusReader.bytes(path)
    guard let report = try? JSONDecoder().decode(EvaluationReport.self, from: bytes) else {
      throw EvaluationError(path, "is no saved report", remedy: "save one with: tightlip eval … --format json > FILE")
    }
    return report
  }

  /// The counts of every message of a corpus as this report has them, in the order of the corpus.
  ///
  /// - Throws: ``EvaluationError`` where they are of other messages, or judged in another way.
  package func table(for judged: JudgedCorpus, overlapThreshold: Double, path: String) throws(EvaluationError) -> CountTable {
    let remedy = "save it again with the same corpus, --part, --types, --iou and label map"
    guard let corpus = corpora.first(where: { $0.name == judged.corpus.name }), let messages = corpus.perMessage else {
      throw EvaluationError(path, "has no messages of the corpus \(judged.corpus.name)", remedy: remedy)
    }
    guard corpus.layout == judged.layout.signature, self.overlapThreshold == overlapThreshold else {
      throw EvaluationError(path, "judged \(judged.corpus.name) in another way", remedy: remedy)
    }
    let lines = Dictionary(messages.map { ($0.id, $0.counts) }) { first, _ in first }
    let ordered = judged.corpus.texts.compactMap { lines[$0.id] }
    guard ordered.count == judged.corpus.texts.count, messages.count == ordered.count,
      let table = CountTable(judged.layout, lines: ordered)
    else { throw EvaluationError(path, "holds other messages of \(judged.corpus.name)", remedy: remedy) }
    return table
  }
}
