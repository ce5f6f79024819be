import Foundation
import Testing
import TightlipCore

import TightlipStore

struct SealingTests {
  @Test func `what was sealed opens with the key and with no other`() throws {
    let key = SealingSecretKey()
    let text = [UInt8]("Your A1c is 9.1")
    let sealed = try SealedMessage.seal(text, to: key.publicKey)
    #expect(sealed.count == text.count + 48)
    #expect(try SealedMessage.open(sealed, with: key) == text)
    #expect(throws: RecordsError.self) { try SealedMessage.open(sealed, with: SealingSecretKey()) }
    #expect(try SealedMessage.seal(text, to: key.publicKey) != sealed)
  }

  @Test func `a sealed message that was changed or cut anywhere does not open`() throws {
    let key = SealingSecretKey()
    let sealed = try SealedMessage.seal([UInt8]("Your A1c is 9.1"), to: key.publicKey)
    for index in sealed.indices {
      var changed = sealed
      // The highest bit of an X25519 key has no meaning (RFC 7748), but HPKE binds it.
      changed[index] ^= 0x80
      #expect(throws: RecordsError.self, "byte \(index)") { try SealedMessage.open(changed, with: key) }
      #expect(throws: RecordsError.self, "cut to \(index)") { try SealedMessage.open(Array(sealed[..<index]), with: key) }
    }
  }

  @Test func `keys are written once, for their owner only, and read back`() throws {
    let scratch = try Scratch()
    let key = SealingSecretKey()
    try key.write(to: scratch.file("key"))
    #expect(try SealingPublicKey(file: scratch.file("key.pub")) == key.publicKey)
    #expect(try SealingSecretKey(file: scratch.file("key")).publicKey == key.publicKey)
    let mode = try FileManager.default.attributesOfItem(atPath: scratch.file("key"))[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(throws: RecordsError.self) { try key.write(to: scratch.file("key")) }
  }

  @Test func `a secret key where a public one belongs is refused with that word`() throws {
    let scratch = try Scratch()
    try SealingSecretKey().write(to: scratch.file("key"))
    #expect {
      _ = try SealingPublicKey(file: scratch.file("key"))
    } throws: {
      ($0 as? RecordsError)?.message.contains("is a secret key") == true
    }
  }

  @Test(arguments: ["", "tightlip-public-1:", "tightlip-public-1:AAAA", "tightlip-secret-1:" + Data(count: 32).base64EncodedString()])
  func `what is no public key is none`(text: String) { #expect(SealingPublicKey(text: text) == nil) }

  @Test func `a public key of low order is none`() {
    #expect(SealingPublicKey(text: Data(count: 32).base64EncodedString()) == nil)
    #expect(SealingPublicKey(text: Data([1] + [UInt8](repeating: 0, count: 31)).base64EncodedString()) == nil)
  }
}

struct QuarantineTests {
  private let time = Instant("2026-11-22T14:03:00Z")

  @Test func `what is kept is listed without the key, opens with it, and stands nowhere in clear`() throws {
    let scratch = try Scratch()
    let key = SealingSecretKey()
    var quarantine = try Quarantine(folder: scratch.path, key: key.publicKey)
    let originals = (0..<5).map { [UInt8]("{\"text\":\"Zyxxoquv \($0)\"}") }
    for group in [originals[0...1], originals[2...4]] {
      try quarantine.keep(
        group.map { (QuarantineLabel(at: time, reasons: ["phi.linked"], message: "0123456789abcdef"), $0) })
    }
    let reader = QuarantineReader(folder: scratch.path)
    let (items, damaged) = try reader.list()
    #expect(items.map(\.line) == [1, 2, 3, 4, 5])
    #expect(items[0].label.reasons == ["phi.linked"])
    #expect(items[0].key == key.publicKey.fingerprint)
    #expect(damaged.isEmpty)
    #expect(try reader.open(with: key) { _ in true }.map(\.original) == originals)
    // One by itself, out of the middle of its group.
    #expect(try reader.open(with: key) { $0.line == 4 }.map(\.original) == [originals[3]])
    #expect(try reader.open(with: SealingSecretKey()) { _ in true }.allSatisfy { $0.original == nil })
    for file in try reader.files() {
      let content = String(decoding: try bytes(of: scratch.file(file)), as: UTF8.self)
      #expect(!content.contains("Zyxxoquv"))
    }
  }

  @Test func `a label, a place or a message that was changed does not open, and its neighbours do`() throws {
    let scratch = try Scratch()
    let key = SealingSecretKey()
    var quarantine = try Quarantine(folder: scratch.path, key: key.publicKey)
    try quarantine.keep((0..<3).map { (QuarantineLabel(at: time, reasons: ["phi.linked"], message: nil), [UInt8("\($0)")!]) })
    let reader = QuarantineReader(folder: scratch.path)
    let file = scratch.file(try reader.files()[0])
    let lines = String(decoding: try bytes(of: file), as: UTF8.self).split(separator: "\n").map(String.init)
    let changes = [
      lines[1].replacingOccurrences(of: "phi.linked", with: "phi.linker"),
      lines[1].replacingOccurrences(of: "\"place\":1", with: "\"place\":2"),
      lines[1].replacingOccurrences(of: "2026-11-22", with: "2026-11-23"),
    ]
    for change in changes {
      #expect(change != lines[1])
      try Data([lines[0], change, lines[2], ""].joined(separator: "\n").utf8).write(to: URL(filePath: file))
      let opened = try reader.open(with: key) { _ in true }
      #expect(opened.map { $0.original == nil } == [false, true, false])
    }
    // A write that was interrupted.
    try Data((lines[0] + "\n" + lines[1].dropLast(20)).utf8).write(to: URL(filePath: file))
    let (items, damaged) = try reader.list()
    #expect(items.count == 1)
    #expect(damaged.map(\.line) == [2])
  }

  @Test(arguments: [0, 1, 62, 63, 64, 65, 127, 128])
  func `padding comes off again and hides the length`(count: Int) {
    for last: UInt8 in [0, 0x80, 7] {
      let text = [UInt8](repeating: last, count: count)
      let padded = Quarantine.pad(text)
      #expect(padded.count.isMultiple(of: 64))
      #expect(Quarantine.unpad(padded) == text)
    }
    #expect(Quarantine.unpad([UInt8](repeating: 0, count: 64)) == nil)
  }

  @Test func `a folder that cannot be written is known at once`() {
    #expect(throws: RecordsError.self) { _ = try Quarantine(folder: "/nonexistent", key: SealingSecretKey().publicKey) }
  }
}
