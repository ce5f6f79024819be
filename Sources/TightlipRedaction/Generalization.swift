import TightlipCore

/// Makes dates, ZIP codes and high ages less exact, as the Safe Harbor list allows.
///
/// What cannot be read with certainty is not generalized; the tag stands instead.
struct Generalization: Sendable {
  /// The years it may be.
  private let earliestYear: Int
  private let latestYear: Int

  /// - Parameter currentYear: The year it is; nil for any from 2025 to 2040.
  init(currentYear: Int?) {
    earliestYear = currentYear ?? 2025
    latestYear = currentYear ?? 2040
  }

  /// Writes the less exact form of a value, or returns false if it has none.
  func write(
    _ text: Span<UInt8>, _ range: ByteRange, entity: EntityType, to output: inout [UInt8]
  ) -> Bool {
    switch entity {
    case .dateTime, .dateOfBirth, .zipCode, .age: break
    default: return false
    }
    guard let value = PlainValue(text, range) else { return false }
    switch entity {
    case .dateTime:
      guard let year = DateYear(value) else { return false }
      Self.append(calendarYear(of: year), digits: 4, to: &output)
    case .dateOfBirth:
      guard let year = DateYear(value), let birthYear = birthYear(of: year) else { return false }
      Self.append(birthYear, digits: 4, to: &output)
    case .zipCode:
      guard let prefix = Self.zipPrefix(of: value) else { return false }
      Self.append(prefix, digits: 3, to: &output)
    default:
      guard Self.isAgeAbove89(value) else { return false }
      output.append(UInt8(ascii: "9"))
      output.append(UInt8(ascii: "0"))
      output.append(UInt8(ascii: "+"))
    }
    return true
  }

  private static func append(_ number: Int, digits: Int, to output: inout [UInt8]) {
    var divisor = digits == 4 ? 1000 : 100
    while divisor > 0 {
      output.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  // MARK: Years

  /// A year of two digits is at most ten years ahead, or else of the last century.
  private func calendarYear(of year: DateYear) -> Int {
    guard year.isShort else { return year.value }
    return 2000 + year.value <= earliestYear + 10 ? 2000 + year.value : 1900 + year.value
  }

  /// The year of birth, or nil if it tells, or may tell, an age above 89: such years go with the
  /// ages (45 CFR 164.514(b)(2)(i)(C)).
  private func birthYear(of year: DateYear) -> Int? {
    guard year.isShort else {
      return year.value > latestYear - 90 && year.value <= latestYear ? year.value : nil
    }
    if 2000 + year.value <= earliestYear { return 2000 + year.value }
    return 1900 + year.value > latestYear - 90 ? 1900 + year.value : nil
  }

  // MARK: ZIP codes

  /// The first three digits, or 0 where 20,000 people or fewer live under them.
  ///
  /// 45 CFR 164.514(b)(2)(i)(B), with the seventeen prefixes that HHS lists for the 2000 Census.
  /// Only five digits, or nine, are a ZIP code.
  private static func zipPrefix(of value: PlainValue) -> Int? {
    var digits = 0
    var prefix = 0
    for index in 0..<value.count where value[index].isDigit {
      if digits < 3 { prefix = prefix * 10 + Int(value[index] - UInt8(ascii: "0")) }
      digits += 1
    }
    guard digits == 5 || digits == 9 else { return nil }
    switch prefix {
    case 036, 059, 063, 102, 203, 556, 692, 790, 821, 823, 830, 831, 878, 879, 884, 890, 893:
      return 0
    default:
      return prefix
    }
  }

  // MARK: Ages

  /// Whether the value is one number from 90 to 130, of years.
  ///
  /// "92", "92 y/o", "92-year-old", "92 años", "90s"; not "92 months", and not "92M", where the
  /// letter may be either.
  private static func isAgeAbove89(_ value: PlainValue) -> Bool {
    guard let run = value.run(from: 0), value.run(from: run.end) == nil else { return false }
    guard 90...130 ~= run.value, run.digitCount <= 3 else { return false }
    var unit = run.end
    while unit < value.count, !value[unit].isLowercaseLetter, value[unit] != UInt8(ascii: "?") {
      unit += 1
    }
    switch value[unit] {
    case 0, UInt8(ascii: "y"), UInt8(ascii: "a"), UInt8(ascii: "o"): return true
    case UInt8(ascii: "s"): return unit == run.end && value.wordEnd(from: unit) == unit + 1
    default: return false
    }
  }
}
