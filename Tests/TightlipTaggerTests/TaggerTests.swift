import Testing
import TightlipCore
import TightlipLexicon
import TightlipTagger

/// A lexicon of a few words, and a message in it.
private struct Sample {
  let lexicon: Lexicon
  let folded: [UInt8]
  let message: TokenizedText

  init(_ text: String, terms: [(String, TermClass)] = [], wordClasses: [(String, UInt16)] = []) {
    var builder = LexiconBuilder()
    for (term, kind) in terms {
      let bytes = Array(term.utf8)
      builder.add(folded: bytes.span, written: bytes, termClass: kind, flags: [], weight: 80)
    }
    var lexicon = builder.build()
    for (word, number) in wordClasses { lexicon.assign(wordClass: number, to: Array(word.utf8).span) }
    let folded = Array(text.lowercased().utf8)
    let upper = text.utf8.map { (0x41...0x5A).contains($0) ? UInt8(1) : 0 }
    var message = TokenizedText()
    lexicon.match(folded.span, upper: upper.span, into: &message)
    self.lexicon = lexicon
    self.folded = folded
    self.message = message
  }

  func facts(_ candidates: [Candidate] = [], doubtful: [Bool] = []) -> TaggerFacts {
    var facts = TaggerFacts()
    facts.gather(
      folded.span, message, lists: lexicon.words, candidates: candidates, doubtful: doubtful)
    return facts
  }

  /// Weights that give a word's own feature so many points for a label.
  func weights(_ word: Int, _ label: TaggerLabel, points: Int8) -> TaggerWeights {
    var rows: [Int32] = []
    TaggerFeatures.collect(
      facts(), at: word + TaggerFacts.edgeCount, previous: .outside, second: .outside, shift: 48, into: &rows)
    var table = Array(repeating: TaggerRow(), count: 1 << 16)
    table[Int(rows[0])][label] = points
    return TaggerWeights(rows: table, scale: 24, quietWords: [], knownWords: [])
  }

  func tagger(_ weights: TaggerWeights, options: Tagger.Options = .init()) -> Tagger {
    Tagger(
      weights, lists: lexicon.words, quiet: [], known: WordSet(message.tokens.map(\.hash)),
      doubtful: [false, true], firstRule: 2, options: options)
  }

  func refined(_ tagger: Tagger, _ candidates: [Candidate] = []) -> [Candidate] {
    var result = candidates
    var scratch = TaggerScratch()
    tagger.refine(folded.span, message, candidates: &result, scratch: &scratch)
    return result
  }
}

private let empty = TaggerWeights(
  rows: Array(repeating: TaggerRow(), count: 1 << 16), scale: 24, quietWords: [], knownWords: [])

struct TaggerTests {
  @Test func `finds nothing and doubts nothing without weights`() {
    let sample = Sample("please tell Dana about Boise", terms: [("dana", .givenName), ("boise", .city)])
    let listed = [
      Candidate(entity: .person, start: 12, end: 16, score: Score(thousandths: 560), rule: RuleID(1))
    ]
    #expect(sample.refined(sample.tagger(empty), listed) == listed)
  }

  @Test func `calls words of one class alike`() {
    let classes: [(String, UInt16)] = [("elbow", 5 << 10 | 7), ("knee", 5 << 10 | 7), ("lamp", 5 << 10 | 8)]
    let terms = classes.map { ($0.0, TermClass.commonWord) }
    func rows(_ text: String) -> [Int32] {
      var rows: [Int32] = []
      let facts = Sample(text, terms: terms, wordClasses: classes).facts()
      TaggerFeatures.collect(
        facts, at: 1 + TaggerFacts.edgeCount, previous: .outside, second: .outside, shift: 40, into: &rows)
      return rows
    }
    let shared = Set(rows("my knee hurts")).intersection(rows("my elbow hurts"))
    let other = Set(rows("my knee hurts")).intersection(rows("my lamp hurts"))
    #expect(shared.isStrictSuperset(of: other))
  }

  @Test func `tells a word what else its sentence holds`() {
    let terms: [(String, TermClass)] = [("showed", .cueResultVerb), ("you", .cueSecondPerson)]
    let facts = Sample("you wait. scan showed 14 spots", terms: terms).facts()
    let words = facts.words.dropFirst(TaggerFacts.edgeCount).dropLast(TaggerFacts.edgeCount)
    #expect(Array(words)[0].ahead == 0)
    #expect(Array(words)[2].ahead == 1 | 2)
  }

