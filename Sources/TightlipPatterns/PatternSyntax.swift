/// What is known of a part of a pattern.
struct PatternNode {
  /// See ``PatternNeeds``.
  var digits = 0
  var wordRun = 0
  var clauses: [NeedClause] = []
  /// The part matches exactly one of these strings; nil where they are not known or too many.
  var exact: Set<[UInt8]>? = [[]]
  /// The classes of the first and the last byte of a match that is not empty.
  var first = ByteClasses.none
  var last = ByteClasses.none
  /// The least number of bytes of a match.
  var least = 0
  /// Every byte of every match is a letter, a digit or beyond ASCII.
  var isWord = true
  /// Any one byte of \w matches the part by itself: what the part refuses is the end of a word.
  var isAnyWordByte = false
  /// How its matches begin.
  var prefixes = StartPrefixes.empty
  /// Every match begins behind a byte that is no \w, or where the text begins.
  var beginsAtEdge = false

  /// Matches the empty string where something holds of the bytes beside it.
  init(asserting mark: Mark) {
    self.init(exact: [[mark.rawValue]])
    beginsAtEdge = mark == .wordStart
  }

  /// Stands in a spelled string for what holds between two of its bytes. No pattern spells such bytes.
  enum Mark: UInt8 {
    /// The byte before is no \w; the byte behind is none; one of the two is and the other is not.
    case wordStart = 1
    case wordEnd, boundary
  }

  /// Matches the empty string only, whatever it asserts.
  static let empty = PatternNode()
  /// Matches anything, or nothing.
  static let unknown = PatternNode(
    exact: nil, first: .all, last: .all, least: 0, isWord: false, prefixes: .anything)
  /// Matches any one byte, perhaps.
  static let anyByte = PatternNode(
    exact: nil, first: .all, last: .all, least: 1, isWord: false, prefixes: StartPrefixes(oneOf: nil))

  /// Matches one byte out of a set.
  init(oneOf bytes: ByteSet) {
    let classes = ByteClasses(of: bytes)
    self.init(
      exact: nil, first: classes, last: classes, least: 1, isWord: classes.bits & ~ByteClasses.word == 0,
      prefixes: StartPrefixes(oneOf: bytes))
    digits = classes.bits == ByteClasses.digit ? 1 : 0
    wordRun = isWord ? 1 : 0
    isAnyWordByte = bytes.contains(PatternParser.wordBytes)
    if bytes.count <= 4 {
      exact = Set((UInt8.min...UInt8.max).filter { bytes.contains($0) }.map { [$0] })
    } else {
      var pairs = ClassPairs()
      pairs.insertAll(touching: classes)
      clauses = [NeedClause(pairs: pairs)]
    }
  }

  /// Matches one byte.
  init(_ byte: UInt8) {
    let classes = ByteClasses(of: byte)
    var set = ByteSet()
    set.insert(byte)
    self.init(
      exact: [[byte]], first: classes, last: classes, least: 1, isWord: classes.bits & ~ByteClasses.word == 0,
      prefixes: StartPrefixes(oneOf: set))
    digits = classes.bits == ByteClasses.digit ? 1 : 0
    wordRun = isWord ? 1 : 0
  }

  init(
    exact: Set<[UInt8]>? = [[]], first: ByteClasses = .none, last: ByteClasses = .none, least: Int = 0,
    isWord: Bool = true, prefixes: StartPrefixes = .empty
  ) {
    self.prefixes = prefixes
    self.exact = exact
    self.first = first
    self.last = last
    self.least = least
    self.isWord = isWord
  }

  static let mostStrings = 128
  static let longestString = 12
  /// How many clauses are carried along; the least likely to hold by chance stay.
  static let mostClauses = 8

  mutating func add(_ clause: NeedClause?) {
    guard let clause, clause.weight < NeedClause.uselessWeight else { return }
    if clauses.count == Self.mostClauses, clauses[Self.mostClauses - 1].weight < clause.weight { return }
    guard !clauses.contains(clause) else { return }
    clauses.insert(clause, at: clauses.firstIndex { clause < $0 } ?? clauses.count)
    if clauses.count > Self.mostClauses { clauses.removeLast() }
  }

  /// What is known, with the strings that the part spells.
  var allClauses: [NeedClause] {
    var copy = self
    if let exact { copy.add(NeedClause(strings: exact)) }
    return copy.clauses
  }

  /// This part or another.
  func or(_ other: PatternNode) -> PatternNode {
    var result = PatternNode(
      exact: nil, first: first, last: last, least: min(least, other.least), isWord: isWord && other.isWord,
      prefixes: prefixes.union(other.prefixes))
    result.beginsAtEdge = beginsAtEdge && other.beginsAtEdge
    result.first.formUnion(other.first)
    result.last.formUnion(other.last)
    result.digits = min(digits, other.digits)
    result.wordRun = min(wordRun, other.wordRun)
    result.isAnyWordByte = isAnyWordByte || other.isAnyWordByte
    if let first = exact, let second = other.exact, first.count + second.count <= Self.mostStrings {
      result.exact = first.union(second)
    }
    let others = other.allClauses
    for clause in allClauses {
      for second in others { result.add(clause.or(second)) }
    }
    return result
  }

