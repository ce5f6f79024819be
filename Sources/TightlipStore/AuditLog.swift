internal import Crypto
internal import Glibc

/// Writes the audit log. Several processes may write to one log: each holds it while it adds a block.
///
/// Nothing written is ever changed. What an interrupted write left behind stays in the file, and
/// the next seal says how much of it there is.
package final class AuditLog {
  private let file: RecordsFile
  private let key: RecordsKey
  private let session: String
  /// Where the last seal ends that was seen, what it says, and the file's length then.
  private var end = 0
  private var head: (last: Int, hash: String) = (0, AuditSeal.origin)
  private var size = 0
  /// After a failed fdatasync nobody knows what is on the disk: nothing more is written.
  private var isBroken = false

  /// Opens a log for writing, or begins one.
  ///
  /// - Throws: ``RecordsError``: `damaged` where the file is no audit log or its last block does not
  ///   match its seal.
  package init(_ path: String, key: RecordsKey) throws(RecordsError) {
    file = try RecordsFile(path, .append)
    self.key = key
    session = Hexadecimal.text((0..<8).map { _ in UInt8.random(in: .min ... .max) })
    try open()
  }

  private func open() throws(RecordsError) {
    try file.lock(exclusively: true)
    defer { file.unlock() }
    try findEnd()
  }

  /// The name of this writer in the log.
  package var name: String { session }

  /// Adds a block, and returns when it is on the disk.
  ///
  /// - Parameters:
  ///   - lines: records, each ended by LF. Emptied only when they are on the disk.
  ///   - count: how many records.
  package func append(_ lines: inout [UInt8], count: Int) throws(RecordsError) {
    guard !isBroken else {
      throw RecordsError(
        .unavailable, "\(file.path): an earlier write did not reach the disk",
        remedy: "see to the disk, run tightlip audit verify, and start again")
    }
    guard count > 0 else { return }
    try file.lock(exclusively: true)
    defer { file.unlock() }
    guard file.isInPlace() else {
      throw RecordsError(
        .damaged, "\(file.path): was removed or replaced while it was in use",
        remedy: "find out who did, put it back, and start again")
    }
    // Another process may have added blocks, or was stopped while it did.
    if try file.size() != size { try findEnd() }

    var torn: [UInt8] = []
    if size > end {
      torn = try file.read(end..<size)
    }
    // Ends the line that was cut off; with more than a line break, which alone could make it a seal.
    let terminator = torn.isEmpty || torn.last == 10 ? [] : Array("#\n".utf8)
    lines.insert(contentsOf: terminator, at: 0)
    var block = AuditSeal.begin(after: head.hash)
    block.update(data: torn)
    block.update(data: lines)
    let seal = AuditSeal(
      last: head.last + count, records: count, bytes: torn.count + lines.count, torn: torn.count + terminator.count,
      session: session, previous: head.hash, block: block, key: key)
    let length = lines.count
    lines.append(contentsOf: seal.line.utf8)
    do throws(RecordsError) {
      try file.append(lines)
    } catch {
      lines.removeLast(lines.count - length)
      lines.removeFirst(terminator.count)
      // Part of a block is worth nothing. Where it cannot be cut away, the next block seals it as torn.
      if !file.cut(to: size) { size = -1 }
      throw error
    }
    do throws(RecordsError) {
      try file.synchronize()
    } catch {
      isBroken = true
      throw error
    }
    size += lines.count
    end = size
    head = (seal.last, seal.hash)
    lines.removeAll(keepingCapacity: true)
  }

  /// Finds the last seal from the end of the file.
  private func findEnd() throws(RecordsError) {
    let length = try file.size()
    let damaged = RecordsError(
      .damaged, "\(file.path): does not end as it was written",
      remedy: "run tightlip audit verify; keep the file as evidence and name a new one")
    guard length >= end else { throw damaged }
    guard length > 0 else {
      size = 0
      return
    }
    // From the end backwards, so that a large log opens as fast as a small one.
    var start = length
    var tail: [UInt8] = []
    while true {
      let from = max(end, start - (1 << 20))
      tail.insert(contentsOf: try file.read(from..<start), at: 0)
      start = from
      if let found = Self.lastSeal(in: tail, isWhole: start == end) {
        let sealStart = start + found.range.lowerBound
        let blockStart = sealStart - found.seal.bytes
        guard blockStart >= end else { throw damaged }
        var block = AuditSeal.begin(after: found.seal.previous)
        block.update(data: try file.read(blockStart..<sealStart))
        guard found.seal.seals(block), found.seal.isAuthentic(block, key: key) else { throw damaged }
        end = start + found.range.upperBound
        head = (found.seal.last, found.seal.hash)
        size = length
        return
      }
      if start == end { break }
    }
    // No seal behind the last one seen: a first block, or one of another process, that was cut off.
    if end == 0 {
      let known = Array(AuditEvent.opening.utf8)
      guard tail.prefix(known.count).elementsEqual(known.prefix(tail.count)) else {
        throw RecordsError(.damaged, "\(file.path): is no audit log", remedy: "name another file")
      }
    }
    size = length
  }

  /// The last whole line that is a seal, with the place of the line in the bytes, its LF included.
  private static func lastSeal(in bytes: [UInt8], isWhole: Bool) -> (range: Range<Int>, seal: AuditSeal)? {
    var lineEnd = bytes.count
    while let feed = bytes[..<lineEnd].lastIndex(of: 10) {
      let before = bytes[..<feed].lastIndex(of: 10)
      guard before != nil || isWhole else { return nil }
      let lineStart = before.map { $0 + 1 } ?? 0
      if let seal = AuditSeal(line: bytes[lineStart..<feed]) { return (lineStart..<feed + 1, seal) }
      lineEnd = feed
    }
    return nil
  }
}
