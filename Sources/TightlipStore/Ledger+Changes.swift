internal import GRDB
internal import Synchronization
package import TightlipCore

/// Something to be written down about a patient.
package enum LedgerChange: Hashable, Sendable {
  /// Something was said about texting, and came in now.
  case consent(ConsentEvent)
  /// A message left to the patient.
  case sent(patient: [UInt8], at: Instant)
  /// The confirmation of an opt-out left.
  case confirmed(patient: [UInt8], at: Instant)
  /// The patient waits for an answer.
  case opened(thread: [UInt8], patient: [UInt8], at: Instant)
  /// The patient was answered.
  case closed(thread: [UInt8], patient: [UInt8], at: Instant)
  /// A message of a thread left or came in, and held these parts.
  case held(thread: [UInt8], parts: PatientHistory.Parts, at: Instant)
}

extension LedgerChange {
  /// Whom it is about: a patient, or a thread.
  var patient: [UInt8] {
    switch self {
    case .held(let thread, _, _): thread
    case .consent(let event): Array(event.patient.utf8)
    case .sent(let patient, _), .confirmed(let patient, _), .opened(_, let patient, _), .closed(_, let patient, _): patient
    }
  }
}

extension PatientMemory {
  /// Takes in a change that is not written yet. Consent events need the whole history.
  mutating func apply(_ change: LedgerChange) {
    switch change {
    case .consent, .held: break
    case .sent(_, let time):
      sent.insert(time, at: sent.firstIndex { $0 <= time } ?? sent.count)
      if sent.count > 3 { sent.removeLast() }
    case .confirmed: optOutWasConfirmed = true
    case .opened(let thread, _, let time): if openClocks[thread] == nil { openClocks[thread] = time }
    case .closed(let thread, _, _): openClocks[thread] = nil
    }
  }
}

extension Ledger {
  /// Notes a change: it counts for the next message at once, and is written by ``commit()``.
  package func note(_ change: LedgerChange) {
    cache.withLock { cache in
      cache.pending.append(change)
      cache.pendingByPatient[change.patient, default: []].append(change)
      switch change {
      case .consent: cache.memory[change.patient] = nil
      case .held(let thread, let parts, let time): cache.threads[thread]?.add(parts, at: time)
      default:
        let patient = change.patient
        if var memory = cache.memory[patient]?.value {
          memory.apply(change)
          cache.memory[patient] = PatientMemory.Held(memory)
        }
      }
    }
  }

  /// Whether anything waits to be written.
  package var hasPendingChanges: Bool { cache.withLock { !$0.pending.isEmpty } }

  /// Writes what was noted, all of it or nothing, and returns when it is on the disk.
  ///
  /// After an error refusals are still pending, and are written with the next batch; the rest is
  /// forgotten, since its verdicts do not leave.
  package func commit() throws(RecordsError) {
    let pending = cache.withLock { $0.pending }
    guard !pending.isEmpty else { return }
    do {
      try queue.write { database in
        for change in pending { try database.apply(change) }
        // A filter that runs for months must not keep what only the last minutes need.
        if written.add(pending.count, ordering: .relaxed).newValue % 50_000 < pending.count { try database.expireChanges() }
      }
    } catch {
      cache.withLock { cache in
        cache.pending.removeAll { change in
          if case .consent(let event) = change { return event.kind != .stopped }
          return true
        }
        cache.pendingByPatient = Dictionary(grouping: cache.pending, by: \.patient)
        cache.memory.removeAll()
        cache.threads.removeAll()
      }
      throw Self.translate(error, path)
    }
    cache.withLock { cache in
      cache.pending.removeFirst(pending.count)
      cache.pendingByPatient = cache.pending.isEmpty ? [:] : Dictionary(grouping: cache.pending, by: \.patient)
    }
  }

  /// Writes events, all or none; live ones behind all others, the rest where their time puts them.
  ///
  /// - Returns: how many were new. An event that the ledger has already is not written again.
  @discardableResult
  package func record(_ events: [ConsentEvent], isLive: Bool) throws(RecordsError) -> Int {
    do {
      let count = try queue.write { database in
        var count = 0
        for event in events where try isLive || !database.holds(event) {
          try database.insert(event, position: isLive ? nil : event.time.seconds &* 1000)
          count += 1
        }
        return count
      }
      cache.withLock { $0.memory.removeAll() }
      return count
    } catch {
      throw Self.translate(error, path)
    }
  }

  /// Everything said about one patient, or about all, in the order in which it was recorded.
  package func events(of patient: String? = nil) throws(RecordsError) -> [ConsentEvent] {
    try withDatabase { database in
      let sql = "SELECT * FROM consent_event" + (patient == nil ? "" : " WHERE patient = ?") + " ORDER BY sequence"
      let arguments: StatementArguments = patient.map { [$0] } ?? []
      return try Row.fetchAll(database, sql: sql, arguments: arguments).map {
        try $0.consentEntry(of: $0["patient"]).event
      }
    }
  }

