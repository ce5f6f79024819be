import Testing
import TightlipCore
import TightlipLexicon

struct MatchingTests {
  static let lexicon = makeLexicon([
    Term("metformin"), Term("type 2 diabetes", .diagnosis), Term("crohns disease", .diagnosis),
    Term("d o b", .cueNameLabel), Term("e coli", .diagnosis), Term("diabetes", .diagnosis),
    Term("covid 19", .diagnosis),
  ])

  @Test(arguments: [
    ("take metformin now", ["metformin"]),
    ("METFORMIN", ["METFORMIN"]),
    ("(metformin)", ["metformin"]),
    ("metformin.", ["metformin"]),
    ("metformins", []),
    ("xmetformin", []),
    ("metformin2", []),
    ("metformin_er", ["metformin"]),
    ("type 2 diabetes", ["type 2 diabetes", "diabetes"]),
    ("type-2 diabetes", ["type-2 diabetes", "diabetes"]),
    ("type 2\ndiabetes", ["type 2\ndiabetes", "diabetes"]),
    ("type 2\r\ndiabetes", ["type 2\r\ndiabetes", "diabetes"]),
    ("type  2  diabetes", ["type  2  diabetes", "diabetes"]),
    ("type\t2/diabetes", ["type\t2/diabetes", "diabetes"]),
    ("type 2, diabetes", ["diabetes"]),
    ("crohns. disease", []),
    ("type 2 mild diabetes", ["diabetes"]),
    ("covid-19 and covid 19", ["covid-19", "covid 19"]),
    ("covid19", []),
    ("", []), (" ", []), ("-", []),
  ])
  func `a term matches whole words, whatever joins them`(text: String, expected: [String]) {
    #expect(Set(Self.lexicon.found(text)) == Set(expected))
    #expect(Self.lexicon.found(text).count == expected.count)
  }

  @Test(arguments: [
    ("d.o.b. 4/2", ["d.o.b"]), ("D.O.B", ["D.O.B"]), ("E. coli found", ["E. coli"]),
    ("he ate. coli", []), ("d. o. b.", ["d. o. b"]),
  ])
  func `a point joins an abbreviation and ends a sentence`(text: String, expected: [String]) {
    #expect(Self.lexicon.found(text) == expected)
  }

  @Test(arguments: ["Crohn's disease", "crohns disease", "CROHN'S DISEASE", "Crohn's-disease"])
  func `an apostrophe does not count`(text: String) {
    #expect(Self.lexicon.found(text) == [text])
  }

  @Test func `a possessive is left out of the word where the word without it is known`() {
    let result = Self.lexicon.tokenized("metformin's label")
    #expect(Self.lexicon.found("metformin's label") == ["metformin"])
    #expect(result.tokens[0].isPossessive)
    #expect(result.tokens.count == 2)
  }

