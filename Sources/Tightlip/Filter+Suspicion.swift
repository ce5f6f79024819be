import TightlipCore
import TightlipLexicon
import TightlipNormalization

extension Filter {
  /// Whether something in a message asks for a second reading: facts that cost next to nothing and that
  /// ordinary messages seldom have.
  ///
  /// - Parameter rereader: reads odd words, each with its neighbours.
  /// - Complexity: linear in the text.
  func isSuspicious(
    _ original: Span<UInt8>, _ normalized: borrowing NormalizedText, _ message: borrowing TokenizedText,
    rereader: inout Rereader
  ) -> Bool {
    if normalized.evasion.total > 0 { return true }
    if !normalized.isIdentity {
      // Supplementary tags and selectors, which hide behind pictures, and letters turned upside down.
      for index in original.indices {
        let byte = original[index]
        if byte == 0xF3 || byte == 0xC9 || byte == 0xCA { return true }
      }
    } else {
      if Rereader.hasControls(original) { return true }
    }
    return hasOddWords(original, normalized, message, &rereader)
  }

  private func hasOddWords(
    _ original: Span<UInt8>, _ normalized: borrowing NormalizedText, _ message: borrowing TokenizedText,
    _ rereader: inout Rereader
  ) -> Bool {
    let text = normalized.folded.span
    var singles = 0
    var numbers = 0
    var digits = 0
    var oddNumbers = 0
    var spelled = 0
    var codes = 0
    var lastEnd = 0
    var previous = Token(
      start: 0, end: 0, word: -1, kind: .word, shape: .lower, before: .none, beginsSentence: true, isPossessive: false)
    for token in message.tokens {
      let start = Int(token.start)
      let gap = start - lastEnd
      // What parts words: one sign is usual; several, or none of the usual, are not.
      if gap > 1, lastEnd > 0 || gap > 3, isOddGap(text, lastEnd..<start, previous, token) { return true }
      if gap == 1, lastEnd > 0, isOddSign(text, lastEnd, previous, token) { return true }
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
        if token.word < 0 {
          let isOdd = count >= 12 || token.kind == .mixed && count >= 4 && !isQuantity(text, token)
          if isOdd, saysMore(original, normalized.originalRange(start..<start + count), &rereader) { return true }
          if !isOdd, count >= 4, token.kind != .mixed, isDisguised(text, token) { return true }
        }
        if token.shape == .mixedCase, token.word < 0 || count <= 4 { return true }
        spelled = spelledCharacters.contains(token.hash) ? spelled + 1 : 0
        if spelled >= 3 { return true }
      }
      if lastEnd > 0, token.before.contains(.newline), mayContinue(text, previous, token) { return true }
      lastEnd = Int(token.end)
      previous = token
    }
    return text.count - lastEnd > 6
  }

  /// Whether an odd word says something else than it seems to, read with the words beside it: a link, a serial number
  /// or a word of another language does not. (Of 60,000 mixed messages 4,400 are read again, where an odd word alone
  /// was reason enough 7,600.)
  private func saysMore(_ original: Span<UInt8>, _ word: Range<Int>, _ rereader: inout Rereader) -> Bool {
    var start = word.lowerBound
    var end = word.upperBound
    // Digits and what resembles them may go on in the next words, and those after.
    var looksLikeDigits = true
    for index in word where WordReader.digitLike(original[index]) == nil { looksLikeDigits = false }
    if looksLikeDigits { return true }
    // To the ends of what stands between spaces, then over one such part more.
    for _ in 0..<2 {
      while start > 0, original[start - 1] <= 0x20 { start -= 1 }
      while start > 0, original[start - 1] > 0x20 { start -= 1 }
      while end < original.count, original[end] <= 0x20 { end += 1 }
      while end < original.count, original[end] > 0x20 { end += 1 }
      guard end - start <= 160 else { return true }
    }
    return rereader.saysMore(original.extracting(start..<end), normalizer: normalizer, lexicon: lexicon, terms: disguisedTerms)
  }

  /// Whether the signs between two words are none that people put there.
  private func isOddGap(_ text: Span<UInt8>, _ range: Range<Int>, _ previous: Token, _ token: Token) -> Bool {
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
      default:
        // "..." and "!!!" are one sign.
        if index == range.lowerBound || text[index] != text[index - 1] { signs += 1 }
      }
    }
    if pictures > 0, blanks == 0 { return true }
    if blanks >= 2, !token.beginsSentence, token.kind != .word || previous.kind != .word || token.shape == .capitalized {
      return true
    }
    return signs >= 4 || blanks == 0 && signs >= 2
  }

  private func isOddSign(_ text: Span<UInt8>, _ index: Int, _ previous: Token, _ token: Token) -> Bool {
    switch text[index] {
    case 0x20, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "/"),
      UInt8(ascii: "?"), UInt8(ascii: ";"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: "#"):
      false
    case 0x0A, 0x0D: false
    // In an address, or after a shout: inside a word something short stands beside them.
    case UInt8(ascii: "@"), UInt8(ascii: "!"): previous.count <= 2 || token.count <= 2
    default: true
    }
  }

  /// "500mg", "10am", "2nd": digits and a unit; "2nite", "gr8", "room12": one digit or number at an end.
  private func isQuantity(_ text: Span<UInt8>, _ token: Token) -> Bool {
    if token.count < 8 {
      var changes = 0
      var digits = 0
      for index in Int(token.start)..<Int(token.end) {
        let isDigit = text[index] &- UInt8(ascii: "0") < 10
        if isDigit { digits += 1 }
        if index > Int(token.start), isDigit != (text[index - 1] &- UInt8(ascii: "0") < 10) { changes += 1 }
      }
      if changes == 1, digits > 1 || token.count < 6 { return true }
    }
    var index = Int(token.start)
    while index < Int(token.end), text[index] &- UInt8(ascii: "0") < 10 { index += 1 }
    guard index > Int(token.start), Int(token.end) - index <= 3 else { return false }
    while index < Int(token.end), text[index] &- UInt8(ascii: "a") < 26 { index += 1 }
    return index == Int(token.end)
  }

  /// Whether an unlisted word is a listed one in disguise: turned round, moved by 13 letters, with
  /// letters doubled, vowels dropped or a filler between its letters.
  private func isDisguised(_ text: Span<UInt8>, _ token: Token) -> Bool {
    let word = text.extracting(Int(token.start)..<Int(token.end))
    let count = word.count
    guard count <= 64 else { return true }
    for period in 2...4 where count > 2 * period {
      for offset in 0..<period {
        let filler = word[offset == 0 ? 1 : 0]
        var index = 0
        while index < count, index % period == offset || word[index] == filler { index += 1 }
        if index == count { return true }
      }
    }
    var turned = WordHash()
    var rotated = WordHash()
    for index in word.indices {
      turned.add(word[count - 1 - index])
      let byte = word[index]
      rotated.add(byte &- UInt8(ascii: "a") < 26 ? (byte - UInt8(ascii: "a") + 13) % 26 + UInt8(ascii: "a") : byte)
    }
    if isMeant(lexicon.number(ofHash: turned)) || isMeant(lexicon.number(ofHash: rotated)) { return true }
    if disguisedTerms.mayBeForm(word) { return true }
    // Two letters doubled in a word that a phrase may begin with: "breeaast cancer".
    var short = WordHash()
    var length = 0
    for index in word.indices where index == 0 || word[index] != word[index - 1] {
      short.add(word[index])
      length += 1
    }
    return count - length >= 2 && length >= 5 && lexicon.number(ofHash: short) >= 0
  }

  private func isMeant(_ number: Int32) -> Bool {
    guard number >= 0 else { return false }
    return lexicon.words[Int(number)].classes & (WordReader.health | WordReader.names) != 0
  }

  /// Whether a line end may part one word, number or name.
  private func mayContinue(_ text: Span<UInt8>, _ previous: Token, _ token: Token) -> Bool {
    if previous.kind != .word || token.kind != .word { return previous.kind != .word && token.kind != .word }
    var whole = WordHash()
    for index in Int(previous.start)..<Int(previous.end) { whole.add(text[index]) }
    for index in Int(token.start)..<Int(token.end) { whole.add(text[index]) }
    let number = lexicon.number(ofHash: whole)
    if number >= 0 { return true }
    guard token.word >= 0, previous.word >= 0 else { return false }
    return lexicon.words[Int(previous.word)].classes & WordReader.names != 0 && lexicon.words[Int(token.word)].surname > 0
  }
}
