import TightlipCore

extension Recognizer {
  /// Forbidden topics from their tables: an unflagged phrase is enough, two flagged ones of the
  /// same topic are, and one beside "you" or a name is a weak sign.
  func recognizeTopics(
    _ message: borrowing TokenizedText, candidates: inout [Candidate],
    scratch: inout RecognitionScratch
  ) {
    guard message.classes & TermClass.topic.bit != 0 else { return }
    scratch.topicHits.removeAll(keepingCapacity: true)
    for (number, hit) in message.hits.enumerated() where hit.meaning.termClass == .topic {
      guard let entity = EntityType(rawValue: UInt8(truncatingIfNeeded: hit.meaning.code)) else { continue }
      if hit.meaning.flags.isDisjoint(with: .needsContext | .needsStrongContext) {
        add(entity, hit, score: Score(thousandths: max(600, Int(hit.meaning.weight) * 10 - 50)),
          .topicListed, message, &candidates)
      } else {
        scratch.topicHits.append(number)
      }
    }
    for (position, number) in scratch.topicHits.enumerated() {
      let hit = message.hits[number]
      for other in scratch.topicHits[(position + 1)...] {
        let second = message.hits[other]
        guard second.meaning.code == hit.meaning.code, second.meaning.term != hit.meaning.term,
          second.firstToken >= hit.endToken,
          let entity = EntityType(rawValue: UInt8(truncatingIfNeeded: hit.meaning.code))
        else { continue }
        add(entity, hit, score: Score(thousandths: 600), .topicJoined, message, &candidates)
        break
      }
      // Quadratic only in the flagged topic words of one message; a long message has its share.
      if position > 64 { break }
    }
  }

  private func add(
    _ entity: EntityType, _ hit: TermHit, score: Score, _ rule: BuiltInRule,
    _ message: borrowing TokenizedText, _ candidates: inout [Candidate]
  ) {
    candidates.append(
      Candidate(
        entity: entity, start: Int(message.tokens[Int(hit.firstToken)].start),
        end: Int(message.tokens[Int(hit.endToken) - 1].end), score: score, rule: id(rule),
        evidence: rule == .topicListed ? .strongTerm : [.weakTerm, .neighbour]))
  }
}
