// SPDX-License-Identifier: Apache-2.0

/// How often a text used what evasion uses, so that a later stage can weigh it.
///
/// Each original code point is counted at most once. What phones and word processors write
/// unasked is not counted: curly quotes, dashes, other spaces, precomposed accents, and the
/// invisible parts of emoji.
package struct EvasionFacts: Equatable, Sendable {
  /// Invisible code points removed: zero-width and bidi controls, tags, soft hyphens, selectors.
  package var invisibles = 0
  /// Code points that became the ASCII character they resemble (UTS #39 and stylistic letters).
  package var lookalikes = 0
  /// Decimal digits (Nd) of other scripts.
  package var nonASCIIDigits = 0
  /// Compatibility forms (full-width, circled, mathematical, superscript) of ASCII letters and digits.
  package var compatibilityForms = 0
  /// Combining marks of the original that were removed.
  package var combiningMarks = 0
  /// Controls, private-use and unassigned code points that became a space.
  package var unreadables = 0

  package init() {}

  /// The sum of all counts.
  package var total: Int {
    invisibles + lookalikes + nonASCIIDigits + compatibilityForms + combiningMarks + unreadables
  }
}
