// SPDX-License-Identifier: Apache-2.0

/// The letters of a Hangul syllable, by the arithmetic of the Unicode Standard, chapter 3.12.
struct HangulLetters {
  let leading: UInt32
  let vowel: UInt32
  let trailing: UInt32?

  /// The letters of a syllable; `nil` for any other code point.
  init?(of codePoint: UInt32) {
    guard (0xAC00...0xD7A3).contains(codePoint) else { return nil }
    let index = codePoint - 0xAC00
    leading = 0x1100 + index / 588
    vowel = 0x1161 + index % 588 / 28
    trailing = index % 28 == 0 ? nil : 0x11A7 + index % 28
  }

  var codePoints: [UInt32] {
    [leading, vowel] + (trailing.map { [$0] } ?? [])
  }
}
