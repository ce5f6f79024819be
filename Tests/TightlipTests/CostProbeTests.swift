import Testing
import Tightlip
import TightlipCore

/// What measures the stages must do what a scan does, or its figures are about something else.
struct CostProbeTests {
  static let texts = [
    "Hi Dana, your A1c came back at 9.1", "Dana Whitfield, SSN 219-09-9998, called about the bill",
    "Your metformin is ready for pickup", "Maria Lopez, date of birth 4/2/1961", "See you Tuesday at 2:30 pm",
    "Chart 00418823, call 303-555-0142", "nothing at all", "",
  ]

  @Test(arguments: texts) func `the stages find the candidates of a scan`(text: String) {
    let filter = ShippedPack.filter
    var scanner = Scanner(filter)
    var probe = CostProbe(filter)
    var verdict = Verdict()
    var message = Message()
    message.text = Array(text.utf8)
    scanner.scan(message, into: &verdict)
    let considered = scanner.considered()
    let candidates = probe.run(message, through: .tagging)
    let tokens = probe.run(message, through: .lexicon)
    let bytes = probe.run(message, through: .folding)
    let findings = probe.scan(message)
    #expect(candidates == considered.candidates.count)
    #expect(tokens == considered.tokens.count)
    #expect(bytes == text.utf8.count)
    #expect(findings == verdict.findings.count)
  }

  @Test func `a pattern that found something is among those tried`() throws {
    let filter = ShippedPack.filter
    var probe = CostProbe(filter)
    let patterns = probe.patterns
    let number = try #require(patterns.firstIndex { $0.contains("ssn.dashed") })
    var message = Message()
    var tries: [(pattern: Int, positions: [Int])] = []
    for (text, count) in [("SSN 219-09-9998 or 219-09-9997", 2), ("no number", 0)] {
      message.text = Array(text.utf8)
      _ = probe.run(message, through: .lexicon)
      tries.removeAll()
      probe.tries(into: &tries)
      let folded = probe.folded.text
      let tried = tries.first { $0.pattern == number }
      #expect((tried != nil) == (count > 0))
      #expect(probe.matches(of: number, in: folded.span, at: tried?.positions ?? []) == count)
    }
  }
}
