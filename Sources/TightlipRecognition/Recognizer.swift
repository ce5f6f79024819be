package import TightlipCore

/// What the words of one message are, gathered from their lists and the terms around them.
struct WordFacts {
  /// Classes of the word alone.
  var classes: UInt64 = 0
  /// Classes of terms that begin here, and that end here (the word being their last).
  var beginning: UInt64 = 0
  var ending: UInt64 = 0
  /// The same for terms of full weight.
  var strongEnding: UInt64 = 0
  /// A structured candidate (number, date, address) covers it.
  var isCovered = false
  /// A health term of its own right covers it.
  var isHealth = false
  /// It is a word of a general cue, such as "did you know".
  var isInGeneralCue = false
}

/// What recognizers write while they run: one per worker, reused.
package struct RecognitionScratch {
  var facts: [WordFacts] = []
  var names: [NameWord] = []
  var topicHits: [Int] = []
  /// The recognizers have run; what follows is after the tagger.
  var isRecognized = false

  package init() {}
}

/// Finds what needs more than a pattern: names, places, organisations, health terms, results, topics.
///
/// Immutable; every worker shares it.
package struct Recognizer: Sendable {
  let words: Table<WordInfo>
  private let firstRule: UInt16
  /// Roles are assigned once more after the tagger; not so where facts are gathered for learning.
  let followsTagger: Bool

  /// - Parameters:
  ///   - words: what the lists say of each word number.
  ///   - firstRule: the number of the first built-in rule in the filter's table.
  ///   - followsTagger: whether the filter uses its tagger, so that what the tagger left open is settled.
  package init(words: Table<WordInfo>, firstRule: UInt16, followsTagger: Bool) {
    self.words = words
    self.firstRule = firstRule
    self.followsTagger = followsTagger
  }

  /// The number of a built-in rule in the filter's table.
  package func id(_ rule: BuiltInRule) -> RuleID { RuleID(firstRule + rule.rawValue) }

  /// The built-in rule of a number in the filter's table, or nil for a rule of the pack or the tagger.
  package func builtInRule(_ rule: RuleID) -> BuiltInRule? {
    rule.index < firstRule ? nil : BuiltInRule(rawValue: rule.index - firstRule)
  }

  /// Adds candidates for everything it recognizes; ``assignRoles(_:_:direction:candidates:scratch:)``
  /// comes after, when the tagger has had its say.
  ///
  /// - Parameters:
  ///   - candidates: holds those of the patterns already; their words are no names or places.
  ///   - facts: filled in.
  /// - Complexity: linear in the words of the message.
  package func recognize(
    _ text: Span<UInt8>, _ message: borrowing TokenizedText, direction: Direction,
    candidates: inout [Candidate], facts: inout MessageFacts,
    scratch: inout RecognitionScratch
  ) {
    scratch.isRecognized = false
    gatherFacts(message, candidates: candidates, scratch: &scratch)
    recognizeHealth(message, candidates: &candidates, scratch: &scratch)
    recognizeResults(text, message, candidates: &candidates, scratch: &scratch)
    recognizePlaces(text, message, candidates: &candidates, scratch: &scratch)
    recognizeNames(text, message, direction: direction, candidates: &candidates, scratch: &scratch)
    recognizeTopics(message, candidates: &candidates, scratch: &scratch)
    assignRoles(text, message, direction: direction, candidates: &candidates, scratch: scratch)
    scratch.isRecognized = true
    facts.addressesSomebody = message.classes & TermClass.cueSecondPerson.bit != 0
    facts.speaksOfSomebody =
      message.classes & (TermClass.cueThirdPerson.bit | TermClass.cuePatient.bit) != 0
    facts.isGeneral = message.classes & TermClass.cueGeneral.bit != 0
  }

  private func gatherFacts(
    _ message: borrowing TokenizedText, candidates: [Candidate],
    scratch: inout RecognitionScratch
  ) {
    scratch.facts.removeAll(keepingCapacity: true)
    for token in message.tokens {
      var facts = WordFacts()
      if token.word >= 0 {
        facts.classes = words[Int(token.word)].classes
      }
      scratch.facts.append(facts)
    }
    for hit in message.hits {
      let bit = hit.meaning.termClass.bit
      scratch.facts[Int(hit.firstToken)].beginning |= bit
      scratch.facts[Int(hit.endToken) - 1].ending |= bit
      if hit.meaning.weight >= 90 {
        scratch.facts[Int(hit.endToken) - 1].strongEnding |= bit
      }
      if hit.meaning.termClass == .cueGeneral {
        for token in Int(hit.firstToken)..<Int(hit.endToken) { scratch.facts[token].isInGeneralCue = true }
      }
    }
    // Candidates are few and tokens are in order: a search from the front of each is enough.
    for candidate in candidates where candidate.score >= Score(thousandths: 500) {
      var index = message.firstToken(endingAfter: Int(candidate.start))
      while index < message.tokens.count, message.tokens[index].start < UInt32(candidate.end) {
        scratch.facts[index].isCovered = true
        index += 1
      }
    }
  }

  /// Whose health the message speaks of, where a word within three before a health candidate says so; "your", "her",
  /// "my patient's": ``MessageFacts/ownsHealth``; "my", "I'm": ``MessageFacts/isWritersHealth``.
  ///
  /// - Parameter candidates: with those of the tagger.
  package func noteOwners(
    _ message: borrowing TokenizedText, _ candidates: [Candidate], facts: inout MessageFacts,
    scratch: borrowing RecognitionScratch
  ) {
    facts.ownsHealth = false
    facts.isWritersHealth = false
    let owners = TermClass.cueSecondPerson.bit | TermClass.cueThirdPerson.bit | TermClass.cuePatient.bit
    let writers = TermClass.cueFirstPerson.bit
    guard scratch.isRecognized, message.classes & (owners | writers) != 0 else { return }
    for candidate in candidates where candidate.entity.entityClass == .health {
      var index = message.firstToken(endingAfter: Int(candidate.start))
      var left = 3
      while index > 0, left > 0, index == message.tokens.count || !message.tokens[index].beginsSentence {
        index -= 1
        left -= 1
        let classes = scratch.facts[index].ending
        // In "did you know" the reader owns nothing.
        if classes & owners != 0, !scratch.facts[index].isInGeneralCue { facts.ownsHealth = true }
        if scratch.facts[index].strongEnding & writers != 0 { facts.isWritersHealth = true }
      }
    }
  }

  /// Whether a word of the folded text is the given one.
  static func equals(_ word: Span<UInt8>, _ other: StaticString) -> Bool {
    guard word.count == other.utf8CodeUnitCount else { return false }
    // SAFETY: the loop stays inside the static string's code units, counted above.
    for index in word.indices where unsafe word[index] != other.utf8Start[index] { return false }
    return true
  }

  func info(_ token: Token) -> WordInfo {
    token.word >= 0 ? words[Int(token.word)] : WordInfo()
  }

  /// Whether a term of one of the classes ends right before a token, possibly with a few words of
  /// filler between ("has a bad cold"). Returns the index of its last word, or -1.
  func cue(
    _ classes: UInt64, before index: Int, skipping filler: Int, strongOnly: Bool = false,
    _ message: borrowing TokenizedText, _ facts: [WordFacts]
  ) -> Int {
    var position = index - 1
    var left = filler
    while position >= 0 {
      // A sentence end between cue and word parts them, except after an abbreviation's point.
      let ending = strongOnly ? facts[position].strongEnding : facts[position].ending
      if ending & classes != 0 { return position }
      if message.tokens[position + 1].beginsSentence || left == 0 { return -1 }
      left -= 1
      position -= 1
    }
    return -1
  }
}
