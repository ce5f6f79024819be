internal import Glibc
import TightlipCore

/// Everything the practice records about messages: ledger, audit log, quarantine. Shared by the
/// workers of one program.
///
/// A batch of messages goes through it so: ``begin()``, then each worker's ``MessageRecorder``, then
/// ``commit(_:)``; only after that may the batch's verdicts leave.
package final class Records {
  /// Consents, clocks and contacts, where they are kept.
  package let ledger: Ledger?
  private let log: AuditLog?
  private var quarantine: Quarantine?
  /// Who judges, as the log says it.
  private var judges: AuditEvent
  /// Messages that were refused since the last block reached the log.
  private var unrecorded = 0

  /// Records of a program.
  ///
  /// - Parameter judges: the event that says which engine, pack and policy judge.
  /// - Throws: ``RecordsError`` where the log cannot be begun.
  package init(ledger: Ledger?, log: AuditLog?, quarantine: consuming Quarantine?, judges: AuditEvent) throws(RecordsError) {
    self.ledger = ledger
    self.log = log
    self.quarantine = quarantine
    self.judges = judges
    self.judges.session = log?.name
    // Nothing is judged before the log says by whom.
    try write(self.judges)
  }

  /// Whether blocked messages are kept.
  package var keepsOriginals: Bool { quarantine != nil }

  /// Another pack or policy judges from here on.
  package func change(_ event: AuditEvent) throws(RecordsError) {
    judges = event
    judges.event = .changed
    judges.session = log?.name
    try write(judges)
  }

  /// Adds an event of its own.
  package func write(_ event: AuditEvent) throws(RecordsError) {
    guard let log else { return }
    var event = event
    event.session = log.name
    var line = event.line
    try log.append(&line, count: 1)
  }

  /// Learns what other programs wrote. To be called before a batch is judged.
  package func begin() throws(RecordsError) { try ledger?.refresh() }

  /// Writes down a batch, and returns when everything is on the disk.
  ///
  /// After an error none of the batch's verdicts may leave.
  package func commit(_ batch: inout RecordBatch) throws(RecordsError) {
    defer { batch.reset() }
    do throws(RecordsError) {
      try quarantine?.keep(batch.originals)
      try ledger?.commit()
      if let log, batch.count > 0 {
        if unrecorded > 0 {
          var event = AuditEvent(.interrupted, at: Instant(seconds: Int64(time(nil))))
          event.count = unrecorded
          event.session = log.name
          batch.lines.insert(contentsOf: event.line, at: 0)
          batch.count += 1
        }
        try log.append(&batch.lines, count: batch.count)
        unrecorded = 0
      }
    } catch {
      unrecorded += batch.messages
      throw error
    }
  }

  /// Says in the log that the program ended as it should.
  package func close() throws(RecordsError) {
    var event = AuditEvent(.closed, at: Instant(seconds: Int64(time(nil))))
    if unrecorded > 0 { event.count = unrecorded }
    try write(event)
  }
}

/// What a worker has written about the messages of a batch.
package struct RecordBatch: Sendable {
  /// Records of the audit log, and how many.
  var lines: [UInt8] = []
  var count = 0
  var messages = 0
  /// Blocked messages to be kept.
  var originals: [(label: QuarantineLabel, bytes: [UInt8])] = []

  package init() {}

  mutating func reset() {
    lines.removeAll(keepingCapacity: true)
    count = 0
    messages = 0
    originals.removeAll(keepingCapacity: true)
  }
}
