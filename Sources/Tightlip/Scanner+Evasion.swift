import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipRecognition
import TightlipTagger

/// What the second reading keeps between messages: one per worker.
struct EvasionScratch: ~Copyable {
  var rereader = Rereader()
  var folded: [UInt8] = []
  var upper: [UInt8] = []
  var tokenized = TokenizedText()
  var patterns = PatternScratch()
  var recognition = RecognitionScratch()
  var tagger = TaggerScratch()
  var candidates: [Candidate] = []
  /// Whether the last message was read again.
  var isUsed = false
  /// Whether something was found that stands nowhere in the folded text: a message of nothing visible.
  var hasUnplaced = false
}

extension Filter {
  /// Whether something in a message asks for a second reading: facts that cost next to nothing and that
  /// ordinary messages seldom have.
  ///
  /// - Complexity: linear in the words of the message.
  func isSuspicious(
    _ original: Span<UInt8>, _ normalized: borrowing NormalizedText, _ message: borrowing TokenizedText
  ) -> Bool {
    if normalized.evasion.total > 0 { return true }
    if !normalized.isIdentity {
      // Supplementary tags and selectors, which hide behind pictures.
      for index in original.indices where original[index] == 0xF3 { return true }
    } else {
      // Straight over the bytes, so that the compiler vectorizes it.
      var controls: UInt8 = 0
      for index in original.indices {
        let byte = original[index]
        controls |= byte < 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09 || byte == 0x7F ? 1 : 0
      }
      if controls != 0 { return true }
    }
    return hasOddWords(normalized.folded.span, message)
  }

  private func hasOddWords(_ text: Span<UInt8>, _ message: borrowing TokenizedText) -> Bool {
    var singles = 0
    var numbers = 0
    var digits = 0
    var oddNumbers = 0
    var spelled = 0
    var codes = 0
    var lastEnd = 0
    for token in message.tokens {
      let start = Int(token.start)
      let gap = start - lastEnd
      // What parts words: one sign is usual; several, or none of the usual, are not.
      if gap > 1, lastEnd > 0 || gap > 3, isOddGap(text, lastEnd..<start, token) { return true }
      if gap == 1, lastEnd > 0, isOddSign(text, lastEnd, token) { return true }
      let count = token.count
      codes = count <= 3 && token.kind != .word ? codes + 1 : 0
      if codes >= 5 { return true }
      if count == 1 {
        singles += 1
        if singles >= 3 { return true }
      } else {
        singles = 0
      }
      if token.kind == .number || count == 1 {
        if gap > 4 { (numbers, digits, oddNumbers) = (0, 0, 0) }
        numbers += 1
        digits += count
        if count != 3 && count != 4 || gap > 2 { oddNumbers += 1 }
        // "(303) 555-0148" and "11/02/2026 10:30" are usual; more parts, or other ones, are not.
        if digits >= 9, numbers >= 3, token.before == .comma { return true }
        if digits >= 7, numbers >= 4 || numbers == 3 && oddNumbers > 0 && token.before.isDisjoint(with: .colon | .slash) {
          return true
        }
      } else {
        (numbers, digits, oddNumbers) = (0, 0, 0)
        if count >= 12 { return true }
        if token.kind == .mixed, count >= 4 { return true }
        if token.word < 0, count >= 4 { return true }
        if token.shape == .mixedCase, token.word < 0 || count <= 4 { return true }
        spelled = spelledCharacters.contains(token.hash) ? spelled + 1 : 0
        if spelled >= 3 { return true }
      }
      if token.before.contains(.newline), lastEnd > 0 { return true }
      lastEnd = Int(token.end)
    }
    return text.count - lastEnd > 6
  }

  /// Whether the signs between two words are none that people put there.
  private func isOddGap(_ text: Span<UInt8>, _ range: Range<Int>, _ token: Token) -> Bool {
    var blanks = 0
    var signs = 0
    var pictures = 0
    for index in range {
      switch text[index] {
      case 0x20: blanks += 1
      case UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: "="), UInt8(ascii: "|"),
        UInt8(ascii: "~"), UInt8(ascii: "_"), UInt8(ascii: "*"), UInt8(ascii: "\t"):
        return true
      case 0x80...: pictures += 1
      default: signs += 1
      }
    }
    if pictures > 0, blanks == 0 { return true }
    if blanks >= 2, !token.beginsSentence { return true }
    return signs >= 4 || blanks == 0 && signs >= 2
  }

  private func isOddSign(_ text: Span<UInt8>, _ index: Int, _ token: Token) -> Bool {
    switch text[index] {
    case 0x20, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "/"),
      UInt8(ascii: "?"), UInt8(ascii: ";"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: "#"):
      false
    case 0x0A, 0x0D: false
    default: true
    }
  }
}

