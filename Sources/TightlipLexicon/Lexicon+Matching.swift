package import TightlipCore

extension Lexicon {
  /// Splits the folded text into words, looks each up, and finds all terms.
  ///
  /// - Parameters:
  ///   - text: the folded text, valid UTF-8.
  ///   - upper: for each byte of it, 1 where the original letter was a capital.
  ///   - result: emptied first; its storage is reused.
  /// - Complexity: linear in the text; terms that overlap add their own number.
  package func match(
    _ text: Span<UInt8>, upper: Span<UInt8>, into result: inout TokenizedText
  ) {
    result.reset()
    tokenize(text, upper: upper, into: &result)
    lookUp(text, into: &result)
    findTerms(text, upper: upper, into: &result)
  }

  private func tokenize(
    _ text: Span<UInt8>, upper: Span<UInt8>, into result: inout TokenizedText
  ) {
    // Held first: a debug build does not let the view of a global outlive its line.
    let classes = Tokenizer.classOfByte
    let classOfByte = classes.span
    let count = text.count
    var index = 0
    var before = Separators.none
    var beginsSentence = true
    while index < count {
      let byteClass = classOfByte[Int(text[index])]
      switch byteClass {
      case .letter, .digit, .high:
        var length = 1
        if byteClass == .high {
          let point = Tokenizer.codePoint(in: text, at: index)
          length = point.length
          if !point.isLetter {
            before.insert(.other)
            index += length
            continue
          }
        }
        let end = addToken(
          text, upper: upper, classOfByte, from: index, before: before, beginsSentence: beginsSentence,
          into: &result)
        index = end
        before = .none
        beginsSentence = false
      case .space:
        before.insert(.space)
        index += 1
      case .newline:
        before.insert(.newline)
        beginsSentence = true
        index += 1
      case .hyphen:
        before.insert(.hyphen)
        index += 1
      case .stop:
        before.insert(.stop)
        beginsSentence = true
        index += 1
      case .comma:
        before.insert(.comma)
        index += 1
      case .colon:
        before.insert(.colon)
        index += 1
      case .slash:
        before.insert(.slash)
        index += 1
      case .apostrophe, .other:
        before.insert(.other)
        index += 1
      }
    }
  }

  /// Reads one word from `start` and returns the index after it.
  @inline(__always)
  private func addToken(
    _ text: Span<UInt8>, upper: Span<UInt8>, _ classOfByte: Span<Tokenizer.ByteClass>, from start: Int,
    before: Separators, beginsSentence: Bool, into result: inout TokenizedText
  ) -> Int {
    let count = text.count
    var hash = WordHash()
    var index = start
    var letters = 0
    var digits = 0
    var capitals = 0
    var apostrophe = -1
    var hashBeforeApostrophe = hash
    reading: while index < count {
      let byte = text[index]
      switch classOfByte[Int(byte)] {
      case .letter:
        letters += 1
        capitals += Int(upper[index])
        hash.add(byte)
        index += 1
      case .digit:
        digits += 1
        hash.add(byte)
        index += 1
      case .high:
        let point = Tokenizer.codePoint(in: text, at: index)
        guard point.isLetter else { break reading }
        letters += 1
        capitals += Int(upper[index])
        for _ in 0..<point.length where index < count {
          hash.add(text[index])
          index += 1
        }
      case .apostrophe:
        guard index + 1 < count else { break reading }
        switch classOfByte[Int(text[index + 1])] {
        case .letter, .high: break
        default: break reading
        }
        apostrophe = index
        hashBeforeApostrophe = hash
        index += 1
      default: break reading
      }
    }
    // "Dana's" is Dana where "Dana's" is no word of its own.
    let isGenitive = apostrophe >= 0 && index == apostrophe + 2 && text[apostrophe + 1] == UInt8(ascii: "s")
    let kind: Token.Kind = digits == 0 ? .word : (letters == 0 ? .number : .mixed)
    let shape: Token.Shape
    if capitals == 0 {
      shape = .lower
    } else if upper[start] == 1, capitals == 1, letters > 1 || digits == 0 {
      shape = .capitalized
    } else if capitals == letters {
      shape = .upper
    } else {
      shape = .mixedCase
    }
    if kind == .word, letters > 1 {
      if shape == .lower { result.lowerWords += 1 } else { result.capitalizedWords += 1 }
    }
    result.tokens.append(
      Token(
        start: UInt32(start), end: UInt32(index), word: -1, kind: kind, shape: shape, before: before,
        beginsSentence: beginsSentence, isPossessive: isGenitive))
    result.hashes.append(hash.mixed)
    if isGenitive { result.genitives.append((Int32(result.tokens.count - 1), capitals == letters - 1, hashBeforeApostrophe.mixed)) }
    return index
  }

