/// Bytes as hexadecimal digits, lower case.
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  /// Appends two digits for each byte.
  static func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
    for byte in bytes { append(byte, to: &output) }
  }

  /// Appends two digits.
  static func append(_ byte: UInt8, to output: inout [UInt8]) {
    output.append(digit(byte >> 4))
    output.append(digit(byte & 15))
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

  /// Two digits for each byte.
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    var digits: [UInt8] = []
    append(bytes, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }

  /// The bytes, or nil where the text is not exactly pairs of lower-case digits.
  static func bytes(_ text: String) -> [UInt8]? {
    let input = Array(text.utf8)
    guard input.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: input.count, by: 2) {
      guard let high = digits.firstIndex(of: input[index]), let low = digits.firstIndex(of: input[index + 1])
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
