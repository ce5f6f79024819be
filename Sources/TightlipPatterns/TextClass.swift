/// The classes of bytes that a ``PatternAutomaton`` tells apart. None holds both bytes of \w and others.
enum TextClass {
  /// Stands before the first byte of a text and behind the last.
  static let end: UInt8 = 0
  static let count = 64

  private static let digit: UInt8 = 27
  private static let underscore: UInt8 = 28
  /// Folded texts have none.
  private static let capital: UInt8 = 29
  private static let beyondASCII: UInt8 = 30
  private static let blank: UInt8 = 31
  private static let control: UInt8 = 32
  private static let firstSign: UInt8 = 33
  /// Signs that patterns ask for, each a class by itself.
  private static let signs = Array("-.,:/@#$%()+'&*!?\";=".utf8)
  private static let otherSign = firstSign + UInt8(signs.count)

  /// The class of each byte value.
  static let table: [UInt8] = (UInt8.min...UInt8.max).map { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 1
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): capital
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit
    case UInt8(ascii: "_"): underscore
    case UInt8(ascii: " "): blank
    case ..<0x20, 0x7F: control
    case 0x80...: beyondASCII
    default: signs.firstIndex(of: byte).map { firstSign + UInt8($0) } ?? otherSign
    }
  }

  /// Bits for the classes with bytes of \w.
  static let word = mask(touching: .word)
  /// Bits for all classes that a byte can have.
  static let anyByte = mask(touching: .all)

  /// The bytes of each class.
  private static let bytes: [ByteSet] = (0..<UInt8(count)).map { kind in ByteSet { table[Int($0)] == kind } }

  /// Bits for the classes that have a byte of a set.
  static func mask(touching set: ByteSet) -> UInt64 {
    var mask: UInt64 = 0
    for (kind, bytes) in bytes.enumerated() where bytes.intersects(set) { mask |= 1 << UInt64(kind) }
    return mask
  }

  /// Bits for the classes that have no byte outside a set.
  static func mask(within set: ByteSet) -> UInt64 { anyByte & ~mask(touching: set.complement) }

  /// About how often a byte of each class follows another, in English texts: in what order states are
  /// thought through, and nothing else.
  static let frequency: [Double] = (0..<UInt8(count)).map { kind in
    switch kind {
    case end: 0.01
    case 1...26: 0.75 * letters[Int(kind) - 1] / 100
    case digit: 0.03
    case blank: 0.17
    case beyondASCII: 0.003
    case underscore, capital, control: 0.0005
    default: 0.002
    }
  }

  /// Of a hundred letters of English text, from a to z.
  private static let letters: [Double] = [
    8.2, 1.5, 2.8, 4.3, 12.7, 2.2, 2.0, 6.1, 7.0, 0.15, 0.8, 4.0, 2.4, 6.7, 7.5, 1.9, 0.1, 6.0, 6.3, 9.1, 2.8, 1.0, 2.4,
    0.15, 2.0, 0.07,
  ]
}
