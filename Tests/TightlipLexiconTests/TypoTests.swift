import Testing
import TightlipCore
import TightlipLexicon

struct TypoTests {
  static let terms = [
    "warfarin", "metformin", "lisinopril", "chlamydia", "hydrochlorothiazide", "insulin", "albuterol",
    "gonorrhea",
  ]
  static let lexicon = makeLexicon(terms.map { Term($0, .medication, .oneTypo) })

  /// Everything one edit away from a word that keeps its first letter.
  enum Edits {
    static let letters = Array("abcdefghijklmnopqrstuvwxyz")

    static func deletions(of word: String) -> Set<String> {
      let w = Array(word)
      return Set((1..<w.count).map { i in String(w[..<i] + w[(i + 1)...]) })
    }

    static func insertions(in word: String) -> Set<String> {
      let w = Array(word)
      return Set((1...w.count).flatMap { i in letters.map { String(w[..<i] + [$0] + w[i...]) } })
    }

    static func substitutions(in word: String) -> Set<String> {
      let w = Array(word)
      return Set(
        (1..<w.count).flatMap { i in letters.map { String(w[..<i] + [$0] + w[(i + 1)...]) } })
    }

    static func swaps(in word: String) -> Set<String> {
      let w = Array(word)
      return Set(
        (1..<(w.count - 1)).map { i in
          var swapped = w
          swapped.swapAt(i, i + 1)
          return String(swapped)
        })
    }
  }

  private func expectFound(_ edits: Set<String>, _ term: String) {
    let number = Self.terms.firstIndex(of: term)
    for edit in edits where edit != term {
      let hits = Self.lexicon.hits("take \(edit) daily")
      #expect(hits.count == 1, "\(edit)")
      #expect(hits.first?.term == number && hits.first?.isTypo == true, "\(edit)")
    }
  }

  @Test(arguments: terms)
  func `every deletion is found`(term: String) { expectFound(Edits.deletions(of: term), term) }

  @Test(arguments: terms)
  func `every insertion is found`(term: String) { expectFound(Edits.insertions(in: term), term) }

  @Test(arguments: terms)
  func `every substitution is found`(term: String) { expectFound(Edits.substitutions(in: term), term) }

  @Test(arguments: terms)
  func `every swap of neighbours is found`(term: String) {
    expectFound(Edits.swaps(in: term), term)
  }

  @Test(arguments: [
    "arfarin", "xarfarin", "awrfarin",  // the first letter differs
    "warfa", "warfairni", "warfarinxx", "wrafrain",  // two edits and more
  ])
  func `nothing farther than one edit behind the first letter is found`(word: String) {
    #expect(Self.lexicon.hits(word).isEmpty)
  }

  @Test func `the term itself is no typo`() {
    #expect(Self.lexicon.hits("warfarin") == [Hit(first: 0, end: 1, term: 0)])
  }

  @Test func `short terms, phrases and unflagged terms are matched as written only`() {
    let lexicon = makeLexicon([
      Term("statin", .medication, .oneTypo), Term("folic acid", .medication, .oneTypo), Term("ibuprofen"),
    ])
    for text in ["statn", "statinn", "folic acd", "ibuprofin"] {
      #expect(lexicon.hits(text).isEmpty, "\(text)")
    }
  }

  @Test func `a known word is no typo of another`() {
    let lexicon = makeLexicon([
      Term("prednisone", .medication, .oneTypo), Term("prednisolone", .medication, .oneTypo),
      Term("insulin", .medication, .oneTypo), Term("insulins", .commonWord),
    ])
    #expect(lexicon.hits("prednisolone").allSatisfy { !$0.isTypo })
    #expect(lexicon.hits("insulins").isEmpty)
  }

  @Test func `a very long word is looked up at no cost and found nowhere`() {
    let text = String(repeating: "warfarin", count: 20_000)
    #expect(Self.lexicon.hits(text).isEmpty)
  }
}
