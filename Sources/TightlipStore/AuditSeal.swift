internal import Crypto
internal import Foundation

/// The line that ends a block of the audit log and binds it to everything before.
///
/// A block is what was written at once: lines of records, then its seal. The seal's `hash` is the
/// SHA-256 of the hash before, the block's bytes and the seal's own line up to the hash, so that no
/// byte of the log can change without a hash changing; `authentication` is made with the audit key
/// and covers the same up to itself, so that without the key nobody can make a new chain.
package struct AuditSeal: Codable, Hashable, Sendable {
  /// The number of the last record in the block, counted from 1 over the whole log.
  package var last: Int
  /// How many records the block has.
  package var records: Int
  /// How many bytes stand between the last seal and this one.
  package var bytes: Int
  /// How many of them, at the beginning, are what an interrupted write left: no records.
  package var torn: Int
  /// The session that wrote the block: the one of an `opened` record.
  package var session: String
  /// The hash of the seal before; zeros at the beginning.
  package var previous: String
  /// HMAC-SHA-256, in hexadecimal digits.
  package var authentication: String
  /// SHA-256, in hexadecimal digits.
  package var hash: String

  /// The hash before the first block.
  package static let origin = String(repeating: "0", count: 64)

  /// How every seal's line begins.
  static let opening = "{\"seal\":{\"last\":"

  /// The line up to the authentication, up to the hash, and whole, with its LF.
  private var unauthenticated: String {
    "\(Self.opening)\(last),\"records\":\(records),\"bytes\":\(bytes),\"torn\":\(torn),\"session\":\"\(session)\","
      + "\"previous\":\"\(previous)\",\"authentication\":\""
  }
  private var unhashed: String { "\(unauthenticated)\(authentication)\",\"hash\":\"" }
  var line: String { "\(unhashed)\(hash)\"}}\n" }

  /// Reads a line without its LF; nil where it is no seal, or not written exactly as one.
  init?(line: some Collection<UInt8>) {
    guard line.starts(with: Self.opening.utf8), line.count < 1024,
      let wrapped = try? JSONDecoder().decode([String: AuditSeal].self, from: Data(line)),
      let seal = wrapped["seal"], seal.line.utf8.dropLast().elementsEqual(line),
      seal.last >= 0, seal.records >= 0, seal.bytes >= 0, (0...seal.bytes).contains(seal.torn)
    else { return nil }
    self = seal
  }

  /// Seals a block.
  ///
  /// - Parameter block: a hash function that was given the block's bytes, and before them ``begin(after:)``.
  init(
    last: Int, records: Int, bytes: Int, torn: Int, session: String, previous: String, block: SHA256, key: RecordsKey
  ) {
    self.last = last
    self.records = records
    self.bytes = bytes
    self.torn = torn
    self.session = session
    self.previous = previous
    authentication = ""
    hash = ""
    authentication = key.authenticate(digest(of: unauthenticated, after: block))
    hash = Hexadecimal.text(digest(of: unhashed, after: block))
  }

  /// Whether the hash is the block's.
  func seals(_ block: SHA256) -> Bool { hash == Hexadecimal.text(digest(of: unhashed, after: block)) }

  /// Whether a holder of the key made this seal.
  func isAuthentic(_ block: SHA256, key: RecordsKey) -> Bool {
    authentication == key.authenticate(digest(of: unauthenticated, after: block))
  }

  /// A hash function at the beginning of a block.
  static func begin(after previous: String) -> SHA256 {
    var function = SHA256()
    function.update(data: Array("tightlip audit 1\n\(previous)\n".utf8))
    return function
  }

  private func digest(of text: String, after block: SHA256) -> SHA256.Digest {
    var function = block
    function.update(data: Array(text.utf8))
    return function.finalize()
  }
}

/// A place in the chain, to be kept where nobody who can write the log can write.
///
/// A chain alone cannot tell that its end was cut off or that an old copy was put back; a
/// checkpoint from later can.
package struct AuditCheckpoint: Codable, Hashable, Sendable {
  /// The number of the last record.
  package var records: Int
  /// The hash of the seal behind it.
  package var hash: String

  /// The seal's place.
  package init(_ seal: AuditSeal) {
    records = seal.last
    hash = seal.hash
  }

  /// One line of JSON, without LF.
  package var line: String { "{\"records\":\(records),\"hash\":\"\(hash)\"}" }

  /// The checkpoints in a file: one on each line.
  ///
  /// - Throws: ``RecordsError`` where the file cannot be read, has none, or has a line that is none.
  package static func read(_ path: String) throws(RecordsError) -> [AuditCheckpoint] {
    let lines = try RecordsFile.contents(of: path, atMost: 16 << 20).split(separator: 10)
    var checkpoints: [AuditCheckpoint] = []
    for (number, line) in lines.enumerated() {
      guard let checkpoint = try? JSONDecoder().decode(AuditCheckpoint.self, from: Data(line)),
        Hexadecimal.bytes(checkpoint.hash)?.count == 32
      else {
        throw RecordsError(
          .configuration, "\(path):\(number + 1): is no checkpoint", remedy: "name a file that tightlip audit checkpoint wrote")
      }
      checkpoints.append(checkpoint)
    }
    guard !checkpoints.isEmpty else {
      throw RecordsError(
        .configuration, "\(path): holds no checkpoint", remedy: "name a file that tightlip audit checkpoint wrote")
    }
    return checkpoints
  }
}
