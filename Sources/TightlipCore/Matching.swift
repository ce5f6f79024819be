// What the stages of the engine hand to one another. Public, and no part of the interface: they stand
// in the innermost loops of other modules, the compiler inlines across modules only what is public
// (Swift 6.3 keeps no bodies of `@inlinable public`), and without that each accessor was a call
// and each comparison one through a witness.

/// The list or cue a term belongs to. Raw values below 64 have a bit in ``WordInfo/classes``.
public enum TermClass: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  // What is found.
  case diagnosis, medication, procedure, labTest, diagnosisCategory
  case givenName, surname, city, state, country
  case facilityWord, organization, streetSuffix, commonWord
  // What tells that something is near.
  case cuePatient, cueTitle, cueProviderTitle, cueCredential, cueRelation
  case cueGreeting, cueIntroduction, cueClosing, cueNameLabel, cueBeforeName, cueAfterName
  case cueTaking, cueDose, cueDiagnosed
  case cueResultVerb, cueResultValue, cueResultFiller, cueReveal, cueMeasure
  case cueSecondPerson, cueThirdPerson, cueFirstPerson
  case cuePlace, cuePracticeContact, cuePracticePlace, cueHome
  case cueMonth, cueWeekday, cueGeneral, cueNotName, cueAppointment
  // Carry a number: the topic, or the context list of a pattern.
  case topic, patternContext

  /// The name in the `entity` column of a term table.
  public var name: String {
    switch self {
    case .diagnosis: "DIAGNOSIS"
    case .medication: "MEDICATION"
    case .procedure: "PROCEDURE"
    case .labTest: "LAB_TEST"
    case .diagnosisCategory: "ICD_CATEGORY"
    case .givenName: "GIVEN_NAME"
    case .surname: "SURNAME"
    case .city: "CITY"
    case .state: "STATE"
    case .country: "COUNTRY"
    case .facilityWord: "FACILITY_WORD"
    case .organization: "ORGANIZATION"
    case .streetSuffix: "STREET_SUFFIX"
    case .commonWord: "COMMON_WORD"
    case .cuePatient: "CUE_PATIENT"
    case .cueTitle: "CUE_TITLE"
    case .cueProviderTitle: "CUE_PROVIDER_TITLE"
    case .cueCredential: "CUE_CREDENTIAL"
    case .cueRelation: "CUE_RELATION"
    case .cueGreeting: "CUE_GREETING"
    case .cueIntroduction: "CUE_INTRODUCTION"
    case .cueClosing: "CUE_CLOSING"
    case .cueNameLabel: "CUE_NAME_LABEL"
    case .cueBeforeName: "CUE_BEFORE_NAME"
    case .cueAfterName: "CUE_AFTER_NAME"
    case .cueTaking: "CUE_TAKING"
    case .cueDose: "CUE_DOSE"
    case .cueDiagnosed: "CUE_DIAGNOSED"
    case .cueResultVerb: "CUE_RESULT_VERB"
    case .cueResultValue: "CUE_RESULT_VALUE"
    case .cueResultFiller: "CUE_RESULT_FILLER"
    case .cueReveal: "CUE_REVEAL"
    case .cueMeasure: "CUE_MEASURE"
    case .cueSecondPerson: "CUE_SECOND_PERSON"
    case .cueThirdPerson: "CUE_THIRD_PERSON"
    case .cueFirstPerson: "CUE_FIRST_PERSON"
    case .cuePlace: "CUE_PLACE"
    case .cuePracticeContact: "CUE_PRACTICE_CONTACT"
    case .cuePracticePlace: "CUE_PRACTICE_PLACE"
    case .cueHome: "CUE_HOME"
    case .cueMonth: "CUE_MONTH"
    case .cueWeekday: "CUE_WEEKDAY"
    case .cueGeneral: "CUE_GENERAL"
    case .cueNotName: "CUE_NOT_NAME"
    case .cueAppointment: "CUE_APPOINTMENT"
    case .topic: "TOPIC"
    case .patternContext: "PATTERN_CONTEXT"
    }
  }

  /// The class with the given name in a term table, or nil.
  public init?(name: some StringProtocol) {
    guard let found = Self.byName[String(name)] else { return nil }
    self = found
  }

  private static let byName: [String: TermClass] =
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

  /// The raw value without a call: that of an enumeration of another module is one.
  ///
  /// SAFETY: an enumeration of less than 256 cases without payloads is stored as the number of its
  /// case, and raw values count from 0; a test compares the two for every case.
  @inlinable public var number: UInt8 { unsafe unsafeBitCast(self, to: UInt8.self) }

  /// The bit of this class in a set of classes.
  @inlinable public var bit: UInt64 { 1 << UInt64(number) }

  /// Not the one that compares raw values through witnesses.
  @inlinable public static func == (left: TermClass, right: TermClass) -> Bool { left.number == right.number }
}

