/// Finds where a value's literal stands in a line.
///
/// simdjson's tape does not say where in the line an element stood. This scanner does, for lines
/// that simdjson has accepted: it goes by the position of members and elements, never by keys, so
/// it has no escapes to undo. It checks every byte it relies on and gives nil where the line is not
/// what simdjson saw.
package struct JSONScanner {
  private var index = 0

  package init() {}

  /// The literal that is the `path[0]`-th member of the document, the `path[1]`-th of that, and so
  /// on.
  package mutating func literal(at path: [Int], in line: Span<UInt8>) -> Range<Int>? {
    index = 0
    skipSpace(line)
    for position in path {
      guard enter(position, line) else { return nil }
    }
    let start = index
    guard skipValue(line), start < index else { return nil }
    return start..<index
  }

  /// Moves from the start of an object or array to the start of its `position`-th value.
  private mutating func enter(_ position: Int, _ line: Span<UInt8>) -> Bool {
    let isObject = byte(line) == UInt8(ascii: "{")
    guard isObject || byte(line) == UInt8(ascii: "[") else { return false }
    index += 1
    for remaining in stride(from: position, through: 0, by: -1) {
      skipSpace(line)
      if isObject {
        guard skipString(line) else { return false }
        skipSpace(line)
        guard byte(line) == UInt8(ascii: ":") else { return false }
        index += 1
        skipSpace(line)
      }
      if remaining == 0 { return true }
      guard skipValue(line) else { return false }
      skipSpace(line)
      guard byte(line) == UInt8(ascii: ",") else { return false }
      index += 1
    }
    return false
  }

  private mutating func skipValue(_ line: Span<UInt8>) -> Bool {
    switch byte(line) {
    case UInt8(ascii: "\""): return skipString(line)
    case UInt8(ascii: "{"), UInt8(ascii: "["): return skipContainer(line)
    default:
      let start = index
      while index < line.count, !Self.endsScalar(line[index]) { index += 1 }
      return index > start
    }
  }

  private mutating func skipContainer(_ line: Span<UInt8>) -> Bool {
    var depth = 0
    while index < line.count {
      switch line[index] {
      case UInt8(ascii: "\""):
        guard skipString(line) else { return false }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      index += 1
      if depth == 0 { return true }
    }
    return false
  }

  private mutating func skipString(_ line: Span<UInt8>) -> Bool {
    guard byte(line) == UInt8(ascii: "\"") else { return false }
    index += 1
    while index < line.count {
      switch line[index] {
      case UInt8(ascii: "\""):
        index += 1
        return true
      case UInt8(ascii: "\\"): index += 2
      default: index += 1
      }
    }
    return false
  }

  private mutating func skipSpace(_ line: Span<UInt8>) {
    while index < line.count, Self.isSpace(line[index]) { index += 1 }
  }

  private func byte(_ line: Span<UInt8>) -> UInt8 { index < line.count ? line[index] : 0 }

  /// Whether the byte is one of JSON's four white space characters.
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func endsScalar(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      || isSpace(byte)
  }

  /// Whether a `\u` escape is half of a surrogate pair without the other.
  ///
  /// simdjson 3.0.1 refuses both halves alone (all its kernels: tested), and says only that a
  /// string is wrong; this tells why. Other versions let a low half through, as bytes that are not
  /// UTF-8, so accepted lines are asked too. Backslashes stand only in strings: no other knowledge
  /// of JSON needed.
  package static func hasLoneSurrogate(_ line: Span<UInt8>) -> Bool {
    var index = 0
    while index + 1 < line.count {
      guard line[index] == UInt8(ascii: "\\") else {
        index += 1
        continue
      }
      guard let unit = codeUnit(line, index) else {
        index += 2
        continue
      }
      index += 6
      switch unit {
      case 0xD800...0xDBFF:
        guard let next = codeUnit(line, index), (0xDC00...0xDFFF).contains(next) else {
          return true
        }
        index += 6
      case 0xDC00...0xDFFF: return true
      default: break
      }
    }
    return false
  }

  /// The code unit of the `\uXXXX` escape at an index, or nil where there is none.
  private static func codeUnit(_ line: Span<UInt8>, _ index: Int) -> Int? {
    guard index + 6 <= line.count, line[index] == UInt8(ascii: "\\"),
      line[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var value = 0
    for position in index + 2..<index + 6 {
      let byte = line[position]
      switch byte {
      case 0x30...0x39: value = value << 4 | Int(byte - 0x30)
      case 0x41...0x46, 0x61...0x66: value = value << 4 | Int((byte | 0x20) - 0x61 + 10)
      default: return nil
      }
    }
    return value
  }
}
