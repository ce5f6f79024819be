import Testing
import TightlipCore
import TightlipRedaction

struct RedactionPropertyTests {
  /// All 137 characters of the alphabet.
  static let gsm7 = (UInt32(0)...0xFFFF).compactMap(Unicode.Scalar.init).filter {
    GSM7.septets(of: $0) > 0
  }

  static let mixed = Array(
    "abcdefghijklmnopqrstuvwxyz0123456789áéñüçдана東京字０１２３٤٥😀Ⓐ𝐚\u{301}\u{200B}  --//.,@"
      .unicodeScalars)

  @Test func `a GSM-7 message stays one, whatever is taken out and how`() {
    var random = SeededGenerator(state: 1)
    for type in EntityType.allCases {
      for redaction in allOperators {
        for _ in 0..<8 {
          let before = random.string(of: Self.gsm7, count: 0...40)
          let value = random.string(of: Self.gsm7, count: 1...24)
          let after = random.string(of: Self.gsm7, count: 0...40)
          let start = before.utf8.count
          let text = Array((before + value + after).utf8)
          let output = Array(
            redact(before + value + after, [(type, start..<start + value.utf8.count, redaction)])
              .utf8)
          let old = GSM7.segments(of: text.span)
          let new = GSM7.segments(of: output.span)
          #expect(old.encoding == .gsm7)
          #expect(new.encoding == .gsm7, "\(type) \(redaction)")
          if redaction == .mask || redaction == .partial { #expect(new.units <= old.units) }
        }
      }
    }
  }

  @Test func `dates, ZIP codes and ages stay GSM-7 when generalized`() {
    for type in [EntityType.dateTime, .dateOfBirth, .zipCode, .age] {
      for value in ["1961-04-02", "80302", "92", "2 April 61", "036011234", "nothing"] {
        let output = Array((replacement(of: value, type, .generalize) ?? "`").utf8)
        #expect(GSM7.segments(of: output.span).encoding == .gsm7)
      }
    }
  }

  @Test func `no three letters or digits of a value are left`() throws {
    var random = SeededGenerator(state: 2)
    for round in 0..<6000 {
      let type = EntityType.allCases[round % EntityType.allCases.count]
      let redaction = allOperators[round / 7 % allOperators.count]
      let value = random.string(of: Self.mixed, count: 1...30)
      let written = try #require(replacement(of: value, type, redaction))
      let tag = "[\(type.redactionLabel)]"
      switch redaction {
      case .hash:
        // A hash may hold any three digits, by chance.
        #expect(written.wholeMatch(of: /\[[A-Z_]+:[0-9a-f]{8}\]/) != nil)
        #expect(written.dropLast(10) == tag.dropLast())
      case .generalize where written != tag:
        #expect(written.wholeMatch(of: /(19|20)[0-9]{2}|[0-9]{3}|90\+/) != nil)
      case .fixed(let text):
        #expect(written == text || written == tag)
      case .partial:
        #expect(lettersAndDigits(of: written).count <= 4)
        #expect(lettersAndDigits(of: written).count * 2 <= lettersAndDigits(of: value).count)
        #expect(lettersAndDigits(of: value).hasSuffix(lettersAndDigits(of: written)))
      default:
        for window in windows(of: lettersAndDigits(of: value)) {
          #expect(!written.contains(window))
        }
        if redaction == .mask { #expect(lettersAndDigits(of: written).isEmpty) }
      }
    }
  }

  @Test func `any ranges at all leave nothing of what they cover`() {
    var random = SeededGenerator(state: 3)
    for _ in 0..<3000 {
      let text = random.string(of: Self.mixed, count: 0...40)
      let bytes = Array(text.utf8)
      var parts: [(EntityType, Range<Int>, RedactionOperator)] = []
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let start = Int.random(in: 0...bytes.count, using: &random)
        let end = Int.random(in: start...min(bytes.count, start + 12), using: &random)
        parts.append((.person, start..<end, .tag))
      }
      let output = redact(text, parts)
      #expect(output == reference(bytes, parts.map(\.1)))
    }
  }

  /// The slow way: mark every covered code point, then write a tag for each connected group.
  private func reference(_ bytes: [UInt8], _ ranges: [Range<Int>]) -> String {
    func isInside(_ offset: Int) -> Bool { offset < bytes.count && bytes[offset] & 0xC0 == 0x80 }
    var output: [UInt8] = []
    let whole = ranges.filter { !$0.isEmpty }.map { range in
      var (start, end) = (range.lowerBound, range.upperBound)
      while isInside(start) { start -= 1 }
      while isInside(end) { end += 1 }
      return start..<end
    }
    var offset = 0
    while offset < bytes.count {
      var end = offset
      if let first = whole.filter({ $0.lowerBound == offset }).map(\.upperBound).max() {
        end = first
        while let more = whole.filter({ $0.lowerBound < end && $0.upperBound > end }).first {
          end = more.upperBound
        }
      }
      if end > offset {
        output += Array("[NAME]".utf8)
        offset = end
      } else {
        output.append(bytes[offset])
        offset += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func lettersAndDigits(of text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { scalar in
          switch scalar.properties.generalCategory {
          case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber:
            true
          default: false
          }
        }))
  }

  private func windows(of text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count >= 3 else { return [] }
    return (0...scalars.count - 3).map { start in
      String(String.UnicodeScalarView(scalars[start..<start + 3]))
    }
  }
}
