internal import CTightlipHash
internal import Crypto
internal import Foundation

/// The secret behind the audit log: hides ids, and authenticates the seals.
///
/// Two keys are derived from it (HKDF-SHA-256, RFC 5869), one for each use.
package struct RecordsKey: Sendable {
  // SAFETY: set up once, and copied whole for each hash.
  /// HMAC-SHA-256 with the key taken in: an id of every message is hashed, and a copy of this costs no
  /// allocation.
  private let identifiers: tightlip_hmac
  private let seals: SymmetricKey

  /// The key in a file: all its bytes, without a final line break.
  ///
  /// - Throws: ``RecordsError`` where it cannot be read or has fewer than 16 bytes.
  package init(file: String) throws(RecordsError) {
    var bytes = try RecordsFile.readKey(file)
    while bytes.last == 10 || bytes.last == 13 { bytes.removeLast() }
    guard bytes.count >= 16 else {
      throw RecordsError(
        .configuration, "\(file): the key has fewer than 16 bytes", remedy: "make one: tightlip keys generate --kind audit FILE")
    }
    self.init(bytes: bytes)
  }

  /// A key of the given bytes.
  package init(bytes: [UInt8]) {
    let secret = SymmetricKey(data: bytes)
    func derive(_ use: String) -> SymmetricKey {
      HKDF<SHA256>.deriveKey(inputKeyMaterial: secret, info: Data(use.utf8), outputByteCount: 32)
    }
    var code = tightlip_hmac()
    unsafe derive("tightlip identifiers 1").withUnsafeBytes { key in
      unsafe tightlip_hmac_init(&code, key.baseAddress!.assumingMemoryBound(to: UInt8.self), key.count)
    }
    identifiers = code
    seals = derive("tightlip seals 1")
  }

  /// What an id is the id of: equal ids of different things get different hashes.
  package enum Subject: UInt8, Sendable {
    case message = 1
    case sender = 2
    case patient = 3
  }

  /// The keyed hash of an id (HMAC-SHA-256, cut to 64 bits), as 16 hexadecimal digits.
  package func digest(of identifier: [UInt8], _ subject: Subject) -> [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(16)
    append(digestOf: identifier, subject, to: &digits)
    return digits
  }

  /// Appends what ``digest(of:_:)`` gives.
  package func append(digestOf identifier: [UInt8], _ subject: Subject, to output: inout [UInt8]) {
    var code = identifiers
    var use = subject.rawValue
    unsafe tightlip_hmac_update(&code, &use, 1)
    unsafe identifier.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { unsafe tightlip_hmac_update(&code, base, bytes.count) }
    }
    var digest = InlineArray<32, UInt8>(repeating: 0)
    var bytes = digest.mutableSpan
    unsafe bytes.withUnsafeMutableBufferPointer { unsafe tightlip_hmac_finish(&code, $0.baseAddress!) }
    for index in 0..<8 { Hexadecimal.append(digest[index], to: &output) }
  }

  /// The code that only holders of the key can make (HMAC-SHA-256), as 64 hexadecimal digits.
  func authenticate(_ digest: SHA256.Digest) -> String {
    var code = HMAC<SHA256>(key: seals)
    code.update(data: Array(digest))
    return Hexadecimal.text(code.finalize())
  }
}

extension RecordsFile {
  /// All bytes of a key's file, which may be a descriptor (`/dev/fd/3`); at most 4 KiB.
  static func readKey(_ path: String) throws(RecordsError) -> [UInt8] {
    do {
      // A pipe has no length; FileHandle reads what there is.
      guard let handle = FileHandle(forReadingAtPath: path) else {
        throw RecordsError(.configuration, "\(path): the key cannot be opened", remedy: "name a file that this program may read")
      }
      let bytes = try handle.read(upToCount: 4097) ?? Data()
      guard bytes.count <= 4096 else {
        throw RecordsError(.configuration, "\(path): is longer than 4096 bytes", remedy: "name the file of a key")
      }
      return Array(bytes)
    } catch let error as RecordsError {
      throw error
    } catch {
      throw RecordsError(.configuration, "\(path): the key cannot be read", remedy: "name a file that this program may read")
    }
  }
}

extension RecordsKey {
  /// Writes a new key, 256 random bits in hexadecimal digits, to a new file.
  package static func generate(_ path: String) throws(RecordsError) {
    // SAFETY: the key's bytes are written as text before the closure returns.
    let bytes = unsafe SymmetricKey(size: .bits256).withUnsafeBytes { unsafe Hexadecimal.text($0) }
    let file = try RecordsFile(path, .new)
    try file.append(Array((bytes + "\n").utf8))
    try file.synchronize()
  }
}