  @Test(arguments: [
    ("virus", ["virus", "viruses"], ["viruss"]),
    ("tablet", ["tablet", "tablets"], ["tabletes", "tabletss"]),
    ("allergy", ["allergy", "allergies"], ["allergys"]),
    ("x ray", ["x ray", "x-rays"], ["xs ray"]),
    ("rash", ["rash", "rashes"], ["rashs"]),
    ("day", ["day", "days"], ["daies"]),
  ])
  func `a plural term also matches its plural`(term: String, matching: [String], not: [String]) {
    let plural = makeLexicon([Term(term, .diagnosis, .plural)])
    let bare = makeLexicon([Term(term, .diagnosis)])
    for text in matching { #expect(plural.found("a \(text) b") == [text]) }
    for text in not { #expect(plural.found("a \(text) b") == [], "\(text)") }
    #expect(bare.found(matching[1]) == [])
  }

  @Test(arguments: [
    ("AIDS", "AIDS", true), ("AIDS", "aids", false), ("AIDS", "Aids", false), ("AIDS", "hearing aids", false),
    ("STD", "std", false), ("pH", "pH", true), ("pH", "PH", false), ("pH", "ph", false),
    ("MS", "MS", true), ("MS", "Ms", false), ("E coli", "E coli", true), ("E coli", "e coli", false),
    ("E coli", "E-coli", true),
  ])
  func `a case-sensitive term matches only as written`(term: String, text: String, expected: Bool) {
    let lexicon = makeLexicon([Term(term, .diagnosis, .caseSensitive)])
    #expect(!lexicon.hits(text).isEmpty == expected)
  }

  @Test func `a case-sensitive plural takes a small s`() {
    let lexicon = makeLexicon([Term("STD", .diagnosis, [.caseSensitive, .plural])])
    #expect(lexicon.found("STDs") == ["STDs"])
    #expect(lexicon.found("stds") == [])
  }

  @Test(arguments: ["диабет", "mañana", "糖尿病", "ação"])
  func `a word of other letters matches as a whole`(word: String) {
    let lexicon = makeLexicon([Term(word, .diagnosis), Term("a \(word) b", .diagnosis)])
    #expect(lexicon.found("x \(word), y") == [word])
    #expect(lexicon.found("x\(word)") == [])
    #expect(lexicon.found("\(word)ж") == [])
    #expect(Set(lexicon.found("a \(word)-b")) == [word, "a \(word)-b"])
  }

  @Test func `symbols and emoji part words`() {
    #expect(Self.lexicon.found("💊metformin💊") == ["metformin"])
    #expect(Self.lexicon.found("type 2💊diabetes") == ["diabetes"])
    #expect(Self.lexicon.found("→metformin…") == ["metformin"])
  }

  @Test func `one word may be several terms, and each meaning is given`() {
    let lexicon = makeLexicon([
      Term("may", .cueMonth), Term("may", .surname), Term("may", .medication, .needsContext),
    ])
    let hits = lexicon.tokenized("may").hits
    // Names and common words are read from the word itself, not from hits.
    #expect(hits.map(\.meaning.termClass) == [.cueMonth, .medication])
    #expect(hits[1].meaning.flags == .needsContext)
    let word = lexicon.words[Int(lexicon.tokenized("may").tokens[0].word)]
    #expect(word.classes == TermClass.cueMonth.bit | TermClass.surname.bit | TermClass.medication.bit)
    #expect(word.weakClasses == TermClass.medication.bit)
    #expect(word.hazardClasses == 0)
    #expect(word.surname == 90)
  }

  @Test func `the strongest entry of a word decides whether it is weak`() {
    let lexicon = makeLexicon([
      Term("rose", .givenName, .needsContext), Term("rose", .givenName),
      Term("lock", .givenName, .needsStrongContext), Term("lock", .givenName, .needsContext),
    ])
    let rose = lexicon.words[Int(lexicon.number(of: folded("rose").span))]
    let lock = lexicon.words[Int(lexicon.number(of: folded("lock").span))]
    #expect(rose.weakClasses == 0)
    #expect(lock.weakClasses == TermClass.givenName.bit)
    #expect(lock.hazardClasses == 0)
  }

  @Test(arguments: ["", "-", "…", "💊", "' '", "..."])
  func `a term without a letter or digit is refused`(term: String) {
    var builder = LexiconBuilder()
    let isAdded = builder.add(
      folded: folded(term).span, written: Array(term.utf8), termClass: .diagnosis, flags: [], weight: 90)
    #expect(!isAdded)
  }

  @Test func `an empty lexicon finds nothing`() {
    let lexicon = LexiconBuilder().build()
    #expect(lexicon.hits("metformin for Dana").isEmpty)
    #expect(lexicon.tokenized("metformin for Dana").tokens.count == 3)
  }

  @Test func `a term keeps its spelling for explanations`() {
    #expect(Self.lexicon.spelling(ofTerm: 1) == Array("type 2 diabetes".utf8))
    #expect(Self.lexicon.spelling(ofTerm: 999) == [])
  }

  @Test func `tokens carry shape, kind and what stands before them`() {
    let tokens = Self.lexicon.tokenized("Hi DANA, mcDonald 12 a1c.\nok").tokens
    #expect(tokens.map(\.shape) == [.capitalized, .upper, .mixedCase, .lower, .lower, .lower])
    #expect(tokens.map(\.kind) == [.word, .word, .word, .number, .mixed, .word])
    #expect(tokens[0].before == [])
    #expect(tokens[2].before == [.comma, .space])
    #expect(tokens[5].before == [.stop, .newline])
    #expect(tokens.map(\.beginsSentence) == [true, false, false, false, false, true])
  }

  @Test func `the same storage gives the same answer for text after text`() {
    var result = TokenizedText()
    for text in ["type 2 diabetes and metformin", "", "metformin", "nothing at all", "covid-19"] {
      let bytes = folded(text)
      let upper = [UInt8](repeating: 0, count: bytes.count)
      Self.lexicon.match(bytes.span, upper: upper.span, into: &result)
      let fresh = Self.lexicon.tokenized(text)
      #expect(result.tokens.count == fresh.tokens.count)
      #expect(result.hits.map(\.meaning) == fresh.hits.map(\.meaning))
      #expect(result.classes == fresh.classes)
    }
  }
}
