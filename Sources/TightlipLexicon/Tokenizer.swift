/// Splits folded text into words.
///
/// A word is a run of ASCII letters and digits and of letters of other scripts; apostrophes
/// between two letters belong to it. Everything else separates.
package enum Tokenizer {
  /// What a byte of folded text is to the tokenizer.
  enum ByteClass: UInt8 {
    case letter, digit, apostrophe, high
    case space, newline, hyphen, stop, comma, colon, slash, other
  }

  /// The class of each byte value.
  static let classOfByte: [ByteClass] = (0...255).map { value in
    switch UInt8(value) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "'"): .apostrophe
    case 0x80...0xFF: .high
    case UInt8(ascii: " "), UInt8(ascii: "\t"): .space
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): .newline
    case UInt8(ascii: "-"): .hyphen
    case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ";"): .stop
    case UInt8(ascii: ","): .comma
    case UInt8(ascii: ":"): .colon
    case UInt8(ascii: "/"): .slash
    default: .other
    }
  }

  /// The number of bytes of the code point that begins at `index`, and whether it can be part of a
  /// word. The text is valid UTF-8. Symbol, punctuation and emoji blocks separate words; every
  /// other code point that was not folded to ASCII is taken for a letter.
  @inline(__always)
  static func codePoint(in text: Span<UInt8>, at index: Int) -> (length: Int, isLetter: Bool) {
    let lead = text[index]
    switch lead {
    case 0xE2:
      // U+2000–U+2BFF are punctuation, arrows, symbols; U+2C00 on are letters.
      return (3, index + 1 < text.count && text[index + 1] >= 0xB0)
    case 0xE3:
      return (3, index + 1 < text.count && text[index + 1] != 0x80)
    case 0xEF:
      // U+F000–U+F8FF private use, U+FE00–U+FFFF forms and specials; U+F900–U+FDFF letters.
      return (3, index + 1 < text.count && (0xA4...0xB7).contains(text[index + 1]))
    case 0xF0:
      // U+1F000–U+1FAFF: emoji and pictographs.
      return (4, !(index + 1 < text.count && text[index + 1] == 0x9F))
    case 0xF1...: return (4, false)
    case 0xE0...: return (3, true)
    case 0xC3: return (2, !(index + 1 < text.count && (text[index + 1] == 0x97 || text[index + 1] == 0xB7)))
    case 0xC2: return (2, false)
    default: return (2, true)
    }
  }

  /// Calls `found` with the byte range of each word.
  package static func forEachWord(in text: Span<UInt8>, _ found: (Range<Int>) -> Void) {
    var index = 0
    var start = -1
    while index < text.count {
      let length: Int
      let isWord: Bool
      switch classOfByte[Int(text[index])] {
      case .letter, .digit: (length, isWord) = (1, true)
      case .high: (length, isWord) = codePoint(in: text, at: index)
      case .apostrophe:
        length = 1
        isWord =
          start >= 0 && index + 1 < text.count
          && [.letter, .high].contains(classOfByte[Int(text[index + 1])])
      default: (length, isWord) = (1, false)
      }
      if isWord, start < 0 { start = index }
      if !isWord, start >= 0 {
        found(start..<index)
        start = -1
      }
      index += length
    }
    if start >= 0 { found(start..<min(index, text.count)) }
  }
}
