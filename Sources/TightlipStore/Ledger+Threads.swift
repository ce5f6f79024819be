internal import GRDB
internal import Synchronization
package import TightlipCore

/// What the messages of a thread held: for each kind of part the time and the number of the last one.
package struct ThreadMemory: Sendable, Hashable {
  /// How many messages were counted.
  var messages = 0
  private var parts: [Part?] = Array(repeating: nil, count: Self.kinds)

  private struct Part: Hashable {
    var time: Instant
    var number: Int
  }

  /// The kinds of parts are bits; so many there are.
  static let kinds = 4

  /// Nothing was held.
  package var isEmpty: Bool { messages == 0 }

  init() {}

  init(_ row: Row) {
    messages = row[0]
    for kind in 0..<Self.kinds {
      guard let time = row[1 + 2 * kind] as Int64?, let number = row[2 + 2 * kind] as Int? else { continue }
      parts[kind] = Part(time: Instant(seconds: time), number: number)
    }
  }

  /// What is still to be judged with a new message.
  package func parts(at now: Instant, _ rules: Policy.ThreadRules) -> PatientHistory.Parts {
    var held = PatientHistory.Parts(rawValue: 0)
    for kind in 0..<Self.kinds {
      guard let part = parts[kind] else { continue }
      let isRecent = now.seconds - part.time.seconds < Int64(rules.hours) * 3600
      if isRecent, messages - part.number < rules.messages { held.insert(Self.part(kind)) }
    }
    return held
  }

  mutating func add(_ held: PatientHistory.Parts, at time: Instant) {
    messages += 1
    for kind in 0..<Self.kinds where held.contains(Self.part(kind)) {
      parts[kind] = Part(time: max(time, parts[kind]?.time ?? time), number: messages)
    }
  }

  static func part(_ kind: Int) -> PatientHistory.Parts { PatientHistory.Parts(rawValue: 1 << UInt8(kind)) }
}

extension Ledger {
  /// What a thread held, what is not written yet included.
  package func memory(ofThread thread: [UInt8]) throws(RecordsError) -> ThreadMemory {
    let (known, pending) = cache.withLock { cache in
      let known = cache.threads[thread]
      return (known, known == nil ? cache.pendingByPatient[thread] ?? [] : [])
    }
    if let known { return known }
    let id = String(decoding: thread, as: UTF8.self)
    var memory = try withDatabase { try $0.thread(id) }
    for case .held(_, let parts, let time) in pending { memory.add(parts, at: time) }
    cache.withLock { cache in
      if cache.threads.count >= LedgerCache.limit { cache.threads.removeAll(keepingCapacity: true) }
      cache.threads[thread] = memory
    }
    return memory
  }

  /// Forgets threads that were quiet for too long, and of too many the quietest.
  package func expireThreads(_ rules: Policy.ThreadRules, now: Instant) throws(RecordsError) {
    do {
      try queue.write { database in
        try database.execute(
          sql: "DELETE FROM thread WHERE last < ?", arguments: [now.seconds - Int64(rules.hours) * 3600])
        try database.execute(
          sql: "DELETE FROM thread WHERE thread IN (SELECT thread FROM thread ORDER BY last DESC LIMIT -1 OFFSET ?)",
          arguments: [rules.threads])
        try database.expireChanges()
      }
      cache.withLock { $0.threads.removeAll(keepingCapacity: true) }
    } catch {
      throw Self.translate(error, path)
    }
  }
}

extension Database {
  /// The columns of the kinds of parts, by their bits.
  private static let columns = ["person", "pointer", "birth_date", "health"]

  func thread(_ thread: String) throws -> ThreadMemory {
    let names = Self.columns.map { "\($0)_at, \($0)_in" }.joined(separator: ", ")
    let statement = try cachedStatement(sql: "SELECT messages, \(names) FROM thread WHERE thread = ?")
    return try Row.fetchOne(statement, arguments: [thread]).map { ThreadMemory($0) } ?? ThreadMemory()
  }

  /// Counts a message of a thread; other programs may count others at the same time.
  func add(_ parts: PatientHistory.Parts, to thread: String, at time: Instant) throws {
    let names = Self.columns.flatMap { ["\($0)_at", "\($0)_in"] }
    let updates = Self.columns.map {
      """
      \($0)_at = CASE WHEN excluded.\($0)_at IS NULL THEN \($0)_at ELSE max(coalesce(\($0)_at, excluded.\($0)_at), excluded.\($0)_at) END,
      \($0)_in = CASE WHEN excluded.\($0)_at IS NULL THEN \($0)_in ELSE messages + 1 END
      """
    }
    let statement = try cachedStatement(
      sql: """
        INSERT INTO thread (thread, messages, last, \(names.joined(separator: ", ")))
        VALUES (?, 1, ?, \(names.map { _ in "?" }.joined(separator: ", ")))
        ON CONFLICT (thread) DO UPDATE SET
        messages = messages + 1, last = max(last, excluded.last), \(updates.joined(separator: ", "))
        """)
    var arguments: [(any DatabaseValueConvertible)?] = [thread, time.seconds]
    for kind in 0..<ThreadMemory.kinds {
      let holds = parts.contains(ThreadMemory.part(kind))
      arguments += [holds ? time.seconds : nil, holds ? 1 : nil]
    }
    try statement.execute(arguments: StatementArguments(arguments))
  }

  /// Removes old changes; a reader that slept through so many reads everything again.
  func expireChanges() throws {
    try execute(sql: "DELETE FROM change WHERE sequence < (SELECT max(sequence) FROM change) - 100000")
  }
}
