import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipRecognition

/// Readings that know words: what is spelt letter by letter, in words for letters and digits, with
/// signs for letters, or backwards.
struct WordReader: Sendable {
  /// A run of letters and digits.
  struct Unit: Sendable {
    var start: Int
    var end: Int
    var letters = 0
    var digits = 0
    var isASCII = true
    var count: Int { end - start }
  }

  /// One character that a unit stands for.
  struct Atom: Sendable {
    enum Kind: Sendable { case single, numberWord, spellingWord }
    var byte: UInt8
    var start: Int
    var end: Int
    var kind: Kind
  }

  var units: [Unit] = []
  var atoms: [Atom] = []
  var buffer: [UInt8] = []
  /// Where four characters or more are spelt out in words, in the original.
  private(set) var spelledPlaces: [Range<Int>] = []
  private var costs: [Int] = []
  private var previous: [Int] = []
  private var isNameSegment: [Bool] = []

  init() {}

  // MARK: Words

  static let health: UInt64 =
    TermClass.diagnosis.bit | TermClass.medication.bit | TermClass.procedure.bit | TermClass.labTest.bit
  static let names: UInt64 = TermClass.givenName.bit | TermClass.surname.bit

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte >= 0x80 }
  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
  static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  static func endsSentence(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: ":")
  }
  static func lower(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }

  mutating func findUnits(_ input: borrowing RereadText) {
    units.removeAll(keepingCapacity: true)
    var index = 0
    while index < input.count {
      let byte = input.bytes[index]
      guard Self.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || isOtherLetter(input, index) else {
        index += byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        continue
      }
      var unit = Unit(start: index, end: index)
      while index < input.count {
        let byte = input.bytes[index]
        if Self.isDigit(byte) {
          unit.digits += 1
          index += 1
        } else if (byte | 0x20) &- UInt8(ascii: "a") < 26 {
          unit.letters += 1
          index += 1
        } else if isOtherLetter(input, index) {
          unit.letters += 1
          unit.isASCII = false
          index += input.codePoint(at: index).length
        } else {
          break
        }
      }
      unit.end = index
      units.append(unit)
    }
  }

  private func isOtherLetter(_ input: borrowing RereadText, _ index: Int) -> Bool {
    guard input.bytes[index] >= 0xC3 else { return false }
    let (codePoint, _) = input.codePoint(at: index)
    // Punctuation, arrows, signs, dingbats, CJK punctuation, and pictures stand between letters.
    return !(0x2000..<0x2C00 ~= codePoint || 0x3000..<0x3040 ~= codePoint || codePoint >= 0x1_F000
      || 0xFE00..<0x1_0000 ~= codePoint || codePoint == 0xD7 || codePoint == 0xF7 || codePoint == 0x30FB)
  }

  mutating func fill(_ input: borrowing RereadText, _ range: Range<Int>) {
    buffer.removeAll(keepingCapacity: true)
    for index in range { buffer.append(Self.lower(input.bytes[index])) }
  }

  static func info(_ word: [UInt8], _ lexicon: borrowing Lexicon) -> WordInfo? {
    let number = lexicon.number(of: word.span)
    return number >= 0 ? lexicon.words[Int(number)] : nil
  }

  /// Whether a word means something to the lists, and not only as part of a phrase.
  static func isWord(_ info: WordInfo) -> Bool {
    info.commonness > 0 || info.classes & (health | names) != 0 || info.classes & ~TermClass.patternContext.bit != 0
  }

  // MARK: Letter by letter

  /// Joins what is written in single characters or in words for them, and what a line end parts.
  mutating func join(_ input: borrowing RereadText, into output: inout RereadText, _ lexicon: borrowing Lexicon) {
    output.reset()
    findUnits(input)
    spelledPlaces.removeAll(keepingCapacity: true)
    var copied = 0
    var index = 0
    while index < units.count {
      if let sign = spokenSign(input, units[index]) {
        copyGaps(input, copied..<units[index].start - 1, &output)
        let place = input.original(units[index].start - 1..<units[index].end + 1)
        output.put(sign, UInt32(place.lowerBound), UInt32(place.upperBound), .respelled)
        copied = units[index].end + 1
        index += 1
        continue
      }
      let runEnd = atomRun(input, from: index, lexicon)
      if runEnd > index {
        copyGaps(input, copied..<units[index].start, &output)
        var words = 0
        for atom in atoms where atom.kind != .single { words += 1 }
        if words >= 4 { spelledPlaces.append(input.original(units[index].start..<units[runEnd - 1].end)) }
        readDigits()
        emitAtoms(input, &output, lexicon)
        copied = units[runEnd - 1].end
        index = runEnd
        continue
      }
      // What stays as it is is copied with what follows it.
      let end = units[index].end
      if index + 1 < units.count, joinsLine(input, index, lexicon) {
        copyGaps(input, copied..<end, &output)
        output.omit(.spacing)
        copied = units[index + 1].start
      } else if index + 1 < units.count, partsName(input, index, lexicon) {
        copyGaps(input, copied..<end, &output)
        output.put(0x20, input.starts[end], input.ends[end], .spacing)
        copied = units[index + 1].start
      }
      index += 1
    }
    copyGaps(input, copied..<input.count, &output)
  }

  /// "(dot)", "[at]": the sign that a word in brackets stands for, or nil.
  private mutating func spokenSign(_ input: borrowing RereadText, _ unit: Unit) -> UInt8? {
    guard unit.digits == 0, unit.count == 2 || unit.count == 3, unit.start > 0, unit.end < input.count else { return nil }
    switch (input.bytes[unit.start - 1], input.bytes[unit.end]) {
    case (UInt8(ascii: "("), UInt8(ascii: ")")), (UInt8(ascii: "["), UInt8(ascii: "]")),
      (UInt8(ascii: "{"), UInt8(ascii: "}")), (UInt8(ascii: "<"), UInt8(ascii: ">")):
      break
    default: return nil
    }
    fill(input, unit.start..<unit.end)
    if buffer == Array("at".utf8) { return UInt8(ascii: "@") }
    return buffer == Array("dot".utf8) ? UInt8(ascii: ".") : nil
  }

  /// Letters that look like digits among digits are digits; a letter before a number stays.
  private mutating func readDigits() {
    var digits = 0
    for atom in atoms where Self.isDigit(atom.byte) { digits += 1 }
    guard atoms.count >= 7, digits < atoms.count, digits * 2 >= atoms.count else { return }
    for atom in atoms where Self.digitLike(atom.byte) == nil { return }
    for index in atoms.indices { atoms[index].byte = Self.digitLike(atoms[index].byte) ?? atoms[index].byte }
  }

  /// Copies words and what stands between them; several spaces become one, and a line end before a comma none.
  private func copyGaps(_ input: borrowing RereadText, _ range: Range<Int>, _ output: inout RereadText) {
    var index = range.lowerBound
    while index < range.upperBound {
      var plain = index
      while plain < range.upperBound, isPlain(input, plain, range.upperBound) { plain += 1 }
      if plain > index {
        output.copy(input, index..<plain)
        index = plain
        continue
      }
      var end = index
      var hasLineEnd = false
      while end < range.upperBound, Self.isBlank(input.bytes[end]) {
        if Self.isLineEnd(input.bytes[end]) { hasLineEnd = true }
        end += 1
      }
      if hasLineEnd {
        // A quotation mark of mail at the beginning of the line.
        while end < range.upperBound, input.bytes[end] == UInt8(ascii: ">") || input.bytes[end] == 0x20 { end += 1 }
        let isBeforeSign =
          end < range.upperBound && index > 0
          && [UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: ")"),
            UInt8(ascii: "@")].contains(input.bytes[end])
        if isBeforeSign {
          output.omit(.spacing)
        } else if end - index > 2 {
          output.put(0x20, input.starts[index], input.ends[index], input.marks[index] | .spacing)
        } else {
          output.copy(input, index..<end)
        }
      } else if end - index > 1, end < input.count, index == 0 || !Self.endsSentence(input.bytes[index - 1]) {
        output.copy(input, index, .spacing)
      } else {
        output.copy(input, index..<end)
      }
      index = end
    }
  }

  /// Whether a byte is none of several blanks and no line end.
  @inline(__always)
  private func isPlain(_ input: borrowing RereadText, _ index: Int, _ end: Int) -> Bool {
    let byte = input.bytes[index]
    if byte > 0x20 { return true }
    if Self.isLineEnd(byte) { return false }
    if !Self.isBlank(byte) { return true }
    return (index + 1 == end || !Self.isBlank(input.bytes[index + 1])) && (index == 0 || !Self.isBlank(input.bytes[index - 1]))
  }

  /// Whether a line end parts two halves of one word, number or address.
  private mutating func joinsLine(_ input: borrowing RereadText, _ index: Int, _ lexicon: borrowing Lexicon) -> Bool {
    let left = units[index]
    let right = units[index + 1]
    guard right.start - left.end <= 24 else { return false }
    var hasLineEnd = false
    for position in left.end..<right.start {
      let byte = input.bytes[position]
      if Self.isLineEnd(byte) { hasLineEnd = true }
      let isHyphen = byte == UInt8(ascii: "-") && !hasLineEnd
      guard Self.isBlank(byte) || isHyphen || hasLineEnd && byte == UInt8(ascii: ">") else { return false }
    }
    guard hasLineEnd else { return false }
    if left.letters == 0, right.letters == 0 { return true }
    // Half an address of mail, or half a word that is none by itself.
    if isInAddress(input, left, right) { return true }
    guard left.digits == 0, right.digits == 0 else { return left.letters > 0 && left.digits > 0 && right.letters == 0 }
    fill(input, left.start..<left.end)
    let first = Self.info(buffer, lexicon)
    let joined = buffer
    fill(input, right.start..<right.end)
    let second = Self.info(buffer, lexicon)
    let whole = joined + buffer
    guard whole.count >= 4, let info = Self.info(whole, lexicon) else { return false }
    let bothKnown = first.map(Self.isWord) ?? false && second.map(Self.isWord) ?? false
    let isHealth = info.classes & Self.health & ~info.weakClasses != 0
    // A name begun with a capital and ended without: "Thom", "as".
    let isName =
      info.classes & Self.names != 0 && info.commonness < 60 && input.bytes[left.start] &- UInt8(ascii: "A") < 26
      && input.bytes[right.start] &- UInt8(ascii: "a") < 26
    return bothKnown ? (isHealth || isName) && whole.count >= 5 : Self.isWord(info)
  }

  /// Whether a line end stands between two words of a name.
  private mutating func partsName(_ input: borrowing RereadText, _ index: Int, _ lexicon: borrowing Lexicon) -> Bool {
    let left = units[index]
    let right = units[index + 1]
    guard right.start - left.end <= 16, left.digits == 0, right.digits == 0, left.count >= 2, right.count >= 3 else { return false }
    var hasLineEnd = false
    for position in left.end..<right.start {
      let byte = input.bytes[position]
      if Self.isLineEnd(byte) { hasLineEnd = true }
      guard Self.isBlank(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ">") else { return false }
    }
    guard hasLineEnd else { return false }
    fill(input, left.start..<left.end)
    guard let first = Self.info(buffer, lexicon), first.classes & Self.names != 0, first.commonness < 60 else { return false }
    fill(input, right.start..<right.end)
    guard let second = Self.info(buffer, lexicon) else { return false }
    return second.surname > 0 && second.commonness < 60
  }

  private func isInAddress(_ input: borrowing RereadText, _ left: Unit, _ right: Unit) -> Bool {
    var end = right.start
    while end < input.count, end - right.start < 64, !Self.isBlank(input.bytes[end]) {
      if input.bytes[end] == UInt8(ascii: "@") {
        return left.start > 0 && [UInt8(ascii: "."), UInt8(ascii: "_")].contains(input.bytes[left.start - 1]) || left.digits > 0
      }
      end += 1
    }
    var start = left.end - 1
    while start >= 0, left.end - start < 64, !Self.isBlank(input.bytes[start]) {
      if input.bytes[start] == UInt8(ascii: "@") { return end - right.start > 2 }
      start -= 1
    }
    return false
  }

  /// Gathers the characters that units from `first` on stand for; returns the end of the run, or
  /// `first` where there is none.
  private mutating func atomRun(_ input: borrowing RereadText, from first: Int, _ lexicon: borrowing Lexicon) -> Int {
    atoms.removeAll(keepingCapacity: true)
    var index = first
    var words = 0
    var letters = 0
    while index < units.count {
      let unit = units[index]
      if index > first {
        let gap = unit.start - units[index - 1].end
        guard gap <= 3 else { break }
        // Letters are parted alike; where that ends, the word ends: "o|x|y 5 mg".
        if words == 0, letters > 0 || unit.letters > 0, index > first + 1, !hasGap(input, of: first, before: index) { break }
        // A sentence ends.
        if gap == 2, input.bytes[unit.start - 1] == 0x20,
          [UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?")].contains(input.bytes[unit.start - 2]),
          atoms.last?.kind == .single, !isSeparatedSo(input, first)
        {
          break
        }
      }
      if unit.letters + unit.digits == 1, unit.isASCII {
        atoms.append(Atom(byte: input.bytes[unit.start], start: unit.start, end: unit.end, kind: .single))
        if unit.letters == 1 { letters += 1 }
        index += 1
        continue
      }
      guard unit.digits == 0, unit.isASCII, unit.count <= 8 else { break }
      fill(input, unit.start..<unit.end)
      if let digit = SpelledCharacters.digit(buffer) {
        atoms.append(Atom(byte: digit, start: unit.start, end: unit.end, kind: .numberWord))
        words += 1
      } else if let times = SpelledCharacters.repetition(buffer), index + 1 < units.count {
        let next = units[index + 1]
        fill(input, next.start..<next.end)
        let digit = next.count == 1 && next.digits == 1 ? input.bytes[next.start] : SpelledCharacters.digit(buffer)
        guard let digit else { break }
        for _ in 0..<times {
          atoms.append(Atom(byte: digit, start: unit.start, end: next.end, kind: .numberWord))
        }
        words += 1
        index += 1
      } else if let letter = SpelledCharacters.letter(buffer) {
        atoms.append(Atom(byte: letter, start: unit.start, end: unit.end, kind: .spellingWord))
        words += 1
        letters += 1
      } else {
        break
      }
      index += 1
    }
    if letters == atoms.count, atoms.count <= 5, words == 0, atoms.allSatisfy({ $0.byte &- UInt8(ascii: "A") < 26 }) {
      // "A D H D", as dictation writes an abbreviation.
      return makesTerm(lexicon) ? index : first
    }
    if atoms.count >= 4 {
      // "one two three" is counting and "I a" a slip; four and more are spelt.
      return words > 0 && words < 3 && letters > 0 && atoms.count < 6 ? first : index
    }
    // "h.i.v", "S T D": three letters, if they make a term.
    guard atoms.count == 3, letters == 3, words == 0 else { return first }
    return makesTerm(lexicon) ? index : first
  }

  private mutating func makesTerm(_ lexicon: borrowing Lexicon) -> Bool {
    buffer.removeAll(keepingCapacity: true)
    for atom in atoms { buffer.append(Self.lower(atom.byte)) }
    guard let info = Self.info(buffer, lexicon) else { return false }
    return info.classes & (Self.health | TermClass.topic.bit) != 0
  }

  /// Whether the gap before a unit is that before the second unit of a run.
  private func hasGap(_ input: borrowing RereadText, of first: Int, before index: Int) -> Bool {
    input.bytes[units[index - 1].end..<units[index].start].elementsEqual(
      input.bytes[units[first].end..<units[first + 1].start])
  }

  /// Whether the characters of a run are parted by a stop and a space each.
  private func isSeparatedSo(_ input: borrowing RereadText, _ first: Int) -> Bool {
    first + 1 < units.count && units[first + 1].start - units[first].end == 2
  }

  private mutating func emitAtoms(_ input: borrowing RereadText, _ output: inout RereadText, _ lexicon: borrowing Lexicon) {
    var index = 0
    while index < atoms.count {
      var end = index
      if Self.isDigit(atoms[index].byte) {
        while end < atoms.count, Self.isDigit(atoms[end].byte) { end += 1 }
        if index > 0 { space(index, input, &output, isNarrow: index == 1) }
        for number in index..<end { put(atoms[number], atoms[number].byte, input, &output) }
      } else {
        while end < atoms.count, !Self.isDigit(atoms[end].byte) { end += 1 }
        if index > 0 { space(index, input, &output, isNarrow: end - index == 1) }
        emitLetters(index..<end, input, &output, lexicon)
      }
      index = end
    }
  }

  private func put(_ atom: Atom, _ byte: UInt8, _ input: borrowing RereadText, _ output: inout RereadText) {
    // Short runs are abbreviations, whose letters anyone may part.
    let isShort = atoms.count <= 5
    let place = input.original(atom.start..<atom.end)
    output.put(
      byte, UInt32(place.lowerBound), UInt32(place.upperBound),
      input.marks(in: atom.start..<atom.end) | (atom.kind == .single ? isShort ? .spacing : .separated : .respelled))
  }

  /// A space before an atom; none where one letter begins or ends a number.
  private func space(_ index: Int, _ input: borrowing RereadText, _ output: inout RereadText, isNarrow: Bool) {
    guard !isNarrow else { return }
    let place = input.original(atoms[index].start..<atoms[index].start + 1)
    output.put(0x20, UInt32(place.lowerBound), UInt32(place.lowerBound) + 1, .separated)
  }

  /// Letters without spaces, parted into words of the lists where that is possible.
  private mutating func emitLetters(
    _ range: Range<Int>, _ input: borrowing RereadText, _ output: inout RereadText, _ lexicon: borrowing Lexicon
  ) {
    var capitals = 0
    for index in range where atoms[index].byte &- UInt8(ascii: "A") < 26 { capitals += 1 }
    let keepsCapitals = capitals * 5 < range.count * 2
    segment(range, lexicon)
    var at = 0
    for index in range {
      let offset = index - range.lowerBound
      let isFirst = offset == at
      if isFirst, offset > 0 { space(index, input, &output, isNarrow: false) }
      var byte = Self.lower(atoms[index].byte)
      let isCapital = keepsCapitals && byte != atoms[index].byte
      if isFirst {
        if isCapital || isNameSegment[offset] { byte &-= 0x20 }
        at = previous[offset]
      }
      put(atoms[index], byte, input, &output)
    }
  }

  /// Fills `previous` with, for the first letter of each word, where the next word begins.
  private mutating func segment(_ range: Range<Int>, _ lexicon: borrowing Lexicon) {
    let count = range.count
    costs.removeAll(keepingCapacity: true)
    costs.append(contentsOf: repeatElement(Int.max / 2, count: count + 1))
    previous.removeAll(keepingCapacity: true)
    previous.append(contentsOf: repeatElement(count, count: count + 1))
    isNameSegment.removeAll(keepingCapacity: true)
    isNameSegment.append(contentsOf: repeatElement(false, count: count + 1))
    costs[count] = 0
    for start in stride(from: count - 1, through: 0, by: -1) {
      // As ``Lexicon/number(of:)`` makes it, one letter after the other.
      var hash = WordHash()
      for end in start + 1...min(count, start + 24) {
        let letter = Self.lower(atoms[range.lowerBound + end - 1].byte)
        if letter != UInt8(ascii: "'") { hash.add(letter) }
        let number = lexicon.number(ofHash: hash)
        let length = end - start
        var cost: Int
        var isName = false
        if number >= 0, case let info = lexicon.words[Int(number)], Self.isWord(info) {
          // Long words are surer than short ones; single letters are words only beside others.
          cost = length == 1 ? 26 : length == 2 ? 18 : length == 3 ? 14 : 10
          if info.classes & Self.health != 0, length >= 5 { cost -= 4 }
          if info.commonness >= 40 { cost -= 3 }
          isName = info.classes & Self.names != 0 && info.commonness < 60 && length >= 3
        } else {
          cost = 12 + 9 * length
        }
        cost += costs[end]
        if cost < costs[start] {
          costs[start] = cost
          previous[start] = end
          isNameSegment[start] = isName
        }
      }
    }
  }
}
