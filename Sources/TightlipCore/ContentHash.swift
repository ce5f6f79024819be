/// A cryptographic hash of file contents, handed in by the caller so that the engine carries no
/// cryptography: SHA-256 in the commands.
public protocol ContentHash: Sendable {
  /// The hash of some bytes; of the same length for all.
  ///
  /// - Complexity: linear in the bytes.
  func digest(of bytes: [UInt8]) -> [UInt8]
}
