import Testing
import TightlipPatterns

struct PatternNeedsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var pattern: String
    var digit: Bool
    var literals: [String]
    var testDescription: String { pattern }
  }

  @Test(arguments: [
    Case(pattern: #"\d{3}-\d{2}"#, digit: true, literals: []),
    Case(pattern: #"(?<![\w-])(\d{9})(?!\w)"#, digit: true, literals: []),
    Case(pattern: #"[2-9][0-9]"#, digit: true, literals: []),
    Case(pattern: #"[a-z\d]{4}"#, digit: false, literals: []),
    Case(pattern: #"(?:\d|x)y"#, digit: false, literals: []),
    Case(pattern: #"\d?"#, digit: false, literals: []),
    Case(pattern: #"(?:jan|feb)uary"#, digit: false, literals: ["febuary", "january"]),
    Case(pattern: #"[\w ]+(?:street|road)\b"#, digit: false, literals: ["road", "street"]),
    Case(pattern: #"mondays?"#, digit: false, literals: ["monday", "mondays"]),
    Case(pattern: #"(?:st|street)\b"#, digit: false, literals: []),
    Case(pattern: #"(?:abc)?\d"#, digit: true, literals: []),
    Case(pattern: #"(?:abc){2,3}"#, digit: false, literals: ["abc"]),
    Case(pattern: #"(?!abc)def"#, digit: false, literals: ["def"]),
    Case(pattern: #"(?=abc)\w+"#, digit: false, literals: ["abc"]),
    Case(pattern: #"(?i)abc"#, digit: false, literals: []),
    Case(pattern: #"(abc)\1"#, digit: false, literals: []),
    Case(pattern: #"abc|[x-z]+"#, digit: false, literals: []),
  ])
  func `what a pattern needs is read from its text, and nothing where it is not understood`(item: Case) {
    let needs = PatternNeeds(of: item.pattern)
    #expect(needs.digit == item.digit)
    #expect(needs.literals.map { String(decoding: $0, as: UTF8.self) } == item.literals)
  }
}
