internal import TightlipCore

/// The letters and digits of a text. Only they count in every figure: whether a redaction takes the
/// space after a name along is nobody's gain or loss.
struct LetterCount {
  /// By byte: 1 where a letter or digit begins, 2 inside a character, 0 elsewhere.
  private(set) var isLetter: [UInt8] = []
  /// How many begin before each byte; one longer than the text.
  private var before: [Int32] = []

  /// Takes the next text, keeping storage.
  mutating func read(_ text: [UInt8]) {
    isLetter.removeAll(keepingCapacity: true)
    before.removeAll(keepingCapacity: true)
    isLetter.append(contentsOf: repeatElement(0, count: text.count))
    before.reserveCapacity(text.count + 1)
    before.append(0)
    var index = 0
    while index < text.count {
      let byte = text[index]
      var length = 1
      if byte < 0x80 {
        if Self.isASCIILetter(byte) { isLetter[index] = 1 }
      } else {
        let (scalar, count) = Self.scalar(text, index)
        length = count
        if let scalar, Self.isLetter(scalar) { isLetter[index] = 1 }
      }
      let count = before[index] + Int32(isLetter[index])
      if length > 1 {
        for byte in index + 1..<index + length { isLetter[byte] = Self.continuation }
      }
      for _ in 0..<length { before.append(count) }
      index += length
    }
  }

  /// 1 where a letter or digit begins, 0 elsewhere.
  func begins(_ byte: Int) -> Int { isLetter[byte] == 1 ? 1 : 0 }

  /// Whether the byte belongs to a character that began before it.
  func isContinuation(_ byte: Int) -> Bool { isLetter[byte] == Self.continuation }

  /// The number of letters and digits in a range.
  func count(_ range: ByteRange) -> Int { Int(before[range.end] - before[range.start]) }

  private static let continuation: UInt8 = 2

  private static func isASCIILetter(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// The scalar at a byte and how many bytes it takes; nil for what is not UTF-8.
  private static func scalar(_ text: [UInt8], _ index: Int) -> (Unicode.Scalar?, Int) {
    let lead = text[index]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
    guard length > 1, index + length <= text.count else { return (nil, 1) }
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(text[index + offset]) & 0x3F }
    return (Unicode.Scalar(value), length)
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: scalar.properties.numericType != nil
    }
  }
}
