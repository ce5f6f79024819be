// SPDX-License-Identifier: Apache-2.0

extension Normalizer {
  /// Folds a reading, keeping its capitals and its places.
  ///
  /// - Complexity: linear in the text.
  package func fold(
    _ input: borrowing RereadText, into output: inout RereadText, scratch: inout NormalizedText
  ) {
    output.reset()
    do throws(NormalizationError) {
      try normalize(input.bytes.span, into: &scratch)
    } catch {
      // Readings are made of whole code points; were one not, it would be left unread here and is
      // still judged as it stands.
      return
    }
    for index in scratch.folded.indices {
      let first = scratch.isIdentity ? index : Int(scratch.starts[index])
      let end = scratch.isIdentity ? index + 1 : Int(scratch.ends[index])
      var byte = scratch.folded[index]
      var marks = input.marks(in: first..<end)
      if scratch.upper[index] == 1, byte &- UInt8(ascii: "a") < 26 {
        // Many scripts lend only capitals; inside a word they are no capitals to the reader.
        let isLent =
          input.bytes[first] >= 0x80 && index > 0 && WordBytes.isLetter(scratch.folded[index - 1])
          && table.entry(input.codePoint(at: first).codePoint).evasion != FoldEntry.Evasion.none
        if isLent { marks = marks | .respelled } else { byte &-= 0x20 }
      }
      let place = input.original(first..<end)
      output.put(byte, UInt32(place.lowerBound), UInt32(place.upperBound), marks)
    }
  }

  /// Whether a part of a text is written so that it should not be recognized.
  ///
  /// Single odd characters come from keyboards and from copying, digits and wide forms from other
  /// languages, loose accents from some systems. What has no such excuse: several invisible characters,
  /// letters that resemble Latin ones among Latin ones, letters struck through.
  ///
  /// - Parameter part: valid UTF-8.
  /// - Complexity: linear in the part.
  package func isDisguised(_ part: Span<UInt8>, inASCIIText: Bool) -> Bool {
    var letters = 0
    var lookalikes = 0
    var invisibles = 0
    var marks = 0
    var forms = 0
    var index = 0
    while index < part.count {
      let lead = part[index]
      if lead < 0x80 {
        if (lead | 0x20) &- UInt8(ascii: "a") < 26 || lead &- UInt8(ascii: "0") < 10 { letters += 1 }
        if lead < 0x20 && lead != 0x09 && lead != 0x0A && lead != 0x0D || lead == 0x7F { invisibles += 1 }
        index += 1
        continue
      }
      let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
      guard index + length <= part.count else { break }
      var codePoint = UInt32(lead) & (length == 4 ? 7 : length == 3 ? 15 : 31)
      for offset in 1..<length { codePoint = codePoint << 6 | UInt32(part[index + offset] & 0x3F) }
      index += length
      switch table.entry(codePoint).evasion {
      case FoldEntry.Evasion.invisible, FoldEntry.Evasion.unreadable: invisibles += 1
      // Latin letters of other languages resemble English ones by nature.
      case FoldEntry.Evasion.lookalike where codePoint >= 0x250 && !(0x1E00..<0x1F00 ~= codePoint): lookalikes += 1
      case FoldEntry.Evasion.mark: marks += 1
      case FoldEntry.Evasion.compatibility where codePoint >= 0x250: forms += 1
      case FoldEntry.Evasion.digit: forms += 1
      default: break
      }
    }
    return invisibles >= 2 || lookalikes >= 1 && (letters > 0 || inASCIIText)
      || marks >= 4 && marks * 2 >= letters || forms >= 2 && inASCIIText
  }

  /// Undoes what hides, parts and turns round characters without changing them: characters that
  /// nobody sees and that carry others, text overridden to run backwards, letters upside down,
  /// backspaces, terminal controls, pictures and unassigned characters between the characters of a
  /// word, numbers of other scripts.
  ///
  /// - Complexity: linear in the text.
  package func unmask(
    _ input: borrowing RereadText, into output: inout RereadText, scratch: inout UnmaskScratch
  ) {
    output.reset()
    var pass = UnmaskPass(table: table, counts: UnmaskPass.count(input, table))
    pass.run(input, &output, &scratch)
  }
}

private enum WordBytes {
  static func isLetter(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }
}

