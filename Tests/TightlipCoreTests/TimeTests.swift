import Foundation
import Testing
import TightlipCore

struct InstantTests {
  private func instant(_ text: String) -> Instant? {
    let bytes = Array(text.utf8)
    return Instant(rfc3339: bytes.span)
  }

  /// Seconds from GNU date.
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-22T14:03:00Z", 1_795_356_180),
    ("2026-11-22T14:03:00-07:00", 1_795_381_380), ("2024-02-29T23:59:59+05:45", 1_709_230_499),
    ("2016-12-31T23:59:60Z", 1_483_228_800), ("0000-03-01T00:00:00Z", -62_162_035_200),
    ("9999-12-31T23:59:59Z", 253_402_300_799), ("1969-12-31T23:59:59.999Z", -1),
  ] as [(String, Int64)])
  func `a time is read to the second`(text: String, seconds: Int64) {
    #expect(instant(text)?.seconds == seconds)
  }

  @Test func `a time that was written is read again, whatever the day`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let time = Instant(seconds: Int64.random(in: -62_162_035_200...253_402_300_799, using: &generator))
      let text = time.rfc3339
      var bytes: [UInt8] = []
      for index in text.indices { bytes.append(text[index]) }
      #expect(Instant(rfc3339: bytes.span) == time)
    }
  }

  @Test func `every day of four centuries follows the one before, as in Foundation's calendar`() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    var previous = try #require(CalendarDay(year: 1799, month: 12, day: 31))
    for year in 1800..<2200 {
      for month in 1...12 {
        for day in 1...31 {
          guard let next = CalendarDay(year: year, month: month, day: day) else { continue }
          #expect(next.number == previous.number + 1)
          let civil = next.civil
          #expect(civil == (year, month, day))
          previous = next
        }
      }
      let parts = calendar.dateComponents(
        [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(previous.number) * 86_400))
      #expect(parts.year == year && parts.month == 12 && parts.day == 31)
      #expect(((parts.weekday ?? 0) + 5) % 7 == previous.weekday)
    }
  }

  @Test func `an expiry is a day or an instant`() {
    func expiry(_ text: String) -> Expiry? {
      let bytes = Array(text.utf8)
      return Expiry(bytes.span)
    }
    #expect(expiry("2028-02-29") == .endOfDay(CalendarDay(year: 2028, month: 2, day: 29)!))
    #expect(expiry("1970-01-01T00:00:01Z") == .instant(Instant(seconds: 1)))
    for text in ["", "2027-02-29", "soon", "2027-01-01T00:00:00", "2027-1-1"] { #expect(expiry(text) == nil) }
  }
}

struct USStateTests {
  @Test func `a state is two letters of the Postal Service, in any case`() {
    for code in ["AL", "CO", "DC", "PR", "WY", "AP"] {
      #expect(USState(code)?.code == code)
      #expect(USState(code.lowercased()) == USState(code))
    }
    // "LA" stands in "ALAK…" at an odd place; only whole codes count.
    #expect(USState("LA")?.code == "LA")
    for code in ["", "A", "XX", "COL", "KA", "ZC", "C0", "\u{1}l"] { #expect(USState(code) == nil) }
    #expect(USState.count == 62)
  }
}

struct NameTableTests {
  @Test func `each name has a number that leads back, and nothing else has one`() {
    let names = ["America/Denver", "UTC", "America/Den", "Asia/Kolkata", "America/Denver/X"]
    let zones = NameTable(names + ["UTC"])
    #expect(zones.count == names.count)
    for name in names {
      let bytes = Array(name.utf8)
      #expect(zones.number(of: bytes.span).map(zones.name) == name)
    }
    for name in ["", "A", "America/Denve", "UTC ", "ZZZ"] {
      let bytes = Array(name.utf8)
      #expect(zones.number(of: bytes.span) == nil)
    }
  }
}