extension Scanner {
  /// Reads a suspicious text again and adds what only that shows.
  mutating func lookAgain(_ message: borrowing Message, _ facts: inout MessageFacts) {
    evasion.isUsed = false
    guard filter.isSuspicious(message.text.span, normalized, tokenized) else { return }
    evasion.isUsed = true
    evasion.hasUnplaced = false
    evasion.rereader.read(
      message.text.span, normalizer: filter.normalizer, lexicon: filter.lexicon, terms: filter.disguisedTerms)
    for reading in Rereader.Reading.allCases where evasion.rereader.isNew[reading.rawValue] {
      look(at: reading, message, &facts)
    }
    flagEncoded()
    if evasion.hasUnplaced { facts.isIncomplete = true }
  }

  /// The readings of the last message that differ from it and from each other.
  func otherReadings() -> [String] {
    guard evasion.isUsed else { return [] }
    var texts: [String] = []
    for reading in Rereader.Reading.allCases where evasion.rereader.isNew[reading.rawValue] {
      let text = String(decoding: evasion.rereader[reading].bytes, as: UTF8.self)
      if !texts.contains(text) { texts.append(text) }
    }
    return texts
  }

  private mutating func look(at reading: Rereader.Reading, _ message: borrowing Message, _ facts: inout MessageFacts) {
    evasion.folded.removeAll(keepingCapacity: true)
    evasion.upper.removeAll(keepingCapacity: true)
    let read = evasion.rereader[reading]
    for byte in read.bytes {
      let isUpper = byte &- UInt8(ascii: "A") < 26
      evasion.folded.append(isUpper ? byte | 0x20 : byte)
      evasion.upper.append(isUpper ? 1 : 0)
    }
    evasion.candidates.removeAll(keepingCapacity: true)
    let folded = evasion.folded
    let upper = evasion.upper
    filter.lexicon.match(folded.span, upper: upper.span, into: &evasion.tokenized)
    let isComplete = filter.patterns.match(
      folded.span, evasion.tokenized, usesGates: filter.options.usesGates, candidates: &evasion.candidates,
      scratch: &evasion.patterns)
    if !isComplete { facts.isIncomplete = true }
    if !message.known.isEmpty {
      filter.recognizer.recognizeKnown(
        message.known, folded.span, evasion.tokenized, normalizer: filter.normalizer,
        candidates: &evasion.candidates)
    }
    var readFacts = MessageFacts()
    filter.recognizer.recognize(
      folded.span, evasion.tokenized, direction: message.direction, candidates: &evasion.candidates,
      facts: &readFacts, scratch: &evasion.recognition)
    filter.tagger?.refine(
      folded.span, evasion.tokenized, candidates: &evasion.candidates, scratch: &evasion.tagger)
    filter.recognizer.assignRoles(
      folded.span, evasion.tokenized, direction: message.direction, candidates: &evasion.candidates,
      scratch: evasion.recognition)
    if reading == .unwrapped || reading == .joined { acquit(read) }
    var hasFound = false
    for index in evasion.candidates.indices {
      if take(evasion.candidates[index], read, reading) { hasFound = true }
    }
    guard hasFound else { return }
    if readFacts.addressesSomebody { facts.addressesSomebody = true }
    if readFacts.speaksOfSomebody { facts.speaksOfSomebody = true }
    if readFacts.ownsHealth { facts.ownsHealth = true }
  }

