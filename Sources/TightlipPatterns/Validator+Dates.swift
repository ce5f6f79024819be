// Calendar dates, birth dates and clock times, as people write them in English and Spanish.

extension Validator {
  /// The years that a birth date may have; the upper end leaves room for a pack in service.
  static let birthYears = 1900...2030

  /// A date that the calendar has.
  ///
  /// Accepts month-day-year with / - . or spaces, day first where the first number cannot be a
  /// month, year-month-day, month-day alone, eight or six digits, and month names in English and
  /// Spanish on either side of the day ("2 April 1961", "april 2nd 61", "6 de julio").
  static func isDate(_ value: Span<UInt8>) -> Bool {
    CalendarDate(value) != nil
  }

  /// A date that the calendar has, with a year in which a living patient could be born.
  ///
  /// A year of two digits counts as the 20th or the 21st century's.
  static func isBirthDate(_ value: Span<UInt8>) -> Bool {
    guard let date = CalendarDate(value), let year = date.year else { return false }
    return year < 100 || birthYears.contains(year)
  }

  /// A clock time: hour and minute with or without am or pm, an hour with one of them, or four
  /// digits on the 24-hour clock.
  static func isTime(_ value: Span<UInt8>) -> Bool {
    var fields = InlineArray<3, Int>(repeating: 0)
    var field = 0
    var digits = 0
    var index = 0
    while index < value.count, value[index].isDigit || value[index] == UInt8(ascii: ":") {
      if value[index] == UInt8(ascii: ":") {
        guard digits == (field == 0 ? max(1, digits) : 2), digits > 0, digits <= 2, field < 2 else {
          return false
        }
        field += 1
        digits = 0
      } else {
        guard digits < 4 else { return false }
        fields[field] = fields[field] * 10 + Int(value[index] - UInt8(ascii: "0"))
        digits += 1
      }
      index += 1
    }
    while index < value.count, value[index] == UInt8(ascii: " ") { index += 1 }
    for rest in index..<value.count where !value[rest].isVisibleOrSpace { return false }
    let suffix = index < value.count ? value[index] : 0
    let isHalfDay = suffix == UInt8(ascii: "a") || suffix == UInt8(ascii: "p")
    guard suffix == 0 || isHalfDay || suffix == UInt8(ascii: "h") || suffix == UInt8(ascii: "o")
    else { return false }
    if field == 0, digits == 4 {
      guard !isHalfDay else { return false }
      return fields[0] / 100 < 24 && fields[0] % 100 < 60
    }
    guard field == 0 ? (1...2).contains(digits) && suffix != 0 : digits == 2 else { return false }
    let hours = isHalfDay || suffix == UInt8(ascii: "o") ? 1...12 : 0...23
    return hours.contains(fields[0]) && fields[1] < 60 && fields[2] < 60
  }
}

/// A month and day that the calendar has, with the year if it was written.
struct CalendarDate {
  private(set) var month: Int
  private(set) var day: Int
  /// The year as written, two digits or four, or nothing.
  private(set) var year: Int?

  /// Reads the date that `value` spells, or nothing if it spells none.
  init?(_ value: Span<UInt8>) {
    var parts = DateParts()
    guard parts.read(value), let date = parts.date() else { return nil }
    self = date
  }

  /// Checks the parts against the calendar; years are proleptic Gregorian.
  init?(month: Int, day: Int, year: Int?) {
    guard (1...12).contains(month), day >= 1 else { return nil }
    guard day <= Self.days(inMonth: month, year: year) else { return nil }
    self.month = month
    self.day = day
    self.year = year
  }

  /// How many days `month` has; February has 29 where the year is unknown or could be a leap year.
  static func days(inMonth month: Int, year: Int?) -> Int {
    switch month {
    case 4, 6, 9, 11: return 30
    case 2:
      guard let year else { return 29 }
      let isLeap = year % 4 == 0 && (year < 100 || year % 100 != 0 || year % 400 == 0)
      return isLeap ? 29 : 28
    default: return 31
    }
  }
}

/// The numbers and the month name found in a written date, in order.
private struct DateParts {
  private var numbers = InlineArray<3, Int>(repeating: 0)
  private var lengths = InlineArray<3, Int>(repeating: 0)
  private var count = 0
  private var namedMonth: Int?

