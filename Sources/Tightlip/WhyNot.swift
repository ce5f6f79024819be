import TightlipCore
import TightlipLexicon
import TightlipPatterns
import TightlipRecognition
import TightlipRules

/// Why a word or a rule is no finding in a message: how near it came, and what stopped it.
public struct WhyNot: Sendable {
  /// The word or rule that was asked for.
  public var subject: String
  /// Whether it is a rule of the filter.
  public var isRule: Bool
  /// Whether it is a finding after all.
  public var isFound = false
  /// How near the best candidate came: its score as a share of the score it needs. Nil where there was
  /// none.
  public var nearness: Double?
  /// What happened, in sentences, in the order in which it happened.
  public var steps: [String] = []
}

extension Scanner {
  /// Explains why a word or a rule is no finding.
  public mutating func whyNot(_ subject: String, in message: borrowing Message) -> WhyNot {
    let explanation = explain(message)
    guard explanation.verdict.completeness == .complete else {
      return WhyNot(
        subject: subject, isRule: false,
        steps: ["The message could not be looked through completely; nothing was decided from what it holds."])
    }
    if let number = filter.ruleNames.firstIndex(where: { $0.elementsEqual(subject.utf8) }) {
      return whyNot(rule: number, subject, explanation)
    }
    return whyNot(words: subject, explanation)
  }

  // MARK: Rules

  private mutating func whyNot(rule number: Int, _ name: String, _ explanation: Explanation) -> WhyNot {
    var answer = WhyNot(subject: name, isRule: true)
    let items = explanation.items.filter { $0.rule == name }
    tell(items, explanation, &answer)
    guard items.isEmpty else { return answer }
    guard number < filter.rules.count else {
      answer.steps.append("Nothing in the message gave rise to it.")
      if let rule = BuiltInRule.allCases.first(where: { $0.name == name }) { answer.steps.append("It needs \(rule.needs).") }
      return answer
    }
    whyNot(pattern: filter.rules[number], Array(explanation.folded.utf8), &answer)
    return answer
  }

  private func whyNot(pattern rule: PatternRule, _ folded: [UInt8], _ answer: inout WhyNot) {
    guard let pattern = try? CompiledPattern(rule.pattern) else { return }
    let scratch = MatchScratch()
    var position = 0
    var values: [String] = []
    while position <= folded.count, values.count < 5,
      let match = try? pattern.firstMatch(in: folded.span, from: position, scratch: scratch)
    {
      if !match.span.isEmpty { values.append(String(decoding: folded[match.span], as: UTF8.self)) }
      position = max(match.end, position + 1)
    }
    guard !values.isEmpty else {
      answer.nearness = 0
      answer.steps.append("Its pattern matches nothing in the message as the filter reads it.")
      let digits = folded.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      if digits < pattern.facts.digits {
        let needed = pattern.facts.digits
        answer.steps.append(
          "It needs \(needed == 1 ? "a digit" : "\(needed) digits"), and the message has \(digits == 0 ? "none" : "\(digits)").")
      } else if folded.count < pattern.facts.minimumLength {
        answer.steps.append("It needs \(pattern.facts.minimumLength) characters at least.")
      }
      if let example = rule.examples.first { answer.steps.append("It finds, for example: \(example.text)") }
      return
    }
    for value in values {
      answer.steps.append("Its pattern matches \"\(value)\".")
      if let name = rule.validator, let validator = Validator(rawValue: name), !validator.accepts(Array(value.utf8).span) {
        answer.steps.append("The check \"\(name)\" refuses it: it has the shape, and is no valid value.")
      } else if rule.isContextRequired {
        let words = rule.context.prefix(8).joined(separator: ", ") + (rule.context.count > 8 ? " …" : "")
        answer.steps.append(
          "It counts only with one of its words up to \(rule.before) words before or \(rule.after) behind it: \(words).")
      } else {
        answer.steps.append("A rule of the same pattern with a nearer word took it, or a waiver or the practice's own identity let it pass.")
      }
    }
  }

  // MARK: Words

  private mutating func whyNot(words: String, _ explanation: Explanation) -> WhyNot {
    var answer = WhyNot(subject: words, isRule: false)
    var folder = TermFolder(normalizer: filter.normalizer)
    guard folder.fold(Array(words.utf8).span) else { return answer }
    let wanted = TermKey.plain(folder.folded)
    guard !wanted.isEmpty else {
      answer.steps.append("It holds no letter or digit, and is the name of no rule.")
      return answer
    }
    let message = TermKey.plain(Array(explanation.folded.utf8))
    tellLists(of: folder.folded, &answer)
    if words.contains("."), let rule = nearest(to: words, among: filter.ruleNames.map { String(decoding: $0, as: UTF8.self) }) {
      answer.steps.append("No rule has that name; did you mean \(rule)?")
    }
    guard Self.holds(message, wanted) else {
      answer.steps.append("The message does not hold it, as the filter reads it.")
      return answer
    }
    let items = explanation.items.filter { item in
      guard folder.fold(Array(item.text.utf8).span) else { return false }
      let text = TermKey.plain(folder.folded)
      return Self.holds(text, wanted) || Self.holds(wanted, text)
    }
    tell(items, explanation, &answer)
    if items.isEmpty {
      answer.steps.append("No rule proposed it.")
      if let waiver = filter.waivers.waivers.first(where: { waiver in
        folder.fold(Array(waiver.text.utf8).span) && !waiver.text.isEmpty && Self.holds(message, TermKey.plain(folder.folded))
          && Self.holds(TermKey.plain(folder.folded), wanted)
      }) {
        answer.steps.append("A waiver lets it pass (\(waiver.file):\(waiver.line), \(waiver.owner): \(waiver.reason)).")
      }
    }
    return answer
  }