  /// Drops what the tagger guessed of single characters that turn out to be everyday words.
  private mutating func acquit(_ read: RereadText) {
    // A guess is worth a look only in a short text; beyond it all guesses stand.
    guard read.count <= 2048 else { return }
    let firstOfTagger = filter.rules.count + BuiltInRule.allCases.count
    for index in candidates.indices where Int(candidates[index].rule.index) >= firstOfTagger {
      let known = candidates[index]
      guard known.score >= filter.policy.threshold else { continue }
      let place = normalized.originalRange(Int(known.start)..<Int(known.end))
      var first = -1
      var end = -1
      var marked = 0
      for byte in 0..<read.count where place.contains(Int(read.starts[byte])) {
        if first < 0 { first = byte }
        end = byte + 1
        if !read.marks[byte].isEmpty { marked += 1 }
      }
      guard first >= 0, marked * 10 >= (end - first) * 6 else { continue }
      var isPlain = true
      for token in evasion.tokenized.tokens where Int(token.end) > first && Int(token.start) < end {
        let isCommon = token.word >= 0 && filter.lexicon.words[Int(token.word)].commonness > 0
        if !isCommon { isPlain = false }
      }
      for other in evasion.candidates
      where Int(other.end) > first && Int(other.start) < end && other.score >= filter.policy.threshold
        && other.entity != .dateTime
      {
        isPlain = false
      }
      if isPlain { candidates[index].score = Score(thousandths: 0) }
    }
  }

  /// Takes over a candidate of a reading, if the text as it stands does not show it.
  private mutating func take(_ candidate: Candidate, _ read: RereadText, _ reading: Rereader.Reading) -> Bool {
    let isGuess = reading == .backwards
    guard candidate.score >= filter.policy.threshold, candidate.start < candidate.end else { return false }
    switch candidate.entity {
    case .dateTime, .location, .organization, .url, .zipCode, .age: return false
    case .person where candidate.score < Score(thousandths: 600): return false
    default: break
    }
    // What the tagger alone believes of a made-up text is too weak to call it a disguise.
    if Int(candidate.rule.index) >= filter.rules.count + BuiltInRule.allCases.count { return false }
    let isTopic = candidate.entity.entityClass == .topic
    let first = filter.recognizer.startIncludingTitle(of: candidate, evasion.folded.span, evasion.tokenized)
    let end = Int(candidate.end)
    let marks = read.marks(in: first..<end)
    guard !marks.isEmpty else { return false }
    if isGuess {
      switch candidate.entity {
      case .usSSN, .phoneNumber, .faxNumber, .dateOfBirth, .medicalRecordNumber, .emailAddress, .creditCard, .usMBI,
        .person, .diagnosis, .medication:
        break
      default: return false
      }
      var turned = 0
      for index in first..<end where read.marks[index].contains(.reordered) { turned += 1 }
      guard turned * 10 >= (end - first) * 7 else { return false }
    }
    if candidate.entity == .person {
      // "A L T": an abbreviation. And a name that stands there forwards is none backwards.
      if marks == .spacing, end - first <= 5, evasion.upper[first..<end].allSatisfy({ $0 == 1 }) { return false }
    }
    let original = read.original(first..<end)
    let place = normalized.foldedRange(ofOriginal: original)
    guard !place.isEmpty else {
      evasion.hasUnplaced = true
      return false
    }
    for known in candidates where known.entity == candidate.entity && known.score >= filter.policy.threshold {
      if isTopic { return false }
      let shared = min(Int(known.end), place.upperBound) - max(Int(known.start), place.lowerBound)
      if isGuess, candidate.entity == .person, shared > 0 { return false }
      if shared * 100 >= place.count * 95 { return false }
    }
    let firstOfTagger = filter.rules.count + BuiltInRule.allCases.count
    for known in candidates where known.score >= filter.policy.threshold && Int(known.rule.index) < firstOfTagger {
      guard known.entity.entityClass == .identifier, known.entity != .person, known.entity != candidate.entity,
        candidate.entity.entityClass == .identifier, candidate.entity != .dateOfBirth,
        filter.recognizer.builtInRule(known.rule)?.isDisguise != true
      else { continue }
      let shared = min(Int(known.end), place.upperBound) - max(Int(known.start), place.lowerBound)
      guard shared > 0 else { continue }
      // "S00418827" is an identifier as it stands; so it needs no digits in place of its letters.
      if reading == .numbers, marks.contains(.respelled), shared * 10 >= place.count * 9 { return false }
      // "02-29-1976\n60": a whole number of another kind with something beside it.
      if reading == .numbers || reading == .joined, known.score >= Score(thousandths: 900), !known.isVague,
        shared == Int(known.end - known.start)
      {
        return false
      }
    }
    if isGuess || marks == .reordered {
      // A number is a number backwards too.
      for known in candidates where known.score >= Score(thousandths: isGuess ? 700 : 900) && Int(known.rule.index) < firstOfTagger
        && (isGuess || known.evidence.contains(.validator) || known.entity.entityClass == .health) {
        let shared = min(Int(known.end), place.upperBound) - max(Int(known.start), place.lowerBound)
        if shared * 100 >= place.count * 70 { return false }
      }
    }
    var taken = candidate
    taken.start = Int32(place.lowerBound)
    taken.end = Int32(place.upperBound)
    taken.score = Score(thousandths: 1000)
    taken.rule = filter.recognizer.id(BuiltInRule(marks))
    taken.cueToken = -1
    if !isTopic { giveWay(to: &taken, firstOfTagger: firstOfTagger) }
    candidates.append(taken)
    return true
  }

