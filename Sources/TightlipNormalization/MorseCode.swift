// SPDX-License-Identifier: Apache-2.0

/// The international Morse code.
enum MorseCode {
  /// By the signs as bits, 1 for a dash, after a leading 1 (Recommendation ITU-R M.1677-1).
  static let signs: [Int: UInt8] = {
    let signs: [(String, String)] = [
      ("a", ".-"), ("b", "-..."), ("c", "-.-."), ("d", "-.."), ("e", "."), ("f", "..-."), ("g", "--."), ("h", "...."),
      ("i", ".."), ("j", ".---"), ("k", "-.-"), ("l", ".-.."), ("m", "--"), ("n", "-."), ("o", "---"), ("p", ".--."),
      ("q", "--.-"), ("r", ".-."), ("s", "..."), ("t", "-"), ("u", "..-"), ("v", "...-"), ("w", ".--"), ("x", "-..-"),
      ("y", "-.--"), ("z", "--.."), ("0", "-----"), ("1", ".----"), ("2", "..---"), ("3", "...--"), ("4", "....-"),
      ("5", "....."), ("6", "-...."), ("7", "--..."), ("8", "---.."), ("9", "----."), (".", ".-.-.-"),
      (",", "--..--"), ("-", "-....-"), ("/", "-..-."), ("@", ".--.-."), ("(", "-.--."), (")", "-.--.-"),
      ("+", ".-.-."), (":", "---..."), ("'", ".----."),
    ]
    var table: [Int: UInt8] = [:]
    for (sign, code) in signs {
      var key = 1
      for unit in code.utf8 { key = key * 2 + (unit == UInt8(ascii: "-") ? 1 : 0) }
      table[key] = sign.utf8.first
    }
    return table
  }()
}
