/// Small work on the text of regular expressions that other tools wrote.
enum PatternText {
  /// The same expression without capture groups; nil where it refers back to one.
  static func withoutCaptures(_ expression: String) -> String? {
    var result = ""
    var isEscaped = false
    var isInClass = false
    let characters = Array(expression)
    for (index, character) in characters.enumerated() {
      if isEscaped {
        // \1 … \9, and named references, mean what a group matched.
        if !isInClass, ("1"..."9").contains(character) || character == "k" || character == "g" { return nil }
        isEscaped = false
        result.append(character)
        continue
      }
      result.append(character)
      switch character {
      case "\\": isEscaped = true
      case "[": isInClass = true
      case "]": isInClass = false
      case "(" where !isInClass:
        let next = index + 1 < characters.count ? characters[index + 1] : " "
        let third = index + 2 < characters.count ? characters[index + 2] : " "
        let fourth = index + 3 < characters.count ? characters[index + 3] : " "
        if next == "?" {
          if third == "P", fourth == "=" { return nil }
          // (?P<name>…) and (?<name>…) capture; (?<= and (?<! look behind.
          let isNamed = (third == "P" && fourth == "<") || (third == "<" && fourth != "=" && fourth != "!")
          if isNamed { return nil }
        } else if next != "*" {
          result += "?:"
        }
      default: break
      }
    }
    return isEscaped ? nil : result
  }

  /// A few texts that the expression may match, made from its parts: the first choice of each, then the
  /// last, and repeats at their least. Look-around and conditions are passed over, so that each text has to
  /// be tried.
  static func samples(of expression: String) -> [String] {
    var texts: [String] = []
    for choice in 0..<4 {
      var sampler = Sampler(characters: Array(expression), choice: choice)
      if let text = sampler.alternatives(), !text.isEmpty, !texts.contains(text) { texts.append(text) }
    }
    return texts
  }

  private struct Sampler {
    let characters: [Character]
    /// Varies which alternative and which member of a class is taken.
    let choice: Int
    var index = 0

    private var current: Character? { index < characters.count ? characters[index] : nil }

    mutating func alternatives() -> String? {
      var options: [String] = []
      while true {
        guard let text = sequence() else { return nil }
        options.append(text)
        guard current == "|" else { break }
        index += 1
      }
      return options[choice % options.count]
    }

    private mutating func sequence() -> String? {
      var text = ""
      while let character = current, character != "|", character != ")" {
        guard let piece = piece(character) else { return nil }
        text += String(repeating: piece, count: repeats())
      }
      return text
    }

    private mutating func piece(_ character: Character) -> String? {
      index += 1
      switch character {
      case "^", "$": return ""
      case ".": return "x"
      case "[": return member()
      case "(": return group()
      case "\\": return escape()
      default: return String(character)
      }
    }

    private mutating func group() -> String? {
      var isSilent = false
      if current == "?" {
        index += 1
        while let character = current, ":=!<>imsx-".contains(character) {
          index += 1
          if "=!".contains(character) { isSilent = true }
          if character == ":" || "=!".contains(character) { break }
        }
      }
      let text = alternatives()
      guard current == ")" else { return nil }
      index += 1
      return isSilent ? "" : text
    }

    private mutating func escape() -> String? {
      guard let character = current else { return nil }
      index += 1
      switch character {
      case "d": return String((choice * 3 + 2) % 10)
      case "w": return choice % 2 == 0 ? "a" : "k"
      case "s": return " "
      case "b", "B", "A", "Z", "z", "G": return ""
      case "D", "W", "S": return character == "S" ? "a" : "-"
      case "t": return "\t"
      case "n", "r": return "\n"
      case "p", "P", "x", "u", "N", "R", "X", "K", "Q": return nil
      default: return String(character)
      }
    }

    private mutating func member() -> String? {
      let isNegated = current == "^"
      if isNegated { index += 1 }
      var members: [Character] = []
      var isFirst = true
      while let character = current, character != "]" || isFirst {
        isFirst = false
        index += 1
        if character == "\\" {
          guard let text = escape() else { return nil }
          members += Array(text)
        } else if character == "-", let start = members.last, let end = current, end != "]" {
          index += 1
          guard let low = start.unicodeScalars.first?.value, let high = end.unicodeScalars.first?.value, low <= high else { return nil }
          let middle = Unicode.Scalar(low + (high - low) * UInt32(choice) / 4)
          if let middle { members.append(Character(middle)) }
        } else {
          members.append(character)
        }
      }
      guard current == "]" else { return nil }
      index += 1
      if isNegated { return ["x", "7", "q", " "].first { !members.contains(Character($0)) } }
      return members.isEmpty ? nil : String(members[members.count - 1 - (choice % members.count)])
    }

    private mutating func repeats() -> Int {
      guard let character = current else { return 1 }
      var least = 1
      switch character {
      case "*", "?":
        least = choice % 2
        index += 1
      case "+": index += 1
      case "{":
        var digits = ""
        var position = index + 1
        while position < characters.count, characters[position].isNumber {
          digits.append(characters[position])
          position += 1
        }
        while position < characters.count, characters[position] != "}" { position += 1 }
        guard let count = Int(digits), position < characters.count else { return 1 }
        least = min(count, 64)
        index = position + 1
      default: return 1
      }
      if current == "?" || current == "+" { index += 1 }
      return least
    }
  }
}
