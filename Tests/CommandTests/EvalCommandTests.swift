import Foundation
import Testing

extension ProgramTests {
  @Suite struct EvalCommandTests {
    /// Three messages: an SSN found, a number missed, nothing.
    static let corpus = Program.file(
      "small.ndjson",
      #"""
      {"id":"a","text":"your ssn 219-09-9998","direction":"outbound","spans":[{"entity_type":"US_SSN","utf8":[9,20]}],"action":"redact"}
      {"id":"b","text":"chart 0041 is here","direction":"outbound","spans":[{"entity_type":"MEDICAL_RECORD_NUMBER","utf8":[6,10]}],"action":"redact"}
      {"id":"c","text":"see you soon","direction":"outbound","spans":[],"action":"pass"}

      """#)

    private func report(_ arguments: [String]) throws -> [String: Any] {
      let outcome = try run(["eval"] + arguments + ["--format", "json", "--bootstrap", "50"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    }

    private func first(_ report: [String: Any]) throws -> [String: Any] {
      try #require((report["corpora"] as? [[String: Any]])?.first)
    }

    private func value(_ report: [String: Any], _ name: String) throws -> Double {
      try #require((try first(report)[name] as? [String: Any])?["value"] as? Double)
    }

    @Test func `the figures of a small corpus`() throws {
      let report = try report([Self.corpus])
      #expect(try value(report, "leak") == 0.5)
      #expect(try value(report, "over") == 0)
      #expect(try value(report, "falseAlarm") == 0)
      #expect(abs(try value(report, "actionAccuracy") - 2.0 / 3) < 1e-9)
    }

    @Test func `the table fits a terminal and names the types`() throws {
      let outcome = try run(["eval", Self.corpus])
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      #expect(outcome.lines.allSatisfy { $0.count <= 100 })
      for word in ["US_SSN", "MEDICAL_RECORD_NUMBER", "leak", "should be"] {
        #expect(outcome.lines.contains { $0.contains(word) }, "\(word)")
      }
    }

    @Test func `limits decide the exit code`() throws {
      #expect(try run(["eval", Self.corpus, "--max-leak", "0.5", "--min-recall", "US_SSN=1"]).status == 0)
      let missed = try run(["eval", Self.corpus, "--max-leak", "0.4", "--min-recall", "0.9"])
      #expect(missed.status == 1)
      #expect(missed.errors.contains("leak is 0.5") && missed.errors.contains("recall is 0.5"))
      // A limit on what the corpus does not have could not be held.
      #expect(try run(["eval", Self.corpus, "--min-recall", "PERSON=0.5"]).status == 2)
    }

    @Test func `what cannot be run ends with 2`() throws {
      #expect(try run(["eval", "/nowhere.ndjson"]).status == 2)
      #expect(try run(["eval", Self.corpus, "--iou", "0"]).status == 2)
      #expect(try run(["eval", Self.corpus, "--pack", "/nowhere"]).status == 2)
      let foreign = Program.file("foreign.ndjson", #"{"id":"1","text":"Hi Dana","spans":[{"label":"NICK","start":3,"end":7}]}"#)
      let outcome = try run(["eval", foreign])
      #expect(outcome.status == 2 && outcome.errors.contains("\"NICK\"") && outcome.errors.contains("--labels"))
      #expect(!outcome.errors.contains("Dana"))
    }

    @Test func `written predictions judge as the pack did, and compare as equal`() throws {
      let file = Program.file("predictions.ndjson", "")
      let direct = try report([Self.corpus, "--write-predictions", file])
      #expect(!String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self).contains("219"))
      let again = try report([Self.corpus, "--predictions", file])
      for name in ["leak", "strictLeak", "over", "actionAccuracy"] { #expect(try value(direct, name) == value(again, name)) }
      let comparison = try report([Self.corpus, "--compare", file])
      let lines = try #require((comparison["comparisons"] as? [[String: Any]])?.first?["lines"] as? [[String: Any]])
      #expect(!lines.isEmpty)
      for line in lines { #expect((line["difference"] as? [String: Any])?["value"] as? Double == 0) }
    }

    @Test func `a saved report is compared message by message, and only with the same corpus`() throws {
      let saved = Program.file("saved.json", "")
      try run(["eval", Self.corpus, "--format", "json"]).output.write(to: URL(filePath: saved))
      let outcome = try run(["eval", Self.corpus, "--compare", saved, "--bootstrap", "50"])
      #expect(outcome.status == 0 && outcome.lines.contains { $0.contains("McNemar") })
      let other = Program.file("small.ndjson", #"{"id":"z","text":"see you","direction":"outbound","spans":[],"action":"pass"}"#)
      #expect(try run(["eval", other, "--compare", saved]).status == 2)
      #expect(try run(["eval", Self.corpus, "--compare", saved, "--iou", "0.7"]).status == 2)
    }

    @Test func `errors are listed with their cause, but never of what is only measured`() throws {
      let outcome = try run(["eval", Self.corpus, "--errors", "--bootstrap", "0"])
      #expect(outcome.status == 0)
      #expect(outcome.lines.contains { $0.contains("no candidate at all") })
      #expect(outcome.lines.contains { $0.contains("[[0041]]") })
      #expect(outcome.lines.contains { $0.contains("redact, but was pass") })
      #expect(!(try run(["eval", Self.corpus, "--bootstrap", "0"])).lines.contains { $0.contains("0041") })
      let test = Program.file("test.ndjson", #"{"id":"a","text":"x","direction":"outbound","spans":[],"action":"pass"}"#)
      #expect(try run(["eval", test]).status == 0)
      #expect(try run(["eval", test, "--errors"]).status == 2)
      #expect(try run(["eval", Self.corpus, "--part", "checking", "--errors"]).status == 2)
    }

    @Test func `at the threshold in force the curve shows the figures themselves`() throws {
      let report = try report([Self.corpus, "--details"])
      let details = try #require(try first(report)["details"] as? [String: Any])
      let threshold = try #require(details["threshold"] as? Double)
      let point = try #require((details["curve"] as? [[String: Any]])?.first { abs(($0["threshold"] as? Double ?? 0) - threshold) < 1e-9 })
      for name in ["leak", "strictLeak", "over"] { #expect(point[name] as? Double == (try value(report, name))) }
      // Above every score nothing is found, and everything leaks.
      let last = try #require((details["curve"] as? [[String: Any]])?.last)
      #expect((last["leak"] as? Double ?? 0) >= (point["leak"] as? Double ?? 1))
    }

    @Test func `the page is whole, and holds no text unless asked for`() throws {
      let page = String(decoding: try run(["eval", Self.corpus, "--format", "html", "--bootstrap", "50"]).output, as: UTF8.self)
      #expect(page.hasPrefix("<!doctype html>") && page.contains("</html>") && page.contains("<svg"))
      #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("<script"))
      #expect(!page.contains("0041"))
      let hostile = Program.file(
        "hostile.ndjson", #"{"id":"<b>","text":"<script>219-09-9998","direction":"outbound","spans":[{"entity_type":"PERSON","utf8":[0,8]}],"action":"pass"}"#)
      let listed = String(decoding: try run(["eval", hostile, "--format", "html", "--errors"]).output, as: UTF8.self)
      #expect(listed.contains("&lt;script&gt;") && !listed.contains("<script"))
    }
  }
}
