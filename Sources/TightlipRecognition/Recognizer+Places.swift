import TightlipCore

extension Recognizer {
  private static let placeClasses: UInt64 =
    TermClass.city.bit | TermClass.state.bit | TermClass.country.bit

  /// Places and organisations.
  func recognizePlaces(
    _ text: Span<UInt8>, _ message: borrowing TokenizedText, candidates: inout [Candidate],
    scratch: inout RecognitionScratch
  ) {
    if message.classes & (TermClass.facilityWord.bit | TermClass.organization.bit) != 0 {
      recognizeOrganizations(message, &candidates, &scratch)
    }
    guard message.classes & Self.placeClasses != 0 else { return }
    for (number, hit) in message.hits.enumerated() where hit.meaning.termClass.bit & Self.placeClasses != 0 {
      let first = Int(hit.firstToken)
      let end = Int(hit.endToken)
      guard !scratch.facts[first].isCovered else { continue }
      let isCity = hit.meaning.termClass == .city
      if isCity, let state = stateAfter(end, message, scratch.facts) {
        candidates.append(
          Candidate(
            entity: .location, start: Int(message.tokens[first].start),
            end: Int(message.tokens[state - 1].end), score: Score(thousandths: 940),
            rule: id(.placeCityState), evidence: .strongTerm | .state))
        continue
      }
      recognizePlace(hit, number, first, end, message, &candidates, scratch)
    }
    recognizeUnlistedPlaces(message, &candidates, scratch)
  }

  private func recognizePlace(
    _ hit: TermHit, _ number: Int, _ first: Int, _ end: Int, _ message: borrowing TokenizedText,
    _ candidates: inout [Candidate], _ scratch: RecognitionScratch
  ) {
    let token = message.tokens[first]
    let hasCapital = token.shape == .capitalized && message.hasMeaningfulCase
    let isWeak = hit.meaning.flags.contains(.needsContext)
    let isHazard = hit.meaning.flags.contains(.needsStrongContext)
    let cueBefore =
      first > 0 && token.before == .space && scratch.facts[first - 1].ending & TermClass.cuePlace.bit != 0
    let isLong = end - first > 1
    var score = 0
    if isHazard {
      score = hasCapital && !token.beginsSentence && cueBefore && hit.meaning.termClass != .state ? 520 : 0
    } else if isWeak {
      score = hasCapital && !token.beginsSentence ? (cueBefore ? 680 : isLong ? 620 : 380) : 0
    } else {
      score = hasCapital ? (token.beginsSentence ? 600 : 760) : (cueBefore ? 600 : 380)
      if isLong { score += 120 }
      if cueBefore { score += 80 }
    }
    guard score >= 500 else { return }
    candidates.append(
      Candidate(
        entity: .location, start: Int(token.start), end: Int(message.tokens[end - 1].end),
        score: Score(thousandths: min(score, 930)), rule: id(.placeListed),
        evidence: (isWeak || isHazard ? .weakTerm : .strongTerm) | (hasCapital ? .capital : .none) | (cueBefore ? .cue : .none),
        cueToken: cueBefore ? first - 1 : -1))
  }

  /// The index after a state that follows a city ("Tucson, AZ", "Austin Texas"), or nil.
  private func stateAfter(_ index: Int, _ message: borrowing TokenizedText, _ facts: [WordFacts]) -> Int? {
    guard index < message.tokens.count else { return nil }
    let token = message.tokens[index]
    guard token.before.isSubset(of: .comma | .space | .newline), !token.before.isEmpty,
      facts[index].beginning & TermClass.state.bit != 0
    else { return nil }
    // Letters of a state that are a word ("in", "or", "me", "hi") count with capitals or a comma.
    if token.count == 2, token.shape == .lower, !token.before.contains(.comma) { return nil }
    var end = index + 1
    for number in message.hits(beginningAt: index) where message.hits[number].meaning.termClass == .state {
      end = max(end, Int(message.hits[number].endToken))
    }
    return end
  }

