/// Words that stand for single characters.
enum SpelledCharacters {
  /// All of them, folded.
  static var words: [[UInt8]] { Array(digits.keys) + Array(letters.keys) + Array(repetitions.keys) }

  /// English and Spanish names of digits, as people spell numbers over the telephone.
  static func digit(_ word: [UInt8]) -> UInt8? { digits[word] }

  /// The letter of a word of the spelling alphabet (ICAO annex 10, with its usual misspellings).
  static func letter(_ word: [UInt8]) -> UInt8? { letters[word] }

  /// "Double", "triple".
  static func repetition(_ word: [UInt8]) -> Int? { repetitions[word] }

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
