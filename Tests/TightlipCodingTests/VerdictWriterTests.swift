import Foundation
import Testing
import TightlipCoding
import TightlipCore

struct VerdictWriterTests {
  static let rules = ["name.salutation", "lab.value", "odd \"rule\""].map { Array($0.utf8) }

  private func write(
    _ verdict: Verdict, text: String = "", id: String = "", instead: SafeAlternative? = nil,
    options: VerdictOptions = VerdictOptions()
  ) -> String {
    var writer = VerdictWriter(ruleNames: Self.rules, options: options)
    var output = Array("before\n".utf8)
    writer.write(
      verdict, on: Array(text.utf8), identifierJSON: Array(id.utf8), instead: instead, to: &output)
    #expect(output.filter { $0 == 0x0A }.count == 2 && output.last == 0x0A)
    return string(Array(output.dropFirst(7).dropLast()))
  }

  private var passing: Verdict {
    var verdict = Verdict()
    verdict.action = .pass
    verdict.completeness = .complete
    verdict.text = Array("See you at ten".utf8)
    return verdict
  }

  @Test func `writes a pass`() {
    #expect(
      write(passing, text: "See you at ten", id: #""m-1""#)
        == #"{"id":"m-1","action":"pass","risk":0.00,"complete":true,"text":"See you at ten","findings":[],"reasons":[]}"#
    )
    #expect(write(passing).hasPrefix(#"{"action":"pass","#))
  }

  @Test func `writes the verdict of the design, in its order`() {
    var verdict = Verdict()
    verdict.completeness = .complete
    verdict.riskThousandths = 925
    verdict.findings = [
      Finding(
        entity: .person, range: ByteRange(start: 3, end: 7), score: Score(thousandths: 970),
        rule: RuleID(0), role: .patient),
      Finding(
        entity: .labResult, range: ByteRange(start: 14, end: 34), score: Score(thousandths: 954),
        rule: RuleID(1)),
    ]
    verdict.reasons = [
      Reason(code: .phiLinked, severity: .block),
      Reason(code: .topicWarning, severity: .warning, entity: .topicPersonalTalk),
    ]
    verdict.text = Array("never shown".utf8)
    verdict.isUrgent = true
    verdict.wouldBe = .redact
    let instead = SafeAlternative(channel: Array("phone".utf8), text: Array("Please call.".utf8))
    #expect(
      write(verdict, text: "Hi Dana, your A1c came back at 9.1", id: #""m-17""#, instead: instead)
        == #"{"id":"m-17","action":"block","risk":0.93,"complete":true,"findings":[{"entity_type":"PERSON","utf8":[3,7],"score":0.97,"rule":"name.salutation","role":"patient","hipaa":"A"},{"entity_type":"LAB_RESULT","utf8":[14,34],"score":0.95,"rule":"lab.value"}],"reasons":[{"code":"phi.linked","severity":"block","message":"a person and health information in one unencrypted message"},{"code":"topic.warning","severity":"warning","entity_type":"TOPIC_PERSONAL_TALK","message":"a topic to be careful with"}],"instead":{"channel":"phone","text":"Please call."},"route":"urgent","wouldBe":"redact"}"#
    )
  }

  @Test func `every entity, reason, rule and role is valid JSON with its name`() throws {
    var verdict = passing
    verdict.action = .redact
    for entity in EntityType.allCases {
      for role in FindingRole.allCases {
        verdict.findings.append(
          Finding(
            entity: entity, range: ByteRange(start: 0, end: 1), score: Score(thousandths: 1),
            rule: RuleID(UInt16(verdict.findings.count % 4)), role: role))
      }
      verdict.reasons += ReasonCode.allCases.map {
        Reason(code: $0, severity: .redact, entity: entity)
      }
    }
    let written = try object(write(verdict, text: "é!").utf8)
    let findings = try #require(written["findings"] as? [[String: Any]])
    #expect(findings.count == verdict.findings.count)
    for (index, finding) in findings.enumerated() {
      let expected = verdict.findings[index]
      #expect(finding["entity_type"] as? String == expected.entity.name)
      #expect(finding["hipaa"] as? String == expected.entity.hipaaLetter.map { String($0) })
      let rule = Int(expected.rule.index)
      #expect(finding["rule"] as? String == (rule < 3 ? string(Self.rules[rule]) : ""))
      let role = expected.role == .unspecified ? nil : expected.role.name
      #expect(finding["role"] as? String == role)
    }
    let reasons = try #require(written["reasons"] as? [[String: Any]])
    for (index, reason) in reasons.enumerated() {
      #expect(reason["code"] as? String == verdict.reasons[index].code.code)
      #expect(reason["message"] as? String == verdict.reasons[index].code.message)
      #expect(reason["entity_type"] as? String == verdict.reasons[index].entity?.name)
    }
  }

