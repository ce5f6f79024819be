// Vehicles, telephones and medical devices.

extension Validator {
  /// A vehicle number: 17 characters without I, O or Q; position 9 is the check digit.
  ///
  /// Weights 8 7 6 5 4 3 2 10 0 9 8 7 6 5 4 3 2 modulo 11, ten written X. Outside North America
  /// position 9 may not check. Source: 49 CFR 565.15.
  static func isVehicleNumber(_ value: Span<UInt8>) -> Bool {
    guard value.count == 17 else { return false }
    var sum = 0
    for index in 0..<17 {
      guard let digit = vehicleDigit(value[index]) else { return false }
      let weight = index == 7 ? 10 : index == 8 ? 0 : index < 7 ? 8 - index : 18 - index
      sum += digit * weight
    }
    let check = sum % 11
    return value[8] == (check == 10 ? UInt8(ascii: "x") : UInt8(ascii: "0") + UInt8(check))
  }

  /// The value of a character in a vehicle number: a–h 1–8, j–r 1–9, s–z 2–9, without i, o, q.
  private static func vehicleDigit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "q"): nil
    case UInt8(ascii: "a")...UInt8(ascii: "h"): Int(byte - UInt8(ascii: "a")) + 1
    case UInt8(ascii: "j")...UInt8(ascii: "r"): Int(byte - UInt8(ascii: "j")) + 1
    case UInt8(ascii: "s")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "s")) + 2
    default: nil
    }
  }

  /// A mobile device's number: 15 digits and Luhn. Source: 3GPP TS 23.003.
  static func isIMEI(_ value: Span<UInt8>) -> Bool {
    guard let run = DigitRun(value), run.count == 15, !run.isOneDigitRepeated else { return false }
    return run.passesLuhn()
  }

  /// A GS1 device identifier: (01), a GTIN-14 with its check digit, then production identifiers.
  ///
  /// Dates (11) and (17) must have a month and a day (00 for the end of the month).
  /// Source: 21 CFR 801.20; FDA, "UDI formats by FDA-accredited issuing agency".
  static func isGS1DeviceIdentifier(_ value: Span<UInt8>) -> Bool {
    guard value.count >= 18, isApplicationIdentifier(value, at: 0, 0, 1) else { return false }
    var index = 4
    while index < value.count, value[index] == UInt8(ascii: " ") { index += 1 }
    guard index + 14 <= value.count, let item = DigitRun(value, from: index, to: index + 14),
      item.count == 14
    else { return false }
    var sum = 0
    for position in 0..<14 { sum += item[position] * (position % 2 == 0 ? 3 : 1) }
    guard sum % 10 == 0 else { return false }
    index += 14
    while index < value.count {
      if isApplicationIdentifier(value, at: index, 1, 1)
        || isApplicationIdentifier(value, at: index, 1, 7)
      {
        index += 4
        while index < value.count, value[index] == UInt8(ascii: " ") { index += 1 }
        guard index + 6 <= value.count, let date = DigitRun(value, from: index, to: index + 6),
          date.count == 6, (1...12).contains(date.number(2..<4)), date.number(4..<6) <= 31
        else { return false }
      }
      // A control character would end the identifier for every scanner of codes.
      guard value[index].isVisibleOrSpace else { return false }
      index += 1
    }
    return true
  }

  /// Whether "(de)" stands at `index`, for the digits `tens` and `units`.
  private static func isApplicationIdentifier(
    _ value: Span<UInt8>, at index: Int, _ tens: UInt8, _ units: UInt8
  ) -> Bool {
    index + 4 <= value.count && value[index] == UInt8(ascii: "(")
      && value[index + 1] == UInt8(ascii: "0") + tens
      && value[index + 2] == UInt8(ascii: "0") + units
      && value[index + 3] == UInt8(ascii: ")")
  }

  /// An HIBC device identifier: "+", a labeller's letter, and a check character modulo 43.
  ///
  /// Source: ANSI/HIBC 2.6.
  static func isHIBCDeviceIdentifier(_ value: Span<UInt8>) -> Bool {
    guard value.count >= 8, value[0] == UInt8(ascii: "+"), value[1].isLetter else { return false }
    var sum = 0
    for index in 0..<value.count - 1 {
      guard let digit = base43Value(value[index]) else { return false }
      sum += digit
    }
    return base43Value(value[value.count - 1]) == sum % 43
  }

  /// The value of a character in Code 39 order: 0–9, A–Z, - . space $ / + %.
  private static func base43Value(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "-"): 36
    case UInt8(ascii: "."): 37
    case UInt8(ascii: " "): 38
    case UInt8(ascii: "$"): 39
    case UInt8(ascii: "/"): 40
    case UInt8(ascii: "+"): 41
    case UInt8(ascii: "%"): 42
    default: byte.base36Value
    }
  }
}
