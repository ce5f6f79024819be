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
  /// Events that belong into the log and did not reach it.
  private var missed: [AuditEvent] = []

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

  /// What is kept of threads, by the policy in force, and how many of their messages were counted since
  /// old ones were removed.
  private var threads = Policy.ThreadRules()
  private var counted = 0

  /// Keeps what a policy asks for.
  func use(_ policy: Policy) {
    threads = policy.threads
    ledger?.keepsContacts = policy.healthcareLimits.isOn
  }

  /// Whether blocked messages are kept.
  package var keepsOriginals: Bool { quarantine != nil }

  /// Another pack or policy judges the messages that come behind this in the batch. The same ones read
  /// again change nothing.
  package func change(_ event: AuditEvent, in batch: inout RecordBatch) {
    var event = event
    event.event = .changed
    event.session = log?.name
    var known = judges
    known.event = .changed
    known.at = event.at
    guard event != known else { return }
    judges = event
    note(event, in: &batch)
  }

  /// Adds an event between the messages of a batch.
  package func note(_ event: AuditEvent, in batch: inout RecordBatch) {
    guard let log else { return }
    var event = event
    event.session = log.name
    batch.lines.append(contentsOf: event.line)
    batch.count += 1
    batch.events.append(event)
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
      try expireThreads(batch.messages)
    } catch {
      miss(batch)
      throw error
    }
    do throws(RecordsError) {
      try writeRecords(of: &batch)
    } catch {
      miss(batch)
      if needsLog { throw error }
    }
  }

  /// From time to time; a filter runs for months.
  private func expireThreads(_ messages: Int) throws(RecordsError) {
    guard threads.isOn, let ledger else { return }
    counted += messages
    guard counted >= 20_000 else { return }
    counted = 0
    try ledger.expireThreads(threads, now: Instant(seconds: Int64(time(nil))))
  }

  private func miss(_ batch: borrowing RecordBatch) {
    unrecorded += batch.messages
    missed += batch.events
    // What switches on and off while the log is away must not fill the memory; the last ones tell where it ended.
    if missed.count > 1000 { missed.removeFirst(missed.count - 1000) }
  }

  private func writeRecords(of batch: inout RecordBatch) throws(RecordsError) {
    guard let log, batch.count > 0 else { return }
    var before = missed
    if unrecorded > 0 {
      var event = AuditEvent(.interrupted, at: Instant(seconds: Int64(time(nil))))
      event.count = unrecorded
      event.session = log.name
      before.append(event)
    }
    if !before.isEmpty {
      batch.lines.insert(contentsOf: before.flatMap(\.line), at: 0)
      batch.count += before.count
    }
    try log.append(&batch.lines, count: batch.count)
    unrecorded = 0
    missed.removeAll()
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
  /// The events among the records.
  var events: [AuditEvent] = []
  /// Blocked messages to be kept.
  var originals: [(label: QuarantineLabel, bytes: [UInt8])] = []

  package init() {}

  /// Whether there is nothing to write.
  package var isEmpty: Bool { count == 0 && messages == 0 }

  mutating func reset() {
    lines.removeAll(keepingCapacity: true)
    count = 0
    messages = 0
    if !events.isEmpty { events.removeAll() }
    originals.removeAll(keepingCapacity: true)
  }
}
