import Testing
import TightlipPatterns

struct CompiledPatternTests {
  /// The matched part, or nil.
  private func match(_ pattern: String, _ text: String, from start: Int = 0) throws -> String? {
    let compiled = try CompiledPattern(pattern)
    let scratch = MatchScratch()
    let bytes = Array(text.utf8)
    guard let (span, _) = try compiled.firstMatch(in: bytes.span, from: start, scratch: scratch) else { return nil }
    return String(decoding: bytes[span], as: UTF8.self)
  }

  @Test func `the library has a JIT compiler`() {
    #expect(PatternEngine.isJITAvailable)
    #expect(PatternEngine.version.hasPrefix("10."))
  }

  @Test(arguments: [
    (#"\d{3}-\d{2}-\d{4}"#, "ssn 219-09-9998 ok", "219-09-9998"),
    (#"mrn:? (\d+)"#, "my mrn: 00418823.", "00418823"),
    (#"(?:mrn|chart) #?(\d+)"#, "chart #12", "12"),
    (#"(a)?b"#, "xb", "b"),
    (#"(?:(x)|y)z"#, "yz", "yz"),
    (#"(?<part>\d+)-(?&part)"#, "12-34", "12"),
    (#"a(?=b)"#, "ab", "a"),
    (#"()b"#, "ab", ""),
    (#"\d+"#, "", nil),
    (#"\d+"#, "none", nil),
  ])
  func `group 1 is the span, else the whole match`(pattern: String, text: String, expected: String?) throws {
    #expect(try match(pattern, text) == expected)
  }

  @Test func `the end is that of the whole match, wherever the group ends`() throws {
    let compiled = try CompiledPattern(#"(\d+) mg"#)
    let scratch = MatchScratch()
    let text = Array("take 500 mg".utf8)
    let found = try #require(try compiled.firstMatch(in: text.span, from: 0, scratch: scratch))
    #expect(found.span == 5..<8)
    #expect(found.end == 11)
  }

  @Test func `a search goes on from its start, and still sees what stands before it`() throws {
    #expect(try match(#"\d"#, "1 2", from: 1) == "2")
    #expect(try match(#"\d"#, "1 2", from: 3) == nil)
    #expect(try match(#"(?<!1)2"#, "12", from: 1) == nil)
    #expect(try match("^b", "ab", from: 1) == nil)
  }

  @Test func `letters beyond ASCII are bytes, and no word characters`() throws {
    #expect(try match(#"\bcafe"#, "écafe") == "cafe")
    #expect(try match(#"[\x80-\xff]+"#, "aéb") == "é")
    #expect(throws: PatternError.self) { try CompiledPattern("(*UTF)a") }
    #expect(throws: PatternError.self) { try CompiledPattern(#"a\Cb"#) }
  }

  @Test(arguments: [
    ("(", 1), ("a)", 1), ("[a", 2), ("*", 0), (#"\p{Nope}"#, 8), ("(?<n>a)(?<n>b)", 12), ("a{2,1}", 5),
    (#"(?&x)"#, 3), ("(?(", 3),
  ])
  func `a wrong pattern is refused with its place`(pattern: String, offset: Int) {
    #expect {
      _ = try CompiledPattern(pattern)
    } throws: { error in
      guard let error = error as? PatternError else { return false }
      #expect(error.utf8Offset == offset, "\(pattern)")
      return !error.reason.isEmpty
    }
  }

  /// Patterns that take exponential time on texts they do not match.
  @Test(arguments: [
    ("(a+)+$", "a", "!"), ("(a|aa)+$", "a", "!"), ("(a|a?)+$", "a", "!"), (#"(\w+\s?)*$"#, "word ", "\u{01}!"),
    ("(.*a){12}$", "a", "b"),
  ])
  func `a hit limit is an error and never a missing match`(pattern: String, unit: String, end: String) throws {
    let compiled = try CompiledPattern(pattern)
    let scratch = MatchScratch()
    let text = Array((String(repeating: unit, count: 40) + end).utf8)
    #expect(throws: MatchLimitError.self) { try compiled.firstMatch(in: text.span, from: 0, scratch: scratch) }
    // The scratch goes on working.
    let good = try CompiledPattern("b+")
    let other = Array("abb".utf8)
    #expect(try good.firstMatch(in: other.span, from: 0, scratch: scratch)?.span == 1..<3)
  }

  /// One attempt at one place is one step; a search takes one for each place it passes.
  @Test func `steps are counted`() throws {
    let scratch = MatchScratch()
    let text = Array("aab".utf8)
    scratch.stepsLeft = 100
    let anchored = try CompiledPattern(#"\d{3}"#, triesStarts: true)
    try #require(anchored.isAnchored)
    #expect(try anchored.firstMatch(in: text.span, from: 0, scratch: scratch) == nil)
    #expect(scratch.stepsLeft == 99)
    let free = try CompiledPattern("b")
    #expect(try free.firstMatch(in: text.span, from: 1, scratch: scratch)?.span == 2..<3)
    #expect(scratch.stepsLeft == 96)
    #expect(try free.firstMatch(in: text.span, from: 3, scratch: scratch) == nil)
    #expect(scratch.stepsLeft == 95)
  }

  @Test func `without a step left nothing is looked at`() throws {
    let scratch = MatchScratch()
    let pattern = try CompiledPattern("a")
    let text = Array("a".utf8)
    scratch.stepsLeft = 0
    #expect(throws: MatchLimitError.self) { try pattern.firstMatch(in: text.span, from: 0, scratch: scratch) }
    scratch.stepsLeft = 1
    #expect(try pattern.firstMatch(in: text.span, from: 0, scratch: scratch)?.span == 0..<1)
    #expect(throws: MatchLimitError.self) { try pattern.firstMatch(in: text.span, from: 0, scratch: scratch) }
  }

  /// (a|aa)+ over n letters and no end takes about 1.6 to the power of n: slow, and not beyond the limit of a match.
  @Test func `a slow attempt is made to its end, and costs what it may take`() throws {
    let scratch = MatchScratch()
    let pattern = try CompiledPattern("(?:a|aa)+c|.*")
    let text = Array(String(repeating: "a", count: 18).utf8)
    scratch.stepsLeft = 1_000_000
    #expect(try pattern.firstMatch(in: text.span, from: 0, scratch: scratch)?.span == 0..<18)
    let taken = 1_000_000 - scratch.stepsLeft
    #expect(taken >= Int(MatchScratch.matchLimit / MatchScratch.pointsOfStep), "\(taken)")
    // What follows is quick again, under the small limit.
    scratch.stepsLeft = 10
    #expect(try CompiledPattern("a").firstMatch(in: text.span, from: 0, scratch: scratch)?.span == 0..<1)
    // Too few steps for it: given up, whatever it would have found.
    #expect(throws: MatchLimitError.self) { try pattern.firstMatch(in: text.span, from: 0, scratch: scratch) }
  }

  @Test func `a deep recursion that outgrows the JIT stack is an error`() throws {
    let compiled = try CompiledPattern(#"(\((?:[^()]|(?1))*\))"#)
    let scratch = MatchScratch()
    let text = Array((String(repeating: "(", count: 200_000) + String(repeating: ")", count: 200_000)).utf8)
    #expect(throws: MatchLimitError.self) { try compiled.firstMatch(in: text.span, from: 0, scratch: scratch) }
  }

  @Test func `one scratch serves many patterns and texts in any order`() throws {
    let patterns = try [#"(\d+)"#, "a(b)?c", "x"].map { try CompiledPattern($0) }
    let texts = ["12 abc", "ac x", "", "abc 9"].map { Array($0.utf8) }
    let shared = MatchScratch()
    for text in texts {
      for pattern in patterns.reversed() + patterns {
        let fresh = MatchScratch()
        let one = try pattern.firstMatch(in: text.span, from: 0, scratch: shared)
        let other = try pattern.firstMatch(in: text.span, from: 0, scratch: fresh)
        #expect(one?.span == other?.span)
        #expect(one?.end == other?.end)
      }
    }
  }
}

struct PatternFactsTests {
  @Test func `facts say what a match needs`() throws {
    let ssn = try CompiledPattern(#"\d{3}-\d{2}-\d{4}"#).facts
    #expect(ssn.minimumLength == 11)
    #expect(ssn.digits == 9)
    #expect(try CompiledPattern("abc").facts.minimumLength == 3)
    #expect(try CompiledPattern("x*").facts.minimumLength == 0)
    #expect(try CompiledPattern(#"(?:\d{2}|[0-9]{3}x)\d?"#).facts.digits == 2)
    #expect(try CompiledPattern(#"(?i)\d{3}"#).facts.digits == 3)
    #expect(try CompiledPattern(#"(?U)\d{3}"#).facts.digits == 0)
  }
}

struct PatternGenerator: RandomNumberGenerator {
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
