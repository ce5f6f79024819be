internal import TightlipCore

/// A short value as a generalization reads it: lower-case ASCII, one byte for a code point.
///
/// Digits of every script become 0–9, full-width forms their ASCII, dashes `-`, spaces a space,
/// apostrophes `'`; marks and invisible characters vanish, and everything else becomes `?`.
struct PlainValue {
  /// The longest value read. Longer ones are not worth generalizing.
  static let capacity = 64

  private var bytes = InlineArray<64, UInt8>(repeating: 0)
  private(set) var count = 0

  /// The value at `range`, or nil if it is longer than ``capacity`` code points.
  init?(_ text: Span<UInt8>, _ range: ByteRange) {
    var offset = range.start
    while offset < range.end {
      let point = CodePoint(in: text, at: offset, end: range.end)
      offset += point.utf8Count
      if point.kind == .mark { continue }
      guard count < Self.capacity else { return nil }
      bytes[count] = Self.plain(point.scalar)
      count += 1
    }
  }

  /// The byte at `index`, or 0 outside the value.
  subscript(index: Int) -> UInt8 {
    0 <= index && index < count ? bytes[index] : 0
  }

  private static func plain(_ scalar: Unicode.Scalar?) -> UInt8 {
    guard let scalar else { return UInt8(ascii: "?") }
    if scalar.value < 0x80 { return lowercase(UInt8(truncatingIfNeeded: scalar.value)) }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .decimalNumber:
      guard let value = properties.numericValue, 0 <= value, value <= 9 else { break }
      return UInt8(ascii: "0") + UInt8(value)
    case .spaceSeparator: return UInt8(ascii: " ")
    case .dashPunctuation: return UInt8(ascii: "-")
    default: break
    }
    switch scalar.value {
    case 0xFF01...0xFF5E: return lowercase(UInt8(truncatingIfNeeded: scalar.value - 0xFEE0))
    case 0x2018, 0x2019, 0x02BC: return UInt8(ascii: "'")
    default: return UInt8(ascii: "?")
    }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}

extension PlainValue {
  /// Digits without anything between them.
  struct Run {
    var start = 0
    var end = 0
    /// Its value, exact up to 14 digits.
    var value = 0
    var digitCount: Int { end - start }
  }

  /// The first run of digits that begins at `start` or later.
  func run(from start: Int) -> Run? {
    var index = start
    while index < count, !self[index].isDigit { index += 1 }
    guard index < count else { return nil }
    var run = Run(start: index, end: index, value: 0)
    while self[run.end].isDigit {
      if run.digitCount < 14 { run.value = run.value * 10 + Int(self[run.end] - 0x30) }
      run.end += 1
    }
    return run
  }

  /// The end of the word that begins at `start`.
  func wordEnd(from start: Int) -> Int {
    var end = start
    while self[end].isLowercaseLetter || self[end] == UInt8(ascii: "?") { end += 1 }
    return end
  }

  /// Whether the bytes from `start` up to `end` are those of `word`.
  func isWord(_ start: Int, _ end: Int, _ word: String) -> Bool {
    end - start == word.utf8.count && hasPrefix(word, at: start)
  }

  /// Whether `prefix` stands at `start`. Strings of up to fifteen bytes take no allocation.
  func hasPrefix(_ prefix: String, at start: Int) -> Bool {
    var index = start
    for byte in prefix.utf8 {
      guard self[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// The first index at or after `start` that holds no space.
  func skippingSpaces(from start: Int) -> Int {
    var index = start
    while self[index] == UInt8(ascii: " ") { index += 1 }
    return index
  }
}