/// What unmasking writes while it runs; reused.
package struct UnmaskScratch: Sendable {
  var codePoints: [UInt32] = []
  var items: [Range<Int>] = []
  var bytes: [UInt8] = []

  package init() {}
}

/// One pass of ``Normalizer/unmask(_:into:scratch:)``.
private struct UnmaskPass {
  /// How many code points of kinds that mean something only in number.
  struct Counts {
    var romanNumerals = 0
    var ideographicNumbers = 0
    var turnedLetters = 0
    var smallCapitals = 0
    var asciiLetters = 0
  }

  let table: FoldTable
  let counts: Counts

  static func count(_ input: borrowing RereadText, _ table: FoldTable) -> Counts {
    var counts = Counts()
    var index = 0
    while index < input.count {
      if input.bytes[index] < 0x80 {
        if (input.bytes[index] | 0x20) &- UInt8(ascii: "a") < 26 { counts.asciiLetters += 1 }
        index += 1
        continue
      }
      let (codePoint, length) = input.codePoint(at: index)
      // What the fold makes a letter of ASCII is one to the reader; which letter, its neighbours tell.
      if table.entry(codePoint).evasion == FoldEntry.Evasion.lookalike { counts.asciiLetters += 1 }
      if 0x1D00...0x1D22 ~= codePoint { counts.smallCapitals += 1 }
      if romanDigit(codePoint) != nil { counts.romanNumerals += 1 }
      if ideographicDigit(codePoint) != nil { counts.ideographicNumbers += 1 }
      if codePoint >= 0x80, upright(codePoint) != nil { counts.turnedLetters += 1 }
      index += length
    }
    return counts
  }

  mutating func run(
    _ input: borrowing RereadText, _ output: inout RereadText, _ scratch: inout UnmaskScratch
  ) {
    var index = 0
    while index < input.count {
      let byte = input.bytes[index]
      if byte < 0x80 {
        index = control(byte, input, index, &output)
        continue
      }
      let (codePoint, length) = input.codePoint(at: index)
      let entry = table.entry(codePoint)
      if codePoint == 0x202E {
        index = reverse(input, index + length, &output, &scratch)
      } else if counts.turnedLetters >= 2, let end = turnedRun(input, index) {
        turn(input, index..<end, &output, &scratch)
        index = end
      } else if entry.evasion == FoldEntry.Evasion.invisible || Self.isInvisible(codePoint) {
        index = invisibles(input, index, &output, &scratch)
      } else if entry.evasion == FoldEntry.Evasion.unreadable || 0x80..<0xA0 ~= codePoint {
        output.omit(.hidden)
        index += length
      } else if codePoint == 0x2028 || codePoint == 0x2029 {
        output.put(UInt8(ascii: "\n"), input.starts[index], input.ends[index + length - 1], [])
        index += length
      } else if Self.isPicture(entry), let end = picture(input, index) {
        output.omit(.separated)
        index = end
      } else if entry.graphemeClass == GraphemeClass.regionalIndicator, let end = flag(input, index) {
        output.omit(.separated)
        index = end
      } else if counts.romanNumerals >= 3, let digit = Self.romanDigit(codePoint) {
        put(digit, input, index, length, &output)
        index += length
      } else if counts.ideographicNumbers >= 5, let digit = Self.ideographicDigit(codePoint) {
        put(digit, input, index, length, &output)
        index += length
      } else if codePoint == 0x3B7, counts.asciiLetters >= 3 {
        // η passes for n, and for h in a word that has an n.
        output.put(
          hasN(input, around: index) ? UInt8(ascii: "h") : UInt8(ascii: "n"), input.starts[index],
          input.ends[index + length - 1], input.marks[index] | .respelled)
        index += length
      } else if let letter = Resemblance.letter(codePoint), counts.asciiLetters >= 3 || codePoint == 0x1EB,
        codePoint != 0x1EB || counts.smallCapitals >= 3
      {
        output.put(
          letter, input.starts[index], input.ends[index + length - 1], input.marks[index] | .respelled)
        index += length
      } else {
        output.copy(input, index..<index + length)
        index += length
      }
    }
  }

  private func hasN(_ input: borrowing RereadText, around index: Int) -> Bool {
    var position = index
    while position > 0, index - position < 40, input.bytes[position - 1] > 0x20 { position -= 1 }
    while position < input.count, position - index < 40, input.bytes[position] > 0x20 {
      if input.bytes[position] | 0x20 == UInt8(ascii: "n") { return true }
      position += 1
    }
    return false
  }

