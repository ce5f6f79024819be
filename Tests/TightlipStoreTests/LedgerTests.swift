import Foundation
import GRDB
import Glibc
import Testing
import TightlipCore

import TightlipStore

struct LedgerTests {
  private let patient = [UInt8]("p-1")

  private func event(_ kind: ConsentEvent.Kind, _ time: String, patient: String = "p-1") -> ConsentEvent {
    ConsentEvent(kind, time, scope: kind == .granted ? .all : nil, patient: patient)
  }

  @Test func `a refusal in one program blocks in another at its next batch`() throws {
    let scratch = try Scratch()
    let first = try Ledger(scratch.file("records"), .make)
    let second = try Ledger(scratch.file("records"), .existing)
    try first.record([event(.granted, "2026-01-01T10:00:00Z")], isLive: true)
    try second.refresh()
    #expect(try second.memory(of: patient).consent.status == .granted)
    for _ in 0..<3 {
      try first.record([event(.revoked, "2026-01-01T11:00:00Z")], isLive: true)
      try second.refresh()
      #expect(try second.memory(of: patient).consent.status == .revoked)
      try second.record([event(.granted, "2026-01-01T12:00:00Z")], isLive: true)
      try first.refresh()
      #expect(try first.memory(of: patient).consent.status == .granted)
    }
  }

  @Test func `only patients for whom something changed are read again`() throws {
    let scratch = try Scratch()
    let first = try Ledger(scratch.file("records"), .make)
    let second = try Ledger(scratch.file("records"), .existing)
    for number in 0..<100 { _ = try second.memory(of: [UInt8]("p-\(number)")) }
    try first.record([event(.revoked, "2026-01-01T11:00:00Z", patient: "p-7")], isLive: true)
    try second.refresh()
    #expect(second.rememberedPatients == 99)
    #expect(try second.memory(of: [UInt8]("p-7")).consent.status == .revoked)
  }

  @Test func `what is noted counts at once, and is kept by a commit`() throws {
    let scratch = try Scratch()
    let ledger = try Ledger(scratch.file("records"), .make)
    try ledger.record([event(.granted, "2026-01-01T10:00:00Z")], isLive: true)
    #expect(try ledger.memory(of: patient).consent.status == .granted)
    ledger.note(.consent(event(.stopped, "2026-01-01T10:00:00Z")))
    #expect(try ledger.memory(of: patient).consent.status == .revoked)
    ledger.note(.consent(event(.started, "2026-01-01T10:00:00Z")))
    #expect(try ledger.memory(of: patient).consent.status == .granted)
    ledger.note(.consent(event(.stopped, "2026-01-01T09:00:00Z")))
    #expect(try ledger.memory(of: patient).consent.status == .revoked)
    try ledger.commit()
    ledger.forget()
    #expect(try ledger.memory(of: patient).consent.status == .revoked)
    #expect(try Ledger(scratch.file("records"), .read).history(of: "p-1").consent.status == .revoked)
    #expect(try ledger.events().map(\.kind) == [.granted, .stopped, .started, .stopped])
  }

  @Test func `clocks open once, close, and last`() throws {
    let scratch = try Scratch()
    let thread = [UInt8]("t-1")
    do {
      let ledger = try Ledger(scratch.file("records"), .make)
      ledger.note(.opened(thread: thread, patient: patient, at: Instant("2026-01-01T10:00:00Z")))
      ledger.note(.opened(thread: thread, patient: patient, at: Instant("2026-01-01T11:00:00Z")))
      ledger.note(.opened(thread: [UInt8]("t-2"), patient: patient, at: Instant("2026-01-01T12:00:00Z")))
      try ledger.commit()
    }
    let ledger = try Ledger(scratch.file("records"), .existing)
    #expect(try ledger.memory(of: patient).openClocks[thread] == Instant("2026-01-01T10:00:00Z"))
    // Answered by a machine whose clock is behind.
    ledger.note(.closed(thread: thread, patient: patient, at: Instant("2026-01-01T09:00:00Z")))
    #expect(try ledger.memory(of: patient).openClocks[thread] == nil)
    try ledger.commit()
    let clocks = try ledger.clocks(closedSince: Instant("2026-01-01T00:00:00Z"))
    #expect(clocks.map(\.thread) == ["t-2", "t-1"])
    #expect(clocks[1].closedAt == clocks[1].openedAt)
    #expect(try ledger.clocks(closedSince: nil).map(\.thread) == ["t-2"])
  }

