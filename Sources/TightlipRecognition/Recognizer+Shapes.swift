import TightlipCore

extension Recognizer {
  /// Takes numbers of no known kind for identifiers where their shape alone says so.
  ///
  /// Patterns propose such numbers ("HM-7718-Q2") with a score under every threshold, so that the
  /// tagger may tell their kind from the words around them. Where it said nothing they stay
  /// identifiers: letters and digits mixed, or groups of digits, are hardly ever anything else in a
  /// message of a practice.
  ///
  /// - Complexity: linear in the candidates and their length, but for the logarithm of the text's length.
  func settleShapes(_ text: Span<UInt8>, _ candidates: inout [Candidate]) {
    var places: ShapePlaces?
    for number in candidates.indices {
      let candidate = candidates[number]
      guard candidate.entity == .otherID, candidate.evidence == .shape, Self.shapeScores.contains(candidate.score.thousandths),
        isIdentifierShape(text.extracting(Int(candidate.start)..<Int(candidate.end)))
      else { continue }
      if places == nil, candidates.count > Self.fewCandidates { places = ShapePlaces(candidates, textCount: text.count) }
      guard places?.isOpen(candidate) ?? isOpen(candidate, candidates) else { continue }
      candidates[number].score = Score(thousandths: Int(ShapePlaces.leastScore))
      places?.cover(candidates[number])
    }
  }

  /// So many are gone through faster than they are filed by place.
  private static let fewCandidates = 64

  /// Whether nothing was said of a number yet: no finding covers it whole, and no word spoke against a
  /// rule that knew its shape ("order 219-09-9998").
  private func isOpen(_ candidate: Candidate, _ candidates: [Candidate]) -> Bool {
    for other in candidates where other.start < candidate.end && candidate.start < other.end {
      if other.evidence.contains(.against) { return false }
      if other.score.thousandths >= ShapePlaces.leastScore, other.start <= candidate.start, candidate.end <= other.end { return false }
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

/// The places of candidates, filed so that a number of a long text is not held against each of them.
private struct ShapePlaces {
  /// From this score on a candidate says something of its place.
  static let leastScore: Int16 = 500

  /// For each byte, how many bytes before it lie in a candidate against which a word spoke.
  private var against: [Int32]
  /// The furthest end of the candidates that begin at or before a byte, as a tree of prefix maxima (P. Fenwick, 1994).
  private var furthest: [Int32]

  init(_ candidates: [Candidate], textCount: Int) {
    against = Array(repeating: 0, count: textCount + 2)
    furthest = Array(repeating: 0, count: textCount + 2)
    for candidate in candidates {
      if candidate.evidence.contains(.against), candidate.start < candidate.end {
        against[Int(candidate.start) + 1] += 1
        against[Int(candidate.end) + 1] -= 1
      }
      if candidate.score.thousandths >= Self.leastScore { cover(candidate) }
    }
    // First how many lie on the byte before, then how many bytes up to there have any.
    var depth: Int32 = 0
    var covered: Int32 = 0
    for index in against.indices {
      depth += against[index]
      if depth > 0 { covered += 1 }
      against[index] = covered
    }
  }

  mutating func cover(_ candidate: Candidate) {
    guard candidate.start < candidate.end else { return }
    var node = Int(candidate.start) + 1
    while node < furthest.count {
      furthest[node] = max(furthest[node], candidate.end)
      node += node & -node
    }
  }

  func isOpen(_ candidate: Candidate) -> Bool {
    guard against[Int(candidate.end)] == against[Int(candidate.start)] else { return false }
    var node = Int(candidate.start) + 1
    while node > 0 {
      if furthest[node] >= candidate.end { return false }
      node -= node & -node
    }
    return true
  }
}
