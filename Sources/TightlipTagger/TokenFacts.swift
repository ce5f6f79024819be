package import TightlipCore

/// What the tagger knows of one word before it decides.
package struct TokenFacts: Sendable {
  /// The hash of the word; of its digit shape where it holds digits ("d3", "A2d5").
  package var word: UInt32 = 0
  /// The first and last three bytes.
  package var prefix: UInt32 = 0
  package var suffix: UInt32 = 0
  /// Classes of cues that end here and that begin here, from ``TermClass/cuePatient`` on.
  package var cuesEnding: UInt32 = 0
  package var cuesBeginning: UInt32 = 0
  /// The number of the word in the lexicon, or -1.
  package var number: Int32 = -1
  /// The best rule candidate on it: entity and band of its score; 0 where there is none.
  package var rule: UInt16 = 0
  /// How strongly it is a diagnosis, medication, procedure or lab test in the lists, two bits each,
  /// and whether by a typing error.
  package var health: UInt16 = 0
  /// How strongly it is a city, state or country; and facility, organisation and street words.
  package var place: UInt8 = 0
  /// How strongly it is a given name and a surname, two bits each.
  package var name: UInt8 = 0
  /// Kind, case, whether it is a single letter, and whether 's follows.
  package var shape: UInt8 = 0
  /// Which words it resembles in use: a class, with its group in the upper six bits; 0 where unknown.
  package var wordClass: UInt16 = 0
  /// What the sentence holds before the word, and behind it: a bit for each kind (``TaggerFacts``).
  package var behind: UInt16 = 0
  /// What the word itself adds to both.
  fileprivate var kinds: UInt16 = 0
  package var ahead: UInt16 = 0
  /// How common it is in everyday language: 0…3.
  package var common: UInt8 = 0
  /// What stands before it, and whether it begins a sentence.
  package var gap = Separators()
  package var startsSentence = false
  package var isLower = false
  /// Letters only.
  package var isWord = false
  /// The label a pattern gave it, which is not put in question; nil where the tagger decides.
  package var fixed: TaggerLabel?
  /// Whether the rule candidate is from code that reads lists, and may be doubted.
  package var ruleIsDoubtful = false

  package init() {}

  /// Stands for every word without weights of its own.
  package static let unknownWord: UInt32 = 2

  /// What stands before the first word and behind the last.
  static let edge: TokenFacts = {
    var facts = TokenFacts()
    facts.word = 1
    facts.shape = 31
    return facts
  }()
}

/// Whether capitals tell anything in a message.
package enum MessageCase: UInt8, Sendable {
  case mixed, lower, upper

  init(_ message: borrowing TokenizedText) {
    self = message.capitalizedWords == 0 ? .lower : message.hasMeaningfulCase ? .mixed : .upper
  }
}

