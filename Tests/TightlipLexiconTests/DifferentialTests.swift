import Testing
import TightlipCore
import TightlipLexicon

/// The lexicon against a matcher too simple to be wrong.
struct DifferentialTests {
  private static let words = [
    "a", "be", "type", "2", "19", "covid", "flu", "rash", "may", "day", "diabetes", "metformin",
    "warfarin", "x", "ray", "o", "neil", "insulins", "saint", "mary", "糖尿病", "mañana",
  ]
  private static let gaps = [
    " ", " ", " ", " ", "-", "/", "\n", "  ", ".", ". ", ", ", ": ", " - ", "\t", " & ", "'", "…", "",
  ]
  private static let classes: [TermClass] = [.diagnosis, .medication, .cueMonth, .commonWord, .givenName, .surname]

  private func randomTerms(_ generator: inout SeededGenerator) -> [Term] {
    (0..<Int.random(in: 1...14, using: &generator)).map { _ in
      let count = [1, 1, 1, 2, 2, 3, 4].randomElement(using: &generator)!
      let words = (0..<count).map { _ in Self.words.randomElement(using: &generator)! }
      var text = words.joined(separator: [" ", "-"].randomElement(using: &generator)!)
      var flags: TermFlags = []
      if Int.random(in: 0..<4, using: &generator) == 0 { flags.insert(.plural) }
      if Int.random(in: 0..<2, using: &generator) == 0 { flags.insert(.oneTypo) }
      // A case-sensitive term is compared by length, so only single spaces are tried.
      if count == 1, text.utf8.allSatisfy({ $0 < 0x80 }), Int.random(in: 0..<5, using: &generator) == 0 {
        flags.insert(.caseSensitive)
        text = text.uppercased()
        flags.remove(.oneTypo)
      }
      return Term(text, Self.classes.randomElement(using: &generator)!, flags)
    }
  }

  private func randomText(_ generator: inout SeededGenerator) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      var word = Self.words.randomElement(using: &generator)!
      switch Int.random(in: 0..<12, using: &generator) {
      case 0 where word.utf8.allSatisfy { $0 < 0x80 }: word = word.uppercased()
      case 1: word = word.prefix(1).uppercased() + word.dropFirst()
      case 2: word += "s"
      case 3: word += "'s"
      case 4: word += "es"
      case 5 where word.count > 4:
        word.remove(at: word.index(word.startIndex, offsetBy: Int.random(in: 1..<word.count, using: &generator)))
      case 6 where word.count > 4:
        word.insert("q", at: word.index(word.startIndex, offsetBy: Int.random(in: 1...word.count, using: &generator)))
      default: break
      }
      text += word + Self.gaps.randomElement(using: &generator)!
    }
    return text
  }

  @Test(arguments: 0..<24)
  func `the lexicon finds what comparing every term with every run of words finds`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed) &* 7919 &+ 20_261_122)
    for _ in 0..<10 {
      let terms = randomTerms(&generator)
      let lexicon = makeLexicon(terms)
      let reference = ReferenceMatcher(terms)
      for _ in 0..<15 {
        let text = randomText(&generator)
        let hits = lexicon.hits(text)
        let (exact, typos) = reference.hits(in: text)
        let about = "text \(text.debugDescription) terms \(terms.map(\.text)) flags \(terms.map(\.flags.rawValue))"
        #expect(hits.filter { !$0.isTypo } == exact, "\(about)")
        let found = hits.filter(\.isTypo)
        #expect(Set(found.map(\.first)) == Set(typos.keys), "\(about)")
        for hit in found { #expect(typos[hit.first]?.contains(hit.term) == true, "\(about)") }
      }
    }
  }

  @Test func `the order in which terms are added does not change what is found`() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      let terms = randomTerms(&generator)
      var order = Array(terms.indices)
      order.shuffle(using: &generator)
      let one = makeLexicon(terms)
      let other = makeLexicon(order.map { terms[$0] })
      for _ in 0..<10 {
        let text = randomText(&generator)
        let back = other.hits(text).filter { !$0.isTypo }
          .map { Hit(first: $0.first, end: $0.end, term: order[$0.term]) }.sorted()
        #expect(back == one.hits(text).filter { !$0.isTypo }, "\(text.debugDescription)")
      }
    }
  }
}
