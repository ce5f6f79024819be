import Foundation
import Testing

extension ProgramTests {
  /// The commands with which compliance staff tune: try, diff, suggest, import, waive, and check for tools.
  struct TuningCommandTests {
    private static func folder() throws -> URL {
      let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-tuning-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return folder
    }

    private static func overlay(_ terms: String, examples: String = "") throws -> URL {
      let folder = try folder()
      Program.write("overlay: own\nowner: me\nterms: [t.tsv]\nexamples: [e.tsv]\n", folder.appending(path: "overlay.yaml"))
      Program.write("term\tentity\tweight\tflags\tcode\tsource\tnote\n" + terms, folder.appending(path: "t.tsv"))
      Program.write("message\texpect\tentity\tnote\n" + examples, folder.appending(path: "e.tsv"))
      return folder
    }

    private static let corpus = Program.file(
      "corpus.ndjson",
      """
      {"id":"a","text":"take calmora tonight","direction":"outbound","spans":[{"entity_type":"MEDICATION","utf8":[5,12]}],"action":"redact"}
      {"id":"b","text":"your calmora is here","direction":"outbound","spans":[{"entity_type":"MEDICATION","utf8":[5,12]}],"action":"redact"}
      {"id":"c","text":"the plan is fine","direction":"outbound","spans":[],"action":"pass"}
      {"id":"d","text":"a plan for you","direction":"outbound","spans":[],"action":"pass"}
      {"id":"e","text":"talk on diabetes","direction":"outbound","spans":[{"entity_type":"DIAGNOSIS","utf8":[8,16]}],"action":"pass"}

      """)

    private static func text(_ outcome: Outcome) -> String { String(decoding: outcome.output, as: UTF8.self) }

    // MARK: try

    @Test func `try counts where a term stands and what it would change`() throws {
      let good = try run(["try", "calmora", "--entity", "MEDICATION", "--corpus", Self.corpus, "--format", "json"])
      let object = try #require(try JSONSerialization.jsonObject(with: good.output) as? [String: Any])
      #expect(object["messages"] as? Int == 5 && object["hits"] as? Int == 2 && object["foundNow"] as? Int == 2)
      #expect(object["annotated"] as? Int == 2 && object["notAnnotated"] as? Int == 0)
      #expect(object["right"] as? Int == 2 && object["wrong"] as? Int == 0)
      let bad = Self.text(try run(["try", "plan", "--entity", "MEDICATION", "--corpus", Self.corpus]))
      #expect(bad.contains("in 2 of 2 that should pass") || bad.contains("in 2 of 3 that should pass"), "\(bad)")
      #expect(bad.contains("2 the wrong way"), "\(bad)")
      #expect(!bad.contains("the plan is fine"), "messages only with --reveal")
    }

    @Test func `try tells of a corpus or a term that cannot be used`() throws {
      let corpus = try run(["try", "x1", "--corpus", Program.file("c.ndjson", "{\"text\":\"ok\"}\nnot json\n")])
      #expect(corpus.status == 2 && corpus.errors.contains(":2: error"), "\(corpus.errors)")
      #expect(try run(["try", "...", "--entity", "MEDICATION", "--corpus", Self.corpus]).status == 2)
      #expect(try run(["try", "x1", "--entity", "MEDICINE", "--corpus", Self.corpus]).status == 2)
    }

    // MARK: diff

    @Test func `diff ends with 1 where something flips the wrong way, and with 0 where not`() throws {
      let good = try Self.overlay("calmora\tMEDICATION\t0.9\t\t\tx\t\n")
      let bad = try Self.overlay("plan\tMEDICATION\t0.9\t\t\tx\t\n")
      let better = try run(["diff", "shipped", good.path(), Self.corpus, "--bootstrap", "50"])
      #expect(better.status == 0, "\(better.errors)")
      #expect(Self.text(better).contains("2 of 5 verdicts flip: 2 the right way."), "\(Self.text(better))")
      #expect(Self.text(better).contains("calmora (MEDICATION)"))
      let worse = try run(["diff", "shipped", bad.path(), Self.corpus, "--format", "json", "--bootstrap", "0"])
      #expect(worse.status == 1)
      let object = try #require(try JSONSerialization.jsonObject(with: worse.output) as? [String: Any])
      #expect(object["wrong"] as? Int == 2)
      #expect(!Self.text(worse).contains("the plan is fine"), "messages only with --reveal")
      for line in Self.text(better).split(separator: "\n") where !line.hasPrefix("before") && !line.hasPrefix("after") {
        #expect(line.count <= 80, "\(line)")
      }
      #expect(try run(["diff", good.path(), good.path(), Self.corpus]).status == 0)
      #expect(try run(["diff", "shipped", "/nonexistent", Self.corpus]).status == 2)
    }

