import Foundation
import Testing
import TightlipCore
import TightlipRules

/// Files with a mistake each, beside what is said of them: place, cause and remedy.
///
/// A changed wording is recorded with `RECORD_SNAPSHOTS=1 swift test --filter DiagnosticTests`; read
/// the difference before you commit it.
struct DiagnosticTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Cases/diagnostics")

  static let files: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? [])
    .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".tsv") }.sorted()

  private static func diagnostics(_ name: String) throws -> [Diagnostic] {
    let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
    do throws(RulesError) {
      switch name.prefix(while: { $0 != "-" }) {
      case "terms": _ = try TermTable(file: name, bytes: bytes)
      case "patterns": _ = try PatternFile.read(file: name, bytes: bytes)
      case "pack": _ = try PackManifest(file: name, bytes: bytes)
      default: _ = try PolicyFile.read(file: name, bytes: bytes)
      }
      return []
    } catch {
      return error.diagnostics
    }
  }

  @Test func `there are cases for every kind of file`() {
    for kind in ["terms-", "patterns-", "pack-", "policy-"] {
      #expect(Self.files.count { $0.hasPrefix(kind) } >= 10, "\(kind)")
    }
  }

  @Test(arguments: files)
  func `a mistake is told with its place, cause and remedy`(file: String) throws {
    let found = try Self.diagnostics(file)
    let actual = (found.isEmpty ? "accepted" : found.map(\.description).joined(separator: "\n")) + "\n"
    let stem = file.split(separator: ".").dropLast().joined(separator: ".")
    let expected = Self.folder.appending(path: stem + ".out")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try Data(actual.utf8).write(to: expected)
      return
    }
    #expect(actual == (try String(contentsOf: expected, encoding: .utf8)))
  }

  /// What holds for each of them, whatever its wording.
  @Test(arguments: files)
  func `a diagnostic names its file, says how to mend it, and is accepted only where nothing is wrong`(
    file: String
  ) throws {
    let found = try Self.diagnostics(file)
    #expect(found.isEmpty == file.contains("-good"))
    #expect(found.count <= 50)
    for diagnostic in found {
      #expect(diagnostic.file == file)
      #expect(!diagnostic.message.isEmpty)
      #expect(!diagnostic.remedy.isEmpty)
      #expect(diagnostic.description.hasPrefix(file + ":"))
      #expect(diagnostic.description.contains("\n  to mend it: "))
      // A whole file is meant only where it is empty, unreadable, or lacks something.
      let hasPlace = diagnostic.line > 0
      let isWhole = ["empty", "UTF-8", "has no", "outside the pack"].contains { diagnostic.message.contains($0) }
      #expect(hasPlace || isWhole, "\(diagnostic.description)")
      let refused = diagnostic.message.split(separator: "\"").dropFirst().first ?? ""
      #expect(refused.isEmpty || diagnostic.remedy != "did you mean \(refused)?", "\(diagnostic.description)")
    }
  }

  @Test(arguments: [
    ("PRESON", ["PERSON", "LOCATION"], "PERSON"),
    ("person", ["PERSON", "LOCATION"], "PERSON"),
    ("plurals", ["plural", "one-typo"], "plural"),
    ("xyz", ["PERSON", "LOCATION"], nil),
    ("", ["pass"], nil),
    ("blocked", ["pass", "redact", "block"], "block"),
    ("abc", [], nil),
  ])
  func `the nearest known word is offered, and none that is far`(word: String, known: [String], expected: String?) {
    #expect(nearest(to: word, among: known) == expected)
  }
}

struct PolicyFileTests {
  private func policy(_ text: String) throws -> Policy {
    try PolicyFile.read(file: "policy.yaml", bytes: Array(("policy: test\n" + text).utf8))
  }

  @Test func `what a policy leaves out keeps the shipped default`() throws {
    let read = try policy("")
    let shipped = Policy.shippedDefault
    #expect(read.entities == shipped.entities)
    #expect(read.isHalted == false && read.expiresAt == nil)
    #expect(read.threshold == shipped.threshold)
    #expect(read.maximumRedactions == shipped.maximumRedactions)
    #expect(read.blockMarker == shipped.blockMarker)
    #expect(read.insteadText == shipped.insteadText)
  }

