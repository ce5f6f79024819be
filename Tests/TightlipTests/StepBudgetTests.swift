import Testing
import Tightlip
import TightlipCore
import TightlipPatterns

/// The steps that matching patterns may take for one message.
struct StepBudgetTests {
  private static let hostile = [
    "a", "1", " ", "patient ", "a\n", "219-09-9998 ", "(303) 555-0148, ", "Dana Whitfield ", "a@b.c ", ".a", "-1", "1/2/3 ", "a b ", "1 2 ",
    "h*i*v*", "one two ", "&#65;", "%41", "\\u0041", "aGVsbG8gd29ybGQh ", "68 69 ", "a\u{8}", "\u{202E}a", "\u{E0041}", "a\u{301}\u{302}",
    "a😀", "dіаbеtеs ", "ａｂ", "8624\n17953 ", "****1234 ", "|a", "d1ab3t3s ", "1-2-3-4-", "mrn ", "chart 1 ", "jan 1 ",
  ]

  private func filter(_ budget: StepBudget) throws -> Filter {
    var options = Filter.Options()
    options.stepBudget = budget
    return try TestPack.small.filter(options: options)
  }

  @Test func `a message that runs out of steps is blocked, and says that it was not looked through`() throws {
    let filter = try filter(StepBudget(base: 1, forEachByte: 0))
    let verdict = filter.verdict(on: "order 219-09-9998, ready 4/2/1961, chart 1234567, (555) 201-3344")
    #expect(verdict.action == .block)
    #expect(verdict.completeness == .limitHit)
    #expect(verdict.reasons.contains { $0.code == .scanIncomplete && $0.severity == .block })
    #expect(verdict.text.isEmpty)
  }

  /// Not a time is measured but steps: whatever came before, however often, the answer is the same.
  @Test func `the same message runs out at the same step`() throws {
    let plain = TestPack.filter
    let texts = ["ssn 219-09-9998", "see you 4/2/1961", "1 2 3 4 5 6 7 8 9", "xxxxxxxx call (555) 201-3344", "dana@example.com"]
    for text in texts {
      var scanner = Scanner(plain)
      var verdict = Verdict()
      scanner.scan(text, into: &verdict)
      let budget = StepBudget().steps(forBytes: text.utf8.count)
      let taken = budget - scanner.stepsLeft
      try #require(taken >= 1, "\(text)")
      scanner.scan("Dana Whitfield, mrn 00418823", into: &verdict)
      scanner.scan(text, into: &verdict)
      #expect(budget - scanner.stepsLeft == taken, "\(text)")
      // Enough is enough, and one step less is not.
      let enough = try filter(StepBudget(base: taken, forEachByte: 0)).verdict(on: text)
      #expect(plain.description(of: enough) == plain.description(of: verdict), "\(text)")
      let scarce = try filter(StepBudget(base: taken - 1, forEachByte: 0))
      for _ in 0..<3 {
        let short = scarce.verdict(on: text)
        #expect(short.action == .block && short.completeness == .limitHit, "\(text)")
      }
    }
  }

  @Test func `all readings of a disguised message share one budget`() throws {
    let text = "SSN 2~1~9~0~9~9~9~9~8"
    var scanner = Scanner(TestPack.filter)
    var verdict = Verdict()
    scanner.scan(text, into: &verdict)
    // As it stands there is nothing to try a pattern on; what is read between the signs has a number.
    #expect(verdict.findings.contains { $0.entity == .usSSN }, "\(TestPack.filter.description(of: verdict))")
    let taken = StepBudget().steps(forBytes: text.utf8.count) - scanner.stepsLeft
    try #require(taken >= 2)
    let scarce = try filter(StepBudget(base: taken - 1, forEachByte: 0)).verdict(on: text)
    #expect(scarce.action == .block && scarce.completeness == .limitHit)
    let enough = try filter(StepBudget(base: taken, forEachByte: 0)).verdict(on: text)
    #expect(enough.completeness == .complete)
  }

  @Test func `hostile texts stay far within the budget of the shipped pack`() {
    var scanner = Scanner(ShippedPack.filter)
    var verdict = Verdict()
    var most = (share: 0.0, unit: "")
    for unit in Self.hostile {
      for size in [200, 30_000] {
        let text = String(repeating: unit, count: size / unit.utf8.count + 1)
        scanner.scan(text, into: &verdict)
        let budget = StepBudget().steps(forBytes: text.utf8.count)
        let share = Double(budget - scanner.stepsLeft) / Double(budget)
        if share > most.share { most = (share, unit) }
      }
    }
    #expect(most.share > 0 && most.share < 0.125, "\(most)")
  }
}