    @Test func `the page of diff needs nothing from elsewhere and escapes what it shows`() throws {
      let bad = try Self.overlay("plan\tMEDICATION\t0.9\t\t\tx\t\n")
      let hostile = Program.file(
        "c.ndjson", "{\"id\":\"<b>\",\"text\":\"a plan <script>alert(1)</script> & \\\"x\\\"\",\"action\":\"pass\",\"direction\":\"outbound\",\"spans\":[]}\n")
      let page = Self.text(try run(["diff", "shipped", bad.path(), hostile, "--format", "html", "--reveal"]))
      #expect(page.hasPrefix("<!doctype html>") && page.contains("<svg"))
      #expect(!page.contains("<script") && !page.contains("http") && !page.contains("src="))
      #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    }

    // MARK: suggest

    @Test func `suggest proposes what was missed, with its evidence`() throws {
      let folder = try Self.folder()
      let outcome = try run(["suggest", Self.corpus, "--write", folder.appending(path: "own").path()])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(Self.text(outcome).contains("add \"calmora\" as MEDICATION"), "\(Self.text(outcome))")
      #expect(Self.text(outcome).contains("missed in 2 messages"))
      let row = try String(contentsOf: folder.appending(path: "own/suggested.tsv"), encoding: .utf8)
      #expect(row.contains("calmora\tMEDICATION\t0.9\t"))
      #expect(try run(["filter", "--overlay", folder.appending(path: "own").path()], "{\"text\":\"calmora\"}\n").lines[0].contains("MEDICATION"))
    }

    // MARK: import

    @Test func `Presidio's recognizers become rules and terms that check accepts`() throws {
      let file = Program.file(
        "zip.yaml",
        #"""
        recognizers:
          - name: Locker
            supported_language: en
            supported_entity: LOCKER
            patterns:
              - name: locker number
                regex: '\bLK(-?)[0-9]{4,6}\b'
                score: 0.6
              - name: weak
                regex: '\b\d{3}\b'
                score: 0.01
              - name: back
                regex: '(\d)\1'
                score: 0.9
            context: [locker, box]
          - name: Drugs
            supported_entity: DRUG
            deny_list: [Calmora, Zen Loop]
          - name: Built in
            type: predefined
        """#)
      let own = try Self.folder().appending(path: "own").path()
      let outcome = try run(["import", file, "--overlay", own, "--map", "LOCKER=OTHER_ID", "--owner", "me"])
      let report = Self.text(outcome)
      #expect(outcome.status == 1, "something was not carried over")
      #expect(report.contains("2 terms, 1 rules"), "\(report)")
      for lost in ["\"weak\"", "\"back\"", "Built in"] { #expect(report.contains(lost), "\(lost) in \(report)") }
      let check = try run(["check", own])
      #expect(!Self.text(check).contains("error:"), "\(Self.text(check))")
      let found = try run(["filter", "--overlay", own], "{\"text\":\"locker LK-48213 and calmora\"}\n").lines[0]
      #expect(found.contains("OTHER_ID") && found.contains("MEDICATION"), "\(found)")
    }

    @Test func `gitleaks' allow lists become waivers where they are words`() throws {
      let file = Program.file(
        "gitleaks.toml",
        #"""
        title = "x"
        [allowlist]
        description = "known"
        paths = ['''node_modules''']
        regexes = ['''^diabetes educator$''', '''(?i)[a-z]+''']
        stopwords = ["diabetes class", "ab"]
        [[rules]]
        id = "r"
        regex = '''x'''
        [[rules.allowlists]]
        condition = "AND"
        stopwords = ["never"]
        """#)
      let own = try Self.folder().appending(path: "own").path()
      let report = Self.text(try run(["import", file, "--overlay", own, "--owner", "me", "--expires", "2099-01-01"]))
      #expect(report.contains("2 waivers"), "\(report)")
      for lost in ["paths", "(?i)[a-z]+", "\"ab\"", "AND", "the rule \"r\""] { #expect(report.contains(lost), "\(lost) in \(report)") }
      let verdict = try run(["filter", "--overlay", own], "{\"text\":\"ask the diabetes educator\"}\n").lines[0]
      #expect(!verdict.contains("DIAGNOSIS"), "\(verdict)")
      let broken = try run(["import", Program.file("b.toml", "[allowlist\n"), "--overlay", own])
      #expect(broken.status == 2 && broken.errors.contains(":1: error"))
    }

    @Test func `word lists and CSV become terms, and what is left out is told with its line`() throws {
      let own = try Self.folder().appending(path: "own").path()
      let words = Self.text(try run(["import", Program.file("w.txt", "# ours\ncalmora\n\n...\nCalmora\n"), "--overlay", own, "--entity", "MEDICATION"]))
      #expect(words.contains("1 terms") && words.contains("line 1:") && words.contains("line 4:") && words.contains("line 5:"), "\(words)")
      let table = "Drug;Type;Weight;Color\n\"zen;loop\";MEDICATION;0,8;red\nbad;SOMETHING;0.9;\nhalf;MEDICATION;high;\n\"say \"\"hi\"\"\";DIAGNOSIS;0.9;\n"
      let csv = Self.text(try run(["import", Program.file("t.csv", "\u{FEFF}" + table), "--overlay", own]))
      #expect(csv.contains("1 terms"), "\(csv)")
      for lost in ["\"Color\"", "line 2", "line 3", "line 4"] { #expect(csv.contains(lost), "\(lost) in \(csv)") }
      let again = try run(["import", Program.file("w.txt", "x1\n"), "--overlay", own, "--entity", "MEDICATION"])
      #expect(again.status == 2 && again.errors.contains("is there already"))
    }

    // MARK: waive and check

    @Test func `a waiver by hash does not hold its words`() throws {
      let own = try Self.folder().appending(path: "own").path()
      let key = Program.file("key", "0123456789abcdef0123456789abcdef")
      let made = try run([
        "waive", "Dana", "Whitfield", "--entity", "PERSON", "--owner", "me", "--reason", "our nurse", "--expires", "2099-01-01",
        "--hash-key-file", key, "--overlay", own,
      ])
      #expect(made.status == 0, "\(made.errors)")
      let table = try String(contentsOfFile: own + "/waivers.tsv", encoding: .utf8)
      #expect(!table.lowercased().contains("dana"))
      let message = "{\"text\":\"Dana Whitfield will call\"}\n"
      #expect(try run(["filter", "--overlay", own, "--hash-key-file", key], message).lines[0].contains("\"findings\":[]"))
      #expect(try run(["filter"], message).lines[0].contains("PERSON"))
      #expect(try run(["filter", "--overlay", own], message).status == 2)
      #expect(try run(["waive", "x y z", "--owner", "me", "--reason", "r", "--expires", "2020-01-01"]).status == 2)
      let corpus = try run(["check", own, "--corpus", Self.corpus, "--hash-key-file", key])
      #expect(Self.text(corpus).contains("[waiver-unused]"), "\(Self.text(corpus))")
    }

    @Test func `check as SARIF names rule, place and fix`() throws {
      let own = try Self.overlay("calmora\tMEDICATION\t.9\t\t\tx\t\n")
      let outcome = try run(["check", own.path(), "--format", "sarif"])
      #expect(outcome.status == 1)
      let object = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
      #expect(object["version"] as? String == "2.1.0")
      let results = try #require(((object["runs"] as? [[String: Any]])?.first)?["results"] as? [[String: Any]])
      let weight = try #require(results.first { $0["ruleId"] as? String == "term-weight" })
      #expect(weight["fixes"] != nil && weight["level"] as? String == "error")
    }

    // MARK: explain

    @Test func `explain names the findings without which a message would pass`() throws {
      let text = Self.text(try run(["explain", "Hi Dana Whitfield, call us, ssn 219-09-9998"]))
      #expect(text.contains("would pass without \"Dana Whitfield\" and \"219-09-9998\""), "\(text)")
      let json = try run(["explain", "--format", "json", "Hi Dana Whitfield, call us, ssn 219-09-9998"])
      let object = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
      #expect(object["wouldPassWithout"] as? [Int] == [0, 1])
    }

    @Test func `explain tells why something is no finding`() throws {
      func why(_ subject: String, _ message: String) throws -> String {
        let text = Self.text(try run(["explain", "--why-not", subject, message]))
        return text.components(separatedBy: "Why not ").last ?? ""
      }
      #expect(try why("metformin", "hello").contains("in no list"))
      #expect(try why("diabetes", "hello").contains("does not hold it"))
      #expect(try why("number.ssn", "ssn 000-12-3456").contains("refuses it"))
      #expect(try why("number.ssn", "hello").contains("digits, and the message has none"))
      #expect(try why("diabetes", "your diabetes").contains("It is found"))
      #expect(try why("name.title", "hello").contains("It needs a title"))
      for line in Self.text(try run(["explain", "--why-not", "dana", String(repeating: "x", count: 300) + " dana"])).split(separator: "\n") {
        #expect(line.count <= 80, "\(line)")
      }
    }
  }
}
