import Tightlip
import TightlipRules

/// Runs the examples and counterexamples of every rule about texting itself.
struct IntentExamples {
  private let filter: Filter

  init(_ filter: Filter) { self.filter = filter }

  func run(into report: inout CheckReport) {
    var scanner = Tightlip.Scanner(filter)
    for (number, rule) in filter.intentRules.enumerated() {
      report.rules += 1
      for example in rule.examples { check(number, rule, example, shouldMatch: true, &scanner, &report) }
      for example in rule.counterexamples { check(number, rule, example, shouldMatch: false, &scanner, &report) }
    }
  }

  private func check(
    _ number: Int, _ rule: IntentRule, _ example: (line: Int, text: String), shouldMatch: Bool,
    _ scanner: inout Tightlip.Scanner, _ report: inout CheckReport
  ) {
    if scanner.matchesIntent(number, Array(example.text.utf8)) == shouldMatch {
      report.passed += 1
      return
    }
    report.problems.append(
      Diagnostic(
        file: rule.file, line: example.line,
        shouldMatch
          ? "intent \"\(rule.id)\" does not match its example \"\(example.text)\""
          : "intent \"\(rule.id)\" matches its counterexample \"\(example.text)\"",
        remedy: "mend the words or the pattern, or correct the example").description)
  }
}