/// How a term matches; from the `flags` column.
public struct TermFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Matches only in the case in which it is written.
  @inlinable public static var caseSensitive: TermFlags { TermFlags(rawValue: 1) }
  /// Also with s or es; spelled out when the pack is compiled.
  @inlinable public static var plural: TermFlags { TermFlags(rawValue: 2) }
  /// Also one edit away.
  @inlinable public static var oneTypo: TermFlags { TermFlags(rawValue: 4) }
  /// Counts only beside some other evidence.
  @inlinable public static var needsContext: TermFlags { TermFlags(rawValue: 8) }
  /// Counts only inside a longer match or directly beside a strong cue.
  @inlinable public static var needsStrongContext: TermFlags { TermFlags(rawValue: 16) }
  /// Set on a hit, never in a table: found one edit away from the term.
  @inlinable public static var foundByTypo: TermFlags { TermFlags(rawValue: 32) }
}

/// One meaning of a term: its class with what the table says of it.
public struct TermMeaning: Sendable, Hashable, BitwiseCopyable {
  public var termClass: TermClass
  public var flags: TermFlags
  /// 0…100.
  public var weight: UInt8
  /// The number of the topic or of the pattern context list; 0 elsewhere.
  public var code: UInt16
  /// Where the term stands in the table of terms, for explanations.
  public var term: UInt32

  @inlinable public init(termClass: TermClass, flags: TermFlags, weight: UInt8, code: UInt16, term: UInt32) {
    self.termClass = termClass
    self.flags = flags
    self.weight = weight
    self.code = code
    self.term = term
  }
}

/// What the lists say of a single word, gathered when the pack is compiled.
public struct WordInfo: Sendable, BitwiseCopyable {
  /// The classes in which the word alone is a term, as ``TermClass/bit``s.
  public var classes: UInt64 = 0
  /// Classes in which it is flagged needs-context or needs-strong-context.
  public var weakClasses: UInt64 = 0
  /// Classes in which it is flagged needs-strong-context.
  public var hazardClasses: UInt64 = 0
  /// 0…100: how usual it is as a given name.
  public var givenName: UInt8 = 0
  /// 0…100: how usual it is as a surname.
  public var surname: UInt8 = 0
  /// 0…100: how common it is in everyday English; 0 where it is not in the list.
  public var commonness: UInt8 = 0
  /// Where its meanings begin in the table of meanings, and how many there are.
  public var firstMeaning: UInt32 = 0
  public var meaningCount: UInt16 = 0
  /// Which words it resembles in use, for the tagger: the number of a class of words, in the upper
  /// six bits that of a group of classes; 0 where that is unknown.
  public var wordClass: UInt16 = 0
  /// The node of the phrase trie that this word leads to, or 0 where no phrase begins with it.
  public var phraseNode: UInt32 = 0
  /// A bit for each word that may follow in a phrase; several words share one.
  public var followers: UInt64 = 0

  @inlinable public init() {}
}

extension OptionSet where RawValue: FixedWidthInteger {
  /// Both sets together. An array literal says the same, but builds an array first where the
  /// compiler cannot see through it (measured: seven percent of a message's time).
  @inlinable @inline(__always)
  public static func | (left: Self, right: Self) -> Self {
    Self(rawValue: left.rawValue | right.rawValue)
  }
}

/// What stands between a word and the one before it.
public struct Separators: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable public static var none: Separators { Separators(rawValue: 0) }
  @inlinable public static var space: Separators { Separators(rawValue: 1) }
  @inlinable public static var newline: Separators { Separators(rawValue: 2) }
  @inlinable public static var hyphen: Separators { Separators(rawValue: 4) }
  /// . ! ? ;
  @inlinable public static var stop: Separators { Separators(rawValue: 8) }
  @inlinable public static var comma: Separators { Separators(rawValue: 16) }
  @inlinable public static var colon: Separators { Separators(rawValue: 32) }
  @inlinable public static var slash: Separators { Separators(rawValue: 64) }
  /// Anything else, brackets, quotes, symbols.
  @inlinable public static var other: Separators { Separators(rawValue: 128) }

  /// Whether a phrase may run across it: spaces, hyphens, slashes, and a point without a space as
  /// in "d.o.b.".
  @inlinable public var joinsPhrase: Bool {
    // By raw values: the general functions of sets are calls here.
    rawValue != 0 && rawValue & ~(1 | 2 | 4 | 64) == 0 || rawValue == 8
  }
}