  /// This part, so often at least and at most.
  func repeated(atLeast times: Int, atMost most: Int?) -> PatternNode {
    if times == 1, most == 1 { return self }
    let starts = prefixes.repeated(atLeast: times, atMost: most)
    if times == 0 {
      let once = most == 1 ? exact.map { $0.union([[]]) } : nil
      return PatternNode(exact: once, first: first, last: last, least: 0, isWord: isWord, prefixes: starts)
    }
    var result = self
    result.prefixes = starts
    result.isAnyWordByte = false
    result.clauses = allClauses
    result.exact = nil
    result.digits = min(255, digits * times)
    result.least = min(10_000, least * times)
    if isWord { result.wordRun = min(255, result.least) }
    if times > 1, least > 0 {
      var pairs = ClassPairs()
      pairs.insert(last, first)
      result.add(NeedClause(pairs: pairs))
    }
    return result
  }
}

/// Reads a pattern from left to right, and knows nothing rather than something wrong.
struct PatternParser {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  /// (?x): blanks and comments outside classes mean nothing.
  private var isExtended = false
  /// Named groups read so far, which (?&name) repeats.
  private var groups: [String: PatternNode] = [:]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The whole pattern; nil where something is not understood.
  mutating func whole() -> PatternNode? {
    if isNext("(?x)") {
      isExtended = true
      index = 4
    }
    guard var node = alternatives(), index == bytes.count else { return nil }
    node.clauses = node.allClauses
    return node
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    index + offset < bytes.count ? bytes[index + offset] : nil
  }

  private func isNext(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

  private mutating func skipBlanks() {
    guard isExtended else { return }
    while let byte = peek() {
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") {
        index += 1
      } else if byte == UInt8(ascii: "#") {
        while let byte = peek(), byte != UInt8(ascii: "\n") { index += 1 }
      } else {
        return
      }
    }
  }

