internal import Foundation
internal import GRDB
internal import Glibc
internal import Synchronization
package import TightlipCore

/// What the ledger knows about one patient that a verdict may depend on.
package struct PatientMemory: Sendable {
  /// What was permitted. `isGiven` is false where nothing was said.
  package var consent = Consent()
  /// When the last three messages left, the latest first; without confirmations of opt-outs.
  package var sent: [Instant] = []
  /// When the patient last opted out, and whether a confirmation of that left.
  package var optedOutAt: Instant?
  package var optOutWasConfirmed = false
  /// Since when the patient waits for an answer, by thread.
  package var openClocks: [[UInt8]: Instant] = [:]
  package init() {}

  /// A memory that is handed on by reference: it is asked for every message, and seldom changes.
  final class Held: Sendable {
    let value: PatientMemory

    init(_ value: PatientMemory) { self.value = value }
  }
}

/// The practice's records in one SQLite file: consent ledger, response clocks, contacts, keys.
///
/// Several processes may use one file. What was read is remembered until another connection
/// commits; ``refresh()`` asks for that, once for each batch of messages.
package final class Ledger: Sendable {
  /// Where the file is.
  package let path: String
  let queue: DatabaseQueue
  private let device: dev_t
  private let inode: ino_t
  let cache = Mutex(LedgerCache())
  private let readsContacts = Atomic(true)
  /// How many changes were written; from time to time old ones are removed.
  let written = Atomic(0)

  /// The number in the file's header that says whose it is: `TGHT`.
  static let applicationID: Int64 = 0x5447_4854

  /// How a ledger is opened.
  package enum Mode: Sendable {
    /// It must exist: a ledger that is not there would mean that every refusal is forgotten.
    case existing
    /// It is made where it does not exist.
    case make
    /// It must exist, and is not written.
    case read
  }

  /// Opens a ledger, checks it and brings its tables up to date.
  ///
  /// - Throws: ``RecordsError``: `damaged` where the file is no ledger, or broken. It is then left as
  ///   it is.
  /// - Complexity: linear in the file, which is checked as a whole.
  package init(_ path: String, _ mode: Mode) throws(RecordsError) {
    self.path = path
    do {
      try Self.checkFile(path, mode)
      queue = try DatabaseQueue(path: path, configuration: Self.configuration(isReadOnly: mode == .read))
      if mode != .read { try Self.migrator.migrate(queue) }
    } catch {
      throw Self.translate(error, path)
    }
    var status = stat()
    // SAFETY: `status` is ours; the path ends in NUL for the call.
    guard unsafe lstat(path, &status) == 0 else {
      throw RecordsError(path, "cannot be looked at", number: errno, remedy: "name the practice's records")
    }
    device = status.st_dev
    inode = status.st_ino
    try refresh()
  }

  private static func checkFile(_ path: String, _ mode: Mode) throws {
    var status = stat()
    if unsafe lstat(path, &status) != 0 {
      guard errno == ENOENT, mode == .make else {
        throw RecordsError(
          path, "the practice's records cannot be opened", number: errno,
          remedy: errno == ENOENT
            ? "name the right file, or make one: tightlip consent create --store \(path)" : "name a file that this program may open")
      }
      // Before SQLite does it, for the mode: only the owner may read.
      _ = try RecordsFile(path, .new)
      return
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw RecordsError(.configuration, "\(path): is not an ordinary file", remedy: "name the practice's records, not a link to them")
    }
    if status.st_size == 0 {
      guard mode == .make else {
        throw RecordsError(
          .damaged, "\(path): is empty, and the practice's records are not in it",
          remedy: "put back a copy, or remove the file and make a new one: tightlip consent create --store \(path)")
      }
      return
    }
    // Looked at without being written first: a file that is not ours must stay as it is.
    let queue = try DatabaseQueue(path: path, configuration: configuration(isReadOnly: true))
    try queue.unsafeRead { database in
      let application = try Int64.fetchOne(database, sql: "PRAGMA application_id")
      guard application == applicationID else {
        throw RecordsError(.configuration, "\(path): is a database, but not the practice's records", remedy: "name another file")
      }
      let answer = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
      guard answer == "ok" else { throw damaged(path) }
      guard try !migrator.hasBeenSuperseded(database) else {
        throw RecordsError(
          .configuration, "\(path): was written by a newer version of Tightlip", remedy: "use that version")
      }
    }
    try queue.close()
  }

  private static func configuration(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(5)
    if !isReadOnly { configuration.journalMode = .wal }
    configuration.prepareDatabase { database in
      // In WAL mode this waits at each commit until the log is on the disk.
      try database.execute(sql: "PRAGMA synchronous = FULL")
      try database.execute(sql: "PRAGMA cell_size_check = ON")
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
    }
    return configuration
  }

  static func damaged(_ path: String) -> RecordsError {
    RecordsError(
      .damaged, "\(path): the database is damaged",
      remedy: "keep the file, put back a copy of before, and add what came since from the audit log and the paper forms")
  }

  /// GRDB's errors as ours. Their descriptions may quote SQL, never its arguments; neither is shown.
  static func translate(_ error: any Error, _ path: String) -> RecordsError {
    if let error = error as? RecordsError { return error }
    guard let error = error as? DatabaseError else {
      return RecordsError(.unavailable, "\(path): cannot be used", remedy: "see to the file and its disk")
    }
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: return damaged(path)
    case .SQLITE_FULL, .SQLITE_IOERR:
      return RecordsError(.unavailable, "\(path): the disk is full or failing", remedy: "see to the disk and its free space")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
      return RecordsError(
        .unavailable, "\(path): cannot be opened or written", remedy: "let this program write the file and its folder")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return RecordsError(.unavailable, "\(path): another program holds it too long", remedy: "find that program and end it")
    case .SQLITE_CONSTRAINT:
      return RecordsError(.configuration, "\(path): the records forbid this change", remedy: "add a new event instead")
    default:
      return RecordsError(
        .unavailable, "\(path): SQLite says \(error.extendedResultCode.rawValue)", remedy: "see to the file and its disk")
    }
  }

  /// Runs statements of the module's own on the database.
  func withDatabase<Value>(_ body: (Database) throws -> Value) throws(RecordsError) -> Value {
    do {
      return try queue.unsafeRead(body)
    } catch {
      throw Self.translate(error, path)
    }
  }

  /// Forgets what other connections changed since the last call.
  ///
  /// - Throws: ``RecordsError`` where the file is damaged, or was removed or replaced.
  package func refresh() throws(RecordsError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else {
      throw RecordsError(
        .damaged, "\(path): was removed or replaced while it was in use", remedy: "put it back, and start again")
    }
    let known = cache.withLock { ($0.dataVersion, $0.change) }
    let found = try withDatabase { database -> (version: Int64, change: Int64, patients: [[UInt8]]?)? in
      let statement = try database.cachedStatement(sql: "PRAGMA data_version")
      let version = try Int64.fetchOne(statement) ?? 0
      guard version != known.0 else { return nil }
      return try database.changes(since: known.1, version: version)
    }
    guard let found else { return }
    cache.withLock { $0.forget(found.patients, version: found.version, change: found.change) }
  }

  /// Whether it is asked when messages left. Where nobody limits their number, that is one question
  /// less for each patient.
  package var keepsContacts: Bool {
    get { readsContacts.load(ordering: .relaxed) }
    set {
      let before = readsContacts.exchange(newValue, ordering: .relaxed)
      if newValue, !before { forget() }
    }
  }

  /// What was permitted at an instant, what is not written yet included. Not remembered: for archives.
  package func consent(of patient: [UInt8], asOf time: Instant) throws(RecordsError) -> Consent {
    let pending = cache.withLock { $0.pendingByPatient[patient] ?? [] }
    var history = try history(of: String(decoding: patient, as: UTF8.self))
    for event in pending.events { history = history.adding(event) }
    return history.consent(asOf: time)
  }

  /// How many patients are remembered.
  package var rememberedPatients: Int { cache.withLock { $0.memory.count } }

  /// Forgets everything that was read, so that it is read again.
  package func forget() { cache.withLock { $0.forget(nil, version: $0.dataVersion, change: $0.change) } }

  /// What is known about a patient, what is not written yet included.
  ///
  /// - Parameter patient: the id, UTF-8.
  package func memory(of patient: [UInt8]) throws(RecordsError) -> PatientMemory { try held(of: patient).value }

  /// The same, without a copy.
  func held(of patient: [UInt8]) throws(RecordsError) -> PatientMemory.Held {
    let (known, pending) = cache.withLock { cache in
      let known = cache.memory[patient]
      return (known, known == nil ? cache.pendingByPatient[patient] ?? [] : [])
    }
    if let known { return known }
    let id = String(decoding: patient, as: UTF8.self)
    var memory = try withDatabase { try $0.memory(of: id, pending: pending.events, withContacts: keepsContacts) }
    for change in pending { memory.apply(change) }
    let held = PatientMemory.Held(memory)
    cache.withLock { $0.remember(held, of: patient) }
    return held
  }
}

