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
  /// The candidates by place, those near the one in hand, and the topics found.
  var places = PlaceIndex()
  var near: [Int] = []
  var nearPlace = 0..<0
  var topics: UInt64 = 0
  /// Letters of the original that are ASCII; counted once.
  var asciiLetters = 0
  /// Whether something was found that stands nowhere in the folded text: a message of nothing visible.
  var hasUnplaced = false
}

extension Scanner {
  /// Reads a suspicious text again and adds what only that shows.
  mutating func lookAgain(_ message: borrowing Message, _ facts: inout MessageFacts) {
    evasion.isUsed = false
    guard filter.isSuspicious(message.text.span, normalized, tokenized, rereader: &evasion.rereader) else { return }
    evasion.isUsed = true
    evasion.asciiLetters = 0
    let text = message.text
    for byte in text where (byte | 0x20) &- UInt8(ascii: "a") < 26 { evasion.asciiLetters += 1 }
    evasion.hasUnplaced = false
    evasion.rereader.read(
      message.text.span, normalizer: filter.normalizer, lexicon: filter.lexicon, terms: filter.disguisedTerms)
    fileCandidates()
    for reading in Rereader.Reading.allCases where evasion.rereader.isNew[reading.rawValue] {
      look(at: reading, message, &facts)
    }
    flagEncoded()
    if evasion.hasUnplaced { facts.isIncomplete = true }
  }

  /// Files what the text as it stands holds, by place.
  private mutating func fileCandidates() {
    evasion.places.reset(length: normalized.folded.count)
    evasion.nearPlace = 0..<0
    evasion.topics = 0
    for index in candidates.indices {
      if candidates[index].entity.entityClass == .topic {
        if candidates[index].score >= filter.policy.threshold {
          evasion.topics |= 1 << UInt64(candidates[index].entity.rawValue)
        }
      } else {
        evasion.places.add(Int(candidates[index].start)..<Int(candidates[index].end), index)
      }
    }
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
    filter.recognizer.noteOwners(evasion.tokenized, evasion.candidates, facts: &readFacts, scratch: evasion.recognition)
    filter.recognizer.assignRoles(
      folded.span, evasion.tokenized, direction: message.direction, candidates: &evasion.candidates,
      scratch: evasion.recognition)
    if reading == .unwrapped || reading == .joined || reading == .respelled { acquit(read, reading) }
    var hasFound = false
    for index in evasion.candidates.indices {
      if take(evasion.candidates[index], read, reading) { hasFound = true }
    }
    guard hasFound else { return }
    if readFacts.addressesSomebody { facts.addressesSomebody = true }
    if readFacts.speaksOfSomebody { facts.speaksOfSomebody = true }
    if readFacts.ownsHealth { facts.ownsHealth = true }
  }

