internal import Foundation
internal import GRDB
internal import TightlipCore

extension Ledger {
  /// Every version of the tables there was. A migration that was released is never edited.
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
      try database.execute(
        sql: """
          -- Everything that was ever said about texting a patient. Times are seconds since 1970, UTC;
          -- "position" is milliseconds, and orders the events of a patient.
          CREATE TABLE consent_event (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            patient TEXT NOT NULL CHECK (patient <> ''),
            kind TEXT NOT NULL CHECK (kind IN ('granted', 'revoked', 'never', 'opt-out', 'opt-in')),
            scope TEXT,
            time INTEGER NOT NULL,
            position INTEGER NOT NULL,
            expires TEXT,
            preferred_channel TEXT,
            disclosure_acknowledged INTEGER CHECK (disclosure_acknowledged IN (0, 1)),
            wording TEXT,
            source TEXT NOT NULL,
            recorded_at INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX consent_event_by_patient ON consent_event (patient, position);

          -- What was said is evidence: it is added to, never changed.
          CREATE TRIGGER consent_event_is_kept BEFORE UPDATE ON consent_event
            BEGIN SELECT RAISE(ABORT, 'consent events are kept'); END;
          CREATE TRIGGER consent_event_stays BEFORE DELETE ON consent_event
            BEGIN SELECT RAISE(ABORT, 'consent events are kept'); END;

          -- A patient waits for an answer. At most one open clock for each thread.
          CREATE TABLE response_clock (
            sequence INTEGER PRIMARY KEY,
            thread TEXT NOT NULL CHECK (thread <> ''),
            patient TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            closed_at INTEGER
          ) STRICT;
          CREATE UNIQUE INDEX response_clock_open ON response_clock (thread) WHERE closed_at IS NULL;
          CREATE INDEX response_clock_by_patient ON response_clock (patient) WHERE closed_at IS NULL;

          -- When messages left; only times, for limits by the day and the week.
          CREATE TABLE contact (
            patient TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('sent', 'confirmed')),
            time INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX contact_by_patient ON contact (patient, time);
          CREATE INDEX contact_by_time ON contact (time);

          -- Public keys that patients gave.
          CREATE TABLE sealing_key (
            patient TEXT PRIMARY KEY NOT NULL CHECK (patient <> ''),
            key TEXT NOT NULL,
            added_at INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID;

          -- Which patients something changed for, so that other processes forget just those.
          CREATE TABLE change (
            sequence INTEGER PRIMARY KEY,
            patient TEXT NOT NULL
          ) STRICT;
          CREATE TRIGGER consent_event_changes AFTER INSERT ON consent_event
            BEGIN INSERT INTO change (patient) VALUES (NEW.patient); END;
          CREATE TRIGGER contact_changes AFTER INSERT ON contact
            BEGIN INSERT INTO change (patient) VALUES (NEW.patient); END;
          CREATE TRIGGER response_clock_opens AFTER INSERT ON response_clock
            BEGIN INSERT INTO change (patient) VALUES (NEW.patient); END;
          CREATE TRIGGER response_clock_closes AFTER UPDATE ON response_clock
            BEGIN INSERT INTO change (patient) VALUES (NEW.patient); END;
          """)
    }
    migrator.registerMigration("2") { database in
      try database.execute(
        sql: """
          -- What the messages of a thread held, and when and by which of them last: kinds only, no text.
          CREATE TABLE thread (
            thread TEXT PRIMARY KEY NOT NULL CHECK (thread <> ''),
            messages INTEGER NOT NULL,
            last INTEGER NOT NULL,
            person_at INTEGER, person_in INTEGER,
            pointer_at INTEGER, pointer_in INTEGER,
            birth_date_at INTEGER, birth_date_in INTEGER,
            health_at INTEGER, health_in INTEGER
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX thread_by_time ON thread (last);
          CREATE TRIGGER thread_begins AFTER INSERT ON thread
            BEGIN INSERT INTO change (patient) VALUES (NEW.thread); END;
          CREATE TRIGGER thread_goes_on AFTER UPDATE ON thread
            BEGIN INSERT INTO change (patient) VALUES (NEW.thread); END;
          """)
    }
    return migrator
  }()
}

