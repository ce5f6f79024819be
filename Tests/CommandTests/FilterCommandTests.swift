import Foundation
import Glibc
import Testing

extension ProgramTests {
  struct FilterCommandTests {
    // MARK: One line in, one line out

    @Test func `a message gets its verdict, and everything blocked is still success`() throws {
      let outcome = try run(["filter"], #"{"id":"m-1","text":"Hi Dana Whitfield, your diabetes"}"# + "\n")
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      let verdict = try #require(outcome.objects.first)
      #expect(verdict["id"] as? String == "m-1")
      #expect(verdict["action"] as? String == "block")
      #expect(verdict["complete"] as? Bool == true)
      #expect(verdict["text"] == nil)
      #expect(outcome.lines.count == 1)
    }

    @Test func `pass gives the text back as it was, redact without what was found`() throws {
      let outcome = try run(
        ["filter"], #"{"text":"see you\ttomorrow \ud83d\ude00 \u00e9"}"# + "\n" + #"{"text":"my ssn is 219-09-9998"}"# + "\n")
      #expect(outcome.objects[0]["action"] as? String == "pass")
      #expect(outcome.objects[0]["text"] as? String == "see you\ttomorrow 😀 é")
      #expect(outcome.objects[1]["action"] as? String == "redact")
      let text = try #require(outcome.objects[1]["text"] as? String)
      #expect(text.hasPrefix("my ssn is [") && !text.contains("9998"))
      #expect(!outcome.lines[1].contains("9998"), "the value is nowhere in the verdict")
    }

    /// Each in its place, with its code.
    static let bad: [(name: String, line: Data, code: String)] = [
      ("malformed", Data(#"{"text":"ok""#.utf8), "request.malformed-json"),
      ("two documents", Data(#"{"text":"ok"} {"text":"ok"}"#.utf8), "request.malformed-json"),
      ("trailing comma", Data(#"{"text":"ok",}"#.utf8), "request.malformed-json"),
      ("plain text", Data("hello Dana Whitfield".utf8), "request.malformed-json"),
      ("oversized", Data((#"{"text":""# + String(repeating: "a", count: 300_000) + #""}"#).utf8), "request.too-long"),
      ("invalid UTF-8", Data(#"{"text":"a"#.utf8) + Data([0xFF]) + Data(#""}"#.utf8), "request.invalid-utf8"),
      ("cut UTF-8", Data(#"{"text":"a"#.utf8) + Data([0xE2, 0x82]) + Data(#""}"#.utf8), "request.invalid-utf8"),
      ("raw NUL", Data(#"{"text":"a"#.utf8) + Data([0]) + Data(#"b"}"#.utf8), "request.nul"),
      ("escaped NUL", Data(#"{"text":"a\u0000b"}"#.utf8), "request.nul"),
      ("lone surrogate", Data(#"{"text":"a\ud800b"}"#.utf8), "request.lone-surrogate"),
      ("duplicate member", Data(#"{"text":"ok","text":"ok"}"#.utf8), "request.duplicate-member"),
      ("nested duplicate", Data(#"{"text":"ok","x":{"a":1,"a":2}}"#.utf8), "request.duplicate-member"),
      ("wrong type of text", Data(#"{"text":5}"#.utf8), "request.text-type"),
      ("null text", Data(#"{"text":null}"#.utf8), "request.text-type"),
      ("wrong type of member", Data(#"{"text":"ok","purpose":1}"#.utf8), "request.member-type"),
      ("wrong direction", Data(#"{"text":"ok","direction":"sideways"}"#.utf8), "request.direction"),
      ("wrong id", Data(#"{"text":"ok","id":[1]}"#.utf8), "request.id-type"),
      ("wrong time", Data(#"{"text":"ok","sentAt":"yesterday"}"#.utf8), "request.sent-at"),
      ("no text", Data(#"{"id":1}"#.utf8), "request.no-text"),
      ("no object", Data(#"["text"]"#.utf8), "request.not-an-object"),
      ("empty", Data(), "request.empty"),
      ("blank", Data("   ".utf8), "request.empty"),
      ("byte order mark", Data([0xEF, 0xBB, 0xBF]) + Data(#"{"text":"ok"}"#.utf8), "request.malformed-json"),
      ("too deep", Data((#"{"text":"ok","x":"# + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000) + "}").utf8), "request.depth"),
    ]

    @Test func `every kind of bad line is blocked in its place with a stable code`() throws {
      var input = Data()
      for bad in Self.bad {
        input += Data(#"{"text":"fine"}"#.utf8) + Data([10]) + bad.line + Data([10])
      }
      input += Data(#"{"id":"torn","text":"a torn last li"#.utf8)
      let outcome = try run(["filter", "--max-bytes", "200000"], input)
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      let verdicts = outcome.objects
      #expect(verdicts.count == Self.bad.count * 2 + 1)
      for (number, bad) in Self.bad.enumerated() where number * 2 + 1 < verdicts.count {
        #expect(verdicts[number * 2]["action"] as? String == "pass", "before \(bad.name)")
        let verdict = verdicts[number * 2 + 1]
        #expect(verdict["action"] as? String == "block", "\(bad.name)")
        #expect(verdict["complete"] as? Bool == false, "\(bad.name)")
        #expect((verdict["error"] as? [String: Any])?["code"] as? String == bad.code, "\(bad.name)")
        #expect(verdict["text"] == nil, "\(bad.name)")
      }
      #expect((verdicts.last?["error"] as? [String: Any])?["code"] as? String == "request.malformed-json")
    }

    @Test func `a whole last line without its line break is answered`() throws {
      let outcome = try run(["filter"], #"{"id":7,"text":"ok"}"#)
      #expect(outcome.objects.first?["id"] as? Int == 7)
      #expect(outcome.objects.first?["action"] as? String == "pass")
    }

    @Test func `no input, no output`() throws {
      let outcome = try run(["filter"], "")
      #expect(outcome.status == 0)
      #expect(outcome.output.isEmpty)
    }

    @Test func `order and count are kept over thousands of mixed lines, however they are cut`() throws {
      var input = Data()
      let count = 5000
      for number in 0..<count {
        switch number % 7 {
        case 0: input += Data("{\"id\":\(number),\"text\":\"my ssn is 219-09-9998\"}\n".utf8)
        case 1: input += Data("{\"id\":\(number),\"text\":5}\n".utf8)
        case 2: input += Data("{\"id\":\(number),\"text\":\"\(String(repeating: "é😀", count: number % 300))\"}\r\n".utf8)
        case 3: input += Data("{\"id\":\(number),\"text\":\"Dana Whitfield has diabetes\"}\n".utf8)
        case 4: input += Data("{\"id\":\(number),\"text\":\"\(String(repeating: "long ", count: 1000))\"}\n".utf8)
        default: input += Data("{\"id\":\(number),\"text\":\"ok\"}\n".utf8)
        }
      }
      var pieces: [Data] = []
      var start = input.startIndex
      var size = 1
      while start < input.endIndex {
        size = (size &* 7919 &+ 13) % 9973 + 1
        let end = min(input.endIndex, start + size)
        pieces.append(input[start..<end])
        start = end
      }
      let outcome = try Running(["filter", "--max-bytes", "4000"]).finish(pieces)
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      let verdicts = outcome.objects
      #expect(verdicts.count == count)
      for (number, verdict) in verdicts.enumerated() {
        let expected = ["redact", "block", "pass", "block", "block", "pass", "pass"][number % 7]
        if verdict["action"] as? String != expected { Issue.record("line \(number): \(outcome.lines[number].prefix(300))") }
        // The id of a line that was too long to be read is not known.
        if number % 7 != 4, verdict["id"] as? Int != number { Issue.record("line \(number) has id \(verdict["id"] ?? "none")") }
      }
    }

    @Test func `a gateway that writes one message gets its verdict before the next`() throws {
      let filter = try Running(["filter"])
      for number in 0..<20 {
        filter.send("{\"id\":\(number),\"text\":\"ok \(number)\"}\n")
        let line = try #require(filter.nextLine(), "no answer to message \(number)")
        #expect(line.hasPrefix("{\"id\":\(number),\"action\":\"pass\""))
      }
      // Half a message gets no answer until its other half has come.
      filter.send(#"{"id":"half","te"#)
      #expect(filter.nextLine(within: 0.3) == nil)
      filter.send("xt\":\"ok\"}\n")
      #expect(filter.nextLine()?.hasPrefix(#"{"id":"half","action":"pass""#) == true)
      #expect(filter.finish().status == 0)
    }

    // MARK: Lines

    @Test func `lines mode answers line by line with the same line ends`() throws {
      let outcome = try run(
        ["filter", "--format", "lines"],
        Data("ok\nmy ssn is 219-09-9998\r\n\nDana Whitfield has diabetes\na".utf8) + Data([0xFF]) + Data("\nb".utf8) + Data([0])
          + Data("c\nlast".utf8))
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      let text = String(decoding: outcome.output, as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 7 || text.unicodeScalars.filter { $0 == "\n" }.count == 6)
      let parts = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
      #expect(parts[0] == "ok")
      #expect(parts[1].hasPrefix("my ssn is [") && parts[1].hasSuffix("]\r"))
      #expect(parts[2] == "")
      #expect(parts[3...5].allSatisfy { $0 == "[MESSAGE BLOCKED]" })
      #expect(parts[6] == "last")
    }

    @Test func `lines mode uses the block marker of the policy, for what is too long too`() throws {
      let policy = Program.file("policy.yaml", "policy: test\nblockMarker: '<held>'\n")
      let outcome = try run(
        ["filter", "--format", "lines", "--policy", policy, "--max-bytes", "100"], String(repeating: "a", count: 101) + "\nok\n")
      #expect(outcome.lines == ["<held>", "ok"])
    }

    // MARK: Options

    @Test func `monitor passes and says what would have been`() throws {
      let outcome = try run(
        ["filter", "--monitor"], #"{"text":"my ssn is 219-09-9998"}"# + "\n" + #"{"text":"ok"}"# + "\n" + #"{"text":5}"# + "\n")
      #expect(outcome.objects[0]["action"] as? String == "pass")
      #expect(outcome.objects[0]["wouldBe"] as? String == "redact")
      #expect(outcome.objects[0]["text"] as? String == "my ssn is 219-09-9998")
      #expect(outcome.objects[1]["wouldBe"] == nil)
      #expect(outcome.objects[2]["action"] as? String == "block", "what cannot be read is blocked in monitor mode too")
    }

    @Test func `all offsets are right behind emoji and accents`() throws {
      let prefix = "😀é👩‍⚕️ "
      let outcome = try run(["filter", "--offsets", "all", "--reveal"], "{\"text\":\"\(prefix)219-09-9998\"}\n")
      let finding = try #require((outcome.objects.first?["findings"] as? [[String: Any]])?.first)
      #expect(finding["utf8"] as? [Int] == [prefix.utf8.count, prefix.utf8.count + 11])
      #expect(finding["utf16"] as? [Int] == [prefix.utf16.count, prefix.utf16.count + 11])
      #expect(finding["codepoint"] as? [Int] == [prefix.unicodeScalars.count, prefix.unicodeScalars.count + 11])
      #expect(finding["text"] as? String == "219-09-9998")
      #expect(finding["entity_type"] as? String == "US_SSN")
      #expect(finding["hipaa"] as? String == "G")
    }

    @Test func `without reveal no verdict holds what was found`() throws {
      let outcome = try run(["filter", "--offsets", "all"], #"{"text":"219-09-9998 Dana Whitfield has diabetes"}"# + "\n")
      for part in ["9998", "Dana", "Whitfield", "diabetes"] { #expect(!outcome.lines[0].contains(part)) }
    }

    @Test func `the text is found by a pointer`() throws {
      let outcome = try run(
        ["filter", "--text-field", "/body/parts/1"], #"{"body":{"parts":["219-09-9998","ok"]},"text":"x"}"# + "\n" + #"{"text":"ok"}"# + "\n")
      #expect(outcome.objects[0]["action"] as? String == "pass")
      #expect(outcome.objects[0]["text"] as? String == "ok")
      #expect((outcome.objects[1]["error"] as? [String: Any])?["code"] as? String == "request.no-text")
    }

    @Test func `rewrite changes nothing but the text, to the byte`() throws {
      let outcome = try run(
        ["filter", "--rewrite", "--text-field", "/body"],
        #"{ "z" : 1.0e+2,"body":"caf\u00e9 \/ ok" , "é":[ null,true ] }"# + "\n" + #"{"a":"\u0041","body":"ssn 219-09-9998","b":-0}"# + "\n"
          + #"{"body":"Dana Whitfield has diabetes","keep":"this"}"# + "\n" + #"{"body":5,"id":"x"}"# + "\n")
      #expect(outcome.lines[0].hasPrefix(#"{ "z" : 1.0e+2,"body":"caf\u00e9 \/ ok" , "é":[ null,true ] ,"tightlip":{"action":"pass""#))
      #expect(outcome.lines[1].hasPrefix(#"{"a":"\u0041","body":"ssn ["#))
      #expect(outcome.lines[1].contains(#","b":-0,"tightlip":{"action":"redact""#))
      #expect(!outcome.lines[1].contains("9998"))
      #expect(outcome.lines[2].hasPrefix(#"{"body":"","keep":"this","tightlip":{"action":"block""#))
      #expect(outcome.lines[3].hasPrefix(#"{"id":"x","tightlip":{"action":"block""#))
      #expect(outcome.objects.allSatisfy { !$0.isEmpty })
    }

    @Test func `a byte over the limit is blocked, and a byte under it is not`() throws {
      let line = #"{"text":""# + String(repeating: "a", count: 190) + #""}"#
      #expect(line.utf8.count == 201)
      let outcome = try run(["filter", "--max-bytes", "201"], line + "\n")
      #expect(outcome.objects[0]["action"] as? String == "pass")
      let over = try run(["filter", "--max-bytes", "200"], line + "\n" + #"{"text":"ok"}"# + "\n")
      #expect((over.objects[0]["error"] as? [String: Any])?["code"] as? String == "request.too-long")
      #expect(over.objects[1]["action"] as? String == "pass")
    }

    @Test func `a blocked message is offered another, and an unreadable one is not`() throws {
      let outcome = try run(
        ["filter"], #"{"text":"Dana Whitfield has diabetes"}"# + "\n" + #"{"text":5}"# + "\n" + #"{"text":"I kill myself","direction":"inbound"}"# + "\n")
      #expect((outcome.objects[0]["instead"] as? [String: Any])?["channel"] as? String == "phone")
      #expect(outcome.objects[1]["instead"] == nil)
      #expect(outcome.objects[2]["route"] as? String == "urgent")
    }

    @Test func `several workers answer to the byte as one does, in order`() throws {
      var lines = ""
      for number in 0..<3_000 {
        let text =
          switch number % 5 {
          case 0: "see you at noon"
          case 1: "Dana Whitfield has diabetes"
          case 2: "ssn 219-09-9998, number \(number)"
          case 3: String(repeating: "all is well. ", count: number % 97)
          default: "call 303-555-0148 🙂"
          }
        lines += number % 11 == 7 ? "{broken\n" : "{\"id\":\(number),\"text\":\"\(text)\"}\n"
      }
      let one = try run(["filter"], lines)
      #expect(one.status == 0 && one.objects.count == 3_000)
      for jobs in [2, 3, 7] {
        let many = try run(["filter", "--jobs", "\(jobs)"], lines)
        #expect(many.status == 0 && many.output == one.output, "\(jobs) workers")
      }
      #expect(try run(["filter", "--jobs", "0"], "").status == 2)
    }

    @Test func `a keyed hash needs its key, and gives equal values equal tags`() throws {
      let policy = Program.file("policy.yaml", "policy: test\nentities: {US_SSN: {action: redact, redaction: hash}}\n")
      let line = #"{"text":"219-09-9998"}"# + "\n"
      #expect(try run(["filter", "--policy", policy], line).status == 2)
      let key = Program.file("key", "0123456789abcdef0123456789abcdef\n")
      let other = Program.file("key", "another key of some length........")
      let one = try run(["filter", "--policy", policy, "--hash-key-file", key], line + line)
      #expect(one.status == 0)
      let texts = one.objects.compactMap { $0["text"] as? String }
      #expect(texts.count == 2 && texts[0] == texts[1] && texts[0].contains(":"))
      let two = try run(["filter", "--policy", policy, "--hash-key-file", other], line)
      #expect(two.objects[0]["text"] as? String != texts[0])
      let short = Program.file("key", "short")
      let refused = try run(["filter", "--policy", policy, "--hash-key-file", short], line)
      #expect(refused.status == 2 && refused.output.isEmpty && refused.errors.contains("16 bytes"))
      #expect(!refused.errors.contains("short\n"), "a key is never shown")
    }
  }
}
