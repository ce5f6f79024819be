internal import Crypto
internal import Foundation

/// What a look through an audit log found.
package struct AuditInspection: Sendable {
  /// A place where the log is not what was written.
  package struct Break: Sendable, Hashable {
    /// Where the block begins, in bytes from the beginning of the file.
    package var offset: Int
    /// The number of the last record before it that is known to be as written.
    package var after: Int
    /// What is wrong.
    package var message: String
  }

  /// How many records are sealed, without a break before them.
  package var records = 0
  package var blocks = 0
  package var bytes = 0
  /// The last seal.
  package var head: AuditSeal?
  /// The first break; what stands behind it is not looked at.
  package var firstBreak: Break?
  /// What interrupted writes left behind, sealed later: bytes, and where.
  package var remnants: [(offset: Int, bytes: Int)] = []
  /// Checkpoints that the log does not hold.
  package var missing: [AuditCheckpoint] = []
  /// Whether the seals were checked with the key.
  package var isAuthenticated = false

  /// Whether everything is as it was written.
  package var isWhole: Bool { firstBreak == nil && missing.isEmpty }
}

/// Reads an audit log from the beginning and checks every seal.
package struct AuditVerifier {
  private let key: RecordsKey?
  private let checkpoints: [AuditCheckpoint]

  /// A verifier.
  ///
  /// - Parameters:
  ///   - key: the audit key. Without it the chain is checked, but not who made it.
  ///   - checkpoints: what was kept elsewhere.
  package init(key: RecordsKey?, checkpoints: [AuditCheckpoint] = []) {
    self.key = key
    self.checkpoints = checkpoints
  }

  /// Checks a log.
  ///
  /// - Parameter record: is given each record's line, without LF, once its block is known to be
  ///   whole.
  /// - Throws: ``RecordsError`` where the log cannot be read.
  /// - Complexity: linear in the log; holds one block at a time.
  package func inspect(
    _ path: String, record: (Int, ArraySlice<UInt8>) throws -> Void = { _, _ in }
  ) throws -> AuditInspection {
    let file = try RecordsFile(path, .read)
    try file.lock(exclusively: false)
    let size = try file.size()
    file.unlock()

    var result = AuditInspection()
    result.isAuthenticated = key != nil
    result.bytes = size
    var sessions: Set<String> = []
    var wanted = Set(checkpoints)
    var previous = AuditSeal.origin
    /// What was read and is not sealed yet, and where it begins in the file.
    var pending: [UInt8] = []
    var start = 0
    /// Where in `pending` the block begins, and from where on it was not searched for a seal.
    var base = 0
    var searched = 0
    var position = 0

    func broken(_ message: String) -> AuditInspection {
      result.firstBreak = .init(offset: start, after: result.records, message: message)
      result.missing = checkpoints.filter(wanted.contains)
      return result
    }

    while true {
      guard let feed = pending[searched...].firstIndex(of: 10) else {
        guard position < size else { break }
        pending.removeFirst(base)
        searched -= base
        base = 0
        let bytes = try file.read(position..<min(size, position + (1 << 20)))
        guard !bytes.isEmpty else { return broken("the file became shorter while it was read") }
        position += bytes.count
        pending += bytes
        continue
      }
      let line = pending[searched..<feed]
      guard let seal = AuditSeal(line: line) else {
        searched = feed + 1
        continue
      }
      var block = AuditSeal.begin(after: previous)
      block.update(data: pending[base..<searched])
      guard seal.previous == previous else {
        return broken("the seal does not follow the one before: something was removed, repeated or exchanged")
      }
      guard seal.bytes == searched - base, seal.seals(block) else { return broken("the records do not match their seal") }
      if let key, !seal.isAuthentic(block, key: key) {
        return broken("the seal was not made with this audit key")
      }
      guard seal.torn <= seal.bytes else { return broken("the seal is not one") }
      let lines = pending[base + seal.torn..<searched].split(separator: 10)
      guard lines.count == seal.records, seal.last == result.records + seal.records else {
        return broken("the number of records does not match the seal")
      }
      for line in lines where line.starts(with: AuditEvent.opening.utf8) {
        if let event = try? JSONDecoder().decode(AuditEvent.self, from: Data(line)), let session = event.session {
          sessions.insert(session)
        }
      }
      guard sessions.contains(seal.session) else {
        return broken("the block belongs to a session that the log does not know")
      }
      if seal.torn > 0 { result.remnants.append((start, seal.torn)) }
      for (index, line) in lines.enumerated() { try record(result.records + index + 1, line) }
      result.records = seal.last
      result.blocks += 1
      result.head = seal
      previous = seal.hash
      wanted.remove(AuditCheckpoint(seal))
      start += feed + 1 - base
      base = feed + 1
      searched = base
    }
    if base < pending.count { return broken("the end is cut off: \(pending.count - base) bytes that no seal ends") }
    if result.head == nil { return broken("the log is empty") }
    result.missing = checkpoints.filter(wanted.contains)
    return result
  }
}
