internal import TightlipCore

/// A figure that is computed from summed counts. Everything shown, resampled or compared is one.
package enum Metric: Hashable, Sendable {
  /// Share of annotated units found.
  case recall(row: RowSelection, MatchLevel)
  /// Share of found units that are right.
  case precision(row: RowSelection, MatchLevel)
  /// F-measure: recall weighs `beta` times as much as precision.
  case f(beta: Int, row: RowSelection, MatchLevel)
  /// Share of a label's spans found as a type that is right for it.
  case labelRecall(Int)
  /// … found as whatever type.
  case labelRecallAsAnything(Int)
  /// Share of messages with annotated PHI in which a span is less than 90 % covered.
  case leak
  /// … in which a letter or digit of a span is not covered.
  case strictLeak
  /// Share of letters and digits outside annotated spans that findings of annotated types cover.
  case over
  /// Share of messages that should pass which are redacted or blocked.
  case falseAlarm
  /// Share of outbound messages with an annotated action that got it.
  case actionAccuracy

  /// Which rows of the layout are summed.
  package enum RowSelection: Hashable, Sendable {
    /// All types together, each counted as itself (micro).
    case all
    case one(Int)
  }

  /// Whether less is better.
  package var isBetterLow: Bool {
    switch self {
    case .leak, .strictLeak, .over, .falseAlarm: true
    default: false
    }
  }

  /// The figure, or nil where nothing is there to be counted.
  package func value(_ sums: [Int], _ layout: CountLayout) -> Double? {
    switch self {
    case .recall(let row, let level):
      return Self.ratio(Self.sum(sums, layout, row, level, .found), Self.sum(sums, layout, row, level, .gold))
    case .precision(let row, let level):
      return Self.ratio(Self.sum(sums, layout, row, level, .right), Self.sum(sums, layout, row, level, .predicted))
    case .f(let beta, let row, let level):
      // Where nothing is found there is no precision; the F-measure is 0 all the same.
      guard let recall = Metric.recall(row: row, level).value(sums, layout) else { return nil }
      let precision = Metric.precision(row: row, level).value(sums, layout) ?? 0
      return Self.f(beta, precision: precision, recall: recall)
    case .labelRecall(let label):
      return Self.ratio(sums[layout.slot(label: label, .found)], sums[layout.slot(label: label, .gold)])
    case .labelRecallAsAnything(let label):
      return Self.ratio(sums[layout.slot(label: label, .foundAsAnything)], sums[layout.slot(label: label, .gold)])
    case .leak: return Self.ratio(sums[layout.slot(.leaking)], sums[layout.slot(.withPHI)])
    case .strictLeak: return Self.ratio(sums[layout.slot(.strictlyLeaking)], sums[layout.slot(.withPHI)])
    case .over: return Self.ratio(sums[layout.slot(.over)], sums[layout.slot(.outside)])
    case .falseAlarm: return Self.ratio(sums[layout.slot(.stopped)], sums[layout.slot(.shouldPass)])
    case .actionAccuracy: return Self.ratio(sums[layout.slot(.rightActions)], sums[layout.slot(.judgedActions)])
    }
  }

  /// What the figure is a share of, where these are spans or messages; nil for F-measures, and for
  /// tokens and letters, which stand or fall together.
  func independentUnits(_ sums: [Int], _ layout: CountLayout) -> Int? {
    switch self {
    case .recall(_, .token), .recall(_, .character), .precision(_, .token), .precision(_, .character), .f, .over: nil
    case .recall(let row, let level): Self.sum(sums, layout, row, level, .gold)
    case .precision(let row, let level): Self.sum(sums, layout, row, level, .predicted)
    case .labelRecall(let label), .labelRecallAsAnything(let label): sums[layout.slot(label: label, .gold)]
    case .leak, .strictLeak: sums[layout.slot(.withPHI)]
    case .falseAlarm: sums[layout.slot(.shouldPass)]
    case .actionAccuracy: sums[layout.slot(.judgedActions)]
    }
  }

  /// (1 + β²)·P·R / (β²·P + R), and 0 where both are.
  package static func f(_ beta: Int, precision: Double, recall: Double) -> Double {
    let square = Double(beta * beta)
    let below = square * precision + recall
    return below == 0 ? 0 : (1 + square) * precision * recall / below
  }

  /// One count of a row, or summed over all rows but "any type".
  package static func sum(
    _ sums: [Int], _ layout: CountLayout, _ row: RowSelection, _ level: MatchLevel, _ part: CountLayout.Part
  ) -> Int {
    switch row {
    case .one(let row): sums[layout.slot(row, level, part)]
    case .all: (0...layout.severalRow).reduce(0) { $0 + sums[layout.slot($1, level, part)] }
    }
  }

  private static func ratio(_ part: Int, _ whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
