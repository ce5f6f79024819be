import Foundation
import Testing

extension ProgramTests {
  struct ExplainAndCheckTests {
    // MARK: explain

    @Test func `explain shows action, findings, reasons and the sum of the risk`() throws {
      let outcome = try run(["explain", "As", "you", "asked,", "my", "ssn", "is", "219-09-9998"])
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      let text = String(decoding: outcome.output, as: UTF8.self)
      for part in ["REDACT", "Reasons", "phi.identifier", "Findings", "US_SSN", "\"219-09-9998\"", "number.ssn", "Risk", "sum"] {
        #expect(text.contains(part), "\(part) in \(text)")
      }
      #expect(!text.contains("\u{1B}"), "no escape codes into a pipe")
    }

    @Test func `explain reads standard input where no text is given`() throws {
      let outcome = try run(["explain"], "ssn 219-09-9998\n")
      #expect(String(decoding: outcome.output, as: UTF8.self).contains("US_SSN"))
    }

    @Test func `explain as JSON is one document whose parts sum to the risk`() throws {
      let outcome = try run(["explain", "--format", "json", "Dana Whitfield has diabetes, ssn 219-09-9998"])
      let object = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
      #expect(object["action"] as? String == "block")
      #expect(object["complete"] as? Bool == true)
      #expect(object["text"] == nil)
      let parts = try #require(object["riskParts"] as? [[String: Any]])
      let sum = parts.compactMap { $0["risk"] as? Double }.reduce(0, +)
      #expect(abs(sum - (object["risk"] as? Double ?? -1)) < 0.0005)
      let findings = try #require(object["findings"] as? [[String: Any]])
      #expect(findings.contains { $0["entity_type"] as? String == "US_SSN" && $0["text"] as? String == "219-09-9998" })
    }

    @Test func `explain replaces control characters, which could drive a terminal`() throws {
      let hostile = "ok \u{1B}[2J\u{07}\u{9B}31m \u{202E}evil\u{200B} 219-09-9998 \u{0D}x"
      let outcome = try run(["explain"], hostile)
      #expect(outcome.status == 0)
      for scalar in String(decoding: outcome.output, as: UTF8.self).unicodeScalars where scalar != "\n" {
        #expect(
          ![.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory),
          "U+\(String(scalar.value, radix: 16))")
      }
    }

    @Test func `explain of what cannot be read blocks`() throws {
      let outcome = try run(["explain"], Data([0x68, 0xFF, 0x69]))
      #expect(outcome.status == 0)
      #expect(String(decoding: outcome.output, as: UTF8.self).contains("scan.incomplete"))
    }

    @Test func `explain knows the direction`() throws {
      let outcome = try run(["explain", "--direction", "inbound", "ssn 219-09-9998"])
      #expect(String(decoding: outcome.output, as: UTF8.self).contains("PASS"))
    }

    // MARK: check

    @Test func `check of a good pack and of a good policy finds nothing`() throws {
      let pack = try run(["check", Program.pack])
      #expect(pack.status == 0, "\(pack.lines)")
      #expect(pack.lines.last?.contains("nothing wrong") == true)
      let policy = try run(["check", Program.file("policy.yaml", "policy: test\n")])
      #expect(policy.status == 0)
      #expect(policy.errors == "")
    }

    @Test func `check as JSON is one document`() throws {
      let outcome = try run(["check", "--format", "json", Program.pack])
      let object = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
      #expect(object["rules"] as? Int == 1)
      #expect((object["problems"] as? [String])?.isEmpty == true)
      #expect(object["passed"] as? Int == 4)
    }

    /// A copy of the pack with its patterns changed.
    private func pack(_ change: (String) -> String) throws -> String {
      let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-check-\(UUID().uuidString)")
      try FileManager.default.copyItem(atPath: Program.pack, toPath: folder.path())
      let file = folder.appending(path: "patterns.yaml")
      Program.write(change(try String(contentsOf: file, encoding: .utf8)), file)
      return folder.path()
    }

    @Test func `check tells an example that is not found, with its line, and exits with 1`() throws {
      let folder = try pack { $0.replacingOccurrences(of: "[[219-09-9998]] ok", with: "[[219-09-999]] ok") }
      let outcome = try run(["check", folder])
      #expect(outcome.status == 1)
      let text = String(decoding: outcome.output, as: UTF8.self)
      #expect(text.contains("patterns.yaml:8") && text.contains("\"number.ssn\"") && text.contains("to mend it: "))
      #expect(!text.contains("\u{1B}"))
    }

    @Test func `check tells a counterexample that is found`() throws {
      let folder = try pack { $0.replacingOccurrences(of: "ssn 000-12-3456", with: "ssn 219-09-9998") }
      let outcome = try run(["check", folder])
      #expect(outcome.status == 1)
      #expect(String(decoding: outcome.output, as: UTF8.self).contains("finds something in its counterexample"))
    }

    @Test func `check tells an example whose brackets do not end`() throws {
      let folder = try pack { $0.replacingOccurrences(of: "[[219-09-9998]] ok", with: "[[219-09-9998 ok") }
      let outcome = try run(["check", folder])
      #expect(outcome.status == 1)
    }

    @Test func `check lists what keeps a pack or policy from being read, and exits with 1`() throws {
      let broken = try pack { $0.replacingOccurrences(of: "validator: ssn", with: "validator: snn") }
      let outcome = try run(["check", broken])
      #expect(outcome.status == 1)
      #expect(String(decoding: outcome.output, as: UTF8.self).contains("did you mean ssn?"))
      let policy = try run(["check", Program.file("policy.yaml", "policy: test\nhalt: maybe\n")])
      #expect(policy.status == 1)
      #expect(String(decoding: policy.output, as: UTF8.self).contains("policy.yaml:2:7"))
    }

    @Test func `check of what does not exist could not run`() throws {
      let outcome = try run(["check", "/nonexistent"])
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("to mend it: "))
    }

    @Test func `the shipped pack passes its own examples`() throws {
      let outcome = try run(["check", Repository.root.appending(path: "Lexicons").path()])
      #expect(outcome.status == 0, "\(outcome.lines.suffix(20).joined(separator: "\n"))")
    }
  }
}
