internal import Foundation

/// A figure with its 95 % interval.
package struct Estimate: Codable, Hashable, Sendable {
  /// Nil where nothing is there to be counted.
  package var value: Double?
  /// The interval's ends; nil without resampling.
  package var low: Double?
  package var high: Double?

  package init(_ value: Double?, low: Double? = nil, high: Double? = nil) {
    self.value = value
    self.low = low
    self.high = high
  }
}

/// Percentile bootstrap over messages (Efron 1979): as many messages as there are, drawn with
/// repetition, a thousand times; the interval runs from the 2.5th to the 97.5th percentile of what
/// comes out. Messages are drawn and not spans, since the spans of a message stand or fall together.
package struct Bootstrap: Sendable {
  /// How often messages are drawn; 0 for no intervals.
  package var samples: Int
  package var seed: UInt64

  package init(samples: Int = 1000, seed: UInt64 = 1) {
    self.samples = samples
    self.seed = seed
  }

  /// Metrics of every sample, one list for each metric, without samples in which it is not defined.
  package func distributions(_ table: CountTable, _ metrics: [Metric]) -> [[Double]] {
    let drawn = draw(table.messageCount) { weights in
      var sums = [Int](repeating: 0, count: table.layout.count)
      table.total(weights: weights, into: &sums)
      return metrics.map { $0.value(sums, table.layout) }
    }
    return metrics.indices.map { metric in drawn.compactMap { $0[metric] } }
  }

  /// Runs a body on the weights of every sample, on all cores; the same seed gives the same samples.
  func draw<Result: Sendable>(_ count: Int, _ body: @Sendable ([UInt8]) -> Result) -> [Result] {
    sample(count, { random, weights in
      for _ in 0..<count {
        let message = random.below(count)
        // More than 255 draws of one message among a hundred thousand do not happen.
        if weights[message] < .max { weights[message] += 1 }
      }
    }, body)
  }

  /// Fills weights at random, and runs a body on them, once for each sample.
  func sample<Result: Sendable>(
    _ count: Int, _ fill: @Sendable (inout SeededRandom, inout [UInt8]) -> Void, _ body: @Sendable ([UInt8]) -> Result
  ) -> [Result] {
    guard samples > 0, count > 0 else { return [] }
    let results = Slots<Result>(samples)
    // Seeds a fixed step apart would give SplitMix64 one stream in shifted copies.
    var seeds = SeededRandom(seed: seed)
    let seedOfSample = (0..<samples).map { _ in seeds.next() }
    DispatchQueue.concurrentPerform(iterations: samples) { sample in
      var random = SeededRandom(seed: seedOfSample[sample])
      var weights = [UInt8](repeating: 0, count: count)
      fill(&random, &weights)
      results.set(sample, body(weights))
    }
    return results.all
  }

  /// Values with the ends of their 95 % intervals.
  package func estimates(_ table: CountTable, _ metrics: [Metric]) -> [Estimate] {
    let sums = table.total()
    let distributions = distributions(table, metrics)
    return metrics.indices.map { index in
      let value = metrics[index].value(sums, table.layout)
      guard let value, samples > 0 else { return Estimate(value) }
      if value == 0 || value == 1, let count = metrics[index].independentUnits(sums, table.layout) {
        return Self.exact(value, of: count)
      }
      guard let (low, high) = Self.interval(distributions[index]) else { return Estimate(value) }
      return Estimate(value, low: min(low, value), high: max(high, value))
    }
  }

  /// The exact bound (Clopper and Pearson 1934) where all or none of so many are right: no sample of
  /// them shows any doubt, however few they are.
  package static func exact(_ value: Double, of count: Int) -> Estimate {
    let doubt = 1 - pow(0.025, 1 / Double(count))
    return value == 0 ? Estimate(0, low: 0, high: doubt) : Estimate(1, low: 1 - doubt, high: 1)
  }

  /// The 2.5th and 97.5th percentile, or nil where there are too few values.
  package static func interval(_ values: [Double]) -> (low: Double, high: Double)? {
    guard values.count >= 40 else { return nil }
    let sorted = values.sorted()
    func percentile(_ share: Double) -> Double {
      let position = share * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }
    return (percentile(0.025), percentile(0.975))
  }
}

/// Results that several threads fill, each its own places.
// SAFETY: every access holds the lock.
private final class Slots<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var values: [Value?]

  init(_ count: Int) { values = Array(repeating: nil, count: count) }

  func set(_ index: Int, _ value: Value) {
    lock.withLock { values[index] = value }
  }

  var all: [Value] { lock.withLock { values.compactMap { $0 } } }
}
