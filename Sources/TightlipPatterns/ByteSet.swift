/// A set of byte values.
package struct ByteSet: Sendable, Hashable {
  private var words: InlineArray<4, UInt64> = InlineArray(repeating: 0)

  init() {}

  init(_ byte: UInt8) { insert(byte) }

  init(where isMember: (UInt8) -> Bool) {
    for byte in UInt8.min...UInt8.max where isMember(byte) { insert(byte) }
  }

  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

  mutating func remove(_ byte: UInt8) { words[Int(byte >> 6)] &= ~(1 << UInt64(byte & 63)) }

  mutating func formUnion(_ other: ByteSet) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  package func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

  /// Whether it holds all of another.
  func contains(_ other: ByteSet) -> Bool { words.indices.allSatisfy { other.words[$0] & ~words[$0] == 0 } }

  func intersects(_ other: ByteSet) -> Bool {
    words[0] & other.words[0] | words[1] & other.words[1] | words[2] & other.words[2] | words[3] & other.words[3] != 0
  }

  var count: Int { words.indices.reduce(0) { $0 + words[$1].nonzeroBitCount } }

  var complement: ByteSet {
    var result = ByteSet()
    for index in words.indices { result.words[index] = ~words[index] }
    return result
  }

  package static func == (left: ByteSet, right: ByteSet) -> Bool { left.contains(right) && right.contains(left) }

  package func hash(into hasher: inout Hasher) {
    for index in words.indices { hasher.combine(words[index]) }
  }

  // In byte mode, without UCP, as patterns are compiled.
  static let all = ByteSet().complement
  /// \\d
  static let digits = ByteSet { $0 &- UInt8(ascii: "0") < 10 }
  /// \\w
  static let word = ByteSet {
    $0 &- UInt8(ascii: "0") < 10 || ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 == UInt8(ascii: "_")
  }
  /// \\s
  static let blanks = ByteSet { $0 == 0x20 || $0 &- 0x09 < 5 }
}
