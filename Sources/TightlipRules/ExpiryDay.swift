import TightlipCore

/// A day as overlays write it: `2027-03-31`. An entry holds until the end of that day (UTC).
package struct ExpiryDay: Hashable, Comparable, Sendable {
  /// The first second after the day, since 1970.
  package let end: Int64

  /// The day, or nil where it is none, is written otherwise, or lies before 1970.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard let day = CalendarDay(bytes.span), day.number >= 0 else { return nil }
    end = (Int64(day.number) + 1) * 86_400
  }

  init(end: Int64) { self.end = end }

  package static func < (left: ExpiryDay, right: ExpiryDay) -> Bool { left.end < right.end }

  /// Whether the day is over.
  package func isOver(at instant: Int64) -> Bool { end <= instant }

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
