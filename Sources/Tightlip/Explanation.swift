public import TightlipCore
import TightlipLexicon
import TightlipRecognition

/// Why a message got its verdict: everything that was considered, and what became of it.
///
/// Holds text of the message; made for a person who looks at one message, never for logs.
public struct Explanation: Sendable {
  /// One candidate.
  public struct Item: Sendable {
    /// What it was taken for.
    public var entity: EntityType
    /// Where it stands in the original text.
    public var range: ByteRange
    /// The part of the text.
    public var text: String
    /// How sure the rule was.
    public var score: Score
    /// The rule's name.
    public var rule: String
    /// Whose it is.
    public var role: FindingRole
    /// What spoke for and against it, in words.
    public var evidence: [String]
    /// Its position among the verdict's findings, or nil.
    public var finding: Int?
    /// Why it is no finding, where it is none.
    public var rejection: String?
  }

  /// What the verdict would be without some findings.
  public struct Counterfactual: Sendable, Hashable {
    /// The milder action.
    public var action: Action
    /// The fewest findings, by position, without which it would be that.
    public var without: [Int]
  }

  /// The verdict.
  public var verdict: Verdict
  /// The folded text that was matched.
  public var folded: String
  /// What a suspicious text says once its disguises are taken off, in each way to read it; empty for
  /// others.
  public var readings: [String]
  /// Findings and rejected candidates, in order of position.
  public var items: [Item]
}

extension Scanner {
  /// The verdict on a message, with everything that led to it.
  public mutating func explain(_ message: borrowing Message) -> Explanation {
    var verdict = Verdict()
    scan(message, into: &verdict)
    let looked = considered()
    let text = message.text
    var items: [Explanation.Item] = []
    for (candidate, range) in looked.candidates {
      // Two lists that name the same thing say it twice; once is enough.
      if items.contains(where: { $0.entity == candidate.entity && $0.range == range && $0.score == candidate.score && $0.rule == filter.name(of: candidate.rule) }) { continue }
      let finding = verdict.findings.firstIndex {
        $0.rule == candidate.rule && $0.entity == candidate.entity && range.overlaps($0.range)
      }
      var rejection: String?
      if finding == nil {
        rejection =
          candidate.score < filter.policy.threshold
          ? "its score is below the threshold of \(filter.policy.threshold.fraction)"
          : candidate.entity.entityClass == .topic
            ? "another phrase already stands for this topic" : "a stronger or longer finding covers it"
      }
      items.append(
        Explanation.Item(
          entity: candidate.entity, range: range,
          text: String(decoding: text[range.start..<range.end], as: UTF8.self), score: candidate.score,
          rule: filter.name(of: candidate.rule), role: candidate.role,
          evidence: describe(candidate, looked.tokens, looked.folded), finding: finding,
          rejection: rejection))
    }
    items.sort {
      ($0.range.start, $0.finding == nil ? 1 : 0, -Int($0.score.thousandths), $0.rule)
        < ($1.range.start, $1.finding == nil ? 1 : 0, -Int($1.score.thousandths), $1.rule)
    }
    return Explanation(
      verdict: verdict, folded: String(decoding: looked.folded, as: UTF8.self),
      readings: otherReadings(), items: items)
  }

  private func describe(_ candidate: Candidate, _ tokens: [Token], _ folded: [UInt8]) -> [String] {
    var lines: [String] = []
    let cue: String
    if candidate.cueToken >= 0, Int(candidate.cueToken) < tokens.count {
      let token = tokens[Int(candidate.cueToken)]
      cue = "\"" + String(decoding: folded[Int(token.start)..<Int(token.end)], as: UTF8.self) + "\""
    } else {
      cue = "a cue"
    }
    for (bit, words) in Self.evidenceWords where candidate.evidence.contains(bit) {
      lines.append(words.replacing("CUE", with: cue))
    }
    return lines
  }

  private static let evidenceWords: [(Evidence, String)] = [
    (.knownPatient, "the gateway knows it as the patient's"),
    (.shape, "has the shape the rule describes"),
    (.validator, "passes the rule's check"),
    (.contextBefore, "CUE stands before it"),
    (.contextAfter, "CUE stands after it"),
    (.against, "CUE speaks against it"),
    (.strongTerm, "is in a list, and unambiguous there"),
    (.weakTerm, "is in a list, but also an everyday or ambiguous word"),
    (.typo, "is one typing error away from a listed word"),
    (.givenName, "is in the list of given names"),
    (.surname, "is in the list of surnames"),
    (.capital, "has a capital where none is due"),
    (.unknownWord, "is in no list at all"),
    (.commonWord, "is also a common word"),
    (.title, "CUE before it is a title"),
    (.greeting, "CUE before it greets somebody"),
    (.introduction, "CUE before it introduces somebody"),
    (.relation, "CUE before it names a relation"),
    (.label, "CUE before it labels a name"),
    (.neighbour, "the word beside it belongs to it"),
    (.cue, "CUE is near it"),
    (.facilityWord, "CUE behind it names a kind of organisation"),
    (.state, "a state follows"),
    (.value, "a value or outcome goes with it"),
    (.tagger, "the tagger reads it so"),
    (.taggerAgainst, "the tagger reads it otherwise"),
  ]
}

extension String {
  fileprivate func replacing(_ word: String, with other: String) -> String {
    guard let range = firstIndex(of: "C").flatMap({ start -> Range<Index>? in
      self[start...].hasPrefix(word) ? start..<index(start, offsetBy: word.count) : nil
    }) else { return self }
    return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
