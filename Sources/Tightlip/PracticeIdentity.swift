import TightlipCore
import TightlipNormalization

/// The practice's own names, numbers, addresses and sites, which are no findings.
struct PracticeIdentity: Sendable {
  /// Letters and digits of each, folded; separators do not count.
  private let entries: [[UInt8]]

  init(_ entries: [String], normalizer: Normalizer) {
    var folder = TermFolder(normalizer: normalizer)
    self.entries = entries.compactMap { entry in
      let bytes = Array(entry.utf8)
      guard folder.fold(bytes.span) else { return nil }
      var kept: [UInt8] = []
      for byte in folder.folded where byte.isFoldedAlphanumeric { kept.append(byte) }
      return kept.count >= 3 ? kept : nil
    }
  }

  /// Takes out the candidates that lie inside a mention of the practice, so that "Lakeside
  /// Cardiology" is neither an organisation nor a hint at a heart.
  ///
  /// - Complexity: linear in the text for each entry.
  func removeOwn(_ candidates: inout [Candidate], in text: Span<UInt8>) {
    guard !entries.isEmpty, !candidates.isEmpty else { return }
    var isOwn = [Bool](repeating: false, count: text.count)
    var hasMention = false
    for entry in entries {
      var start = 0
      while let mention = firstMention(of: entry, in: text, from: start) {
        for index in mention { isOwn[index] = true }
        hasMention = true
        start = mention.upperBound
      }
    }
    guard hasMention else { return }
    candidates.removeAll { candidate in
      // What the gateway knows as the patient's is the patient's, also where the practice shares it.
      !candidate.evidence.contains(.knownPatient)
        && (Int(candidate.start)..<Int(candidate.end)).allSatisfy { isOwn[$0] }
    }
  }

  /// Whether the text mentions one of the entries.
  func isMentioned(in text: Span<UInt8>) -> Bool {
    entries.contains { firstMention(of: $0, in: text, from: 0) != nil }
  }

  private func firstMention(of entry: [UInt8], in text: Span<UInt8>, from start: Int) -> Range<Int>? {
    var first = start
    while first < text.count {
      if text[first] == entry[0], first == 0 || !text[first - 1].isFoldedAlphanumeric {
        var index = first
        var matched = 0
        while index < text.count, matched < entry.count {
          if text[index] == entry[matched] {
            matched += 1
          } else if text[index].isFoldedAlphanumeric {
            break
          }
          index += 1
        }
        if matched == entry.count, index == text.count || !text[index].isFoldedAlphanumeric { return first..<index }
      }
      first += 1
    }
    return nil
  }
}
