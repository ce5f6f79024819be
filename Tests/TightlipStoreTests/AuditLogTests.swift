import Foundation
import Glibc
import Testing
import TightlipCore

import TightlipStore

struct AuditLogTests {
  /// A log of three sessions' blocks.
  private func makeLog(_ path: String, blocks: Int = 3) throws {
    let log = try AuditLog(path, key: auditKey)
    var opened = AuditEvent(.opened, at: Instant("2026-11-22T14:00:00Z"))
    opened.session = log.name
    var line = opened.line
    try log.append(&line, count: 1)
    for block in 1..<blocks {
      var lines = [UInt8]("{\"at\":\"2026-11-22T14:0\(block):00Z\",\"action\":\"block\",\"block\":[\"phi.linked\"]}\n{\"at\":\"2026-11-22T14:0\(block):01Z\",\"action\":\"pass\"}\n")
      try log.append(&lines, count: 2)
    }
  }

  private func inspect(
    _ path: String, key: RecordsKey? = auditKey, checkpoints: [AuditCheckpoint] = []
  ) throws -> AuditInspection {
    try AuditVerifier(key: key, checkpoints: checkpoints).inspect(path)
  }

  @Test func `what was written is whole, and its records come out in their order`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    try makeLog(path)
    var lines: [String] = []
    var numbers: [Int] = []
    let found = try AuditVerifier(key: auditKey).inspect(path) { number, line in
      numbers.append(number)
      lines.append(String(decoding: line, as: UTF8.self))
    }
    #expect(found.isWhole)
    #expect(found.records == 5)
    #expect(found.blocks == 3)
    #expect(numbers == [1, 2, 3, 4, 5])
    #expect(lines[0].hasPrefix(#"{"event":"opened""#))
    #expect(lines[4] == #"{"at":"2026-11-22T14:02:01Z","action":"pass"}"#)
  }

  @Test(arguments: [true, false])
  func `a change of any byte is found, with the key and without`(hasKey: Bool) throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    try makeLog(path)
    let original = try bytes(of: path)
    for index in original.indices {
      var changed = original
      changed[index] ^= index.isMultiple(of: 2) ? 0x01 : 0x20
      let copy = try scratch.write(changed, "copy.log")
      let found = try inspect(copy, key: hasKey ? auditKey : nil)
      #expect(!found.isWhole, "byte \(index)")
    }
  }

  @Test func `a log that was cut anywhere is found out, between blocks by a checkpoint`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    try makeLog(path)
    let original = try bytes(of: path)
    let head = try #require(try inspect(path).head)
    let checkpoint = AuditCheckpoint(head)
    #expect(try inspect(path, checkpoints: [checkpoint]).isWhole)
    var silent = 0
    for length in 0..<original.count {
      let copy = try scratch.write(original[..<length], "copy.log")
      if try inspect(copy).isWhole { silent += 1 }
      let found = try inspect(copy, checkpoints: [checkpoint])
      #expect(!found.isWhole, "cut to \(length)")
      #expect(found.missing == [checkpoint], "cut to \(length)")
    }
    // Behind the first and the second block.
    #expect(silent == 2)
  }

  @Test func `blocks that were removed, exchanged or repeated are found`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    try makeLog(path, blocks: 4)
    let text = String(decoding: try bytes(of: path), as: UTF8.self)
    var blocks: [String] = [""]
    for line in text.split(separator: "\n") {
      blocks[blocks.count - 1] += line + "\n"
      if line.hasPrefix(#"{"seal""#) { blocks.append("") }
    }
    blocks.removeLast()
    #expect(blocks.count == 4)
    let orders: [[Int]] = [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 2, 1, 3], [0, 1, 1, 2, 3], [0, 1, 2, 3, 3], [0, 0, 1, 2, 3]]
    for order in orders {
      let copy = try scratch.write(order.map { blocks[$0] }.joined().utf8, "copy.log")
      #expect(try !inspect(copy).isWhole, "\(order)")
    }
  }

  @Test func `an old copy that was put back and written on is found by a checkpoint`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    try makeLog(path, blocks: 2)
    let old = try bytes(of: path)
    let log = try AuditLog(path, key: auditKey)
    var first = AuditEvent(.opened, at: Instant("2026-11-22T15:00:00Z"))
    first.session = log.name
    var line = first.line
    try log.append(&line, count: 1)
    let checkpoint = AuditCheckpoint(try #require(try inspect(path).head))

    let copy = try scratch.write(old, "copy.log")
    let other = try AuditLog(copy, key: auditKey)
    first.session = other.name
    line = first.line
    try other.append(&line, count: 1)
    #expect(try inspect(copy).isWhole)
    #expect(try inspect(copy, checkpoints: [checkpoint]).missing == [checkpoint])
  }

  @Test func `without the audit key nobody can write a log that verifies with it`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    let forged = try AuditLog(path, key: RecordsKey(bytes: [UInt8]("some other key of no use")))
    var opened = AuditEvent(.opened, at: Instant("2026-11-22T14:00:00Z"))
    opened.session = forged.name
    var line = opened.line
    try forged.append(&line, count: 1)
    #expect(try inspect(path, key: nil).isWhole)
    #expect(try !inspect(path).isWhole)
    #expect(throws: RecordsError.self) { _ = try AuditLog(path, key: auditKey) }
  }

  @Test func `what an interrupted write left is kept, said, and written on`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    try makeLog(path)
    let whole = try bytes(of: path)
    let secondSeal = try #require(
      String(decoding: whole, as: UTF8.self).split(separator: "\n").last { $0.hasPrefix(#"{"seal""#) })
    for length in 1...secondSeal.utf8.count {
      // The last block's seal torn anywhere, its line break included.
      let torn = whole.dropLast(length)
      let copy = try scratch.write(torn, "copy-\(length).log")
      #expect(try !inspect(copy).isWhole)
      let log = try AuditLog(copy, key: auditKey)
      var opened = AuditEvent(.opened, at: Instant("2026-11-22T16:00:00Z"))
      opened.session = log.name
      var line = opened.line
      try log.append(&line, count: 1)
      let found = try inspect(copy)
      #expect(found.isWhole, "torn by \(length): \(found.firstBreak?.message ?? "")")
      #expect(found.remnants.count == 1)
      #expect(found.records == 4)
      #expect(try bytes(of: copy).starts(with: torn))
    }
  }

  @Test func `two writers take turns in one log`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    let writers = [try AuditLog(path, key: auditKey), try AuditLog(path, key: auditKey)]
    for writer in writers {
      var opened = AuditEvent(.opened, at: Instant("2026-11-22T14:00:00Z"))
      opened.session = writer.name
      var line = opened.line
      try writer.append(&line, count: 1)
    }
    for index in 0..<40 {
      var lines = [UInt8]("{\"at\":\"2026-11-22T14:00:00Z\",\"action\":\"pass\"}\n")
      try writers[index % 3 == 0 ? 0 : 1].append(&lines, count: 1)
    }
    let found = try inspect(path)
    #expect(found.isWhole)
    #expect(found.records == 42)
  }

  @Test func `a log that was removed, replaced or shortened while in use is not written on`() throws {
    let scratch = try Scratch()
    for change in 0..<3 {
      let path = scratch.file("audit-\(change).log")
      try makeLog(path)
      let log = try AuditLog(path, key: auditKey)
      switch change {
      case 0: _ = unsafe unlink(path)
      case 1:
        _ = unsafe rename(path, path + ".old")
        try makeLog(path)
      default: _ = unsafe truncate(path, 10)
      }
      var lines = [UInt8]("{\"at\":\"2026-11-22T14:00:00Z\",\"action\":\"pass\"}\n")
      let before = lines
      #expect(throws: RecordsError.self) { try log.append(&lines, count: 1) }
      #expect(lines == before)
    }
  }

  @Test func `what is no log is refused and left as it is`() throws {
    let scratch = try Scratch()
    let text = try scratch.write("minutes of the meeting\n".utf8, "text")
    let link = scratch.file("link")
    _ = unsafe symlink(text, link)
    let pipe = scratch.file("pipe")
    _ = unsafe mkfifo(pipe, 0o600)
    for path in [text, link, pipe, scratch.path, scratch.file("none/audit.log")] {
      #expect(throws: RecordsError.self, "\(path)") { _ = try AuditLog(path, key: auditKey) }
    }
    #expect(try bytes(of: text) == [UInt8]("minutes of the meeting\n"))
  }

  @Test func `a new log may be read by its owner only, whatever the umask`() throws {
    let scratch = try Scratch()
    let before = umask(0)
    defer { umask(before) }
    try makeLog(scratch.file("audit.log"))
    var status = stat()
    #expect(unsafe stat(scratch.file("audit.log"), &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func `a log of one large block and many small ones is read in linear time`() throws {
    let scratch = try Scratch()
    let path = scratch.file("audit.log")
    try makeLog(path)
    let log = try AuditLog(path, key: auditKey)
    var lines: [UInt8] = []
    let line = [UInt8]("{\"at\":\"2026-11-22T14:00:00Z\",\"action\":\"pass\"}\n")
    for _ in 0..<60_000 { lines += line }
    var opened = AuditEvent(.opened, at: Instant("2026-11-22T16:00:00Z"))
    opened.session = log.name
    lines += opened.line
    try log.append(&lines, count: 60_001)
    #expect(try inspect(path).records == 60_006)
    // The last seal is found from the end.
    _ = try AuditLog(path, key: auditKey)
  }
}
