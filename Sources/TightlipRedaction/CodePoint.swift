/// One code point of a message, and the bytes it takes.
struct CodePoint {
  /// The scalar, or nil for a byte that is no part of well-formed UTF-8.
  var scalar: Unicode.Scalar?
  /// The number of bytes, 1…4.
  var utf8Count: Int

  /// What a code point means to a mask.
  enum Kind {
    /// Becomes `*`, and may be one of those that a partial redaction leaves.
    case letterOrDigit
    /// Stays: ASCII that is no letter or digit, and the spaces and punctuation of other blocks.
    case separator
    /// Becomes `*`: symbols, since circled and squared letters and flags are symbols; what is
    /// unassigned; what is no UTF-8.
    case symbol
    /// Vanishes: combining marks, joiners, tag characters.
    case mark
  }

  /// The code point that begins at `offset`.
  ///
  /// Malformed bytes come one at a time, so that nothing is skipped.
  init(in text: Span<UInt8>, at offset: Int, end: Int) {
    let lead = text[offset]
    utf8Count = 1
    if lead < 0x80 {
      scalar = Unicode.Scalar(lead)
      return
    }
    let count = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard 0xC2 <= lead, lead <= 0xF4, offset + count <= end else { return }
    var value = UInt32(lead) & (0x7F &>> UInt32(count))
    for index in offset + 1..<offset + count {
      guard text[index] & 0xC0 == 0x80 else { return }
      value = value &<< 6 | UInt32(text[index] & 0x3F)
    }
    guard value >= (count == 2 ? 0x80 : count == 3 ? 0x800 : 0x1_0000) else { return }
    // Nil for surrogates and beyond U+10FFFF.
    guard let valid = Unicode.Scalar(value) else { return }
    scalar = valid
    utf8Count = count
  }

  /// What a mask makes of it.
  var kind: Kind {
    guard let scalar else { return .symbol }
    if scalar.value < 0x80 {
      return UInt8(truncatingIfNeeded: scalar.value).isLetterOrDigit ? .letterOrDigit : .separator
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      return .letterOrDigit
    case .nonspacingMark, .spacingMark, .enclosingMark, .format:
      return .mark
    case .spaceSeparator, .lineSeparator, .paragraphSeparator, .connectorPunctuation,
      .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return .separator
    default:
      return .symbol
    }
  }
}

extension UInt8 {
  /// Whether it is one of 0–9.
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
  /// Whether it is one of a–z.
  var isLowercaseLetter: Bool { self &- UInt8(ascii: "a") < 26 }
  /// Whether it is an ASCII letter or digit.
  var isLetterOrDigit: Bool { isDigit || (self | 0x20).isLowercaseLetter }
}
