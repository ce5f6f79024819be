package import TightlipCore

/// Gathers the terms of a pack and compiles them into a ``Lexicon``.
package struct LexiconBuilder {
  /// A term, or one of its plurals: where the numbers of its words begin, and how many there are.
  private struct Entry {
    var start: Int32
    var count: Int32
    var meaning: TermMeaning
  }

  private var entries: [Entry] = []
  /// The words of all entries, one behind the other: no entry has storage of its own.
  private var sequences: [Int32] = []
  /// The words of the term being added.
  private var spans: [Range<Int>] = []
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
    spans.removeAll(keepingCapacity: true)
    Tokenizer.forEachWord(in: folded) { spans.append($0) }
    guard !spans.isEmpty else { return false }
    let term = UInt32(termStarts.count)
    termStarts.append(UInt32(termBytes.count))
    // SAFETY: the buffer is copied before the closure returns.
    unsafe folded.withUnsafeBufferPointer { unsafe termBytes.append(contentsOf: $0) }
    if flags.contains(.caseSensitive) { exactForms[term] = written }
    let meaning = TermMeaning(
      termClass: termClass, flags: flags, weight: weight, code: code, term: term)
    let start = sequences.count
    for place in spans.indices {
      let word = number(of: folded, spans[place])
      sequences.append(word)
    }
    let count = Int32(spans.count)
    entries.append(Entry(start: Int32(start), count: count, meaning: meaning))
    if flags.contains(.plural), let last = spans.last {
      var plural: [UInt8] = []
      for i in last { plural.append(folded[i]) }
      for ending in Self.pluralEndings(of: plural) {
        let word = number(of: ending.span, 0..<ending.count)
        entries.append(Entry(start: Int32(sequences.count), count: count, meaning: meaning))
        for place in start..<start + spans.count - 1 { sequences.append(sequences[place]) }
        sequences.append(word)
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
  /// - Complexity: linear in the terms, but for those that begin with the same word: O(n log n) in them.
  package consuming func build() -> Lexicon {
    let numbers = numbersByCommonness()
    for place in sequences.indices { sequences[place] = numbers[Int(sequences[place])] }
    let order = entriesInOrder()
    var words = Array(repeating: WordInfo(), count: Int(wordCount))
    var meanings: [TermMeaning] = []
    meanings.reserveCapacity(entries.count)
    var nodes = [Lexicon.PhraseNode()]
    var edges = GrowingTable(capacity: entries.count / 2)
    var index = 0
    while index < order.count {
      let head = entries[Int(order[index])]
      let sequence = sequences[Int(head.start)..<Int(head.start + head.count)]
      let first = meanings.count
      // Meanings that matching never reports stand last, outside the count: most words have no other,
      // and none of theirs is then looked at.
      var silent: [TermMeaning] = []
      while index < order.count, isSame(entries[Int(order[index])], head) {
        let meaning = entries[Int(order[index])].meaning
        let isSilent = meaning.termClass.bit & Lexicon.classesWithoutHits != 0
        if isSilent, !silent.contains(meaning) { silent.append(meaning) }
        if !isSilent, !meanings[first...].contains(meaning) { meanings.append(meaning) }
        index += 1
      }
      let count = UInt16(min(meanings.count - first, Int(UInt16.max)))
      meanings += silent
      let firstWord = Int(sequences[Int(head.start)])
      if head.count == 1 {
        let word = firstWord
        words[word].firstMeaning = UInt32(first)
        words[word].meaningCount = count
        for meaning in meanings[first...] { words[word].note(meaning) }
        continue
      }
      var node: UInt32 = words[firstWord].phraseNode
      if node == 0 {
        node = UInt32(nodes.count)
        nodes.append(Lexicon.PhraseNode())
        words[firstWord].phraseNode = node
      }
      words[firstWord].followers |= Lexicon.followerBit(sequences[Int(head.start) + 1])
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
  /// The entries with the same words together, shorter ones before the longer ones they begin. The order
  /// of addition breaks ties, so that the result depends on nothing but the input.
  ///
  /// First by the first word, which needs no comparison; most entries have no other.
  private func entriesInOrder() -> [Int32] {
    var ends = Array(repeating: 0, count: Int(wordCount) + 1)
    for entry in entries { ends[Int(sequences[Int(entry.start)]) + 1] += 1 }
    for word in 1..<ends.count { ends[word] += ends[word - 1] }
    var next = ends
    var order = Array(repeating: Int32(0), count: entries.count)
    for index in entries.indices {
      let word = Int(sequences[Int(entries[index].start)])
      order[next[word]] = Int32(index)
      next[word] += 1
    }
    for word in 0..<Int(wordCount) {
      let range = ends[word]..<ends[word + 1]
      if range.count > 32 {
        order[range].sort { precedes(Int($0), Int($1)) }
        continue
      }
      for place in range.dropFirst() {
        let index = order[place]
        var free = place
        while free > range.lowerBound, precedes(Int(index), Int(order[free - 1])) {
          order[free] = order[free - 1]
          free -= 1
        }
        order[free] = index
      }
    }
    return order
  }

  /// Whether an entry stands before another with the same first word.
  private func precedes(_ left: Int, _ right: Int) -> Bool {
    let (a, b) = (entries[left], entries[right])
    for place in 1..<max(1, min(Int(a.count), Int(b.count))) {
      let (word, other) = (sequences[Int(a.start) + place], sequences[Int(b.start) + place])
      if word != other { return word < other }
    }
    return a.count == b.count ? left < right : a.count < b.count
  }

  private func isSame(_ left: Entry, _ right: Entry) -> Bool {
    guard left.count == right.count else { return false }
    for place in 0..<Int(left.count)
    where sequences[Int(left.start) + place] != sequences[Int(right.start) + place] { return false }
    return true
  }

  /// A new number for each word: everyday words first, so that what messages consist of stands
  /// together in memory.
  private func numbersByCommonness() -> [Int32] {
    var commonness = Array(repeating: UInt8(0), count: Int(wordCount))
    for entry in entries where entry.count == 1 && entry.meaning.termClass == .commonWord {
      let word = Int(sequences[Int(entry.start)])
      commonness[word] = max(commonness[word], entry.meaning.weight)
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
