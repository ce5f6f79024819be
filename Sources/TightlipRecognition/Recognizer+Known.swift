package import TightlipCore

/// What ``Recognizer`` needs to fold what the gateway knows as it folds messages; handed in, since
/// this module does not know the normalizer.
package protocol KnownFolding {
  /// The folded form of a text, or nothing where it is not valid UTF-8.
  func foldedBytes(_ text: [UInt8]) -> [UInt8]?
}

extension Recognizer {
  /// Finds what the gateway knows of the patient: each part of a name, identifiers whatever
  /// separates their digits, and the date of birth in any numeric order.
  ///
  /// Allocates, and only for messages that bring such data.
  ///
  /// - Complexity: linear in the text for each known value.
  package func recognizeKnown(
    _ known: KnownPatient, _ text: Span<UInt8>, _ message: borrowing TokenizedText,
    normalizer: some KnownFolding, candidates: inout [Candidate]
  ) {
    for name in known.names {
      guard let folded = normalizer.foldedBytes(name) else { continue }
      findParts(of: folded, text, message, &candidates)
    }
    for identifier in known.identifiers {
      guard let folded = normalizer.foldedBytes(identifier) else { continue }
      let value = folded.filter(\.isFoldedAlphanumeric)
      findIdentifier(value, text, entity: .medicalRecordNumber, .knownIdentifier, &candidates)
      // A telephone number as gateways hold it, "+13035550177", is written without its country.
      if value.count == 11, value[0] == UInt8(ascii: "1") {
        findIdentifier(Array(value.dropFirst()), text, entity: .phoneNumber, .knownIdentifier, &candidates)
      }
    }
    if known.dateOfBirth.count == 10 {
      findBirthDate(known.dateOfBirth, text, message, &candidates)
      // 19610402, 04021961, 02041961, and with any separators.
      let digits = known.dateOfBirth.filter(\.isFoldedAlphanumeric)
      let (year, month, day) = (digits[0..<4], digits[4..<6], digits[6..<8])
      for form in [year + month + day, month + day + year, day + month + year] {
        findIdentifier(Array(form), text, entity: .dateOfBirth, .knownBirthDate, &candidates)
      }
    }
  }

  private func findParts(
    of name: [UInt8], _ text: Span<UInt8>, _ message: borrowing TokenizedText,
    _ candidates: inout [Candidate]
  ) {
    let parts = name.split(whereSeparator: { !$0.isFoldedAlphanumeric && $0 != UInt8(ascii: "'") })
      .filter { $0.count >= 2 }
    var index = 0
    while index < message.tokens.count {
      // "Ana de la Cruz" does not make every "la" a name.
      let token = message.tokens[index]
      let isLittle = token.shape == .lower && info(token).commonness >= 90
      guard !isLittle, parts.contains(where: { equals($0, token, text) }) else {
        index += 1
        continue
      }
      let first = index
      index += 1
      while index < message.tokens.count,
        message.tokens[index].before.isSubset(of: .space | .hyphen),
        parts.contains(where: { equals($0, message.tokens[index], text) })
      {
        index += 1
      }
      candidates.append(
        Candidate(
          entity: .person, start: Int(message.tokens[first].start),
          end: Int(message.tokens[index - 1].end), score: Score(thousandths: 980), rule: id(.knownName),
          role: .patient, evidence: .knownPatient))
    }
  }

  private func equals(_ part: ArraySlice<UInt8>, _ token: Token, _ text: Span<UInt8>) -> Bool {
    guard part.count == token.count else { return false }
    for (offset, byte) in part.enumerated() where text[Int(token.start) + offset] != byte { return false }
    return true
  }

  private func findIdentifier(
    _ identifier: [UInt8], _ text: Span<UInt8>, entity: EntityType, _ rule: BuiltInRule,
    _ candidates: inout [Candidate]
  ) {
    // Two letters or digits are anybody's.
    guard identifier.count >= 3 else { return }
    var first = 0
    while first < text.count {
      defer { first += 1 }
      guard text[first] == identifier[0], first == 0 || !text[first - 1].isFoldedAlphanumeric else { continue }
      var index = first
      var matched = 0
      var gap = 0
      while index < text.count, matched < identifier.count, gap <= 2 {
        if text[index] == identifier[matched] {
          matched += 1
          gap = 0
        } else if text[index].isFoldedAlphanumeric {
          break
        } else {
          gap += 1
        }
        index += 1
      }
      guard matched == identifier.count else { continue }
      candidates.append(
        Candidate(
          entity: entity, start: first, end: index, score: Score(thousandths: 960), rule: id(rule),
          role: .patient, evidence: .knownPatient))
    }
  }

  /// A date found by a pattern that holds the known day, month and year is the date of birth.
  private func findBirthDate(
    _ date: [UInt8], _ text: Span<UInt8>, _ message: borrowing TokenizedText,
    _ candidates: inout [Candidate]
  ) {
    func number(_ range: Range<Int>) -> Int { date[range].reduce(0) { $0 * 10 + Int($1) - 48 } }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    for candidate in candidates where candidate.entity == .dateTime {
      var numbers: [Int] = []
      var value = -1
      for index in Int(candidate.start)...Int(candidate.end) {
        if index < Int(candidate.end), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) {
          value = max(0, value) * 10 + Int(text[index]) - 48
          if value > 99_999_999 { break }
        } else if value >= 0 {
          numbers.append(value)
          value = -1
        }
      }
      let hasYear = numbers.contains(year) || numbers.contains(year % 100)
      guard hasYear, numbers.contains(day), numbers.contains(month) || numbers.count == 2 else { continue }
      var found = candidate
      found.entity = .dateOfBirth
      found.score = Score(thousandths: 970)
      found.rule = id(.knownBirthDate)
      found.role = .patient
      found.evidence = .knownPatient
      candidates.append(found)
    }
  }
}
