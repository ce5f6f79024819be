// SPDX-License-Identifier: Apache-2.0

/// The fold of every code point, in two stages of blocks of 128; immutable.
struct FoldTable: Sendable {
  static let blockShift = 7
  static let blockSize = 1 << blockShift
  static let blockCount = 0x11_0000 >> blockShift
  /// No code point folds to more bytes than this; the longest, U+FDFA, to 33.
  static let maximumReplacement = 64

  /// For each block of code points, where its entries start in `entries`.
  let blocks: [UInt32]
  /// Bits of ``FoldEntry``.
  let entries: [UInt32]
  /// Replacements: a byte count, then so many bytes of UTF-8.
  let pool: [UInt8]

  /// The entry of a code point.
  func entry(_ codePoint: UInt32) -> FoldEntry {
    let block = Int(codePoint >> UInt32(FoldTable.blockShift))
    let offset = Int(codePoint) & (FoldTable.blockSize - 1)
    return FoldEntry(bits: entries[Int(blocks[block]) + offset])
  }
}
