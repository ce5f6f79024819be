package import Tightlip
package import TightlipCore

/// Something that a detector got wrong, with the likely cause. The causes are read off what the filter
/// considered, not guessed from the text.
package struct DetectionError: Sendable {
  /// What went wrong.
  package enum Kind: Int, CaseIterable, Sendable { case miss, falseAlarm, action }

  /// Why, most telling first.
  package enum Cause: Int, CaseIterable, Sendable {
    // Misses.
    case incomplete, wrongType, foundInPart, lostInResolution, belowThreshold, consideredAsOther, noCandidate, notFound
    // False alarms.
    case onAnotherType, wrongBoundaries, onNothing
    // Actions.
    case missedAndFalse, missed, falseFinding, policy

    package var title: String {
      switch self {
      case .incomplete: "a limit was hit, and the message blocked unread"
      case .wrongType: "found as another type"
      case .foundInPart: "found in part: wrong boundaries"
      case .lostInResolution: "a candidate of the right type lost to another finding"
      case .belowThreshold: "a candidate of the right type stayed below the threshold"
      case .consideredAsOther: "considered, but only as another type and below the threshold"
      case .noCandidate: "no candidate at all: in no list, of no shape, and not read so by the tagger"
      case .notFound: "not found"
      case .onAnotherType: "annotated, but as another type"
      case .wrongBoundaries: "reaches too far beyond an annotated span of its type"
      case .onNothing: "nothing is annotated there"
      case .missedAndFalse: "something was missed and something found for nothing"
      case .missed: "a span or topic was missed"
      case .falseFinding: "something was found for nothing"
      case .policy: "everything was found rightly: the policy, or the annotated action"
      }
    }
  }

  package var kind: Kind
  package var cause: Cause
  /// The corpus's label, the type found and its rule, or the two actions.
  package var group: String
  /// The message's position in the corpus.
  package var message: Int
  /// From the first byte to the last; nil where the whole message is meant.
  package var range: ByteRange?
  /// What was found or considered there.
  package var detail: String
}

