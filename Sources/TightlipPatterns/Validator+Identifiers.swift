// Numbers that governments and registries issue to people and practices.

extension Validator {
  /// A Social Security number: area not 000, 666 or 9xx, group not 00, serial not 0000.
  ///
  /// Written 3-2-4 or without separators. There is no check digit, and since 2011-06-25 the area
  /// tells nothing about the state. Source: SSA POMS RM 10201.035.
  static func isSocialSecurityNumber(_ value: Span<UInt8>) -> Bool {
    guard let run = DigitRun(value) else { return false }
    return isSocialSecurityNumber(run)
  }

  private static func isSocialSecurityNumber(_ run: DigitRun) -> Bool {
    guard run.count == 9, run.isGrouped(at: 1 << 3 | 1 << 5) else { return false }
    let area = run.number(0..<3)
    return area != 0 && area != 666 && area < 900 && run.number(3..<5) != 0
      && run.number(5..<9) != 0
  }

  /// An individual taxpayer number: 9xx with group 50–65, 70–88, 90–92 or 94–99.
  ///
  /// Source: IRS Publication 1915.
  static func isTaxpayerNumber(_ value: Span<UInt8>) -> Bool {
    guard let run = DigitRun(value), run.count == 9, run.isGrouped(at: 1 << 3 | 1 << 5),
      run[0] == 9
    else { return false }
    switch run.number(3..<5) {
    case 50...65, 70...88, 90...92, 94...99: return true
    default: return false
    }
  }

  /// An employer number: NN-NNNNNNN with a prefix that a campus issues.
  ///
  /// Source: IRS, "How EINs are assigned and valid EIN prefixes".
  static func isEmployerNumber(_ value: Span<UInt8>) -> Bool {
    guard let run = DigitRun(value), run.count == 9, run.isGrouped(at: 1 << 2) else {
      return false
    }
    switch run.number(0..<2) {
    case 0, 7...9, 17...19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97: return false
    default: return true
    }
  }

  /// A national provider identifier: ten digits, first 1 or 2, Luhn over 80840 and the number.
  ///
  /// Source: CMS, "Requirements for NPI and NPI check digit"; 45 CFR 162.406.
  static func isProviderIdentifier(_ value: Span<UInt8>) -> Bool {
    guard let run = DigitRun(value), run.count == 10, run[0] == 1 || run[0] == 2 else {
      return false
    }
    return run.passesLuhn(initialSum: 24)
  }

