import Testing
import TightlipRedaction

struct GSM7Tests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    var encoding: GSM7.Encoding
    var units: Int
    var segments: Int
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "empty", text: "", encoding: .gsm7, units: 0, segments: 0),
    Case(name: "brackets", text: "[NAME]", encoding: .gsm7, units: 8, segments: 1),
    Case(name: "underscore", text: "A_B", encoding: .gsm7, units: 3, segments: 1),
    Case(name: "euro", text: "5€", encoding: .gsm7, units: 3, segments: 1),
    Case(name: "Greek capitals", text: "ΔΦΓΛΩΠΨΣΘΞ", encoding: .gsm7, units: 10, segments: 1),
    Case(name: "Greek capital alpha", text: "Α", encoding: .ucs2, units: 1, segments: 1),
    Case(name: "backtick", text: "`", encoding: .ucs2, units: 1, segments: 1),
    Case(name: "tab", text: "a\tb", encoding: .ucs2, units: 3, segments: 1),
    Case(name: "small c with cedilla", text: "ç", encoding: .ucs2, units: 1, segments: 1),
    Case(name: "capital c with cedilla", text: "Ç", encoding: .gsm7, units: 1, segments: 1),
    Case(name: "decomposed e acute", text: "e\u{301}", encoding: .ucs2, units: 2, segments: 1),
    Case(name: "emoji", text: "😀", encoding: .ucs2, units: 2, segments: 1),
    Case(
      name: "160", text: String(repeating: "a", count: 160), encoding: .gsm7, units: 160,
      segments: 1),
    Case(
      name: "161", text: String(repeating: "a", count: 161), encoding: .gsm7, units: 161,
      segments: 2),
    Case(
      name: "306", text: String(repeating: "a", count: 306), encoding: .gsm7, units: 306,
      segments: 2),
    Case(
      name: "307", text: String(repeating: "a", count: 307), encoding: .gsm7, units: 307,
      segments: 3),
    Case(
      name: "an escape pair is not split", text: String(repeating: "[", count: 153),
      encoding: .gsm7, units: 306, segments: 3),
    Case(
      name: "70", text: String(repeating: "я", count: 70), encoding: .ucs2, units: 70, segments: 1),
    Case(
      name: "71", text: String(repeating: "я", count: 71), encoding: .ucs2, units: 71, segments: 2),
    Case(
      name: "134", text: String(repeating: "я", count: 134), encoding: .ucs2, units: 134,
      segments: 2),
    Case(
      name: "a surrogate pair is not split", text: String(repeating: "😀", count: 67),
      encoding: .ucs2, units: 134, segments: 3),
  ]

  @Test(arguments: cases) func `counts units and segments`(_ example: Case) {
    let bytes = Array(example.text.utf8)
    let (encoding, units, segments) = GSM7.segments(of: bytes.span)
    #expect(encoding == example.encoding)
    #expect(units == example.units)
    #expect(segments == example.segments)
  }

  @Test func `knows 127 basic and 10 extension characters`() {
    // The basic table has 128 places, one of which is the escape.
    let scalars = (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init)
    #expect(scalars.count { GSM7.septets(of: $0) == 1 } == 127)
    #expect(scalars.count { GSM7.septets(of: $0) == 2 } == 10)
  }

  @Test func `malformed bytes are no part of the alphabet`() {
    let bytes: [UInt8] = [0x61, 0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80, 0xF4, 0x90, 0xE2, 0x82]
    let (encoding, units, _) = GSM7.segments(of: bytes.span)
    #expect(encoding == .ucs2)
    #expect(units == bytes.count)
  }
}
