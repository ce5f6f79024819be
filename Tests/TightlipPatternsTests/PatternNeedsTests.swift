import Testing
import TightlipPatterns

struct PatternNeedsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var pattern: String
    var digits = 0
    var wordRun = 0
    /// Texts without what the pattern needs, and texts that have it.
    var closed: [String] = []
    var open: [String] = []
    var testDescription: String { pattern }
  }

  @Test(arguments: [
    Case(pattern: #"\d{3}-\d{2}"#, digits: 5, wordRun: 3, closed: ["555", "12345", "555 - 12"], open: ["555-12"]),
    Case(pattern: #"(?<![\w-])(\d{9})(?!\w)"#, digits: 9, wordRun: 9, closed: ["5551212"], open: ["555121234"]),
    Case(pattern: #"[2-9][0-9]"#, digits: 2, wordRun: 2, closed: ["at 9"], open: ["29"]),
    Case(pattern: #"[a-z\d]{4}"#, wordRun: 4, closed: ["abc de"], open: ["ab12"]),
    Case(pattern: #"(?:\d|x)y"#, wordRun: 2, open: ["xy", "1y"]),
    Case(pattern: #"\d?"#, open: [""]),
    Case(pattern: #"(?:jan|feb)uary"#, wordRun: 7, closed: ["a march of days"], open: ["january", "febuary"]),
    Case(pattern: #"[\w ]+(?:street|road)\b"#, wordRun: 4, closed: ["a long way home"], open: ["elm street", "oak road"]),
    Case(pattern: #"mondays?"#, wordRun: 6, closed: ["tuesday it is"], open: ["monday"]),
    Case(pattern: #"(?:abc)?\d"#, digits: 1, wordRun: 1, closed: ["abc"], open: ["abc1", "1"]),
    Case(pattern: #"(?:abc){2,3}"#, wordRun: 6, closed: ["abab ababab"], open: ["abcabc"]),
    Case(pattern: #"(?!abc)def"#, wordRun: 3, closed: ["abc"], open: ["def"]),
    Case(pattern: #"(?=abc)\w+"#, closed: ["xyz"], open: ["abcd"]),
    Case(pattern: #"[a-z]\d{3}"#, digits: 3, closed: ["a 123", "123a"], open: ["a123"]),
    Case(pattern: #"[a-z\d]+\.(?:com|org)"#, closed: ["yes. come in", "see you."], open: ["pat.com"]),
    Case(pattern: #"\w+@\w+"#, closed: ["at @ noon", "meet me"], open: ["pat@x"]),
    Case(pattern: #"(?:my|your)? ?(?:9\d|ninety)"#, closed: ["i am 9", "your 5 cats"], open: ["95", "my ninety"]),
    Case(pattern: "(?x) a b [ ] c  # a comment\n \\d", digits: 1, wordRun: 2, closed: ["abc1"], open: ["ab c1"]),
    Case(pattern: #"(?<part>\d\d)(?:-(?&part)){2}"#, digits: 6, wordRun: 2, closed: ["121212"], open: ["12-12-12"]),
    Case(pattern: #"(?<![\w-])(?:mon|tue)\b"#, wordRun: 3, closed: ["common", "is 2tuesday"], open: ["mon.", "on tue"]),
    Case(pattern: #"(?<!\w|@)may(?!\w|-\d)"#, wordRun: 3, closed: ["dismay"], open: ["may", "in may 5"]),
    Case(pattern: #"(?i)abc"#, open: [""]),
    Case(pattern: #"(abc)\1"#, closed: ["xyz"], open: ["abcabc"]),
    Case(pattern: #"abc|[x-z]+"#, wordRun: 1, closed: ["- ."], open: ["x", "abc"]),
    Case(pattern: #"(?:a|ab|)c?"#, open: [""]),
    Case(pattern: #"o{7|[d}]"#, open: ["d", "o{7"]),
    Case(pattern: #"o{2,3}x"#, wordRun: 3, closed: ["ox"], open: ["oox"]),
    Case(pattern: #"[^a]x"#, open: ["1x", "bx"]),
  ])
  func `what a pattern needs is read from its text, and nothing where it is not understood`(item: Case) {
    let needs = PatternNeeds(of: item.pattern)
    if item.digits > 0 { #expect(needs.digits == item.digits) }
    if item.wordRun > 0 { #expect(needs.wordRun == item.wordRun) }
    for text in item.closed { #expect(!needs.mayMatch(text), "\(text)") }
    for text in item.open { #expect(needs.mayMatch(text), "\(text)") }
  }

  /// Texts made by a pattern's own alphabet, at random: where PCRE2 finds a match, its needs must hold.
  @Test func `no text with a match lacks what the pattern needs`() throws {
    let patterns = [
      #"(?:a|bc?)(?:-?\d){1,3}"#, #"(?:ab|c)+\d?x"#, #"(?<=a)b\d*c"#, #"(?:(?:a|b)?c)+ ?(?:1|ab)"#,
      #"a?b?c?1"#, #"(?=a.b)[a-c ]{2,4}"#, #"(?<p>a|b\d)(?: (?&p))+"#, #"[ab]{2}(?:-|\.)\d{2}c?"#,
      #"(?:abc|ab1|x)?(?:-c|- c)"#, #"(?>a|ab)c"#, #"\bab?\b.c"#, #"(?:ab|)(?:c|\d)-(?:a|1)"#,
      #"(?<!\w)(?:abc|cab)\b"#, #"\b(?:abc?|cba)(?![\w-]| -)"#, #"\babc\B"#, #"(?<![\w.]|x)abc(?:1|(?!\w))"#,
    ]
    let alphabet = Array("abcx1 -.".utf8)
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let scratch = MatchScratch()
    var matches = 0
    for source in patterns {
      let pattern = try CompiledPattern(source)
      let needs = PatternNeeds(of: source)
      for _ in 0..<4_000 {
        let text = (0..<next(12)).map { _ in alphabet[next(alphabet.count)] }
        guard try pattern.firstMatch(in: text.span, from: 0, scratch: scratch) != nil else { continue }
        matches += 1
        #expect(needs.mayMatch(text), "\(source) in \(String(decoding: text, as: UTF8.self))")
      }
    }
    #expect(matches > 4_000)
  }
}

extension PatternNeeds {
  func mayMatch(_ text: String) -> Bool { mayMatch(Array(text.utf8)) }

  func mayMatch(_ text: [UInt8]) -> Bool {
    var sets = StringSets()
    let numbers = clauses.map { $0.strings.isEmpty ? nil : sets.number(of: $0.strings) }
    var facts = TextStarts()
    facts.fill(text.span)
    guard facts.digits >= digits, facts.wordRun >= wordRun else { return false }
    if let starts {
      let places = starts.isAtEdge ? facts.edges.prefix(facts.edgeCount).map(Int.init) : Array(text.indices)
      // Where the text has no byte, only what matches the empty string can match.
      guard text.isEmpty || places.contains(where: { starts.accepts(facts.keys[$0]) }) else { return false }
    }
    var held = StringScratch()
    return zip(clauses, numbers).allSatisfy { clause, number in
      clause.pairs.bits.intersects(facts.pairs.bits) || number.map { held.mayHold($0, of: sets, facts) } == true
    }
  }
}
