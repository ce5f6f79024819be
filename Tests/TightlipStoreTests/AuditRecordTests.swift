import Foundation
import Testing
import TightlipCore

import TightlipStore

struct AuditRecordTests {
  private let words = AuditRecorder.Words(roles: ["nurse"], purposes: ["call-us"], channels: ["sms"])

  @Test func `a record holds no id, and no word that the policy does not know`() throws {
    var recorder = AuditRecorder(key: auditKey, words: words)
    var message = Message()
    message.identifierJSON = [UInt8]("\"Marker-Whitfield\"")
    message.senderID = [UInt8]("Marker-Sender")
    message.recipientID = [UInt8]("Marker-Patient")
    message.senderRole = [UInt8]("Marker role")
    message.purpose = [UInt8]("Marker\"}\n")
    message.channelKind = [UInt8]("Marker")
    message.text = [UInt8]("Marker text")
    var verdict = Verdict()
    verdict.completeness = .complete
    verdict.text = message.text
    verdict.reasons = [Reason(code: .phiLinked, severity: .block), Reason(code: .topicWarning, severity: .warning)]
    var output: [UInt8] = []
    recorder.append(verdict, on: message, at: Instant("2026-11-22T14:03:00Z"), to: &output)
    let line = String(decoding: output, as: UTF8.self)
    #expect(!line.contains("Marker"))
    #expect(line.filter { $0 == "\n" }.count == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(output)) as? [String: Any])
    #expect(object["action"] as? String == "block")
    #expect(object["block"] as? [String] == ["phi.linked"])
    #expect(object["warning"] as? [String] == ["topic.warning"])
    #expect(object["role"] as? String == "other")
    #expect((object["patient"] as? String)?.count == 16)
    #expect(object["at"] as? String == "2026-11-22T14:03:00Z")
  }

  @Test func `known words stand as they are, and one patient has one hash on both ways`() throws {
    var recorder = AuditRecorder(key: auditKey, words: words)
    var verdict = Verdict()
    verdict.completeness = .complete
    verdict.action = .pass
    var outbound = Message()
    outbound.senderRole = [UInt8]("nurse")
    outbound.purpose = [UInt8]("call-us")
    outbound.channelKind = [UInt8]("sms")
    outbound.recipientID = [UInt8]("p-88")
    var inbound = Message()
    inbound.direction = .inbound
    inbound.senderID = [UInt8]("p-88")
    var output: [UInt8] = []
    let now = Instant("2026-11-22T14:03:00Z")
    recorder.append(verdict, on: outbound, at: now, to: &output)
    recorder.append(verdict, on: inbound, at: now, to: &output)
    let objects = try output.split(separator: 10).map {
      try #require(try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any])
    }
    #expect(objects[0]["role"] as? String == "nurse")
    #expect(objects[0]["purpose"] as? String == "call-us")
    #expect(objects[0]["channel"] as? String == "sms")
    #expect(objects[0]["patient"] as? String == objects[1]["patient"] as? String)
    // A sender with the same id is somebody else.
    var sender = Message()
    sender.senderID = [UInt8]("p-88")
    output = []
    recorder.append(verdict, on: sender, at: now, to: &output)
    let record = try #require(try JSONSerialization.jsonObject(with: Data(output)) as? [String: Any])
    #expect(record["sender"] as? String != objects[0]["patient"] as? String)
  }

  @Test func `a verdict that is not complete is recorded as a block, whatever it says`() {
    var recorder = AuditRecorder(key: auditKey, words: words)
    var verdict = Verdict()
    verdict.action = .pass
    var output: [UInt8] = []
    recorder.append(verdict, on: Message(), at: Instant("2026-11-22T14:03:00Z"), to: &output)
    #expect(String(decoding: output, as: UTF8.self).contains(#""action":"block""#))
  }