  /// Where a finding starts, with the controls of direction right before it: U+202A to U+202E and
  /// U+2066 to U+2069 are meant for what follows them.
  func startIncludingControls(_ start: Int, in text: Span<UInt8>) -> Int {
    guard !normalized.isIdentity else { return start }
    var first = start
    while first >= 3, text[first - 3] == 0xE2,
      text[first - 2] == 0x80 && 0xAA...0xAE ~= text[first - 1]
        || text[first - 2] == 0x81 && 0xA6...0xA9 ~= text[first - 1]
    {
      first -= 3
    }
    return first
  }

  /// What the text as it stands seemed to hold, where another reading explains it, was the disguise.
  private mutating func giveWay(to taken: inout Candidate, firstOfTagger: Int) {
    for index in candidates.indices {
      let known = candidates[index]
      guard known.start < taken.end, taken.start < known.end, known.entity.entityClass != .topic else { continue }
      let isGuess = Int(known.rule.index) >= firstOfTagger
      guard isGuess || known.isVague else { continue }
      if isGuess, known.entity == taken.entity {
        taken.start = min(taken.start, known.start)
        taken.end = max(taken.end, known.end)
        candidates[index].score = Score(thousandths: 0)
        continue
      }
      let shared = Int(min(known.end, taken.end)) - Int(max(known.start, taken.start))
      if shared * 10 >= Int(known.end - known.start) * 7 { candidates[index].score = Score(thousandths: 0) }
    }
  }

  /// Whether a finding is written so that people and programs should not recognize it.
  ///
  /// One odd character may come from a keyboard or from copying; two, or one that stands for the
  /// letter it resembles, do not.
  func isDisguised(_ candidate: Candidate, _ original: Range<Int>, in text: Span<UInt8>) -> Bool {
    if let rule = filter.recognizer.builtInRule(candidate.rule), rule.isDisguise { return true }
    guard normalized.evasion.total > 0, candidate.entity.entityClass != .topic else { return false }
    var ascii = 0
    for index in text.indices where (text[index] | 0x20) &- UInt8(ascii: "a") < 26 { ascii += 1 }
    return filter.normalizer.isDisguised(text.extracting(original), inASCIIText: ascii * 3 >= normalized.folded.count)
  }

  /// What is written in a code, and says nothing that has a name of its own, is still nothing that a
  /// reader of the message can check.
  private mutating func flagEncoded() {
    for place in evasion.rereader.unreadablePlaces {
      let range = normalized.foldedRange(ofOriginal: place)
      guard !range.isEmpty else { continue }
      candidates.append(
        Candidate(
          entity: .encodedText, start: range.lowerBound, end: range.upperBound, score: Score(thousandths: 650),
          rule: filter.recognizer.id(.evasionEncoded)))
    }
  }
}

extension Candidate {
  /// Of a type that whatever looks like a number or name falls into.
  fileprivate var isVague: Bool {
    switch entity {
    case .otherID, .medicalRecordNumber, .accountNumber, .deviceID, .organization, .dateTime: true
    default: false
    }
  }
}

extension BuiltInRule {
  /// The rule that names what was done to a text.
  init(_ marks: RereadMarks) {
    self =
      marks.contains(.hidden) ? .evasionHidden
      : marks.contains(.decoded) ? .evasionDecoded
      : marks.contains(.reordered) ? .evasionReordered
      : marks.contains(.respelled) ? .evasionRespelled
      : marks.contains(.separated) ? .evasionSeparated : .evasionSpacing
  }

  /// Whether it finds what somebody took pains to hide, rather than what a line end parted.
  var isDisguise: Bool {
    switch self {
    case .evasionHidden, .evasionDecoded, .evasionReordered, .evasionRespelled, .evasionSeparated: true
    default: false
    }
  }
}
