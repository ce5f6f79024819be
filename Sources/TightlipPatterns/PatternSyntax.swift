/// What the text of a pattern tells beyond PCRE2's own facts.
///
/// PCRE2 reports a required byte only where it is one certain byte; "some digit" or "the name of a
/// month" it does not report, though nine patterns in ten need one of them.
package struct PatternNeeds: Hashable, Sendable {
  /// Every match holds an ASCII digit, or needs one beside it.
  package var digit = false
  /// Every match holds one of these strings of three bytes or more; empty where nothing is known.
  package var literals: [[UInt8]] = []

  /// Reads the needs from a pattern's text by a small parser that says "nothing known" wherever it
  /// does not understand: options, recursion, conditions, back references. Knowing too little costs
  /// time; knowing wrongly would hide a match, which is why every test corpus is also matched
  /// without gates.
  package init(of pattern: String) {
    var parser = PatternParser(bytes: Array(pattern.utf8))
    guard let node = parser.alternatives(), parser.isAtEnd else { return }
    digit = node.digit
    if let needed = node.bestNeeded { literals = needed.sorted { $0.lexicographicallyPrecedes($1) } }
  }
}

/// What is known of a part of a pattern.
private struct PatternNode {
  var digit = false
  /// The part matches exactly one of these strings; nil where they are not known or too many.
  var exact: Set<[UInt8]>? = [[]]
  /// Every match of the part holds one of these.
  var needed: Set<[UInt8]>?

  /// Matches the empty string only, whatever it asserts.
  static let empty = PatternNode()
  /// Matches anything.
  static let unknown = PatternNode(digit: false, exact: nil, needed: nil)

  /// The more telling of what is known: strings of three bytes or more, and few of them.
  var bestNeeded: Set<[UInt8]>? {
    Self.better(needed, exact.flatMap { Self.isTelling($0) ? $0 : nil })
  }

  static let mostStrings = 96
  static let longestString = 12

  static func isTelling(_ strings: Set<[UInt8]>) -> Bool {
    !strings.isEmpty && strings.allSatisfy { $0.count >= 3 }
  }

  private static func shortest(_ strings: Set<[UInt8]>) -> Int { strings.map(\.count).min() ?? 0 }

  static func better(_ left: Set<[UInt8]>?, _ right: Set<[UInt8]>?) -> Set<[UInt8]>? {
    guard let left else { return right }
    guard let right else { return left }
    if right.count != left.count { return right.count < left.count ? right : left }
    return shortest(right) > shortest(left) ? right : left
  }

  /// This part or another.
  func or(_ other: PatternNode) -> PatternNode {
    var result = PatternNode(digit: digit && other.digit, exact: nil, needed: nil)
    if let first = exact, let second = other.exact, first.count + second.count <= Self.mostStrings {
      result.exact = first.union(second)
    }
    if let first = bestNeeded, let second = other.bestNeeded, first.count + second.count <= Self.mostStrings {
      result.needed = first.union(second)
    }
    return result
  }

  /// This part, so often at least and at most.
  func repeated(atLeast least: Int, atMost most: Int?) -> PatternNode {
    if least == 1, most == 1 { return self }
    if least == 0 {
      let once = most == 1 ? exact.map { $0.union([[]]) } : nil
      return PatternNode(digit: false, exact: once, needed: nil)
    }
    return PatternNode(digit: digit, exact: nil, needed: bestNeeded)
  }
}

private struct PatternParser {
  let bytes: [UInt8]
  var index = 0
  var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  private func peek(_ offset: Int = 0) -> UInt8? {
    index + offset < bytes.count ? bytes[index + offset] : nil
  }

  private func isNext(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

  /// Alternatives up to a closing parenthesis or the end; nil where something is not understood.
  mutating func alternatives() -> PatternNode? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 50 else { return nil }
    guard var all = sequence() else { return nil }
    while peek() == UInt8(ascii: "|") {
      index += 1
      guard let branch = sequence() else { return nil }
      all = all.or(branch)
    }
    return all
  }

