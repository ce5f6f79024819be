package import Tightlip
import TightlipCore
package import TightlipRules

/// Runs every example through the whole filter: those of pattern rules, and messages with what must
/// come out of them.
package struct ExampleCheck {
  /// How many examples came out as they should.
  package private(set) var passed = 0
  package private(set) var diagnostics: [Diagnostic] = []
  private let filter: Filter

  package init(_ filter: Filter, examples: [MessageExample] = []) {
    self.filter = filter
    var scanner = Tightlip.Scanner(filter)
    for (number, rule) in filter.rules.enumerated() {
      let id = RuleID(UInt16(number))
      for example in rule.examples { check(example.text, of: rule, line: example.line, id, &scanner) }
      for example in rule.counterexamples { checkNothing(example.text, of: rule, line: example.line, id, &scanner) }
    }
    for example in examples { check(example, &scanner) }
  }

  // MARK: Rules

  private mutating func checkNothing(
    _ text: String, of rule: PatternRule, line: Int, _ id: RuleID, _ scanner: inout Tightlip.Scanner
  ) {
    guard let first = candidates(of: id, in: text, &scanner).first else {
      passed += 1
      return
    }
    diagnostics.append(
      Diagnostic(
        file: rule.file, line: line,
        "rule \"\(rule.id)\" finds something in its counterexample \"\(text)\" (bytes \(first.start)..<\(first.end))",
        remedy: "narrow the pattern, add a word against it, or correct the counterexample"
      ).with(code: "counterexample-matches"))
  }

  private mutating func check(
    _ example: String, of rule: PatternRule, line: Int, _ id: RuleID, _ scanner: inout Tightlip.Scanner
  ) {
    let marked = MarkedText(example)
    let found = candidates(of: id, in: marked.text, &scanner)
    for range in marked.ranges {
      if found.contains(ByteRange(start: range.lowerBound, end: range.upperBound)) {
        passed += 1
        continue
      }
      let what =
        found.first.map { "finds bytes \($0.start)..<\($0.end) instead of \(range.lowerBound)..<\(range.upperBound) in" }
        ?? "does not find what is marked in"
      diagnostics.append(
        Diagnostic(
          file: rule.file, line: line, "rule \"\(rule.id)\" \(what) its example \"\(example)\"",
          remedy: "mend the pattern, its context words or score, or correct the example"
        ).with(code: "example-fails"))
    }
  }

  private func candidates(of rule: RuleID, in text: String, _ scanner: inout Tightlip.Scanner) -> [ByteRange] {
    var verdict = Verdict()
    scanner.scan(text, into: &verdict)
    return scanner.considered().candidates
      .filter { $0.0.rule == rule && $0.0.score >= filter.policy.threshold }
      .map(\.1)
  }

  // MARK: Messages

  private mutating func check(_ example: MessageExample, _ scanner: inout Tightlip.Scanner) {
    let marked = MarkedText(example.message)
    var verdict = Verdict()
    scanner.scan(marked.text, into: &verdict)
    let problem: String?
    switch example.expect {
    case .found:
      let missed = marked.ranges.indices.first { number in
        !verdict.findings.contains { finding in
          finding.entity == example.entity && finding.range.start < marked.ranges[number].upperBound
            && finding.range.end > marked.ranges[number].lowerBound
        }
      }
      problem = missed.map { "\"\(marked.parts[$0])\" is not found as \(example.entity?.name ?? "")" }
    case .nothing:
      let found = verdict.findings.first { example.entity == nil || $0.entity == example.entity }
      problem = found.map { "\($0.entity.name) is found, by the rule \(filter.name(of: $0.rule))" }
    case .pass, .redact, .block:
      problem =
        verdict.action.name == example.expect.rawValue
        ? nil : "the verdict is \(verdict.action.name), not \(example.expect.rawValue)"
    }
    guard let problem else {
      passed += 1
      return
    }
    diagnostics.append(
      Diagnostic(
        file: example.file, line: example.line, column: 1, "the example does not come out: \(problem)",
        remedy: "look at it with tightlip explain, then change the terms or the example"
      ).with(code: "example-fails", excerpt: example.message, reason: "either the list no longer does what it should, or the example is wrong"))
  }
}
