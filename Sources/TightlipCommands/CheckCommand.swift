internal import ArgumentParser
internal import Foundation
internal import Glibc
import Tightlip
import TightlipCore
import TightlipRules

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks a pack or a policy, and runs every example beside every rule.",
    discussion: "Exit code 0 when nothing is wrong, 1 when something is, 2 when it could not be checked.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(help: "text, or json for tools.")
  var format: Format = .text

  @Argument(help: ArgumentHelp("The folder of a pack, or a policy file; without it, the shipped pack.", valueName: "path"))
  var path: String?

  func run() throws {
    let target = try PackLocation.find(path)
    var status = stat()
    guard unsafe stat(target, &status) == 0 else {
      throw ConfigurationProblem("\(target): does not exist\n  to mend it: name the folder of a pack, or a policy file")
    }
    var report = CheckReport()
    if status.st_mode & S_IFMT == S_IFDIR {
      do throws(FilterError) {
        let filter = try Filter(pack: target)
        RuleExamples(filter).run(into: &report)
        IntentExamples(filter).run(into: &report)
      } catch {
        guard error.kind == .configuration else { throw error }
        report.problems += error.problems
      }
    } else {
      do {
        // With the shipped pack, so that the replacement text is judged too.
        let (policy, warnings) = try Filter.readPolicyWithWarnings(target)
        report.warnings = warnings
        let filter = try Filter(pack: try PackLocation.find(nil), policy: policy)
        report.passed += 1
        if let expiry = filter.expiresAt, expiry.seconds <= Int64(time(nil)) {
          report.problems.append(
            Diagnostic(
              file: target, "has expired, and blocks everything",
              remedy: "review the policy and give expires a date to come").description)
        }
      } catch let error as FilterError {
        report.problems += error.problems
      }
    }
    switch format {
    case .text:
      for warning in report.warnings { try StandardStreams.print(warning) }
      for problem in report.problems { try StandardStreams.print(problem) }
      try StandardStreams.print(
        report.problems.isEmpty
          ? "\(target): nothing wrong (\(report.rules) rules, \(report.passed) checks)"
          : "\(target): \(report.problems.count) problems (\(report.rules) rules, \(report.passed) checks passed)")
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try StandardStreams.write(Array(try encoder.encode(report)) + [10])
    }
    if !report.problems.isEmpty { throw ProblemsFound() }
  }
}

/// What a check found.
struct CheckReport: Encodable {
  var rules = 0
  var passed = 0
  var problems: [String] = []
  /// What is allowed, but worth a second thought; no reason to fail.
  var warnings: [String] = []
}

/// Runs the examples and counterexamples of every pattern rule through the whole filter.
struct RuleExamples {
  private let filter: Filter

  init(_ filter: Filter) { self.filter = filter }

  func run(into report: inout CheckReport) {
    var scanner = Tightlip.Scanner(filter)
    for (number, rule) in filter.rules.enumerated() {
      report.rules += 1
      let id = RuleID(UInt16(number))
      for example in rule.examples {
        check(example.text, of: rule, line: example.line, id, &scanner, &report)
      }
      for example in rule.counterexamples {
        let found = candidates(of: id, in: example.text, &scanner)
        if let first = found.first {
          report.problems.append(
            Diagnostic(
              file: rule.file, line: example.line,
              "rule \"\(rule.id)\" finds something in its counterexample \"\(example.text)\" (bytes \(first.start)..<\(first.end))",
              remedy: "narrow the pattern, add a word against it, or correct the counterexample").description)
        } else {
          report.passed += 1
        }
      }
    }
  }

  private func check(
    _ example: String, of rule: PatternRule, line: Int, _ id: RuleID, _ scanner: inout Tightlip.Scanner,
    _ report: inout CheckReport
  ) {
    let (text, marked) = Self.unmark(example)
    let found = candidates(of: id, in: text, &scanner)
    for range in marked {
      if found.contains(range) {
        report.passed += 1
        continue
      }
      let what =
        found.first.map { "finds bytes \($0.start)..<\($0.end) instead of \(range.start)..<\(range.end) in" }
        ?? "does not find what is marked in"
      report.problems.append(
        Diagnostic(
          file: rule.file, line: line, "rule \"\(rule.id)\" \(what) its example \"\(example)\"",
          remedy: "mend the pattern, its context words or score, or correct the example").description)
    }
  }

  private func candidates(of rule: RuleID, in text: String, _ scanner: inout Tightlip.Scanner) -> [ByteRange] {
    var verdict = Verdict()
    scanner.scan(text, into: &verdict)
    return scanner.considered().candidates
      .filter { $0.0.rule == rule && $0.0.score >= filter.policy.threshold }
      .map(\.1)
  }

  /// Takes the double brackets out of an example.
  static func unmark(_ example: String) -> (text: String, marked: [ByteRange]) {
    var text: [UInt8] = []
    var marked: [ByteRange] = []
    var start = 0
    let bytes = Array(example.utf8)
    var index = 0
    while index < bytes.count {
      let isPair = index + 1 < bytes.count && bytes[index] == bytes[index + 1]
      if isPair, bytes[index] == UInt8(ascii: "[") {
        start = text.count
        index += 2
      } else if isPair, bytes[index] == UInt8(ascii: "]") {
        marked.append(ByteRange(start: start, end: text.count))
        index += 2
      } else {
        text.append(bytes[index])
        index += 1
      }
    }
    return (String(decoding: text, as: UTF8.self), marked)
  }
}
