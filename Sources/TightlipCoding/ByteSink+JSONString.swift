extension ByteSink {
  /// The bytes as a JSON string, with its quotation marks.
  ///
  /// Always valid UTF-8 on one line by anyone's count: control characters, U+2028 and U+2029 are
  /// escaped, and what is not UTF-8 becomes U+FFFD, byte by byte.
  ///
  /// - Complexity: Linear; runs of ASCII that need no escape are copied eight bytes at a time.
  @inline(__always)
  mutating func appendJSONString(_ bytes: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    unsafe appendEscaped(bytes)
    append(UInt8(ascii: "\""))
  }

  /// The bytes as the inside of a JSON string.
  mutating func appendEscaped(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    let count = bytes.count
    var index = 0
    var copied = 0
    while index < count {
      if index + 8 <= count {
        // SAFETY: eight bytes from `index` are inside the buffer.
        let word = unsafe UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self)
        let special = Self.special(word.littleEndian)
        if special == 0 {
          index += 8
          continue
        }
        index += special.trailingZeroBitCount >> 3
      }
      let byte = unsafe bytes[index]
      if byte >= 0x80 {
        let length = unsafe Self.scalarLength(bytes, index)
        let isSeparator = unsafe Self.isSeparator(bytes, index, length)
        if length == 0 || isSeparator {
          unsafe append(UnsafeBufferPointer(rebasing: bytes[copied..<index]))
          if length == 0 {
            append("\u{FFFD}")
          } else {
            let isLine = unsafe bytes[index + 2] == 0xA8
            append(isLine ? "\\u2028" : "\\u2029")
          }
          copied = index + max(1, length)
        }
        index += max(1, length)
      } else if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        unsafe append(UnsafeBufferPointer(rebasing: bytes[copied..<index]))
        appendEscape(byte)
        index += 1
        copied = index
      } else {
        index += 1
      }
    }
    unsafe append(UnsafeBufferPointer(rebasing: bytes[copied..<count]))
  }

  /// The high bit of each byte that cannot be copied as it is; exact up to the first one.
  @inline(__always)
  private static func special(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let found =
      ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote)
      | ((backslash &- ones) & ~backslash) | word
    return found & (ones &* 0x80)
  }

  /// The length of the scalar at an index, or 0 where there is none.
  private static func scalarLength(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
    let first = unsafe bytes[index]
    let length: Int
    var lowest: UInt8 = 0x80
    var highest: UInt8 = 0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if first == 0xE0 { lowest = 0xA0 }
      if first == 0xED { highest = 0x9F }
    case 0xF0...0xF4:
      length = 4
      if first == 0xF0 { lowest = 0x90 }
      if first == 0xF4 { highest = 0x8F }
    default: return 0
    }
    guard index + length <= bytes.count, unsafe (lowest...highest).contains(bytes[index + 1]) else {
      return 0
    }
    for next in index + 2..<max(index + 2, index + length)
    where unsafe bytes[next] & 0xC0 != 0x80 {
      return 0
    }
    return length
  }

  /// U+2028 and U+2029 end a line for some readers.
  @inline(__always)
  private static func isSeparator(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ length: Int
  ) -> Bool {
    unsafe length == 3 && bytes[index] == 0xE2 && bytes[index + 1] == 0x80
      && bytes[index + 2] & 0xFE == 0xA8
  }

  private mutating func appendEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case 0x08: append("\\b")
    case 0x09: append("\\t")
    case 0x0A: append("\\n")
    case 0x0C: append("\\f")
    case 0x0D: append("\\r")
    default:
      append("\\u00")
      append(0x30 + (byte >> 4))
      append((byte & 15) + (byte & 15 < 10 ? 0x30 : 0x57))
    }
  }
}