  /// Alternatives up to a closing parenthesis or the end; nil where something is not understood.
  private mutating func alternatives() -> PatternNode? {
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
    var joiner = SequenceJoiner()
    skipBlanks()
    while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      guard let atom = atom() else { return nil }
      skipBlanks()
      guard let (least, most) = quantifier() else { return nil }
      joiner.append(atom.repeated(atLeast: least, atMost: most))
      skipBlanks()
    }
    return joiner.finished()
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
      guard byte >= 0x09 else { return nil }
      index += 1
      return PatternNode(byte)
    }
  }

  private mutating func escape() -> PatternNode? {
    guard let byte = peek(1) else { return nil }
    index += 2
    switch byte {
    case UInt8(ascii: "d"), UInt8(ascii: "w"): return Self.set(named: byte).map(PatternNode.init(oneOf:))
    case UInt8(ascii: "b"): return PatternNode(asserting: .boundary)
    case UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "Z"): return .empty
    // A back reference matches what its group did, or nothing.
    case UInt8(ascii: "1")...UInt8(ascii: "9") where !(peek().map(Self.isDigit) ?? false): return .unknown
    // Anything with an argument is left to the careful side.
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "x"), UInt8(ascii: "o"), UInt8(ascii: "g"),
      UInt8(ascii: "k"), UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "N"), UInt8(ascii: "Q"),
      UInt8(ascii: "c"), UInt8(ascii: "C"), UInt8(ascii: "K"), UInt8(ascii: "E"), UInt8(ascii: "G"):
      return nil
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return .unknown
    default: return PatternNode(byte)
    }
  }

  /// The bytes of \w in byte mode.
  static let wordBytes = set(named: UInt8(ascii: "w")) ?? ByteSet()

  /// The bytes of an escape that stands for a class, in byte mode.
  private static func set(named letter: UInt8) -> ByteSet? {
    guard letter == UInt8(ascii: "d") || letter == UInt8(ascii: "w") else { return nil }
    var set = ByteSet()
    for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { set.insert(byte) }
    guard letter == UInt8(ascii: "w") else { return set }
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { set.insert(byte) }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { set.insert(byte) }
    set.insert(UInt8(ascii: "_"))
    return set
  }

  private mutating func characterClass() -> PatternNode? {
    index += 1
    var members = ByteSet()
    var isKnown = true
    var isNegated = false
    if peek() == UInt8(ascii: "^") {
      isNegated = true
      index += 1
    }
    var isFirst = true
    var previous: UInt8?
    while let byte = peek() {
      if byte == UInt8(ascii: "]"), !isFirst {
        index += 1
        if isNegated || !isKnown {
          return .anyByte
        }
        return PatternNode(oneOf: members)
      }
      isFirst = false
      if byte == UInt8(ascii: "["), peek(1) == UInt8(ascii: ":") { return nil }
      if byte == UInt8(ascii: "\\") {
        guard let next = peek(1) else { return nil }
        let isSymbol = !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next | 0x20) && !Self.isDigit(next)
        if isSymbol {
          members.insert(next)
        } else if let set = Self.set(named: next) {
          for byte in UInt8.min...UInt8.max where set.contains(byte) { members.insert(byte) }
        } else {
          isKnown = false
        }
        previous = isSymbol ? next : nil
        index += 2
        continue
      }
      if byte == UInt8(ascii: "-"), let from = previous, let to = peek(1), to != UInt8(ascii: "]") {
        // An escaped end of a range is left to the careful side.
        if to == UInt8(ascii: "\\") || to < from { return nil }
        for member in from...to { members.insert(member) }
        previous = nil
        index += 2
        continue
      }
      members.insert(byte)
      previous = byte
      index += 1
    }
    return nil
  }

  private mutating func group() -> PatternNode? {
    index += 1
    var isAssertion = false
    var isNegative = false
    var isBehind = false
    var name: String?
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
        isBehind = true
      } else if isNext("?<") {
        index += 2
        guard let read = readName(until: UInt8(ascii: ">")) else { return nil }
        name = read
      } else if isNext("?&") {
        index += 2
        guard let read = readName(until: UInt8(ascii: ")")) else { return nil }
        return groups[read]
      } else {
        return nil
      }
    }
    guard var inner = alternatives(), peek() == UInt8(ascii: ")") else { return nil }
    index += 1
    if let name { groups[name] = inner }
    if isNegative {
      return inner.isAnyWordByte ? PatternNode(asserting: isBehind ? .wordStart : .wordEnd) : .empty
    }
    guard isAssertion else { return inner }
    // What an assertion looks at is in the text, too, but beside what follows, not before it.
    inner.clauses = inner.allClauses
    var result = PatternNode.empty
    result.clauses = inner.clauses
    return result
  }

  private mutating func readName(until end: UInt8) -> String? {
    let start = index
    while let byte = peek(), byte != end { index += 1 }
    guard peek() != nil else { return nil }
    index += 1
    return String(decoding: bytes[start..<(index - 1)], as: UTF8.self)
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
        least = min(10_000, least * 10 + Int(byte) - 48)
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

/// Puts the parts of a sequence together.
private struct SequenceJoiner {
  private var node = PatternNode.empty
  private var isFirst = true
  /// The strings that the parts so far spell, since the last one that was not known.
  private var run: Set<[UInt8]> = [[]]
  private var isWhole = true
  /// The length of the run of word bytes that every match has up to here.
  private var wordRun = 0
  /// The classes of the byte before, over all ways to get here; none where there may be no byte.
  private var before = ByteClasses.none
  /// The last byte of the last part that is never empty, and how the parts since may begin.
  private var anchor = ByteClasses.none
  private var since = ByteClasses.none
  /// The part before is known letter by letter.
  private var isSpelled = false

  mutating func append(_ part: PatternNode) {
    node.isAnyWordByte = isFirst && part.isAnyWordByte
    isFirst = false
    if node.prefixes == .empty, part.beginsAtEdge { node.beginsAtEdge = true }
    node.prefixes = node.prefixes.followed(by: part.prefixes)
    for clause in part.clauses { node.add(clause) }
    join(part)
    node.digits = min(255, node.digits + part.digits)
    node.least = min(10_000, node.least + part.least)
    node.isWord = node.isWord && part.isWord
    if part.isWord {
      wordRun = min(255, wordRun + part.least)
    } else {
      wordRun = 0
    }
    node.wordRun = max(node.wordRun, part.wordRun, wordRun)
    spell(part.exact)
  }

  mutating func finished() -> PatternNode {
    flush()
    node.exact = isWhole ? run : nil
    return node
  }

  /// Notes which bytes may stand side by side where two parts meet.
  private mutating func join(_ part: PatternNode) {
    // An assertion is no byte.
    guard part.first != .none else { return }
    defer { isSpelled = part.exact != nil }
    if part.least > 0 {
      // Two parts that are spelled out are joined in a string, which tells more.
      if before != .none, !(isSpelled && part.exact != nil) {
        addPairs(before, part.first)
        var next = since
        next.formUnion(part.first)
        addPairs(anchor, next)
      }
      if node.least == 0 { node.first.formUnion(part.first) }
      before = part.last
      anchor = part.last
      since = .none
      node.last = part.last
    } else {
      if node.least == 0 { node.first.formUnion(part.first) }
      if before != .none { before.formUnion(part.last) }
      since.formUnion(part.first)
      node.last.formUnion(part.last)
    }
  }

  private mutating func addPairs(_ left: ByteClasses, _ right: ByteClasses) {
    var pairs = ClassPairs()
    pairs.insert(left, right)
    node.add(NeedClause(pairs: pairs))
  }

  private mutating func spell(_ exact: Set<[UInt8]>?) {
    guard let strings = exact else {
      flush()
      run = [[]]
      isWhole = false
      return
    }
    if run.count * strings.count > PatternNode.mostStrings {
      flush()
      run = [[]]
      isWhole = false
    }
    var joined: Set<[UInt8]> = []
    for head in run {
      for tail in strings { joined.insert(head + tail) }
    }
    if joined.contains(where: { $0.count > PatternNode.longestString }) {
      flush()
      isWhole = false
      joined = strings
    }
    run = joined
  }

  private mutating func flush() { node.add(NeedClause(strings: run)) }
}
