// Codes for diagnoses, procedures, drugs and laboratory tests.

extension Validator {
  /// A diagnosis code with the shape of ICD-10-CM, in a category that exists.
  ///
  /// Letter, digit, digit or A or B; then at most four characters, after a dot or without one.
  /// The shape covers every code of the fiscal year 2025 files; whether the whole code exists is
  /// not checked here ("E11.99" passes). Source: CMS/NCHS ICD-10-CM files.
  static func isICD10CMCode(_ value: Span<UInt8>) -> Bool {
    guard value.count >= 3, value[0].isLetter, value[1].isDigit, let last = categoryDigit(value[2])
    else { return false }
    let category =
      (Int(value[0] - UInt8(ascii: "a")) * 10 + Int(value[1] - UInt8(ascii: "0"))) * 12 + last
    guard isICD10CMCategory(category) else { return false }
    guard value.count > 3 else { return true }
    let start = value[3] == UInt8(ascii: ".") ? 4 : 3
    guard (1...4).contains(value.count - start) else { return false }
    for index in start..<value.count {
      guard isSubcategoryCharacter(value[index], at: index - start) else { return false }
    }
    return true
  }

  private static func categoryDigit(_ byte: UInt8) -> Int? {
    if byte.isDigit { return Int(byte - UInt8(ascii: "0")) }
    return byte == UInt8(ascii: "a") ? 10 : byte == UInt8(ascii: "b") ? 11 : nil
  }

  private static func isSubcategoryCharacter(_ byte: UInt8, at position: Int) -> Bool {
    if byte.isDigit { return true }
    guard byte.isLetter else { return false }
    let isX = byte == UInt8(ascii: "x")
    switch position {
    case 0: return byte <= UInt8(ascii: "k") || isX || byte == UInt8(ascii: "z")
    case 1: return byte <= UInt8(ascii: "e") || byte >= UInt8(ascii: "x")
    case 2: return byte <= UInt8(ascii: "h") || isX
    default:
      return byte <= UInt8(ascii: "s") && byte != UInt8(ascii: "i") && byte != UInt8(ascii: "l")
        && byte != UInt8(ascii: "o")
    }
  }

  /// A HCPCS level II code: a letter up to V and four digits. Source: CMS HCPCS.
  static func isHCPCSCode(_ value: Span<UInt8>) -> Bool {
    guard value.count == 5, value[0].isLetter, value[0] <= UInt8(ascii: "v") else { return false }
    for index in 1..<5 where !value[index].isDigit { return false }
    return true
  }

  /// A LOINC code: one to seven digits, a dash, a Luhn check digit. Source: LOINC Users' Guide.
  static func isLOINCCode(_ value: Span<UInt8>) -> Bool {
    guard (3...9).contains(value.count), value[value.count - 2] == UInt8(ascii: "-"),
      let run = DigitRun(value), run.count == value.count - 1
    else { return false }
    return run.passesLuhn()
  }

  /// A national drug code: 4-4-2, 5-3-2, 5-4-1, 5-4-2, 6-3-2, 6-4-1 or 6-4-2 digits.
  ///
  /// There is no check digit. Source: 21 CFR 207.33; 45 CFR 162.1002; 91 FR 10749.
  static func isDrugCode(_ value: Span<UInt8>) -> Bool {
    var segment = 0
    var labeler = 0
    var product = 0
    var package = 0
    for index in 0..<value.count {
      if value[index] == UInt8(ascii: "-") {
        segment += 1
      } else if !value[index].isDigit {
        return false
      } else if segment == 0 {
        labeler += 1
      } else if segment == 1 {
        product += 1
      } else {
        package += 1
      }
    }
    guard segment == 2 else { return false }
    switch (labeler, product, package) {
    case (4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2), (6, 3, 2), (6, 4, 1), (6, 4, 2): return true
    default: return false
    }
  }
}