extension Database {
  /// What changed since a change, for whom; nil for everybody.
  func changes(since last: Int64, version: Int64) throws -> (version: Int64, change: Int64, patients: [[UInt8]]?) {
    // Both in one statement's view of the database.
    let newest = try Int64.fetchOne(self, sql: "SELECT coalesce(max(sequence), 0) FROM change") ?? 0
    let oldest = try Int64.fetchOne(self, sql: "SELECT coalesce(min(sequence), 0) FROM change") ?? 0
    // Old changes are removed in time; who slept longer than that begins anew.
    guard last >= 0, oldest <= last + 1, newest >= last, newest - last < 10_000 else { return (version, newest, nil) }
    let rows = try String.fetchAll(
      self, sql: "SELECT DISTINCT patient FROM change WHERE sequence > ? AND sequence <= ?", arguments: [last, newest])
    return (version, newest, rows.map { Array($0.utf8) })
  }

  /// Everything said about texting a patient.
  func history(of patient: String) throws -> ConsentHistory {
    let statement = try cachedStatement(
      sql: """
        SELECT sequence, position, kind, scope, time, expires, preferred_channel, disclosure_acknowledged, wording, source
        FROM consent_event WHERE patient = ?
        """)
    return ConsentHistory(try Row.fetchAll(statement, arguments: [patient]).map { try $0.consentEntry(of: patient) })
  }

  /// What a verdict may depend on.
  ///
  /// - Parameter pending: consent events of this patient that are not written yet, in their order.
  func memory(of patient: String, pending: [ConsentEvent], withContacts: Bool) throws -> PatientMemory {
    var memory = PatientMemory()
    var history = try history(of: patient)
    for event in pending { history = history.adding(event) }
    memory.consent = history.consent
    if withContacts {
      let sent = try cachedStatement(
        sql: "SELECT time FROM contact WHERE patient = ? AND kind = 'sent' ORDER BY time DESC LIMIT 3")
      memory.sent = try Int64.fetchAll(sent, arguments: [patient]).map { Instant(seconds: $0) }
    }
    if let optOut = history.entries.last(where: { $0.event.kind == .stopped })?.event.time {
      memory.optedOutAt = optOut
      let confirmed = try cachedStatement(
        sql: "SELECT max(time) FROM contact WHERE patient = ? AND kind = 'confirmed'")
      memory.optOutWasConfirmed = try Int64.fetchOne(confirmed, arguments: [patient]).map { $0 >= optOut.seconds } ?? false
    }
    let clocks = try cachedStatement(
      sql: "SELECT thread, opened_at FROM response_clock WHERE patient = ? AND closed_at IS NULL")
    for row in try Row.fetchAll(clocks, arguments: [patient]) {
      memory.openClocks[Array((row[0] as String).utf8)] = Instant(seconds: row[1])
    }
    return memory
  }
}

extension Row {
  func consentEntry(of patient: String) throws -> ConsentHistory.Entry {
    guard let kind = ConsentEvent.Kind(rawValue: self["kind"]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT)
    }
    var event = ConsentEvent(patient: patient, kind: kind, time: Instant(seconds: self["time"]), source: self["source"])
    if let scope: String = self["scope"] { event.scope = ConsentEvent.Scope(text: scope) }
    if let expires: String = self["expires"] {
      // An end that cannot be read must not become no end.
      guard let expiry = Expiry(text: expires) else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
      event.expiry = expiry
    }
    event.preferredChannel = self["preferred_channel"]
    event.disclosureIsAcknowledged = self["disclosure_acknowledged"]
    event.wording = self["wording"]
    return ConsentHistory.Entry(event: event, position: self["position"], sequence: self["sequence"])
  }
}
