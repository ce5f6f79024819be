import Testing
import TightlipCore

import TightlipStore

struct ThreadTests {
  private let rules: Policy.ThreadRules = {
    var rules = Policy.ThreadRules()
    rules.isOn = true
    return rules
  }()
  private let thread = [UInt8]("thread:t-1")

  private func held(_ parts: PatientHistory.Parts, _ time: String, thread: String = "thread:t-1") -> LedgerChange {
    .held(thread: [UInt8](thread), parts: parts, at: Instant(time))
  }

  @Test func `what a thread held counts at once, lasts, and is known to another program`() throws {
    let scratch = try Scratch()
    let first = try Ledger(scratch.file("records"), .make)
    let second = try Ledger(scratch.file("records"), .existing)
    let now = Instant("2026-01-01T12:00:00Z")
    #expect(try second.memory(ofThread: thread).isEmpty)
    first.note(held(.person, "2026-01-01T10:00:00Z"))
    #expect(try first.memory(ofThread: thread).parts(at: now, rules) == .person)
    try first.commit()
    #expect(try second.memory(ofThread: thread).isEmpty)
    try second.refresh()
    #expect(try second.memory(ofThread: thread).parts(at: now, rules) == .person)
    // Both add to it, and neither loses what the other wrote.
    second.note(held([.health, .pointer], "2026-01-01T10:01:00Z"))
    first.note(held(.birthDate, "2026-01-01T10:02:00Z"))
    try second.commit()
    try first.commit()
    let all: PatientHistory.Parts = [.person, .health, .pointer, .birthDate]
    let third = try Ledger(scratch.file("records"), .read)
    #expect(try third.memory(ofThread: thread).parts(at: now, rules) == all)
    try first.refresh()
    #expect(try first.memory(ofThread: thread).parts(at: now, rules) == all)
  }

  @Test func `memory and table count the same: by hours and by messages`() throws {
    let scratch = try Scratch()
    let ledger = try Ledger(scratch.file("records"), .make)
    var few = rules
    few.messages = 2
    ledger.note(held(.person, "2026-01-01T10:00:00Z"))
    ledger.note(held([], "2026-01-01T10:01:00Z"))
    for _ in 0..<2 {
      let memory = try ledger.memory(ofThread: thread)
      #expect(memory.parts(at: Instant("2026-01-02T09:59:59Z"), rules) == .person)
      #expect(memory.parts(at: Instant("2026-01-02T10:00:00Z"), rules).isEmpty)
      #expect(memory.parts(at: Instant("2026-01-01T10:02:00Z"), few) == .person)
      try ledger.commit()
      ledger.forget()
    }
    ledger.note(held([], "2026-01-01T10:02:00Z"))
    for _ in 0..<2 {
      #expect(try ledger.memory(ofThread: thread).parts(at: Instant("2026-01-01T10:03:00Z"), few).isEmpty)
      try ledger.commit()
      ledger.forget()
    }
    // A clock that steps back takes nothing back.
    ledger.note(held(.person, "2026-01-01T09:00:00Z"))
    for _ in 0..<2 {
      #expect(try ledger.memory(ofThread: thread).parts(at: Instant("2026-01-02T09:59:59Z"), few) == .person)
      try ledger.commit()
      ledger.forget()
    }
  }

  @Test func `what could not be written is forgotten`() throws {
    let scratch = try Scratch()
    let ledger = try Ledger(scratch.file("records"), .make)
    ledger.note(held(.person, "2026-01-01T10:00:00Z", thread: ""))
    #expect(throws: RecordsError.self) { try ledger.commit() }
    #expect(!ledger.hasPendingChanges)
    #expect(try ledger.memory(ofThread: [UInt8]("")).isEmpty)
  }

  @Test func `quiet threads go, and of too many the quietest`() throws {
    let scratch = try Scratch()
    let ledger = try Ledger(scratch.file("records"), .make)
    for number in 10..<30 { ledger.note(held(.person, "2026-01-01T10:\(number):00Z", thread: "t-\(number)")) }
    try ledger.commit()
    var few = rules
    few.threads = 5
    try ledger.expireThreads(few, now: Instant("2026-01-01T11:00:00Z"))
    #expect(try (10..<30).filter { try !ledger.memory(ofThread: [UInt8]("t-\($0)")).isEmpty } == Array(25..<30))
    try ledger.expireThreads(rules, now: Instant("2026-01-02T10:27:30Z"))
    #expect(try (10..<30).filter { try !ledger.memory(ofThread: [UInt8]("t-\($0)")).isEmpty } == [28, 29])
  }
}
