/// The year that a written date names.
///
/// Found are: four digits from 1900 to 2099 beside a day or a month; eight digits (either end),
/// and twelve or fourteen that begin with the date; and years of two digits in `4/2/61`,
/// `61-04-02`, `2 Apr 61`, `April 2nd, 61`, `April '61` and, where only one reading is a date,
/// `040261`. Not a year: a number that is all there is, since it would be no less exact than
/// itself; clock times; the second day of "Nov 12-14"; anything of which two readings disagree.
struct DateYear {
  /// Four digits, or two.
  private(set) var value: Int
  /// Whether the century is missing.
  private(set) var isShort: Bool

  /// The year of a date, or nil if it names none that is certain.
  init?(_ text: PlainValue) {
    guard let runs = Runs(text) else { return nil }
    var found: Int?
    for index in 0..<runs.count {
      guard let year = Self.longYear(of: runs[index], isAlone: runs.count == 1 && !runs.hasMonth)
      else { continue }
      if let found, found != year { return nil }
      found = year
    }
    if let found {
      value = found
      isShort = false
    } else if let year = Self.shortYear(in: text, runs) {
      value = year
      isShort = true
    } else {
      return nil
    }
  }

  /// The numbers of a date that are not parts of a clock time.
  private struct Runs {
    private var elements = InlineArray<8, PlainValue.Run>(repeating: PlainValue.Run())
    private(set) var count = 0
    /// Whether a month is named in letters.
    private(set) var hasMonth = false

    /// Nil if there are more than eight.
    init?(_ text: PlainValue) {
      var index = 0
      while let run = text.run(from: index) {
        index = run.end
        if DateYear.isClockTime(run, in: text) { continue }
        guard count < 8 else { return nil }
        elements[count] = run
        count += 1
      }
      index = 0
      while index < text.count {
        let end = text.wordEnd(from: index)
        if DateYear.isMonth(index, end, in: text) { hasMonth = true }
        index = max(end, index + 1)
      }
    }

    subscript(index: Int) -> PlainValue.Run { elements[index] }
  }

  // MARK: Years of four digits

  private static func longYear(of run: PlainValue.Run, isAlone: Bool) -> Int? {
    let years = 1900...2099
    switch run.digitCount {
    case 4:
      return !isAlone && years ~= run.value ? run.value : nil
    case 8:
      if years ~= run.value / 10_000 {
        if isMonthAndDay(run.value / 100 % 100, run.value % 100) { return run.value / 10_000 }
      }
      let (first, second) = (run.value / 1_000_000, run.value / 10_000 % 100)
      guard years ~= run.value % 10_000 else { return nil }
      return isMonthAndDay(first, second) || isMonthAndDay(second, first)
        ? run.value % 10_000 : nil
    case 12, 14:
      let date = run.value / (run.digitCount == 12 ? 10_000 : 1_000_000)
      return years ~= date / 10_000 && isMonthAndDay(date / 100 % 100, date % 100)
        ? date / 10_000 : nil
    default:
      return nil
    }
  }

  private static func isMonthAndDay(_ month: Int, _ day: Int) -> Bool {
    1...12 ~= month && 1...31 ~= day
  }

  // MARK: Years of two digits

  private static func shortYear(in text: PlainValue, _ runs: Runs) -> Int? {
    for index in 0..<runs.count where runs[index].digitCount == 2 {
      if text[runs[index].start - 1] == UInt8(ascii: "'") { return runs[index].value }
    }
    switch runs.count {
    case 1: return compactYear(of: runs[0])
    case 2: return yearAfterDay(in: text, runs)
    case 3: return yearOfThree(in: text, runs[0], runs[1], runs[2])
    default: return nil
    }
  }

  /// The year of `040261`, if only one order is a date.
  private static func compactYear(of run: PlainValue.Run) -> Int? {
    guard run.digitCount == 6 else { return nil }
    let (first, second, third) = (run.value / 10_000, run.value / 100 % 100, run.value % 100)
    let isYearLast = isMonthAndDay(first, second) || isMonthAndDay(second, first)
    let isYearFirst = isMonthAndDay(second, third)
    guard isYearLast != isYearFirst else { return nil }
    return isYearLast ? third : first
  }

