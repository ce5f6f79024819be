/// What the text of a pattern tells beyond PCRE2's own facts.
///
/// PCRE2 reports a required byte only where it is one certain byte; "nine digits", "a letter right
/// behind a point" or "the name of a month" it does not report, though nearly every pattern needs
/// something of the kind.
package struct PatternNeeds: Hashable, Sendable {
  /// How many ASCII digits every match holds at least; 255 stands for more.
  package var digits = 0
  /// Every match holds a run of letters, digits and bytes beyond ASCII at least so long.
  package var wordRun = 0
  /// Each of these holds for every text with a match in it.
  package var clauses: [NeedClause] = []
  /// Where and how matches begin; nil where that is not known.
  package var starts: PatternStarts?

  /// More clauses than this tell little more.
  static let mostClauses = 4

  /// Nothing known.
  init() {}

  /// Reads the needs from a pattern's text by a small parser that says "nothing known" wherever it
  /// does not understand: options other than (?x), conditions, back references. Knowing too little
  /// costs time; knowing wrongly would hide a match, which is why every test corpus is also matched
  /// without gates.
  package init(of pattern: String) {
    var parser = PatternParser(bytes: Array(pattern.utf8))
    guard let node = parser.whole() else { return }
    digits = node.digits
    wordRun = node.wordRun
    starts = PatternStarts(node)
    clauses = Array(
      node.clauses.filter { $0.weight < NeedClause.uselessWeight }.sorted().prefix(Self.mostClauses))
  }
}

/// One of these must be in a text: a string with a run of three bytes or more, or two neighbouring
/// bytes of certain classes.
package struct NeedClause: Hashable, Sendable, Comparable {
  /// None contains another; sorted. They may hold marks for the edges of words (``PatternNode/Mark``).
  package internal(set) var strings: [[UInt8]] = []
  package internal(set) var pairs = ClassPairs()
  /// About how often it holds by chance, in thousandths of messages; decides only what is kept.
  var weight: Int

  /// Clauses that nearly every message fulfils are not worth asking.
  static let uselessWeight = 800
  private static let mostStrings = 400

  /// The text holds one of the strings; nil where one is too short to look for, or they are too many.
  init?(strings: Set<[UInt8]>) {
    guard !strings.isEmpty else { return nil }
    self.init(pairs: ClassPairs(), strings: [])
    for string in strings {
      if StringSets.canBeFound(string) {
        self.strings.append(string)
        continue
      }
      // Too short to look for: by the classes of its bytes, without what it asserts of their edges.
      let bytes = string.filter { PatternNode.Mark(rawValue: $0) == nil }
      if bytes.isEmpty { return nil }
      if bytes.count == 1 {
        pairs.insertAll(touching: ByteClasses(of: bytes[0]))
      } else {
        pairs.insert(ByteClasses(of: bytes[0]), ByteClasses(of: bytes[1]))
      }
    }
    reduce()
    guard self.strings.count <= Self.mostStrings else { return nil }
    weigh()
  }

  /// One that was reduced and weighed before.
  init(strings: [[UInt8]], pairs: ClassPairs, weight: Int) {
    self.strings = strings
    self.pairs = pairs
    self.weight = weight
  }

  init(pairs: ClassPairs) {
    self.init(pairs: pairs, strings: [])
    weigh()
  }

  private init(pairs: ClassPairs, strings: [[UInt8]]) {
    self.pairs = pairs
    self.strings = strings
    weight = 0
  }

  /// Holds where either holds; nil where that is too much to ask.
  func or(_ other: NeedClause) -> NeedClause? {
    var result = NeedClause(pairs: pairs.union(other.pairs), strings: strings + other.strings)
    result.reduce()
    guard result.strings.count <= Self.mostStrings else { return nil }
    result.weigh()
    return result
  }

  /// A string that holds another says nothing new; neither does one with a pair asked for.
  private mutating func reduce() {
    // Short strings first, since they make longer ones needless.
    strings.sort { $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1) }
    var kept: [[UInt8]] = []
    for string in strings where !pairs.isAny(in: string) && !kept.contains(where: { Self.holds(string, $0) }) {
      kept.append(string)
    }
    strings = kept.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func holds(_ string: [UInt8], _ part: [UInt8]) -> Bool {
    var start = 0
    while start + part.count <= string.count {
      var same = 0
      while same < part.count, string[start + same] == part[same] { same += 1 }
      if same == part.count { return true }
      start += 1
    }
    return false
  }

  private mutating func weigh() {
    weight = min(1000, strings.reduce(pairs.weight) { $0 + Self.weight(of: $1) })
  }

  /// Long strings are rare, and whole words rarer than the same letters inside others.
  private static func weight(of string: [UInt8]) -> Int {
    let marks = string.count { PatternNode.Mark(rawValue: $0) != nil }
    let byLength = switch string.count - marks {
    case ...3: 24
    case 4: 14
    case 5: 8
    default: 4
    }
    return byLength / (marks + 1)
  }

  package static func < (left: NeedClause, right: NeedClause) -> Bool {
    if left.weight != right.weight { return left.weight < right.weight }
    if left.strings != right.strings { return left.strings.lexicographicallyPrecedes(right.strings, by: { $0.lexicographicallyPrecedes($1) }) }
    return left.pairs.bits.words < right.pairs.bits.words
  }
}

