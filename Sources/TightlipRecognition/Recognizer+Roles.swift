package import TightlipCore

extension Recognizer {
  /// Tells whose a name, number or address is, where the message says so.
  ///
  /// Providers: a title or credential beside the name, or "with NAME" and "NAME will see you" in
  /// an appointment message. The practice: "call us at", "our office is at". Everything else stays
  /// unspecified, which the policy treats like the patient's.
  ///
  /// Called once more after the tagger, it also settles what the tagger left open
  /// (``settleShapes(_:_:)``).
  package func assignRoles(
    _ text: Span<UInt8>, _ message: borrowing TokenizedText, direction: Direction,
    candidates: inout [Candidate], scratch: borrowing RecognitionScratch
  ) {
    let facts = scratch.facts
    if followsTagger, scratch.isRecognized { settleShapes(text, &candidates) }
    let hasHealth = facts.contains(where: \.isHealth)
    for number in candidates.indices {
      let candidate = candidates[number]
      switch candidate.entity {
      case .person:
        // What the gateway knows of the patient stays the patient's.
        if candidate.role == .unspecified, isProvider(
          candidate, text, message, facts, hasHealth: hasHealth, direction: direction)
        {
          candidates[number].role = .provider
        }
      case .phoneNumber, .faxNumber, .emailAddress, .url, .streetAddress, .location, .zipCode:
        if isPractice(candidate, message, facts) { candidates[number].role = .practice }
      default: break
      }
    }
  }

  private func isProvider(
    _ candidate: Candidate, _ text: Span<UInt8>, _ message: borrowing TokenizedText, _ facts: [WordFacts],
    hasHealth: Bool, direction: Direction
  ) -> Bool {
    let first = message.firstToken(endingAfter: Int(candidate.start))
    let end = message.firstToken(endingAfter: Int(candidate.end - 1)) + 1
    guard first < message.tokens.count else { return false }
    if first > 0, !message.tokens[first].before.contains(.newline),
      facts[first - 1].ending & TermClass.cueProviderTitle.bit != 0
    {
      return true
    }
    if end < message.tokens.count, message.tokens[end].before.isSubset(of: .comma | .space),
      facts[end].classes & TermClass.cueCredential.bit != 0, message.tokens[end].shape != .lower || message.tokens[end].count > 2
    {
      return true
    }
    // "Svetlana Orlova, our hygienist".
    if direction == .outbound, end + 1 < message.tokens.count, message.tokens[end].before == .comma | .space,
      isDeterminer(message.tokens[end], text)
    {
      for index in end + 1..<min(end + 3, message.tokens.count)
      where facts[index].classes & TermClass.cueProviderTitle.bit != 0 && message.tokens[index].before == .space {
        return true
      }
    }
    // "The on call doctor is …", "your hygienist is …".
    if direction == .outbound, !hasHealth, first > 1, message.tokens[first].before == .space,
      message.tokens[first - 1].before == .space, isLink(message.tokens[first - 1], text),
      facts[first - 2].ending & TermClass.cueProviderTitle.bit != 0
    {
      return true
    }
    // Weaker signs, which count only where nothing about health stands in the message: "HIV positive
    // - Dana" is no signature that anybody should trust.
    if direction == .outbound, first > 0, !candidate.evidence.contains(.greeting), !hasHealth {
      // "This is Maria from Lakeside": outbound, who introduces herself works for the practice.
      if candidate.evidence.contains(.introduction) { return true }
      if candidate.rule == id(.nameSignature) { return true }
      // "your appointment with Karen Liu".
      if message.classes & TermClass.cueAppointment.bit != 0, message.tokens[first].before == .space,
        isWith(message.tokens[first - 1], text)
      {
        return true
      }
    }
    return false
  }

  /// Where a person's finding begins: with the title before the name, if there is one.
  ///
  /// Whether a title belongs to a name is told differently everywhere; covering it leaks nothing and
  /// costs three letters. Titles that are jobs ("nurse Amy") stay outside.
  package func startIncludingTitle(of candidate: Candidate, _ text: Span<UInt8>, _ message: borrowing TokenizedText) -> Int {
    let first = message.firstToken(endingAfter: Int(candidate.start))
    // Behind the last word stands what is written without any: in dots and dashes, or in characters that nobody sees.
    guard candidate.entity == .person, first > 0, first < message.tokens.count,
      Int(message.tokens[first].start) == Int(candidate.start)
    else { return Int(candidate.start) }
    let gap = message.tokens[first].before
    let title = message.tokens[first - 1]
    guard gap == .space || gap == .stop | .space || gap == .stop else { return Int(candidate.start) }
    let word = text.extracting(Int(title.start)..<Int(title.end))
    // "Aunt Wu", "Brother Wei": with a capital the word is part of what somebody is called.
    let isKin = info(title).classes & TermClass.cueRelation.bit != 0 && title.shape == .capitalized && gap == .space
    let isTitle =
      isKin || info(title).classes & TermClass.cueTitle.bit != 0 || Self.equals(word, "dr") || Self.equals(word, "dra")
      || Self.equals(word, "doctor") || Self.equals(word, "prof")
    return isTitle ? Int(title.start) : Int(candidate.start)
  }

  /// "is" or "es".
  private func isLink(_ token: Token, _ text: Span<UInt8>) -> Bool {
    let word = text.extracting(Int(token.start)..<Int(token.end))
    return Self.equals(word, "is") || Self.equals(word, "es")
  }

  /// "our", "your" or "the".
  private func isDeterminer(_ token: Token, _ text: Span<UInt8>) -> Bool {
    let word = text.extracting(Int(token.start)..<Int(token.end))
    return Self.equals(word, "our") || Self.equals(word, "your") || Self.equals(word, "the")
  }

  /// "with", "w" or "con".
  private func isWith(_ token: Token, _ text: Span<UInt8>) -> Bool {
    let word = text.extracting(Int(token.start)..<Int(token.end))
    return Self.equals(word, "with") || Self.equals(word, "w") || Self.equals(word, "con")
  }

  private func isPractice(
    _ candidate: Candidate, _ message: borrowing TokenizedText, _ facts: [WordFacts]
  ) -> Bool {
    let first = message.firstToken(endingAfter: Int(candidate.start))
    let cues: UInt64
    switch candidate.entity {
    case .streetAddress, .location, .zipCode: cues = TermClass.cuePracticePlace.bit
    default: cues = TermClass.cuePracticeContact.bit
    }
    // The nearest cue decides: "we have your cell as …" against "call us at …".
    var index = first - 1
    var left = 8
    while index >= 0, left > 0 {
      if facts[index].ending & TermClass.cueHome.bit != 0,
        facts[index].ending & cues == 0 { return false }
      if facts[index].ending & cues != 0 { return true }
      // Behind another number or address the cue speaks no more.
      if facts[index].isCovered { return false }
      index -= 1
      left -= 1
    }
    return false
  }
}
