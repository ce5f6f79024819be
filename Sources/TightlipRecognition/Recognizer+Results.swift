import TightlipCore

extension Recognizer {
  /// How many words may stand between what was measured and its outcome.
  private static let reach = 7

  /// Results: what was measured, with its value or outcome ("A1c came back at 9.1",
  /// "strep test was positive", "the MRI showed a small tear", "tested positive for flu").
  func recognizeResults(
    _ text: Span<UInt8>, _ message: borrowing TokenizedText, candidates: inout [Candidate],
    scratch: inout RecognitionScratch
  ) {
    let measured = TermClass.labTest.bit | TermClass.procedure.bit | TermClass.diagnosis.bit
    guard message.classes & (measured | TermClass.cueMeasure.bit) != 0 else { return }
    let facts = scratch.facts
    var lastEnd = 0
    for hit in message.hits where hit.meaning.termClass.bit & (measured | TermClass.cueMeasure.bit) != 0 {
      guard let measure = Measure(hit, self, message, facts), measure.first >= lastEnd else { continue }
      if let found = outcome(of: measure, text, message, facts) {
        var score = measure.isLab ? 930 : 880
        if measure.isWeak { score -= 130 }
        // "copier count 418", "my step count is 2,204": for the tagger to judge.
        if measure.isGuess, found.isNumber { score = 450 }
        candidates.append(
          Candidate(
            entity: .labResult, start: Int(message.tokens[measure.first].start), end: found.end,
            score: Score(thousandths: score), rule: id(found.isNumber ? .labValue : .labOutcome),
            evidence: .strongTerm | .value, cueToken: found.token))
        lastEnd = found.token + 1
        continue
      }
      if let start = outcomeBefore(hit, message, facts) {
        candidates.append(
          Candidate(
            entity: .labResult, start: Int(message.tokens[start].start),
            end: Int(message.tokens[Int(hit.endToken) - 1].end), score: Score(thousandths: 880),
            rule: id(.labPositiveFor), evidence: .strongTerm | .value, cueToken: start))
        lastEnd = Int(hit.endToken)
      }
    }
  }

  /// What is measured, and where its outcome may begin.
  private struct Measure {
    var first: Int
    var end: Int
    var isLab: Bool
    var isWeak: Bool
    var isDiagnosis: Bool
    /// No list says that what is measured has to do with health.
    var isGuess = false

    private static let healthClasses: UInt64 =
      TermClass.labTest.bit | TermClass.diagnosis.bit | TermClass.procedure.bit | TermClass.medication.bit

    init?(
      _ hit: TermHit, _ recognizer: Recognizer, _ message: borrowing TokenizedText, _ facts: [WordFacts]
    ) {
      first = Int(hit.firstToken)
      end = Int(hit.endToken)
      isLab = hit.meaning.termClass == .labTest
      isWeak = !hit.meaning.flags.isDisjoint(with: .needsContext | .needsStrongContext)
      isDiagnosis = hit.meaning.termClass == .diagnosis
      guard hit.meaning.termClass == .cueMeasure else { return }
      // "thyroid number", "bili level": the word before says what is measured, listed or not;
      // "your numbers": everything.
      isLab = true
      isWeak = true
      guard first > 0, message.tokens[first].before == .space else { return nil }
      let previous = message.tokens[first - 1]
      isGuess = (facts[first - 1].classes | facts[first - 1].ending) & Self.healthClasses == 0
      if facts[first - 1].classes & TermClass.cueNotName.bit == 0 {
        guard previous.kind == .word, !facts[first - 1].isCovered,
          recognizer.info(previous).commonness < 95
        else { return nil }
        first -= 1
      } else if facts[first - 1].ending & (TermClass.cueSecondPerson.bit | TermClass.cueThirdPerson.bit) == 0 {
        return nil
      }
    }
  }