  private func put(
    _ digit: UInt8, _ input: borrowing RereadText, _ index: Int, _ length: Int, _ output: inout RereadText
  ) {
    output.put(
      UInt8(ascii: "0") + digit, input.starts[index], input.ends[index + length - 1],
      input.marks[index] | .respelled)
  }

  // MARK: Controls

  /// Copies or leaves out an ASCII byte; returns the index to go on from.
  private func control(
    _ byte: UInt8, _ input: borrowing RereadText, _ index: Int, _ output: inout RereadText
  ) -> Int {
    guard byte < 0x20 || byte == 0x7F, byte != 0x09, byte != 0x0A, byte != 0x0D else {
      if let end = turnedRun(input, index) {
        var scratch = UnmaskScratch()
        turn(input, index..<end, &output, &scratch)
        return end
      }
      output.copy(input, index)
      return index + 1
    }
    if byte == 0x08 {
      output.eraseLast(.hidden)
      return index + 1
    }
    output.omit(.hidden)
    guard byte == 0x1B, index + 1 < input.count, input.bytes[index + 1] == UInt8(ascii: "[") else { return index + 1 }
    // A terminal's control sequence: parameters, then one byte from @ to ~ (ECMA-48).
    var end = index + 2
    while end < input.count, end - index < 32, 0x20..<0x40 ~= input.bytes[end] { end += 1 }
    return end < input.count && 0x40..<0x7F ~= input.bytes[end] ? end + 1 : index + 1
  }

  // MARK: Characters that nobody sees

  /// Removed by the fold, or blank, and able to carry a message in number and order.
  private static func isInvisible(_ codePoint: UInt32) -> Bool {
    0xFE00...0xFE0F ~= codePoint || 0xE0100...0xE01EF ~= codePoint || 0xE0000...0xE007F ~= codePoint
      || 0x200B...0x200F ~= codePoint || 0x2060...0x206F ~= codePoint || 0x202A...0x202E ~= codePoint
      || codePoint == 0xFEFF || codePoint == 0xAD
  }

  private func isInvisible(_ input: borrowing RereadText, _ index: Int) -> (codePoint: UInt32, length: Int)? {
    guard index < input.count, input.bytes[index] >= 0x80 else { return nil }
    let (codePoint, length) = input.codePoint(at: index)
    guard table.entry(codePoint).evasion == FoldEntry.Evasion.invisible || Self.isInvisible(codePoint),
      codePoint != 0x202E
    else { return nil }
    return (codePoint, length)
  }

  private func invisibles(
    _ input: borrowing RereadText, _ first: Int, _ output: inout RereadText, _ scratch: inout UnmaskScratch
  ) -> Int {
    scratch.codePoints.removeAll(keepingCapacity: true)
    var end = first
    while let next = isInvisible(input, end) {
      scratch.codePoints.append(next.codePoint)
      end += next.length
    }
    scratch.bytes.removeAll(keepingCapacity: true)
    decodeTags(&scratch)
    if scratch.bytes.isEmpty { decodeSelectors(&scratch) }
    if scratch.bytes.isEmpty { decodeBits(&scratch) }
    guard !scratch.bytes.isEmpty else {
      // The fold leaves them out too; only those that came out of a code are news.
      let marks = input.marks(in: first..<end)
      if !marks.isEmpty { output.omit(marks) }
      return end
    }
    let place = input.original(first..<end)
    let count = scratch.bytes.count
    if first > 0, Self.isAlphanumeric(input.bytes[first - 1]) {
      output.put(0x20, UInt32(place.lowerBound), UInt32(place.lowerBound) + 1, .hidden)
    }
    for (number, byte) in scratch.bytes.enumerated() {
      // Each byte has its share of the run, so that a finding covers what it was read from.
      let start = place.lowerBound + place.count * number / count
      let after = place.lowerBound + place.count * (number + 1) / count
      output.put(byte, UInt32(start), UInt32(number + 1 == count ? place.upperBound : after), .hidden)
    }
    if end < input.count, Self.isAlphanumeric(input.bytes[end]) {
      output.put(0x20, UInt32(place.upperBound) - 1, UInt32(place.upperBound), .hidden)
    }
    return end
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
  }

