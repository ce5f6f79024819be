import Testing
import TightlipCore
import TightlipEvaluation

/// What holds whatever is annotated and found.
struct PropertyTests {
  static let types: [EntityType] = [.person, .location, .dateTime, .diagnosis]

  /// Messages with spans and findings drawn at random; `perfect` repeats the spans as findings.
  static func exchanges(seed: UInt64, perfect: Bool = false) -> [Exchange] {
    var random = SeededRandom(seed: seed)
    return (0..<40).map { _ in
      let text = (0..<(4 + random.below(60))).map { _ in random.pick(["a", "b", "7", " ", " ", ".", "é", "-"]) }.joined()
      let boundaries = [Int](text.utf8.indices.enumerated().compactMap { offset, index in
        index.samePosition(in: text.unicodeScalars) == nil ? nil : offset
      }) + [text.utf8.count]
      func spans(_ most: Int) -> [Placed] {
        var spans: [Placed] = []
        var last = 0
        for _ in 0..<random.below(most + 1) {
          let start = last + random.below(6)
          let end = start + 1 + random.below(8)
          guard end < boundaries.count else { break }
          spans.append(Placed(random.pick(types), boundaries[start], boundaries[end]))
          last = end
        }
        return spans
      }
      let gold = spans(5)
      return Exchange(text: text, gold: gold, found: perfect ? gold : spans(6))
    }
  }

  @Test(arguments: 1...12) func `the sum over types is the whole, and parts are no more than the whole`(seed: UInt64) throws {
    let exchanges = Self.exchanges(seed: seed)
    let evaluation = try Evaluation(exchanges)
    let sums = evaluation.table.total()
    let layout = evaluation.table.layout
    let gold = exchanges.reduce(0) { $0 + $1.gold.count }
    let found = exchanges.reduce(0) { $0 + $1.found.count }
    for level in MatchLevel.allCases {
      let all = evaluation.sum(level)
      for type in Self.types {
        let row = try #require(layout.groups.firstIndex(of: TypeSet(type)))
        let ofType = exchanges.reduce(0) { $0 + $1.gold.count { $0.type == type } }
        if [.covered, .strict, .overlap].contains(level) { #expect(Metric.sum(sums, layout, .one(row), level, .gold) == ofType) }
      }
      if [.covered, .strict, .overlap].contains(level) { #expect(all[0] == gold && all[2] == found) }
      #expect(all[1] <= all[0] && all[3] <= all[2])
      if level != .covered { #expect(all[1] == all[3], "one to one") }
      // Types cannot help where they do not matter.
      let any = evaluation.sum(level, anyType: true)
      #expect(any[1] >= all[1])
      #expect(any[0] == all[0] && (any[2] == all[2] || level == .covered))
    }
    #expect(evaluation.sum(.strict)[1] <= evaluation.sum(.overlap)[1])
    #expect(evaluation.whole(.leaking) <= evaluation.whole(.strictlyLeaking))
    #expect(evaluation.whole(.strictlyLeaking) <= evaluation.whole(.withPHI))
    #expect(evaluation.whole(.over) <= evaluation.whole(.outside))
  }

  @Test(arguments: 1...6) func `perfect findings have perfect figures`(seed: UInt64) throws {
    let report = CorpusReport(try Evaluation(Self.exchanges(seed: seed, perfect: true)), Bootstrap(samples: 50))
    for level in Array(report.all.levels.values) + Array(report.anyType.levels.values) {
      #expect(level.recall.value == 1 && level.precision.value == 1 && level.f1.value == 1 && level.f2.value == 1)
    }
    #expect(report.leak.value == 0 && report.strictLeak.value == 0 && report.over.value == 0)
  }

  @Test(arguments: 1...6) func `an interval holds its figure, and the same seed gives the same one`(seed: UInt64) throws {
    let evaluation = try Evaluation(Self.exchanges(seed: seed))
    let metrics: [Metric] = [
      .leak, .strictLeak, .over, .recall(row: .all, .covered), .precision(row: .all, .strict), .f(beta: 2, row: .all, .token),
      .f(beta: 1, row: .one(0), .character),
    ]
    let first = Bootstrap(samples: 200, seed: 7).estimates(evaluation.table, metrics)
    #expect(first == Bootstrap(samples: 200, seed: 7).estimates(evaluation.table, metrics))
    #expect(first != Bootstrap(samples: 200, seed: 8).estimates(evaluation.table, metrics))
    for estimate in first {
      let value = try #require(estimate.value)
      let low = try #require(estimate.low)
      let high = try #require(estimate.high)
      #expect(0 <= low && low <= value && value <= high && high <= 1)
      #expect(low < high)
    }
  }

  @Test func `an interval is about as wide as theory says`() throws {
    // 400 messages, half of them leak: the standard error is sqrt(0.25 / 400) = 0.025, the interval 0.098 wide.
    let exchanges = (0..<400).map { number in
      Exchange(text: "Dana", gold: [Placed(.person, 0, 4)], found: number % 2 == 0 ? [Placed(.person, 0, 4)] : [])
    }
    let estimate = Bootstrap(samples: 2000, seed: 3).estimates(try Evaluation(exchanges).table, [.leak])[0]
    #expect(estimate.value == 0.5)
    #expect(abs(estimate.high! - estimate.low! - 0.098) < 0.01)
  }

  @Test func `where all are right the exact bound is given`() throws {
    // 0.025^(1/10) = 0.6915
    #expect(abs(Bootstrap.exact(1, of: 10).low! - 0.6915) < 0.0001)
    #expect(abs(Bootstrap.exact(0, of: 10).high! - 0.3085) < 0.0001)
  }
}
