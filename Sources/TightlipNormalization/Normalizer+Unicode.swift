// SPDX-License-Identifier: Apache-2.0

extension Normalizer {
  /// Folds a text that is not all ASCII.
  func foldUnicode(
    _ text: Span<UInt8>, into result: inout NormalizedText
  ) throws(NormalizationError) {
    result.isIdentity = false
    result.clusterBounds.removeAll(keepingCapacity: true)
    var pass = UnicodePass()
    swap(&result.clusterBounds, &pass.clusterBounds)
    defer { swap(&result.clusterBounds, &pass.clusterBounds) }
    var capacity = text.count + 2 * UnicodePass.reserve
    while true {
      result.resize(to: max(capacity, result.folded.count))
      let isDone = try pass.run(
        table, text, &result.folded, &result.upper, &result.starts, &result.ends)
      if isDone { break }
      capacity *= 2
    }
    result.evasion = pass.evasion
    result.resize(to: pass.count)
  }
}

/// One pass over a text that is not all ASCII; it can stop for more room and go on.
private struct UnicodePass {
  /// The room that one code point may need.
  static let reserve = FoldTable.maximumReplacement

  /// Folded bytes up to now.
  private(set) var count = 0
  /// As in ``NormalizedText``.
  var clusterBounds: [UInt32] = []
  private(set) var evasion = EvasionFacts()
  private var position = 0
  /// The folded bytes of the last code point that left any.
  private var lastStart = 0
  /// Where the removed code points after it end; 0 if there are none.
  private var removedEnd: UInt32 = 0
  private var clusters = GraphemeClusters()
  private var clusterStart: UInt32 = 0
  private var clusterIsOpen = false

  /// Goes on until the end of the text, or until fewer than `reserve` bytes of room are left.
  ///
  /// - Returns: Whether the end was reached.
  mutating func run(
    _ table: borrowing FoldTable, _ text: Span<UInt8>,
    _ foldedBytes: inout [UInt8], _ upperFlags: inout [UInt8],
    _ originalStarts: inout [UInt32], _ originalEnds: inout [UInt32]
  ) throws(NormalizationError) -> Bool {
    var folded = foldedBytes.mutableSpan
    var upper = upperFlags.mutableSpan
    var starts = originalStarts.mutableSpan
    var ends = originalEnds.mutableSpan
    let limit = folded.count - UnicodePass.reserve
    let blocks = table.blocks.span
    let entries = table.entries.span
    let pool = table.pool.span

    while position < text.count {
      guard count <= limit else { return false }
      let start = UInt32(truncatingIfNeeded: position)
      if text[position] &- 0x20 < 0x5F {
        // Printable ASCII: most bytes of most messages.
        startASCIIRun(start, &ends)
        let room = min(text.count - position, limit + UnicodePass.reserve - count)
        let length = UnicodePass.asciiRunLength(text, position, room)
        UnicodePass.foldASCIIRun(text, position, &folded, &upper, &starts, &ends, count, length)
        if count == 0 { starts[0] = 0 }
        count += length
        position += length
        lastStart = count - 1
        if length > 1 {
          follow(false, start + 1)
          clusterStart = UInt32(truncatingIfNeeded: position - 1)
        }
        continue
      }

      let (codePoint, length) = try UnicodePass.decode(text, at: position)
      let entry = FoldEntry(
        bits: entries[Int(blocks[Int(codePoint >> 7)]) + Int(codePoint & 0x7F)])
      let followsEmoji = clusters.endsInEmoji
      let graphemeClass = entry.graphemeClass
      let joins =
        graphemeClass == GraphemeClass.other
        ? clusters.appendOther() : clusters.append(graphemeClass)
      follow(joins, start)
      position += length
      if entry.evasion != FoldEntry.Evasion.none {
        tally(entry, followsEmoji)
      }
      if entry.action == FoldEntry.Action.remove {
        removedEnd = UInt32(truncatingIfNeeded: position)
        continue
      }

      closeRemoved(&ends)
      lastStart = count
      let originalStart = count == 0 ? 0 : start
      switch entry.action {
      case FoldEntry.Action.byte:
        folded[count] = UInt8(truncatingIfNeeded: entry.payload)
        count += 1
      case FoldEntry.Action.keep:
        for index in position - length..<position {
          folded[count] = text[index]
          count += 1
        }
      case FoldEntry.Action.pool:
        let offset = entry.payload
        for index in offset + 1...offset + Int(pool[offset]) {
          folded[count] = pool[index]
          count += 1
        }
      default:
        count = UnicodePass.decomposeHangul(codePoint, into: &folded, at: count)
      }
      for index in lastStart..<count {
        upper[index] = entry.upper
        starts[index] = originalStart
        ends[index] = UInt32(truncatingIfNeeded: position)
      }
    }
    closeRemoved(&ends)
    if clusterIsOpen {
      clusterBounds.append(clusterStart)
      clusterBounds.append(UInt32(truncatingIfNeeded: position))
      clusterIsOpen = false
    }
    return true
  }

  /// Ends what the code points before a run of ASCII left open.
  private mutating func startASCIIRun(_ start: UInt32, _ ends: inout MutableSpan<UInt32>) {
    let joins = clusters.appendOther()
    follow(joins, start)
    closeRemoved(&ends)
  }

  /// How many printable ASCII bytes follow from `start` on, at most `limit`.
  private static func asciiRunLength(_ text: Span<UInt8>, _ start: Int, _ limit: Int) -> Int {
    var length = 1
    while length < limit, text[start + length] &- 0x20 < 0x5F { length += 1 }
    return length
  }