  /// Tag characters are ASCII moved to U+E0000.
  private func decodeTags(_ scratch: inout UnmaskScratch) {
    for codePoint in scratch.codePoints where 0xE0020...0xE007E ~= codePoint {
      scratch.bytes.append(UInt8(codePoint - 0xE0000))
    }
    if scratch.bytes.count < 2 { scratch.bytes.removeAll(keepingCapacity: true) }
  }

  /// Variation selectors number the 256 values of a byte.
  private func decodeSelectors(_ scratch: inout UnmaskScratch) {
    for codePoint in scratch.codePoints {
      switch codePoint {
      case 0xFE00...0xFE0F: scratch.bytes.append(UInt8(codePoint - 0xFE00))
      case 0xE0100...0xE01EF: scratch.bytes.append(UInt8(codePoint - 0xE0100 + 16))
      default: break
      }
    }
    if scratch.bytes.count < 3 || !RereadText.isText(scratch.bytes) { scratch.bytes.removeAll(keepingCapacity: true) }
  }

  /// Two different characters, many times: the bits of bytes.
  private func decodeBits(_ scratch: inout UnmaskScratch) {
    guard scratch.codePoints.count >= 14, let first = scratch.codePoints.first,
      let second = scratch.codePoints.first(where: { $0 != first })
    else { return }
    for codePoint in scratch.codePoints where codePoint != first && codePoint != second { return }
    for width in [8, 7] {
      for one in [second, first] where scratch.codePoints.count % width == 0 {
        scratch.bytes.removeAll(keepingCapacity: true)
        for start in stride(from: 0, to: scratch.codePoints.count, by: width) {
          var byte: UInt8 = 0
          for codePoint in scratch.codePoints[start..<start + width] { byte = byte << 1 | (codePoint == one ? 1 : 0) }
          scratch.bytes.append(byte)
        }
        if RereadText.isText(scratch.bytes) { return }
      }
    }
    scratch.bytes.removeAll(keepingCapacity: true)
  }

  // MARK: Pictures

  /// Letters in squares are pictures to Unicode; the fold reads them.
  private static func isPicture(_ entry: FoldEntry) -> Bool {
    entry.graphemeClass == GraphemeClass.pictographic && entry.evasion == FoldEntry.Evasion.none
  }

  /// The end of a picture and what belongs to it, where it touches something that is no space.
  private func picture(_ input: borrowing RereadText, _ first: Int) -> Int? {
    // © and the like are pictures to Unicode and signs to people.
    let (codePoint, firstLength) = input.codePoint(at: first)
    guard codePoint >= 0x2190 else { return nil }
    var end = first + firstLength
    while end < input.count, input.bytes[end] >= 0x80 {
      let (codePoint, length) = input.codePoint(at: end)
      let entry = table.entry(codePoint)
      let belongs =
        codePoint == 0x200D || 0xFE00...0xFE0F ~= codePoint || codePoint == 0x20E3
        || 0x1F3FB...0x1F3FF ~= codePoint || Self.isPicture(entry) && codePoint >= 0x2190
      guard belongs else { break }
      end += length
    }
    return touches(input, first, end) ? end : nil
  }

  /// Two regional indicators, no more: a flag. More spell a word.
  private func flag(_ input: borrowing RereadText, _ first: Int) -> Int? {
    var end = first
    var count = 0
    if first >= 4, input.bytes[first - 4] == 0xF0, 0x1F1E6...0x1F1FF ~= input.codePoint(at: first - 4).codePoint { return nil }
    // Three are enough to know: more would cost the square of a long run.
    while end < input.count, count < 3, input.bytes[end] == 0xF0 {
      let (codePoint, length) = input.codePoint(at: end)
      guard 0x1F1E6...0x1F1FF ~= codePoint else { break }
      end += length
      count += 1
    }
    return count == 2 && touches(input, first, end) ? end : nil
  }