  private func outcome(
    of measure: Measure, _ text: Span<UInt8>, _ message: borrowing TokenizedText, _ facts: [WordFacts]
  ) -> (token: Int, end: Int, isNumber: Bool)? {
    let link =
      TermClass.cueResultVerb.bit | TermClass.cueResultFiller.bit | TermClass.labTest.bit
      | TermClass.cueMeasure.bit
    var index = measure.end
    var steps = 0
    var sawVerb = false
    while index < message.tokens.count, steps < Self.reach {
      let token = message.tokens[index]
      if token.beginsSentence { return nil }
      let own = facts[index]
      if token.kind != .word {
        // "half an hr b4 you come": a value begins with a digit.
        guard !own.isCovered, !isClockTime(index, message), text[Int(token.start)] &- UInt8(ascii: "0") < 10 else { return nil }
        if measure.isDiagnosis {
          // "fever of 103.2": a condition with its measure.
          guard steps <= 1, token.kind == .number, isTemperature(token, text) else { return nil }
        } else {
          // Numbers are values of what is measured in numbers; "MRI at 9" is a time.
          guard measure.isLab, !measure.isWeak || sawVerb || steps == 0 else { return nil }
        }
        return extend(index, text, message, facts)
      }
      if own.beginning & TermClass.cueReveal.bit != 0, !measure.isDiagnosis, !measure.isWeak {
        return clause(from: index, message, facts)
      }
      if own.beginning & TermClass.cueResultValue.bit != 0 {
        // A value needs a verb, or stands right behind: "strep negative", "pap was abnormal"; words
        // that say little ("good", "fine") need both a verb and a real test.
        var isPlain = false
        var last = index
        for number in message.hits(beginningAt: index)
        where message.hits[number].meaning.termClass == .cueResultValue {
          isPlain = isPlain || message.hits[number].meaning.weight < 90
          // A value of several words ends at its last.
          last = max(last, Int(message.hits[number].endToken) - 1)
        }
        guard sawVerb || !isPlain && (steps == 0 || measure.isLab && !measure.isWeak),
          !(measure.isDiagnosis && (!sawVerb || isPlain)), !(isPlain && measure.isWeak && !measure.isLab)
        else { return nil }
        return (last, Int(message.tokens[last].end), false)
      }
      if (own.classes | own.beginning | own.ending) & TermClass.cueResultVerb.bit != 0 { sawVerb = true }
      guard (own.classes | own.beginning | own.ending) & link != 0 else { return nil }
      index += 1
      steps += 1
    }
    return nil
  }

  /// What a test showed: the words up to the end of the clause, ten at most.
  private func clause(
    from verb: Int, _ message: borrowing TokenizedText, _ facts: [WordFacts]
  ) -> (token: Int, end: Int, isNumber: Bool)? {
    var last = verb
    while last + 1 < message.tokens.count, last - verb < 10 {
      let next = message.tokens[last + 1]
      if next.beginsSentence || !next.before.isSubset(of: .space | .hyphen | .slash) { break }
      last += 1
    }
    guard last > verb else { return nil }
    return (last, Int(message.tokens[last].end), false)
  }

  /// A body temperature in whole degrees, Fahrenheit or Celsius.
  private func isTemperature(_ token: Token, _ text: Span<UInt8>) -> Bool {
    guard token.count == 2 || token.count == 3 else { return false }
    var degrees = 0
    for index in Int(token.start)..<Int(token.end) {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return false }
      degrees = degrees * 10 + Int(digit)
    }
    return 94...110 ~= degrees || 35...43 ~= degrees
  }

  private func isClockTime(_ index: Int, _ message: borrowing TokenizedText) -> Bool {
    guard index + 1 < message.tokens.count else { return false }
    let next = message.tokens[index + 1]
    return next.before == .colon && next.kind != .word
  }

  /// A value runs on over decimals, "over 91", "/95", and its unit.
  private func extend(
    _ index: Int, _ text: Span<UInt8>, _ message: borrowing TokenizedText, _ facts: [WordFacts]
  ) -> (token: Int, end: Int, isNumber: Bool) {
    var last = index
    while last + 1 < message.tokens.count {
      let next = message.tokens[last + 1]
      if next.kind == .number, next.before == .stop || next.before == .slash || next.before == .hyphen {
        last += 1
        continue
      }
      if next.kind == .word, next.before == .space, last + 2 < message.tokens.count,
        message.tokens[last + 2].kind == .number, isOver(next, text)
      {
        last += 2
        continue
      }
      break
    }
    var end = Int(message.tokens[last].end)
    if last + 1 < message.tokens.count, facts[last + 1].classes & TermClass.cueDose.bit != 0,
      message.tokens[last + 1].before.isSubset(of: .space)
    {
      last += 1
      end = Int(message.tokens[last].end)
    } else if end < text.count, text[end] == UInt8(ascii: "%") {
      end += 1
    }
    return (last, end, true)
  }

  private func isOver(_ token: Token, _ text: Span<UInt8>) -> Bool {
    Self.equals(text.extracting(Int(token.start)..<Int(token.end)), "over")
  }

  /// "Positive for flu", "abnormal pap", "elevated PSA": where the outcome stands first.
  private func outcomeBefore(
    _ hit: TermHit, _ message: borrowing TokenizedText, _ facts: [WordFacts]
  ) -> Int? {
    let first = Int(hit.firstToken)
    guard first > 0, !message.tokens[first].beginsSentence else { return nil }
    let value = TermClass.cueResultValue.bit
    if hit.meaning.termClass == .labTest {
      return facts[first - 1].strongEnding & value != 0 && message.tokens[first].before == .space
        && hit.meaning.flags.isDisjoint(with: .needsContext | .needsStrongContext)
        ? first - 1 : nil
    }
    guard hit.meaning.termClass == .diagnosis, first > 1,
      message.tokens[first - 1].count == 3, facts[first - 1].classes & TermClass.cueBeforeName.bit != 0,
      facts[first - 2].strongEnding & value != 0
    else { return nil }
    return first - 2
  }
}