  /// Capitalised words before a comma and a state: "Gilchrist, OR".
  private func recognizeUnlistedPlaces(
    _ message: borrowing TokenizedText, _ candidates: inout [Candidate], _ scratch: RecognitionScratch
  ) {
    guard message.classes & TermClass.state.bit != 0 else { return }
    for hit in message.hits where hit.meaning.termClass == .state {
      let state = Int(hit.firstToken)
      guard state > 0, message.tokens[state].before == .comma | .space || message.tokens[state].before == .comma,
        message.tokens[state].shape == .upper || message.tokens[state].shape == .capitalized,
        scratch.facts[state - 1].ending & TermClass.city.bit == 0, !scratch.facts[state - 1].isCovered,
        // "Whitfield, PA" and "Osei, MD" are people.
        scratch.facts[state].classes & TermClass.cueCredential.bit == 0
      else { continue }
      var first = state
      while first > 0, state - first < 3, message.tokens[first - 1].shape == .capitalized,
        message.tokens[first - 1].kind == .word, first == state || message.tokens[first].before == .space
      {
        first -= 1
      }
      guard first < state else { continue }
      candidates.append(
        Candidate(
          entity: .location, start: Int(message.tokens[first].start),
          end: Int(message.tokens[Int(hit.endToken) - 1].end), score: Score(thousandths: 860),
          rule: id(.placeUnlisted), evidence: .capital | .state))
    }
  }

  private func recognizeOrganizations(
    _ message: borrowing TokenizedText, _ candidates: inout [Candidate], _ scratch: inout RecognitionScratch
  ) {
    for hit in message.hits {
      let first = Int(hit.firstToken)
      let end = Int(hit.endToken)
      switch hit.meaning.termClass {
      case .organization:
        let isWeak = !hit.meaning.flags.isDisjoint(with: .needsContext | .needsStrongContext)
        let hasCapital = message.tokens[first].shape != .lower && message.hasMeaningfulCase
        guard !isWeak || hasCapital && !message.tokens[first].beginsSentence else { continue }
        candidates.append(
          Candidate(
            entity: .organization, start: Int(message.tokens[first].start),
            end: Int(message.tokens[end - 1].end), score: Score(thousandths: isWeak ? 620 : 880),
            rule: id(.organizationListed), evidence: isWeak ? .weakTerm | .capital : .strongTerm))
        for index in first..<end where !isWeak { scratch.facts[index].isCovered = true }
      case .facilityWord:
        guard let start = facilityName(before: first, message, scratch.facts) else { continue }
        candidates.append(
          Candidate(
            entity: .organization, start: Int(message.tokens[start].start),
            end: Int(message.tokens[end - 1].end), score: Score(thousandths: 900),
            rule: id(.organizationFacility), evidence: .capital | .facilityWord, cueToken: first))
        for index in start..<end { scratch.facts[index].isCovered = true }
      default: continue
      }
    }
  }

  /// Where the proper name before a facility word begins ("St. Vincent's Hospital"), or nil where
  /// none stands there ("the clinic").
  private func facilityName(
    before word: Int, _ message: borrowing TokenizedText, _ facts: [WordFacts]
  ) -> Int? {
    guard message.hasMeaningfulCase, message.tokens[word].shape == .capitalized else { return nil }
    var first = word
    while first > 0, word - first < 5 {
      let token = message.tokens[first - 1]
      guard token.kind == .word, token.shape == .capitalized || token.shape == .upper || token.shape == .mixedCase,
        message.tokens[first].before == .space || message.tokens[first].before == .stop | .space
          || message.tokens[first].before == .hyphen || isPossessiveGap(first, message),
        facts[first - 1].ending & (TermClass.cueGreeting.bit | TermClass.cueWeekday.bit) == 0
      else { break }
      // "Our Clinic", "The Hospital": no name.
      if facts[first - 1].classes & TermClass.cueNotName.bit != 0, token.count <= 4 { break }
      first -= 1
      if message.tokens[first].before.contains(.stop), message.tokens[first].beginsSentence, first > 0,
        message.tokens[first - 1].count > 3 { break }
    }
    return first < word ? first : nil
  }

  private func isPossessiveGap(_ index: Int, _ message: borrowing TokenizedText) -> Bool {
    message.tokens[index - 1].isPossessive
  }
}