  @Test func `calls a word what its weights say`() throws {
    let sample = Sample("call zorblax today")
    let found = sample.refined(sample.tagger(sample.weights(1, .medication, points: 48)))
    let candidate = try #require(found.first)
    #expect(found.count == 1)
    #expect(candidate.entity == .medication)
    #expect((candidate.start, candidate.end) == (5, 12))
    #expect(candidate.rule == RuleID(2 + UInt16(TaggerLabel.medication.rawValue)))
    #expect(candidate.evidence == .tagger)
    #expect(candidate.score == Score(thousandths: 881))
  }

  @Test func `lean trades what is missed for what is found for nothing`() {
    let sample = Sample("call zorblax today")
    let weak = sample.weights(1, .person, points: -12)
    func found(_ lean: Int) -> Int {
      var options = Tagger.Options()
      options.lean[.person] = lean
      return sample.refined(sample.tagger(weak, options: options)).reduce(0) { $0 + Int($1.end - $1.start) }
    }
    // The words around it have no weights at all, so that any lean finds them; the word itself takes more.
    #expect(found(0) == 0)
    #expect(found(40) == 9)
    #expect(found(60) == 18)
  }

  @Test func `lowers what only lists found, never what a pattern found`() {
    let sample = Sample("stroke of luck")
    let tagger = sample.tagger(sample.weights(0, .outside, points: 127))
    func score(rule: UInt16, _ thousandths: Int) -> Int16 {
      let candidate = Candidate(
        entity: .diagnosis, start: 0, end: 6, score: Score(thousandths: thousandths), rule: RuleID(rule))
      return sample.refined(tagger, [candidate])[0].score.thousandths
    }
    #expect(score(rule: 1, 600) == 300)
    #expect(score(rule: 0, 600) == 600)
  }

  @Test func `rows of features stay where they are`() {
    // Weights learned once must mean the same for ever; a change here asks for a new format version.
    let sample = Sample("Hi Dana, MRN A12-345", terms: [("dana", .givenName), ("hi", .cueGreeting)])
    var rows: [Int32] = []
    TaggerFeatures.collect(
      sample.facts(), at: 1 + TaggerFacts.edgeCount, previous: .outside, second: .outside, shift: 48, into: &rows)
    #expect(rows.count == TaggerFeatures.count)
    #expect(rows.allSatisfy { (0..<65_536).contains($0) })
    #expect(Array(rows.prefix(4)) == [50740, 18841, 40129, 45666])
  }

  @Test func `numbers of one shape are one word`() {
    let facts = Sample("A12 B99 1234 5678 12345").facts().words.dropFirst(2).dropLast(2).map(\.word)
    #expect(facts[0] == facts[1])
    #expect(facts[2] == facts[3])
    #expect(facts[2] != facts[4])
  }

  @Test func `a weights file reads back as it was written`() throws {
    var rows = Array(repeating: TaggerRow(), count: 64)
    rows[3][.person] = -127
    rows[3][.structured] = 5
    rows[63][.outside] = 127
    let weights = TaggerWeights(
      rows: rows, scale: 24, quietWords: [Array("the".utf8)], knownWords: [Array("mrn".utf8)])
    let text = weights.text(comments: ["learned from nothing"])
    let read = try TaggerWeights(reading: text)
    #expect(read.rows == rows)
    #expect(read.scale == 24)
    #expect(read.quietWords == [Array("the".utf8)])
    #expect(read.knownWords == [Array("mrn".utf8)])
    #expect(read.text(comments: ["learned from nothing"]) == text)
  }

  @Test(arguments: [
    ("format\t0\nrows\t2\n", 1, "belongs to another version of the tagger's features"),
    ("format\t4\nrows\t3\n", 2, "the number of rows is no power of two"),
    ("format\t4\nrows\t2\n2\t1\n", 3, "row 2 is beyond the last"),
    ("format\t4\nrows\t2\n1\t128\n", 3, "a weight is out of range"),
    ("format\t4\nrows\t2\n1\tx\n", 3, "is no row of weights"),
    ("colour\tred\n", 1, "unknown setting \"colour\""),
    ("", 0, "does not say \"format\" and \"rows\""),
  ])
  func `refuses a damaged weights file`(text: String, line: Int, message: String) {
    #expect(throws: TaggerWeightsError(line: line, message: message)) {
      try TaggerWeights(reading: Array(text.utf8))
    }
  }
}