  /// Whether words stand in a text, both plain.
  private static func holds(_ text: [UInt8], _ words: [UInt8]) -> Bool {
    guard !words.isEmpty, text.count >= words.count else { return false }
    let space = UInt8(ascii: " ")
    for start in 0...(text.count - words.count) where start == 0 || text[start - 1] == space {
      let end = start + words.count
      if text[start..<end].elementsEqual(words), end == text.count || text[end] == space { return true }
    }
    return false
  }

  private func tellLists(of folded: [UInt8], _ answer: inout WhyNot) {
    var tokenized = TokenizedText()
    let upper = [UInt8](repeating: 0, count: folded.count)
    filter.lexicon.match(folded.span, upper: upper.span, into: &tokenized)
    var told: Set<String> = []
    for hit in tokenized.hits where hit.firstToken == 0 && Int(hit.endToken) == tokenized.tokens.count {
      let name = hit.meaning.termClass == .topic ? EntityType.allCases[Int(hit.meaning.code)].name : hit.meaning.termClass.name
      guard hit.meaning.termClass != .patternContext, told.insert(name).inserted else { continue }
      let spelling = String(decoding: filter.lexicon.spelling(ofTerm: hit.meaning.term), as: UTF8.self)
      var line = "It is in the list \(name)"
      if hit.meaning.flags.contains(.foundByTypo) { line = "It is one typing error away from \"\(spelling)\" in the list \(name)" }
      if hit.meaning.flags.contains(.needsStrongContext) {
        line += ", where it counts only beside a strong cue"
      } else if hit.meaning.flags.contains(.needsContext) {
        line += ", where it counts only beside something else that speaks for it"
      }
      if hit.meaning.flags.contains(.caseSensitive) { line += ", and only as written" }
      answer.steps.append(line + ".")
    }
    if tokenized.tokens.count == 1, let token = tokenized.tokens.first, token.word >= 0 {
      let info = filter.lexicon.words[Int(token.word)]
      if info.givenName > 0 { answer.steps.append("It is in the list of given names.") }
      if info.surname > 0 { answer.steps.append("It is in the list of surnames.") }
      if info.commonness > 0 { answer.steps.append("It is in the list of common words.") }
    }
    if answer.steps.isEmpty { answer.steps.append("It is in no list of the pack or its overlays.") }
  }

  // MARK: Candidates

  private func tell(_ items: [Explanation.Item], _ explanation: Explanation, _ answer: inout WhyNot) {
    let needed = filter.policy.threshold
    for item in items {
      let name = item.entity.name + " by " + item.rule
      if let number = item.finding {
        answer.isFound = true
        answer.nearness = 1
        answer.steps.append("It is found: finding \(number + 1), \(name), score \(item.score.fraction).")
        continue
      }
      answer.steps.append("Proposed as \(name) with score \(item.score.fraction) (\(needed.fraction) is needed).")
      for evidence in item.evidence { answer.steps.append("  \(evidence)") }
      answer.steps.append("Not taken: \(item.rejection ?? "").")
      let share = min(1, item.score.fraction / max(0.001, needed.fraction))
      answer.nearness = max(answer.nearness ?? 0, share)
      if item.rejection?.contains("covers") == true,
        let winner = explanation.items.first(where: { $0.finding != nil && $0.range.overlaps(item.range) })
      {
        answer.steps.append("What covers it is \(winner.entity.name) by \(winner.rule), score \(winner.score.fraction).")
      }
    }
  }
}

extension BuiltInRule {
  /// What must stand in a message for it to propose anything.
  var needs: String {
    switch self {
    case .nameTitle: "a title (Mr., Dr.) with a name behind it"
    case .nameGreeting: "a greeting (hi, dear) with a name behind it"
    case .nameIntroduction: "an introduction (this is, my name is) with a name behind it"
    case .nameRelation: "a relation (my son) with a name behind it"
    case .nameLabel: "a label and a colon (patient:) with a name behind it"
    case .nameFull: "a listed given name with a surname behind it"
    case .nameLastFirst: "a surname, a comma and a given name"
    case .nameInitial: "an initial beside a name"
    case .nameListed: "a listed name that is no common word, or that has a capital inside a sentence"
    case .nameCue: "a word that stands before or behind names, beside a listed name"
    case .nameSignature: "a given name at the end of the message, behind a closing"
    case .placeCityState: "a city with its state behind it"
    case .placeListed: "a listed place, with a capital or a word such as in or near before it"
    case .placeUnlisted: "words with capitals behind a word that places stand behind"
    case .organizationFacility: "words with capitals before a word for a facility"
    case .organizationListed: "a listed organisation"
    case .healthDiagnosis: "a listed diagnosis; flagged ones beside a cue or another health term"
    case .healthMedication: "a listed medication; flagged ones beside taking, a dose or another health term"
    case .healthProcedure: "a listed procedure; flagged ones beside a cue or another health term"
    case .healthTypo: "a word one typing error away from a listed one, and itself in no list"
    case .labValue: "a listed test with a value behind it"
    case .labOutcome: "a listed test with an outcome behind it (came back normal)"
    case .labPositiveFor: "positive or negative for, and what it is about"
    case .topicListed: "a listed phrase of the topic"
    case .topicJoined: "two flagged phrases of the topic in one message"
    case .evasionHidden, .evasionDecoded, .evasionReordered, .evasionRespelled, .evasionSeparated, .evasionSpacing:
      "something hidden, parted, respelt or turned round that another rule finds once it is written plainly"
    case .evasionEncoded: "a part in a code made for machines"
    case .knownName, .knownIdentifier, .knownBirthDate: "the patient's own data in the request (recipient.known)"
    }
  }
}