/// A run of letters and digits in the folded text.
public struct Token: Sendable {
  /// What it is made of.
  public enum Kind: UInt8, Sendable { case word, number, mixed }

  /// How the original is written.
  public enum Shape: UInt8, Sendable { case lower, capitalized, upper, mixedCase }

  /// Half-open range of bytes of the folded text. A possessive 's is left out where the word
  /// without it is known.
  public var start: UInt32
  public var end: UInt32
  /// The word in the lexicon, or -1.
  public var word: Int32
  /// Part of the hash of the word, for the tagger: it also tells unknown words apart.
  public var hash: UInt32
  public var kind: Kind
  public var shape: Shape
  /// What stands before it; empty for the first.
  public var before: Separators
  /// Whether it begins the text, a line or a sentence.
  public var beginsSentence: Bool
  public var isPossessive: Bool

  @inlinable public init(
    start: UInt32, end: UInt32, word: Int32, hash: UInt32 = 0, kind: Kind, shape: Shape,
    before: Separators, beginsSentence: Bool, isPossessive: Bool
  ) {
    self.start = start
    self.end = end
    self.word = word
    self.hash = hash
    self.kind = kind
    self.shape = shape
    self.before = before
    self.beginsSentence = beginsSentence
    self.isPossessive = isPossessive
  }

  /// The number of bytes.
  @inlinable public var count: Int { Int(end) - Int(start) }
}

/// A term of the lexicon found in a message.
public struct TermHit: Sendable {
  /// Half-open range of tokens.
  public var firstToken: Int32
  public var endToken: Int32
  public var meaning: TermMeaning

  @inlinable public init(firstToken: Int32, endToken: Int32, meaning: TermMeaning) {
    self.firstToken = firstToken
    self.endToken = endToken
    self.meaning = meaning
  }
}

/// What spoke for or against a candidate; kept so that a finding can be explained.
public struct Evidence: OptionSet, Sendable, Hashable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  @inlinable public static var none: Evidence { Evidence(rawValue: 0) }
  @inlinable public static var shape: Evidence { Evidence(rawValue: 1 << 0) }
  @inlinable public static var validator: Evidence { Evidence(rawValue: 1 << 1) }
  @inlinable public static var contextBefore: Evidence { Evidence(rawValue: 1 << 2) }
  @inlinable public static var contextAfter: Evidence { Evidence(rawValue: 1 << 3) }
  @inlinable public static var against: Evidence { Evidence(rawValue: 1 << 4) }
  @inlinable public static var strongTerm: Evidence { Evidence(rawValue: 1 << 5) }
  @inlinable public static var weakTerm: Evidence { Evidence(rawValue: 1 << 6) }
  @inlinable public static var typo: Evidence { Evidence(rawValue: 1 << 7) }
  @inlinable public static var givenName: Evidence { Evidence(rawValue: 1 << 8) }
  @inlinable public static var surname: Evidence { Evidence(rawValue: 1 << 9) }
  @inlinable public static var capital: Evidence { Evidence(rawValue: 1 << 10) }
  @inlinable public static var unknownWord: Evidence { Evidence(rawValue: 1 << 11) }
  @inlinable public static var commonWord: Evidence { Evidence(rawValue: 1 << 12) }
  @inlinable public static var title: Evidence { Evidence(rawValue: 1 << 13) }
  @inlinable public static var greeting: Evidence { Evidence(rawValue: 1 << 14) }
  @inlinable public static var introduction: Evidence { Evidence(rawValue: 1 << 15) }
  @inlinable public static var relation: Evidence { Evidence(rawValue: 1 << 16) }
  @inlinable public static var label: Evidence { Evidence(rawValue: 1 << 17) }
  @inlinable public static var neighbour: Evidence { Evidence(rawValue: 1 << 18) }
  @inlinable public static var cue: Evidence { Evidence(rawValue: 1 << 19) }
  @inlinable public static var knownPatient: Evidence { Evidence(rawValue: 1 << 20) }
  @inlinable public static var facilityWord: Evidence { Evidence(rawValue: 1 << 21) }
  @inlinable public static var state: Evidence { Evidence(rawValue: 1 << 22) }
  @inlinable public static var value: Evidence { Evidence(rawValue: 1 << 23) }
  @inlinable public static var tagger: Evidence { Evidence(rawValue: 1 << 24) }
  @inlinable public static var taggerAgainst: Evidence { Evidence(rawValue: 1 << 25) }
}