  @Test func `writes what follows from the envelope`() throws {
    var verdict = Verdict()
    verdict.completeness = .complete
    verdict.retryAt = Instant(seconds: 1_795_356_180)
    verdict.counterfactual = [0, 2]
    #expect(
      write(verdict).hasSuffix(#""reasons":[],"retryAt":"2026-11-22T14:03:00Z","wouldPassWithout":[0,2]}"#))
    var inbound = passing
    inbound.text = Array("é stop".utf8)
    inbound.intent = MessageIntent(kind: .optOut, evidence: ByteRange(start: 3, end: 7), rule: 0)
    #expect(
      write(inbound, text: "é stop").hasSuffix(
        #""optOut":{"kind":"opt-out","evidence":{"utf8":[3,7]},"recorded":false}}"#))
    inbound.intent?.isRecorded = true
    inbound.needsReview = true
    #expect(
      write(inbound, text: "é stop", options: VerdictOptions(offsets: .all)).hasSuffix(
        #""route":"review","optOut":{"kind":"opt-out","evidence":{"utf8":[3,7],"utf16":[2,6],"codepoint":[2,6]},"recorded":true}}"#))
    for (kind, name) in [(MessageIntent.Kind.optOutDoubtful, "doubtful"), (.optIn, "opt-in"), (.help, "help")] {
      inbound.intent = MessageIntent(kind: kind, evidence: ByteRange(start: 3, end: 7), rule: 0)
      #expect(write(inbound, text: "é stop").contains(#""optOut":{"kind":"\#(name)""#))
    }
    inbound.intent = MessageIntent(kind: .thanks, evidence: ByteRange(start: 3, end: 7), rule: 0)
    #expect(!write(inbound, text: "é stop").contains("optOut"))
    var sealed = passing
    sealed.action = .redact
    sealed.sealed = Array("c2VhbGVk".utf8)
    #expect(try object(write(sealed).utf8)["sealed"] as? String == "c2VhbGVk")
    sealed.action = .block
    #expect(!write(sealed).contains("sealed") && !write(sealed).contains("See you"))
    let advice = SafeAlternative(channel: [], text: Array("Call us".utf8), isAdvice: true)
    #expect(write(passing, instead: advice).contains(#","instead":{"text":"Call us"}"#))
  }

  @Test func `rounds risk half up and never to nothing`() {
    let expected = [
      (0, "0.00"), (1, "0.01"), (4, "0.01"), (5, "0.01"), (14, "0.01"), (15, "0.02"), (94, "0.09"),
      (95, "0.10"), (500, "0.50"), (934, "0.93"), (935, "0.94"), (994, "0.99"), (995, "1.00"),
      (1000, "1.00"), (5000, "1.00"), (-3, "0.00"),
    ]
    for (thousandths, text) in expected {
      var verdict = passing
      verdict.riskThousandths = thousandths
      #expect(write(verdict).contains("\"risk\":\(text),"))
    }
  }

  @Test func `what was not completely looked at is a block`() {
    for completeness in [Verdict.Completeness.notScanned, .limitHit] {
      for action in Action.allCases {
        var verdict = passing
        verdict.action = action
        verdict.completeness = completeness
        let line = write(verdict, text: "See you at ten")
        #expect(line.hasPrefix(#"{"action":"block","risk":0.00,"complete":false,"findings""#))
        #expect(!line.contains("See you"))
      }
    }
  }

  @Test func `offers an alternative on a block only, and a channel alone`() {
    let instead = SafeAlternative(channel: Array("phone".utf8), text: [])
    #expect(!write(passing, instead: instead).contains("instead"))
    #expect(write(Verdict(), instead: instead).contains(#","instead":{"channel":"phone"}}"#))
  }

  @Test func `shows what was found only when asked to`() {
    var verdict = passing
    verdict.action = .redact
    verdict.findings = [
      Finding(
        entity: .person, range: ByteRange(start: 3, end: 9), score: Score(thousandths: 970),
        rule: RuleID(0)),
      Finding(
        entity: .person, range: ByteRange(start: 3, end: 900), score: Score(thousandths: 970),
        rule: RuleID(0)),
    ]
    let text = "Hi D\"n\nas"
    #expect(!write(verdict, text: text).contains("D\\\"n"))
    let line = write(verdict, text: text, options: VerdictOptions(reveal: true))
    #expect(line.contains(#""hipaa":"A","text":"D\"n\nas"}"#))
  }

  @Test func `counts UTF-16 and code points for sorted, nested and unsorted ranges`() throws {
    let text = "aé😀e\u{301}𝟘\u{FFFD} 👨‍👩‍👧 日本"
    let bytes = Array(text.utf8)
    let starts = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 } + [bytes.count]
    var random = SplitMix(state: 3)
    for round in 0..<200 {
      var ranges = (0..<12).map { _ in
        let pair = [starts.randomElement(using: &random)!, starts.randomElement(using: &random)!]
        return ByteRange(start: pair.min()!, end: pair.max()!)
      }
      if round % 2 == 0 { ranges.sort { ($0.start, $0.end) < ($1.start, $1.end) } }
      var verdict = passing
      verdict.action = .redact
      verdict.findings = ranges.map {
        Finding(entity: .url, range: $0, score: Score(thousandths: 5), rule: RuleID(0))
      }
      let line = write(verdict, text: text, options: VerdictOptions(offsets: .all))
      let findings = try #require(try object(line.utf8)["findings"] as? [[String: Any]])
      for (range, finding) in zip(ranges, findings) {
        let parts = [range.start, range.end].map { string(Array(bytes[..<$0])) }
        #expect(finding["utf8"] as? [Int] == [range.start, range.end])
        #expect(finding["utf16"] as? [Int] == parts.map(\.utf16.count))
        #expect(finding["codepoint"] as? [Int] == parts.map(\.unicodeScalars.count))
      }
    }
  }

  @Test func `escapes and reads back every code point`() throws {
    var reader = RequestReader(options: RequestOptions(maxBytes: 1 << 24))
    var writer = VerdictWriter(ruleNames: [])
    var message = Message()
    let scalars = (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init)
    var start = 0
    var lengths = SplitMix(state: 5)
    while start < scalars.count {
      let end = min(scalars.count, start + Int.random(in: 1...600, using: &lengths))
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[start..<end])
      var verdict = passing
      verdict.text = Array(String(text).utf8)
      var output: [UInt8] = []
      writer.write(verdict, on: [], identifierJSON: [], to: &output)
      let isOneLine = !output.dropLast().contains { $0 < 0x20 }
      #expect(isOneLine)
      #expect(String(validating: output, as: UTF8.self) != nil)
      #expect(!string(output).unicodeScalars.contains { $0.value == 0x2028 || $0.value == 0x2029 })
      // Read back by our own reader, where it may: NUL is refused there.
      if start == 0 {
        let back = try object(output)["text"] as? String
        #expect(back.map { Array($0.utf8) } == verdict.text)
      } else {
        let line = Array(output.dropLast())
        try reader.read(line.span, into: &message)
        #expect(message.text == verdict.text)
      }
      start = end
    }
  }

  @Test func `writes valid UTF-8 whatever it is given`() {
    var random = SplitMix(state: 11)
    for _ in 0..<3000 {
      var verdict = passing
      verdict.text = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        [UInt8.random(in: 0...255, using: &random), 0xE2, 0x80, 0xA8, 0xED, 0xF0, 0x22, 0x41]
          .randomElement(using: &random)!
      }
      var writer = VerdictWriter(ruleNames: [])
      var output: [UInt8] = []
      writer.write(verdict, on: [], identifierJSON: [], to: &output)
      #expect(String(validating: output, as: UTF8.self) != nil)
      #expect((try? object(output)) != nil)
      #expect(output.filter { $0 < 0x20 } == [0x0A])
    }
  }
}

