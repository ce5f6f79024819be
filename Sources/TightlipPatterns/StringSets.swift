/// Sets of strings that texts may hold, told by runs of three bytes.
///
/// A text that holds a string has its first run, its rarest and its last in their places; one that has
/// all three nearly always holds the string. Comparing the strings themselves byte by byte took a tenth of
/// a scan, asking each set for the runs of its strings a twentieth (2026-11-23); neither let fewer patterns be
/// tried.
package struct StringSets: Sendable {
  private struct Entry: Sendable {
    var first: UInt16
    var last: UInt16
    /// How far the rarest run and the last stand behind the first, in bytes.
    var rarestOffset: UInt8
    var lastOffset: UInt8
    /// The first run stands at an edge.
    var isAtEdge: Bool
    var set: UInt8
    /// The next entry with the same rarest run, or -1.
    var next: Int32
  }

  /// By the key of the rarest run the first entry, or -1; and whether there is one.
  private var heads: [Int32] = []
  private var isUsed: [UInt64] = []
  private var entries: [Entry] = []
  private var numbers: [[[UInt8]]: Int] = [:]

  /// How many sets there may be.
  package static let mostSets = 256

  package init() {}

  /// The number of a set; nil where there are too many, and this one cannot be asked for.
  package mutating func number(of set: [[UInt8]]) -> Int? {
    if let known = numbers[set] { return known }
    guard numbers.count < Self.mostSets else { return nil }
    let number = numbers.count
    var added: [(rarest: UInt16, entry: Entry)] = []
    for string in set {
      let runs = Self.runs(of: string)
      guard let first = runs.first, let last = runs.last, let rarest = Self.rarest(of: runs, string),
        last.offset - first.offset < 256
      else { return nil }
      added.append(
        (
          rarest.key,
          Entry(
            first: first.key, last: last.key, rarestOffset: UInt8(rarest.offset - first.offset),
            lastOffset: UInt8(last.offset - first.offset),
            isAtEdge: first.index == 1 && string[0] == PatternNode.Mark.wordStart.rawValue, set: UInt8(number), next: -1)
        ))
    }
    if heads.isEmpty {
      heads = Array(repeating: -1, count: 1 << 15)
      isUsed = Array(repeating: 0, count: 1 << 9)
    }
    for (rarest, entry) in added {
      var entry = entry
      entry.next = heads[Int(rarest)]
      heads[Int(rarest)] = Int32(entries.count)
      isUsed[Int(rarest >> 6)] |= 1 << UInt64(rarest & 63)
      entries.append(entry)
    }
    numbers[set] = number
    return number
  }

  /// Sets the bits of all sets of which a text may hold a string; never leaves out one that it does.
  ///
  /// - Complexity: linear in the text; each place of a rarest run costs a comparison.
  func find(in text: borrowing TextStarts, _ found: inout InlineArray<4, UInt64>) {
    guard !entries.isEmpty else { return }
    let keys = text.keys.span
    let used = isUsed.span
    for place in 0..<text.count {
      let key = keys[place]
      guard used[Int(key >> 6)] >> UInt64(key & 63) & 1 == 1 else { continue }
      var number = heads[Int(key)]
      while number >= 0 {
        let entry = entries[Int(number)]
        number = entry.next
        let start = place - Int(entry.rarestOffset)
        let end = start + Int(entry.lastOffset)
        guard start >= 0, end < text.count, keys[start] == entry.first, keys[end] == entry.last,
          !entry.isAtEdge || start == 0 || StartClasses.word >> UInt32(keys[start - 1] >> 10) & 1 == 0
        else { continue }
        found[Int(entry.set >> 6)] |= 1 << UInt64(entry.set & 63)
      }
    }
  }

  /// A run of three bytes without a mark: its key, its place in the string, and in the text that it spells.
  private typealias Run = (key: UInt16, index: Int, offset: Int)

  private static func runs(of string: [UInt8]) -> [Run] {
    var runs: [Run] = []
    var marks = 0
    for start in string.indices.dropLast(2) {
      let bytes = string[start..<(start + 3)]
      if !bytes.contains(where: { PatternNode.Mark(rawValue: $0) != nil }) {
        runs.append((bytes.reduce(0) { $0 << 5 | UInt16(StartClasses.table[Int($1)]) }, start, start - marks))
      }
      if PatternNode.Mark(rawValue: string[start]) != nil { marks += 1 }
    }
    return runs
  }

  /// Whether a string has a run to look for.
  static func canBeFound(_ string: [UInt8]) -> Bool { !runs(of: string).isEmpty }

  /// The run that texts hold least often, by the frequencies of letters in English.
  private static func rarest(of runs: [Run], _ string: [UInt8]) -> Run? {
    func frequency(_ run: Run) -> Int { string[run.index..<(run.index + 3)].reduce(1) { $0 * Self.frequency(of: $1) } }
    return runs.min { frequency($0) < frequency($1) }
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

/// Of which sets a text may hold a string: one per worker, filled when first asked for.
package struct StringScratch: Sendable {
  private var found: InlineArray<4, UInt64> = InlineArray(repeating: 0)
  private var isFilled = false

  package init() {}

  /// Forgets the text before.
  package mutating func reset() { isFilled = false }

  /// Whether a text may hold a string of a set.
  package mutating func mayHold(_ set: Int, of sets: borrowing StringSets, _ text: borrowing TextStarts) -> Bool {
    if !isFilled {
      isFilled = true
      found = InlineArray(repeating: 0)
      sets.find(in: text, &found)
    }
    return found[set >> 6] >> UInt64(set & 63) & 1 == 1
  }
}
