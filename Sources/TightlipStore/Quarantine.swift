internal import Crypto
internal import Foundation
internal import Glibc
package import TightlipCore

/// What may be known of a quarantined message without the key.
package struct QuarantineLabel: Codable, Hashable, Sendable {
  /// When it was blocked, RFC 3339.
  package var at: String
  /// Why: codes of reasons, or of the error that made it unreadable.
  package var reasons: [String]
  /// The keyed hash of its id, as in the audit log; absent where there is no audit key.
  package var message: String?

  package init(at time: Instant, reasons: [String], message: String?) {
    at = time.text
    self.reasons = reasons
    self.message = message
  }

  /// The label as it stands in the file; bound to the sealed message.
  var json: String {
    var line: [UInt8] = []
    JSONText.append("{\"at\":", at, to: &line)
    JSONText.append(",\"reasons\":[", to: &line)
    for (index, reason) in reasons.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      JSONText.append(string: reason, to: &line)
    }
    line.append(UInt8(ascii: "]"))
    JSONText.append(",\"message\":", message, to: &line)
    line.append(UInt8(ascii: "}"))
    return String(decoding: line, as: UTF8.self)
  }
}

/// One line of a quarantine file.
struct QuarantineEntry: Codable {
  var label: QuarantineLabel
  /// The fingerprint of the public key.
  var key: String
  /// The encapsulated key of the group, base64, and the message's place in the group, from 0.
  var group: String
  var place: Int
  /// The message, padded and sealed, base64.
  var sealed: String

  var line: String {
    "{\"label\":\(label.json),\"key\":\"\(key)\",\"group\":\"\(group)\",\"place\":\(place),\"sealed\":\"\(sealed)\"}\n"
  }

  /// What the seal binds the message to.
  var associated: Data { Data(label.json.utf8) }

  /// The place, as a number of 96 bits: no two messages of a group have the same.
  var nonce: ChaChaPoly.Nonce {
    get throws { try ChaChaPoly.Nonce(data: (0..<12).map { $0 < 4 ? 0 : UInt8(truncatingIfNeeded: place >> (8 * (11 - $0))) }) }
  }

  static let info = Data("tightlip quarantine 1".utf8)
  static let secretContext = Data("messages".utf8)

  /// The message, opened with the group's secret; nil where that cannot be done.
  func open(_ secret: SymmetricKey) -> [UInt8]? {
    guard place >= 0, let bytes = Data(base64Encoded: sealed), bytes.count >= Sealing.tagLength,
      let box = try? ChaChaPoly.SealedBox(
        nonce: nonce, ciphertext: bytes.dropLast(Sealing.tagLength), tag: bytes.suffix(Sealing.tagLength)),
      let padded = try? ChaChaPoly.open(box, using: secret, authenticating: associated)
    else { return nil }
    return Quarantine.unpad(Array(padded))
  }
}

/// Keeps blocked messages, sealed to the compliance officer's public key: this program can write
/// them, and cannot read them again.
///
/// The messages of one batch share one encapsulated key: HPKE exports a secret from it (RFC 9180,
/// section 5.3), which seals each message under its place in the group, so that each can be opened
/// by itself. The secret is thrown away with the batch. Each process writes files of its own.
package struct Quarantine: ~Copyable {
  private let folder: String
  private let key: SealingPublicKey
  private let fingerprint: String
  private var file: RecordsFile?
  private var written = 0
  private var lines: [UInt8] = []

  /// A new file is begun behind this many bytes.
  private static let fileLimit = 64 << 20
  /// Sealed messages are multiples of this long, so that their length tells little.
  static let paddingUnit = 64

  /// A quarantine in a folder.
  ///
  /// - Throws: ``RecordsError`` where the folder does not exist or cannot be written.
  package init(folder: String, key: SealingPublicKey) throws(RecordsError) {
    self.folder = folder
    self.key = key
    fingerprint = key.fingerprint
    // A folder that cannot be written is to be known before the first message.
    let attempt = try Self.makeFile(folder)
    // SAFETY: the path is a Swift string, which ends in NUL for the call.
    _ = unsafe unlink(attempt.path)
  }

  /// Seals messages and writes them to the disk.
  package mutating func keep(_ originals: [(label: QuarantineLabel, bytes: [UInt8])]) throws(RecordsError) {
    guard !originals.isEmpty else { return }
    do {
      let sender = try HPKE.Sender(recipientKey: key.key, ciphersuite: Sealing.suite, info: QuarantineEntry.info)
      let secret = try sender.exportSecret(context: QuarantineEntry.secretContext, outputByteCount: 32)
      let group = sender.encapsulatedKey.base64EncodedString()
      for (place, original) in originals.enumerated() {
        var entry = QuarantineEntry(label: original.label, key: fingerprint, group: group, place: place, sealed: "")
        let box = try ChaChaPoly.seal(
          Self.pad(original.bytes), using: secret, nonce: try entry.nonce, authenticating: entry.associated)
        entry.sealed = (box.ciphertext + box.tag).base64EncodedString()
        lines.append(contentsOf: entry.line.utf8)
      }
    } catch {
      lines.removeAll()
      throw RecordsError(.configuration, "the compliance officer's key cannot be used to seal", remedy: "make a new pair")
    }
    try write()
  }

  private mutating func write() throws(RecordsError) {
    defer { lines.removeAll(keepingCapacity: true) }
    if file == nil || written >= Self.fileLimit || file?.isInPlace() == false {
      file = try Self.makeFile(folder)
      written = 0
    }
    do throws(RecordsError) {
      try file?.append(lines)
      try file?.synchronize()
      written += lines.count
    } catch {
      // What was written in part stays where it is; the next attempt begins a new file.
      file = nil
      throw error
    }
  }

  private static func makeFile(_ folder: String) throws(RecordsError) -> RecordsFile {
    let name = Hexadecimal.text((0..<8).map { _ in UInt8.random(in: .min ... .max) })
    let time = Instant(seconds: Int64(Date().timeIntervalSince1970)).text.filter { $0 != ":" && $0 != "-" }
    return try RecordsFile("\(folder)/\(time)-\(name)\(QuarantineReader.suffix)", .new)
  }

  /// The bytes, an end mark and zeros up to a whole number of units.
  package static func pad(_ bytes: [UInt8]) -> [UInt8] {
    var padded = bytes + [0x80]
    let rest = padded.count % paddingUnit
    if rest > 0 { padded += [UInt8](repeating: 0, count: paddingUnit - rest) }
    return padded
  }

  package static func unpad(_ padded: [UInt8]) -> [UInt8]? {
    guard let end = padded.lastIndex(where: { $0 != 0 }), padded[end] == 0x80 else { return nil }
    return Array(padded[..<end])
  }
}
