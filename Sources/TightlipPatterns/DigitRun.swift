/// The digits of a value with its separators left out, and where the separators stood.
///
/// Holds at most ``capacity`` digits inline, so reading a number allocates nothing.
struct DigitRun {
  /// As many digits as the longest number has that is read this way, and room to notice a longer.
  static let capacity = 24

  private var digits = InlineArray<24, UInt8>(repeating: 0)
  private(set) var count = 0
  /// Bit *i* is set where separators stand between digit *i* - 1 and digit *i*; bit 0 for
  /// separators before the first digit and bit `count` for those after the last.
  private(set) var breaks: UInt32 = 0

  /// Reads the digits in `value` from `start`, or nothing if it holds a byte that is neither a
  /// digit nor one of space - . / ( ) +, or more digits than fit.
  init?(_ value: Span<UInt8>, from start: Int = 0, to end: Int? = nil) {
    for index in start..<(end ?? value.count) {
      let byte = value[index]
      if byte.isDigit {
        guard count < Self.capacity else { return nil }
        digits[count] = byte &- UInt8(ascii: "0")
        count += 1
      } else if byte.isNumberSeparator {
        breaks |= 1 << UInt32(count)
      } else {
        return nil
      }
    }
  }

  /// The digit at `index`, 0 to 9.
  subscript(index: Int) -> Int { Int(digits[index]) }

  /// The number that the digits in `range` spell; `range` has at most 18 digits.
  func number(_ range: Range<Int>) -> Int {
    var result = 0
    for index in range { result = result * 10 + self[index] }
    return result
  }

  /// Whether the digits stand together, or apart at exactly the given places.
  func isGrouped(at places: UInt32) -> Bool { breaks == 0 || breaks == places }

  /// Whether all digits are the same, as in numbers typed to fill a field.
  var isOneDigitRepeated: Bool {
    for index in 1..<max(count, 1) where self[index] != self[0] { return false }
    return true
  }

  /// Whether the last digit is the Luhn check digit of those before it, after `initialSum`.
  ///
  /// ISO/IEC 7812-1, annex B.
  func passesLuhn(initialSum: Int = 0) -> Bool {
    var sum = initialSum
    for index in 0..<count {
      let digit = self[index]
      let isDoubled = (count - index) % 2 == 0
      sum += isDoubled ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit
    }
    return count > 1 && sum % 10 == 0
  }
}

extension UInt8 {
  /// Whether this is an ASCII digit.
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

  /// Whether this is a lower-case ASCII letter; folded text has no others.
  var isLetter: Bool { self &- UInt8(ascii: "a") < 26 }

  /// No control character but white space.
  var isVisibleOrSpace: Bool { self >= 0x20 && self != 0x7F || (0x09...0x0D).contains(self) }

  /// Whether this is a hexadecimal digit in folded text.
  var isHexadecimal: Bool { isDigit || self &- UInt8(ascii: "a") < 6 }

  /// Whether this separates the parts of a number: space - . / ( ) +.
  var isNumberSeparator: Bool {
    switch self {
    case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "+"):
      true
    default: false
    }
  }

  /// The value of a digit (0 to 9) or letter (10 to 35), as IBAN and HIBC count them.
  var base36Value: Int? {
    if isDigit { return Int(self &- UInt8(ascii: "0")) }
    if isLetter { return Int(self &- UInt8(ascii: "a")) + 10 }
    return nil
  }
}
