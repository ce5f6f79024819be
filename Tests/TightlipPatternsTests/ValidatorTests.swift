import Foundation
import Testing
import TightlipPatterns

/// A row of `Tests/Cases/identifier_vectors.tsv`.
struct IdentifierVector: CustomTestStringConvertible, Sendable {
  var type: String
  var value: String
  var isValid: Bool
  var reason: String

  var testDescription: String { "\(type) \(value)" }

  /// The vectors that a validator can decide.
  ///
  /// "no such code" is left out: ``Validator/icd10cm`` knows categories, not all 97,584 codes.
  static let all: [IdentifierVector] = {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Cases/identifier_vectors.tsv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      return IdentifierVector(
        type: String(fields[0]), value: String(fields[1]), isValid: fields[2] == "valid",
        reason: fields.count > 3 ? String(fields[3]) : "")
    }.filter { $0.reason != "no such code" }
  }()

  var validator: Validator? {
    switch type {
    case "HCPCS2": .hcpcs
    case "ICD10CM": .icd10cm
    case "PAN": .card
    case "UDI_GS1": .udiGS1
    case "UDI_HIBC": .udiHIBC
    case "US_PASSPORT": .passport
    default: Validator(rawValue: type.lowercased())
    }
  }
}

extension Validator {
  /// Whether the folded form of `text` is accepted.
  func accepts(_ text: String) -> Bool { accepts(text.lowercased().utf8Span.span) }

  /// How many of `values` are accepted.
  func count(_ values: some Sequence<String>) -> Int {
    values.reduce(0) { $0 + (accepts($1) ? 1 : 0) }
  }
}

/// `number` in decimal with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

struct ValidatorVectorTests {
  @Test func `reads the vectors and knows a validator for each type`() {
    #expect(IdentifierVector.all.count >= 200)
    #expect(IdentifierVector.all.allSatisfy { $0.validator != nil })
  }

  @Test(arguments: IdentifierVector.all)
  func `decides as the vector says`(vector: IdentifierVector) throws {
    let validator = try #require(vector.validator)
    #expect(validator.accepts(vector.value) == vector.isValid, "\(vector.reason)")
  }

  @Test(arguments: Validator.allCases)
  func `refuses text that is no value of its kind`(validator: Validator) {
    for text in ["", " ", "-", "a", "0", ":", "::::::", "(01)", "hello there", "é", "\u{0}"] {
      #expect(!validator.accepts(text), "\(text)")
    }
    #expect(!validator.accepts(String(repeating: "9", count: 400)))
    #expect(!validator.accepts(String(repeating: "-", count: 400)))
  }

  @Test func `names a case for each name pattern files use`() {
    for name in ["birth-date", "udi-gs1", "udi-hibc", "zip3-safe", "icd10cm", "ssn"] {
      #expect(Validator(rawValue: name) != nil, "\(name)")
    }
  }
}

struct ValidatorIdentifierTests {
  @Test func `accepts 898 areas, 99 groups and 9999 serials of a social security number`() {
    #expect(Validator.ssn.count((0..<1000).map { padded($0, 3) + "-45-6789" }) == 898)
    #expect(Validator.ssn.count((0..<100).map { "123-" + padded($0, 2) + "-6789" }) == 99)
    #expect(Validator.ssn.count((0..<10000).map { "12345" + padded($0, 4) }) == 9999)
  }