/// A set of the sixteen classes of bytes that gates tell apart.
package struct ByteClasses: Hashable, Sendable {
  var bits: UInt16

  static let none = ByteClasses(bits: 0)
  static let all = ByteClasses(bits: .max)
  /// What stands before the first byte and behind the last.
  package static let edge: UInt8 = 0

  /// The class of a byte.
  init(of byte: UInt8) { bits = 1 << UInt16(Self.table[Int(byte)]) }

  init(bits: UInt16) { self.bits = bits }

  init(of bytes: ByteSet) {
    self = .none
    for byte in UInt8.min...UInt8.max where bytes.contains(byte) { formUnion(ByteClasses(of: byte)) }
  }

  mutating func formUnion(_ other: ByteClasses) { bits |= other.bits }

  /// The class of each byte value. Capitals count as the small letters that folded text has.
  package static let table: [UInt8] = (0...255).map { value in
    switch UInt8(value) {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): 1
    case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "G")...UInt8(ascii: "Z"): 2
    case 0x80...: 3
    case UInt8(ascii: "0")...UInt8(ascii: "9"): 4
    case UInt8(ascii: " "): 5
    case UInt8(ascii: "-"): 6
    case UInt8(ascii: "."): 7
    case UInt8(ascii: ":"): 8
    case UInt8(ascii: "/"): 9
    case UInt8(ascii: "@"): 10
    case UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"): 11
    case UInt8(ascii: "'"): 12
    case 0x00...0x1F: 13
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "+"), UInt8(ascii: "["), UInt8(ascii: "]"): 14
    default: 15
    }
  }

  /// In how many messages of a thousand a byte of the class stands, roughly.
  static let frequency = [1000, 1000, 1000, 50, 350, 1000, 100, 700, 100, 80, 20, 60, 350, 30, 50, 700]
  static let isLetter: UInt16 = 0b110
  static let digit: UInt16 = 0b1_0000
  /// Letters, digits, and bytes beyond ASCII.
  static let word: UInt16 = 0b1_1110
}

/// A set of pairs of classes of neighbouring bytes; the text's edges count as bytes.
package struct ClassPairs: Hashable, Sendable {
  /// Bit 16 × (class of the first) + (class of the second).
  package var bits = ByteSet()

  package init() {}

  init(bits: ByteSet) { self.bits = bits }

  mutating func insert(_ first: ByteClasses, _ second: ByteClasses) {
    for left in UInt8(0)..<16 where first.bits >> UInt16(left) & 1 == 1 {
      let shift = UInt64(left & 3) * 16
      switch left >> 2 {
      case 0: bits.words.0 |= UInt64(second.bits) << shift
      case 1: bits.words.1 |= UInt64(second.bits) << shift
      case 2: bits.words.2 |= UInt64(second.bits) << shift
      default: bits.words.3 |= UInt64(second.bits) << shift
      }
    }
  }

  /// All pairs with a byte of these classes in it: the text holds such a byte.
  mutating func insertAll(touching classes: ByteClasses) {
    insert(classes, .all)
    insert(.all, classes)
  }

  func union(_ other: ClassPairs) -> ClassPairs {
    var result = self
    result.bits.words.0 |= other.bits.words.0
    result.bits.words.1 |= other.bits.words.1
    result.bits.words.2 |= other.bits.words.2
    result.bits.words.3 |= other.bits.words.3
    return result
  }

  /// Whether a string by itself holds one of the pairs.
  func isAny(in string: [UInt8]) -> Bool {
    for index in string.indices.dropLast()
    where bits.contains(ByteClasses.table[Int(string[index])] << 4 | ByteClasses.table[Int(string[index + 1])]) {
      return true
    }
    return false
  }

  /// About how often a text holds one of the pairs, in thousandths.
  var weight: Int {
    var sum = 0
    // Classes with all their pairs: a byte of the class anywhere does.
    var whole: UInt16 = 0
    for kind in 0..<16 where row(kind) == .max && (0..<16).allSatisfy({ row($0) >> UInt16(kind) & 1 == 1 }) {
      whole |= 1 << UInt16(kind)
      sum += ByteClasses.frequency[kind]
    }
    for left in 0..<16 where whole >> UInt16(left) & 1 == 0 {
      var rest = row(left) & ~whole
      while rest != 0 {
        let right = rest.trailingZeroBitCount
        rest &= rest - 1
        sum += Self.weight(left, right)
      }
      if sum >= 1000 { return 1000 }
    }
    return min(1000, sum)
  }

  /// The classes that may stand behind a class.
  private func row(_ left: Int) -> UInt16 {
    let word = switch left >> 2 {
    case 0: bits.words.0
    case 1: bits.words.1
    case 2: bits.words.2
    default: bits.words.3
    }
    return UInt16(truncatingIfNeeded: word >> (UInt64(left & 3) * 16))
  }

  private static func weight(_ left: Int, _ right: Int) -> Int {
    let rarer = min(ByteClasses.frequency[left], ByteClasses.frequency[right])
    let leftIsLetter = ByteClasses.isLetter >> UInt16(left) & 1 == 1
    let rightIsLetter = ByteClasses.isLetter >> UInt16(right) & 1 == 1
    // Where one side is a letter and the other none, the two seldom touch: points, colons and digits
    // have a blank at that side. Letters before a point or an apostrophe are the rule.
    let isUsual = leftIsLetter == rightIsLetter || leftIsLetter && right != 4 || left == 12 || left == 5
    return isUsual ? rarer / 2 : rarer / 8
  }
}

