package import TightlipCore

/// Gathers the terms of a pack and compiles them into a ``Lexicon``.
package struct LexiconBuilder {
  private var terms: [(word: [Int32], meaning: TermMeaning)] = []
  private var wordNumbers = GrowingTable(capacity: 1 << 18)
  private var wordCount: Int32 = 0
  private var termBytes: [UInt8] = []
  private var termStarts: [UInt32] = []
  private var exactForms: [UInt32: [UInt8]] = [:]
  private var typoTerms: [(bytes: [UInt8], meaning: TermMeaning)] = []

  package init() {}

  /// Adds a term.
  ///
  /// - Parameters:
  ///   - folded: the term as the normalizer folds it, UTF-8.
  ///   - written: the term as written, for case-sensitive matching.
  /// - Returns: false where the term holds no letter or digit and so can never match.
  /// - Complexity: linear in the length.
  @discardableResult
  package mutating func add(
    folded: Span<UInt8>, written: [UInt8], termClass: TermClass, flags: TermFlags,
    weight: UInt8, code: UInt16 = 0
  ) -> Bool {
    var spans: [Range<Int>] = []
    Tokenizer.forEachWord(in: folded) { spans.append($0) }
    guard !spans.isEmpty else { return false }
    let term = UInt32(termStarts.count)
    termStarts.append(UInt32(termBytes.count))
    for i in folded.indices { termBytes.append(folded[i]) }
    if flags.contains(.caseSensitive) { exactForms[term] = written }
    let meaning = TermMeaning(
      termClass: termClass, flags: flags, weight: weight, code: code, term: term)
    var numbers: [Int32] = []
    for span in spans { numbers.append(number(of: folded, span)) }
    terms.append((numbers, meaning))
    if flags.contains(.plural), let last = spans.last {
      var plural: [UInt8] = []
      for i in last { plural.append(folded[i]) }
      for ending in Self.pluralEndings(of: plural) {
        var withEnding = numbers
        withEnding[numbers.count - 1] = number(of: ending.span, 0..<ending.count)
        terms.append((withEnding, meaning))
      }
    }
    if flags.contains(.oneTypo), spans.count == 1, spans[0].count >= TypoIndex.shortestTerm {
      var bytes: [UInt8] = []
      for i in spans[0] where folded[i] != UInt8(ascii: "'") { bytes.append(folded[i]) }
      typoTerms.append((bytes, meaning))
    }
    return true
  }

  /// The plurals that the flag `plural` stands for: s, es after a sibilant, ies after a consonant with y.
  package static func pluralEndings(of word: [UInt8]) -> [[UInt8]] {
    guard let last = word.last else { return [] }
    let sibilant: [UInt8] = [UInt8(ascii: "s"), UInt8(ascii: "x"), UInt8(ascii: "z"), UInt8(ascii: "h")]
    if sibilant.contains(last) { return [word + Array("es".utf8)] }
    if last == UInt8(ascii: "y"), word.count > 2, !Array("aeiou".utf8).contains(word[word.count - 2]) {
      return [word.dropLast() + Array("ies".utf8)]
    }
    return [word + Array("s".utf8)]
  }

  private mutating func number(of text: Span<UInt8>, _ range: Range<Int>) -> Int32 {
    var hash = WordHash()
    for i in range where text[i] != UInt8(ascii: "'") { hash.add(text[i]) }
    let known = wordNumbers.find(hash.mixed)
    if known >= 0 { return known }
    wordNumbers.set(hash.mixed, wordCount)
    wordCount += 1
    return wordCount - 1
  }

  /// Compiles what was added.
  ///
  /// - Complexity: O(n log n) in the number of terms.
  package consuming func build() -> Lexicon {
    let numbers = numbersByCommonness()
    for index in terms.indices {
      for place in terms[index].word.indices {
        terms[index].word[place] = numbers[Int(terms[index].word[place])]
      }
    }
    // Terms with the same words stand together, shorter ones before the longer ones they begin.
    // The order of addition breaks ties, so that the result depends on nothing but the input.
    let order = terms.indices.sorted { left, right in
      let a = terms[left].word
      let b = terms[right].word
      if a == b { return left < right }
      return a.lexicographicallyPrecedes(b)
    }
    var words = Array(repeating: WordInfo(), count: Int(wordCount))
    var meanings: [TermMeaning] = []
    meanings.reserveCapacity(terms.count)
    var nodes = [Lexicon.PhraseNode()]
    var edges = GrowingTable(capacity: terms.count)
    var index = 0
    while index < order.count {
      let sequence = terms[order[index]].word
      let first = meanings.count
      // Meanings that matching never reports stand last, outside the count: most words have no other,
      // and none of theirs is then looked at.
      var silent: [TermMeaning] = []
      while index < order.count, terms[order[index]].word == sequence {
        let meaning = terms[order[index]].meaning
        let isSilent = meaning.termClass.bit & Lexicon.classesWithoutHits != 0
        if isSilent, !silent.contains(meaning) { silent.append(meaning) }
        if !isSilent, !meanings[first...].contains(meaning) { meanings.append(meaning) }
        index += 1
      }
      let count = UInt16(min(meanings.count - first, Int(UInt16.max)))
      meanings += silent
      if sequence.count == 1 {
        let word = Int(sequence[0])
        words[word].firstMeaning = UInt32(first)
        words[word].meaningCount = count
        for meaning in meanings[first...] { words[word].note(meaning) }
        continue
      }
      var node: UInt32 = words[Int(sequence[0])].phraseNode
      if node == 0 {
        node = UInt32(nodes.count)
        nodes.append(Lexicon.PhraseNode())
        words[Int(sequence[0])].phraseNode = node
      }
      words[Int(sequence[0])].followers |= Lexicon.followerBit(sequence[1])
      for word in sequence.dropFirst() {
        nodes[Int(node)].hasChildren = true
        let key = UInt64(node) << 32 | UInt64(UInt32(bitPattern: word))
        let next = edges.find(Lexicon.edgeKey(key))
        if next >= 0 {
          node = UInt32(next)
        } else {
          let added = UInt32(nodes.count)
          nodes.append(Lexicon.PhraseNode())
          edges.set(Lexicon.edgeKey(key), Int32(added))
          node = added
        }
      }
      nodes[Int(node)].firstMeaning = UInt32(first)
      nodes[Int(node)].meaningCount = count
    }
    return Lexicon(
      words: Table(words), meanings: Table(meanings), termBytes: Table(termBytes), termStarts: Table(termStarts),
      wordNumbers: HashTable(wordNumbers) { numbers[Int($0)] }, phraseEdges: HashTable(edges), nodes: Table(nodes),
      exactForms: ExactForms(exactForms),
      typos: TypoIndex(terms: typoTerms))
  }
}