  /// Collects the parts; false if there is a word that belongs to no date, or too many numbers.
  mutating func read(_ value: Span<UInt8>) -> Bool {
    var index = 0
    while index < value.count {
      if value[index].isDigit {
        let start = index
        var number = 0
        while index < value.count, value[index].isDigit {
          guard index - start < 8 else { return false }
          number = number * 10 + Int(value[index] - UInt8(ascii: "0"))
          index += 1
        }
        guard count < 3 else { return false }
        numbers[count] = number
        lengths[count] = index - start
        count += 1
      } else if value[index].isLetter {
        let start = index
        while index < value.count, value[index].isLetter { index += 1 }
        guard readWord(value, start..<index) else { return false }
      } else {
        // Whatever separates the parts of a date, it can be seen.
        guard value[index].isVisibleOrSpace else { return false }
        index += 1
      }
    }
    return true
  }

  private mutating func readWord(_ value: Span<UInt8>, _ range: Range<Int>) -> Bool {
    if let month = MonthName.month(value, range) {
      guard namedMonth == nil else { return false }
      namedMonth = month
      return true
    }
    // "st", "nd", "rd", "th", "the", "of", "day", "de", "del", "el", "dia": at most three letters.
    return range.count <= 3
  }

  /// The date that the parts make up.
  func date() -> CalendarDate? {
    if let namedMonth { return named(month: namedMonth) }
    switch count {
    case 1: return undivided()
    case 2:
      guard lengths[0] <= 2, lengths[1] <= 2 else { return nil }
      return CalendarDate(month: numbers[0], day: numbers[1], year: nil)
    case 3: return divided()
    default: return nil
    }
  }

  private func named(month: Int) -> CalendarDate? {
    guard count >= 1, count <= 2 else { return nil }
    if lengths[0] == 4, count == 2 {
      return CalendarDate(month: month, day: numbers[1], year: numbers[0])
    }
    guard lengths[0] <= 2 else { return nil }
    guard count == 2 else { return CalendarDate(month: month, day: numbers[0], year: nil) }
    guard lengths[1] == 2 || lengths[1] == 4 else { return nil }
    return CalendarDate(month: month, day: numbers[0], year: numbers[1])
  }

  private func divided() -> CalendarDate? {
    if lengths[0] == 4 {
      guard lengths[1] <= 2, lengths[2] <= 2 else { return nil }
      return CalendarDate(month: numbers[1], day: numbers[2], year: numbers[0])
    }
    guard lengths[0] <= 2, lengths[1] <= 2, lengths[2] == 2 || lengths[2] == 4 else { return nil }
    if numbers[0] > 12 {
      return CalendarDate(month: numbers[1], day: numbers[0], year: numbers[2])
    }
    return CalendarDate(month: numbers[0], day: numbers[1], year: numbers[2])
  }

  private func undivided() -> CalendarDate? {
    let number = numbers[0]
    switch lengths[0] {
    case 8:
      let monthFirst = CalendarDate(
        month: number / 1_000_000, day: number / 10_000 % 100, year: number % 10_000)
      if let monthFirst, (1900...2099).contains(number % 10_000) { return monthFirst }
      guard (1900...2099).contains(number / 10_000) else { return nil }
      return CalendarDate(month: number / 100 % 100, day: number % 100, year: number / 10_000)
    case 6:
      return CalendarDate(month: number / 10_000, day: number / 100 % 100, year: number % 100)
    default: return nil
    }
  }
}

/// The names of the months, full and short, in English and Spanish.
private enum MonthName {
  /// The month that the letters of `range` begin, 1 to 12.
  ///
  /// Three letters tell the months of both languages apart; a longer word must go on as one of
  /// the names does, a shorter one is none.
  static func month(_ value: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard range.count >= 3 else { return nil }
    let start = range.lowerBound
    let key =
      UInt32(value[start]) << 16 | UInt32(value[start + 1]) << 8 | UInt32(value[start + 2])
    switch key {
    case 0x6a_616e, 0x65_6e65: return 1  // jan ene
    case 0x66_6562: return 2  // feb
    case 0x6d_6172: return 3  // mar
    case 0x61_7072, 0x61_6272: return 4  // apr abr
    case 0x6d_6179: return 5  // may
    case 0x6a_756e: return 6  // jun
    case 0x6a_756c: return 7  // jul
    case 0x61_7567, 0x61_676f: return 8  // aug ago
    case 0x73_6570, 0x73_6574: return 9  // sep set
    case 0x6f_6374: return 10  // oct
    case 0x6e_6f76: return 11  // nov
    case 0x64_6563, 0x64_6963: return 12  // dec dic
    default: return nil
    }
  }
}