  /// Drops what was guessed of single characters, or of digits in place of letters, that turn out to be
  /// everyday words: "7h4nk" is no number of anything.
  private mutating func acquit(_ read: RereadText, _ reading: Rereader.Reading) {
    // A guess is worth a look only in a short text; beyond it all guesses stand.
    guard read.count <= 2048 else { return }
    let firstOfTagger = filter.rules.count + BuiltInRule.allCases.count
    for index in candidates.indices {
      let known = candidates[index]
      guard known.score >= filter.policy.threshold else { continue }
      let isShape =
        reading == .respelled && known.entity == .otherID && known.evidence.isDisjoint(with: .contextBefore | .contextAfter | .validator)
      guard Int(known.rule.index) >= firstOfTagger && reading != .respelled || isShape else { continue }
      let place = normalized.originalRange(Int(known.start)..<Int(known.end))
      var first = -1
      var end = -1
      var marked = 0
      for byte in 0..<read.count where place.contains(Int(read.starts[byte])) {
        if first < 0 { first = byte }
        end = byte + 1
        if !read.marks[byte].isEmpty { marked += 1 }
      }
      guard first >= 0, isShape ? marked > 0 && end - first >= 3 : marked * 10 >= (end - first) * 6 else { continue }
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
    let firstOfTagger = filter.rules.count + BuiltInRule.allCases.count
    if isTopic {
      let bit: UInt64 = 1 << UInt64(candidate.entity.rawValue)
      guard evasion.topics & bit == 0 else { return false }
      evasion.topics |= bit
    } else {
      // Everything read from one code has one place.
      if evasion.nearPlace != place {
        evasion.places.find(place, into: &evasion.near)
        evasion.nearPlace = place
      }
      for index in evasion.near {
        let known = candidates[index]
        guard known.score >= filter.policy.threshold else { continue }
        let shared = min(Int(known.end), place.upperBound) - max(Int(known.start), place.lowerBound)
        if shared > 0, rules(out: candidate, as: marks, in: reading, known, place, shared, firstOfTagger) { return false }
      }
    }
    var taken = candidate
    taken.start = Int32(place.lowerBound)
    taken.end = Int32(place.upperBound)
    taken.score = Score(thousandths: 1000)
    taken.rule = filter.recognizer.id(BuiltInRule(marks))
    taken.cueToken = -1
    if !isTopic { giveWay(to: &taken, firstOfTagger: firstOfTagger) }
    if !isTopic {
      evasion.places.add(Int(taken.start)..<Int(taken.end), candidates.count)
      evasion.nearPlace = 0..<0
    }
    candidates.append(taken)
    return true
  }

  /// Whether what the text shows plainly stands against a candidate of a reading.
  private func rules(
    out candidate: Candidate, as marks: RereadMarks, in reading: Rereader.Reading, _ known: Candidate,
    _ place: Range<Int>, _ shared: Int, _ firstOfTagger: Int
  ) -> Bool {
    let isGuess = reading == .backwards
    if known.entity == candidate.entity {
      return isGuess && candidate.entity == .person || shared * 100 >= place.count * 95
    }
    guard Int(known.rule.index) < firstOfTagger else { return false }
    let isDisguise = filter.recognizer.builtInRule(known.rule)?.isDisguise == true
    if known.entity.entityClass == .identifier, known.entity != .person, !isDisguise,
      candidate.entity.entityClass == .identifier, candidate.entity != .dateOfBirth
    {
      // "S00418827" is an identifier as it stands; so it needs no digits in place of its letters.
      if reading == .numbers, marks.contains(.respelled), shared * 10 >= place.count * 9 { return true }
      // "02-29-1976\n60": a whole number of another kind with something beside it.
      if reading == .numbers || reading == .joined, known.score >= Score(thousandths: 900), !known.isVague,
        shared == Int(known.end - known.start)
      {
        return true
      }
    }
    // A number is a number backwards too.
    guard isGuess || marks == .reordered, shared * 100 >= place.count * 70 else { return false }
    return isGuess
      ? known.score >= Score(thousandths: 700)
      : known.score >= Score(thousandths: 900)
        && (known.evidence.contains(.validator) || known.entity.entityClass == .health)
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
    for index in evasion.near {
      let known = candidates[index]
      guard known.start < taken.end, taken.start < known.end else { continue }
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
    // What the tagger alone takes for a name may be any word that it does not know; it is taken out all the same.
    if candidate.entity == .person, Int(candidate.rule.index) >= filter.rules.count + BuiltInRule.allCases.count { return false }
    return filter.normalizer.isDisguised(
      text.extracting(original), inASCIIText: evasion.asciiLetters * 3 >= normalized.folded.count)
  }

  /// A day or month named in odd letters, in a message in which nothing else was found, is play and nobody's
  /// date: "hApPy fRiDaY". Beside anything else it stays.
  mutating func dropPlayfulDates(_ text: Span<UInt8>) {
    for candidate in resolved {
      guard candidate.entity == .dateTime, isPlayful(candidate, in: text) else { return }
    }
    resolved.removeAll(keepingCapacity: true)
  }

  private func isPlayful(_ date: Candidate, in text: Span<UInt8>) -> Bool {
    for index in Int(date.start)..<Int(date.end) where WordReader.isDigit(normalized.folded[index]) { return false }
    for token in tokenized.tokens where token.start < date.end && date.start < token.end && token.shape == .mixedCase {
      return true
    }
    return isDisguised(date, normalized.originalRange(Int(date.start)..<Int(date.end)), in: text)
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

/// Which candidates lie where, in steps of a few bytes, so that a look-up does not pass over all of them.
struct PlaceIndex: Sendable {
  private static let step = 16
  /// For each step the last entry filed there, or -1.
  private var heads: [Int32] = []
  private var entries: [(candidate: Int32, next: Int32)] = []

  /// Empties it for a text of so many bytes, keeping storage.
  mutating func reset(length: Int) {
    heads.removeAll(keepingCapacity: true)
    heads.append(contentsOf: repeatElement(-1, count: length / Self.step + 1))
    entries.removeAll(keepingCapacity: true)
  }

  /// Files a candidate.
  ///
  /// - Complexity: linear in the length of its place.
  mutating func add(_ place: Range<Int>, _ candidate: Int) {
    guard !place.isEmpty else { return }
    for step in place.lowerBound / Self.step...(place.upperBound - 1) / Self.step where step < heads.count {
      entries.append((Int32(candidate), heads[step]))
      heads[step] = Int32(entries.count - 1)
    }
  }

  /// Fills in the candidates that may share a byte with a place, each once.
  func find(_ place: Range<Int>, into result: inout [Int]) {
    result.removeAll(keepingCapacity: true)
    guard !place.isEmpty else { return }
    for step in place.lowerBound / Self.step...(place.upperBound - 1) / Self.step where step < heads.count {
      var entry = heads[step]
      while entry >= 0 {
        let candidate = Int(entries[Int(entry)].candidate)
        if !result.contains(candidate) { result.append(candidate) }
        entry = entries[Int(entry)].next
      }
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
