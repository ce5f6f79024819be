import Tightlip
import TightlipRules

/// Runs the examples and counterexamples of every rule about texting itself.
struct IntentExamples {
  private(set) var rules = 0
  private(set) var passed = 0
  private(set) var diagnostics: [Diagnostic] = []

  init(_ filter: Filter) {
    var scanner = Tightlip.Scanner(filter)
    for (number, rule) in filter.intentRules.enumerated() {
      rules += 1
      for example in rule.examples { check(number, rule, example, shouldMatch: true, &scanner) }
      for example in rule.counterexamples { check(number, rule, example, shouldMatch: false, &scanner) }
    }
  }

  private mutating func check(
    _ number: Int, _ rule: IntentRule, _ example: (line: Int, text: String), shouldMatch: Bool,
    _ scanner: inout Tightlip.Scanner
  ) {
    if scanner.matchesIntent(number, Array(example.text.utf8)) == shouldMatch {
      passed += 1
      return
    }
    diagnostics.append(
      Diagnostic(
        file: rule.file, line: example.line,
        shouldMatch
          ? "intent \"\(rule.id)\" does not match its example \"\(example.text)\""
          : "intent \"\(rule.id)\" matches its counterexample \"\(example.text)\"",
        remedy: "mend the words or the pattern, or correct the example"
      ).with(code: shouldMatch ? "example-fails" : "counterexample-matches", excerpt: example.text))
  }
}
