import TightlipCore
import TightlipLexicon
import TightlipNormalization

extension WordReader {
  /// No value is written in more parts; the limit keeps the readings linear in the text.
  private static let mostUnits = 24

  /// Joins the digits of a number that is parted oddly, and groups them as is usual for their count.
  mutating func regroup(_ input: borrowing RereadText, into output: inout RereadText, _ lexicon: borrowing Lexicon) {
    output.reset()
    var copied = 0
    var index = 0
    while index < units.count {
      var end = chunkEnd(input, from: index, allowsLetters: true, lexicon)
      var digits = end > index ? digitCount(index..<end) : 0
      if end > index, !isDisguised(input, index..<end, digits) {
        end = chunkEnd(input, from: index, allowsLetters: false, lexicon)
        digits = end > index ? digitCount(index..<end) : 0
        if end > index, !isDisguised(input, index..<end, digits) {
          // What begins inside a longer run of numbers is judged with it.
          let next = end
          output.copy(input, copied..<units[next - 1].end)
          copied = units[next - 1].end
          index = next
          continue
        }
      }
      if end > index {
        // A bracket or plus sign before a number belongs to it.
        var first = units[index].start
        while first > copied, input.bytes[first - 1] == UInt8(ascii: "(") || input.bytes[first - 1] == UInt8(ascii: "+") {
          first -= 1
        }
        output.copy(input, copied..<first)
        output.extendNext(from: input.starts[first])
        emit(input, index..<end, digits, &output)
        copied = units[end - 1].end
        index = end
      } else {
        index += 1
      }
    }
    output.copy(input, copied..<input.count)
  }

  /// The end of a run of numbers from `first` on, or `first`.
  private mutating func chunkEnd(
    _ input: borrowing RereadText, from first: Int, allowsLetters: Bool, _ lexicon: borrowing Lexicon
  ) -> Int {
    var index = first
    while index < units.count, index - first < Self.mostUnits {
      let unit = units[index]
      if index > first {
        let gap = units[index - 1].end..<unit.start
        // "138****5678" is masked already.
        if gap.count >= 2, gap.allSatisfy({ input.bytes[$0] == UInt8(ascii: "*") }) { break }
        guard gap.count <= 4 || gap.count <= 24 && gap.contains(where: { Self.isLineEnd(input.bytes[$0]) }) else { break }
      }
      if unit.letters > 0 {
        guard allowsLetters, unit.isASCII, unit.count <= 11 else { break }
        var looksLikeDigits = true
        for position in unit.start..<unit.end where Self.digitLike(input.bytes[position]) == nil {
          looksLikeDigits = false
          break
        }
        guard looksLikeDigits else { break }
        if unit.digits == 0 {
          fill(input, unit.start..<unit.end)
          guard unit.count <= 4 else { break }
          // "BST-Al-ZgEb" is one word to the eye; "all is lost" is three.
          let isAttached =
            unit.start > 0 && input.bytes[unit.start - 1] == UInt8(ascii: "-")
            || unit.end < input.count && input.bytes[unit.end] == UInt8(ascii: "-")
          let isOddlyWritten = isOddlyCased(input, unit) || unit.count == 1 && unit.start > 0 && input.bytes[unit.start - 1] == UInt8(ascii: "+")
          if !isAttached, !isOddlyWritten, let info = Self.info(buffer, lexicon), Self.isWord(info) { break }
        }
      }
      index += 1
    }
    return index
  }

  /// Capitals behind small letters, or small letters behind several capitals.
  private func isOddlyCased(_ input: borrowing RereadText, _ unit: Unit) -> Bool {
    var hasSmall = false
    var capitals = 0
    for position in unit.start..<unit.end {
      if input.bytes[position] &- UInt8(ascii: "A") < 26 {
        if hasSmall { return true }
        capitals += 1
      } else if input.bytes[position] &- UInt8(ascii: "a") < 26 {
        if capitals >= 2 { return true }
        hasSmall = true
      }
    }
    return false
  }

  private func digitCount(_ range: Range<Int>) -> Int {
    var count = 0
    for index in range { count += units[index].count }
    return count
  }

