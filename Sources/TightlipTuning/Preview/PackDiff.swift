package import Tightlip
import TightlipCore
package import TightlipEvaluation

/// What a change of pack, overlay or policy does to the verdicts on a corpus.
package struct PackDiff: Encodable, Sendable {
  /// One row of a table by rule or by term.
  package struct Row: Encodable, Sendable {
    package var name: String
    /// Messages whose action flips, and in which this was found only after, or only before the change.
    package var flips = 0
    package var gained = 0
    package var lost = 0
    /// Changes for the better and for the worse.
    package var right = 0
    package var wrong = 0
  }

  /// Recall and precision of one type.
  package struct Quality: Encodable, Sendable {
    package var name: String
    package var gold: Int
    package var recallBefore: Estimate
    package var recallAfter: Estimate
    package var precisionBefore: Estimate
    package var precisionAfter: Estimate
    /// Whether anything of it is another than before.
    package var isChanged: Bool
  }

  /// An example.
  package struct Example: Encodable, Sendable {
    package var corpus: String
    package var id: String
    package var before: String
    package var after: String
    package var expected: String?
    package var way: VerdictChange.Way
    package var causes: [VerdictChange.Cause]
    /// The message; nil unless it was asked for.
    package var text: String?
  }

  package private(set) var old: String
  package private(set) var new: String
  package private(set) var messages = 0
  /// Messages whose action is another, and those of which other things are taken out.
  package private(set) var flips = 0
  package private(set) var otherChanges = 0
  package private(set) var right = 0
  package private(set) var wrong = 0
  package private(set) var open = 0
  /// `[before][after]`: how many messages.
  package private(set) var actions: [String: [String: Int]] = [:]
  package private(set) var rules: [Row] = []
  package private(set) var terms: [Row] = []
  package private(set) var types: [Quality] = []
  package private(set) var examples: [Example] = []

  /// So many examples are shown.
  package static let mostExamples = 10

  /// Judges every message twice.
  ///
  /// - Parameter reveal: Show the messages, and the words of findings that identify somebody.
  /// - Complexity: two scans of each message, and the samples of the intervals.
  package init(
    old: (name: String, filter: Filter), new: (name: String, filter: Filter), corpora: [JudgedCorpus],
    bootstrap: Bootstrap, reveal: Bool
  ) {
    self.old = old.name
    self.new = new.name
    var changes: [VerdictChange] = []
    var merged: [String: Quality] = [:]
    var order: [String] = []
    for judged in corpora {
      let (found, before, after) = Self.compare(old.filter, new.filter, judged, &actions)
      changes += found
      messages += judged.corpus.texts.count
      guard !judged.layout.labels.isEmpty else { continue }
      let reports = (
        CorpusReport(Evaluation(judged, before, overlapThreshold: 0.5), bootstrap),
        CorpusReport(Evaluation(judged, after, overlapThreshold: 0.5), bootstrap)
      )
      for quality in Self.qualities(reports.0, reports.1) {
        let name = corpora.count == 1 ? quality.name : "\(judged.corpus.name) \(quality.name)"
        order.append(name)
        merged[name] = quality
        merged[name]?.name = name
      }
    }
    types = order.compactMap { merged[$0] }
    count(changes, reveal: reveal)
  }

  private static func compare(
    _ old: Filter, _ new: Filter, _ judged: JudgedCorpus, _ actions: inout [String: [String: Int]]
  ) -> (changes: [VerdictChange], before: [Answer], after: [Answer]) {
    var oldScanner = Scanner(old)
    var newScanner = Scanner(new)
    let oldNames = old.ruleNames.map { String(decoding: $0, as: UTF8.self) }
    let newNames = new.ruleNames.map { String(decoding: $0, as: UTF8.self) }
    var verdict = Verdict()
    var changes: [VerdictChange] = []
    var before: [Answer] = []
    var after: [Answer] = []
    let isAnnotated = !judged.layout.labels.isEmpty
    for (text, annotated) in zip(judged.corpus.texts, judged.texts) {
      oldScanner.scan(text.message, into: &verdict)
      let first = ComparedVerdict(verdict)
      before.append(Answer(verdict, ruleNames: oldNames))
      newScanner.scan(text.message, into: &verdict)
      let second = ComparedVerdict(verdict)
      after.append(Answer(verdict, ruleNames: newNames))
      actions[first.action.name, default: [:]][second.action.name, default: 0] += 1
      let change = VerdictChange(
        text, corpus: judged.corpus.name, gold: isAnnotated ? annotated.gold.flatMap(\.ranges) : nil,
        before: first, after: second, ruleBefore: { oldNames[Int($0.index)] }, ruleAfter: { newNames[Int($0.index)] })
      if let change { changes.append(change) }
    }
    return (changes, before, after)
  }

  private static func qualities(_ before: CorpusReport, _ after: CorpusReport) -> [Quality] {
    let names = (before.rows + after.rows).map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let level = MatchLevel.covered.name
    func quality(_ name: String, _ first: CorpusReport.Row?, _ second: CorpusReport.Row?) -> Quality {
      let nothing = Estimate(nil)
      let one = first?.levels[level]
      let two = second?.levels[level]
      return Quality(
        name: name, gold: two?.gold ?? one?.gold ?? 0, recallBefore: one?.recall ?? nothing,
        recallAfter: two?.recall ?? nothing, precisionBefore: one?.precision ?? nothing,
        precisionAfter: two?.precision ?? nothing,
        isChanged: one?.found != two?.found || one?.predicted != two?.predicted || one?.right != two?.right)
    }
    return [quality("all types", before.all, after.all)]
      + names.map { name in
        quality(name, before.rows.first { $0.name == name }, after.rows.first { $0.name == name })
      }
  }

  private mutating func count(_ changes: [VerdictChange], reveal: Bool) {
    var byRule: [String: Row] = [:]
    var byTerm: [String: Row] = [:]
    for change in changes {
      if change.isFlip { flips += 1 } else { otherChanges += 1 }
      switch change.way {
      case .right: right += 1
      case .wrong: wrong += 1
      case .open: open += 1
      }
      for cause in Set(change.causes.map { CauseKey(name: $0.rule, isNew: $0.isNew) }) {
        Self.add(change, cause, to: &byRule)
      }
      let named = change.causes.compactMap { cause in
        cause.term.flatMap { Self.isShown(cause, reveal) ? CauseKey(name: "\($0) (\(cause.entity))", isNew: cause.isNew) : nil }
      }
      for cause in Set(named) { Self.add(change, cause, to: &byTerm) }
    }
    func sorted(_ rows: [String: Row]) -> [Row] {
      rows.values.sorted { ($1.flips, $1.gained + $1.lost, $0.name) < ($0.flips, $0.gained + $0.lost, $1.name) }
    }
    rules = sorted(byRule)
    terms = sorted(byTerm)
    examples = Self.telling(changes).map { change in
      Example(
        corpus: change.corpus, id: change.id, before: change.before.name, after: change.after.name,
        expected: change.expected?.name, way: change.way,
        causes: change.causes.map { cause in
          var cause = cause
          if !Self.isShown(cause, reveal) { cause.term = nil }
          return cause
        },
        text: reveal ? change.text : nil)
    }
  }

  private struct CauseKey: Hashable {
    var name: String
    var isNew: Bool
  }

  private static func add(_ change: VerdictChange, _ cause: CauseKey, to rows: inout [String: Row]) {
    var row = rows[cause.name] ?? Row(name: cause.name)
    if change.isFlip { row.flips += 1 }
    if cause.isNew { row.gained += 1 } else { row.lost += 1 }
    if change.way == .right { row.right += 1 }
    if change.way == .wrong { row.wrong += 1 }
    rows[cause.name] = row
  }

  /// Words of health and topics say nothing of who somebody is; names and numbers do.
  private static func isShown(_ cause: VerdictChange.Cause, _ reveal: Bool) -> Bool {
    reveal || EntityType(name: cause.entity).map { $0.entityClass != .identifier } ?? false
  }

  /// The weightiest changes, of each cause first one.
  private static func telling(_ changes: [VerdictChange]) -> [VerdictChange] {
    let ranked = changes.enumerated().sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }.map(\.element)
    var seen: Set<[String]> = []
    let firsts = ranked.filter { seen.insert([$0.way.rawValue] + $0.causes.map(\.rule)).inserted }
    var chosen = Array(firsts.prefix(mostExamples))
    let ids = Set(chosen.map { $0.corpus + "\t" + $0.id })
    chosen += ranked.filter { !ids.contains($0.corpus + "\t" + $0.id) }.prefix(mostExamples - chosen.count)
    return chosen.sorted { $0.weight > $1.weight }
  }
}