  @Test func `hashes of ids depend on the key and fit what was hashed without the memory`() {
    let other = RecordsKey(bytes: [UInt8]("another key, also for tests"))
    #expect(auditKey.digest(of: [UInt8]("p-88"), .patient) != other.digest(of: [UInt8]("p-88"), .patient))
    var identifiers = KeyedIdentifiers(auditKey, slots: 7)
    for round in 0..<3 {
      for number in 0..<50 {
        let id = [UInt8]("p-\(number)")
        var digits: [UInt8] = []
        identifiers.append(id, .patient, to: &digits)
        #expect(digits == auditKey.digest(of: id, .patient), "round \(round)")
      }
    }
  }

  @Test func `hashes of ids are those of RFC 2104 and RFC 5869, so that logs of other versions name the same patients`() {
    // Computed with Python's hmac and hashlib.
    #expect(String(decoding: auditKey.digest(of: [UInt8]("p-88"), .patient), as: UTF8.self) == "ce8bff0b43c9118a")
    #expect(String(decoding: auditKey.digest(of: Array(repeating: 0x78, count: 100), .message), as: UTF8.self) == "038a5bb016c3aef1")
    var identifiers = KeyedIdentifiers(auditKey, slots: 3)
    for count in [1, 39, 40, 41, 300] {
      for _ in 0..<2 {
        var digits: [UInt8] = []
        let id = [UInt8](repeating: 0x79, count: count)
        identifiers.append(id, .patient, to: &digits)
        #expect(digits == auditKey.digest(of: id, .patient))
      }
    }
  }

  @Test func `a word of the policy may hold anything and the record is JSON still`() throws {
    var recorder = AuditRecorder(key: auditKey, words: AuditRecorder.Words(roles: ["a\"b\\c\n"], purposes: [], channels: []))
    var message = Message()
    message.senderRole = [UInt8]("a\"b\\c\n")
    var output: [UInt8] = []
    recorder.append(Verdict(), on: message, at: Instant("2026-11-22T14:03:00Z"), to: &output)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(output)) as? [String: Any])
    #expect(object["role"] as? String == "a\"b\\c\n")
  }

  @Test func `a report counts by reason, role, hour and day, from an instant on`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    let log = try AuditLog(path, key: auditKey)
    var recorder = AuditRecorder(key: auditKey, words: words)
    var opened = AuditEvent(.opened, at: Instant("2026-11-21T08:00:00Z"))
    opened.session = log.name
    var lines = opened.line
    var count = 1
    func add(_ action: Action, _ code: ReasonCode?, _ time: String) {
      var message = Message()
      message.senderRole = [UInt8]("nurse")
      var verdict = Verdict()
      verdict.completeness = .complete
      verdict.action = action
      if let code { verdict.reasons = [Reason(code: code, severity: action == .block ? .block : .redact)] }
      recorder.append(verdict, on: message, at: Instant(time), to: &lines)
      count += 1
    }
    add(.pass, nil, "2026-11-21T09:00:00Z")
    add(.block, .phiLinked, "2026-11-22T09:59:59Z")
    add(.block, .phiLinked, "2026-11-22T10:00:00Z")
    add(.redact, .phiIdentifier, "2026-11-22T10:30:00Z")
    recorder.append(
      error: "request.empty", identifierJSON: [], at: Instant("2026-11-22T23:00:00Z"), to: &lines)
    try log.append(&lines, count: count + 1)

    let all = try AuditReport(of: path, since: nil, key: auditKey)
    #expect(all.inspection.isWhole)
    #expect(all.total == AuditReport.Counts(passed: 1, redacted: 1, blocked: 3))
    #expect(all.days["2026-11-21"]?.total == 1)
    let since = try AuditReport(of: path, since: Instant("2026-11-22T10:00:00Z"), key: auditKey)
    #expect(since.total == AuditReport.Counts(passed: 0, redacted: 1, blocked: 2))
    #expect(since.reasons["phi.linked"]?.blocked == 1)
    #expect(since.reasons["request.empty"]?.blocked == 1)
    #expect(since.roles["nurse"]?.total == 2)
    #expect(since.hours[10].total == 2)
    #expect(since.hours[23].blocked == 1)
    #expect(since.first == "2026-11-22T10:00:00Z")
  }
}
