internal import Foundation

/// Two detectors on the same messages: what the difference is, and whether chance explains it.
///
/// Differences are first minus second. The interval is a paired bootstrap: the same messages are drawn for
/// both. The p-value is that of an approximate randomization test (Noreen 1989; Yeh 2000): the two answers
/// to each message change sides by a coin; p is the share of shuffles whose difference is at least as large
/// as the real one, counted with one added above and below.
package struct Comparison: Codable, Sendable {
  /// A figure of both.
  package struct Line: Codable, Sendable {
    package var name: String
    package var first: Double?
    package var second: Double?
    package var difference: Estimate
    /// Nil where it was not tested.
    package var p: Double?
    package var isBetterLow: Bool
  }

  /// McNemar's exact test on leaking messages.
  package struct McNemar: Codable, Sendable {
    /// Messages in which only the first leaks, and only the second.
    package var onlyFirst: Int
    package var onlySecond: Int
    package var p: Double
  }

  package var corpus: String
  package var first: String
  package var second: String
  package var lines: [Line]
  package var leak: McNemar
  package var strictLeak: McNemar

  /// Compares.
  ///
  /// - Precondition: both tables count the same messages by the same layout.
  package init(
    corpus: String, _ first: (name: String, table: CountTable), _ second: (name: String, table: CountTable),
    level: MatchLevel, _ bootstrap: Bootstrap
  ) {
    precondition(first.table.messageCount == second.table.messageCount, "the same messages")
    self.corpus = corpus
    self.first = first.name
    self.second = second.name
    let layout = first.table.layout
    let sums = (first.table.total(), second.table.total())
    var metrics: [(name: String, metric: Metric)] = [
      ("leak", .leak), ("strict leak", .strictLeak), ("over", .over), ("false alarm", .falseAlarm),
      ("action", .actionAccuracy), ("recall", .recall(row: .all, level)), ("precision", .precision(row: .all, level)),
      ("F1", .f(beta: 1, row: .all, level)), ("F2", .f(beta: 2, row: .all, level)),
    ]
    for row in layout.groups.indices where sums.0[layout.slot(row, .covered, .gold)] > 0 {
      metrics.append(("F2 \(layout.name(ofRow: row))", .f(beta: 2, row: .one(row), level)))
    }
    metrics.removeAll { $0.metric.value(sums.0, layout) == nil && $0.metric.value(sums.1, layout) == nil }
    let shown = metrics.map(\.metric)
    let intervals = Self.intervals(first.table, second.table, shown, bootstrap)
    let tests = Self.randomized(first.table, second.table, shown, bootstrap)
    lines = metrics.indices.map { index in
      let pair = (shown[index].value(sums.0, layout), shown[index].value(sums.1, layout))
      let interval = intervals[index]
      return Line(
        name: metrics[index].name, first: pair.0, second: pair.1,
        difference: Estimate(Self.difference(pair), low: interval?.low, high: interval?.high), p: tests[index],
        isBetterLow: shown[index].isBetterLow)
    }
    leak = Self.mcNemar(first.table, second.table, layout.slot(.leaking))
    strictLeak = Self.mcNemar(first.table, second.table, layout.slot(.strictlyLeaking))
  }

  /// The lines worth showing: of single types only those that differ.
  package var shownLines: [Line] {
    lines.filter { line in
      !line.name.hasPrefix("F2 ") || line.difference.value != 0 || line.difference.low != 0 || line.difference.high != 0
    }
  }

  private static func difference(_ pair: (Double?, Double?)) -> Double? {
    guard let first = pair.0, let second = pair.1 else { return nil }
    return first - second
  }

  private static func intervals(
    _ first: CountTable, _ second: CountTable, _ metrics: [Metric], _ bootstrap: Bootstrap
  ) -> [(low: Double, high: Double)?] {
    let drawn = bootstrap.draw(first.messageCount) { weights in
      var sums = ([Int](repeating: 0, count: first.layout.count), [Int](repeating: 0, count: first.layout.count))
      first.total(weights: weights, into: &sums.0)
      second.total(weights: weights, into: &sums.1)
      return metrics.map { difference(($0.value(sums.0, first.layout), $0.value(sums.1, first.layout))) }
    }
    return metrics.indices.map { index in Bootstrap.interval(drawn.compactMap { $0[index] }) }
  }

  /// The p-value of each metric.
  private static func randomized(
    _ first: CountTable, _ second: CountTable, _ metrics: [Metric], _ bootstrap: Bootstrap
  ) -> [Double?] {
    let layout = first.layout
    let sums = (first.total(), second.total())
    let real = metrics.map { difference(($0.value(sums.0, layout), $0.value(sums.1, layout))) }
    // A shuffle is a set of messages that change sides: weight 1 for those that do.
    let shuffles = bootstrap.flip(first.messageCount) { weights in
      var moved = ([Int](repeating: 0, count: layout.count), [Int](repeating: 0, count: layout.count))
      first.total(weights: weights, into: &moved.0)
      second.total(weights: weights, into: &moved.1)
      var shuffled = sums
      for slot in 0..<layout.count {
        shuffled.0[slot] += moved.1[slot] - moved.0[slot]
        shuffled.1[slot] += moved.0[slot] - moved.1[slot]
      }
      return metrics.map { difference(($0.value(shuffled.0, layout), $0.value(shuffled.1, layout))) }
    }
    guard !shuffles.isEmpty else { return metrics.map { _ in nil } }
    return metrics.indices.map { index in
      guard let real = real[index] else { return nil }
      // Differences that are equal but for rounding count as large as the real one.
      let asLarge = shuffles.count { abs($0[index] ?? 0) >= abs(real) - 1e-12 }
      return Double(asLarge + 1) / Double(shuffles.count + 1)
    }
  }

  private static func mcNemar(_ first: CountTable, _ second: CountTable, _ slot: Int) -> McNemar {
    var onlyFirst = 0
    var onlySecond = 0
    for message in 0..<first.messageCount {
      let pair = (first.count(slot, of: message), second.count(slot, of: message))
      if pair.0 > pair.1 { onlyFirst += 1 }
      if pair.1 > pair.0 { onlySecond += 1 }
    }
    return McNemar(onlyFirst: onlyFirst, onlySecond: onlySecond, p: exactSign(onlyFirst, onlySecond))
  }

  /// Two-sided exact binomial test that two counts come from one coin (McNemar 1947, exact form).
  package static func exactSign(_ first: Int, _ second: Int) -> Double {
    let count = first + second
    guard count > 0 else { return 1 }
    var sum = 0.0
    for successes in 0...min(first, second) {
      sum += exp(lgamma(Double(count + 1)) - lgamma(Double(successes + 1)) - lgamma(Double(count - successes + 1)) - Double(count) * log(2))
    }
    return min(1, 2 * sum)
  }
}

extension Bootstrap {
  /// Runs a body for shuffles in which each message changes sides by a coin (weight 1) or stays (0).
  func flip<Result: Sendable>(_ count: Int, _ body: @Sendable ([UInt8]) -> Result) -> [Result] {
    var coins = self
    coins.seed = seed ^ 0x5851_f42d_4c95_7f2d
    return coins.sample(count, { random, weights in
      for message in weights.indices { weights[message] = UInt8(random.next() >> 63) }
    }, body)
  }
}
