/// How the matches of a pattern can begin, so that it is tried in those places alone.
///
/// Read from the pattern's text, by classes of its first three bytes. Knowing too little costs time;
/// knowing wrongly would hide a match, which is why every test corpus is also matched at every byte.
///
/// Public, as ``ByteSet`` is, to be inlined.
public struct PatternStarts: Hashable, Sendable {
  /// Matches begin at the text's beginning or behind a byte that is no \w.
  public let isAtEdge: Bool
  /// By the classes of the first two bytes (5 bits each): a bit for each class that the third can have.
  public let rows: [UInt32]

  /// Nil where matches can begin anywhere with anything.
  init?(_ node: PatternNode) {
    guard !node.prefixes.isAnything && !node.prefixes.isEmpty || node.beginsAtEdge else { return nil }
    isAtEdge = node.beginsAtEdge
    rows = node.prefixes.rows()
  }

  /// Starts that were read before; nil where the rows are not as many as there are pairs of classes.
  init?(isAtEdge: Bool, rows: [UInt32]) {
    guard rows.count == StartClasses.count * StartClasses.count else { return nil }
    self.isAtEdge = isAtEdge
    self.rows = rows
  }

  /// Whether a match can begin where the text has these three classes.
  @inlinable @inline(__always)
  public func accepts(_ key: UInt16) -> Bool { rows[Int(key >> 5)] >> UInt32(key & 31) & 1 == 1 }
}

/// The classes of bytes by which starts are told apart: every letter by itself, capitals as small ones.
package enum StartClasses {
  /// Stands behind the last byte of a text.
  static let end: UInt8 = 0
  static let digit: UInt8 = 27
  static let blank: UInt8 = 28
  static let underscore: UInt8 = 29
  static let other: UInt8 = 30
  static let beyondASCII: UInt8 = 31
  static let count = 32
  /// A bit for each class whose bytes are in \w.
  package static let word: UInt32 = (1 << UInt32(digit + 1)) - 2 | 1 << UInt32(underscore)

  /// A bit for each class that has a byte of a set.
  package static func classes(of bytes: ByteSet) -> UInt32 {
    var classes: UInt32 = 0
    for byte in UInt8.min...UInt8.max where bytes.contains(byte) { classes |= 1 << UInt32(table[Int(byte)]) }
    return classes
  }

  /// The class of each byte value.
  package static let table: [UInt8] = (0...255).map { value in
    let byte = UInt8(value)
    return switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
      (byte | 0x20) - UInt8(ascii: "a") + 1
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit
    case UInt8(ascii: " "): blank
    case UInt8(ascii: "_"): underscore
    case 0x80...: beyondASCII
    default: other
    }
  }
}

/// The first three bytes of all that a part of a pattern can match, by classes.
struct StartPrefixes: Hashable {
  /// Nothing is known.
  var isAnything = false
  /// What is shorter than three bytes and ends there: the empty string, one byte, two bytes by the first.
  var isEmpty = false
  var ones: UInt32 = 0
  var twos: [UInt8: UInt32] = [:]
  /// Of longer matches the third byte's classes, by the first two.
  var threes: [UInt16: UInt32] = [:]

  /// The empty string.
  static let empty = StartPrefixes(isEmpty: true)
  static let anything = StartPrefixes(isAnything: true)
  private static let anyByte: UInt32 = .max << 1

  init(isAnything: Bool = false, isEmpty: Bool = false) {
    self.isAnything = isAnything
    self.isEmpty = isEmpty
  }

  /// One byte out of a set; nil: any.
  init(oneOf bytes: ByteSet?) {
    guard let bytes else {
      ones = Self.anyByte
      return
    }
    ones = StartClasses.classes(of: bytes)
  }

  /// Whether what follows can change anything.
  private var isOpen: Bool { isEmpty || ones != 0 || !twos.isEmpty }

  func union(_ other: StartPrefixes) -> StartPrefixes {
    if isAnything || other.isAnything { return .anything }
    var result = self
    result.isEmpty = isEmpty || other.isEmpty
    result.ones |= other.ones
    result.twos.merge(other.twos) { $0 | $1 }
    result.threes.merge(other.threes) { $0 | $1 }
    return result
  }

  /// This part and then another.
  func followed(by next: StartPrefixes) -> StartPrefixes {
    guard !isAnything, isOpen else { return self }
    if isEmpty, next.isAnything { return .anything }
    var result = StartPrefixes()
    result.threes = threes
    let (firsts, pairs) = next.beginnings
    for (first, seconds) in twos { result.addThrees(first, seconds, firsts) }
    forEach(ones) { first in
      for (second, thirds) in pairs { result.threes[Self.key(first, second), default: 0] |= thirds }
      if next.ones != 0 { result.twos[first, default: 0] |= next.ones }
    }
    if next.isEmpty {
      result.twos.merge(twos) { $0 | $1 }
      result.ones |= ones
    }
    if isEmpty {
      result = result.union(next)
      result.isEmpty = next.isEmpty
    }
    return result
  }

  /// This part, so often at least and at most.
  func repeated(atLeast times: Int, atMost most: Int?) -> StartPrefixes {
    if isAnything { return times == 0 ? .anything : self }
    let least = isEmpty ? 0 : min(times, 3)
    var result: StartPrefixes?
    var power = StartPrefixes.empty
    for number in 0...3 {
      if number >= least, number <= most ?? 3 || number == least { result = result?.union(power) ?? power }
      power = power.followed(by: self)
    }
    return result ?? .anything
  }

  /// The table of ``PatternStarts``.
  func rows() -> [UInt32] {
    guard !isAnything, !isEmpty else { return Array(repeating: .max, count: 1024) }
    var rows = Array(repeating: UInt32(0), count: 1024)
    for (key, thirds) in threes { rows[Int(key)] |= thirds }
    // Where a match ends early anything may follow, the end of the text too.
    for (first, seconds) in twos {
      forEach(seconds) { rows[Int(Self.key(first, $0))] = .max }
    }
    forEach(ones) { first in
      for second in UInt8(0)..<32 { rows[Int(Self.key(first, second))] = .max }
    }
    return rows
  }

  /// The classes of first bytes; and of first bytes the classes of second ones.
  private var beginnings: (firsts: UInt32, pairs: [(UInt8, UInt32)]) {
    if isAnything { return (.max, (UInt8(0)..<32).map { ($0, .max) }) }
    var pairs = twos
    for (key, _) in threes { pairs[UInt8(key >> 5), default: 0] |= 1 << UInt32(key & 31) }
    var firsts = ones
    for first in pairs.keys { firsts |= 1 << UInt32(first) }
    return (firsts, pairs.map { ($0.key, $0.value) })
  }

  private mutating func addThrees(_ first: UInt8, _ seconds: UInt32, _ thirds: UInt32) {
    guard thirds != 0 else { return }
    forEach(seconds) { threes[Self.key(first, $0), default: 0] |= thirds }
  }

  private static func key(_ first: UInt8, _ second: UInt8) -> UInt16 { UInt16(first) << 5 | UInt16(second) }

  private func forEach(_ classes: UInt32, _ body: (UInt8) -> Void) {
    var rest = classes
    while rest != 0 {
      body(UInt8(rest.trailingZeroBitCount))
      rest &= rest - 1
    }
  }
}
