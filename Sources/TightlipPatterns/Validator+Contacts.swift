// Telephone numbers and network addresses.

extension Validator {
  /// A North American telephone number: an area code and exchange that can be assigned.
  ///
  /// Area: 2–9 first; not N11, N9X, 37X, 96X or 555. Exchange: 2–9 first; not N11. A country code
  /// 1 may precede and an extension ("ext 204", "x204") may follow; 555-01XX is accepted though it
  /// is kept for fiction. Source: NANPA; ATIS-0300051.
  static func isNorthAmericanTelephone(_ value: Span<UInt8>) -> Bool {
    var end = 0
    while end < value.count, !value[end].isLetter, value[end] != UInt8(ascii: ",") { end += 1 }
    guard let run = DigitRun(value, to: end) else { return false }
    // The extension may be worded in any way, in letters and signs that people write.
    for index in end..<value.count where value[index] < 0x20 { return false }
    let start = run.count - 10
    guard start == 0 || start == 1 && run[0] == 1 else { return false }
    let area = run.number(start..<start + 3)
    let exchange = run.number(start + 3..<start + 6)
    guard area >= 200, exchange >= 200, area % 100 != 11, exchange % 100 != 11 else { return false }
    return area / 10 % 10 != 9 && area / 10 != 37 && area / 10 != 96 && area != 555
  }

  /// Four decimal octets without leading zeros. Source: RFC 791; RFC 6943 section 3.1.1.
  static func isIPv4Address(_ value: Span<UInt8>) -> Bool {
    isIPv4Address(value, from: 0)
  }

  private static func isIPv4Address(_ value: Span<UInt8>, from start: Int) -> Bool {
    var octets = 0
    var octet = 0
    var digits = 0
    for index in start...value.count {
      if index < value.count, value[index].isDigit {
        guard digits == 0 || octet != 0 else { return false }
        octet = octet * 10 + Int(value[index] - 48)
        digits += 1
        guard octet < 256 else { return false }
      } else {
        guard index == value.count || value[index] == UInt8(ascii: "."), digits > 0 else {
          return false
        }
        octets += 1
        octet = 0
        digits = 0
      }
    }
    return octets == 4
  }

  /// Eight groups of one to four hexadecimal digits, one run of zeros shortened to "::", the last
  /// two groups perhaps as an IPv4 address.
  ///
  /// A shortened address needs two colons, so no time ("10:30") is one. Source: RFC 4291, 5952.
  static func isIPv6Address(_ value: Span<UInt8>) -> Bool {
    var groups = 0
    var digits = 0
    var groupStart = 0
    var isShortened = false
    var index = 0
    while index < value.count {
      let byte = value[index]
      if byte.isHexadecimal {
        if digits == 0 { groupStart = index }
        digits += 1
        guard digits <= 4 else { return false }
      } else if byte == UInt8(ascii: ":") {
        if index + 1 < value.count, value[index + 1] == UInt8(ascii: ":") {
          guard !isShortened else { return false }
          isShortened = true
          index += 1
        } else if digits == 0 || index + 1 == value.count {
          return false
        }
        if digits > 0 { groups += 1 }
        digits = 0
      } else if byte == UInt8(ascii: "."), digits > 0, groups > 0 || isShortened {
        guard isIPv4Address(value, from: groupStart) else { return false }
        return isShortened ? groups <= 5 : groups == 6
      } else {
        return false
      }
      index += 1
    }
    if digits > 0 { groups += 1 }
    return isShortened ? groups <= 7 : groups == 8
  }

  /// Six octets joined by ":" or by "-", or three groups of four digits joined by ".".
  ///
  /// Source: IEEE 802, EUI-48.
  static func isMACAddress(_ value: Span<UInt8>) -> Bool {
    let isDotted = value.count == 14
    guard isDotted || value.count == 17 else { return false }
    let groupLength = isDotted ? 4 : 2
    let separator = value[groupLength]
    guard
      isDotted
        ? separator == UInt8(ascii: ".")
        : separator == UInt8(ascii: ":") || separator == UInt8(ascii: "-")
    else { return false }
    for index in 0..<value.count {
      let isSeparatorPlace = index % (groupLength + 1) == groupLength
      guard isSeparatorPlace ? value[index] == separator : value[index].isHexadecimal else {
        return false
      }
    }
    return true
  }
}
