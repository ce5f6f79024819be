/// Sets of strings that texts may hold, told by runs of three bytes.
///
/// A text that holds a string has its first run, its rarest and its last; one that has all three
/// nearly always holds the string. Comparing the strings themselves byte by byte took a tenth of a
/// scan (2026-11-23), and let no fewer patterns be tried.
package struct StringSets: Sendable {
  private struct Entry: Sendable {
    var first: UInt16
    var rarest: UInt16
    var last: UInt16
    /// The first run stands at an edge.
    var isAtEdge: Bool
  }

  private var sets: [Range<Int32>] = []
  private var entries: [Entry] = []
  private var numbers: [[[UInt8]]: Int] = [:]

  /// How many sets there may be.
  package static let mostSets = 256

  package init() {}

  /// The number of a set; nil where there are too many, and this one cannot be asked for.
  ///
  /// - Precondition: every string has a run of three bytes without a mark (``rarestRun(of:)``).
  package mutating func number(of set: [[UInt8]]) -> Int? {
    if let known = numbers[set] { return known }
    guard sets.count < Self.mostSets else { return nil }
    let start = Int32(entries.count)
    for string in set {
      guard let rarest = Self.rarestRun(of: string) else { return nil }
      let runs = Self.runs(of: string)
      entries.append(
        Entry(
          first: runs[0].key, rarest: rarest, last: runs[runs.count - 1].key,
          isAtEdge: runs[0].start == 1 && string[0] == PatternNode.Mark.wordStart.rawValue))
    }
    numbers[set] = sets.count
    sets.append(start..<Int32(entries.count))
    return sets.count - 1
  }

  /// Whether a text may hold a string of a set; never false where it does.
  ///
  /// - Complexity: linear in the strings of the set.
  func mayHold(_ set: Int, _ text: borrowing TextStarts) -> Bool {
    for number in sets[set] {
      let entry = entries[Int(number)]
      if text.has(entry.rarest), entry.isAtEdge ? text.hasAtEdge(entry.first) : text.has(entry.first), text.has(entry.last) {
        return true
      }
    }
    return false
  }

  /// The keys of all runs of three bytes without a mark in them, and where they start.
  private static func runs(of string: [UInt8]) -> [(key: UInt16, start: Int)] {
    var runs: [(key: UInt16, start: Int)] = []
    for start in string.indices.dropLast(2) {
      let bytes = string[start..<(start + 3)]
      if bytes.contains(where: { PatternNode.Mark(rawValue: $0) != nil }) { continue }
      runs.append((bytes.reduce(0) { $0 << 5 | UInt16(StartClasses.table[Int($1)]) }, start))
    }
    return runs
  }

  /// The key of the run of three bytes that texts hold least often, by the frequencies of letters in
  /// English; nil where the string has none.
  static func rarestRun(of string: [UInt8]) -> UInt16? {
    runs(of: string).min { left, right in
      func frequency(_ start: Int) -> Int { string[start..<(start + 3)].reduce(1) { $0 * Self.frequency(of: $1) } }
      return frequency(left.start) < frequency(right.start)
    }?.key
  }

  /// Of a thousand bytes of text.
  private static func frequency(of byte: UInt8) -> Int {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "e"): 100
    case UInt8(ascii: "t"), UInt8(ascii: "a"), UInt8(ascii: "o"): 70
    case UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "h"): 55
    case UInt8(ascii: "l"), UInt8(ascii: "d"), UInt8(ascii: "u"), UInt8(ascii: "c"), UInt8(ascii: "m"): 30
    case UInt8(ascii: "a")...UInt8(ascii: "z"): 15
    default: 5
    }
  }
}

/// What of the sets a text was found to hold: one per worker.
package struct StringScratch: Sendable {
  private var asked: InlineArray<4, UInt64> = InlineArray(repeating: 0)
  private var held: InlineArray<4, UInt64> = InlineArray(repeating: 0)

  package init() {}

  /// Forgets the text before.
  package mutating func reset() {
    asked = InlineArray(repeating: 0)
    held = InlineArray(repeating: 0)
  }

  /// Whether a text may hold a string of a set; several patterns ask for the same.
  package mutating func mayHold(_ set: Int, of sets: borrowing StringSets, _ text: inout TextStarts) -> Bool {
    let bit: UInt64 = 1 << UInt64(set & 63)
    if asked[set >> 6] & bit == 0 {
      asked[set >> 6] |= bit
      text.mark()
      if sets.mayHold(set, text) { held[set >> 6] |= bit }
    }
    return held[set >> 6] & bit != 0
  }
}
