package import TightlipCore

/// All terms of a pack, compiled for matching. Immutable, shared by every worker.
///
/// Each word of a message is hashed once; the hash leads to the word's number, and phrases are
/// found by walking a trie of word numbers. The cost follows the words of the message, not the
/// size of the lexicon.
package struct Lexicon: Sendable {
  /// What the lists say of each word, by word number.
  package internal(set) var words: Table<WordInfo>
  /// The meanings of words and phrases; words and nodes point into it.
  package internal(set) var meanings: Table<TermMeaning>
  /// How each term is written in its table, for explanations: folded bytes of all terms, and where
  /// each begins.
  package internal(set) var termBytes: Table<UInt8>
  package internal(set) var termStarts: Table<UInt32>

  var wordNumbers: HashTable
  /// (node << 32 | word number) → node.
  var phraseEdges: HashTable
  /// Where the meanings of a phrase begin, and how many; by node. Node 0 is unused.
  var nodes: Table<PhraseNode>
  /// Surface forms of case-sensitive terms, as written, by term.
  var exactForms: ExactForms
  var typos: TypoIndex

  struct PhraseNode: Sendable {
    var firstMeaning: UInt32 = 0
    var meaningCount: UInt16 = 0
    var hasChildren = false
  }

  /// The number of terms.
  package var termCount: Int { termStarts.count }

  /// How a term is written in its table, folded.
  package func spelling(ofTerm term: UInt32) -> [UInt8] {
    let index = Int(term)
    guard index < termStarts.count else { return [] }
    let start = Int(termStarts[index])
    let end = index + 1 < termStarts.count ? Int(termStarts[index + 1]) : termBytes.count
    return Array(termBytes[start..<end])
  }

  /// The hash that ``Token/hash`` has for a folded word.
  package func hash(of word: Span<UInt8>) -> UInt32 {
    var hash = WordHash()
    for i in word.indices where word[i] != UInt8(ascii: "'") { hash.add(word[i]) }
    return UInt32(truncatingIfNeeded: hash.mixed)
  }

  /// The number of the word with a hash, or -1.
  package func number(ofHash hash: WordHash) -> Int32 { wordNumbers.find(hash.mixed) }

  /// Says which words a folded word resembles in use; without effect where no list has the word.
  package mutating func assign(wordClass: UInt16, to word: Span<UInt8>) {
    let number = number(of: word)
    if number >= 0 { words.update(Int(number)) { $0.wordClass = wordClass } }
  }

  /// The number of a folded word, or -1.
  package func number(of word: Span<UInt8>) -> Int32 {
    var hash = WordHash()
    for i in word.indices where word[i] != UInt8(ascii: "'") { hash.add(word[i]) }
    return wordNumbers.find(hash.mixed)
  }
}
