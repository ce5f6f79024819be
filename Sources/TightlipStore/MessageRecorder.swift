internal import Glibc
package import TightlipCore

/// Asks the records about a message, and writes down what was decided. One for each worker.
package struct MessageRecorder: ~Copyable {
  private let records: Records
  private var audit: AuditRecorder?
  private let key: RecordsKey?
  /// Whether it is written down when a message left; only limits by day and week ask for it.
  private var keepsContacts: Bool
  /// What is kept of threads.
  private var threads: Policy.ThreadRules
  private let judgesAsOfSent: Bool
  /// Since when the patient of the message that was asked about has waited.
  private var waits: Instant?
  /// Whether the message's thread held anything before.
  private var threadIsEmpty = true

  /// A recorder for one worker.
  package init(_ records: Records, key: RecordsKey?, policy: Policy, judgesAsOfSent: Bool) {
    self.records = records
    self.judgesAsOfSent = judgesAsOfSent
    self.key = key
    keepsContacts = policy.healthcareLimits.isOn
    threads = policy.threads
    if let key { audit = AuditRecorder(key: key, words: AuditRecorder.Words(policy)) } else { audit = nil }
    records.use(policy)
  }

  /// Another policy, or the same read anew, judges from the next message on.
  package mutating func use(_ policy: Policy, _ event: AuditEvent, in batch: inout RecordBatch) {
    keepsContacts = policy.healthcareLimits.isOn
    threads = policy.threads
    audit?.use(AuditRecorder.Words(policy))
    records.use(policy)
    records.change(event, in: &batch)
  }

  /// What is remembered of the message's patient and thread; nil where no ledger is kept.
  ///
  /// Where the records cannot be asked, that is what the history says, and nothing may leave.
  package mutating func history(of message: borrowing Message) -> PatientHistory? {
    waits = nil
    threadIsEmpty = true
    guard let ledger = records.ledger else { return nil }
    var history = PatientHistory()
    guard records.failure == nil else {
      history.isUnavailable = true
      return history
    }
    do throws(RecordsError) {
      if threads.isOn {
        let thread = Self.threadSubject(of: message)
        if !thread.isEmpty {
          let memory = try ledger.memory(ofThread: thread)
          threadIsEmpty = memory.isEmpty
          history.parts = memory.parts(at: message.sentAt ?? Instant(seconds: Int64(time(nil))), threads)
        }
      }
      let subject = Self.subject(of: message)
      guard !subject.isEmpty else { return history }
      let held = try ledger.held(of: subject)
      let memory = held.value
      if !memory.openClocks.isEmpty { waits = memory.openClocks[Self.thread(of: message)] }
      if memory.consent.isGiven { history.consent = memory.consent }
      if judgesAsOfSent, let time = message.sentAt {
        let consent = try ledger.consent(of: subject, asOf: time)
        history.consent = consent.isGiven ? consent : nil
      }
      history.optedOutAt = memory.optedOutAt
      history.optOutWasConfirmed = memory.optOutWasConfirmed
      if memory.sent.count > 0 { history.lastLeft.0 = memory.sent[0] }
      if memory.sent.count > 1 { history.lastLeft.1 = memory.sent[1] }
      if memory.sent.count > 2 { history.lastLeft.2 = memory.sent[2] }
      history.waitingSince = waits
    } catch {
      history.isUnavailable = true
    }
    return history
  }

  /// Writes down a verdict on the message that ``history(of:)`` was asked about last.
  ///
  /// - Parameters:
  ///   - verdict: what was decided; its intent is marked as recorded where it is.
  ///   - parts: what of the message stands in its thread from now on.
  ///   - original: the message as it came in.
  package mutating func record(
    _ verdict: inout Verdict, on message: borrowing Message, parts: PatientHistory.Parts, original: Span<UInt8>,
    into batch: inout RecordBatch
  ) {
    let now = Instant(seconds: Int64(time(nil)))
    batch.messages += 1
    if let ledger = records.ledger {
      note(&verdict, message, at: message.sentAt ?? now, in: ledger)
      if threads.isOn { note(parts, verdict, message, at: message.sentAt ?? now, in: ledger) }
    }
    audit?.append(verdict, on: message, at: now, to: &batch.lines)
    batch.count += 1
    if verdict.action == .block || verdict.completeness != .complete, records.keepsOriginals {
      let reasons = verdict.reasons.filter { $0.severity == .block }.map(\.code.code)
      keep(original, reasons, message.identifierJSON, now, &batch)
    }
  }

  /// Writes down that a line could not be read.
  ///
  /// - Parameter code: the error's stable code.
  package mutating func record(
    error code: StaticString, identifierJSON: [UInt8], original: Span<UInt8>, into batch: inout RecordBatch
  ) {
    let now = Instant(seconds: Int64(time(nil)))
    batch.messages += 1
    audit?.append(error: code, identifierJSON: identifierJSON, at: now, to: &batch.lines)
    batch.count += 1
    if records.keepsOriginals { keep(original, ["\(code)"], identifierJSON, now, &batch) }
  }

  private func keep(
    _ original: Span<UInt8>, _ reasons: [String], _ identifierJSON: [UInt8], _ now: Instant, _ batch: inout RecordBatch
  ) {
    let hash = identifierJSON.isEmpty ? nil : key?.digest(of: identifierJSON, .message)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(original.count)
    // SAFETY: the bytes are copied before the closure returns.
    unsafe original.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    batch.originals.append(
      (QuarantineLabel(at: now, reasons: reasons, message: hash.map { String(decoding: $0, as: UTF8.self) }), bytes))
  }

  /// Counts a message of a thread. One that adds nothing to a thread that holds nothing is not worth a row.
  private func note(
    _ parts: PatientHistory.Parts, _ verdict: borrowing Verdict, _ message: borrowing Message, at time: Instant,
    in ledger: Ledger
  ) {
    guard message.direction == .inbound || verdict.completeness == .complete && verdict.action != .block else { return }
    if parts.isEmpty, threadIsEmpty { return }
    let thread = Self.threadSubject(of: message)
    if !thread.isEmpty { ledger.note(.held(thread: thread, parts: parts, at: time)) }
  }

  private func note(_ verdict: inout Verdict, _ message: borrowing Message, at time: Instant, in ledger: Ledger) {
    if message.direction == .inbound, message.senderID.isEmpty, verdict.intent?.kind == .optOut || verdict.intent?.kind == .optIn {
      // Without an id nobody knows whose wish it is, and it must not be lost: a person has to find out.
      verdict.warn(.optOutUnrecorded)
      verdict.needsReview = true
      return
    }
    let subject = Self.subject(of: message)
    guard !subject.isEmpty else { return }
    let thread = Self.thread(of: message)
    switch message.direction {
    case .inbound:
      switch verdict.intent?.kind {
      case .optOut, .optIn:
        let kind: ConsentEvent.Kind = verdict.intent?.kind == .optOut ? .stopped : .started
        let patient = String(decoding: message.senderID, as: UTF8.self)
        ledger.note(.consent(ConsentEvent(patient: patient, kind: kind, time: time, source: "message")))
        verdict.intent?.isRecorded = true
      case .thanks: return
      case .help, .optOutDoubtful, nil:
        if waits == nil { ledger.note(.opened(thread: thread, patient: subject, at: time)) }
      }
    case .outbound:
      guard verdict.completeness == .complete, verdict.action != .block else { return }
      if message.purpose == Self.confirmation {
        ledger.note(.confirmed(patient: subject, at: time))
      } else {
        if keepsContacts { ledger.note(.sent(patient: subject, at: time)) }
        // An automatic answer is none.
        if waits != nil, message.senderRole != Self.system {
          ledger.note(.closed(thread: thread, patient: subject, at: time))
        }
      }
    }
  }

  private static let confirmation = Array("opt-out-confirmation".utf8)
  private static let system = Array("system".utf8)
  private static let threadMark = Array("thread:".utf8)

  /// Whose records the message belongs to: the patient's, else its thread's.
  private static func subject(of message: borrowing Message) -> [UInt8] {
    let patient = message.direction == .outbound ? message.recipientID : message.senderID
    if !patient.isEmpty { return patient }
    return message.thread.isEmpty ? [] : threadMark + message.thread
  }

  /// What is remembered as one conversation: the thread, else all messages of the patient.
  private static func threadSubject(of message: borrowing Message) -> [UInt8] {
    if !message.thread.isEmpty { return threadMark + message.thread }
    return message.direction == .outbound ? message.recipientID : message.senderID
  }

  /// What the clock belongs to: the thread, else the patient.
  private static func thread(of message: borrowing Message) -> [UInt8] {
    if !message.thread.isEmpty { return message.thread }
    return message.direction == .outbound ? message.recipientID : message.senderID
  }
}

extension Verdict {
  /// Adds a warning, in its place among the reasons.
  fileprivate mutating func warn(_ code: ReasonCode) {
    let place = reasons.firstIndex { $0.severity == .warning && $0.code.rawValue > code.rawValue } ?? reasons.count
    reasons.insert(Reason(code: code, severity: .warning), at: place)
  }
}
