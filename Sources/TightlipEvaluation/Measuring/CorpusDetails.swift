package import Tightlip
internal import TightlipCore

/// What stands behind the figures of a corpus: scores, thresholds, rules, and types taken for each other.
package struct CorpusDetails: Codable, Sendable {
  /// Findings with scores in one twentieth.
  package struct ScoreBin: Codable, Sendable {
    /// From this score up to, and not including, 0.05 more (1 counts with the last).
    package var from: Double
    package var right: Int
    package var wrong: Int
  }

  /// Figures with another threshold.
  package struct Point: Codable, Sendable {
    /// Figures of one row.
    package struct Row: Codable, Sendable {
      package var name: String
      package var recall: Double?
      package var precision: Double?
    }
    package var threshold: Double
    package var leak: Double?
    package var strictLeak: Double?
    package var over: Double?
    package var recall: Double?
    package var precision: Double?
    package var f2: Double?
    package var rows: [Row]
  }

  /// How often a rule is right.
  package struct Rule: Codable, Sendable {
    package var name: String
    package var type: String
    package var found: Int
    package var right: Int
  }

  /// How often spans of one type were found as another, not at all ("missed"), or found where nothing is
  /// annotated ("nothing").
  package struct Confusion: Codable, Sendable {
    package var annotated: String
    package var found: String
    package var count: Int
  }

  package static let missed = "missed"
  package static let nothing = "nothing"

  /// The threshold in force; nil for another detector.
  package var threshold: Double?
  /// Findings down to the lowest threshold of the curve.
  package var scores: [ScoreBin]
  /// By rising threshold.
  package var curve: [Point]
  /// Those with the most wrong findings first.
  package var rules: [Rule]
  package var confusion: [Confusion]

  /// Looks behind an evaluation.
  ///
  /// The curve settles every message's candidates anew for each threshold, as the filter would with it.
  ///
  /// - Parameter filter: the filter that answered, or nil for answers of another detector, which are only
  ///   left out below a threshold.
  /// - Complexity: linear in messages times thresholds.
  package init(_ evaluation: Evaluation, filter: Filter?, overlapThreshold: Double) {
    threshold = filter?.policy.threshold.fraction
    var judge = MessageJudge(evaluation.judged.layout, overlapThreshold: overlapThreshold)
    (rules, confusion) = Self.rules(evaluation, &judge)
    (curve, scores) = Self.curve(evaluation, filter, &judge)
  }

  // MARK: Rules and types

  private struct RuleKey: Hashable {
    var name: String
    var type: String
  }

  private static func rules(_ evaluation: Evaluation, _ judge: inout MessageJudge) -> ([Rule], [Confusion]) {
    let layout = evaluation.judged.layout
    var rules: [RuleKey: (found: Int, right: Int)] = [:]
    var cells: [[String]: Int] = [:]
    for (number, answer) in evaluation.answers.enumerated() {
      let judged = evaluation.judged.texts[number]
      judge.judge(evaluation.judged.corpus.texts[number], judged, answer)
      for (index, prediction) in answer.predictions.enumerated() {
        guard let isRight = judge.isRight[index] else { continue }
        let type = layout.row(of: prediction.types).map { layout.name(ofRow: $0) } ?? CountLayout.name(of: prediction.types)
        rules[RuleKey(name: prediction.rule, type: type), default: (0, 0)].found += 1
        if isRight { rules[RuleKey(name: prediction.rule, type: type), default: (0, 0)].right += 1 }
        if !judged.gold.contains(where: { $0.extent.overlaps(prediction.range) }) { cells[[nothing, type], default: 0] += 1 }
      }
      for span in judged.gold {
        // The finding that shares most with it, among equals one of its type.
        let best = answer.predictions.filter { $0.range.overlaps(span.extent) }.max { left, right in
          let shared = (overlap(left.range, span.extent), overlap(right.range, span.extent))
          return shared.0 != shared.1 ? shared.0 < shared.1 : !left.types.isDisjoint(with: span.types) ? false : !right.types.isDisjoint(with: span.types)
        }
        let annotated = layout.name(ofRow: span.row)
        var found = missed
        if let best {
          let row = best.types.isDisjoint(with: span.types) ? layout.row(of: best.types) : span.row
          found = row.map { layout.name(ofRow: $0) } ?? CountLayout.name(of: best.types)
        }
        cells[[annotated, found], default: 0] += 1
      }
    }
    let lines = rules.map { Rule(name: $0.name, type: $0.type, found: $1.found, right: $1.right) }
    return (
      lines.sorted { ($1.found - $1.right, $0.name, $0.type) < ($0.found - $0.right, $1.name, $1.type) },
      cells.map { Confusion(annotated: $0[0], found: $0[1], count: $1) }
        .sorted { ($1.count, $0.annotated, $0.found) < ($0.count, $1.annotated, $1.found) })
  }

  private static func overlap(_ left: ByteRange, _ right: ByteRange) -> Int {
    min(left.end, right.end) - max(left.start, right.start)
  }

  // MARK: Thresholds

  private static let thresholds = (1...19).map { Score(thousandths: $0 * 50) }

  private static func curve(
    _ evaluation: Evaluation, _ filter: Filter?, _ judge: inout MessageJudge
  ) -> ([Point], [ScoreBin]) {
    let layout = evaluation.judged.layout
    var sums = thresholds.map { _ in [Int](repeating: 0, count: layout.count) }
    var bins = (0..<20).map { ScoreBin(from: Double($0) / 20, right: 0, wrong: 0) }
    var scanner = filter.map { Scanner($0) }
    var verdict = Verdict()
    let names = filter?.ruleNames.map { String(decoding: $0, as: UTF8.self) } ?? []
    for (number, text) in evaluation.judged.corpus.texts.enumerated() {
      if scanner != nil { scanner!.scan(text.message, into: &verdict) }
      for (index, threshold) in thresholds.enumerated() {
        var answer = evaluation.answers[number]
        if scanner != nil, verdict.completeness == .complete {
          verdict.findings = scanner!.findings(at: threshold, in: text.message)
          answer.predictions = Answer(verdict, ruleNames: names).predictions
        } else {
          answer.predictions.removeAll { $0.score < threshold }
        }
        judge.judge(text, evaluation.judged.texts[number], answer)
        judge.counts.add(into: &sums[index])
        guard index == 0 else { continue }
        for (prediction, isRight) in zip(answer.predictions, judge.isRight) {
          guard let isRight else { continue }
          let bin = min(19, Int(prediction.score.thousandths) / 50)
          if isRight { bins[bin].right += 1 } else { bins[bin].wrong += 1 }
        }
      }
    }
    let points = thresholds.indices.map { index in
      func value(_ metric: Metric) -> Double? { metric.value(sums[index], layout) }
      let rows = layout.groups.indices.filter { sums[index][layout.slot($0, .covered, .gold)] > 0 }.map { row in
        Point.Row(
          name: layout.name(ofRow: row), recall: value(.recall(row: .one(row), .covered)),
          precision: value(.precision(row: .one(row), .covered)))
      }
      return Point(
        threshold: thresholds[index].fraction, leak: value(.leak), strictLeak: value(.strictLeak), over: value(.over),
        recall: value(.recall(row: .all, .covered)), precision: value(.precision(row: .all, .covered)),
        f2: value(.f(beta: 2, row: .all, .covered)), rows: rows)
    }
    return (points, bins)
  }
}