/// Something that may become a finding, with its place in the folded text.
public struct Candidate: Sendable, Hashable {
  public var entity: EntityType
  /// Half-open range of bytes of the folded text.
  public var start: Int32
  public var end: Int32
  public var score: Score
  public var rule: RuleID
  public var role: FindingRole
  public var evidence: Evidence
  /// The word that raised or lowered it, or -1.
  public var cueToken: Int32

  @inlinable public init(
    entity: EntityType, start: Int, end: Int, score: Score, rule: RuleID,
    role: FindingRole = .unspecified, evidence: Evidence = .none, cueToken: Int = -1
  ) {
    self.entity = entity
    self.start = Int32(start)
    self.end = Int32(end)
    self.score = score
    self.rule = rule
    self.role = role
    self.evidence = evidence
    self.cueToken = Int32(cueToken)
  }
}

/// What a message as a whole says, beside its findings.
public struct MessageFacts: Sendable, Hashable {
  /// It speaks to somebody: "you", "your".
  public var addressesSomebody = false
  /// It speaks of one person: "her", "the patient".
  public var speaksOfSomebody = false
  /// "Your" or "her" stands right before a health term: no general information, whatever else it says.
  public var ownsHealth = false
  /// "My" or "I have" stands right before a health term: the writer's own, if nobody else is spoken of.
  public var isWritersHealth = false
  /// It speaks to many: a class, an announcement, advice.
  public var isGeneral = false
  /// A limit was hit: not everything was looked at.
  public var isIncomplete = false

  @inlinable public init() {}
}

/// The words of a message and the terms found among them. Reused between messages.
public struct TokenizedText: Sendable {
  public var tokens: [Token] = []
  public var hits: [TermHit] = []
  /// The classes of all words and hits.
  public var classes: UInt64 = 0
  /// How many words begin with a capital, and how many are lower case: a message that is written
  /// without capitals, or in nothing else, tells nothing by its case.
  public var capitalizedWords = 0
  public var lowerWords = 0
  /// For the lexicon, between its passes: the hash of each word, and for words that end in 's the
  /// token, whether all other letters are capitals, and the hash without the 's.
  public var hashes: [UInt64] = []
  public var genitives: [(token: Int32, isUpper: Bool, hash: UInt64)] = []

  @inlinable public init() {}

  /// Whether capitals carry meaning in this message.
  @inlinable public var hasMeaningfulCase: Bool { capitalizedWords > 0 && lowerWords * 2 >= capitalizedWords }

  /// The first token that ends after a byte of the folded text, or the number of tokens.
  ///
  /// - Complexity: O(log n) in the number of tokens.
  public func firstToken(endingAfter position: Int) -> Int {
    var low = 0
    var high = tokens.count
    while low < high {
      let middle = (low + high) / 2
      if Int(tokens[middle].end) <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The positions of the hits that begin at a token. Hits stand in order of their first token.
  ///
  /// - Complexity: O(log n) in the number of hits.
  public func hits(beginningAt token: Int) -> Range<Int> {
    var low = 0
    var high = hits.count
    while low < high {
      let middle = (low + high) / 2
      if Int(hits[middle].firstToken) < token { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < hits.count, Int(hits[end].firstToken) == token { end += 1 }
    return low..<end
  }

  /// Empties it, keeping storage.
  public mutating func reset() {
    tokens.removeAll(keepingCapacity: true)
    hits.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    genitives.removeAll(keepingCapacity: true)
    classes = 0
    capitalizedWords = 0
    lowerWords = 0
  }
}

/// What a message joins; each alone harms less than the two together.
public struct MessageLinks: OptionSet, Sendable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A person, or a number that points to one, with health information.
  @inlinable public static var personAndHealth: MessageLinks { MessageLinks(rawValue: 1) }
  /// A date of birth with a name.
  @inlinable public static var birthDateWithName: MessageLinks { MessageLinks(rawValue: 2) }
  /// "You" or "her" with a diagnosis or a result.
  @inlinable public static var addressedHealth: MessageLinks { MessageLinks(rawValue: 4) }
}

extension UInt8 {
  /// Whether this byte of folded text is a letter or digit, or part of a code point beyond ASCII,
  /// which counts as one.
  @inlinable public var isFoldedAlphanumeric: Bool {
    self >= 0x80 || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
  }
}