  /// Folds `length` printable ASCII bytes of the text from `start` on.
  @inline(__always)
  private static func foldASCIIRun(
    _ text: Span<UInt8>, _ start: Int, _ folded: inout MutableSpan<UInt8>,
    _ upper: inout MutableSpan<UInt8>, _ starts: inout MutableSpan<UInt32>,
    _ ends: inout MutableSpan<UInt32>, _ count: Int, _ length: Int
  ) {
    precondition(start + length <= text.count && count + length <= folded.count)
    precondition(upper.count == folded.count && starts.count == folded.count)
    precondition(ends.count == folded.count)
    // SAFETY: the preconditions bound every index; checks in the loops prevent vectorization.
    for index in 0..<length {
      let byte = unsafe text[unchecked: start &+ index]
      unsafe folded[unchecked: count &+ index] = ASCIIByte(byte).lowerCase
    }
    for index in 0..<length {
      unsafe upper[unchecked: count &+ index] = ASCIIByte(text[unchecked: start &+ index]).isUpper
    }
    let first = UInt32(truncatingIfNeeded: start)
    for index in 0..<length {
      unsafe starts[unchecked: count &+ index] = first &+ UInt32(truncatingIfNeeded: index)
      unsafe ends[unchecked: count &+ index] = first &+ UInt32(truncatingIfNeeded: index) &+ 1
    }
  }

  /// Gives removed code points to the one before them.
  private mutating func closeRemoved(_ ends: inout MutableSpan<UInt32>) {
    guard removedEnd != 0 else { return }
    for index in lastStart..<count { ends[index] = removedEnd }
    removedEnd = 0
  }

  /// Notes where grapheme clusters of several code points start and end.
  private mutating func follow(_ joins: Bool, _ start: UInt32) {
    if joins {
      clusterIsOpen = true
      return
    }
    if clusterIsOpen {
      clusterBounds.append(clusterStart)
      clusterBounds.append(start)
      clusterIsOpen = false
    }
    clusterStart = start
  }

  private mutating func tally(_ entry: FoldEntry, _ followsEmoji: Bool) {
    switch entry.evasion {
    case FoldEntry.Evasion.invisible:
      if !followsEmoji { evasion.invisibles += 1 }
    case FoldEntry.Evasion.lookalike:
      // Two regional indicators are a flag; words are spelled with more.
      let isFlag =
        entry.graphemeClass == GraphemeClass.regionalIndicator && clusters.regionalIndicators <= 2
      if !isFlag { evasion.lookalikes += 1 }
    case FoldEntry.Evasion.digit: evasion.nonASCIIDigits += 1
    case FoldEntry.Evasion.compatibility: evasion.compatibilityForms += 1
    case FoldEntry.Evasion.mark: evasion.combiningMarks += 1
    default: evasion.unreadables += 1
    }
  }

  /// The code point at `position` and its length in bytes, by table 3-7 of the Unicode Standard.
  @inline(__always)
  private static func decode(
    _ text: Span<UInt8>, at position: Int
  ) throws(NormalizationError) -> (UInt32, Int) {
    let lead = text[position]
    if lead < 0x80 { return (UInt32(lead), 1) }
    let remaining = text.count - position
    if lead < 0xE0 {
      guard lead >= 0xC2, remaining >= 2 else { throw .invalidUTF8(at: position) }
      let second = text[position + 1]
      guard second & 0xC0 == 0x80 else { throw .invalidUTF8(at: position) }
      return (UInt32(lead & 0x1F) << 6 | UInt32(second & 0x3F), 2)
    }
    if lead < 0xF0 {
      guard remaining >= 3 else { throw .invalidUTF8(at: position) }
      let second = text[position + 1]
      let third = text[position + 2]
      let codePoint =
        UInt32(lead & 0x0F) << 12 | UInt32(second & 0x3F) << 6 | UInt32(third & 0x3F)
      guard second & 0xC0 == 0x80, third & 0xC0 == 0x80, codePoint >= 0x800,
        codePoint & 0xF800 != 0xD800
      else { throw .invalidUTF8(at: position) }
      return (codePoint, 3)
    }
    guard lead < 0xF5, remaining >= 4 else { throw .invalidUTF8(at: position) }
    let second = text[position + 1]
    let third = text[position + 2]
    let fourth = text[position + 3]
    let high = UInt32(lead & 0x07) << 18 | UInt32(second & 0x3F) << 12
    let codePoint = high | UInt32(third & 0x3F) << 6 | UInt32(fourth & 0x3F)
    guard second & 0xC0 == 0x80, third & 0xC0 == 0x80, fourth & 0xC0 == 0x80,
      codePoint >= 0x1_0000, codePoint < 0x11_0000
    else { throw .invalidUTF8(at: position) }
    return (codePoint, 4)
  }

  /// Writes the letters of a syllable; the result is the count of folded bytes after them.
  private static func decomposeHangul(
    _ syllable: UInt32, into folded: inout MutableSpan<UInt8>, at start: Int
  ) -> Int {
    guard let letters = HangulLetters(of: syllable) else { return start }
    write(letters.leading, into: &folded, at: start)
    write(letters.vowel, into: &folded, at: start + 3)
    guard let trailing = letters.trailing else { return start + 6 }
    write(trailing, into: &folded, at: start + 6)
    return start + 9
  }

  /// Writes a code point from U+0800 to U+FFFF.
  private static func write(
    _ codePoint: UInt32, into folded: inout MutableSpan<UInt8>, at index: Int
  ) {
    folded[index] = UInt8(truncatingIfNeeded: 0xE0 | codePoint >> 12)
    folded[index + 1] = UInt8(truncatingIfNeeded: 0x80 | codePoint >> 6 & 0x3F)
    folded[index + 2] = UInt8(truncatingIfNeeded: 0x80 | codePoint & 0x3F)
  }
}
