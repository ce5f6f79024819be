import Testing
import TightlipCore
import TightlipEvaluation

struct ComparisonTests {
  private func compare(_ first: Evaluation, _ second: Evaluation, seed: UInt64 = 1) -> Comparison {
    Comparison(
      corpus: "made", ("A", first.table), ("B", second.table), level: .covered, Bootstrap(samples: 400, seed: seed))
  }

  /// Messages with one name each; found in those whose number the rule takes.
  private func names(_ count: Int, _ isFound: (Int) -> Bool) throws -> Evaluation {
    try Evaluation((0..<count).map { number in
      Exchange(text: "Dana", gold: [Placed(.person, 0, 4)], found: isFound(number) ? [Placed(.person, 0, 4)] : [])
    })
  }

  @Test func `nothing differs from itself`() throws {
    let evaluation = try Evaluation(PropertyTests.exchanges(seed: 5))
    let comparison = compare(evaluation, evaluation)
    #expect(comparison.lines.contains { $0.name == "F2" })
    for line in comparison.lines {
      #expect(line.difference.value == 0 && line.difference.low == 0 && line.difference.high == 0 && line.p == 1)
    }
    #expect(comparison.leak.p == 1)
  }

  @Test func `the other way round every difference changes its sign`() throws {
    let first = try names(100) { $0 % 3 != 0 }
    let second = try names(100) { $0 % 2 == 0 }
    let there = compare(first, second)
    let back = compare(second, first)
    for (a, b) in zip(there.lines, back.lines) {
      #expect(a.difference.value! == -b.difference.value! && a.p == b.p)
    }
    #expect(there.leak.onlyFirst == back.leak.onlySecond && there.leak.onlySecond == back.leak.onlyFirst)
  }

  @Test func `a plain difference is significant, a chance one is not`() throws {
    let all = try names(60) { _ in true }
    let half = try names(60) { $0 % 2 == 0 }
    let leak = try #require(compare(all, half).lines.first { $0.name == "leak" })
    #expect(leak.difference.value == -0.5)
    #expect(leak.p! < 0.01 && leak.difference.high! < 0)
    // Each misses one that the other finds.
    let even = compare(try names(60) { $0 != 3 }, try names(60) { $0 != 7 })
    let line = try #require(even.lines.first { $0.name == "recall" })
    #expect(line.difference.value == 0 && line.p == 1)
    // One of sixty more: p is one half, give or take the shuffles.
    let one = try #require(compare(all, try names(60) { $0 != 7 }).lines.first { $0.name == "recall" })
    #expect(one.p! > 0.3)
  }

  @Test func `McNemar's exact test`() {
    // 2 · (1 + 10) / 2^10
    #expect(abs(Comparison.exactSign(1, 9) - 22.0 / 1024) < 1e-9)
    #expect(Comparison.exactSign(0, 0) == 1)
    #expect(Comparison.exactSign(5, 5) == 1)
    #expect(abs(Comparison.exactSign(0, 6) - 2.0 / 64) < 1e-9)
  }

  @Test func `counts survive being written down`() throws {
    let table = try Evaluation(PropertyTests.exchanges(seed: 9)).table
    let lines = (0..<table.messageCount).map { table.line(of: $0) }
    let read = try #require(CountTable(table.layout, lines: lines))
    #expect(read.total() == table.total() && read.messageCount == table.messageCount)
    #expect(CountTable(table.layout, lines: ["99999:1"]) == nil)
    #expect(CountTable(table.layout, lines: ["1"]) == nil)
  }
}