  /// Everything said about a patient, as it counts.
  package func history(of patient: String) throws(RecordsError) -> ConsentHistory {
    try withDatabase { try $0.history(of: patient) }
  }

  /// Keeps a patient's public key, in place of one before; nil removes it.
  package func setSealingKey(_ key: SealingPublicKey?, of patient: String) throws(RecordsError) {
    do {
      try queue.write { database in
        if let key {
          try database.execute(
            sql: """
              INSERT INTO sealing_key (patient, key, added_at) VALUES (?, ?, unixepoch())
              ON CONFLICT (patient) DO UPDATE SET key = excluded.key, added_at = excluded.added_at
              """, arguments: [patient, key.text])
        } else {
          try database.execute(sql: "DELETE FROM sealing_key WHERE patient = ?", arguments: [patient])
        }
      }
    } catch {
      throw Self.translate(error, path)
    }
  }

  /// The public key of a patient, if there is one.
  package func sealingKey(of patient: [UInt8]) throws(RecordsError) -> SealingPublicKey? {
    let id = String(decoding: patient, as: UTF8.self)
    return try withDatabase { database in
      let statement = try database.cachedStatement(sql: "SELECT key FROM sealing_key WHERE patient = ?")
      return try String.fetchOne(statement, arguments: [id]).flatMap { SealingPublicKey(text: $0) }
    }
  }

  /// What ``expire(before:now:)`` removed.
  package struct Expired: Sendable, Hashable {
    package var contacts: Int
    package var clocks: Int

    package init(contacts: Int, clocks: Int) {
      self.contacts = contacts
      self.clocks = clocks
    }
  }

  /// How long contacts are kept: limits by the week look back seven days, whatever the time zone.
  package static let contactDays: Int64 = 8

  /// Removes what is no longer needed: contacts after eight days, and clocks that were closed before
  /// an instant. Consent events stay: they prove what was permitted.
  @discardableResult
  package func expire(closedBefore: Instant?, now: Instant) throws(RecordsError) -> Expired {
    do {
      return try queue.write { database in
        try database.execute(sql: "PRAGMA secure_delete = ON")
        try database.execute(
          sql: "DELETE FROM contact WHERE time < ?", arguments: [now.seconds - Self.contactDays * 86_400])
        let contacts = database.changesCount
        var clocks = 0
        if let closedBefore {
          try database.execute(sql: "DELETE FROM response_clock WHERE closed_at < ?", arguments: [closedBefore.seconds])
          clocks = database.changesCount
        }
        try database.expireChanges()
        return Expired(contacts: contacts, clocks: clocks)
      }
    } catch {
      throw Self.translate(error, path)
    }
  }
}

extension Database {
  func apply(_ change: LedgerChange) throws {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    func contact(_ patient: [UInt8], _ kind: String, _ time: Instant) throws {
      try cachedStatement(sql: "INSERT INTO contact (patient, kind, time) VALUES (?, ?, ?)")
        .execute(arguments: [text(patient), kind, time.seconds])
    }
    switch change {
    case .consent(let event): try insert(event, position: nil)
    case .sent(let patient, let time): try contact(patient, "sent", time)
    case .confirmed(let patient, let time): try contact(patient, "confirmed", time)
    case .opened(let thread, let patient, let time):
      // Another process may have opened it: the first message is the one that waits.
      try cachedStatement(
        sql: "INSERT INTO response_clock (thread, patient, opened_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
      ).execute(arguments: [text(thread), text(patient), time.seconds])
    case .closed(let thread, _, let time):
      try cachedStatement(
        sql: "UPDATE response_clock SET closed_at = max(?, opened_at) WHERE thread = ? AND closed_at IS NULL"
      ).execute(arguments: [time.seconds, text(thread)])
    case .held(let thread, let parts, let time): try add(parts, to: text(thread), at: time)
    }
  }

  /// - Parameter position: where the event stands; nil for one that comes in now.
  func insert(_ event: ConsentEvent, position: Int64?) throws {
    let place = try position ?? history(of: event.patient).position(of: event)
    try cachedStatement(
      sql: """
        INSERT INTO consent_event
          (patient, kind, scope, time, position, expires, preferred_channel, disclosure_acknowledged, wording, source,
           recorded_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unixepoch())
        """
    ).execute(arguments: [
      event.patient, event.kind.rawValue, event.scope?.text, event.time.seconds, place, event.expiry?.text,
      event.preferredChannel, event.disclosureIsAcknowledged, event.wording, event.source,
    ])
  }

  /// Whether an event like this one was recorded before.
  func holds(_ event: ConsentEvent) throws -> Bool {
    let statement = try cachedStatement(
      sql: "SELECT * FROM consent_event WHERE patient = ? AND time = ? AND kind = ?")
    return try Row.fetchAll(statement, arguments: [event.patient, event.time.seconds, event.kind.rawValue]).contains {
      var known = try $0.consentEntry(of: event.patient).event
      known.source = event.source
      return known == event
    }
  }
}
