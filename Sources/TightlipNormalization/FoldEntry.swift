// SPDX-License-Identifier: Apache-2.0

/// What the fold does to one code point, in 32 bits.
///
///     bits 0–3  grapheme class   4–6  action   7  upper case   8–10  evasion   11–31  payload
struct FoldEntry: Equatable, Sendable {
  enum Action {
    /// The original bytes stay.
    static let keep: UInt32 = 0
    /// One ASCII byte, in the payload.
    static let byte: UInt32 = 1
    /// Bytes of the pool: the payload is the offset of their count, which they follow.
    static let pool: UInt32 = 2
    /// Nothing is left of it.
    static let remove: UInt32 = 3
    /// A Hangul syllable becomes its letters, by arithmetic.
    static let hangul: UInt32 = 4
  }

  /// Which count of ``EvasionFacts`` the code point raises.
  enum Evasion {
    static let none: UInt32 = 0
    static let invisible: UInt32 = 1
    static let lookalike: UInt32 = 2
    static let digit: UInt32 = 3
    static let compatibility: UInt32 = 4
    static let mark: UInt32 = 5
    static let unreadable: UInt32 = 6
  }

  static let maximumPayload = 1 << 21 - 1

  private(set) var bits: UInt32

  init(bits: UInt32) {
    self.bits = bits
  }

  init(
    graphemeClass: UInt32, action: UInt32, isUpper: Bool = false, evasion: UInt32 = Evasion.none,
    payload: Int = 0
  ) {
    precondition(payload >= 0 && payload <= FoldEntry.maximumPayload, "payload exceeds its bits")
    bits =
      graphemeClass | action << 4 | (isUpper ? 1 << 7 : 0) | evasion << 8 | UInt32(payload) << 11
  }

  var graphemeClass: UInt32 { bits & 0xF }
  var action: UInt32 { bits >> 4 & 0x7 }
  /// 1 for upper and title case.
  var upper: UInt8 { UInt8(truncatingIfNeeded: bits >> 7 & 1) }
  var evasion: UInt32 { bits >> 8 & 0x7 }
  var payload: Int { Int(bits >> 11) }
}