/// The facts of a message's words, with two edges before and behind.
package struct TaggerFacts: Sendable {
  package var words: [TokenFacts] = []
  package var messageCase = MessageCase.mixed
  /// How many of its words are unknown to everyday English, 0…3: a Spanish message is full of them,
  /// and none of them need be a name.
  package var strangeness: UInt8 = 0

  package init() {}

  /// How many edges stand before the first word, and behind the last.
  package static let edgeCount = 2

  /// Gathers what lists and rules say of each word.
  ///
  /// - Parameters:
  ///   - lists: what the lists say of each word number.
  ///   - doubtful: for each rule, whether its candidates may be put in question.
  /// - Complexity: linear in words, hits and candidates.
  package mutating func gather(
    _ text: Span<UInt8>, _ message: borrowing TokenizedText, lists: borrowing Table<WordInfo>,
    candidates: borrowing [Candidate], doubtful: borrowing [Bool]
  ) {
    words.removeAll(keepingCapacity: true)
    messageCase = MessageCase(message)
    words.append(TokenFacts.edge)
    words.append(TokenFacts.edge)
    var strange = 0
    var counted = 0
    for token in message.tokens {
      var facts = TokenFacts()
      facts.describe(token, text)
      if token.word >= 0 { facts.note(lists[Int(token.word)]) }
      if facts.isLower, token.kind == .word {
        counted += 1
        if facts.common == 0 { strange += 1 }
      }
      words.append(facts)
    }
    words.append(TokenFacts.edge)
    words.append(TokenFacts.edge)
    let share = strange * 100 / max(1, counted)
    strangeness = share < 12 ? 0 : share < 30 ? 1 : share < 60 ? 2 : 3
    noteHits(message)
    noteCandidates(message, candidates, doubtful)
    noteSentences()
  }

  /// Tells each word what else its sentence holds.
  private mutating func noteSentences() {
    let end = words.count - Self.edgeCount
    var seen: UInt16 = 0
    for place in Self.edgeCount..<end {
      if words[place].startsSentence { seen = 0 }
      let kinds = words[place].makeKinds()
      words[place].kinds = kinds
      words[place].behind = seen
      seen |= kinds
    }
    seen = 0
    for place in (Self.edgeCount..<end).reversed() {
      words[place].ahead = seen
      seen |= words[place].kinds
      if words[place].startsSentence { seen = 0 }
    }
  }

  private mutating func noteHits(_ message: borrowing TokenizedText) {
    let firstCue = TermClass.cuePatient.rawValue
    for hit in message.hits {
      let first = Int(hit.firstToken) + Self.edgeCount
      let end = Int(hit.endToken) + Self.edgeCount
      let kind = hit.meaning.termClass
      if kind.rawValue >= firstCue {
        guard kind.rawValue <= TermClass.cueAppointment.rawValue else { continue }
        let bit = UInt32(1) << UInt32(kind.rawValue - firstCue)
        words[first].cuesBeginning |= bit
        words[end - 1].cuesEnding |= bit
        continue
      }
      let flags = hit.meaning.flags
      let strength: UInt16 = flags.contains(.needsStrongContext) ? 1 : flags.contains(.needsContext) ? 2 : 3
      for index in first..<end {
        words[index].note(kind, strength: strength, isTypo: flags.contains(.foundByTypo))
      }
    }
  }

  private mutating func noteCandidates(
    _ message: borrowing TokenizedText, _ candidates: borrowing [Candidate], _ doubtful: borrowing [Bool]
  ) {
    for number in candidates.indices {
      let candidate = candidates[number]
      guard candidate.entity.entityClass != .topic else { continue }
      let score = candidate.score.thousandths
      let isDoubtful = doubtful[Int(candidate.rule.index)]
      let band: UInt16 = score >= 900 ? 3 : score >= 700 ? 2 : score >= 500 ? 1 : 0
      // The band on top, so that the best candidate is the one with the greatest number.
      let rule = band << 8 | UInt16(candidate.entity.rawValue) + 1
      var index = message.firstToken(endingAfter: Int(candidate.start))
      while index < message.tokens.count, message.tokens[index].start < UInt32(candidate.end) {
        let place = index + Self.edgeCount
        if !isDoubtful, score >= 500 {
          words[place].rule = max(rule, words[place].ruleIsDoubtful ? 0 : words[place].rule)
          words[place].fixed = TaggerLabel(candidate.entity)
          words[place].ruleIsDoubtful = false
        } else if !isDoubtful, candidate.evidence.contains(.against), words[place].fixed == nil {
          // A pattern looked at it and a word near it spoke against: an order number is no SSN.
          words[place].fixed = .outside
        } else if words[place].fixed == nil, rule > words[place].rule {
          words[place].rule = rule
          words[place].ruleIsDoubtful = isDoubtful
        }
        index += 1
      }
    }
  }

  /// Takes words that are not in the set for one and the same unknown word.
  package mutating func forgetWords(notIn known: borrowing WordSet) {
    for place in Self.edgeCount..<(words.count - Self.edgeCount)
    where words[place].isWord && !known.contains(words[place].word) {
      words[place].word = TokenFacts.unknownWord
    }
  }

}

