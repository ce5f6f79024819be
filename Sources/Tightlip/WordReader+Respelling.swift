import TightlipCore
import TightlipLexicon
import TightlipNormalization

extension WordReader {
  /// Reads signs that stand for letters as letters, and undoes ciphers and misspellings of listed
  /// words. Only what becomes a word of the lists counts, so that "B12" and "10mg" stay.
  mutating func respell(
    _ input: borrowing RereadText, into output: inout RereadText, _ lexicon: borrowing Lexicon,
    _ terms: borrowing DisguisedTerms
  ) {
    output.reset()
    let usesSigns = hasSignWords(input, lexicon)
    let isRotated = hasRotatedWords(input, lexicon)
    // What stays as it is is copied with what follows it.
    var copied = 0
    var index = 0
    while index < input.count {
      guard !Self.isBlank(input.bytes[index]) else {
        index += 1
        continue
      }
      var end = index
      while end < input.count, !Self.isBlank(input.bytes[end]) { end += 1 }
      if !drawn(input, index..<end, &copied, &output) {
        respellChunk(input, index..<end, &copied, &output, usesSigns, isRotated, lexicon, terms)
      }
      index = end
    }
    output.copy(input, copied..<input.count)
  }

  private mutating func respellChunk(
    _ input: borrowing RereadText, _ range: Range<Int>, _ copied: inout Int, _ output: inout RereadText, _ usesSigns: Bool,
    _ isRotated: Bool, _ lexicon: borrowing Lexicon, _ terms: borrowing DisguisedTerms
  ) {
    let isAddress = isDigitAddress(input, range)
    var index = range.lowerBound
    while index < range.upperBound {
      let run = signRun(input, from: index, limit: range.upperBound)
      guard run.upperBound > index else {
        if isAddress, input.bytes[index] == UInt8(ascii: "@") {
          output.copy(input, copied..<index)
          output.copy(input, index, .respelled)
          copied = index + 1
        }
        index += 1
        continue
      }
      if isAddress, input.bytes[run.lowerBound..<run.upperBound].contains(where: Self.isDigit) {
        output.copy(input, copied..<run.lowerBound)
        copied = run.upperBound
        for position in run {
          let byte = input.bytes[position]
          put(byte == UInt8(ascii: "@") ? byte : Self.letters(for: byte)?.first ?? byte, input, position, .respelled, &output)
        }
      } else if let word = signWord(input, run, lexicon, isForced: usesSigns) {
        output.copy(input, copied..<run.lowerBound)
        copied = run.lowerBound + word.count
        for (offset, byte) in word.enumerated() { put(byte, input, run.lowerBound + offset, .respelled, &output) }
      } else if let (word, mark) = deciphered(input, run, isRotated, lexicon, terms) {
        output.copy(input, copied..<run.lowerBound)
        copied = run.upperBound
        let place = input.original(run)
        let isCapital = input.bytes[run.lowerBound] &- UInt8(ascii: "A") < 26
        for (offset, byte) in word.enumerated() {
          let shown = offset == 0 && isCapital && byte &- UInt8(ascii: "a") < 26 ? byte & 0xDF : byte
          output.put(shown, UInt32(place.lowerBound), UInt32(place.upperBound), mark | input.marks(in: run))
        }
      }
      index = run.upperBound
    }
  }

  private func put(
    _ byte: UInt8, _ input: borrowing RereadText, _ index: Int, _ mark: RereadMarks, _ output: inout RereadText
  ) {
    output.put(byte, input.starts[index], input.ends[index], input.marks[index] | mark)
  }

  // MARK: Signs for letters

  /// The letters a digit or sign stands for, the likeliest first.
  static func letters(for byte: UInt8) -> [UInt8]? {
    switch byte {
    case UInt8(ascii: "0"): Array("o".utf8)
    case UInt8(ascii: "1"): Array("il".utf8)
    case UInt8(ascii: "2"): Array("z".utf8)
    case UInt8(ascii: "3"): Array("e".utf8)
    case UInt8(ascii: "4"): Array("a".utf8)
    case UInt8(ascii: "5"): Array("s".utf8)
    case UInt8(ascii: "6"): Array("gb".utf8)
    case UInt8(ascii: "7"): Array("t".utf8)
    case UInt8(ascii: "8"): Array("b".utf8)
    case UInt8(ascii: "9"): Array("gq".utf8)
    case UInt8(ascii: "@"): Array("a".utf8)
    case UInt8(ascii: "$"): Array("s".utf8)
    case UInt8(ascii: "!"): Array("il".utf8)
    case UInt8(ascii: "|"): Array("li".utf8)
    case UInt8(ascii: "+"): Array("t".utf8)
    default: nil
    }
  }