/// Looks for what a detector got wrong.
package struct ErrorFinder {
  private let evaluation: Evaluation
  private let filter: Filter?

  /// A finder.
  ///
  /// - Parameter filter: the filter that answered, or nil where nothing is known of why it answered so.
  package init(_ evaluation: Evaluation, filter: Filter?) {
    self.evaluation = evaluation
    self.filter = filter
  }

  /// What a filter considered somewhere.
  private struct Considered {
    var entity: EntityType
    var range: ByteRange
    var score: Score
    var rule: String
  }

  /// Every error, in order of messages.
  package func find() -> [DetectionError] {
    var scanner = filter.map { Scanner($0) }
    var verdict = Verdict()
    var letters = LetterCount()
    var errors: [DetectionError] = []
    for (number, text) in evaluation.judged.corpus.texts.enumerated() {
      let judged = evaluation.judged.texts[number]
      let answer = evaluation.answers[number]
      letters.read(text.message.text)
      var found = misses(judged, answer, letters, number)
      let alarms = falseAlarms(judged, answer, letters, number)
      if !found.isEmpty, scanner != nil {
        scanner!.scan(text.message, into: &verdict)
        let considered = scanner!.considered().candidates.map { candidate, range in
          Considered(
            entity: candidate.entity, range: range, score: candidate.score, rule: filter!.name(of: candidate.rule))
        }
        for index in found.indices { explain(&found[index], judged, considered, letters) }
      }
      errors += found + alarms
      if let error = action(text, judged, answer, misses: found, alarms: alarms, number) { errors.append(error) }
    }
    return errors
  }

  // MARK: Misses

  private func misses(
    _ judged: JudgedText, _ answer: Answer, _ letters: LetterCount, _ number: Int
  ) -> [DetectionError] {
    judged.gold.compactMap { span in
      let size = span.ranges.reduce(0) { $0 + letters.count($1) }
      let right = Self.covered(span, answer.predictions.filter { !$0.types.isDisjoint(with: span.types) }.map(\.range), letters)
      let any = Self.covered(span, answer.predictions.map(\.range), letters)
      // Missed as its type, or part of it is left to be read.
      guard 2 * right < size || 10 * any < 9 * size else { return nil }
      let touching = answer.predictions.filter { $0.range.overlaps(span.extent) }
      let detail = touching.map { "\(CountLayout.name(of: $0.types)) \($0.rule)" }.joined(separator: ", ")
      let cause: DetectionError.Cause =
        answer.isIncomplete ? .incomplete : any == 0 ? .notFound : 10 * any >= 9 * size ? .wrongType : .foundInPart
      return DetectionError(
        kind: .miss, cause: cause, group: evaluation.judged.layout.labels[span.label], message: number,
        range: span.extent, detail: detail.isEmpty ? "" : "found: " + detail)
    }
  }

  private static func covered(_ span: GoldSpan, _ found: [ByteRange], _ letters: LetterCount) -> Int {
    var count = 0
    for range in span.ranges {
      for byte in range.start..<range.end where letters.begins(byte) == 1 {
        if found.contains(where: { $0.start <= byte && byte < $0.end }) { count += 1 }
      }
    }
    return count
  }

  /// Looks among the candidates for why a span was not found as its type.
  private func explain(
    _ error: inout DetectionError, _ judged: JudgedText, _ considered: [Considered], _ letters: LetterCount
  ) {
    guard error.cause != .incomplete, let filter, let range = error.range,
      let span = judged.gold.first(where: { $0.extent == range && evaluation.judged.layout.labels[$0.label] == error.group })
    else { return }
    let size = span.ranges.reduce(0) { $0 + letters.count($1) }
    let near = considered.filter { $0.entity.entityClass != .topic && $0.range.overlaps(range) }
    let right = near.filter {
      span.types.contains(TypeSet($0.entity)) && 2 * Self.covered(span, [$0.range], letters) >= size
    }.max { $0.score < $1.score }
    if let right {
      let isAbove = right.score >= filter.policy.threshold
      if error.cause == .notFound || error.cause == .wrongType { error.cause = isAbove ? .lostInResolution : .belowThreshold }
      let note = "\(right.entity.name) \(right.rule) \(right.score.fraction)"
      error.detail += (error.detail.isEmpty ? "" : "; ") + "considered: " + note
    } else if error.cause == .notFound {
      error.cause = near.isEmpty ? .noCandidate : .consideredAsOther
      if let best = near.max(by: { $0.score < $1.score }) {
        error.detail = "considered: \(best.entity.name) \(best.rule) \(best.score.fraction)"
      }
    }
  }

  // MARK: False alarms

  private func falseAlarms(
    _ judged: JudgedText, _ answer: Answer, _ letters: LetterCount, _ number: Int
  ) -> [DetectionError] {
    answer.predictions.compactMap { prediction in
      guard !prediction.types.isDisjoint(with: judged.judgedTypes) else { return nil }
      let size = letters.count(prediction.range)
      func covered(_ spans: [GoldSpan]) -> Int {
        var count = 0
        for byte in prediction.range.start..<prediction.range.end where letters.begins(byte) == 1 {
          if spans.contains(where: { $0.ranges.contains { $0.start <= byte && byte < $0.end } }) { count += 1 }
        }
        return count
      }
      let right = covered(judged.gold.filter { !$0.types.isDisjoint(with: prediction.types) })
      guard 2 * right < size else { return nil }
      let any = covered(judged.gold)
      let ignored = judged.ignored.contains { $0.overlaps(prediction.range) }
      if 2 * any < size, ignored { return nil }
      let labels = judged.gold.filter { $0.extent.overlaps(prediction.range) }.map { evaluation.judged.layout.labels[$0.label] }
      return DetectionError(
        kind: .falseAlarm, cause: right > 0 ? .wrongBoundaries : any > 0 ? .onAnotherType : .onNothing,
        group: CountLayout.name(of: prediction.types) + " " + prediction.rule, message: number, range: prediction.range,
        detail: labels.isEmpty ? "score \(prediction.score.fraction)" : "annotated: " + labels.joined(separator: ", "))
    }
  }

  // MARK: Actions

  private func action(
    _ text: AnnotatedText, _ judged: JudgedText, _ answer: Answer, misses: [DetectionError], alarms: [DetectionError],
    _ number: Int
  ) -> DetectionError? {
    guard let expected = text.action, let action = answer.action, expected != action,
      text.message.direction == .outbound
    else { return nil }
    let topics = TypeSet(text.topics.compactMap { EntityType(name: $0) })
    let isMissed = !misses.isEmpty || !topics.isSubset(of: answer.topics)
    let isFalse = !alarms.isEmpty || !answer.topics.isSubset(of: topics)
    return DetectionError(
      kind: .action, cause: isMissed ? (isFalse ? .missedAndFalse : .missed) : isFalse ? .falseFinding : .policy,
      group: "\(expected.name), but was \(action.name)", message: number, range: nil,
      detail: topicNote(topics, answer.topics))
  }

  private func topicNote(_ expected: TypeSet, _ found: TypeSet) -> String {
    let missed = expected.subtracting(found).types.map { "-" + $0.name }
    let wrong = found.subtracting(expected).types.map { "+" + $0.name }
    return (missed + wrong).joined(separator: " ")
  }
}
