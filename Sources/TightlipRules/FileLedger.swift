package import TightlipCore

/// Reads the files of a pack and remembers what it read, so that a verdict can name the very bytes it
/// was judged by: the hash is of what was compiled, not of what stands on the disk a moment later.
package struct FileLedger: Sendable {
  private let hash: (any ContentHash)?
  private var entries: [UInt8] = []

  /// A ledger; without a hash it only reads.
  package init(hash: (any ContentHash)? = nil) { self.hash = hash }

  /// Reads a file and notes it under a name.
  package mutating func read(_ path: String, as name: String) throws(RulesError) -> [UInt8] {
    let bytes = try SourceFile.read(path)
    note(bytes, as: name)
    if let hash { digests[path] = Self.hexadecimal(hash.digest(of: bytes)) }
    return bytes
  }

  /// The hash of each file that was read, in lower-case hexadecimal, by its path; empty without a hash.
  package private(set) var digests: [String: String] = [:]

  /// Notes bytes that were read otherwise.
  package mutating func note(_ bytes: [UInt8], as name: String) {
    guard let hash else { return }
    entries += Array(name.utf8) + [0] + hash.digest(of: bytes)
  }

  /// The hash over the names and contents of all files read so far, in lower-case hexadecimal; empty
  /// without a hash.
  package var fingerprint: String {
    guard let hash, !entries.isEmpty else { return "" }
    return Self.hexadecimal(hash.digest(of: entries))
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
