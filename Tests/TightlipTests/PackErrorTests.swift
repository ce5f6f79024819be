import Foundation
import Testing
import Tightlip
import TightlipCore

/// A pack with a mistake is refused as a whole, with place, cause and remedy.
struct PackErrorTests {
  private func problems(_ change: (inout TestPack) -> Void) -> [String] {
    var pack = TestPack.small
    change(&pack)
    do {
      _ = try pack.filter()
      return []
    } catch let error as FilterError {
      #expect(error.kind == .configuration)
      return error.problems
    } catch {
      return ["\(error)"]
    }
  }

  private func expect(
    _ problems: [String], _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(problems.count == 1, "\(problems)", sourceLocation: sourceLocation)
    for part in parts + ["to mend it: "] {
      #expect(problems.first?.contains(part) == true, "\(part) in \(problems)", sourceLocation: sourceLocation)
    }
  }

  @Test func `a wrong pattern names rule, line, column and byte`() {
    let text = "patterns:\n" + TestPack.rule("bad.pattern", "US_SSN", "[a")
    expect(
      problems { $0.patternFiles.append(("bad", text)) },
      ["bad.yaml:4:14: error: rule \"bad.pattern\"", "wrong at byte 2", "missing terminating ]"])
  }

  @Test func `an unknown validator is answered with the nearest known one`() {
    let text = "patterns:\n" + TestPack.rule("bad.validator", "US_SSN", "a", "0.5", "validator: snn")
    expect(problems { $0.patternFiles.append(("bad", text)) }, ["bad.yaml:6", "unknown validator \"snn\"", "did you mean ssn?"])
  }

  @Test func `a rule name that stands twice names both places`() {
    let text = "patterns:\n" + TestPack.rule("number.ssn", "US_SSN", "a")
    expect(problems { $0.patternFiles.append(("bad", text)) }, ["the rule name \"number.ssn\" stands twice", "bad.yaml:2", "numbers.yaml:2"])
  }

  @Test func `the name of a built-in rule is taken`() {
    let text = "patterns:\n" + TestPack.rule("name.title", "PERSON", "a")
    expect(problems { $0.patternFiles.append(("bad", text)) }, ["bad.yaml:2", "belongs to a built-in rule"])
  }

  @Test(arguments: ["...", "💊", "—"])
  func `a term without a letter or digit is refused`(term: String) {
    let text = TestPack.table([("fever", "DIAGNOSIS", "0.9", ""), (term, "DIAGNOSIS", "0.9", "")])
    expect(problems { $0.termFiles.append(("bad", text)) }, ["bad.tsv:3:1", "no letter or digit"])
  }

  @Test func `a term that is not UTF-8 is refused`() throws {
    var pack = TestPack.small
    pack.termFiles.append(("bad", TestPack.table([("fever", "DIAGNOSIS", "0.9", "")])))
    let folder = try pack.write()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(Array(TestPack.header.utf8) + [0x66, 0xFF] + Array("\tDIAGNOSIS\t0.9\t\t\ttest\t\n".utf8))
      .write(to: URL(filePath: folder + "/bad.tsv"))
    #expect {
      _ = try Filter(pack: folder)
    } throws: { error in
      guard let error = error as? FilterError else { return false }
      return error.problems.first?.contains("bad.tsv:2:1: error: the line is not valid UTF-8") == true
    }
  }

  @Test func `a listed file that is missing is named`() throws {
    let folder = try TestPack.small.write()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.removeItem(atPath: folder + "/names.tsv")
    #expect {
      _ = try Filter(pack: folder)
    } throws: { error in
      guard let error = error as? FilterError else { return false }
      return error.kind == .configuration && error.problems.first?.contains("names.tsv: error: cannot be opened") == true
    }
  }

  @Test(arguments: ["/nonexistent", "", "/dev/null"])
  func `a folder that is no pack is refused`(path: String) {
    #expect(throws: FilterError.self) { _ = try Filter(pack: path) }
  }

  @Test func `a policy file that is missing is refused`() {
    #expect(throws: FilterError.self) { _ = try Filter.readPolicy("/nonexistent/policy.yaml") }
  }
}
