import TightlipCore

extension Recognizer {
  /// Takes numbers of no known kind for identifiers where their shape alone says so.
  ///
  /// Patterns propose such numbers ("HM-7718-Q2") with a score under every threshold, so that the
  /// tagger may tell their kind from the words around them. Where it said nothing they stay
  /// identifiers: letters and digits mixed, or groups of digits, are hardly ever anything else in a
  /// message of a practice.
  ///
  /// - Complexity: linear in such numbers, their length and the candidates.
  func settleShapes(_ text: Span<UInt8>, _ candidates: inout [Candidate]) {
    for number in candidates.indices {
      let candidate = candidates[number]
      guard candidate.entity == .otherID, candidate.evidence == .shape, Self.shapeScores.contains(candidate.score.thousandths),
        isIdentifierShape(text.extracting(Int(candidate.start)..<Int(candidate.end)))
      else { continue }
      guard isOpen(number, candidates) else { continue }
      candidates[number].score = Score(thousandths: 500)
    }
  }

  /// Whether nothing was said of a number yet: no finding covers it whole, and no word spoke against a
  /// rule that knew its shape ("order 219-09-9998").
  private func isOpen(_ number: Int, _ candidates: [Candidate]) -> Bool {
    let candidate = candidates[number]
    for other in candidates where other.start < candidate.end && candidate.start < other.end {
      if other.evidence.contains(.against) { return false }
      if other.score.thousandths >= 500, other.start <= candidate.start, candidate.end <= other.end { return false }
    }
    return true
  }

  /// What patterns of bare shapes score.
  private static let shapeScores: Range<Int16> = 440..<500

  /// Four digits or more, beside letters in short groups or parted by hyphens or slashes; or seven to
  /// nine digits.
  private func isIdentifierShape(_ value: Span<UInt8>) -> Bool {
    var digits = 0
    var separators = 0
    var changes = 0
    var letters = 0
    var longest = 0
    var run = 0
    for index in value.indices {
      let byte = value[index]
      if byte &- UInt8(ascii: "0") < 10 {
        digits += 1
        if run > 0 { changes += 1 }
        run = 0
      } else if byte.isFoldedAlphanumeric {
        letters += 1
        if run == 0, index > 0 { changes += 1 }
        run += 1
        longest = max(longest, run)
      } else {
        separators += 1
        run = 0
      }
    }
    if letters == 0, separators == 0 { return (7...9).contains(digits) }
    // "win150ppmx3age16" is advertising, "guest2026" a password.
    return digits >= 4 && longest <= 4 && changes <= 4 + separators
  }
}
