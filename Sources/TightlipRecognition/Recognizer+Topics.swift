import TightlipCore

extension Recognizer {
  /// Forbidden topics from their tables: an unflagged phrase is enough, two flagged ones of the
  /// same topic are, and one beside "you" or a name is a weak sign.
  func recognizeTopics(
    _ message: borrowing TokenizedText, candidates: inout [Candidate],
    scratch: inout RecognitionScratch
  ) {
    guard message.classes & TermClass.topic.bit != 0 else { return }
    // For each topic the first flagged hit; a second one of another term makes a finding of it.
    scratch.topicHits.removeAll(keepingCapacity: true)
    for (number, hit) in message.hits.enumerated() where hit.meaning.termClass == .topic {
      guard let entity = EntityType(rawValue: UInt8(truncatingIfNeeded: hit.meaning.code)) else { continue }
      if hit.meaning.flags.isDisjoint(with: .needsContext | .needsStrongContext) {
        add(entity, hit, score: Score(thousandths: max(600, Int(hit.meaning.weight) * 10 - 50)),
          .topicListed, message, &candidates)
        continue
      }
      guard let first = scratch.topicHits.first(where: { message.hits[$0].meaning.code == hit.meaning.code })
      else {
        scratch.topicHits.append(number)
        continue
      }
      let earlier = message.hits[first]
      if earlier.meaning.term != hit.meaning.term, hit.firstToken >= earlier.endToken {
        add(entity, earlier, score: Score(thousandths: 600), .topicJoined, message, &candidates)
      }
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
        evidence: rule == .topicListed ? .strongTerm : .weakTerm | .neighbour))
  }
}