  private mutating func sequence() -> PatternNode? {
    var node = PatternNode.empty
    // The strings that the elements so far spell, since the last one that was not known.
    var run: Set<[UInt8]> = [[]]
    var isWhole = true
    func flush() {
      if PatternNode.isTelling(run) { node.needed = PatternNode.better(node.needed, run) }
      run = [[]]
      isWhole = false
    }
    while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      guard let atom = atom(), let (least, most) = quantifier() else { return nil }
      let element = atom.repeated(atLeast: least, atMost: most)
      node.digit = node.digit || element.digit
      node.needed = PatternNode.better(node.needed, element.needed)
      guard let strings = element.exact else {
        flush()
        continue
      }
      if run.count * strings.count > PatternNode.mostStrings { flush() }
      var joined: Set<[UInt8]> = []
      for head in run {
        for tail in strings { joined.insert(head + tail) }
      }
      if joined.contains(where: { $0.count > PatternNode.longestString }) {
        flush()
        joined = strings
      }
      run = joined
    }
    if PatternNode.isTelling(run) { node.needed = PatternNode.better(node.needed, run) }
    node.exact = isWhole ? run : nil
    return node
  }

  private mutating func atom() -> PatternNode? {
    guard let byte = peek() else { return nil }
    switch byte {
    case UInt8(ascii: "("): return group()
    case UInt8(ascii: "["): return characterClass()
    case UInt8(ascii: "\\"): return escape()
    case UInt8(ascii: "."):
      index += 1
      return .unknown
    case UInt8(ascii: "^"), UInt8(ascii: "$"):
      index += 1
      return .empty
    default:
      index += 1
      return literal(byte)
    }
  }

  private func literal(_ byte: UInt8) -> PatternNode {
    PatternNode(digit: Self.isDigit(byte), exact: [[byte]], needed: nil)
  }

  private mutating func escape() -> PatternNode? {
    guard let byte = peek(1) else { return nil }
    index += 2
    switch byte {
    case UInt8(ascii: "d"): return PatternNode(digit: true, exact: nil, needed: nil)
    case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "Z"): return .empty
    // Anything with an argument, and back references, is left to the careful side.
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "x"), UInt8(ascii: "o"), UInt8(ascii: "g"),
      UInt8(ascii: "k"), UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "N"), UInt8(ascii: "Q"),
      UInt8(ascii: "c"), UInt8(ascii: "C"), UInt8(ascii: "K"), UInt8(ascii: "E"), UInt8(ascii: "G"):
      return nil
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return .unknown
    default: return literal(byte)
    }
  }

  private mutating func characterClass() -> PatternNode? {
    index += 1
    var onlyDigits = true
    var members: Set<[UInt8]>? = []
    if peek() == UInt8(ascii: "^") {
      onlyDigits = false
      members = nil
      index += 1
    }
    var isFirst = true
    while let byte = peek() {
      if byte == UInt8(ascii: "]"), !isFirst {
        index += 1
        if let known = members, known.count > 4 { members = nil }
        return PatternNode(digit: onlyDigits, exact: members, needed: nil)
      }
      isFirst = false
      if byte == UInt8(ascii: "["), peek(1) == UInt8(ascii: ":") { return nil }
      if byte == UInt8(ascii: "\\") {
        guard let next = peek(1) else { return nil }
        if next != UInt8(ascii: "d") { onlyDigits = false }
        let isSymbol = !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next | 0x20) && !Self.isDigit(next)
        if isSymbol { members?.insert([next]) } else { members = nil }
        index += 2
        continue
      }
      let isRange = byte == UInt8(ascii: "-") && index > 0 && bytes[index - 1] != UInt8(ascii: "[") && peek(1) != UInt8(ascii: "]")
      if isRange {
        // A range of digits ("2-9") holds only digits: its ends and the hyphen between.
        if !(Self.isDigit(bytes[index - 1]) && peek(1).map(Self.isDigit) == true) { onlyDigits = false }
        members = nil
      } else {
        if !Self.isDigit(byte) { onlyDigits = false }
        members?.insert([byte])
      }
      index += 1
    }
    return nil
  }

  private mutating func group() -> PatternNode? {
    index += 1
    var isAssertion = false
    var isNegative = false
    if peek() == UInt8(ascii: "*") { return nil }
    if peek() == UInt8(ascii: "?") {
      if isNext("?:") || isNext("?>") {
        index += 2
      } else if isNext("?=") {
        index += 2
        isAssertion = true
      } else if isNext("?!") {
        index += 2
        isNegative = true
      } else if isNext("?<=") {
        index += 3
        isAssertion = true
      } else if isNext("?<!") {
        index += 3
        isNegative = true
      } else if isNext("?<") {
        // A named group.
        while let byte = peek(), byte != UInt8(ascii: ">") { index += 1 }
        index += 1
      } else {
        return nil
      }
    }
    guard let inner = alternatives(), peek() == UInt8(ascii: ")") else { return nil }
    index += 1
    if isNegative { return .empty }
    // What an assertion looks at is in the text, too, but beside what follows, not before it.
    if isAssertion { return PatternNode(digit: inner.digit, exact: [[]], needed: inner.bestNeeded) }
    return inner
  }

  /// The least and greatest number of repetitions, nil where the quantifier is not understood.
  private mutating func quantifier() -> (Int, Int?)? {
    var least = 1
    var most: Int? = 1
    switch peek() {
    case UInt8(ascii: "?"):
      least = 0
      index += 1
    case UInt8(ascii: "*"):
      least = 0
      most = nil
      index += 1
    case UInt8(ascii: "+"):
      most = nil
      index += 1
    case UInt8(ascii: "{"):
      guard let first = peek(1), Self.isDigit(first) else { return nil }
      index += 1
      least = 0
      while let byte = peek(), Self.isDigit(byte) {
        least = least * 10 + Int(byte) - 48
        index += 1
      }
      most = peek() == UInt8(ascii: "}") ? least : nil
      while let byte = peek(), byte != UInt8(ascii: "}") { index += 1 }
      guard peek() != nil else { return nil }
      index += 1
    default: return (1, 1)
    }
    // Lazy and possessive forms change nothing here.
    if peek() == UInt8(ascii: "?") || peek() == UInt8(ascii: "+") { index += 1 }
    return (least, most)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