  /// A DEA registration: type letter, surname letter or 9, six digits and their check digit.
  ///
  /// (d1 + d3 + d5) + 2 (d2 + d4 + d6) ends in d7. Letters I N O Q V W Y Z are no type.
  /// Source: DEA Diversion Control, registration validation; 21 CFR 1301.22(c).
  static func isDEANumber(_ value: Span<UInt8>) -> Bool {
    guard value.count >= 9, value[0].isLetter, value[1].isLetter || value[1] == UInt8(ascii: "9")
    else { return false }
    switch value[0] {
    case UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "o"), UInt8(ascii: "q"),
      UInt8(ascii: "v"), UInt8(ascii: "w"), UInt8(ascii: "y"), UInt8(ascii: "z"):
      return false
    default: break
    }
    guard let run = DigitRun(value, from: 2), run.count == 7, run.breaks & ~1 == 0 else {
      return false
    }
    return (run[0] + run[2] + run[4] + 2 * (run[1] + run[3] + run[5])) % 10 == run[6]
  }

  /// A Medicare beneficiary identifier: eleven characters, C A AN N A AN N A A N N.
  ///
  /// C is 1–9, N is 0–9, A a letter but S L O I B Z, AN either; printed 4-3-4. There is no check
  /// digit. Source: CMS, "Understanding the Medicare Beneficiary Identifier format".
  static func isMedicareBeneficiaryIdentifier(_ value: Span<UInt8>) -> Bool {
    var position = 0
    for index in 0..<value.count {
      let byte = value[index]
      if byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ") {
        guard position == 4 || position == 7 else { return false }
        continue
      }
      let isAllowedLetter = byte.isLetter && !isConfusableLetter(byte)
      switch position {
      case 0: guard byte.isDigit, byte != UInt8(ascii: "0") else { return false }
      case 1, 4, 7, 8: guard isAllowedLetter else { return false }
      case 2, 5: guard isAllowedLetter || byte.isDigit else { return false }
      case 3, 6, 9, 10: guard byte.isDigit else { return false }
      default: return false
      }
      position += 1
    }
    return position == 11
  }

  /// Whether CMS leaves `byte` out of the identifier because it looks like a digit.
  private static func isConfusableLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "s"), UInt8(ascii: "l"), UInt8(ascii: "o"), UInt8(ascii: "i"),
      UInt8(ascii: "b"), UInt8(ascii: "z"):
      true
    default: false
    }
  }

  /// An old Medicare claim number: an SSN with a beneficiary code, or a railroad prefix with six
  /// or nine digits.
  ///
  /// Not issued since April 2018. Source: CMS, SSNRI slides of 2017-03-28, slide 7.
  static func isHealthInsuranceClaimNumber(_ value: Span<UInt8>) -> Bool {
    guard value.count > 0 else { return false }
    return value[0].isLetter ? isRailroadNumber(value) : isClaimNumberWithSuffix(value)
  }

  private static func isClaimNumberWithSuffix(_ value: Span<UInt8>) -> Bool {
    var end = 0
    while end < value.count, !value[end].isLetter { end += 1 }
    guard (1...2).contains(value.count - end) else { return false }
    switch value[end] {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "h"), UInt8(ascii: "j"),
      UInt8(ascii: "k"), UInt8(ascii: "m"), UInt8(ascii: "t"), UInt8(ascii: "w"):
      break
    default: return false
    }
    if end + 1 < value.count, !value[end + 1].isLetter, !value[end + 1].isDigit { return false }
    while end > 0, value[end - 1].isNumberSeparator { end -= 1 }
    guard let run = DigitRun(value, to: end) else { return false }
    return isSocialSecurityNumber(run)
  }

  private static func isRailroadNumber(_ value: Span<UInt8>) -> Bool {
    var length = 0
    var prefix: UInt32 = 0
    while length < value.count, value[length].isLetter {
      guard length < 3 else { return false }
      prefix = prefix << 8 | UInt32(value[length])
      length += 1
    }
    switch prefix {
    case 0x61, 0x68, 0x6361, 0x6a61, 0x6d61, 0x6d68, 0x7061, 0x7064, 0x7068, 0x7761, 0x7764,
      0x7768, 0x776361, 0x776364, 0x776368:
      break  // a h ca ja ma mh pa pd ph wa wd wh wca wcd wch
    default: return false
    }
    if length < value.count, value[length] == UInt8(ascii: "-") { length += 1 }
    guard let run = DigitRun(value, from: length) else { return false }
    return run.count == 6 && run.breaks == 0 || isSocialSecurityNumber(run)
  }

  /// A United States passport: nine digits, or a letter and eight digits.
  ///
  /// Source: Department of State, 8 FAM; the next-generation book since 2021.
  static func isPassportNumber(_ value: Span<UInt8>) -> Bool {
    guard value.count == 9, value[0].isDigit || value[0].isLetter else { return false }
    for index in 1..<9 where !value[index].isDigit { return false }
    return true
  }

  /// A laboratory's CLIA number: two digits, D, seven digits. Source: CMS CLIA.
  static func isCLIANumber(_ value: Span<UInt8>) -> Bool {
    guard value.count == 10 else { return false }
    for index in 0..<10 {
      guard index == 2 ? value[index] == UInt8(ascii: "d") : value[index].isDigit else {
        return false
      }
    }
    return true
  }

  /// A ZIP code whose first three digits cover more than 20,000 people, so that HIPAA lets the
  /// three be kept.
  ///
  /// Source: HHS de-identification guidance; 45 CFR 164.514(b)(2)(i)(B), 2000 Census.
  static func isPopulousZIPCode(_ value: Span<UInt8>) -> Bool {
    guard let run = DigitRun(value), run.count == 5 || run.count == 9, run.isGrouped(at: 1 << 5)
    else { return false }
    switch run.number(0..<3) {
    case 36, 59, 63, 102, 203, 556, 692, 790, 821, 823, 830, 831, 878, 879, 884, 890, 893:
      return false
    default: return true
    }
  }
}
