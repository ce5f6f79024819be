package import TightlipCore

extension Recognizer {
  /// Widens identifiers over the digits that stand right beside them.
  ///
  /// Odd separators ("219*09*9998", "2 1 9 0 9…") let a rule see only the end of a number. A number of
  /// which half is taken out looks handled and is not, so what is left of it goes too: digits within
  /// three separators, which no other finding covers, up to the end of a sentence or a comma with a
  /// space.
  ///
  /// - Parameter resolved: in order of position, topics last; stays so and free of overlaps.
  /// - Complexity: linear in the candidates.
  package func coverDigitRuns(_ resolved: inout [Candidate], _ message: borrowing TokenizedText) {
    var lastEnd: Int32 = 0
    for number in resolved.indices {
      guard resolved[number].entity.entityClass != .topic else { break }
      defer { lastEnd = resolved[number].end }
      guard Self.isNumber(resolved[number].entity) else { continue }
      var first = message.firstToken(endingAfter: Int(resolved[number].start))
      var left = Self.mostRuns
      while left > 0, first > 0, first < message.tokens.count, continues(message.tokens[first], after: message.tokens[first - 1]),
        Int32(message.tokens[first - 1].start) >= lastEnd
      {
        first -= 1
        left -= 1
        resolved[number].start = min(resolved[number].start, Int32(message.tokens[first].start))
      }
      let limit =
        number + 1 < resolved.count && resolved[number + 1].entity.entityClass != .topic
        ? resolved[number + 1].start : Int32.max
      var last = message.firstToken(endingAfter: Int(resolved[number].end - 1))
      var right = Self.mostRuns
      while right > 0, last + 1 < message.tokens.count,
        continues(message.tokens[last + 1], after: message.tokens[last], isForwards: true),
        Int32(message.tokens[last + 1].end) <= limit
      {
        last += 1
        right -= 1
        resolved[number].end = max(resolved[number].end, Int32(message.tokens[last].end))
      }
    }
  }

  private static let mostRuns = 12

  /// Whether a run of digits continues the run before it.
  private func continues(_ token: Token, after previous: Token, isForwards: Bool = false) -> Bool {
    let added = isForwards ? token : previous
    guard added.kind == .number || added.kind == .mixed && !token.before.contains(.space) else { return false }
    guard Int(token.start) - Int(previous.end) <= 3 else { return false }
    // The end of a sentence, or the next item of a list.
    return !(token.before.contains(.space) && !token.before.isDisjoint(with: .stop | .comma | .colon))
  }

  private static func isNumber(_ entity: EntityType) -> Bool {
    switch entity {
    case .person, .location, .zipCode, .dateTime, .age, .organization, .url, .emailAddress,
      .username, .encodedText: false
    default: entity.entityClass == .identifier
    }
  }
}
