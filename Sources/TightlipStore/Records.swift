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
  /// Why the ledger cannot be asked, if it cannot.
  package private(set) var failure: RecordsError?
  private let needsLog: Bool
  /// Messages that were refused since the last block reached the log.
  private var unrecorded = 0

  /// Records of a program.
  ///
  /// - Parameter judges: the event that says which engine, pack and policy judge.
  /// - Parameter needsLog: whether messages are blocked while the log cannot be written.
  /// - Throws: ``RecordsError`` where the log cannot be begun.
  package init(
    ledger: Ledger?, log: AuditLog?, quarantine: consuming Quarantine?, judges: AuditEvent, needsLog: Bool = true
  ) throws(RecordsError) {
    self.needsLog = needsLog
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

  /// Learns what other programs wrote. To be called after each read, before the messages are judged.
  ///
  /// Where that cannot be done no message may leave, until it can be done again.
  package func begin() {
    do throws(RecordsError) {
      try ledger?.refresh()
      failure = nil
    } catch {
      failure = error
    }
  }

  /// Writes down a batch, and returns when everything is on the disk.
  ///
  /// After an error none of the batch's verdicts may leave.
  package func commit(_ batch: inout RecordBatch) throws(RecordsError) {
    defer { batch.reset() }
    do throws(RecordsError) {
      try quarantine?.keep(batch.originals)
      try ledger?.commit()
    } catch {
      unrecorded += batch.messages
      throw error
    }
    do throws(RecordsError) {
      try writeRecords(of: &batch)
    } catch {
      unrecorded += batch.messages
      if needsLog { throw error }
    }
  }

  private func writeRecords(of batch: inout RecordBatch) throws(RecordsError) {
    guard let log, batch.count > 0 else { return }
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
