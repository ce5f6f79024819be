import TightlipCore
import TightlipLexicon
import TightlipNormalization

extension Filter {
  /// Whether something in a message asks for a second reading: facts that cost next to nothing and that
  /// ordinary messages seldom have.
  ///
  /// - Complexity: linear in the words of the message.
  func isSuspicious(
    _ original: Span<UInt8>, _ normalized: borrowing NormalizedText, _ message: borrowing TokenizedText
  ) -> Bool {
    if normalized.evasion.total > 0 { return true }
    if !normalized.isIdentity {
      // Supplementary tags and selectors, which hide behind pictures.
      for index in original.indices where original[index] == 0xF3 { return true }
    } else {
      // Straight over the bytes, so that the compiler vectorizes it.
      var controls: UInt8 = 0
      for index in original.indices {
        let byte = original[index]
        controls |= byte < 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09 || byte == 0x7F ? 1 : 0
      }
      if controls != 0 { return true }
    }
    return hasOddWords(normalized.folded.span, message)
  }

  private func hasOddWords(_ text: Span<UInt8>, _ message: borrowing TokenizedText) -> Bool {
    var singles = 0
    var numbers = 0
    var digits = 0
    var oddNumbers = 0
    var spelled = 0
    var codes = 0
    var lastEnd = 0
    for token in message.tokens {
      let start = Int(token.start)
      let gap = start - lastEnd
      // What parts words: one sign is usual; several, or none of the usual, are not.
      if gap > 1, lastEnd > 0 || gap > 3, isOddGap(text, lastEnd..<start, token) { return true }
      if gap == 1, lastEnd > 0, isOddSign(text, lastEnd, token) { return true }
      let count = token.count
      codes = count <= 3 && token.kind != .word ? codes + 1 : 0
      if codes >= 5 { return true }
      if count == 1 {
        singles += 1
        if singles >= 3 { return true }
      } else {
        singles = 0
      }
      if token.kind == .number || count == 1 {
        if gap > 4 { (numbers, digits, oddNumbers) = (0, 0, 0) }
        numbers += 1
        digits += count
        if count != 3 && count != 4 || gap > 2 { oddNumbers += 1 }
        // "(303) 555-0148" and "11/02/2026 10:30" are usual; more parts, or other ones, are not.
        if digits >= 9, numbers >= 3, token.before == .comma { return true }
        if digits >= 7, numbers >= 4 || numbers == 3 && oddNumbers > 0 && token.before.isDisjoint(with: .colon | .slash) {
          return true
        }
      } else {
        (numbers, digits, oddNumbers) = (0, 0, 0)
        if count >= 12 { return true }
        if token.kind == .mixed, count >= 4 { return true }
        if token.word < 0, count >= 4 { return true }
        if token.shape == .mixedCase, token.word < 0 || count <= 4 { return true }
        spelled = spelledCharacters.contains(token.hash) ? spelled + 1 : 0
        if spelled >= 3 { return true }
      }
      if token.before.contains(.newline), lastEnd > 0 { return true }
      lastEnd = Int(token.end)
    }
    return text.count - lastEnd > 6
  }

  /// Whether the signs between two words are none that people put there.
  private func isOddGap(_ text: Span<UInt8>, _ range: Range<Int>, _ token: Token) -> Bool {
    var blanks = 0
    var signs = 0
    var pictures = 0
    for index in range {
      switch text[index] {
      case 0x20: blanks += 1
      case UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: "="), UInt8(ascii: "|"),
        UInt8(ascii: "~"), UInt8(ascii: "_"), UInt8(ascii: "*"), UInt8(ascii: "\t"):
        return true
      case 0x80...: pictures += 1
      default: signs += 1
      }
    }
    if pictures > 0, blanks == 0 { return true }
    if blanks >= 2, !token.beginsSentence { return true }
    return signs >= 4 || blanks == 0 && signs >= 2
  }

  private func isOddSign(_ text: Span<UInt8>, _ index: Int, _ token: Token) -> Bool {
    switch text[index] {
    case 0x20, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "/"),
      UInt8(ascii: "?"), UInt8(ascii: ";"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: "#"):
      false
    case 0x0A, 0x0D: false
    default: true
    }
  }
}
