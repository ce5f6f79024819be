/// A day as overlays write it: `2027-03-31`. An entry holds until the end of that day (UTC).
package struct ExpiryDay: Hashable, Comparable, Sendable {
  /// The first second after the day, since 1970.
  package let end: Int64

  /// The day, or nil where it is none or is written otherwise.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for byte in bytes[range] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), year >= 1970,
      (1...12).contains(month), day >= 1, day <= Self.length(of: month, year)
    else { return nil }
    // Days since 1970 by the civil calendar, the year taken to begin in March.
    let y = month <= 2 ? year - 1 : year
    let m = (month + 9) % 12
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day - 1 - 719_468
    end = Int64(days + 1) * 86_400
  }

  package static func < (left: ExpiryDay, right: ExpiryDay) -> Bool { left.end < right.end }

  /// Whether the day is over.
  package func isOver(at instant: Int64) -> Bool { end <= instant }

  private static func length(of month: Int, _ year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// What a date written in another way surely means, as `YYYY-MM-DD`: `12/31/2027`, `2027/12/31`,
  /// `31.12.2027`. Nil where day and month could be taken for each other.
  package static func certain(_ text: String) -> String? {
    let parts = text.split { $0 == "/" || $0 == "." || $0 == "-" }.map(String.init)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } }) else { return nil }
    func two(_ part: String) -> String { part.count == 1 ? "0" + part : part }
    var written: String
    if parts[0].count == 4 {
      written = "\(parts[0])-\(two(parts[1]))-\(two(parts[2]))"
    } else if parts[2].count == 4, let first = Int(parts[0]), let second = Int(parts[1]) {
      if second > 12 || first == second {
        written = "\(parts[2])-\(two(parts[0]))-\(two(parts[1]))"
      } else if first > 12 {
        written = "\(parts[2])-\(two(parts[1]))-\(two(parts[0]))"
      } else {
        return nil
      }
    } else {
      return nil
    }
    return written != text && ExpiryDay(written) != nil ? written : nil
  }
}
