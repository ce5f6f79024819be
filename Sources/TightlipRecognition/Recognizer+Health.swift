import TightlipCore

extension Recognizer {
  private static let healthClasses: UInt64 =
    TermClass.diagnosis.bit | TermClass.medication.bit | TermClass.procedure.bit

  /// Diagnoses, medications and procedures from the lists.
  ///
  /// A term without a flag is enough alone. A flagged one is an everyday word or an ambiguous
  /// abbreviation and counts beside a cue ("taking", "diagnosed with", "500 mg") or another term.
  func recognizeHealth(
    _ message: borrowing TokenizedText, candidates: inout [Candidate],
    scratch: inout RecognitionScratch
  ) {
    guard message.classes & Self.healthClasses != 0 else { return }
    let first = candidates.count
    for hit in message.hits where hit.meaning.termClass.bit & Self.healthClasses != 0 {
      guard !isWeak(hit.meaning) else { continue }
      add(hit, evidence: .strongTerm, cue: -1, score: strongScore(hit, message), message, &candidates, &scratch)
    }
    let hasStrong = candidates.count > first
    for hit in message.hits where hit.meaning.termClass.bit & Self.healthClasses != 0 {
      guard isWeak(hit.meaning) else { continue }
      let index = Int(hit.firstToken)
      guard !scratch.facts[index].isHealth else { continue }
      let (found, isStrong) = healthCue(hit, message, scratch.facts)
      if found >= 0, isStrong || !hit.meaning.flags.contains(.needsStrongContext) {
        add(hit, evidence: .weakTerm | .cue, cue: found, score: Score(thousandths: isStrong ? 820 : 650),
          message, &candidates, &scratch)
      } else if hasStrong, !hit.meaning.flags.contains(.needsStrongContext),
        isBesideHealth(hit, message, scratch.facts)
      {
        add(hit, evidence: .weakTerm | .neighbour, cue: -1, score: Score(thousandths: 600), message,
          &candidates, &scratch)
      }
    }
  }

  private func isWeak(_ meaning: TermMeaning) -> Bool {
    !meaning.flags.isDisjoint(with: .needsContext | .needsStrongContext)
  }

  private func strongScore(_ hit: TermHit, _ message: borrowing TokenizedText) -> Score {
    if hit.meaning.flags.contains(.foundByTypo) {
      // An unknown word with a capital where none is due is rather a name.
      let token = message.tokens[Int(hit.firstToken)]
      let isNameLike = token.shape == .capitalized && !token.beginsSentence && message.hasMeaningfulCase
      return Score(thousandths: isNameLike ? 450 : 750)
    }
    return Score(thousandths: max(600, Int(hit.meaning.weight) * 10 - 30))
  }

  private func add(
    _ hit: TermHit, evidence: Evidence, cue: Int, score: Score,
    _ message: borrowing TokenizedText, _ candidates: inout [Candidate],
    _ scratch: inout RecognitionScratch
  ) {
    let entity: EntityType
    let rule: BuiltInRule
    switch hit.meaning.termClass {
    case .medication: (entity, rule) = (.medication, .healthMedication)
    case .procedure: (entity, rule) = (.procedure, .healthProcedure)
    default: (entity, rule) = (.diagnosis, .healthDiagnosis)
    }
    let isTypo = hit.meaning.flags.contains(.foundByTypo)
    for index in Int(hit.firstToken)..<Int(hit.endToken) { scratch.facts[index].isHealth = true }
    candidates.append(
      Candidate(
        entity: entity, start: Int(message.tokens[Int(hit.firstToken)].start),
        end: Int(message.tokens[Int(hit.endToken) - 1].end), score: score,
        rule: id(isTypo ? .healthTypo : rule),
        evidence: isTypo ? evidence.union(.typo) : evidence, cueToken: cue))
  }

  /// The cue that makes a weak term count, and whether it is a strong one.
  private func healthCue(
    _ hit: TermHit, _ message: borrowing TokenizedText, _ facts: [WordFacts]
  ) -> (Int, Bool) {
    let first = Int(hit.firstToken)
    let isMedication = hit.meaning.termClass == .medication
    let classes = isMedication ? TermClass.cueTaking.bit : TermClass.cueDiagnosed.bit
    var position = first - 1
    var filler = 2
    while position >= 0, filler >= 0 {
      if facts[position].strongEnding & classes != 0 { return (position, true) }
      if facts[position].ending & classes != 0 { return (position, false) }
      let word = info(message.tokens[position])
      // Only little words may stand between: "taking my new …".
      guard word.commonness >= 90, !message.tokens[position + 1].beginsSentence else { break }
      filler -= 1
      position -= 1
    }
    let next = Int(hit.endToken)
    if isMedication, next < message.tokens.count, message.tokens[next].before.joinsPhrase {
      let following = message.tokens[next]
      if facts[next].classes & TermClass.cueDose.bit != 0 { return (next, true) }
      if following.kind == .mixed, !facts[next].isCovered { return (next, true) }
      if following.kind == .number, next + 1 < message.tokens.count,
        facts[next + 1].classes & TermClass.cueDose.bit != 0
      {
        return (next + 1, true)
      }
    }
    return (-1, false)
  }

  private func isBesideHealth(
    _ hit: TermHit, _ message: borrowing TokenizedText, _ facts: [WordFacts]
  ) -> Bool {
    let low = max(0, Int(hit.firstToken) - 3)
    let high = min(facts.count, Int(hit.endToken) + 3)
    for index in low..<high where facts[index].isHealth { return true }
    return false
  }
}