  /// Finds the number of each word, and what the lists say of it.
  ///
  /// In loops of their own, where the look-ups do not wait for one another: each is a miss of the
  /// nearest cache, and all of them at once take little longer than one.
  private func lookUp(_ text: Span<UInt8>, into result: inout TokenizedText) {
    for place in result.tokens.indices {
      let hash = result.hashes[place]
      result.tokens[place].word = wordNumbers.find(hash)
      result.tokens[place].hash = UInt32(truncatingIfNeeded: hash)
    }
    // "Dana's" is Dana; "it's" and "Crohn's" are words of their own.
    for (token, isUpper, hash) in result.genitives {
      let place = Int(token)
      guard result.tokens[place].word < 0 else {
        result.tokens[place].isPossessive = false
        continue
      }
      result.tokens[place].word = wordNumbers.find(hash)
      result.tokens[place].hash = UInt32(truncatingIfNeeded: hash)
      result.tokens[place].end -= 2
      if isUpper, result.tokens[place].shape == .mixedCase { result.tokens[place].shape = .upper }
    }
    var classes: UInt64 = 0
    for place in result.tokens.indices {
      let word = result.tokens[place].word
      if word >= 0 { classes |= words[Int(word)].classes }
    }
    result.classes = classes
  }

  private func findTerms(
    _ text: Span<UInt8>, upper: Span<UInt8>, into result: inout TokenizedText
  ) {
    for first in result.tokens.indices {
      let token = result.tokens[first]
      guard token.word >= 0 else {
        if token.kind == .word, token.count >= TypoIndex.shortestTerm - 1 {
          findTypos(text, first: first, token: token, into: &result)
        }
        continue
      }
      let info = words[Int(token.word)]
      if info.meaningCount > 0 {
        addHits(
          text, upper: upper, first: first, end: first + 1, firstMeaning: info.firstMeaning,
          count: info.meaningCount, into: &result)
      }
      var next = first + 1
      guard info.followers != 0, next < result.tokens.count, result.tokens[next].word >= 0,
        info.followers & Self.followerBit(result.tokens[next].word) != 0
      else { continue }
      var node = info.phraseNode
      while node != 0, nodes[Int(node)].hasChildren, next < result.tokens.count {
        let following = result.tokens[next]
        guard following.word >= 0,
          following.before.joinsPhrase
            || Self.isAbbreviationPoint(following.before, after: result.tokens[next - 1])
        else { break }
        let key = UInt64(node) << 32 | UInt64(UInt32(bitPattern: following.word))
        let child = phraseEdges.find(Self.edgeKey(key))
        guard child > 0 else { break }
        node = UInt32(child)
        next += 1
        let phrase = nodes[Int(node)]
        if phrase.meaningCount > 0 {
          addHits(
            text, upper: upper, first: first, end: next, firstMeaning: phrase.firstMeaning,
            count: phrase.meaningCount, into: &result)
        }
      }
    }
  }

  /// "St. Mary's", "E. coli": a point and a space after one or two letters do not end a phrase.
  @inline(__always)
  private static func isAbbreviationPoint(_ before: Separators, after token: Token) -> Bool {
    before == .stop | .space && token.count <= 2
  }

  /// The bit of a word in ``WordInfo/followers``.
  @inline(__always)
  static func followerBit(_ word: Int32) -> UInt64 {
    1 << UInt64((UInt32(bitPattern: word) &* 0x9e37_79b1) >> 26)
  }

  /// List classes that recognizers read from ``WordInfo`` and that would only swell the hits.
  static let classesWithoutHits: UInt64 =
    TermClass.commonWord.bit | TermClass.givenName.bit | TermClass.surname.bit

  private func addHits(
    _ text: Span<UInt8>, upper: Span<UInt8>, first: Int, end: Int, firstMeaning: UInt32,
    count: UInt16, into result: inout TokenizedText
  ) {
    for number in Int(firstMeaning)..<(Int(firstMeaning) + Int(count)) {
      let meaning = meanings[number]
      if meaning.termClass.bit & Self.classesWithoutHits != 0 { continue }
      if meaning.flags.contains(.caseSensitive) {
        let range = Int(result.tokens[first].start)..<Int(result.tokens[end - 1].end)
        guard isWrittenExactly(text, upper: upper, range: range, term: meaning.term) else { continue }
      }
      result.hits.append(
        TermHit(firstToken: Int32(first), endToken: Int32(end), meaning: meaning))
      result.classes |= meaning.termClass.bit
    }
  }

  /// Whether the capitals of the original agree with those of the term as its table has it.
  private func isWrittenExactly(
    _ text: Span<UInt8>, upper: Span<UInt8>, range: Range<Int>, term: UInt32
  ) -> Bool {
    guard let form = exactForms[term] else { return false }
    // A plural "s" may follow: "STDs".
    guard form.count == range.count || form.count + 1 == range.count else { return false }
    for (offset, byte) in form.enumerated() where byte < 0x80 {
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      let position = range.lowerBound + offset
      if isUpper, upper[position] != 1 { return false }
      if isLower, upper[position] != 0 { return false }
    }
    return true
  }

  private func findTypos(
    _ text: Span<UInt8>, first: Int, token: Token, into result: inout TokenizedText
  ) {
    let word = text.extracting(Int(token.start)..<Int(token.end))
    let firstHit = result.hits.count
    typos.forEachTerm(near: word) { found in
      var meaning = found
      meaning.flags.insert(.foundByTypo)
      // One hit a class, that of the greatest weight, so that the order of tables decides nothing.
      for number in firstHit..<result.hits.count
      where result.hits[number].meaning.termClass == meaning.termClass {
        if result.hits[number].meaning.weight < meaning.weight { result.hits[number].meaning = meaning }
        return
      }
      result.hits.append(
        TermHit(firstToken: Int32(first), endToken: Int32(first + 1), meaning: meaning))
      result.classes |= meaning.termClass.bit
    }
  }
}
