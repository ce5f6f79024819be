internal import Crypto
internal import Foundation

/// How sealing is done: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
/// ChaCha20-Poly1305.
enum Sealing {
  static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
  /// The length of an encapsulated key in bytes (`Nenc` of RFC 9180).
  static let encapsulatedLength = 32
  /// What the cipher adds to a text (`Nt`).
  static let tagLength = 16
}

/// The key that seals; anybody may have it.
package struct SealingPublicKey: Hashable, Sendable {
  let key: Curve25519.KeyAgreement.PublicKey

  private static let prefix = "tightlip-public-1:"

  /// The key's one line.
  package var text: String { Self.prefix + key.rawRepresentation.base64EncodedString() }

  /// The beginning of the key's SHA-256, to be compared by people: 16 hexadecimal digits.
  package var fingerprint: String { Hexadecimal.text(SHA256.hash(data: key.rawRepresentation).prefix(8)) }

  init(key: Curve25519.KeyAgreement.PublicKey) { self.key = key }

  /// The key in a line; nil where it is none.
  ///
  /// Beside ``text``, the 32 bytes of an X25519 key in base64 are understood.
  package init?(text: some StringProtocol) {
    let line = text.hasPrefix(Self.prefix) ? String(text.dropFirst(Self.prefix.count)) : String(text)
    guard let bytes = Data(base64Encoded: line), bytes.count == 32, bytes.base64EncodedString() == line,
      let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes),
      // Points of low order agree on zero with every key: whoever knows that opens what was sealed.
      let secret = try? Curve25519.KeyAgreement.PrivateKey().sharedSecretFromKeyAgreement(with: key),
      // SAFETY: the secret's bytes are only looked at inside the closure.
      unsafe secret.withUnsafeBytes({ unsafe $0.contains { $0 != 0 } })
    else { return nil }
    self.key = key
  }

  /// The key in a file; lines that begin with `#` are left out.
  package init(file: String) throws(RecordsError) {
    let lines = Self.lines(try RecordsFile.contents(of: file, atMost: 4096))
    guard lines.count == 1, let key = Self(text: lines[0]) else {
      let isSecret = lines.contains { $0.hasPrefix(SealingSecretKey.prefix) }
      throw RecordsError(
        .configuration, isSecret ? "\(file): is a secret key, and a public one is needed" : "\(file): holds no public key",
        remedy: isSecret
          ? "tightlip keys show \(file) prints the public key; keep the secret one off this machine"
          : "make a pair with tightlip keys generate, and name its .pub file")
    }
    self = key
  }

  static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
  }

  package static func == (left: Self, right: Self) -> Bool { left.key.rawRepresentation == right.key.rawRepresentation }
  package func hash(into hasher: inout Hasher) { hasher.combine(key.rawRepresentation) }
}

/// The key that opens. Belongs to the recipient alone.
package struct SealingSecretKey: Sendable {
  let key: Curve25519.KeyAgreement.PrivateKey

  static let prefix = "tightlip-secret-1:"

  /// A new key.
  package init() { key = Curve25519.KeyAgreement.PrivateKey() }

  /// The key in a file, or from a descriptor (`/dev/fd/3`).
  package init(file: String) throws(RecordsError) {
    let lines = SealingPublicKey.lines(try RecordsFile.readKey(file)).filter { $0.hasPrefix(Self.prefix) }
    guard lines.count == 1, let bytes = Data(base64Encoded: String(lines[0].dropFirst(Self.prefix.count))),
      let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
    else {
      throw RecordsError(.configuration, "\(file): holds no secret key", remedy: "name a file that tightlip keys generate wrote")
    }
    self.key = key
  }

  /// The public key that belongs to it.
  package var publicKey: SealingPublicKey { SealingPublicKey(key: key.publicKey) }

  /// Writes the key to a new file that only its owner may read, and the public key beside it.
  ///
  /// - Throws: ``RecordsError`` where one of the two exists or cannot be written.
  package func write(to path: String) throws(RecordsError) {
    let secret = try RecordsFile(path, .new)
    try secret.append(
      Array(
        """
        # A secret key of Tightlip. Whoever has it can open what was sealed to it.
        # public: \(publicKey.text)
        \(Self.prefix)\(key.rawRepresentation.base64EncodedString())

        """.utf8))
    try secret.synchronize()
    let open = try RecordsFile(path + ".pub", .new)
    try open.append(Array((publicKey.text + "\n").utf8))
    try open.synchronize()
  }
}

/// A text sealed for one recipient: the encapsulated key, then the ciphertext with its tag.
///
/// Any implementation of RFC 9180 opens it with the key and ``info``; there is no associated data.
package enum SealedMessage {
  /// The application's word in the key schedule (`info` of RFC 9180), ASCII.
  package static let info = "tightlip message 1"

  /// Seals a text.
  ///
  /// The sealed text is 48 bytes longer than the text, and tells its length.
  package static func seal(_ text: [UInt8], to recipient: SealingPublicKey) throws(RecordsError) -> [UInt8] {
    do {
      var sender = try HPKE.Sender(recipientKey: recipient.key, ciphersuite: Sealing.suite, info: Data(info.utf8))
      return Array(sender.encapsulatedKey) + Array(try sender.seal(text))
    } catch {
      // A point of low order: no honest key is one.
      throw RecordsError(.configuration, "the public key cannot be used to seal", remedy: "ask the recipient for a new key")
    }
  }

  /// Opens a sealed text.
  ///
  /// - Throws: ``RecordsError`` where it was sealed to another key, changed or cut.
  package static func open(_ sealed: [UInt8], with key: SealingSecretKey) throws(RecordsError) -> [UInt8] {
    let damaged = RecordsError(
      .damaged, "the sealed message cannot be opened: it was sealed to another key, or changed, or cut",
      remedy: "compare the key's fingerprint (tightlip keys show), and get the message again")
    guard sealed.count >= Sealing.encapsulatedLength + Sealing.tagLength else { throw damaged }
    do {
      var recipient = try HPKE.Recipient(
        privateKey: key.key, ciphersuite: Sealing.suite, info: Data(info.utf8),
        encapsulatedKey: Data(sealed[..<Sealing.encapsulatedLength]))
      return Array(try recipient.open(Data(sealed[Sealing.encapsulatedLength...])))
    } catch {
      throw damaged
    }
  }
}