extension LexiconBuilder {
  /// A new number for each word: everyday words first, so that what messages consist of stands
  /// together in memory.
  private func numbersByCommonness() -> [Int32] {
    var commonness = Array(repeating: UInt8(0), count: Int(wordCount))
    for term in terms where term.word.count == 1 && term.meaning.termClass == .commonWord {
      let word = Int(term.word[0])
      commonness[word] = max(commonness[word], term.meaning.weight)
    }
    var starts = Array(repeating: Int32(0), count: 257)
    for weight in commonness { starts[256 - Int(weight)] += 1 }
    for place in 1..<starts.count { starts[place] += starts[place - 1] }
    return commonness.map { weight in
      let number = starts[255 - Int(weight)]
      starts[255 - Int(weight)] += 1
      return number
    }
  }
}

extension Lexicon {
  /// Spreads an edge's key over the table; consecutive nodes and words would fill one region.
  @inline(__always)
  static func edgeKey(_ key: UInt64) -> UInt64 {
    var h = key &* 0x9e37_79b9_7f4a_7c15
    h ^= h >> 29
    return h
  }
}

extension WordInfo {
  mutating func note(_ meaning: TermMeaning) {
    let bit = meaning.termClass.bit
    // A class is weak only where every meaning in it is: the strongest entry of a word counts.
    let isHazard = meaning.flags.contains(.needsStrongContext)
    let isWeak = isHazard || meaning.flags.contains(.needsContext)
    if classes & bit == 0 {
      if isWeak { weakClasses |= bit }
      if isHazard { hazardClasses |= bit }
    } else {
      if !isWeak { weakClasses &= ~bit }
      if !isHazard { hazardClasses &= ~bit }
    }
    classes |= bit
    switch meaning.termClass {
    case .givenName: givenName = max(givenName, meaning.weight)
    case .surname: surname = max(surname, meaning.weight)
    case .commonWord: commonness = max(commonness, meaning.weight)
    default: break
    }
  }
}