  @Test func `accepts the 42 taxpayer groups, and only with a leading 9`() {
    let groups = Set(50...65).union(70...88).union(90...92).union(94...99)
    for group in 0..<100 {
      let isIssued = groups.contains(group)
      #expect(Validator.itin.accepts("912-\(padded(group, 2))-1234") == isIssued)
      #expect(!Validator.ssn.accepts("912-\(padded(group, 2))-1234"))
    }
    for first in 0..<9 { #expect(!Validator.itin.accepts("\(first)12-70-1234")) }
  }

  @Test func `accepts the employer prefixes that a campus issues`() {
    let refused: Set = [0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97]
    for prefix in 0..<100 {
      let number = padded(prefix, 2) + "-1234567"
      #expect(Validator.ein.accepts(number) == !refused.contains(prefix))
    }
  }

  @Test func `accepts one check digit in ten for each body of a provider identifier`() {
    for body in stride(from: 100_000_000, to: 300_000_000, by: 99_991) {
      #expect(Validator.npi.count((0..<10).map { "\(body)\($0)" }) == 1)
    }
    for first in [0, 3, 4, 5, 6, 7, 8, 9] {
      #expect(Validator.npi.count((0..<10).map { "\(first)23456789\($0)" }) == 0)
    }
  }

  @Test func `accepts one check digit in ten and 18 type letters for a DEA registration`() {
    for body in stride(from: 0, to: 1_000_000, by: 997) {
      let count = Validator.dea.count((0..<10).map { "ab" + padded(body, 6) + "\($0)" })
      #expect(count == 1)
    }
    let letters = "abcdefghijklmnopqrstuvwxyz"
    #expect(Validator.dea.count(letters.map { "\($0)p5836727" }) == 18)
    #expect(Validator.dea.count(letters.map { "a\($0)5836727" }) == 26)
    #expect(Validator.dea.accepts("a95836727"))
    #expect(!Validator.dea.accepts("a85836727"))
  }

  @Test func `accepts the alphabet of each place of a Medicare identifier`() {
    let valid = Array("1eg4te5mk73")
    let digits = Set("0123456789")
    let letters = Set("abcdefghijklmnopqrstuvwxyz").subtracting("sloibz")
    let alphabets: [Set<Character>] = [
      digits.subtracting("0"), letters, letters.union(digits), digits, letters,
      letters.union(digits), digits, letters, letters, digits, digits,
    ]
    for (place, alphabet) in alphabets.enumerated() {
      for character in "abcdefghijklmnopqrstuvwxyz0123456789-./ é" {
        var value = valid
        value[place] = character
        #expect(Validator.mbi.accepts(String(value)) == alphabet.contains(character))
      }
    }
    for dash in 1..<11 {
      var value = valid
      value.insert("-", at: dash)
      #expect(Validator.mbi.accepts(String(value)) == (dash == 4 || dash == 7))
    }
  }

  @Test func `accepts the fifteen railroad prefixes with six digits or nine`() {
    let prefixes: Set = [
      "a", "ca", "h", "ja", "ma", "mh", "pa", "pd", "ph", "wa", "wca", "wcd", "wch", "wd", "wh",
    ]
    let letters = Array("abcdefghijklmnopqrstuvwxyz").map(String.init)
    let candidates =
      letters + letters.flatMap { first in letters.map { first + $0 } } + [
        "wca", "wcd", "wch", "wcb", "aca",
      ]
    for prefix in candidates {
      #expect(Validator.hicn.accepts(prefix + "123456") == prefixes.contains(prefix))
      #expect(Validator.hicn.accepts(prefix + "123456789") == prefixes.contains(prefix))
      #expect(!Validator.hicn.accepts(prefix + "12345678"))
    }
  }

  @Test func `refuses the seventeen ZIP prefixes with few people`() {
    #expect(Validator.zip3Safe.count((0..<1000).map { padded($0, 3) + "01" }) == 983)
    #expect(!Validator.zip3Safe.accepts("036"))
    #expect(!Validator.zip3Safe.accepts("03601-1234"))
    #expect(Validator.zip3Safe.accepts("80203-1234"))
  }
}

struct ValidatorFinancialTests {
  @Test func `accepts one Luhn digit in ten for each card body`() {
    for body in stride(from: 411_111_000_000_000, to: 411_112_000_000_000, by: 1_000_003_777) {
      #expect(Validator.card.count((0..<10).map { "\(body)\($0)" }) == 1)
      #expect(Validator.luhn.count((0..<10).map { "\(body)\($0)" }) == 1)
    }
  }

