// SPDX-License-Identifier: Apache-2.0

/// Undoes codes made for machines, wherever they stand in a text: escapes of HTML, URLs, programming
/// languages and mail; base 16, 32, 64 and 85; numbers of characters; Morse.
///
/// A code counts only where what comes out is text. Works on folded text that kept its capitals.
package struct EncodedTextReader: Sendable {
  /// Where codes stood, as places in the original; whatever they say, nobody reads them unaided.
  package private(set) var places: [Range<Int>] = []

  private var decoded: [UInt8] = []
  private var units: [UInt16] = []
  private var lastEscapeEnd = -1
  /// How far the text was copied, and whether it had a code.
  private var copied = 0
  private var hasDecoded = false
  /// How many bytes were looked at for codes that make whole words. Where many words begin like a code that leads
  /// nowhere ("21 22 21 22"), each would be read to the end of all.
  private var effort = 0
  private static let effortForEachByte = 24
  private static let effortOfShortText = 16_384

  package init() {}

  /// Forgets the places, keeping the storage.
  package mutating func reset() { places.removeAll(keepingCapacity: true) }

  /// Writes the text with its codes undone; one layer of them.
  ///
  /// - Returns: false where it has none; the output is then empty.
  /// - Complexity: linear in the text.
  package mutating func decode(_ input: borrowing RereadText, into output: inout RereadText) -> Bool {
    output.reset()
    copied = 0
    hasDecoded = false
    lastEscapeEnd = -1
    effort = 0
    let mostEffort = Self.effortForEachByte * input.count + Self.effortOfShortText
    var index = 0
    var escapes = 0
    var escapesStart = 0
    var escapesEnd = -1
    while index < input.count {
      let byte = input.bytes[index]
      if let (end, replacement) = escape(byte, input, index) {
        if index != escapesEnd {
          noteEscapes(escapes, escapesStart..<max(escapesEnd, escapesStart), input)
          escapes = 0
          escapesStart = index
        }
        escapes += 1
        escapesEnd = end
        lastEscapeEnd = end
        write(replacement, input, index..<end, &output)
        index = end
        continue
      }
      if index == 0 || !Self.isCode(input.bytes[index - 1]) || isAfterEquals(input, index) {
        if let end = word(input, index, &output) {
          index = end
          continue
        }
        if effort > mostEffort {
          // What begins so many codes is one, whatever it says: the rest is not looked at, and says so.
          places.append(input.original(index..<input.count))
          break
        }
      }
      index += 1
    }
    noteEscapes(escapes, escapesStart..<max(escapesEnd, escapesStart), input)
    if hasDecoded { output.copy(input, copied..<input.count) }
    return hasDecoded
  }

  /// Copies what stands before a code. Most texts have none, and are not copied at all.
  private mutating func begin(_ range: Range<Int>, _ input: borrowing RereadText, _ output: inout RereadText) {
    output.copy(input, copied..<range.lowerBound)
    copied = range.upperBound
    hasDecoded = true
  }

  /// Single escapes stand in links and in text copied from the web; many in a row hide something.
  private mutating func noteEscapes(_ count: Int, _ range: Range<Int>, _ input: borrowing RereadText) {
    if count >= 4 { places.append(input.original(range)) }
  }

  private func isAfterEquals(_ input: borrowing RereadText, _ index: Int) -> Bool {
    // "ssn=ODYy…": the sign belongs to what stands before it.
    input.bytes[index - 1] == UInt8(ascii: "=") && input.bytes[index] != UInt8(ascii: "=")
  }

  private enum Replacement {
    case nothing
    case codePoint(UInt32)
    /// What stands in `decoded`.
    case bytes
  }

  private mutating func write(
    _ replacement: Replacement, _ input: borrowing RereadText, _ range: Range<Int>, _ output: inout RereadText
  ) {
    begin(range, input, &output)
    let place = input.original(range)
    switch replacement {
    case .nothing: output.omit(.decoded)
    case .codePoint(let codePoint):
      output.put(codePoint: codePoint, UInt32(place.lowerBound), UInt32(place.upperBound), .decoded)
    case .bytes: spread(place, &output)
    }
  }

  /// Every decoded byte stands for the whole place: a code cannot be taken out in part.
  private func spread(_ place: Range<Int>, _ output: inout RereadText) {
    for byte in decoded {
      output.put(byte, UInt32(place.lowerBound), UInt32(place.upperBound), .decoded)
    }
  }

  // MARK: Escapes

  private mutating func escape(
    _ byte: UInt8, _ input: borrowing RereadText, _ index: Int
  ) -> (end: Int, replacement: Replacement)? {
    switch byte {
    case UInt8(ascii: "&"): return entity(input, index)
    case UInt8(ascii: "%"): return percent(input, index)
    case UInt8(ascii: "\\"): return backslash(input, index)
    case UInt8(ascii: "="): return equals(input, index)
    case UInt8(ascii: "<"): return tag(input, index)
    case UInt8(ascii: "+"): return utf7(input, index)
    default: return nil
    }
  }

  private static let entities: [String: UInt32] = [
    "shy": 0xAD, "nbsp": 0x20, "ensp": 0x20, "emsp": 0x20, "thinsp": 0x20, "zwnj": 0x200C, "zwj": 0x200D,
    "lrm": 0x200E, "rlm": 0x200F, "zerowidthspace": 0x200B, "nobreak": 0x2060, "wj": 0x2060,
    "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "commat": 0x40, "period": 0x2E,
    "num": 0x23, "sol": 0x2F, "bsol": 0x5C, "lowbar": 0x5F, "hyphen": 0x2D, "dash": 0x2D, "ndash": 0x2D,
    "mdash": 0x2D, "minus": 0x2D, "lpar": 0x28, "rpar": 0x29, "colon": 0x3A, "semi": 0x3B, "comma": 0x2C,
    "plus": 0x2B, "equals": 0x3D, "tab": 0x20, "newline": 0x0A, "excl": 0x21, "percnt": 0x25, "ast": 0x2A,
  ]

  private func entity(_ input: borrowing RereadText, _ index: Int) -> (Int, Replacement)? {
    var end = index + 1
    guard end < input.count else { return nil }
    if input.bytes[end] == UInt8(ascii: "#") {
      end += 1
      let isHexadecimal = end < input.count && input.bytes[end] | 0x20 == UInt8(ascii: "x")
      if isHexadecimal { end += 1 }
      var value: UInt32 = 0
      let first = end
      while end < input.count, end - first < 12,
        let digit = Self.digit(input.bytes[end], base: isHexadecimal ? 16 : 10)
      {
        value = min(value * (isHexadecimal ? 16 : 10) + UInt32(digit), 0x11_0000)
        end += 1
      }
      guard end > first, value >= 0x20, value < 0x11_0000, !(0xD800..<0xE000 ~= value) else { return nil }
      if end < input.count, input.bytes[end] == UInt8(ascii: ";") { end += 1 }
      return (end, .codePoint(value))
    }
    var name = ""
    while end < input.count, end - index < 20, Self.isLetter(input.bytes[end]) {
      name.unicodeScalars.append(Unicode.Scalar(input.bytes[end] | 0x20))
      end += 1
    }
    guard end < input.count, input.bytes[end] == UInt8(ascii: ";"), let value = Self.entities[name] else { return nil }
    return (end + 1, .codePoint(value))
  }

  /// %41, %u0041, and what percent signs of several bytes spell in UTF-8.
  private mutating func percent(_ input: borrowing RereadText, _ index: Int) -> (Int, Replacement)? {
    if index + 5 < input.count, input.bytes[index + 1] | 0x20 == UInt8(ascii: "u"),
      let value = number(input, index + 2, digits: 4, base: 16), value >= 0x20
    {
      return (index + 6, .codePoint(value))
    }
    return escapedBytes(input, index, sign: UInt8(ascii: "%"))
  }

  private mutating func backslash(_ input: borrowing RereadText, _ index: Int) -> (Int, Replacement)? {
    guard index + 3 < input.count else { return nil }
    let letter = input.bytes[index + 1]
    switch letter {
    case UInt8(ascii: "u"):
      if input.bytes[index + 2] == UInt8(ascii: "{") {
        var end = index + 3
        var value: UInt32 = 0
        while end < input.count, end - index < 10, let digit = Self.digit(input.bytes[end], base: 16) {
          value = value * 16 + UInt32(digit)
          end += 1
        }
        guard end > index + 3, end < input.count, input.bytes[end] == UInt8(ascii: "}"), value >= 0x20 else { return nil }
        return (end + 1, .codePoint(value))
      }
      guard let value = number(input, index + 2, digits: 4, base: 16), value >= 0x20 else { return nil }
      return (index + 6, .codePoint(value))
    case UInt8(ascii: "U"):
      guard let value = number(input, index + 2, digits: 8, base: 16), value >= 0x20, value < 0x11_0000 else { return nil }
      return (index + 10, .codePoint(value))
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      guard let value = number(input, index + 2, digits: 2, base: 16), 0x20..<0x7F ~= value else { return nil }
      return (index + 4, .codePoint(value))
    case UInt8(ascii: "0")...UInt8(ascii: "3"):
      guard let value = number(input, index + 1, digits: 3, base: 8), 0x20..<0x7F ~= value else { return nil }
      return (index + 4, .codePoint(value))
    default: return nil
    }
  }

  /// Quoted-printable and encoded words of mail (RFC 2045, RFC 2047).
  private mutating func equals(_ input: borrowing RereadText, _ index: Int) -> (Int, Replacement)? {
    guard index + 1 < input.count else { return nil }
    switch input.bytes[index + 1] {
    case UInt8(ascii: "\n"): return (index + 2, .nothing)
    case UInt8(ascii: "\r"):
      return (index + 2 < input.count && input.bytes[index + 2] == UInt8(ascii: "\n") ? index + 3 : index + 2, .nothing)
    case UInt8(ascii: "?"): return encodedWord(input, index)
    default:
      // "ssn=56 54": one alone is an equals sign.
      let isRow =
        index + 3 < input.count && input.bytes[index + 3] == UInt8(ascii: "=") || index == lastEscapeEnd
      return isRow ? escapedBytes(input, index, sign: UInt8(ascii: "=")) : nil
    }
  }

  private mutating func encodedWord(_ input: borrowing RereadText, _ index: Int) -> (Int, Replacement)? {
    var position = index + 2
    while position < input.count, position - index < 40, input.bytes[position] != UInt8(ascii: "?") { position += 1 }
    guard position + 2 < input.count, input.bytes[position] == UInt8(ascii: "?"),
      input.bytes[position + 2] == UInt8(ascii: "?")
    else { return nil }
    let encoding = input.bytes[position + 1] | 0x20
    let first = position + 3
    var end = first
    while end + 1 < input.count, end - first < 4096,
      !(input.bytes[end] == UInt8(ascii: "?") && input.bytes[end + 1] == UInt8(ascii: "="))
    { end += 1 }
    guard end + 1 < input.count, end - first < 4096 else { return nil }
    decoded.removeAll(keepingCapacity: true)
    if encoding == UInt8(ascii: "b") {
      guard Self.base64(input, first..<end, &decoded) else { return nil }
    } else {
      var at = first
      while at < end {
        if input.bytes[at] == UInt8(ascii: "="), at + 2 < end, let value = number(input, at + 1, digits: 2, base: 16) {
          decoded.append(UInt8(value))
          at += 3
        } else {
          decoded.append(input.bytes[at] == UInt8(ascii: "_") ? UInt8(ascii: " ") : input.bytes[at])
          at += 1
        }
      }
    }
    guard RereadText.isText(decoded) else { return nil }
    places.append(input.original(index..<end + 2))
    return (end + 2, .bytes)
  }

  /// Bytes each written as a sign and two hexadecimal digits, as many as make a character.
  private mutating func escapedBytes(
    _ input: borrowing RereadText, _ index: Int, sign: UInt8
  ) -> (Int, Replacement)? {
    decoded.removeAll(keepingCapacity: true)
    var end = index
    while decoded.count < 4, end + 2 < input.count, input.bytes[end] == sign,
      let value = number(input, end + 1, digits: 2, base: 16)
    {
      decoded.append(UInt8(value))
      end += 3
      if RereadText.isText(decoded) { return (end, .bytes) }
    }
    return nil
  }

  /// Tags and comments leave nothing behind on a page.
  private func tag(_ input: borrowing RereadText, _ index: Int) -> (Int, Replacement)? {
    guard index + 2 < input.count else { return nil }
    let next = input.bytes[index + 1]
    if next == UInt8(ascii: "!"), input.bytes[index + 2] == UInt8(ascii: "-") {
      var end = index + 3
      while end < input.count, end - index < 512 {
        if input.bytes[end] == UInt8(ascii: ">"), input.bytes[end - 1] == UInt8(ascii: "-") { return (end + 1, .nothing) }
        end += 1
      }
      return nil
    }
    guard Self.isLetter(next) || next == UInt8(ascii: "/") && Self.isLetter(input.bytes[index + 2]) else { return nil }
    var end = index + 2
    while end < input.count, end - index < 128, input.bytes[end] != UInt8(ascii: "<") {
      if input.bytes[end] == UInt8(ascii: ">") { return (end + 1, .nothing) }
      end += 1
    }
    return nil
  }

  /// UTF-7 (RFC 2152): +, UTF-16 in base 64, and a hyphen.
  private mutating func utf7(_ input: borrowing RereadText, _ index: Int) -> (Int, Replacement)? {
    var end = index + 1
    while end < input.count, end - index < 4096, Self.base64Value(input.bytes[end]) != nil,
      input.bytes[end] != UInt8(ascii: "-"), input.bytes[end] != UInt8(ascii: "_")
    { end += 1 }
    guard end - index >= 4, end < input.count, input.bytes[end] == UInt8(ascii: "-") || end - index >= 9 else { return nil }
    decoded.removeAll(keepingCapacity: true)
    guard Self.base64(input, index + 1..<end, &decoded, isLoose: true), wide(bigEndianFirst: true) else { return nil }
    places.append(input.original(index..<end))
    return (end < input.count && input.bytes[end] == UInt8(ascii: "-") ? end + 1 : end, .bytes)
  }

  // MARK: Words

  /// Undoes a code that makes whole words; returns the index after it.
  private mutating func word(_ input: borrowing RereadText, _ index: Int, _ output: inout RereadText) -> Int? {
    let first = input.bytes[index]
    if first == UInt8(ascii: ".") || first == UInt8(ascii: "-"), let end = morse(input, index) {
      return finish(input, index..<end, &output)
    }
    // What stands between spaces.
    if first > 0x20, index == 0 || input.bytes[index - 1] <= 0x20 || input.bytes[index - 1] == UInt8(ascii: "=") {
      if let end = numbers(input, index) { return finish(input, index..<end, &output) }
      if let end = base85(input, index) { return finish(input, index..<end, &output) }
    }
    guard Self.isCode(first) else { return nil }
    var end = index
    while end < input.count, end - index < 65_536, Self.isCode(input.bytes[end]) { end += 1 }
    while end < input.count, input.bytes[end] == UInt8(ascii: "=") { end += 1 }
    let length = end - index
    effort += length
    // A full stop or hyphen at the end belongs to the sentence.
    guard length >= 8, isMixed(input, index..<end) else { return nil }
    for attempt in 0..<4 {
      effort += length
      decoded.removeAll(keepingCapacity: true)
      let isRead: Bool
      switch attempt {
      case 0: isRead = base16(input, index..<end)
      case 1: isRead = base32(input, index..<end)
      case 2: isRead = Self.base64(input, index..<end, &decoded) && isBase64Text()
      default: isRead = Self.base64(input, index..<end, &decoded, isReversed: true) && isBase64Text()
      }
      if isRead, isPlausible() { return finish(input, index..<end, &output) }
    }
    return nil
  }

  /// Whether a word is none of a language: it holds digits or signs, or capitals without order.
  private func isMixed(_ input: borrowing RereadText, _ range: Range<Int>) -> Bool {
    var changes = 0
    var wasCapital = input.bytes[range.lowerBound] &- UInt8(ascii: "A") < 26
    for index in range {
      let byte = input.bytes[index]
      guard Self.isLetter(byte) else {
        if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_") { continue }
        return true
      }
      let isCapital = byte &- UInt8(ascii: "A") < 26
      if isCapital != wasCapital { changes += 1 }
      wasCapital = isCapital
    }
    return changes >= 4 || changes == 0 && wasCapital && range.count >= 16
  }

  private mutating func finish(
    _ input: borrowing RereadText, _ range: Range<Int>, _ output: inout RereadText
  ) -> Int {
    begin(range, input, &output)
    let place = input.original(range)
    places.append(place)
    spread(place, &output)
    return range.upperBound
  }

  private mutating func isBase64Text() -> Bool {
    if RereadText.isText(decoded) { return true }
    return wide(bigEndianFirst: false)
  }

  /// Whether what came out is more than chance: mostly letters, digits and what stands between them.
  private func isPlausible() -> Bool {
    guard decoded.count >= 4 else { return false }
    var usual = 0
    var isOther = false
    for byte in decoded {
      // Of all that is not ASCII, what other disguises are made of: tags, wide forms, styled letters.
      if byte >= 0xC0 { isOther = !(byte == 0xE2 || byte == 0xEF || byte == 0xF0 || byte == 0xF3) }
      if byte >= 0x80 && !isOther || Self.isLetter(byte) || Self.digit(byte, base: 10) != nil || byte == 0x20
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "@") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "(")
        || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "%")
        || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")
        || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":")
      {
        usual += 1
      }
    }
    return usual * 10 >= decoded.count * 9
  }

  /// Makes UTF-8 of UTF-16 in `decoded`; false where it is none, or not ASCII.
  private mutating func wide(bigEndianFirst: Bool) -> Bool {
    guard decoded.count >= 4 else { return false }
    for isBig in [bigEndianFirst, !bigEndianFirst] {
      units.removeAll(keepingCapacity: true)
      var isText = true
      for start in stride(from: 0, to: decoded.count - 1, by: 2) {
        let high = decoded[start + (isBig ? 0 : 1)]
        let low = decoded[start + (isBig ? 1 : 0)]
        units.append(UInt16(high) << 8 | UInt16(low))
        if high != 0 || low < 0x20 || low >= 0x7F { isText = false }
      }
      if isText {
        decoded.removeAll(keepingCapacity: true)
        for unit in units { decoded.append(UInt8(truncatingIfNeeded: unit)) }
        return true
      }
    }
    return false
  }

  private mutating func base16(_ input: borrowing RereadText, _ range: Range<Int>) -> Bool {
    guard range.count % 2 == 0, range.count <= 65_536 else { return false }
    for index in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
      guard let value = number(input, index, digits: 2, base: 16), 0x20..<0x7F ~= value else { return false }
      decoded.append(UInt8(value))
    }
    return true
  }

  private mutating func base32(_ input: borrowing RereadText, _ range: Range<Int>) -> Bool {
    var value: UInt32 = 0
    var bits = 0
    for index in range {
      let byte = input.bytes[index]
      if byte == UInt8(ascii: "=") { continue }
      let digit: UInt32
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = UInt32(byte - UInt8(ascii: "A"))
      case UInt8(ascii: "2")...UInt8(ascii: "7"): digit = UInt32(byte - UInt8(ascii: "2") + 26)
      default: return false
      }
      value = value << 5 | digit
      bits += 5
      if bits >= 8 {
        bits -= 8
        decoded.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
        value &= (1 << UInt32(bits)) - 1
      }
    }
    return value == 0 && RereadText.isText(decoded)
  }

  private static func base64(
    _ input: borrowing RereadText, _ range: Range<Int>, _ decoded: inout [UInt8], isReversed: Bool = false,
    isLoose: Bool = false
  ) -> Bool {
    var value: UInt32 = 0
    var bits = 0
    var padding = 0
    for offset in 0..<range.count {
      let byte = input.bytes[isReversed ? range.upperBound - 1 - offset : range.lowerBound + offset]
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let digit = base64Value(byte) else { return false }
      value = value << 6 | digit
      bits += 6
      if bits >= 8 {
        bits -= 8
        decoded.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
        value &= (1 << UInt32(bits)) - 1
      }
    }
    return bits < 6 && (isLoose || value == 0) && !decoded.isEmpty
  }

  /// Ascii85: five characters for four bytes.
  private mutating func base85(_ input: borrowing RereadText, _ index: Int) -> Int? {
    var end = index
    var symbols: UInt64 = 0
    var letters = 0
    while end < input.count, end - index < 4096, 0x21...0x75 ~= input.bytes[end] {
      let byte = input.bytes[end]
      if Self.isLetter(byte) {
        letters += 1
      } else if Self.digit(byte, base: 10) == nil, byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\"") {
        symbols |= 1 << UInt64(byte & 0x3F)
      }
      end += 1
    }
    effort += end - index
    guard end == input.count || input.bytes[end] <= 0x20, end - index >= 8, symbols.nonzeroBitCount >= 2, letters >= 2 else { return nil }
    decoded.removeAll(keepingCapacity: true)
    var at = index
    while at < end {
      let size = min(5, end - at)
      guard size >= 2 else { return nil }
      var value: UInt64 = 0
      for offset in 0..<5 {
        let digit = offset < size ? UInt64(input.bytes[at + offset] - 0x21) : 84
        value = value * 85 + digit
      }
      guard value <= UInt64(UInt32.max) else { return nil }
      for offset in 0..<size - 1 { decoded.append(UInt8(truncatingIfNeeded: value >> UInt64(24 - 8 * offset))) }
      at += size
    }
    return RereadText.isText(decoded) && isPlausible() ? end : nil
  }

  /// The numbers of characters, one after the other: decimal, hexadecimal, binary.
  private mutating func numbers(_ input: borrowing RereadText, _ index: Int) -> Int? {
    guard Self.digit(input.bytes[index], base: 16) != nil else { return nil }
    var best: [UInt8] = []
    var bestEnd = -1
    for (base, least, most, count) in [(2, 8, 8, 4), (10, 2, 3, 5), (16, 2, 2, 5)] {
      decoded.removeAll(keepingCapacity: true)
      var at = index
      var end = index
      while at < input.count, decoded.count < 65_536 {
        var value = 0
        var length = 0
        while at + length < input.count, length < most, let digit = Self.digit(input.bytes[at + length], base: base) {
          value = value * base + digit
          length += 1
        }
        let after = at + length
        guard length >= least, 0x20..<0x7F ~= value,
          after == input.count || !Self.isLetter(input.bytes[after]) && Self.digit(input.bytes[after], base: 10) == nil
        else { break }
        decoded.append(UInt8(value))
        end = after
        guard after < input.count, input.bytes[after] == UInt8(ascii: " ") || input.bytes[after] == UInt8(ascii: ","),
          after + 1 < input.count
        else { break }
        at = after + 1
      }
      effort += end - index
      if decoded.count >= count, end > bestEnd, isPlausible() {
        best = decoded
        bestEnd = end
      }
    }
    guard bestEnd >= 0 else { return nil }
    decoded = best
    return bestEnd
  }

  private mutating func morse(_ input: borrowing RereadText, _ index: Int) -> Int? {
    decoded.removeAll(keepingCapacity: true)
    var at = index
    var end = index
    var signs = 0
    while at < input.count, decoded.count < 4096 {
      var key = 1
      var length = 0
      while at + length < input.count, length < 7,
        input.bytes[at + length] == UInt8(ascii: ".") || input.bytes[at + length] == UInt8(ascii: "-")
      {
        key = key * 2 + (input.bytes[at + length] == UInt8(ascii: "-") ? 1 : 0)
        length += 1
      }
      if length == 0, input.bytes[at] == UInt8(ascii: "/") || input.bytes[at] == UInt8(ascii: "|") {
        decoded.append(UInt8(ascii: " "))
        at += 1
      } else {
        guard length > 0, let sign = MorseCode.signs[key] else { break }
        let after = at + length
        guard after == input.count || input.bytes[after] == UInt8(ascii: " ") || input.bytes[after] == UInt8(ascii: "/") else {
          break
        }
        decoded.append(sign)
        signs += 1
        at = after
        end = after
      }
      if at < input.count, input.bytes[at] == UInt8(ascii: " ") { at += 1 }
    }
    effort += end - index
    while decoded.last == UInt8(ascii: " ") { decoded.removeLast() }
    // ". . . ." and "- - -" are drawn, not sent.
    guard signs >= 4, let first = decoded.first, decoded.contains(where: { $0 != first }) else { return nil }
    return end
  }
}
