/// Reads a pattern from left to right, and knows nothing rather than something wrong.
///
/// It knows what patterns of packs use: conditions, verbs, code points by number and rarer options make it give
/// up, which costs time. Knowing wrongly would hide a match, which is why every test corpus is also matched at
/// every byte.
struct PatternParser {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  private var options = Options()
  /// Named groups read so far, which (?&name) repeats.
  private var groups: [String: PatternTree] = [:]

  /// What is set by options, to the end of the group they stand in.
  private struct Options {
    /// (?x): blanks and comments outside classes mean nothing.
    var isExtended = false
    /// (?i)
    var isCaseless = false
    /// (?m): lines, too, begin and end.
    var isMultiline = false
  }

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The whole pattern; nil where something is not understood.
  mutating func whole() -> PatternTree? {
    guard let tree = alternatives(), index == bytes.count else { return nil }
    return tree
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    index + offset < bytes.count ? bytes[index + offset] : nil
  }

  private func isNext(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

  /// Passes over what means nothing, wherever it stands: comments, and in (?x) blanks. A quantifier behind it belongs
  /// to what stands before it.
  private mutating func skipBlanks() {
    while let byte = peek() {
      if isNext("(?#") {
        while let byte = peek(), byte != UInt8(ascii: ")") { index += 1 }
        index += 1
      } else if options.isExtended, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") {
        index += 1
      } else if options.isExtended, byte == UInt8(ascii: "#") {
        while let byte = peek(), byte != UInt8(ascii: "\n") { index += 1 }
      } else {
        return
      }
    }
  }

  /// Alternatives up to a closing parenthesis or the end; nil where something is not understood.
  private mutating func alternatives() -> PatternTree? {
    depth += 1
    let outside = options
    defer {
      depth -= 1
      options = outside
    }
    guard depth < 50 else { return nil }
    guard let first = sequence() else { return nil }
    var branches = [first]
    while peek() == UInt8(ascii: "|") {
      index += 1
      guard let branch = sequence() else { return nil }
      branches.append(branch)
    }
    return branches.count == 1 ? first : .choice(branches)
  }

  private mutating func sequence() -> PatternTree? {
    var parts: [PatternTree] = []
    skipBlanks()
    while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      guard var part = atom() else { return nil }
      skipBlanks()
      // In (?x) blanks may stand between a quantifier and what makes it possessive: read as a repeat of the repeat.
      while startsQuantifier {
        guard let (least, most) = quantifier() else { return nil }
        if least != 1 || most != 1 { part = .repeated(part, least: least, most: most) }
        skipBlanks()
      }
      parts.append(part)
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func atom() -> PatternTree? {
    guard let byte = peek() else { return nil }
    switch byte {
    case UInt8(ascii: "("): return group()
    case UInt8(ascii: "["): return characterClass()
    case UInt8(ascii: "\\"): return escape()
    case UInt8(ascii: "."):
      index += 1
      return .one(.all)
    case UInt8(ascii: "^"):
      index += 1
      return options.isMultiline ? .empty : .notBefore(.all)
    case UInt8(ascii: "$"):
      index += 1
      return options.isMultiline ? .empty : Self.endOfText
    // Nothing stands before it.
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): return nil
    // In (?x) they are blanks, too.
    case 0x0B...0x0D where options.isExtended: return nil
    default:
      guard byte >= 0x09 else { return nil }
      index += 1
      return one(ByteSet(byte))
    }
  }

