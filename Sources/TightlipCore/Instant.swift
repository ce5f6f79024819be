/// A point in time: whole seconds since 1970-01-01T00:00:00Z. Leap seconds are not counted.
public struct Instant: Hashable, Comparable, Sendable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public var seconds: Int64

  /// The point so many seconds after 1970-01-01T00:00:00Z.
  @inlinable public init(seconds: Int64) { self.seconds = seconds }

  /// Order by time.
  @inlinable public static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }

  /// The point so many seconds later; held to what can be counted.
  @inlinable public func adding(seconds other: Int64) -> Instant {
    let (sum, isTooFar) = seconds.addingReportingOverflow(other)
    return Instant(seconds: isTooFar ? (other > 0 ? .max : .min) : sum)
  }

  /// The time in an RFC 3339 text with an offset, or nil where it is none.
  ///
  /// The day and the second must exist; a 60th second only at the end of a UTC day, where leap
  /// seconds are, and it counts as the first second of the next day. Fractions are cut off.
  ///
  /// - Complexity: linear in the text.
  public init?(rfc3339 text: Span<UInt8>) {
    guard text.count >= 20, let day = CalendarDay(text.extracting(0..<10)),
      text[10] | 0x20 == UInt8(ascii: "t"), let hour = text.decimal(11, 2), hour < 24,
      text[13] == UInt8(ascii: ":"), let minute = text.decimal(14, 2), minute < 60,
      text[16] == UInt8(ascii: ":"), let second = text.decimal(17, 2), second <= 60
    else { return nil }
    var index = 19
    if text[index] == UInt8(ascii: ".") {
      index += 1
      let start = index
      while index < text.count, text[index].isDecimalDigit { index += 1 }
      if index == start { return nil }
    }
    guard index < text.count else { return nil }
    var offset = 0
    switch text[index] {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"):
      guard text.count == index + 1 else { return nil }
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard text.count == index + 6, let hours = text.decimal(index + 1, 2), hours < 24,
        text[index + 3] == UInt8(ascii: ":"), let minutes = text.decimal(index + 4, 2), minutes < 60
      else { return nil }
      offset = hours * 60 + minutes
      if text[index] == UInt8(ascii: "-") { offset = -offset }
    default: return nil
    }
    guard second < 60 || (hour * 60 + minute - offset + 2880) % 1440 == 1439 else { return nil }
    seconds = Int64(day.number) * 86_400 + Int64((hour * 60 + minute - offset) * 60 + second)
  }

  /// The time as RFC 3339 in UTC with whole seconds, for example `2026-11-22T14:03:00Z`; ASCII.
  ///
  /// Years beyond 0000…9999, which RFC 3339 cannot write, are held to them.
  public var rfc3339: InlineArray<20, UInt8> {
    let first = Int64(CalendarDay(year: 0, month: 1, day: 1)!.number) * 86_400
    let last = Int64(CalendarDay(year: 9999, month: 12, day: 31)!.number) * 86_400 + 86_399
    let held = max(first, min(last, seconds))
    let days = held >= 0 ? held / 86_400 : (held - 86_399) / 86_400
    let second = Int(held - days * 86_400)
    let date = CalendarDay(number: Int32(days)).civil
    var text = InlineArray<20, UInt8>(repeating: UInt8(ascii: "-"))
    func write(_ value: Int, _ index: Int, _ count: Int) {
      var rest = value
      for place in stride(from: index + count - 1, through: index, by: -1) {
        text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
    }
    write(date.year, 0, 4)
    write(date.month, 5, 2)
    write(date.day, 8, 2)
    text[10] = UInt8(ascii: "T")
    write(second / 3600, 11, 2)
    text[13] = UInt8(ascii: ":")
    write(second / 60 % 60, 14, 2)
    text[16] = UInt8(ascii: ":")
    write(second % 60, 17, 2)
    text[19] = UInt8(ascii: "Z")
    return text
  }
}

/// A day of the calendar, in no time zone: days since 1970-01-01, proleptic Gregorian.
public struct CalendarDay: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public var number: Int32

  /// The day so many days after 1970-01-01.
  @inlinable public init(number: Int32) { self.number = number }

  /// Order by time.
  @inlinable public static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.number < right.number }

  /// The day of a date, or nil where there is no such day. Years 0…9999.
  public init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.length(year, month) else {
      return nil
    }
    // Counted from 1 March of the year 0, so that the leap day is the last of its year.
    let shifted = month > 2 ? year : year - 1
    let era = shifted >= 0 ? shifted / 400 : -1
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// The day in a text `YYYY-MM-DD`, or nil where it is none.
  public init?(_ text: Span<UInt8>) {
    guard text.count == 10, let year = text.decimal(0, 4), text[4] == UInt8(ascii: "-"),
      let month = text.decimal(5, 2), text[7] == UInt8(ascii: "-"), let day = text.decimal(8, 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The date.
  public var civil: (year: Int, month: Int, day: Int) {
    let shifted = Int(number) + 719_468
    let era = shifted >= 0 ? shifted / 146_097 : (shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }

  /// Monday is 0, Sunday 6.
  public var weekday: Int {
    // 1970-01-01 was a Thursday.
    let day = (Int(number) + 3) % 7
    return day < 0 ? day + 7 : day
  }

  private static func length(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}

/// When something ends: at an instant, or with a day of the calendar.
public enum Expiry: Hashable, Sendable {
  /// From this instant on it is over.
  case instant(Instant)
  /// From the end of this day on, in the practice's time zone, it is over.
  case endOfDay(CalendarDay)

  /// The expiry in a text: `YYYY-MM-DD`, or an RFC 3339 time with an offset; nil where it is neither.
  public init?(_ text: Span<UInt8>) {
    if let day = CalendarDay(text) {
      self = .endOfDay(day)
    } else if let instant = Instant(rfc3339: text) {
      self = .instant(instant)
    } else {
      return nil
    }
  }
}

extension UInt8 {
  fileprivate var isDecimalDigit: Bool { self &- 0x30 < 10 }
}

extension Span<UInt8> {
  /// The number that so many digits from an index on write, or nil where one is no digit.
  fileprivate func decimal(_ start: Int, _ count: Int) -> Int? {
    guard start + count <= self.count else { return nil }
    var value = 0
    for index in start..<start + count {
      guard self[index].isDecimalDigit else { return nil }
      value = value * 10 + Int(self[index] - 0x30)
    }
    return value
  }
}
