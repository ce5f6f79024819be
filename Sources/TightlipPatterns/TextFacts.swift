/// What a text holds of the things that patterns need, gathered in one pass over it.
package struct TextFacts: Sendable {
  package private(set) var bytes = ByteSet()
  package private(set) var pairs = ClassPairs()
  package private(set) var digits = 0
  package private(set) var wordRun = 0
  package private(set) var count = 0
  /// A bit for each set of strings of which the text holds one.
  private var stringSets: InlineArray<4, UInt64> = InlineArray(repeating: 0)

  package init() {}

  /// The facts of a folded text.
  ///
  /// - Complexity: linear in the text; each place where one of the strings may stand costs a comparison.
  package init(_ text: Span<UInt8>, strings: borrowing StringSets = StringSets()) {
    count = text.count
    // Rows of bits in local storage: one load and one store for each byte, and no branch.
    var byteRows: InlineArray<4, UInt64> = InlineArray(repeating: 0)
    var pairRows: InlineArray<16, UInt16> = InlineArray(repeating: 0)
    var run = 0
    var longest = 0
    var digits = 0
    var previous = ByteClasses.edge
    var runOfThree: UInt32 = 0
    // Held first: a debug build does not let the view of a global outlive its line.
    let classes = ByteClasses.table
    let table = classes.span
    let heads = strings.heads.span
    let isUsed = strings.isUsed.span
    for index in text.indices {
      let byte = text[index]
      let kind = table[Int(byte)]
      byteRows[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
      pairRows[Int(previous)] |= 1 << UInt16(kind)
      previous = kind
      digits += kind == 4 ? 1 : 0
      run = kind &- 1 < 4 ? run + 1 : 0
      longest = max(longest, run)
      runOfThree = runOfThree << 8 | UInt32(byte)
      let slot = StringSets.slot(runOfThree)
      if isUsed[slot >> 6] >> UInt64(slot & 63) & 1 == 1 {
        strings.note(heads[slot], endingAt: index, in: text, &stringSets)
      }
    }
    pairRows[Int(previous)] |= 1 << UInt16(ByteClasses.edge)
    bytes.words = (byteRows[0], byteRows[1], byteRows[2], byteRows[3])
    var words: InlineArray<4, UInt64> = InlineArray(repeating: 0)
    for row in 0..<16 { words[row >> 2] |= UInt64(pairRows[row]) << (UInt64(row & 3) * 16) }
    pairs.bits.words = (words[0], words[1], words[2], words[3])
    self.digits = digits
    wordRun = longest
  }

  /// Whether the text holds a string of a set.
  package func holdsString(ofSet set: Int) -> Bool { stringSets[set >> 6] >> UInt64(set & 63) & 1 == 1 }
}

/// Sets of strings to be found in texts, by the rarest run of three bytes of each string.
package struct StringSets: Sendable {
  private struct Entry: Sendable {
    var bytes: Range<Int32>
    /// How many of its marks and bytes stand before the run's last byte.
    var offset: Int32
    var set: Int32
    /// The next entry with the same slot, or -1.
    var next: Int32
  }

  /// By slot the first entry, or -1, and whether there is one.
  fileprivate private(set) var heads: [Int32]
  fileprivate private(set) var isUsed: [UInt64]
  private var entries: [Entry] = []
  private var bytes: [UInt8] = []
  private var numbers: [[[UInt8]]: Int] = [:]

  /// How many sets there may be.
  package static let mostSets = 256
  private static let bits = 14

  package init() {
    heads = Array(repeating: -1, count: 1 << Self.bits)
    isUsed = Array(repeating: 0, count: 1 << (Self.bits - 6))
  }

  /// The number of a set; nil where there are too many, and this one cannot be asked for.
  package mutating func number(of set: [[UInt8]]) -> Int? {
    if let known = numbers[set] { return known }
    guard numbers.count < Self.mostSets else { return nil }
    let number = numbers.count
    numbers[set] = number
    for string in set {
      guard let run = Self.rarestRun(of: string) else { continue }
      let start = Int32(bytes.count)
      bytes += string
      isUsed[run.slot >> 6] |= 1 << UInt64(run.slot & 63)
      entries.append(
        Entry(
          bytes: start..<Int32(bytes.count), offset: Int32(run.end), set: Int32(number), next: heads[run.slot]))
      heads[run.slot] = Int32(entries.count - 1)
    }
    return number
  }

  @inline(__always)
  fileprivate static func slot(_ run: UInt32) -> Int {
    Int(((run & 0xFF_FFFF) &* 0x9e37_79b1) >> UInt32(32 - bits))
  }

  /// Sets the bits of the sets whose strings stand in the text with their run ending at `index`.
  fileprivate func note(
    _ head: Int32, endingAt index: Int, in text: Span<UInt8>, _ found: inout InlineArray<4, UInt64>
  ) {
    var number = head
    while number >= 0 {
      let entry = entries[Int(number)]
      number = entry.next
      let set = Int(entry.set)
      if found[set >> 6] >> UInt64(set & 63) & 1 == 0, isString(entry, endingAt: index, in: text) {
        found[set >> 6] |= 1 << UInt64(set & 63)
      }
    }
  }

  private func isString(_ entry: Entry, endingAt index: Int, in text: Span<UInt8>) -> Bool {
    // Marks stand for no byte of the text.
    let runEnd = Int(entry.bytes.lowerBound + entry.offset)
    var place = index
    for number in Int(entry.bytes.lowerBound)..<runEnd where PatternNode.Mark(rawValue: bytes[number]) == nil {
      place -= 1
    }
    guard place >= 0 else { return false }
    for number in Int(entry.bytes.lowerBound)..<Int(entry.bytes.upperBound) {
      if let mark = PatternNode.Mark(rawValue: bytes[number]) {
        let isWordBefore = place > 0 && Self.isWord(text[place - 1])
        let isWordBehind = place < text.count && Self.isWord(text[place])
        switch mark {
        case .wordStart: if isWordBefore { return false }
        case .wordEnd: if isWordBehind { return false }
        case .boundary: if isWordBefore == isWordBehind { return false }
        }
      } else {
        guard place < text.count, text[place] == bytes[number] else { return false }
        place += 1
      }
    }
    return true
  }

  private static func isWord(_ byte: UInt8) -> Bool { PatternParser.wordBytes.contains(byte) }

  /// The run of three bytes that texts hold least often, by the frequencies of letters in English:
  /// its slot, and where in the string its last byte stands; nil where there is none.
  static func rarestRun(of string: [UInt8]) -> (slot: Int, end: Int)? {
    var rarest: (slot: Int, end: Int)?
    var least = Int.max
    for index in string.indices.dropFirst(2) {
      var run: UInt32 = 0
      var frequency = 1
      for byte in string[(index - 2)...index] {
        run = run << 8 | UInt32(byte)
        frequency *= PatternNode.Mark(rawValue: byte) == nil ? Self.frequency(of: byte) : 1 << 20
      }
      if frequency < least, frequency < 1 << 20 {
        least = frequency
        rarest = (slot(run), index)
      }
    }
    return rarest
  }

  /// Of a thousand bytes of text, at most 100, so that three of them stay below 2²⁰.
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