  private static func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "@") || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "!")
      || byte == UInt8(ascii: "|") || byte == UInt8(ascii: "+")
  }

  /// A run of letters, digits and signs from `first`, which must begin it; empty where none does.
  private func signRun(_ input: borrowing RereadText, from first: Int, limit: Int) -> Range<Int> {
    var end = first
    while end < limit, Self.isLetter(input.bytes[end]) || Self.isDigit(input.bytes[end]) || Self.isSign(input.bytes[end]) {
      end += 1
    }
    // "Great!" and "555+" end with a sign of punctuation.
    return first..<end
  }

  /// The word that letters with signs spell, as long as the run or without signs at its end; nil
  /// where they spell none.
  private mutating func signWord(
    _ input: borrowing RereadText, _ run: Range<Int>, _ lexicon: borrowing Lexicon, isForced: Bool
  ) -> [UInt8]? {
    // "Great!", "555+": at the end they are punctuation.
    var end = run.upperBound
    while end > run.lowerBound, input.bytes[end - 1] == UInt8(ascii: "!") || input.bytes[end - 1] == UInt8(ascii: "+") { end -= 1 }
    if let word = signWord(input, run.lowerBound..<end, lexicon) { return word }
    guard isForced, hasSigns(input, run.lowerBound..<end), end - run.lowerBound >= 2 else { return nil }
    return (run.lowerBound..<end).map { Self.letters(for: input.bytes[$0])?[0] ?? Self.lower(input.bytes[$0]) }
  }

  private func hasSigns(_ input: borrowing RereadText, _ run: Range<Int>) -> Bool {
    var letters = 0
    var signs = 0
    for index in run {
      if Self.isLetter(input.bytes[index]) { letters += 1 } else { signs += 1 }
    }
    // "500mg", "10am", "2nd": a number with a unit.
    var leading = run.lowerBound
    while leading < run.upperBound, Self.isDigit(input.bytes[leading]) { leading += 1 }
    let isNumberWithUnit = leading > run.lowerBound && leading - run.lowerBound == signs && letters <= 3
    return letters >= 1 && signs >= 1 && !isNumberWithUnit
  }

  private mutating func signWord(
    _ input: borrowing RereadText, _ run: Range<Int>, _ lexicon: borrowing Lexicon
  ) -> [UInt8]? {
    guard run.count >= 3, run.count <= 40, hasSigns(input, run) else { return nil }
    var choices: [(offset: Int, letters: [UInt8])] = []
    var word: [UInt8] = []
    for index in run {
      let byte = input.bytes[index]
      if let letters = Self.letters(for: byte) {
        if letters.count > 1 { choices.append((word.count, letters)) }
        word.append(letters[0])
      } else {
        word.append(Self.lower(byte))
      }
    }
    let mostChoices = 6
    for combination in 0..<(1 << min(choices.count, mostChoices)) {
      for (number, choice) in choices.prefix(mostChoices).enumerated() {
        word[choice.offset] = choice.letters[combination >> number & 1]
      }
      guard let info = Self.info(word, lexicon) else { continue }
      let isHealth = info.classes & Self.health != 0
      if isHealth || word.count >= 4 && Self.isWord(info) { return word }
    }
    return nil
  }

  /// Whether some word is clearly written with signs; then others that are in no list are too.
  private mutating func hasSignWords(_ input: borrowing RereadText, _ lexicon: borrowing Lexicon) -> Bool {
    var index = 0
    while index < input.count {
      let run = signRun(input, from: index, limit: input.count)
      if run.count >= 4, let word = signWord(input, run, lexicon, isForced: false), let info = Self.info(word, lexicon) {
        var signs = 0
        for index in run where !Self.isLetter(input.bytes[index]) { signs += 1 }
        if signs >= 2 || info.classes & (Self.health | Self.names) != 0 { return true }
      }
      index = max(run.upperBound, index + 1)
    }
    return false
  }

  /// An address of mail whose domain is written with digits for letters.
  private func isDigitAddress(_ input: borrowing RereadText, _ range: Range<Int>) -> Bool {
    guard range.count >= 6, let at = range.first(where: { input.bytes[$0] == UInt8(ascii: "@") }),
      at > range.lowerBound
    else { return false }
    var hasDot = false
    var hasDigit = false
    for index in at..<range.upperBound {
      if input.bytes[index] == UInt8(ascii: ".") { hasDot = true }
      if Self.isDigit(input.bytes[index]) { hasDigit = true }
    }
    return hasDot && hasDigit
  }

  // MARK: Letters drawn with several signs

  private static let drawings: [(signs: [UInt8], letter: UInt8)] = [
    ("|\\/|", "m"), ("/\\/\\", "m"), ("|v|", "m"), ("\\/\\/", "w"), ("|\\|", "n"), ("/\\/", "n"), ("|_|", "u"),
    ("|-|", "h"), ("]-[", "h"), ("|>", "p"), ("|)", "d"), ("|]", "d"), ("|2", "r"), ("|=", "f"), ("|<", "k"),
    ("|3", "b"), ("()", "o"), ("[]", "o"), ("`/", "y"), ("\\/", "v"), ("/\\", "a"), ("><", "x"), ("}{", "x"),
    ("|_", "l"), ("_|", "j"), ("(", "c"), ("<", "c"), ("{", "c"), ("!", "i"), ("|", "i"), ("@", "a"), ("$", "s"),
    ("+", "t"), ("0", "o"), ("1", "i"), ("2", "z"), ("3", "e"), ("4", "a"), ("5", "s"), ("6", "g"), ("7", "t"),
    ("8", "b"), ("9", "g"),
  ].map { (Array($0.0.utf8), $0.1.utf8.first ?? 0) }

  /// Reads a chunk that is mostly signs as letters; false where it is none.
  private func drawn(_ input: borrowing RereadText, _ range: Range<Int>, _ copied: inout Int, _ output: inout RereadText) -> Bool {
    guard range.count >= 5, range.count <= 160 else { return false }
    var signs = 0
    var letters = 0
    for index in range {
      let byte = input.bytes[index]
      if Self.isLetter(byte) {
        letters += 1
      } else if !Self.isDigit(byte), byte != UInt8(ascii: "-"), byte != UInt8(ascii: "."), byte != UInt8(ascii: ","),
        byte != UInt8(ascii: ":"), byte != UInt8(ascii: "="), byte != UInt8(ascii: "*")
      {
        signs += 1
      }
    }
    guard signs >= 4, signs > letters else { return false }
    // A first look, since what is no drawing must be left as it stands.
    var read: [(Range<Int>, UInt8)] = []
    var index = range.lowerBound
    search: while index < range.upperBound {
      for drawing in Self.drawings where index + drawing.signs.count <= range.upperBound {
        var isSame = true
        for (offset, sign) in drawing.signs.enumerated() where input.bytes[index + offset] != sign {
          isSame = false
          break
        }
        guard isSame else { continue }
        read.append((index..<index + drawing.signs.count, drawing.letter))
        index += drawing.signs.count
        continue search
      }
      guard Self.isLetter(input.bytes[index]) else { return false }
      read.append((index..<index + 1, Self.lower(input.bytes[index])))
      index += 1
    }
    guard read.count >= 3 else { return false }
    output.copy(input, copied..<range.lowerBound)
    copied = range.upperBound
    for (place, letter) in read {
      let original = input.original(place)
      output.put(letter, UInt32(original.lowerBound), UInt32(original.upperBound), .respelled)
    }
    return true
  }

  // MARK: Ciphers and misspellings

  private static func rotated(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "a") < 26 ? (byte - UInt8(ascii: "a") + 13) % 26 + UInt8(ascii: "a") : byte
  }

  /// Whether words in no list become listed ones when each letter moves by 13.
  private mutating func hasRotatedWords(_ input: borrowing RereadText, _ lexicon: borrowing Lexicon) -> Bool {
    var count = 0
    for unit in units where unit.digits == 0 && unit.isASCII && unit.count >= 4 && unit.count <= 40 {
      fill(input, unit.start..<unit.end)
      guard Self.info(buffer, lexicon) == nil else { continue }
      for index in buffer.indices { buffer[index] = Self.rotated(buffer[index]) }
      guard let info = Self.info(buffer, lexicon) else { continue }
      if unit.count >= 5, info.classes & Self.health & ~info.weakClasses != 0 { return true }
      if Self.isWord(info) { count += 1 }
      if count >= 2 { return true }
    }
    return false
  }

  /// What an unlisted word becomes when a cipher or a misspelling is undone, folded; or nil.
  private mutating func deciphered(
    _ input: borrowing RereadText, _ run: Range<Int>, _ isRotated: Bool, _ lexicon: borrowing Lexicon,
    _ terms: borrowing DisguisedTerms
  ) -> ([UInt8], RereadMarks)? {
    guard run.count >= (isRotated ? 2 : 5), run.count <= 120 else { return nil }
    for index in run where input.bytes[index] >= 0x80 || !Self.isLetter(input.bytes[index]) { return nil }
    fill(input, run)
    let word = buffer
    guard Self.info(word, lexicon) == nil else { return nil }
    if isRotated {
      let rotated = word.map(Self.rotated)
      if let info = Self.info(rotated, lexicon), Self.isWord(info) { return (rotated, .respelled) }
    }
    guard word.count >= 5 else { return nil }
    let isAbbreviation = input.bytes[run].allSatisfy { $0 &- UInt8(ascii: "A") < 26 }
    if !isAbbreviation, let term = terms.term(for: word) { return (term, .respelled) }
    if let plain = withoutFiller(word), let info = Self.info(plain, lexicon), Self.isWord(info) { return (plain, .respelled) }
    // Doubled letters in a word that is part of a phrase: "breeaast cancer".
    let short = DisguisedTerms.collapse(word)
    if word.count - short.count >= 2, short.count >= 5, let info = Self.info(short, lexicon), Self.isWord(info) {
      return (short, .respelled)
    }
    // The same word in no list joined without spaces: "breastcancer".
    return nil
  }

  /// A word between whose letters the same filler stands, or nil.
  private func withoutFiller(_ word: [UInt8]) -> [UInt8]? {
    for period in 2...4 where word.count > 2 * period {
      for offset in 0..<period {
        let filler = word[offset == 0 ? 1 : 0]
        var plain: [UInt8] = []
        var isFilled = true
        for index in word.indices {
          if index % period == offset {
            plain.append(word[index])
          } else if word[index] != filler {
            isFilled = false
            break
          }
        }
        if isFilled, plain.count >= 3 { return plain }
      }
    }
    return nil
  }
}
