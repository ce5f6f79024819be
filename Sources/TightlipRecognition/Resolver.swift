package import TightlipCore

/// Settles candidates that overlap, by one total order that does not depend on the order of rules.
///
/// Candidates come first that
///  0. are identifiers in the narrow sense (numbers, contacts, dates of birth, ZIP codes) of at least 0.7,
///     so that none is lost inside something that may pass, as an SSN inside a link; numbers that a
///     pattern found before those that the tagger alone did,
///  1. stand in the higher band of scores (0.9 and more, 0.7 and more, the rest),
///  2. are longer,
///  3. have the higher score,
///  4. have the entity type declared earlier in ``EntityType`` read from its specific end
///     (``specificity``),
///  5. begin earlier,
///  6. have the rule whose name sorts first (rules are numbered by name).
///
/// Each takes the bytes that none before it took. What is left of a candidate that overlaps a
/// better one stays a finding of its own where it still holds two letters or digits: no more than a
/// single letter or digit that a candidate above the threshold covers is ever given back to the text. Topics speak of the whole
/// message; they neither take bytes nor lose any, and of several of one topic the best stays.
package struct Resolver {
  private var order: [Candidate] = []
  private var taken: [Bool] = []

  package init() {}

  /// Resolves candidates.
  ///
  /// - Parameter result: emptied first; in order of position afterwards, topics last.
  /// - Complexity: O(n log n) in the candidates, plus the sum of their lengths.
  package mutating func resolve(
    _ candidates: [Candidate], threshold: Score, text: Span<UInt8>, into result: inout [Candidate]
  ) {
    result.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    for candidate in candidates where candidate.score >= threshold && candidate.start < candidate.end {
      order.append(candidate)
    }
    guard !order.isEmpty else { return }
    sortByOrder()
    taken.removeAll(keepingCapacity: true)
    taken.append(contentsOf: repeatElement(false, count: text.count))
    for candidate in order where candidate.entity.entityClass != .topic {
      take(candidate, text, &result)
    }
    sortByPosition(&result)
    var seenTopics: UInt64 = 0
    for candidate in order where candidate.entity.entityClass == .topic {
      let bit: UInt64 = 1 << UInt64(candidate.entity.rawValue)
      if seenTopics & bit == 0 { result.append(candidate) }
      seenTopics |= bit
    }
  }

  /// Sorts the few candidates of a usual message by insertion, without the storage a sort asks for.
  private mutating func sortByOrder() {
    if order.count > 32 {
      order.sort(by: Self.precedes)
      return
    }
    var index = 1
    while index < order.count {
      let moved = order[index]
      var position = index
      while position > 0, Self.precedes(moved, order[position - 1]) {
        order[position] = order[position - 1]
        position -= 1
      }
      order[position] = moved
      index += 1
    }
  }

  private func sortByPosition(_ result: inout [Candidate]) {
    if result.count > 64 {
      result.sort { $0.start < $1.start }
      return
    }
    var index = 1
    while index < result.count {
      let moved = result[index]
      var position = index
      while position > 0, moved.start < result[position - 1].start {
        result[position] = result[position - 1]
        position -= 1
      }
      result[position] = moved
      index += 1
    }
  }

  private mutating func take(_ candidate: Candidate, _ text: Span<UInt8>, _ result: inout [Candidate]) {
    var index = Int(candidate.start)
    let end = min(Int(candidate.end), text.count)
    while index < end {
      while index < end, taken[index] { index += 1 }
      let start = index
      while index < end, !taken[index] {
        taken[index] = true
        index += 1
      }
      guard start < index else { continue }
      if start == Int(candidate.start), index == end {
        result.append(candidate)
        continue
      }
      // A remainder: trimmed to its letters and digits, and dropped where it holds fewer than two.
      var first = start
      var last = index
      while first < last, !text[first].isFoldedAlphanumeric { first += 1 }
      while last > first, !text[last - 1].isFoldedAlphanumeric { last -= 1 }
      guard last - first >= 2 else {
        // What is not kept is not taken either; a lesser candidate may have it.
        for byte in start..<index { taken[byte] = false }
        continue
      }
      var remainder = candidate
      remainder.start = Int32(first)
      remainder.end = Int32(last)
      result.append(remainder)
    }
  }

  /// Whether one candidate comes before another in the total order.
  package static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
    let leftRank = rank(left)
    let rightRank = rank(right)
    if leftRank != rightRank { return leftRank < rightRank }
    let leftBand = band(left.score)
    let rightBand = band(right.score)
    if leftBand != rightBand { return leftBand > rightBand }
    let leftLength = left.end - left.start
    let rightLength = right.end - right.start
    if leftLength != rightLength { return leftLength > rightLength }
    if left.score != right.score { return left.score > right.score }
    if left.entity != right.entity { return specificity(left.entity) < specificity(right.entity) }
    if left.start != right.start { return left.start < right.start }
    return left.rule < right.rule
  }

  private static func isHard(_ candidate: Candidate) -> Bool {
    guard candidate.score.thousandths >= 700 else { return false }
    switch candidate.entity {
    case .person, .location, .dateTime, .organization, .url, .encodedText: return false
    default: return candidate.entity.entityClass == .identifier
    }
  }

  /// Of numbers, what a pattern found has a cue or a check digit to tell its kind, and the tagger's
  /// neighbours may be those of the next number.
  private static func rank(_ candidate: Candidate) -> Int {
    guard isHard(candidate) else { return 2 }
    return candidate.evidence == .tagger && candidate.entity != .streetAddress ? 1 : 0
  }

  private static func band(_ score: Score) -> Int {
    score.thousandths >= 900 ? 2 : score.thousandths >= 700 ? 1 : 0
  }

  /// Lower is more specific: a number that is an SSN or "some other id" is an SSN.
  static func specificity(_ entity: EntityType) -> Int {
    switch entity {
    case .encodedText: 251
    case .otherID: 250
    case .dateTime: 240
    case .location: 230
    case .organization: 220
    case .accountNumber: 210
    case .person: 200
    default: Int(entity.rawValue)
    }
  }
}
