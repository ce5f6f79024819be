/// The shape of dates and times in requests.
enum Timestamp {
  /// Whether the bytes are an RFC 3339 time with an offset, of a day and a second that exist.
  ///
  /// A 60th second is one only where leap seconds are: at the end of a UTC day.
  static func isDateTime(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count >= 20, unsafe isDate(UnsafeBufferPointer(rebasing: bytes[..<10])),
      unsafe bytes[10] | 0x20 == UInt8(ascii: "t"), let hour = unsafe number(bytes, 11, 2),
      hour < 24,
      unsafe bytes[13] == UInt8(ascii: ":"), let minute = unsafe number(bytes, 14, 2), minute < 60,
      unsafe bytes[16] == UInt8(ascii: ":"), let second = unsafe number(bytes, 17, 2), second <= 60
    else { return false }
    var index = 19
    if unsafe bytes[index] == UInt8(ascii: ".") {
      index += 1
      let start = index
      while index < bytes.count, unsafe isDigit(bytes[index]) { index += 1 }
      if index == start { return false }
    }
    var offset = 0
    guard index < bytes.count else { return false }
    switch unsafe bytes[index] {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"):
      guard bytes.count == index + 1 else { return false }
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard bytes.count == index + 6, let hours = unsafe number(bytes, index + 1, 2), hours < 24,
        unsafe bytes[index + 3] == UInt8(ascii: ":"),
        let minutes = unsafe number(bytes, index + 4, 2), minutes < 60
      else { return false }
      offset = hours * 60 + minutes
      if unsafe bytes[index] == UInt8(ascii: "-") { offset = -offset }
    default: return false
    }
    return second < 60 || (hour * 60 + minute - offset + 2880) % 1440 == 1439
  }

  /// Whether the bytes are a day of the calendar, `YYYY-MM-DD`.
  static func isDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count == 10, let year = unsafe number(bytes, 0, 4),
      unsafe bytes[4] == UInt8(ascii: "-"), let month = unsafe number(bytes, 5, 2),
      unsafe bytes[7] == UInt8(ascii: "-"), let day = unsafe number(bytes, 8, 2), day >= 1
    else { return false }
    switch month {
    case 1, 3, 5, 7, 8, 10, 12: return day <= 31
    case 4, 6, 9, 11: return day <= 30
    case 2: return day <= (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28)
    default: return false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  private static func number(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int
  ) -> Int? {
    var value = 0
    for index in start..<start + count {
      guard unsafe isDigit(bytes[index]) else { return nil }
      value = unsafe value * 10 + Int(bytes[index] - 0x30)
    }
    return value
  }
}