  @Test func `accepts a card only in a range and of a length that an issuer uses`() {
    /// The prefix padded with zeros to `length`, with the Luhn digit that fits.
    func card(_ prefix: Int, _ length: Int) -> Bool {
      let body = "\(prefix)" + String(repeating: "0", count: length - 5)
      return Validator.card.count((0..<10).map { "\(body)\($0)" }) == 1
    }
    for (prefix, length) in [
      (4000, 13), (4999, 16), (4123, 19), (5100, 16), (5599, 16), (2221, 16), (2720, 16),
      (3400, 15), (3799, 15), (3056, 14), (3600, 14), (3899, 16), (3528, 16), (3589, 16),
      (6011, 16), (6440, 16), (6500, 19), (6200, 16), (5018, 12), (6759, 19),
    ] { #expect(card(prefix, length), "\(prefix) \(length)") }
    for (prefix, length) in [
      (4000, 14), (4000, 15), (5100, 15), (2220, 16), (2721, 16), (3400, 16), (3527, 16),
      (3590, 16), (1234, 16), (7000, 16), (8000, 16), (9999, 16), (6200, 15), (3100, 14),
    ] { #expect(!card(prefix, length), "\(prefix) \(length)") }
    for digit in 0..<10 {
      #expect(!Validator.card.accepts(String(repeating: "\(digit)", count: 16)))
    }
  }

  @Test func `accepts one check digit in ten for each bank and the districts in use`() {
    for body in stride(from: 1_100_001, to: 12_999_999, by: 30_011) {
      #expect(Validator.aba.count((0..<10).map { padded(body, 8) + "\($0)" }) == 1)
    }
    let districts = Set(0...12).union(21...32).union(61...72).union([80])
    for district in 0..<100 {
      let count = Validator.aba.count((0..<10).map { padded(district, 2) + "100005\($0)" })
      #expect(count == (districts.contains(district) ? 1 : 0))
    }
  }

  @Test func `accepts one of the 97 check numbers of an IBAN`() {
    let accepted = (0..<100).filter {
      Validator.iban.accepts("de" + padded($0, 2) + "370400440532013000")
    }
    #expect(accepted == [89])
    #expect(!Validator.iban.accepts("us89370400440532013000"))
  }
}

struct ValidatorContactTests {
  @Test func `accepts the area codes and exchanges that can be assigned`() {
    for code in 0..<1000 {
      let isReachable = code >= 200 && code % 100 != 11
      let isArea =
        isReachable && code / 10 % 10 != 9 && ![37, 96].contains(code / 10) && code != 555
      #expect(Validator.nanp.accepts(padded(code, 3) + "-456-7890") == isArea)
      #expect(Validator.nanp.accepts("+1 (212) " + padded(code, 3) + "-7890") == isReachable)
    }
  }

  @Test func `reads a telephone number before its extension`() {
    for suffix in [" ext 204", "x204", " ext. 1", ", x 20"] {
      #expect(Validator.nanp.accepts("212-456-7890" + suffix))
      #expect(!Validator.nanp.accepts("212-456-789" + suffix))
    }
    #expect(!Validator.nanp.accepts("2 212 456 7890"))
  }

  @Test func `accepts octets 0 to 255 without leading zeros in each place`() {
    for octet in 0..<1000 {
      for place in 0..<4 {
        var octets = ["10", "20", "30", "40"]
        octets[place] = "\(octet)"
        #expect(Validator.ipv4.accepts(octets.joined(separator: ".")) == (octet < 256))
      }
    }
    for octet in 0..<100 { #expect(!Validator.ipv4.accepts("1.2.3.0\(octet)")) }
  }

  @Test func `accepts each shortening of an IPv6 address and no clock time`() {
    for zeros in 2...8 {
      for before in 0...(8 - zeros) {
        let after = 8 - zeros - before
        let head = Array(repeating: "db8", count: before).joined(separator: ":")
        let tail = Array(repeating: "1f", count: after).joined(separator: ":")
        #expect(Validator.ipv6.accepts(head + "::" + tail))
        #expect(!Validator.ipv6.accepts(head + ":::" + tail))
      }
    }
    for count in 1...10 {
      let groups = Array(repeating: "a1", count: count).joined(separator: ":")
      #expect(Validator.ipv6.accepts(groups) == (count == 8))
    }
    for hour in 0..<24 {
      #expect(!Validator.ipv6.accepts("\(hour):30"))
      #expect(!Validator.ipv6.accepts("\(hour):30:15"))
    }
    for text in [":1::2", "1::2:", "1:2:3:4:5:6:7:8::", "::1.2.3", "::256.1.1.1", "1.2.3.4::"] {
      #expect(!Validator.ipv6.accepts(text), "\(text)")
    }
  }

  @Test func `accepts hexadecimal digits alone in each place of a MAC address`() {
    let valid = Array("00:1a:2b:3c:4d:5e")
    for place in valid.indices {
      for character in "0123456789abcdefg:-. " {
        var value = valid
        value[place] = character
        let isAccepted = valid[place] == ":" ? character == ":" : character.isHexDigit
        #expect(Validator.mac.accepts(String(value)) == isAccepted)
      }
    }
  }
}

struct ValidatorDeviceTests {
  @Test func `accepts one check character in the seventeen-character vehicle number`() {
    let characters = "0123456789abcdefghijklmnopqrstuvwxyz"
    for serial in stride(from: 0, to: 1_000_000, by: 4999) {
      let count = Validator.vin.count(
        characters.map { "1m8gdm9a\($0)kp" + padded(serial, 6) })
      #expect(count == 1)
    }
  }

  @Test func `refuses I, O and Q in each place of a vehicle number`() {
    let valid = Array("1m8gdm9axkp042788")
    for place in valid.indices {
      for letter in "ioq" {
        var value = valid
        value[place] = letter
        #expect(!Validator.vin.accepts(String(value)))
      }
    }
  }

  @Test func `accepts one check digit in ten for telephones, trade items and tests`() {
    for body in stride(from: 35_209_900_000_000, to: 35_209_999_000_000, by: 99_999_989) {
      #expect(Validator.imei.count((0..<10).map { "\(body)\($0)" }) == 1)
    }
    for body in stride(from: 0, to: 1_000_000, by: 1009) {
      let item = "(01)0038074" + padded(body, 6)
      #expect(Validator.udiGS1.count((0..<10).map { item + "\($0)(21)77" }) == 1)
    }
    for body in 1..<2000 {
      #expect(Validator.loinc.count((0..<10).map { "\(body)-\($0)" }) == 1)
    }
  }

  @Test func `refuses a device label with a month or day that is none`() {
    for month in 0..<100 {
      let label = "(01)00380740000011(17)26\(padded(month, 2))15(10)a1"
      #expect(Validator.udiGS1.accepts(label) == (1...12).contains(month))
    }
  }

  @Test func `accepts one check character of 43 for a HIBC label`() {
    let characters = "0123456789abcdefghijklmnopqrstuvwxyz-. $/+%"
    for body in ["a99912345", "h1234567", "b12abc9"] {
      #expect(Validator.udiHIBC.count(characters.map { "+\(body)\($0)" }) == 1)
    }
  }
}

struct ValidatorCodeTests {
  @Test func `accepts the 1917 categories of ICD-10-CM`() {
    var count = 0
    for letter in "abcdefghijklmnopqrstuvwxyz" {
      for digit in 0..<10 {
        count += Validator.icd10cm.count("0123456789ab".map { "\(letter)\(digit)\($0)" })
      }
    }
    #expect(count == 1917)
    for text in ["b12", "k12.5.1", "e11.", "e11.12345", "e11.l", "q10x9999", "e1a"] {
      #expect(Validator.icd10cm.accepts(text) == (text == "b12x"), "\(text)")
    }
  }

  @Test func `accepts seven groupings of a drug code`() {
    var accepted: [String] = []
    for labeler in 1...7 {
      for product in 1...5 {
        for package in 1...4 {
          let segments = [labeler, product, package].map { String(repeating: "1", count: $0) }
          if Validator.ndc.accepts(segments.joined(separator: "-")) {
            accepted.append("\(labeler)-\(product)-\(package)")
          }
        }
      }
    }
    #expect(
      accepted == ["4-4-2", "5-3-2", "5-4-1", "5-4-2", "6-3-2", "6-4-1", "6-4-2"])
  }

  @Test func `accepts procedure codes up to V`() {
    #expect(Validator.hcpcs.count("abcdefghijklmnopqrstuvwxyz".map { "\($0)0439" }) == 22)
  }
}

struct ValidatorDateTests {
  static let english = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]
  static let spanish = [
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
  ]

  /// Days in a month, counted another way than the validator counts them.
  static func days(_ month: Int, _ year: Int) -> Int {
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    return month == 2 ? (isLeap ? 29 : 28) : 31 - (month - 1) % 7 % 2
  }

  @Test func `accepts the days the calendar has from 1900 to 2099 and no others`() {
    var mistakes: [String] = []
    for year in 1900...2099 {
      for month in 1...12 {
        let last = Self.days(month, year)
        for day in 1...32 {
          for text in Self.shapes(month, day, year)
          where Validator.date.accepts(text) != (day <= last) {
            mistakes.append(text)
          }
        }
      }
    }
    #expect(mistakes.isEmpty, "\(mistakes.prefix(5))")
  }

  static func shapes(_ month: Int, _ day: Int, _ year: Int) -> [String] {
    let name = year % 2 == 0 ? english[month - 1] : spanish[month - 1]
    return [
      "\(month)/\(day)/\(year)", "\(year)-\(padded(month, 2))-\(padded(day, 2))",
      "\(padded(month, 2))\(padded(day, 2))\(year)", "\(day) \(name) \(year)",
    ]
  }

  @Test func `reads every shape of one birth date`() {
    for text in [
      "4/2/61", "04/02/1961", "4-2-61", "4.2.61", "4 2 61", "4 / 2 / 61", "04021961", "040261",
      "19610402", "1961-04-02", "2 april 1961", "april 2nd 61", "april 2, 1961",
      "2nd of april 1961",
      "the 2nd of april, 1961", "apr. 2 '61", "2 de abril de 1961", "2-apr-1961", "2apr1961",
      "25/12/1961",
    ] { #expect(Validator.birthDate.accepts(text), "\(text)") }
  }

  @Test func `refuses a birth date without a year, before 1900 or far ahead`() {
    for text in ["4/2", "april 2", "4/2/1899", "4/2/2031", "4/2/2099", "13/13/1961", "2/30/61"] {
      #expect(!Validator.birthDate.accepts(text), "\(text)")
    }
  }

  @Test func `reads month and day without a year`() {
    for month in 1...12 {
      for day in 1...32 {
        let isDay = day <= Self.days(month, 2000)
        #expect(Validator.date.accepts("\(month)/\(day)") == isDay)
        #expect(Validator.date.accepts("\(Self.english[month - 1]) \(day)th") == isDay)
        #expect(Validator.date.accepts("\(day) de \(Self.spanish[month - 1])") == isDay)
      }
    }
    #expect(!Validator.date.accepts("13/1"))
    #expect(!Validator.date.accepts("0/1"))
  }

  @Test func `accepts each minute of both clocks and no other`() {
    for hour in 0..<30 {
      for minute in 0..<70 {
        let text = "\(hour):\(padded(minute, 2))"
        let isTime = minute < 60 && hour < 24
        #expect(Validator.time.accepts(text) == isTime)
        #expect(Validator.time.accepts(text + " pm") == (isTime && (1...12).contains(hour)))
        #expect(Validator.time.accepts(padded(hour, 2) + padded(minute, 2)) == isTime)
      }
    }
    for text in ["3pm", "3 a.m.", "12 am", "4 o'clock", "08:15:30", "1300 hrs", "2:45p"] {
      #expect(Validator.time.accepts(text), "\(text)")
    }
    for text in ["3", "13pm", "0 am", "3:5", "3:005", ":30", "3:", "1:2:3:4", "130", "1300 pm"] {
      #expect(!Validator.time.accepts(text), "\(text)")
    }
  }
}
