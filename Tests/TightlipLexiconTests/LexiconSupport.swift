import TightlipCore
import TightlipLexicon

/// A term as a test writes it.
struct Term {
  var text: String
  var termClass: TermClass = .medication
  var flags: TermFlags = []

  init(_ text: String, _ termClass: TermClass = .medication, _ flags: TermFlags = []) {
    self.text = text
    self.termClass = termClass
    self.flags = flags
  }
}

/// A term found, by the position of its first word and of the word after its last.
struct Hit: Hashable, Comparable, CustomStringConvertible {
  var first: Int
  var end: Int
  var term: Int
  var isTypo = false

  var description: String { "\(first)..<\(end) term \(term)\(isTypo ? " by typo" : "")" }

  static func < (left: Hit, right: Hit) -> Bool {
    (left.first, left.end, left.term) < (right.first, right.end, right.term)
  }
}

/// Lower case for ASCII, as the normalizer would give it for the texts of these tests.
func folded(_ text: String) -> [UInt8] {
  text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
}

func makeLexicon(_ terms: [Term]) -> Lexicon {
  var builder = LexiconBuilder()
  for term in terms {
    builder.add(
      folded: folded(term.text).span, written: Array(term.text.utf8), termClass: term.termClass,
      flags: term.flags, weight: 90)
  }
  return builder.build()
}

extension Lexicon {
  func tokenized(_ text: String) -> TokenizedText {
    let bytes = folded(text)
    let upper: [UInt8] = text.utf8.map { (65...90).contains($0) ? 1 : 0 }
    var result = TokenizedText()
    match(bytes.span, upper: upper.span, into: &result)
    return result
  }

  func hits(_ text: String) -> [Hit] {
    tokenized(text).hits.map {
      Hit(
        first: Int($0.firstToken), end: Int($0.endToken), term: Int($0.meaning.term),
        isTypo: $0.meaning.flags.contains(.foundByTypo))
    }.sorted()
  }

  /// The bytes of the text that each hit covers.
  func found(_ text: String) -> [String] {
    let result = tokenized(text)
    let bytes = Array(text.utf8)
    return result.hits.map { hit in
      let range = Int(result.tokens[Int(hit.firstToken)].start)..<Int(result.tokens[Int(hit.endToken) - 1].end)
      return String(decoding: bytes[range], as: UTF8.self)
    }
  }
}

/// The same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