struct RequestErrorTests {
  @Test func `every code has its own name, a plain message and a block for a verdict`() throws {
    var names: Set<String> = []
    for code in RequestError.Code.all {
      names.insert("\(code.name)")
      #expect("\(code.name)".hasPrefix("request."))
      var writer = VerdictWriter(ruleNames: [])
      var output: [UInt8] = []
      writer.write(RequestError(code), identifierJSON: Array("7".utf8), to: &output)
      let written = try object(output)
      #expect(written["id"] as? Int == 7)
      #expect(written["action"] as? String == "block")
      #expect(written["risk"] as? Double == 1)
      #expect(written["complete"] as? Bool == false)
      #expect(written["text"] == nil)
      let error = try #require(written["error"] as? [String: String])
      #expect(error == ["code": "\(code.name)", "message": "\(code.message)"])
      output = []
      writer.rewrite(RequestError(code), identifierJSON: [], to: &output)
      let rewritten = try object(output)["tightlip"] as? [String: Any]
      #expect((rewritten?["error"] as? [String: String])?["code"] == "\(code.name)")
    }
    #expect(names.count == RequestError.Code.all.count)
  }

  @Test func `no error says anything of the line`() {
    let canary = "canary857412936"
    var writer = VerdictWriter(ruleNames: [])
    var reader = RequestReader(options: RequestOptions(rewrites: true, maxBytes: 1000))
    var message = Message()
    var seen: Set<RequestError.Code> = []
    var lines = RequestReaderTests.errors.map(\.0).map {
      $0.replacingOccurrences(of: "x", with: canary)
    }
    lines += RequestReaderTests.errors.map { "\($0.0)\(canary)" }
    lines += [
      #"{"text":"\#(canary)","tightlip":1}"#,
      #"{"text":"\#(canary)\#(String(repeating: "x", count: 1000))"}"#,
      #"{"text":"\#(canary)","\#(canary)":1,"\#(canary)":2}"#,
    ]
    for line in lines {
      let bytes = Array(line.utf8)
      do throws(RequestError) {
        try reader.read(bytes.span, into: &message)
      } catch {
        seen.insert(error.code)
        var output: [UInt8] = []
        writer.write(error, identifierJSON: message.identifierJSON, to: &output)
        writer.rewrite(error, identifierJSON: message.identifierJSON, to: &output)
        for text in [
          string(output), "\(error)", String(describing: error), String(reflecting: error),
        ] {
          #expect(!text.contains(canary) && !text.contains("857"))
        }
      }
    }
    #expect(seen.count >= 17)
  }
}
