/// Writes patterns out of a fuzzer's bytes: always well-formed but for what PCRE2 forbids of them, so that no time
/// goes into what does not compile. Zeros write the simplest thing there is.
struct PatternWriter {
  private var text = ""
  private var names = 0
  /// How many parts may still be written.
  private var partsLeft = 40

  /// What patterns and texts are made of: few bytes, so that texts match.
  static let alphabet = Array("abc1x -.@\n_A".utf8) + [0xC3, 0x0D]

  private static let literals = ["a", "b", "c", "1", "x", " ", "-", "\\.", "@", "\\n", "_", "\\ ", "A", "]", "}", "{a"]
  private static let classes = [
    "\\d", "\\w", "\\s", ".", "[abc]", "[^a]", "[a-c1]", "[^\\n]", "[\\d.]", "[\\s-]", "[^\\w]", "[]a]", "[^]a-]", "\\D", "\\W",
    "\\S", "[\\h]", "[^\\h]", "[\\x61]", "\\h", "\\N", "\\x61", "[\\n-a]", "[A-a]", "[\\-a]", "[b\\]]", "[ ]", "\\R", "[\\\\-b]", "[\\ca]", "[[:alpha:]]", "[^[:^digit:]]",
    "[[:alpha:]-c]", "[ -\\]]", "[a b]", "[^a b]",
  ]
  private static let places = ["\\b", "^", "$", "\\B", "\\A", "\\z", "\\Z", "\\1", "\\K", "\\G", "(?#a)", "(?i)", "(?x)", "(?m)", "(?-i)"]
  private static let openings = [
    "(?:", "(", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?<", "(?i:", "(?|", "(?s:", "(?:(?=", "(?:(?!", "(?xx:", "(?<*", "(?*", "(?m:", "(?x-i:",
  ]
  private static let quantifiers = [
    "?", "*", "+", "{2}", "{0,2}", "{1,}", "{2,3}", "??", "*?", "++", "?+", "{2}+", "{0}", "{1,9}", "{,2}", "{30}", " +", "+ +", "{1,2} ?", "{2}\n+",
  ]

  /// The next pattern; `(?x)` before some of them.
  static func pattern(_ input: inout FuzzInput) -> String {
    var writer = PatternWriter()
    if input.byte() > 0xE0 { writer.text = "(?x)" }
    writer.alternatives(&input, depth: 0)
    return writer.text
  }

  /// Everything that is left, as a text of the alphabet.
  static func text(_ input: inout FuzzInput) -> [UInt8] {
    input.rest().prefix(60).map { alphabet[Int($0) % alphabet.count] }
  }

  private mutating func alternatives(_ input: inout FuzzInput, depth: Int) {
    let choice = input.byte() % 8
    sequence(&input, depth)
    for _ in 0..<(choice == 6 ? 1 : choice == 7 ? 2 : 0) {
      text += "|"
      sequence(&input, depth)
    }
  }

  private mutating func sequence(_ input: inout FuzzInput, _ depth: Int) {
    for _ in 0...input.byte() % 5 where partsLeft > 0 {
      partsLeft -= 1
      part(&input, depth)
      let choice = Int(input.byte())
      if choice > 150 { text += Self.quantifiers[choice % Self.quantifiers.count] }
    }
  }

  private mutating func part(_ input: inout FuzzInput, _ depth: Int) {
    let choice = input.byte() % 16
    let which = Int(input.byte())
    switch choice {
    case 0...5: text += Self.literals[which % Self.literals.count]
    case 6...8: text += Self.classes[which % Self.classes.count]
    case 9, 10: text += Self.places[which % Self.places.count]
    case 11 where names > 0: text += "(?&n\(which % names))"
    default:
      guard depth < 5 else { return }
      let opening = Self.openings[which % Self.openings.count]
      text += opening
      if opening == "(?<" { text += "n\(names)>" }
      alternatives(&input, depth: depth + 1)
      text += opening.hasPrefix("(?:(?") ? "))" : ")"
      // Only now may it be called: no pattern calls itself.
      if opening == "(?<" { names += 1 }
    }
  }
}
