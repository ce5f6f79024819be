import Testing
import TightlipPatterns

struct PatternAutomatonTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var pattern: String
    var digits = 0
    /// Texts in which the pattern can be told not to match, and texts in which it matches.
    var closed: [String] = []
    var open: [String] = []
    var testDescription: String { pattern }
  }

  @Test(arguments: [
    Case(pattern: #"\d{3}-\d{2}"#, digits: 5, closed: ["555", "12345", "555 - 12"], open: ["555-12"]),
    Case(pattern: #"(?<![\w-])(\d{9})(?!\w)"#, digits: 9, closed: ["5551212", "a555121234", "5551212345"], open: ["555121234"]),
    Case(pattern: #"[2-9][0-9]"#, digits: 2, closed: ["at 9"], open: ["29"]),
    Case(pattern: #"[a-z\d]{4}"#, closed: ["abc de"], open: ["ab12"]),
    Case(pattern: #"(?:\d|x)y"#, closed: ["1 y"], open: ["xy", "1y"]),
    Case(pattern: #"\d?"#, open: ["", "a"]),
    Case(pattern: #"(?:jan|feb)uary"#, closed: ["a march of days", "januar"], open: ["january", "in febuary"]),
    Case(pattern: #"[\w ]+(?:street|road)\b"#, closed: ["a long way home", "streets"], open: ["elm street", "oak road"]),
    Case(pattern: #"mondays?"#, closed: ["tuesday it is"], open: ["monday"]),
    Case(pattern: #"(?:abc)?\d"#, digits: 1, closed: ["abc"], open: ["abc1", "1"]),
    Case(pattern: #"(?:abc){2,3}"#, closed: ["abab ababab"], open: ["abcabc"]),
    Case(pattern: #"x{1,2}y"#, closed: ["xx", "x x"], open: ["xy", "xxxy"]),
    Case(pattern: #"(?!abc)def"#, closed: ["abc"], open: ["def"]),
    Case(pattern: #"(?=abc)\w+"#, closed: ["xyz", "ab c"], open: ["abcd"]),
    Case(pattern: #"(?<!\w)(?=[a-z]{0,3}\d)(?=\w{4})([a-z\d]+)(?!\w)"#, closed: ["abcd", "a1", "12 3"], open: ["ab12", "1234"]),
    Case(pattern: #"(?:9\d|100)(?= years| anos)"#, digits: 2, closed: ["95 miles", "95"], open: ["95 years", "100 anos"]),
    Case(pattern: #"[a-z]\d{3}"#, digits: 3, closed: ["a 123", "123a"], open: ["a123"]),
    Case(pattern: #"[a-z\d]+\.(?:com|org)"#, closed: ["yes. come in", "see you."], open: ["pat.com"]),
    Case(pattern: #"\w+@\w+"#, closed: ["at @ noon", "meet me"], open: ["pat@x"]),
    Case(pattern: #"(?:my|your)? ?(?:9\d|ninety)"#, closed: ["i am 9", "your 5 cats"], open: ["95", "my ninety"]),
    Case(pattern: "(?x) a b [ ] c  # a comment\n \\d", digits: 1, closed: ["abc1"], open: ["ab c1"]),
    Case(pattern: #"(?<part>\d\d)(?:-(?&part)){2}"#, digits: 6, closed: ["121212"], open: ["12-12-12"]),
    Case(pattern: #"(?<![\w-])(?:mon|tue)\b"#, closed: ["common", "is 2tuesday", "-mon"], open: ["mon.", "on tue"]),
    Case(pattern: #"(?<!\w|@)may(?!\w|-\d)"#, closed: ["dismay", "@may", "mayor"], open: ["may", "in may 5"]),
    Case(pattern: #"(?<=\$)\d"#, digits: 1, closed: ["5"], open: ["$5"]),
    Case(pattern: #"^at\b"#, closed: ["not at", "attic"], open: ["at 5"]),
    Case(pattern: #"at$"#, closed: ["at 5"], open: ["look at"]),
    Case(pattern: #"\bon\b"#, closed: ["once", "soon"], open: ["(on)"]),
    Case(pattern: #"(?i)abc"#, closed: ["", "ab c"], open: ["ABC", "aBc"]),
    Case(pattern: #"(?:x(?i)a|b)c"#, open: ["xAc", "Bc"]),
    Case(pattern: #"(?m)^b$"#, closed: ["a"], open: ["a\nb\na"]),
    Case(pattern: #"(?<w>a|b)-\k<w>"#, closed: ["a b"], open: ["a-a"]),
    Case(pattern: #"[!-\.]a(?#a sign before)"#, closed: ["/a"], open: ["-a"]),
    Case(pattern: #"(abc)\1"#, closed: ["xyz"], open: ["abcabc"]),
    Case(pattern: #"abc|[x-z]+"#, closed: ["- ."], open: ["x", "abc"]),
    Case(pattern: #"(?:a|ab|)c?"#, open: [""]),
    Case(pattern: #"o{7|[d}]"#, open: ["d", "o{7"]),
    Case(pattern: #"o{2,3}x"#, closed: ["ox"], open: ["oox"]),
    Case(pattern: #"[^a]x"#, closed: ["ax"], open: ["1x", "bx"]),
    Case(pattern: #"\s\S\D\W"#, closed: ["abcd"], open: [" ab "]),
    Case(pattern: #"[\t-z]q"#, open: ["aq"]),
  ])
  func `where a pattern may match is read from its text, and anywhere where it is not understood`(item: Case) throws {
    #expect(try CompiledPattern(item.pattern).facts.digits == item.digits)
    for text in item.closed { #expect(!mayMatch([item.pattern], text)[0], "\(text)") }
    for text in item.open { #expect(mayMatch([item.pattern], text)[0], "\(text)") }
  }

  private func mayMatch(_ patterns: [String], _ text: String) -> [Bool] {
    var places = PatternPlaces()
    places.find(PatternAutomaton(patterns), in: Array(text.utf8).span)
    return patterns.indices.map { places.isOpen($0) }
  }

  static let hardPatterns = [
    #"(?:a|bc?)(?:-?\d){1,3}"#, #"(?:ab|c)+\d?x"#, #"(?<=a)b\d*c"#, #"(?:(?:a|b)?c)+ ?(?:1|ab)"#,
    #"a?b?c?1"#, #"(?=a.b)[a-c ]{2,4}"#, #"(?<p>a|b\d)(?: (?&p))+"#, #"[ab]{2}(?:-|\.)\d{2}c?"#,
    #"(?:abc|ab1|x)?(?:-c|- c)"#, #"(?>a|ab)c"#, #"\bab?\b.c"#, #"(?:ab|)(?:c|\d)-(?:a|1)"#,
    #"(?<!\w)(?:abc|cab)\b"#, #"\b(?:abc?|cba)(?![\w-]| -)"#, #"\babc\B"#, #"(?<![\w.]|x)abc(?:1|(?!\w))"#,
    #"(?<![\w-])(?=[a-c]{0,2}\d)(?=(?:-?[a-c\d]){3})([a-c\d]+(?:-[a-c\d]+){0,2})(?!\w)"#, #"(?=a)(?=.b)..(?=1| )"#,
    #"(?:[abc]{1,9} ){1,2}x"#, #"^(?:a|b) ?c"#, #"[^a ]+ c$"#, #"(?:a(?=b)|b(?!c))+1?"#, #"\w{2,3}\W\s?b"#,
    // What is not understood may match anywhere.
    #"(?s).b"#, "(?>a+)b", "(?:(a)|b)(?(1)c|1)", #"[\x80-\xff]1"#, "(*ACCEPT)a", #"\Ka"#, "a{0}b", "(?|(a)|(b))c", "a|",
    "(?:a{1,2}){2}?b", "(?i)Ab?1", "(?i)[^B]x", "(?m)^b", "c(?m:$)", #"(?<q>a|b)-?\k<q>"#, "[[:alpha:]]1", "[^[:alpha:]b]c",
    #"[!-\.]a"#, "a(?#b)c", "a(?#b)*c", "(?#x)b(?#y){2}", "(?x) a # b\n {2} c", "a+(?#b)+c", "(?:(?i)b|a)c", "(?'q'a)1", "a{,2}b", "a{ 1 }b",
    #"(\w)\1"#, "x$", "^x", #"(?<p>\d+)(?:-(?&p))+"#, #"(?<!a )b"#, #"(?<=a |b-)c"#, #"(?!a b|c)[a-c]."#,
    // What must not be refused: a dot is no line feed, and these classes are not known.
    #"a(?!.)"#, #"(?<!.)a"#, #"[ab](?![\h\d])"#, #"(?<![\v-])b"#, #"a(?!(?:.|b))"#,
    // Every blank of (?x), and those before what makes a quantifier possessive or lazy.
    "(?x)a\rb\u{0B}c?", "(?x) a ? b", "(?x)a+ +b", "(?x)a{1,2} ?b", "a++b",
    // A bracket that does not close its class.
    #"[\Q]\\E]a?"#, #"[\c]b]a?"#, #"[\x2d]a"#,
    // Blanks of a class, a name given twice, and what is no name.
    "(?xx)[^a b]c", "(?|(?<n>a)|(?<n>b))c(?&n)", "(?<*a)(b[>c])", "a(?i)b|C", "(?m)^b$",
  ]

  /// Texts made at random of what the patterns are made of: with few states and with many, alone and together,
  /// each place where PCRE2 finds a match must be among the places told.
  @Test(arguments: [4, 40, PatternAutomaton.mostStates]) func `no place where a pattern matches is left out`(mostStates: Int) throws {
    let alphabet = Array("abcxB1 -.".utf8) + [0xC3, 0x0A]
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let scratch = MatchScratch()
    let patterns = try Self.hardPatterns.map { try CompiledPattern($0, triesStarts: true) }
    let together = PatternAutomaton(Self.hardPatterns, mostStates: mostStates)
    let alone = Self.hardPatterns.map { PatternAutomaton([$0], mostStates: mostStates) }
    var places = PatternPlaces()
    var ownPlaces = PatternPlaces()
    var matches = 0
    var left = 0
    for _ in 0..<4_000 {
      let text = (0..<next(14)).map { _ in alphabet[next(alphabet.count)] }
      places.find(together, in: text.span)
      for (number, pattern) in patterns.enumerated() {
        ownPlaces.find(alone[number], in: text.span)
        for position in text.indices {
          guard try pattern.firstMatch(in: text.span, from: position, scratch: scratch) != nil else {
            if !holds(places, number, position, together) { left += 1 }
            continue
          }
          matches += 1
          #expect(holds(places, number, position, together), "\(pattern.source) in \(String(decoding: text, as: UTF8.self))")
          #expect(holds(ownPlaces, 0, position, alone[number]), "\(pattern.source) in \(String(decoding: text, as: UTF8.self))")
        }
      }
    }
    #expect(matches > 20_000)
    // And most places without a match are told to be without.
    if mostStates > 1_000 { #expect(left > 300_000) }
  }

  private func holds(_ places: borrowing PatternPlaces, _ pattern: Int, _ position: Int, _ automaton: PatternAutomaton) -> Bool {
    guard automaton.tells(pattern) else { return places.isOpen(pattern) }
    guard places.isOpen(pattern) else { return false }
    var isHeld = false
    places.forEach(of: pattern) { if $0 == position { isHeld = true } }
    return isHeld
  }

  @Test func `places are told from left to right, each once, also behind a walk that is cut off`() {
    let automaton = PatternAutomaton([#"(?:a|b)[ab ]*x"#, #"b+"#])
    let text = Array((String(repeating: "ab ", count: 200) + "x").utf8)
    var places = PatternPlaces()
    places.find(automaton, in: text.span)
    for pattern in 0...1 {
      var last = -1
      var count = 0
      places.forEach(of: pattern) {
        #expect($0 > last)
        last = $0
        count += 1
      }
      #expect(count == (pattern == 0 ? 400 : 200))
    }
  }

  @Test func `what one text held is forgotten with the next`() {
    let automaton = PatternAutomaton([#"\d+"#, #"cat"#])
    var places = PatternPlaces()
    places.find(automaton, in: Array("a cat".utf8).span)
    #expect(places.isOpen(1) && !places.isOpen(0))
    places.find(automaton, in: Array("12 dogs".utf8).span)
    #expect(places.isOpen(0) && !places.isOpen(1))
    #expect(places.nextOpen(after: -1) == 0 && places.nextOpen(after: 0) == 2)
    places.find(automaton, in: [UInt8]().span)
    #expect(places.nextOpen(after: -1) == 2)
  }
}