extension [LedgerChange] {
  /// The consent events.
  var events: [ConsentEvent] {
    compactMap { if case .consent(let event) = $0 { event } else { nil } }
  }
}

/// What was read from a ledger, and what is to be written.
struct LedgerCache {
  var dataVersion: Int64 = -1
  /// The last change that is known.
  var change: Int64 = -1
  var memory: [[UInt8]: PatientMemory.Held] = [:]
  var threads: [[UInt8]: ThreadMemory] = [:]
  /// What ``Ledger/commit()`` writes, in its order.
  var pending: [LedgerChange] = []
  var pendingByPatient: [[UInt8]: [LedgerChange]] = [:]

  /// About 50 MB; then it begins anew.
  static let limit = 200_000

  mutating func remember(_ memory: PatientMemory.Held, of patient: [UInt8]) {
    if self.memory.count >= Self.limit { self.memory.removeAll(keepingCapacity: true) }
    self.memory[patient] = memory
  }

  /// - Parameter patients: whom; nil for all.
  mutating func forget(_ patients: [[UInt8]]?, version: Int64, change: Int64) {
    dataVersion = version
    self.change = change
    guard let patients else {
      memory.removeAll(keepingCapacity: true)
      threads.removeAll(keepingCapacity: true)
      return
    }
    for patient in patients {
      memory[patient] = nil
      threads[patient] = nil
    }
  }
}
