/// Words that stand for single characters.
enum SpelledCharacters {
  /// All of them, folded.
  static var words: [[UInt8]] { Array(digits.keys) + Array(letters.keys) + Array(repetitions.keys) }

  /// English and Spanish names of digits, as people spell numbers over the telephone.
  static func digit(_ word: [UInt8]) -> UInt8? { mayBe(word) ? digits[word] : nil }

  /// The letter of a word of the spelling alphabet (ICAO annex 10, with its usual misspellings).
  static func letter(_ word: [UInt8]) -> UInt8? { mayBe(word) ? letters[word] : nil }

  /// "Double", "triple".
  static func repetition(_ word: [UInt8]) -> Int? { mayBe(word) ? repetitions[word] : nil }

  /// Whether there is a word so long with this beginning: asked of every word of a text.
  private static func mayBe(_ word: [UInt8]) -> Bool {
    guard let first = word.first else { return false }
    return lengths[Int(first)] >> UInt16(min(word.count, 15)) & 1 == 1
  }

  /// By first byte a bit for each length.
  private static let lengths: [UInt16] = {
    var lengths = Array(repeating: UInt16(0), count: 256)
    for word in words { lengths[Int(word[0])] |= 1 << UInt16(word.count) }
    return lengths
  }()

  private static let digits: [[UInt8]: UInt8] = {
    let names: [(String, String)] = [
      ("0", "zero oh cero nil nought"), ("1", "one uno una"), ("2", "two dos"), ("3", "three tres tree"),
      ("4", "four cuatro fower"), ("5", "five cinco fife"), ("6", "six seis"), ("7", "seven siete"),
      ("8", "eight ocho"), ("9", "nine nueve niner"),
    ]
    var table: [[UInt8]: UInt8] = [:]
    for (digit, words) in names {
      for word in words.split(separator: " ") { table[Array(word.utf8)] = digit.utf8.first }
    }
    return table
  }()

  private static let letters: [[UInt8]: UInt8] = {
    let words = """
      alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november \
      oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu
      """
    var table: [[UInt8]: UInt8] = [:]
    for word in words.split(separator: " ") { table[Array(word.utf8)] = word.utf8.first }
    return table
  }()

  private static let repetitions: [[UInt8]: Int] = [
    Array("double".utf8): 2, Array("triple".utf8): 3, Array("treble".utf8): 3, Array("doble".utf8): 2,
  ]
}
