/// The words whose own weights were learned, as a table of bits by their hash. A word beside them that
/// shares a bit is taken for one of them; its weights are then those of some rows by chance.
package struct WordSet: Sendable {
  var bits: [UInt64]

  static let size: UInt32 = 1 << 18

  /// A set of words by their hashes.
  package init(_ hashes: some Sequence<UInt32>) {
    bits = Array(repeating: 0, count: Int(Self.size / 64))
    for hash in hashes {
      let place = hash % Self.size
      bits[Int(place / 64)] |= 1 << UInt64(place % 64)
    }
  }

  @inline(__always)
  package func contains(_ hash: UInt32) -> Bool {
    let place = hash % Self.size
    return bits[Int(place / 64)] >> UInt64(place % 64) & 1 == 1
  }
}
