internal import Foundation
package import TightlipRules

/// What `check` found, for people, tools and code review.
package struct LintReport {
  package var target: String
  package var rules: Int
  package var passed: Int
  package var diagnostics: [Diagnostic]
  /// Whether notes on the shipped pack are shown; notes on overlays always are.
  package var showsAllNotes = false
  /// Folders whose notes are shown.
  package var overlays: [String] = []

  package init(target: String, rules: Int, passed: Int, diagnostics: [Diagnostic]) {
    self.target = target
    self.rules = rules
    self.passed = passed
    self.diagnostics = diagnostics
  }

  /// Errors and warnings.
  package var problems: [Diagnostic] { diagnostics.filter { $0.level != .note } }

  /// What is shown, and what `--fix` mends.
  package var shown: [Diagnostic] { diagnostics.filter(isShown) }

  private func isShown(_ diagnostic: Diagnostic) -> Bool {
    diagnostic.level != .note || showsAllNotes || overlays.contains { diagnostic.file.hasPrefix($0) }
  }

  // MARK: Text

  /// For people: each problem with place, text, why and how to mend it.
  package var text: String {
    var lines = shown.map { diagnostic in
      diagnostic.description + (diagnostic.edits.isEmpty ? "" : "\n  certain: tightlip check --fix mends this")
        // A mistake that only a reader's message names has no code worth showing.
        + (diagnostic.code == Diagnostic.readersCode ? "" : "\n  [\(diagnostic.code)]")
    }
    let problems = problems
    let hidden = diagnostics.count { !isShown($0) }
    let notes = hidden == 0 ? "" : "; \(hidden) notes, shown by --notes"
    lines.append(
      problems.isEmpty
        ? "\(target): nothing wrong (\(rules) rules, \(passed) checks\(notes))"
        : "\(target): \(Self.count(problems, .error, "error")), \(Self.count(problems, .warning, "warning")) (\(rules) rules, \(passed) checks passed\(notes))")
    return lines.joined(separator: "\n")
  }

  private static func count(_ diagnostics: [Diagnostic], _ level: Diagnostic.Level, _ word: String) -> String {
    let count = diagnostics.count { $0.level == level }
    return "\(count) \(word)\(count == 1 ? "" : "s")"
  }

  // MARK: JSON

  private struct Item: Encodable {
    var level: String
    var code: String
    var file: String
    var line: Int
    var column: Int
    var message: String
    var text: String?
    var why: String?
    var remedy: String
    var fixable: Bool

    init(_ diagnostic: Diagnostic) {
      level = diagnostic.level.rawValue
      code = diagnostic.code
      file = diagnostic.file
      line = diagnostic.line
      column = diagnostic.column
      message = diagnostic.message
      text = diagnostic.excerpt.isEmpty ? nil : diagnostic.excerpt
      why = diagnostic.reason.isEmpty ? nil : diagnostic.reason
      remedy = diagnostic.remedy
      fixable = !diagnostic.edits.isEmpty
    }
  }

  private struct Document: Encodable {
    var rules: Int
    var passed: Int
    var problems: [String]
    var diagnostics: [Item]
  }

  /// For tools.
  package func json() throws -> [UInt8] {
    try Self.encode(
      Document(
        rules: rules, passed: passed, problems: problems.map(\.description), diagnostics: diagnostics.map(Item.init)))
  }

  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [10]
  }

  // MARK: SARIF

  private struct SARIF: Encodable {
    struct Text: Encodable { var text: String }
    struct Rule: Encodable {
      var id: String
      var shortDescription: Text
    }
    struct Driver: Encodable {
      var name = "tightlip"
      var version: String
      var rules: [Rule]
    }
    struct Tool: Encodable { var driver: Driver }
    struct Artifact: Encodable { var uri: String }
    struct Region: Encodable {
      var startLine: Int?
      var startColumn: Int?
      var byteOffset: Int?
      var byteLength: Int?
    }
    struct Physical: Encodable {
      var artifactLocation: Artifact
      var region: Region?
    }
    struct Location: Encodable { var physicalLocation: Physical }
    struct Replacement: Encodable {
      var deletedRegion: Region
      var insertedContent: Text
    }
    struct Change: Encodable {
      var artifactLocation: Artifact
      var replacements: [Replacement]
    }
    struct Fix: Encodable {
      var description: Text
      var artifactChanges: [Change]
    }
    struct Result: Encodable {
      var ruleId: String
      var level: String
      var message: Text
      var locations: [Location]
      var fixes: [Fix]?
    }
    struct Run: Encodable {
      var tool: Tool
      var columnKind = "unicodeCodePoints"
      var results: [Result]
    }
    var schema = "https://json.schemastore.org/sarif-2.1.0.json"
    var version = "2.1.0"
    var runs: [Run]

    enum CodingKeys: String, CodingKey {
      case schema = "$schema"
      case version, runs
    }
  }

  /// For code review: SARIF 2.1.0. Files below the working directory are named relative to it.
  package func sarif(version: String) throws -> [UInt8] {
    let here = FileManager.default.currentDirectoryPath + "/"
    func artifact(_ file: String) -> SARIF.Artifact {
      let path = file.hasPrefix(here) ? String(file.dropFirst(here.count)) : file
      return .init(uri: path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)
    }
    let results = shown.map { diagnostic in
      SARIF.Result(
        ruleId: diagnostic.code, level: diagnostic.level.rawValue,
        message: .init(
          text: [diagnostic.message, diagnostic.reason, "To mend it: " + diagnostic.remedy].filter { !$0.isEmpty }.joined(separator: ". ")),
        locations: [
          .init(
            physicalLocation: .init(
              artifactLocation: artifact(diagnostic.file),
              region: diagnostic.line == 0
                ? nil : .init(startLine: diagnostic.line, startColumn: diagnostic.column == 0 ? nil : diagnostic.column)))
        ],
        fixes: diagnostic.edits.isEmpty
          ? nil
          : [
            .init(
              description: .init(text: diagnostic.remedy),
              artifactChanges: [
                .init(
                  artifactLocation: artifact(diagnostic.file),
                  replacements: diagnostic.edits.map {
                    .init(
                      deletedRegion: .init(byteOffset: $0.range.lowerBound, byteLength: $0.range.count),
                      insertedContent: .init(text: String(decoding: $0.replacement, as: UTF8.self)))
                  })
              ])
          ])
    }
    let codes = Set(diagnostics.map(\.code)).sorted()
    let rules = codes.map { code in
      SARIF.Rule(id: code, shortDescription: .init(text: diagnostics.first { $0.code == code }?.message ?? code))
    }
    return try Self.encode(
      SARIF(runs: [.init(tool: .init(driver: .init(version: version, rules: rules)), results: results)]))
  }
}