  @Test func `the last three messages that left are known, the latest first`() throws {
    let scratch = try Scratch()
    let ledger = try Ledger(scratch.file("records"), .make)
    _ = try ledger.memory(of: patient)
    let times = ["01", "04", "02", "05", "03"].map { Instant("2026-01-\($0)T10:00:00Z") }
    for time in times { ledger.note(.sent(patient: patient, at: time)) }
    let expected = [times[3], times[1], times[4]]
    #expect(try ledger.memory(of: patient).sent == expected)
    try ledger.commit()
    ledger.forget()
    #expect(try ledger.memory(of: patient).sent == expected)
  }

  @Test func `an opt-out is confirmed by a confirmation that left after it`() throws {
    let scratch = try Scratch()
    let ledger = try Ledger(scratch.file("records"), .make)
    ledger.note(.consent(event(.stopped, "2026-01-01T10:00:00Z")))
    #expect(try ledger.memory(of: patient).optedOutAt == Instant("2026-01-01T10:00:00Z"))
    #expect(try !ledger.memory(of: patient).optOutWasConfirmed)
    ledger.note(.confirmed(patient: patient, at: Instant("2026-01-01T10:01:00Z")))
    #expect(try ledger.memory(of: patient).optOutWasConfirmed)
    try ledger.commit()
    ledger.forget()
    #expect(try ledger.memory(of: patient).optOutWasConfirmed)
    ledger.note(.consent(event(.stopped, "2026-01-02T10:00:00Z")))
    #expect(try !ledger.memory(of: patient).optOutWasConfirmed)
  }

  @Test func `a table that was imported before changes nothing, and live refusals outlast older grants`() throws {
    let scratch = try Scratch()
    let ledger = try Ledger(scratch.file("records"), .make)
    let table = [event(.granted, "2026-01-01T10:00:00Z"), event(.granted, "2026-01-01T10:00:00Z", patient: "p-2")]
    #expect(try ledger.record(table, isLive: false) == 2)
    #expect(try ledger.record(table, isLive: false) == 0)
    try ledger.record([event(.stopped, "2026-02-01T10:00:00Z")], isLive: true)
    #expect(try ledger.record([event(.granted, "2026-01-15T10:00:00Z")], isLive: false) == 1)
    #expect(try ledger.memory(of: patient).consent.status == .revoked)
    #expect(try ledger.record([event(.granted, "2026-03-01T10:00:00Z")], isLive: false) == 1)
    #expect(try ledger.memory(of: patient).consent.status == .granted)
  }

  @Test func `grants and refusals of many writers are all kept, and the last one holds`() async throws {
    let scratch = try Scratch()
    let path = scratch.file("records")
    _ = try Ledger(path, .make)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let ledger = try Ledger(path, .existing)
          for index in 0..<25 {
            let kind: ConsentEvent.Kind = (index + writer).isMultiple(of: 2) ? .granted : .revoked
            try ledger.record([ConsentEvent(kind, "2026-01-01T10:00:00Z", scope: .all)], isLive: true)
          }
        }
      }
      try await group.waitForAll()
    }
    let ledger = try Ledger(path, .existing)
    let history = try ledger.history(of: "p-1")
    #expect(history.entries.count == 100)
    // Nobody stands where another stands, and the order is the one in which they came in.
    #expect(Set(history.entries.map(\.position)).count == 100)
    #expect(history.entries.map(\.sequence) == history.entries.map(\.sequence).sorted())
    #expect(history.consent.status == (history.entries.last?.event.kind == .granted ? .granted : .revoked))
  }

  @Test func `time takes contacts and closed clocks, and leaves consents and open clocks`() throws {
    let scratch = try Scratch()
    let ledger = try Ledger(scratch.file("records"), .make)
    let now = Instant("2026-06-01T10:00:00Z")
    try ledger.record([event(.revoked, "2020-01-01T10:00:00Z")], isLive: false)
    ledger.note(.sent(patient: patient, at: now.adding(seconds: -9 * 86_400)))
    ledger.note(.sent(patient: patient, at: now.adding(seconds: -6 * 86_400)))
    for name in ["t-1", "t-2", "t-3"] {
      ledger.note(.opened(thread: [UInt8](name), patient: patient, at: Instant("2026-01-01T10:00:00Z")))
    }
    ledger.note(.closed(thread: [UInt8]("t-1"), patient: patient, at: Instant("2026-01-02T10:00:00Z")))
    ledger.note(.closed(thread: [UInt8]("t-2"), patient: patient, at: Instant("2026-05-02T10:00:00Z")))
    try ledger.commit()
    let expired = try ledger.expire(closedBefore: Instant("2026-03-01T00:00:00Z"), now: now)
    #expect(expired == Ledger.Expired(contacts: 1, clocks: 1))
    ledger.forget()
    #expect(try ledger.memory(of: patient).sent.count == 1)
    #expect(try ledger.memory(of: patient).consent.status == .revoked)
    #expect(try ledger.clocks(closedSince: Instant(seconds: 0)).map(\.thread) == ["t-3", "t-2"])
  }
}