  /// Whether a run of numbers is not written as people write numbers.
  private func isDisguised(_ input: borrowing RereadText, _ range: Range<Int>, _ digits: Int) -> Bool {
    guard digits >= 5, digits <= 19 else { return false }
    let isAfterMonth = month(input, before: range.lowerBound)
    guard digits >= 7 || isAfterMonth else { return false }
    let letters = range.contains { units[$0].letters > 0 }
    if letters { return [8, 9, 10, 11].contains(digits) && isShaped(range) }
    var marks: RereadMarks = []
    for index in range { marks = marks | input.marks(in: units[index].start..<units[index].end) }
    // A bare number joined across a line is read so already.
    if !marks.isEmpty, marks != .spacing || range.count > 1 { return true }
    guard range.count > 1 else { return false }
    // One digit in brackets inside a number.
    for index in range.dropFirst().dropLast() where units[index].count == 1 {
      let unit = units[index]
      if unit.start - units[index - 1].end <= 2, units[index + 1].start - unit.end == 1,
        input.bytes[unit.start - 1] == UInt8(ascii: "("), input.bytes[unit.end] == UInt8(ascii: ")")
      {
        return true
      }
    }
    for index in range.dropFirst() {
      for position in units[index - 1].end..<units[index].start {
        switch input.bytes[position] {
        case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"),
          UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: ","):
          break
        default:
          let hasBlank = (units[index - 1].end..<units[index].start).contains { Self.isBlank(input.bytes[$0]) }
          if !hasBlank || isUniform(input, range) { return true }
        }
      }
    }
    return isUniform(input, range) && (isShaped(range) || isPaired(range))
  }

  /// Grouped as a social security or telephone number, or not at all.
  private func isShaped(_ range: Range<Int>) -> Bool {
    let shape = range.map { units[$0].count }
    return shape == [3, 2, 4] || shape == [3, 3, 4] || shape == [1, 3, 3, 4] || shape == [9] || shape == [10]
      || shape == [2, 2, 4] || shape == [4, 2, 2] || shape == [8]
  }

  /// Pairs, as nobody groups an identifier.
  private func isPaired(_ range: Range<Int>) -> Bool {
    guard range.count >= 4 else { return false }
    for index in range where units[index].count != 2 && index != range.upperBound - 1 { return false }
    return units[range.upperBound - 1].count <= 2
  }

  /// Parted by what usually parts numbers, if not these.
  private func isUsual(_ input: borrowing RereadText, _ range: Range<Int>) -> Bool {
    for index in range.dropFirst() {
      guard units[index].start - units[index - 1].end == 1 else { return false }
      switch input.bytes[units[index - 1].end] {
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"): break
      default: return false
      }
    }
    return isShaped(range)
  }

  private func isUniform(_ input: borrowing RereadText, _ range: Range<Int>) -> Bool {
    guard range.count > 1 else { return true }
    let first = input.bytes[units[range.lowerBound].end..<units[range.lowerBound + 1].start]
    for index in range.dropFirst(2) {
      guard input.bytes[units[index - 1].end..<units[index].start].elementsEqual(first) else { return false }
    }
    return true
  }

  private func month(_ input: borrowing RereadText, before index: Int) -> Bool {
    guard index > 0, units[index - 1].digits == 0, units[index - 1].count >= 3, units[index].start - units[index - 1].end <= 3
    else { return false }
    let unit = units[index - 1]
    var name: UInt32 = 0
    for position in unit.start..<unit.start + 3 { name = name << 8 | UInt32(Self.lower(input.bytes[position])) }
    return unit.count <= 9 && Self.months.contains(name)
  }

  /// The first three letters of each month.
  private static let months: [UInt32] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    .map { $0.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

  private func emit(_ input: borrowing RereadText, _ range: Range<Int>, _ digits: Int, _ output: inout RereadText) {
    var read: [(byte: UInt8, place: Int)] = []
    var isRespelled = false
    var hasOnlyBlanks = true
    for index in range {
      for position in units[index].start..<units[index].end {
        let byte = input.bytes[position]
        if !Self.isDigit(byte) { isRespelled = true }
        read.append((Self.digitLike(byte) ?? byte, position))
      }
      if index > range.lowerBound {
        for position in units[index - 1].end..<units[index].start where !Self.isBlank(input.bytes[position]) {
          hasOnlyBlanks = false
        }
      }
    }
    let mark: RereadMarks =
      isRespelled ? .respelled : range.count == 1 ? [] : hasOnlyBlanks && !isPaired(range) || isUsual(input, range) ? .spacing : .separated
    let values = read.map { Int($0.byte - UInt8(ascii: "0")) }
    var separators: [Int: UInt8] = [:]
    let isPlain = isPaired(range) && input.marks(in: units[range.lowerBound].start..<units[range.upperBound - 1].end).isEmpty
    if !isPlain { separators = Self.separators(values, isAfterMonth: month(input, before: range.lowerBound)) }
    for (number, item) in read.enumerated() {
      if let separator = separators[number] {
        if separator == UInt8(ascii: ",") {
          output.put(separator, input.starts[item.place], input.starts[item.place] + 1, mark)
          output.put(0x20, input.starts[item.place], input.starts[item.place] + 1, mark)
        } else {
          output.put(separator, input.starts[item.place], input.starts[item.place] + 1, mark)
        }
      }
      output.put(item.byte, input.starts[item.place], input.ends[item.place], input.marks[item.place] | mark)
    }
  }

  /// Where separators stand in a number of so many digits.
  private static func separators(_ digits: [Int], isAfterMonth: Bool) -> [Int: UInt8] {
    func value(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
    func isDate(year: Int, month: Int, day: Int) -> Bool {
      1890...2060 ~= year && 1...12 ~= month && 1...31 ~= day
    }
    let hyphen = UInt8(ascii: "-")
    let slash = UInt8(ascii: "/")
    if isAfterMonth, digits.count == 5 || digits.count == 6 { return [digits.count - 4: UInt8(ascii: ",")] }
    switch digits.count {
    case 8 where isDate(year: value(4..<8), month: value(0..<2), day: value(2..<4)): return [2: slash, 4: slash]
    case 8 where isDate(year: value(0..<4), month: value(4..<6), day: value(6..<8)): return [4: hyphen, 6: hyphen]
    case 9: return [3: hyphen, 5: hyphen]
    case 10: return [3: hyphen, 6: hyphen]
    case 11 where digits[0] == 1: return [1: hyphen, 4: hyphen, 7: hyphen]
    default: return [:]
    }
  }

  /// The digit that a digit or a letter looks like, or nil.
  static func digitLike(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte
    case UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "D"), UInt8(ascii: "Q"): UInt8(ascii: "0")
    case UInt8(ascii: "l"), UInt8(ascii: "I"), UInt8(ascii: "i"), UInt8(ascii: "L"): UInt8(ascii: "1")
    case UInt8(ascii: "z"), UInt8(ascii: "Z"): UInt8(ascii: "2")
    case UInt8(ascii: "e"), UInt8(ascii: "E"): UInt8(ascii: "3")
    case UInt8(ascii: "a"), UInt8(ascii: "A"): UInt8(ascii: "4")
    case UInt8(ascii: "s"), UInt8(ascii: "S"): UInt8(ascii: "5")
    case UInt8(ascii: "b"), UInt8(ascii: "G"): UInt8(ascii: "6")
    case UInt8(ascii: "t"), UInt8(ascii: "T"): UInt8(ascii: "7")
    case UInt8(ascii: "B"): UInt8(ascii: "8")
    case UInt8(ascii: "g"), UInt8(ascii: "q"): UInt8(ascii: "9")
    default: nil
    }
  }

  // MARK: Backwards

  /// Reads backwards what is nothing forwards: words that are in no list until they are turned round,
  /// numbers with their separators, addresses of mail.
  mutating func turn(_ input: borrowing RereadText, into output: inout RereadText, _ lexicon: borrowing Lexicon) {
    output.reset()
    var copied = 0
    var index = 0
    while index < units.count {
      let end = backwardsEnd(input, from: index, lexicon)
      guard end > index else {
        index += 1
        continue
      }
      var first = units[index].start
      var last = units[end - 1].end
      // Signs that stand before a word belong behind it: ".rD".
      while first > copied, !Self.isBlank(input.bytes[first - 1]) { first -= 1 }
      while last < input.count, !Self.isBlank(input.bytes[last]),
        end == units.count || last < units[end].start
      { last += 1 }
      output.copy(input, copied..<first)
      var position = last
      while position > first {
        var start = position - 1
        while start > first, input.bytes[start] & 0xC0 == 0x80 { start -= 1 }
        output.copy(input, start..<position, .reordered)
        position = start
      }
      copied = last
      index = end
      while index < units.count, units[index].start < copied { index += 1 }
    }
    output.copy(input, copied..<input.count)
  }

  /// The end of a run of units that means something backwards, or `first`.
  private mutating func backwardsEnd(
    _ input: borrowing RereadText, from first: Int, _ lexicon: borrowing Lexicon
  ) -> Int {
    let unit = units[first]
    if unit.letters == 0 || isInMail(input, unit) {
      // A number with separators, or an address: between spaces.
      var end = first
      var digits = 0
      var separators = 0
      var blanks = 0
      var isMail = false
      while end < units.count, end - first < Self.mostUnits {
        if end > first {
          let gap = units[end - 1].end..<units[end].start
          guard gap.count <= 3 else { break }
          let isBlank = gap.contains { Self.isBlank(input.bytes[$0]) }
          if isBlank, isMail || units[end].letters > 0 { break }
          if isBlank { blanks += 1 }
          if gap.contains(where: { input.bytes[$0] == UInt8(ascii: "@") }) { isMail = true }
          separators += 1
        }
        if units[end].letters > 0, !isMail, !isInMail(input, units[end]) { break }
        digits += units[end].digits
        end += 1
      }
      if isMail || isInMail(input, unit) { return end > first + 1 ? end : first }
      // With spaces inside, only a plus sign at its end tells that a number runs backwards.
      let hasPlus = units[end - 1].end < input.count && input.bytes[units[end - 1].end] == UInt8(ascii: "+")
      return digits >= 7 && digits <= 12 && separators > 0 && (blanks == 0 || hasPlus) ? end : first
    }
    var end = first
    var isMeant = false
    while end < units.count, end - first < Self.mostUnits, units[end].digits == 0, units[end].isASCII, units[end].count <= 40 {
      if end > first, units[end].start - units[end - 1].end > 2 { break }
      fill(input, units[end].start..<units[end].end)
      let isKnown = Self.info(buffer, lexicon).map(Self.isWord) ?? false
      buffer.reverse()
      let turned = Self.info(buffer, lexicon)
      let isTurned = turned.map(Self.isWord) ?? false
      // Words that are words both ways end a run unless they stand inside it.
      guard !isKnown || isTurned && end > first else { break }
      guard isTurned || !isKnown else { break }
      if !isKnown, let turned {
        if units[end].count >= 5, turned.classes & Self.health & ~turned.weakClasses != 0 { isMeant = true }
        if units[end].count >= 4, turned.classes & Self.names != 0, end > first || nextIsTurned(input, end, lexicon) {
          isMeant = true
        }
      }
      end += 1
    }
    return isMeant ? end : first
  }

  private mutating func nextIsTurned(_ input: borrowing RereadText, _ index: Int, _ lexicon: borrowing Lexicon) -> Bool {
    guard index + 1 < units.count, units[index + 1].start - units[index].end <= 2, units[index + 1].digits == 0 else {
      return false
    }
    fill(input, units[index + 1].start..<units[index + 1].end)
    guard !(Self.info(buffer, lexicon).map(Self.isWord) ?? false) else { return false }
    buffer.reverse()
    return Self.info(buffer, lexicon).map(Self.isWord) ?? false
  }

  private func isInMail(_ input: borrowing RereadText, _ unit: Unit) -> Bool {
    var end = unit.end
    while end < input.count, end - unit.end < 64, !Self.isBlank(input.bytes[end]) {
      if input.bytes[end] == UInt8(ascii: "@") { return true }
      end += 1
    }
    return false
  }
}