  private func touches(_ input: borrowing RereadText, _ first: Int, _ end: Int) -> Bool {
    func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }
    return first > 0 && !isBlank(input.bytes[first - 1]) || end < input.count && !isBlank(input.bytes[end])
  }

  // MARK: Backwards

  /// Text after a right-to-left override, up to its end: shown last to first. Isolates within keep
  /// their own order.
  private func reverse(
    _ input: borrowing RereadText, _ first: Int, _ output: inout RereadText, _ scratch: inout UnmaskScratch
  ) -> Int {
    scratch.items.removeAll(keepingCapacity: true)
    var index = first
    var depth = 0
    var isolate = -1
    var end = input.count
    scanning: while index < input.count {
      let (codePoint, length) = input.codePoint(at: index)
      switch codePoint {
      case 0x202C where depth == 0:
        end = index + length
        break scanning
      case 0x0A where depth == 0, 0x0D where depth == 0:
        end = index
        break scanning
      case 0x2066...0x2068:
        if depth == 0 { isolate = index }
        depth += 1
      case 0x2069 where depth > 0:
        depth -= 1
        if depth == 0 { scratch.items.append(isolate..<index) }
      default:
        if depth == 0, isInvisible(input, index) == nil {
          if let last = scratch.items.last, table.entry(codePoint).evasion == FoldEntry.Evasion.mark {
            scratch.items[scratch.items.count - 1] = last.lowerBound..<index + length
          } else {
            scratch.items.append(index..<index + length)
          }
        }
      }
      index += length
    }
    if depth > 0 { scratch.items.append(isolate..<input.count) }
    for item in scratch.items.reversed() {
      var position = item.lowerBound
      while position < item.upperBound {
        let (_, length) = input.codePoint(at: position)
        if isInvisible(input, position) == nil {
          output.copy(input, position..<position + length, .reordered)
        }
        position += length
      }
    }
    return end
  }

  /// The end of a run of words each of which holds a letter turned upside down, or nil.
  private func turnedRun(_ input: borrowing RereadText, _ first: Int) -> Int? {
    guard counts.turnedLetters >= 2, first == 0 || input.bytes[first - 1] <= 0x20, input.bytes[first] > 0x20 else {
      return nil
    }
    var end: Int?
    var index = first
    while index < input.count {
      var hasTurned = false
      while index < input.count, input.bytes[index] > 0x20 {
        let (codePoint, length) = input.codePoint(at: index)
        if codePoint >= 0x80, Self.upright(codePoint) != nil { hasTurned = true }
        index += length
      }
      guard hasTurned else { break }
      end = index
      while index < input.count, input.bytes[index] == 0x20 { index += 1 }
    }
    return end
  }

  private func turn(
    _ input: borrowing RereadText, _ range: Range<Int>, _ output: inout RereadText, _ scratch: inout UnmaskScratch
  ) {
    scratch.items.removeAll(keepingCapacity: true)
    var index = range.lowerBound
    while index < range.upperBound {
      let (_, length) = input.codePoint(at: index)
      scratch.items.append(index..<index + length)
      index += length
    }
    for item in scratch.items.reversed() {
      let (codePoint, _) = input.codePoint(at: item.lowerBound)
      let place = input.original(item)
      output.put(
        codePoint: Self.upright(codePoint) ?? codePoint, UInt32(place.lowerBound), UInt32(place.upperBound),
        .reordered)
    }
  }

  /// What a letter is when the page is turned; nil for what does not change.
  private static func upright(_ codePoint: UInt32) -> UInt32? {
    turned.firstIndex(of: codePoint).map { UInt32(uprights[$0]) }
  }

  private static let uprights = Array("acefghijkmrtvwynubpdq.".utf8)

  private static let turned: [UInt32] = [
    0x250, 0x254, 0x1DD, 0x25F, 0x183, 0x265, 0x1D09, 0x27E, 0x29E, 0x26F, 0x279, 0x287, 0x28C, 0x28D, 0x28E,
    0x75, 0x6E, 0x71, 0x64, 0x70, 0x62, 0x2D9,
  ]

  // MARK: Numbers

  private static func romanDigit(_ codePoint: UInt32) -> UInt8? {
    switch codePoint {
    case 0x2160...0x2168: UInt8(codePoint - 0x2160 + 1)
    case 0x2170...0x2178: UInt8(codePoint - 0x2170 + 1)
    default: nil
    }
  }

  private static func ideographicDigit(_ codePoint: UInt32) -> UInt8? {
    guard codePoint >= 0x3007, codePoint <= 0x96F6 else { return nil }
    return ideographs.firstIndex(of: codePoint).map { UInt8($0 % 10) }
  }

  private static let ideographs: [UInt32] = [
    0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D,
    0x96F6, 0x58F9, 0x8CB3, 0x53C3, 0x8086, 0x4F0D, 0x9678, 0x67D2, 0x634C, 0x7396,
  ]
}
