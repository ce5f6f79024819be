import Foundation
import Testing
import Tightlip
import TightlipRules
import TightlipTuning

/// Packs and overlays with a mistake each (`N.in`), beside what `check` says of them and what is left
/// after `--fix` (`N.out`).
///
/// An `.in` file holds several files, each after a line `-- path --`; words behind the path say how
/// the file is damaged: `bom`, `crlf`, `cr`, `utf16`, `latin1`. Without a `pack/pack.yaml` of its own
/// the small pack below applies. A changed wording is recorded with
/// `RECORD_SNAPSHOTS=1 swift test --filter LintTests`; read the difference before you commit it.
struct LintTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Cases/lint")

  static let cases: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? [])
    .filter { $0.hasSuffix(".in") }.map { String($0.dropLast(3)) }.sorted()

  /// 2026-11-22.
  static let now: Int64 = 1_795_305_600

  static func lint(_ folder: URL) throws -> Lint {
    let overlay = folder.appending(path: "overlay").path()
    let hasOverlay = FileManager.default.fileExists(atPath: overlay)
    return try Lint(pack: folder.appending(path: "pack").path(), overlays: hasOverlay ? [overlay] : [], now: now)
  }

  @Test func `there are cases for every diagnostic`() throws {
    var told: Set<String> = []
    for name in Self.cases {
      let text = try String(contentsOf: Self.folder.appending(path: name + ".out"), encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("  [") {
        told.insert(String(line.dropFirst(3).prefix { $0 != "]" }))
      }
    }
    let sources = Self.folder.appending(path: "../../../Sources").standardizedFileURL
    var known: Set<String> = []
    for module in ["TightlipTuning", "TightlipRules", "Tightlip"] {
      let files = FileManager.default.enumerator(atPath: sources.appending(path: module).path())
      for case let file as String in files ?? .init() where file.hasSuffix(".swift") {
        let text = try String(contentsOf: sources.appending(path: module).appending(path: file), encoding: .utf8)
        for match in text.matches(of: /code: "([a-z0-9-]+)"/) { known.insert(String(match.1)) }
      }
    }
    // Told by other commands, or by a machine without PCRE2.
    known.subtract(["policy-expired", "policy-unusable", "pack-unusable", "waiver-unused", "corpus-line"])
    #expect(known.subtracting(told).isEmpty, "no case for \(known.subtracting(told).sorted())")
    #expect(known.count >= 30)
  }

  @Test(arguments: cases)
  func `check says what is wrong, and mends what is certain`(name: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-lint-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try LintCase.unpack(try Data(contentsOf: Self.folder.appending(path: name + ".in")), to: folder)
    var lint = try Self.lint(folder)
    func told(_ diagnostics: [Diagnostic]) -> String {
      diagnostics.isEmpty
        ? "nothing wrong\n"
        : diagnostics.map { $0.description + "\n  [\($0.code)]" + ($0.edits.isEmpty ? "" : " certain") + "\n" }.joined()
          .replacing(folder.path(), with: "")
    }
    var actual = told(lint.diagnostics)
    if lint.diagnostics.contains(where: { !$0.edits.isEmpty }) {
      var rounds = 0
      while rounds < 8, try !Fixer.apply(lint.diagnostics).isEmpty {
        rounds += 1
        lint = try Self.lint(folder)
      }
      #expect(rounds < 8, "fixing comes to an end")
      actual += "-- after --fix --\n" + told(lint.diagnostics)
    }
    let expected = Self.folder.appending(path: name + ".out")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try Data(actual.utf8).write(to: expected)
      return
    }
    #expect(actual == (try String(contentsOf: expected, encoding: .utf8)))
    // Whatever its wording, each says where and how to mend it.
    for diagnostic in lint.diagnostics {
      #expect(!diagnostic.file.isEmpty && !diagnostic.remedy.isEmpty && !diagnostic.code.isEmpty)
    }
  }
}

/// Files in one file.
enum LintCase {
  static let pack = """
    -- pack/pack.yaml --
    name: small
    version: 1
    terms: [terms.tsv]
    patterns: [patterns.yaml]
    benign: benign.tsv
    -- pack/terms.tsv --
    term\tentity\tweight\tflags\tcode\tsource\tnote
    hi\tCUE_GREETING\t1\t\t\ttest\t
    your\tCUE_SECOND_PERSON\t1\t\t\ttest\t
    dana\tGIVEN_NAME\t0.9\t\t\ttest\t
    whitfield\tSURNAME\t0.9\t\t\ttest\t
    glimmer\tCOMMON_WORD\t0.9\t\t\ttest\t
    diabetes\tDIAGNOSIS\t0.95\t\t\ttest\t
    metformin\tMEDICATION\t0.95\tone-typo\t\ttest\t
    -- pack/patterns.yaml --
    patterns:
      - id: number.ssn
        entity: US_SSN
        pattern: '(?<![\\w-])\\d{3}-\\d{2}-\\d{4}(?![\\w-])'
        score: 0.9
        validator: ssn
        source: test
        examples: ["ssn [[219-09-9998]]", "[[219-09-9998]] ok"]
        counterexamples: ["ssn 000-12-3456", "none"]
    -- pack/benign.tsv --
    words\tmessages
    *\t1000
    plan\t42

    """

  static func unpack(_ data: Data, to folder: URL) throws {
    let files = parse(data)
    for file in files.contains(where: { $0.path == "pack/pack.yaml" }) ? files : parse(Data(pack.utf8)) + files {
      let url = folder.appending(path: file.path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try file.data.write(to: url)
    }
  }

  private static func parse(_ data: Data) -> [(path: String, data: Data)] {
    var files: [(path: String, ways: [String], lines: [Data])] = []
    for line in data.split(separator: 10, omittingEmptySubsequences: false) {
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix("-- "), text.hasSuffix(" --") {
        let words = text.dropFirst(3).dropLast(3).split(separator: " ").map(String.init)
        files.append((words[0], Array(words.dropFirst()), []))
      } else if !files.isEmpty {
        files[files.count - 1].lines.append(Data(line))
      }
    }
    return files.map { file in
      var bytes = Data(file.lines.joined(separator: [10]))
      if bytes.last != 10, !bytes.isEmpty { bytes.append(10) }
      let text = String(decoding: bytes, as: UTF8.self)
      for way in file.ways {
        switch way {
        case "bom": bytes = Data([0xEF, 0xBB, 0xBF]) + bytes
        case "crlf": bytes = Data(bytes.split(separator: 10, omittingEmptySubsequences: false).joined(separator: [13, 10]))
        case "cr": bytes = Data(bytes.map { $0 == 10 ? 13 : $0 })
        case "utf16": bytes = Data([0xFF, 0xFE]) + text.data(using: .utf16LittleEndian)!
        case "latin1": bytes = text.data(using: .isoLatin1)!
        case "empty": bytes = Data()
        default: bytes += Data(way.utf8)
        }
      }
      return (file.path, bytes)
    }
  }
}