  /// The year of `4/2/61` or `61-04-02`.
  private static func yearOfThree(
    in text: PlainValue, _ first: PlainValue.Run, _ second: PlainValue.Run, _ third: PlainValue.Run
  ) -> Int? {
    let separator = text[first.end]
    switch separator {
    case UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "): break
    default: return nil
    }
    guard second.start == first.end + 1, third.start == second.end + 1 else { return nil }
    guard text[second.end] == separator, second.digitCount <= 2 else { return nil }
    if third.digitCount == 2, first.digitCount <= 2,
      isMonthAndDay(first.value, second.value) || isMonthAndDay(second.value, first.value)
    {
      return third.value
    }
    guard first.digitCount == 2, first.value > 31, third.digitCount <= 2 else { return nil }
    return isMonthAndDay(second.value, third.value) ? first.value : nil
  }

  /// The year of `2 Apr 61` or `April 2nd, 61`.
  private static func yearAfterDay(in text: PlainValue, _ runs: Runs) -> Int? {
    let (day, year) = (runs[0], runs[1])
    guard runs.hasMonth, 1...31 ~= day.value, year.digitCount == 2 else { return nil }
    var hasMonthBetween = false
    var hasDash = false
    var index = day.end
    while index < year.start {
      let end = text.wordEnd(from: index)
      if end > index {
        if isMonth(index, end, in: text) {
          hasMonthBetween = true
        } else if !isFiller(index, end, in: text) {
          return nil
        }
        index = end
        continue
      }
      switch text[index] {
      case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "."): break
      case UInt8(ascii: "-"), UInt8(ascii: "/"): hasDash = true
      default: return nil
      }
      index += 1
    }
    return hasDash && !hasMonthBetween ? nil : year.value
  }

  /// Whether a word may stand between a day and its year.
  private static func isFiller(_ start: Int, _ end: Int, in text: PlainValue) -> Bool {
    text.isWord(start, end, "st") || text.isWord(start, end, "nd") || text.isWord(start, end, "rd")
      || text.isWord(start, end, "th") || text.isWord(start, end, "of")
      || text.isWord(start, end, "de") || text.isWord(start, end, "del")
  }

  /// Whether a word begins as a month of English or Spanish does.
  private static func isMonth(_ start: Int, _ end: Int, in text: PlainValue) -> Bool {
    guard end - start >= 3 else { return false }
    switch (text[start], text[start + 1], text[start + 2]) {
    case (0x6A, 0x61, 0x6E), (0x66, 0x65, 0x62), (0x6D, 0x61, 0x72): return true  // jan feb mar
    case (0x61, 0x70, 0x72), (0x6D, 0x61, 0x79), (0x6A, 0x75, 0x6E): return true  // apr may jun
    case (0x6A, 0x75, 0x6C), (0x61, 0x75, 0x67), (0x73, 0x65, 0x70): return true  // jul aug sep
    case (0x6F, 0x63, 0x74), (0x6E, 0x6F, 0x76), (0x64, 0x65, 0x63): return true  // oct nov dec
    case (0x65, 0x6E, 0x65), (0x61, 0x62, 0x72), (0x61, 0x67, 0x6F): return true  // ene abr ago
    case (0x73, 0x65, 0x74), (0x64, 0x69, 0x63): return true  // set dic
    default: return false
    }
  }

  // MARK: Clock times

  /// Whether a number is part of a clock time: beside a colon and another number, before am, pm
  /// or hours, or after "at".
  private static func isClockTime(_ run: PlainValue.Run, in text: PlainValue) -> Bool {
    let colon = UInt8(ascii: ":")
    if text[run.end] == colon, text[run.end + 1].isDigit { return true }
    if text[run.start - 1] == colon, text[run.start - 2].isDigit { return true }
    let after = text.skippingSpaces(from: run.end)
    if text[after] == UInt8(ascii: "h") { return true }
    if text[after] == UInt8(ascii: "a") || text[after] == UInt8(ascii: "p") {
      let next = text[after + 1] == UInt8(ascii: ".") ? after + 2 : after + 1
      if text[next] == UInt8(ascii: "m"), !text[next + 1].isLowercaseLetter { return true }
    }
    var before = run.start - 1
    while text[before] == UInt8(ascii: " ") { before -= 1 }
    return text[before] == UInt8(ascii: "@")
      || text.hasPrefix("at", at: before - 1) && !text[before - 2].isLowercaseLetter
      || text.hasPrefix("las", at: before - 2) && !text[before - 3].isLowercaseLetter
  }
}