/// A ledger that is not as it should be is found, blocks, and is left as it is.
struct DamagedLedgerTests {
  private func makeLedger(_ path: String) throws {
    let ledger = try Ledger(path, .make)
    for number in 0..<200 {
      try ledger.record(
        [ConsentEvent(.granted, "2026-01-01T10:00:00Z", scope: .all, patient: "p-\(number)")], isLive: true)
    }
  }

  @Test func `a ledger that is missing, empty, somebody else's or no database is refused and not touched`() throws {
    let scratch = try Scratch()
    #expect(throws: RecordsError.self) { _ = try Ledger(scratch.file("missing"), .existing) }
    #expect(!FileManager.default.fileExists(atPath: scratch.file("missing")))
    let empty = try scratch.write([], "empty")
    let junk = try scratch.write((0..<8192).map { UInt8(truncatingIfNeeded: $0 &* 37) }, "junk")
    let text = try scratch.write("patient,status\n".utf8, "text")
    for path in [empty, junk, text] {
      let before = try bytes(of: path)
      #expect(throws: RecordsError.self, "\(path)") { _ = try Ledger(path, .existing) }
      #expect(try bytes(of: path) == before)
    }
    _ = unsafe symlink(junk, scratch.file("link"))
    #expect(throws: RecordsError.self) { _ = try Ledger(scratch.file("link"), .existing) }
    #expect(throws: RecordsError.self) { _ = try Ledger(scratch.path, .existing) }
  }

  @Test func `damage to any page is found when the ledger is opened, or gives no permission`() throws {
    let scratch = try Scratch()
    let path = scratch.file("records")
    try makeLedger(path)
    let original = try bytes(of: path)
    var refused = 0
    for page in 0..<original.count / 4096 {
      var damaged = original
      for index in page * 4096..<page * 4096 + 4096 { damaged[index] = 0xA5 }
      let copy = try scratch.write(damaged, "copy-\(page)")
      do throws(RecordsError) {
        let ledger = try Ledger(copy, .existing)
        // Only a page that holds nothing may be damaged unseen.
        #expect(try ledger.events().count == 200, "page \(page)")
      } catch {
        refused += 1
        #expect(error.kind != .unavailable || error.message.contains("SQLite"), "page \(page): \(error)")
        #expect(try bytes(of: copy) == damaged, "page \(page)")
      }
    }
    #expect(refused > original.count / 4096 / 2)
  }

  @Test func `a ledger cut short is refused`() throws {
    let scratch = try Scratch()
    let path = scratch.file("records")
    try makeLedger(path)
    let original = try bytes(of: path)
    for part in 1..<8 {
      let copy = try scratch.write(original[..<(original.count * part / 8)], "copy-\(part)")
      #expect(throws: RecordsError.self, "\(part)/8") { _ = try Ledger(copy, .existing) }
    }
  }

  @Test func `a ledger that is removed or replaced while in use blocks`() throws {
    let scratch = try Scratch()
    let path = scratch.file("records")
    try makeLedger(path)
    let ledger = try Ledger(path, .existing)
    _ = unsafe rename(path, path + ".old")
    #expect(throws: RecordsError.self) { try ledger.refresh() }
    try makeLedger(path)
    #expect(throws: RecordsError.self) { try ledger.refresh() }
  }

  @Test func `what was said cannot be changed or removed`() throws {
    let scratch = try Scratch()
    let path = scratch.file("records")
    try makeLedger(path)
    let database = try DatabaseQueue(path: path)
    for sql in ["DELETE FROM consent_event", "UPDATE consent_event SET kind = 'revoked'"] {
      #expect(throws: (any Error).self) { try database.write { try $0.execute(sql: sql) } }
    }
    #expect(try Ledger(path, .read).events().count == 200)
  }

  @Test func `a ledger of a newer version is refused`() throws {
    let scratch = try Scratch()
    let path = scratch.file("records")
    try makeLedger(path)
    try DatabaseQueue(path: path).write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')") }
    #expect {
      _ = try Ledger(path, .existing)
    } throws: {
      ($0 as? RecordsError)?.message.contains("newer version") == true
    }
  }

  @Test func `a new ledger may be read by its owner only, whatever the umask`() throws {
    let scratch = try Scratch()
    let before = umask(0)
    defer { umask(before) }
    try makeLedger(scratch.file("records"))
    let ledger = try Ledger(scratch.file("records"), .existing)
    try ledger.record([ConsentEvent(.never, "2026-01-01T10:00:00Z")], isLive: true)
    for name in ["records", "records-wal", "records-shm"] {
      var status = stat()
      #expect(unsafe stat(scratch.file(name), &status) == 0, "\(name)")
      #expect(status.st_mode & 0o777 == 0o600, "\(name)")
    }
  }
}
