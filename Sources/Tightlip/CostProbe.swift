package import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipPatterns
import TightlipRecognition
import TightlipTagger

/// Runs the stages of a scan one after another as far as is asked, and patterns by themselves, to measure
/// what each costs.
///
/// It does what ``Scanner`` does, in the same order, with scratch of its own; scanning does not use it.
package struct CostProbe: ~Copyable {
  /// How far a scan is run; each stage includes those before it.
  package enum Stage: String, CaseIterable, Sendable { case folding, lexicon, patterns, recognition, tagging }

  private let filter: Filter
  private var scanner: Scanner
  private var verdict = Verdict()
  private var normalized = NormalizedText()
  private var tokenized = TokenizedText()
  private var patternScratch = PatternScratch()
  private var recognitionScratch = RecognitionScratch()
  private var taggerScratch = TaggerScratch()
  private var candidates: [Candidate] = []
  private var places = PatternPlaces()
  private var hasList: [Bool]

  /// A probe of a filter.
  package init(_ filter: Filter) {
    self.filter = filter
    scanner = Scanner(filter)
    hasList = Array(repeating: false, count: filter.patterns.contextLists.count)
  }

  /// Runs a scan through a stage.
  ///
  /// - Returns: How many words or candidates there are then, so that no stage can be left out unnoticed;
  ///   0 where the text could not be looked at.
  package mutating func run(_ message: borrowing Message, through stage: Stage) -> Int {
    candidates.removeAll(keepingCapacity: true)
    do throws(NormalizationError) {
      try filter.normalizer.normalize(message.text.span, into: &normalized)
    } catch {
      tokenized.reset()
      return 0
    }
    if stage == .folding { return normalized.folded.count }
    let folded = normalized.folded
    let upper = normalized.upper
    let text = folded.span
    filter.lexicon.match(text, upper: upper.span, into: &tokenized)
    if stage == .lexicon { return tokenized.tokens.count }
    _ = filter.patterns.match(
      text, tokenized, usesGates: filter.options.usesGates, candidates: &candidates, scratch: &patternScratch)
    if stage == .patterns { return candidates.count }
    var facts = MessageFacts()
    if !message.known.isEmpty {
      filter.recognizer.recognizeKnown(
        message.known, text, tokenized, normalizer: filter.normalizer, candidates: &candidates)
    }
    filter.recognizer.recognize(
      text, tokenized, direction: message.direction, candidates: &candidates, facts: &facts,
      scratch: &recognitionScratch)
    if stage == .recognition { return candidates.count }
    filter.tagger?.refine(text, tokenized, candidates: &candidates, scratch: &taggerScratch)
    filter.recognizer.assignRoles(
      text, tokenized, direction: message.direction, candidates: &candidates, scratch: recognitionScratch)
    return candidates.count
  }

  /// Scans a message as a whole.
  ///
  /// - Parameter isReadAgain: Whether the search for disguises is run a second time: what that adds is what
  ///   it costs.
  /// - Returns: How many findings there are.
  package mutating func scan(_ message: borrowing Message, isReadAgain: Bool = false) -> Int {
    scanner.scan(message, into: &verdict)
    if isReadAgain {
      var facts = MessageFacts()
      scanner.lookAgain(message, &facts)
    }
    return verdict.findings.count
  }
}

extension CostProbe {
  /// The folded text of the last message that was run, and for each byte of it whether it was a capital.
  package var folded: (text: [UInt8], upper: [UInt8]) { (normalized.folded, normalized.upper) }

  /// For each pattern, the names of the rules that share it.
  package var patterns: [[String]] {
    filter.patterns.groups.map { group in group.rules.map { filter.name(of: $0.id) } }
  }

  /// Appends each pattern that is tried on the message that was last run through the lexicon, with the places
  /// at which it is.
  package mutating func tries(into tries: inout [(pattern: Int, positions: [Int])]) {
    for list in hasList.indices { hasList[list] = false }
    for hit in tokenized.hits where hit.meaning.termClass == .patternContext { hasList[Int(hit.meaning.code)] = true }
    let folded = normalized.folded
    places.find(filter.patterns.automaton, in: folded.span)
    var number = -1
    while true {
      number = places.nextOpen(after: number)
      guard number < filter.patterns.groups.count else { return }
      guard filter.patterns.hasContext(for: number, hasList) else { continue }
      var positions: [Int] = []
      if filter.patterns.automaton.tells(number) {
        places.forEach(of: number) { positions.append($0) }
      } else {
        positions += folded.indices
      }
      tries.append((number, positions))
    }
  }

  /// How often a pattern matches in a folded text, tried at certain places; what its rules make of the matches
  /// is not asked.
  ///
  /// - Returns: nil where a limit was hit.
  package func matches(of pattern: Int, in text: Span<UInt8>, at positions: [Int]) -> Int? {
    let compiled = filter.patterns.groups[pattern].pattern
    var count = 0
    var from = 0
    do throws(MatchLimitError) {
      guard compiled.isAnchored else {
        while from <= text.count,
          let (span, end) = try compiled.firstMatch(in: text, from: from, scratch: patternScratch.match)
        {
          if !span.isEmpty { count += 1 }
          from = max(end, from + 1)
        }
        return count
      }
      for position in positions where position >= from {
        guard let (span, end) = try compiled.firstMatch(in: text, from: position, scratch: patternScratch.match)
        else { continue }
        if !span.isEmpty { count += 1 }
        from = max(end, position + 1)
      }
      return count
    } catch {
      return nil
    }
  }
}
