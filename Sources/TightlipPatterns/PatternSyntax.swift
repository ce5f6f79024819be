/// What the text of a pattern tells beyond PCRE2's own facts.
///
/// PCRE2 reports a required byte only where it is one certain byte; "some digit" it does not
/// report, though nine patterns in ten need one and a third of all messages have none.
package enum PatternSyntax {
  /// Whether every match holds an ASCII digit, or needs one beside it.
  ///
  /// Read from the pattern's text by a small parser that says no wherever it does not know: extended
  /// mode, recursion, conditions, back references. A wrong no costs time; a wrong yes would hide a
  /// match, which is why every test corpus is also matched without gates.
  package static func requiresDigit(_ pattern: String) -> Bool {
    var parser = Parser(bytes: Array(pattern.utf8))
    guard let result = parser.alternatives(), parser.isAtEnd else { return false }
    return result
  }

  private struct Parser {
    let bytes: [UInt8]
    var index = 0
    var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    private func peek(_ offset: Int = 0) -> UInt8? {
      index + offset < bytes.count ? bytes[index + offset] : nil
    }

    private func isNext(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    /// Alternatives up to a closing parenthesis or the end; nil where something is not understood.
    mutating func alternatives() -> Bool? {
      depth += 1
      defer { depth -= 1 }
      guard depth < 50 else { return nil }
      var all = true
      while true {
        guard let branch = sequence() else { return nil }
        all = all && branch
        guard peek() == UInt8(ascii: "|") else { return all }
        index += 1
      }
    }

    private mutating func sequence() -> Bool? {
      var requires = false
      while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
        guard let atom = atom(), let least = quantifier() else { return nil }
        if atom, least > 0 { requires = true }
      }
      return requires
    }

    private mutating func atom() -> Bool? {
      guard let byte = peek() else { return nil }
      switch byte {
      case UInt8(ascii: "("): return group()
      case UInt8(ascii: "["): return characterClass()
      case UInt8(ascii: "\\"): return escape()
      default:
        index += 1
        return Self.isDigit(byte)
      }
    }

    private mutating func escape() -> Bool? {
      guard let byte = peek(1) else { return nil }
      index += 2
      switch byte {
      case UInt8(ascii: "d"): return true
      // Anything with an argument, and back references, is left to the careful side.
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "x"), UInt8(ascii: "o"), UInt8(ascii: "g"),
        UInt8(ascii: "k"), UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "N"), UInt8(ascii: "Q"),
        UInt8(ascii: "c"), UInt8(ascii: "C"):
        return nil
      default: return false
      }
    }

    private mutating func characterClass() -> Bool? {
      index += 1
      var onlyDigits = true
      if peek() == UInt8(ascii: "^") {
        onlyDigits = false
        index += 1
      }
      var isFirst = true
      while let byte = peek() {
        if byte == UInt8(ascii: "]"), !isFirst {
          index += 1
          return onlyDigits
        }
        isFirst = false
        if byte == UInt8(ascii: "[") , peek(1) == UInt8(ascii: ":") { return nil }
        if byte == UInt8(ascii: "\\") {
          guard let next = peek(1) else { return nil }
          if next != UInt8(ascii: "d") { onlyDigits = false }
          index += 2
          continue
        }
        // A range of digits ("2-9") holds only digits: its ends and the hyphen between.
        let isRange =
          byte == UInt8(ascii: "-") && index > 0 && Self.isDigit(bytes[index - 1])
          && peek(1).map(Self.isDigit) == true
        if !Self.isDigit(byte), !isRange { onlyDigits = false }
        index += 1
      }
      return nil
    }

    private mutating func group() -> Bool? {
      index += 1
      var counts = true
      if peek() == UInt8(ascii: "*") { return nil }
      if peek() == UInt8(ascii: "?") {
        if isNext("?:") || isNext("?=") || isNext("?>") {
          index += 2
        } else if isNext("?!") {
          index += 2
          counts = false
        } else if isNext("?<=") {
          index += 3
        } else if isNext("?<!") {
          index += 3
          counts = false
        } else if isNext("?<") {
          // A named group.
          while let byte = peek(), byte != UInt8(ascii: ">") { index += 1 }
          index += 1
        } else {
          return nil
        }
      }
      guard let inner = alternatives(), peek() == UInt8(ascii: ")") else { return nil }
      index += 1
      return counts && inner
    }

    /// The least number of repetitions, nil where the quantifier is not understood.
    private mutating func quantifier() -> Int? {
      var least = 1
      switch peek() {
      case UInt8(ascii: "?"), UInt8(ascii: "*"):
        least = 0
        index += 1
      case UInt8(ascii: "+"): index += 1
      case UInt8(ascii: "{"):
        guard let first = peek(1), Self.isDigit(first) else { return nil }
        index += 1
        least = 0
        while let byte = peek(), Self.isDigit(byte) {
          least = least * 10 + Int(byte) - 48
          index += 1
        }
        while let byte = peek(), byte != UInt8(ascii: "}") { index += 1 }
        guard peek() != nil else { return nil }
        index += 1
      default: return 1
      }
      // Lazy and possessive forms change nothing here.
      if peek() == UInt8(ascii: "?") || peek() == UInt8(ascii: "+") { index += 1 }
      return least
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
  }
}