extension TokenFacts {
  fileprivate mutating func describe(_ token: Token, _ text: Span<UInt8>) {
    let start = Int(token.start)
    let count = token.count
    number = token.word
    gap = token.before
    startsSentence = token.beginsSentence
    isLower = token.shape == .lower
    isWord = token.kind == .word
    shape = token.kind.rawValue << 2 | token.shape.rawValue | (count == 1 ? 16 : 0) | (token.isPossessive ? 32 : 0)
    if token.kind == .word {
      word = token.hash
      let length = min(3, count)
      for offset in 0..<length {
        prefix = prefix << 8 | UInt32(text[start + offset])
        suffix = suffix << 8 | UInt32(text[start + count - length + offset])
      }
      return
    }
    // The shape of a number: runs of digits and letters with their lengths.
    var key: UInt32 = 7
    var run: UInt32 = 0
    var runIsDigit = false
    for offset in 0..<count {
      let isDigit = text[start + offset] &- UInt8(ascii: "0") < 10
      if run > 0, isDigit != runIsDigit {
        key = key &* 37 &+ (min(run, 15) << 1 | (runIsDigit ? 1 : 0))
        run = 0
      }
      runIsDigit = isDigit
      run += 1
    }
    key = key &* 37 &+ (min(run, 15) << 1 | (runIsDigit ? 1 : 0))
    word = key &* 0x9e37_79b1
    prefix = UInt32(truncatingIfNeeded: count)
    suffix = 2 | (runIsDigit ? 1 : 0)
  }

  fileprivate mutating func note(_ info: WordInfo) {
    name = Self.strength(.givenName, info) | Self.strength(.surname, info) << 2
    wordClass = info.wordClass
    common = info.commonness == 0 ? 0 : info.commonness < 60 ? 1 : info.commonness < 90 ? 2 : 3
  }

  @inline(__always)
  private static func strength(_ kind: TermClass, _ info: WordInfo) -> UInt8 {
    let bit = kind.bit
    guard info.classes & bit != 0 else { return 0 }
    return info.hazardClasses & bit != 0 ? 1 : info.weakClasses & bit != 0 ? 2 : 3
  }

  fileprivate mutating func note(_ kind: TermClass, strength: UInt16, isTypo: Bool) {
    switch kind {
    case .diagnosis: raise(0, strength)
    case .medication: raise(2, strength)
    case .procedure: raise(4, strength)
    case .labTest: raise(6, strength)
    case .city: place = place & ~3 | max(place & 3, UInt8(strength))
    case .state: place |= 4
    case .country: place |= 8
    case .facilityWord: place |= 16
    case .organization: place |= 32
    case .streetSuffix: place |= strength == 3 ? 64 : 128
    default: break
    }
    if isTypo { health |= 256 }
  }

  private mutating func raise(_ shift: UInt16, _ strength: UInt16) {
    let held = health >> shift & 3
    if strength > held { health = health & ~(3 << shift) | strength << shift }
  }

  /// The group of ``wordClass``.
  @inline(__always)
  var group: UInt16 { wordClass >> 10 }

  /// What the word adds to ``ahead`` and ``behind`` of others in its sentence.
  fileprivate func makeKinds() -> UInt16 {
    let cues = cuesBeginning | cuesEnding
    // Most words say nothing.
    if cues == 0, !isListed { return isWord ? 0 : 1 }
    @inline(__always) func has(_ kind: TermClass) -> Bool {
      cues >> UInt32(kind.rawValue - TermClass.cuePatient.rawValue) & 1 == 1
    }
    var kinds: UInt16 = 0
    if !isWord { kinds |= 1 }
    if has(.cueResultVerb) || has(.cueReveal) { kinds |= 2 }
    if has(.cueResultValue) { kinds |= 4 }
    if has(.cueMeasure) || health >> 6 & 3 >= 2 { kinds |= 8 }
    if health & 3 >= 2 { kinds |= 16 }
    if health >> 2 & 3 >= 2 { kinds |= 32 }
    if health >> 4 & 3 >= 2 { kinds |= 64 }
    if has(.cueFirstPerson) { kinds |= 128 }
    if has(.cueSecondPerson) { kinds |= 256 }
    if has(.cueThirdPerson) { kinds |= 512 }
    if has(.cueTaking) || has(.cueDiagnosed) { kinds |= 1024 }
    if place & 0b0101_0000 != 0 { kinds |= 2048 }
    if name & 3 >= 2 || name >> 2 >= 2 { kinds |= 4096 }
    return kinds
  }

  /// Whether a list of names, places or health terms has it.
  package var isListed: Bool { name != 0 || health != 0 || place != 0 }

  /// Forgets what lists and doubtful rules say, as if the word were in none; for learning.
  package mutating func forgetLists() {
    name = 0
    health = 0
    place = 0
    common = 0
    if ruleIsDoubtful { rule = 0 }
  }
}
