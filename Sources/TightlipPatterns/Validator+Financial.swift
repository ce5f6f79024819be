// Payment cards, bank accounts and the Luhn check they share.

extension Validator {
  /// Any number of two digits or more that ends in its Luhn check digit.
  static func passesLuhn(_ value: Span<UInt8>) -> Bool {
    guard let run = DigitRun(value) else { return false }
    return run.passesLuhn()
  }

  /// A payment card: an issuer's range, the length it uses, and the Luhn check digit.
  ///
  /// One digit repeated is refused. Source: ISO/IEC 7812-1; the ranges are in the networks' public
  /// developer pages.
  static func isCardNumber(_ value: Span<UInt8>) -> Bool {
    guard let run = DigitRun(value), (12...19).contains(run.count), !run.isOneDigitRepeated,
      isCardRange(prefix: run.number(0..<4), length: run.count)
    else { return false }
    return run.passesLuhn()
  }

  private static func isCardRange(prefix: Int, length: Int) -> Bool {
    switch prefix {
    case 4000...4999: length == 13 || length == 16 || length == 19
    case 5100...5599, 2221...2720: length == 16
    case 3400...3499, 3700...3799: length == 15
    case 3000...3059, 3095, 3600...3699, 3800...3999: (14...19).contains(length)
    case 3528...3589: (16...19).contains(length)
    case 6011, 6440...6599: (16...19).contains(length)
    case 6200...6299: (16...19).contains(length)
    case 5000...5099, 5600...6999: (12...19).contains(length)
    default: false
    }
  }

  /// A bank's routing number: a district the Federal Reserve assigns, and weights 3 7 1.
  ///
  /// Source: ABA Routing Number policy; first two digits 00–12, 21–32, 61–72 or 80.
  static func isRoutingNumber(_ value: Span<UInt8>) -> Bool {
    guard let run = DigitRun(value), run.count == 9, !run.isOneDigitRepeated else { return false }
    switch run.number(0..<2) {
    case 0...12, 21...32, 61...72, 80: break
    default: return false
    }
    let sum =
      3 * (run[0] + run[3] + run[6]) + 7 * (run[1] + run[4] + run[7]) + run[2] + run[5] + run[8]
    return sum % 10 == 0
  }

  /// An international bank account number: the country's length, and remainder 1 modulo 97 once
  /// the first four characters stand last.
  ///
  /// Source: ISO 13616-1; lengths from the SWIFT IBAN registry.
  static func isIBAN(_ value: Span<UInt8>) -> Bool {
    guard value.count >= 15, value[0].isLetter, value[1].isLetter, value[2].isDigit,
      value[3].isDigit
    else { return false }
    var length = 0
    var remainder = 0
    for pass in 0..<2 {
      for index in pass == 0 ? 4..<value.count : 0..<4 {
        if value[index] == UInt8(ascii: " ") || value[index] == UInt8(ascii: "-") { continue }
        guard let digit = value[index].base36Value else { return false }
        remainder = (digit < 10 ? remainder * 10 + digit : remainder * 100 + digit) % 97
        length += 1
      }
    }
    let check = Int(value[2] - 48) * 10 + Int(value[3] - 48)
    return (2...98).contains(check) && remainder == 1
      && length == lengthOfIBAN(country: UInt16(value[0]) << 8 | UInt16(value[1]))
  }

  private static func lengthOfIBAN(country: UInt16) -> Int? {
    for entry in lengthsOfIBAN where entry >> 8 == UInt32(country) { return Int(entry & 0xff) }
    return nil
  }

  private static func country(_ first: Unicode.Scalar, _ second: Unicode.Scalar, _ length: UInt32)
    -> UInt32
  {
    first.value << 16 | second.value << 8 | length
  }

  // The country's two letters and its length, packed so that a look-up reads one small table.
  private static let lengthsOfIBAN: [UInt32] = [
    country("a", "d", 24), country("a", "e", 23), country("a", "l", 28),
    country("a", "t", 20), country("a", "z", 28), country("b", "a", 20),
    country("b", "e", 16), country("b", "g", 22), country("b", "h", 22),
    country("b", "i", 27), country("b", "r", 29), country("b", "y", 28),
    country("c", "h", 21), country("c", "r", 22), country("c", "y", 28),
    country("c", "z", 24), country("d", "e", 22), country("d", "j", 27),
    country("d", "k", 18), country("d", "o", 28), country("e", "e", 20),
    country("e", "g", 29), country("e", "s", 24), country("f", "i", 18),
    country("f", "k", 18), country("f", "o", 18), country("f", "r", 27),
    country("g", "b", 22), country("g", "e", 22), country("g", "i", 23),
    country("g", "l", 18), country("g", "r", 27), country("g", "t", 28),
    country("h", "n", 28), country("h", "r", 21), country("h", "u", 28),
    country("i", "e", 22), country("i", "l", 23), country("i", "q", 23),
    country("i", "s", 26), country("i", "t", 27), country("j", "o", 30),
    country("k", "w", 30), country("k", "z", 20), country("l", "b", 28),
    country("l", "c", 32), country("l", "i", 21), country("l", "t", 20),
    country("l", "u", 20), country("l", "v", 21), country("l", "y", 25),
    country("m", "c", 27), country("m", "d", 24), country("m", "e", 22),
    country("m", "k", 19), country("m", "n", 20), country("m", "r", 27),
    country("m", "t", 31), country("m", "u", 30), country("n", "i", 28),
    country("n", "l", 18), country("n", "o", 15), country("o", "m", 23),
    country("p", "k", 24), country("p", "l", 28), country("p", "s", 29),
    country("p", "t", 25), country("q", "a", 29), country("r", "o", 24),
    country("r", "s", 22), country("r", "u", 33), country("s", "a", 24),
    country("s", "c", 31), country("s", "d", 18), country("s", "e", 24),
    country("s", "i", 19), country("s", "k", 24), country("s", "m", 27),
    country("s", "o", 23), country("s", "t", 25), country("s", "v", 28),
    country("t", "l", 23), country("t", "n", 24), country("t", "r", 26),
    country("u", "a", 29), country("v", "a", 22), country("v", "g", 24),
    country("x", "k", 20), country("y", "e", 30),
  ]
}