  /// A byte out of a set, in both cases where the options say so.
  private func one(_ set: ByteSet) -> PatternTree {
    guard options.isCaseless else { return .one(set) }
    return .one(ByteSet { byte in
      set.contains(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 && set.contains(byte ^ 0x20)
    })
  }

  private mutating func escape() -> PatternTree? {
    guard let byte = peek(1) else { return nil }
    index += 2
    switch byte {
    case UInt8(ascii: "b"): return .boundary
    case UInt8(ascii: "A"): return .notBefore(.all)
    case UInt8(ascii: "z"), UInt8(ascii: "Z"): return Self.endOfText
    case UInt8(ascii: "B"): return .empty
    // A back reference matches what its group did, or nothing.
    case UInt8(ascii: "1")...UInt8(ascii: "9") where !(peek().map(Self.isDigit) ?? false): return .anything
    // So does one by name.
    case UInt8(ascii: "k"):
      let ends: [UInt8: UInt8] = [UInt8(ascii: "<"): UInt8(ascii: ">"), UInt8(ascii: "{"): UInt8(ascii: "}"), UInt8(ascii: "'"): UInt8(ascii: "'")]
      guard let end = peek().flatMap({ ends[$0] }) else { return nil }
      index += 1
      return readName(until: end) == nil ? nil : .anything
    // Anything else with an argument is left to the careful side.
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "x"), UInt8(ascii: "o"), UInt8(ascii: "g"),
      UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "N"), UInt8(ascii: "Q"),
      UInt8(ascii: "c"), UInt8(ascii: "C"), UInt8(ascii: "K"), UInt8(ascii: "E"), UInt8(ascii: "G"):
      return nil
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
      return Self.set(named: byte).map(PatternTree.one) ?? .anything
    default: return one(ByteSet(byte))
    }
  }

  /// The end of the text, or a line end before it.
  private static var endOfText: PatternTree {
    var rest = ByteSet.all
    rest.remove(0x0A)
    return .notNext(rest)
  }

  /// The bytes of an escape that stands for a class or a control, in byte mode.
  private static func set(named letter: UInt8) -> ByteSet? {
    switch letter {
    case UInt8(ascii: "d"): return .digits
    case UInt8(ascii: "w"): return .word
    case UInt8(ascii: "s"): return .blanks
    case UInt8(ascii: "D"): return ByteSet.digits.complement
    case UInt8(ascii: "W"): return ByteSet.word.complement
    case UInt8(ascii: "S"): return ByteSet.blanks.complement
    case UInt8(ascii: "n"): return ByteSet(0x0A)
    case UInt8(ascii: "r"): return ByteSet(0x0D)
    case UInt8(ascii: "t"): return ByteSet(0x09)
    case UInt8(ascii: "h"): return ByteSet { $0 == 0x09 || $0 == 0x20 || $0 == 0xA0 }
    default: return nil
    }
  }

  private mutating func characterClass() -> PatternTree? {
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
        if !isKnown { return .one(.all) }
        guard case .one(let members) = one(members) else { return nil }
        return .one(isNegated ? members.complement : members)
      }
      isFirst = false
      if byte == UInt8(ascii: "["), peek(1) == UInt8(ascii: ":") {
        // The classes of POSIX stand in brackets of their own; which letters are theirs is left to PCRE2.
        index += 2
        while let next = peek(), next &- UInt8(ascii: "a") < 26 || next == UInt8(ascii: "^") { index += 1 }
        guard isNext(":]") else { return nil }
        index += 2
        isKnown = false
        previous = nil
        continue
      }
      if byte == UInt8(ascii: "\\") {
        guard let next = peek(1) else { return nil }
        let isSymbol = Self.isSymbol(next)
        if isSymbol {
          members.insert(next)
        } else if let set = Self.set(named: next) {
          // A range from a control on is left to the careful side.
          if set.count == 1, peek(2) == UInt8(ascii: "-"), peek(3) != UInt8(ascii: "]") { return nil }
          members.formUnion(set)
        } else if Self.isDigit(next) || Self.plainClassEscapes.contains(next) {
          isKnown = false
        } else {
          // What follows may be its argument, a closing bracket among them.
          return nil
        }
        previous = isSymbol ? next : nil
        index += 2
        continue
      }
      if byte == UInt8(ascii: "-"), let from = previous, let to = peek(1), to != UInt8(ascii: "]") {
        var end = to
        index += 2
        if to == UInt8(ascii: "\\") {
          guard let escaped = peek(), Self.isSymbol(escaped) else { return nil }
          end = escaped
          index += 1
        }
        guard end >= from else { return nil }
        for member in from...end { members.insert(member) }
        previous = nil
        continue
      }
      members.insert(byte)
      previous = byte
      index += 1
    }
    return nil
  }

  /// Letters that stand for bytes inside a class, and take no argument.
  private static let plainClassEscapes = Array("abefhvHV".utf8)

  private mutating func group() -> PatternTree? {
    index += 1
    var isAssertion = false
    var isNegative = false
    var isBehind = false
    var name: String?
    if peek() == UInt8(ascii: "*") { return nil }
    if peek() == UInt8(ascii: "?") {
      if isNext("?:") || isNext("?>") || isNext("?|") {
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
        isBehind = true
      } else if isNext("?<!") {
        index += 3
        isNegative = true
        isBehind = true
      } else if isNext("?<") || isNext("?P<") || isNext("?'") {
        let end = UInt8(ascii: isNext("?'") ? "'" : ">")
        index += isNext("?P") ? 3 : 2
        guard let read = readName(until: end) else { return nil }
        name = read
      } else if isNext("?&") {
        index += 2
        guard let read = readName(until: UInt8(ascii: ")")) else { return nil }
        return groups[read]
      } else {
        return optionsAndGroup()
      }
    }
    guard let inner = alternatives(), peek() == UInt8(ascii: ")") else { return nil }
    index += 1
    if let name {
      // Of several groups of a name a call means the first.
      guard groups[name] == nil else { return nil }
      groups[name] = inner
    }
    guard isAssertion || isNegative else { return inner }
    switch (isNegative, isBehind) {
    case (false, false): return .ahead(inner)
    case (false, true): return inner.singleBytes.map(PatternTree.before) ?? .empty
    // Of what is refused, single bytes can be told; longer things are left to PCRE2.
    case (true, false): return .notNext(Self.known(inner.singleByteBranches))
    case (true, true): return .notBefore(Self.known(inner.singleByteBranches))
    }
  }

  /// Options, for the group they open or for what is left of the one they stand in.
  private mutating func optionsAndGroup() -> PatternTree? {
    let outside = options
    index += 1
    var isOn = true
    while let byte = peek(), byte != UInt8(ascii: ")"), byte != UInt8(ascii: ":") {
      switch byte {
      case UInt8(ascii: "-"): isOn = false
      case UInt8(ascii: "i"): options.isCaseless = isOn
      case UInt8(ascii: "m"): options.isMultiline = isOn
      // With (?xx) blanks mean nothing inside classes, either.
      case UInt8(ascii: "x"):
        if peek(1) == UInt8(ascii: "x") { return nil }
        options.isExtended = isOn
      // A dot is any byte here with it and without it.
      case UInt8(ascii: "s"): break
      default: return nil
      }
      index += 1
    }
    guard let end = peek() else { return nil }
    index += 1
    if end == UInt8(ascii: ")") { return .empty }
    let inner = alternatives()
    options = outside
    guard let inner, peek() == UInt8(ascii: ")") else { return nil }
    index += 1
    return inner
  }

  /// A set of bytes that is refused. All bytes stand for a class that is not known, or for a dot, which matches no
  /// line feed: nothing is known to be refused then.
  private static func known(_ refused: ByteSet) -> ByteSet { refused == .all ? ByteSet() : refused }

  private mutating func readName(until end: UInt8) -> String? {
    let start = index
    while let byte = peek(), byte != end { index += 1 }
    // (?<* is no name, but a look-behind.
    guard peek() != nil, bytes[start..<index].allSatisfy(ByteSet.word.contains) else { return nil }
    index += 1
    return String(decoding: bytes[start..<(index - 1)], as: UTF8.self)
  }

  /// Whether a quantifier stands here; one in braces begins with a number, a comma or a blank, and is text otherwise.
  private var startsQuantifier: Bool {
    switch peek() {
    case UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "+"): true
    case UInt8(ascii: "{"): peek(1).map { Self.isDigit($0) || $0 == UInt8(ascii: ",") || $0 <= 0x20 } ?? false
    default: false
    }
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
      most = least
      if peek() == UInt8(ascii: ",") {
        most = nil
        index += 1
        while let byte = peek(), Self.isDigit(byte) {
          most = min(10_000, (most ?? 0) * 10 + Int(byte) - 48)
          index += 1
        }
      }
      // Anything else in braces is no quantifier to PCRE2, but text.
      guard peek() == UInt8(ascii: "}") else { return nil }
      index += 1
    default: return nil
    }
    // Lazy and possessive forms change nothing here.
    if peek() == UInt8(ascii: "?") || peek() == UInt8(ascii: "+") { index += 1 }
    return (least, most)
  }

  /// A sign, which means itself behind a backslash.
  private static func isSymbol(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") >= 26 && !isDigit(byte) }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
