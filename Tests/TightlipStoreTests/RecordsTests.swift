import Foundation
import Testing
import TightlipCore

import TightlipStore

struct RecordsTests {
  private func event(_ kind: AuditEvent.Kind, policy: String = "first 1") -> AuditEvent {
    var event = AuditEvent(kind, at: Instant("2026-01-01T10:00:00Z"))
    event.engine = "test"
    event.policy = policy
    return event
  }

  private func kinds(_ path: String) throws -> [String] {
    var kinds: [String] = []
    let inspection = try AuditVerifier(key: auditKey).inspect(path) { _, line in
      let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      kinds.append(object?["event"] as? String ?? object?["action"] as? String ?? "?")
    }
    #expect(inspection.isWhole)
    return kinds
  }

  @Test func `an event that did not reach the log stands in it as soon as it can be written`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    let records = try Records(
      ledger: nil, log: try AuditLog(path, key: auditKey), quarantine: nil, judges: event(.opened))
    var recorder = MessageRecorder(records, key: auditKey, policy: .shippedDefault, judgesAsOfSent: false)
    var batch = RecordBatch()
    var verdict = Verdict()
    func record() {
      recorder.record(&verdict, on: Message(), parts: [], original: [UInt8]().span, into: &batch)
    }
    try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
    recorder.use(.shippedDefault, event(.changed, policy: "second 1"), in: &batch)
    records.note(event(.halted), in: &batch)
    record()
    #expect(throws: RecordsError.self) { try records.commit(&batch) }
    #expect(batch.isEmpty)
    try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
    record()
    try records.commit(&batch)
    record()
    try records.commit(&batch)
    #expect(try kinds(path) == ["opened", "changed", "halted", "interrupted", "block", "block"])
  }

  @Test func `the same pack and policy read again are no change`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    let records = try Records(
      ledger: nil, log: try AuditLog(path, key: auditKey), quarantine: nil, judges: event(.opened))
    var batch = RecordBatch()
    records.change(event(.changed), in: &batch)
    #expect(batch.isEmpty)
    records.change(event(.changed, policy: "second 1"), in: &batch)
    records.change(event(.changed, policy: "second 1"), in: &batch)
    records.change(event(.changed), in: &batch)
    try records.commit(&batch)
    #expect(try kinds(path) == ["opened", "changed", "changed"])
  }
}