  @Test func `every setting arrives where it belongs`() throws {
    let file = DiagnosticTests.folder.appending(path: "policy-good.yaml")
    let read = try PolicyFile.read(file: "policy-good.yaml", bytes: Array(try Data(contentsOf: file)))
    #expect(read.name == "ours" && read.version == "3")
    #expect(read.threshold == Score(0.6))
    #expect(read.inboundAction == .redact)
    #expect(read[.usSSN] == Policy.EntityRule(action: .block, redaction: .tag))
    #expect(read[.zipCode] == Policy.EntityRule(action: .redact, redaction: .generalize))
    #expect(read[.person] == Policy.EntityRule(action: .redact, redaction: .fixed("(name)")))
    #expect(read.firstNameAction == .redact && read.ownIdentityAction == .pass)
    #expect(read.generalHealthAction == .pass)
    #expect(read.unlinkedMedicationAction == .block && read.addressedProcedureAction == .block)
    #expect(read.linkedAction == .block && read.addressedHealthAction == .redact)
    #expect(read.birthDateWithNameAction == .block)
    #expect(read.maximumRedactions == 5 && read.maximumRedactedPercent == 50)
    #expect(read.maximumRisk == Score(0.9))
    #expect(read.practiceIdentity == ["Lakeside Cardiology", "555 0100"])
    #expect(read.blockMarker == "[held]")
    #expect(read.insteadChannel == "portal" && read.insteadText == "Please log in.")
  }

  @Test(arguments: ["tag", "mask", "hash", "generalize", "partial"])
  func `each redaction has a name`(name: String) throws {
    let read = try policy("entities: {PERSON: {redaction: \(name)}}")
    let expected: [String: RedactionOperator] = [
      "tag": .tag, "mask": .mask, "hash": .hash, "generalize": .generalize, "partial": .partial,
    ]
    #expect(read[.person].redaction == expected[name])
    #expect(read[.person].action == Policy.shippedDefault[.person].action)
  }

  /// Seconds since 1970, from GNU date. A bare date holds until its end.
  @Test(arguments: [
    ("1970-01-01", 86_400), ("1970-01-01T00:00:00Z", 0), ("2027-12-31", 1_830_297_600),
    ("2027-12-31T23:59:59Z", 1_830_297_599), ("2028-02-29", 1_835_481_600),
    ("2028-03-01T00:00:00Z", 1_835_481_600), ("2000-02-29T12:30:45Z", 951_827_445),
    ("2100-03-01T00:00:00Z", 4_107_542_400), ("2400-02-29", 13_574_649_600),
    ("2026-11-22T19:17:46Z", 1_795_375_066), ("1972-12-31", 94_694_400),
    ("'2027-12-31'", 1_830_297_600),
  ] as [(String, Int64)])
  func `an expiry is read to the second`(text: String, seconds: Int64) throws {
    // A day is kept as one: when it ends depends on the practice's zone; here UTC's.
    let ends: Int64? =
      switch try policy("expires: \(text)").expiry {
      case .instant(let instant)?: instant.seconds
      case .endOfDay(let day)?: Int64(day.number + 1) * 86_400
      case nil: nil
      }
    #expect(ends == seconds)
  }

  @Test(arguments: [
    "2027-02-29", "2100-02-29", "2027-02-30", "2027-04-31", "2027-00-10", "2027-13-01", "2027-01-00",
    "2027-01-32", "1969-12-31", "2027-1-1", "27-01-01", "2027/01/01", "2027-01-01T24:00:00Z",
    "2027-01-01T00:60:00Z", "2027-01-01T00:00:60Z", "2027-01-01 00:00:00Z", "2027-01-01T00:00:00",
    "2027-01-01T00:00Z", "never", "''", "20270101", "２０２７-01-01",
    "2027-01-01x", "-027-01-01", "[2027-01-01]",
  ])
  func `what is no date or instant is refused`(text: String) {
    #expect(throws: RulesError.self) { try policy("expires: \(text)") }
  }

  @Test(arguments: ["true", "false"])
  func `halt takes the two words`(word: String) throws {
    #expect(try policy("halt: \(word)").isHalted == (word == "true"))
  }

  @Test(arguments: ["yes", "no", "on", "off", "y", "n", "True", "TRUE", "1", "0", "\"true\"", "'false'", "~", ""])
  func `halt takes no other word`(word: String) {
    #expect(throws: RulesError.self) { try policy("halt: \(word)") }
  }
}

struct SourceFileTests {
  @Test(arguments: ["/nonexistent/x", "/tmp", "/dev/null"])
  func `a file that is missing or no ordinary file is refused with a remedy`(path: String) {
    #expect {
      try SourceFile.read(path)
    } throws: { error in
      guard let error = error as? RulesError, let first = error.diagnostics.first else { return false }
      return first.file == path && !first.remedy.isEmpty
    }
  }
}
