// SPDX-License-Identifier: Apache-2.0

/// The digits of the codes.
extension EncodedTextReader {
  func number(_ input: borrowing RereadText, _ index: Int, digits: Int, base: Int) -> UInt32? {
    guard index + digits <= input.count else { return nil }
    var value: UInt32 = 0
    for offset in 0..<digits {
      guard let digit = Self.digit(input.bytes[index + offset], base: base) else { return nil }
      value = value * UInt32(base) + UInt32(digit)
    }
    return value
  }

  static func digit(_ byte: UInt8, base: Int) -> Int? {
    let value: Int
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): value = Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): value = Int(byte - UInt8(ascii: "A")) + 10
    default: return nil
    }
    return value < base ? value : nil
  }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

  /// Whether a byte can stand in a word of base 16, 32 or 64.
  static func isCode(_ byte: UInt8) -> Bool { base64Value(byte) != nil || byte == UInt8(ascii: "=") }

  static func base64Value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
