public import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipPolicy
import TightlipRecognition
import TightlipRedaction
import TightlipRisk
package import TightlipTagger

internal import Glibc

/// Looks through messages, one at a time. Each worker has its own; none is shared.
///
/// A scanner keeps its storage, so that once warm it allocates nothing for a message.
public struct Scanner: ~Copyable {
  /// The filter it works with.
  public let filter: Filter

  private var normalized = NormalizedText()
  private var tokenized = TokenizedText()
  private var patternScratch = PatternScratch()
  private var recognitionScratch = RecognitionScratch()
  private var taggerScratch = TaggerScratch()
  private var resolver = Resolver()
  private var candidates: [Candidate] = []
  private var resolved: [Candidate] = []
  private var findingFacts: [FindingFacts] = []
  private var redactions: [RedactionItem] = []

  private let maximumBytes: Int
  // The stages, held here: read through the filter each of their tables was retained and released for
  // every message (measured: a thirtieth of the time).
  private let normalizer: Normalizer
  private let lexicon: Lexicon
  private let patterns: PatternSet
  private let recognizer: Recognizer
  private let tagger: Tagger?
  private let judge: PolicyJudge

  /// A scanner for one worker.
  public init(_ filter: Filter) { self.init(filter, maximumBytes: filter.options.maximumBytes) }

  init(_ filter: Filter, maximumBytes: Int) {
    self.filter = filter
    self.maximumBytes = maximumBytes
    normalizer = filter.normalizer
    lexicon = filter.lexicon
    patterns = filter.patterns
    recognizer = filter.recognizer
    tagger = filter.tagger
    judge = filter.judge
  }

  /// The verdict on an outbound text.
  public mutating func scan(_ text: String, into verdict: inout Verdict) {
    var message = Message()
    message.text = Array(text.utf8)
    scan(message, into: &verdict)
  }

  /// The verdict on a message.
  ///
  /// Never throws: whatever keeps the message from being looked through completely (invalid UTF-8,
  /// a limit) is a verdict that blocks.
  ///
  /// - Complexity: linear in the text.
  public mutating func scan(_ message: borrowing Message, into verdict: inout Verdict) {
    verdict.reset()
    var facts = MessageFacts()
    let isWhole = look(message, &facts)
    if isWhole {
      report(into: &verdict)
      verdict.completeness = facts.isIncomplete ? .limitHit : .complete
    } else {
      findingFacts.removeAll(keepingCapacity: true)
      verdict.completeness = .limitHit
    }
    decide(message, facts, &verdict)
    finish(message, &verdict)
  }

  /// Finds everything; false where the text could not be looked at as a whole.
  private mutating func look(_ message: borrowing Message, _ facts: inout MessageFacts) -> Bool {
    candidates.removeAll(keepingCapacity: true)
    resolved.removeAll(keepingCapacity: true)
    guard message.text.count <= maximumBytes else {
      normalized = NormalizedText()
      tokenized.reset()
      return false
    }
    do throws(NormalizationError) {
      try normalizer.normalize(message.text.span, into: &normalized)
    } catch {
      tokenized.reset()
      return false
    }
    // Held apart from self, so that the stages may write to the other scratch; no copy is made.
    let folded = normalized.folded
    let upper = normalized.upper
    let text = folded.span
    lexicon.match(text, upper: upper.span, into: &tokenized)
    let isComplete = patterns.match(
      text, tokenized, usesGates: filter.options.usesGates, candidates: &candidates,
      scratch: &patternScratch)
    if !isComplete { facts.isIncomplete = true }
    if !message.known.isEmpty {
      recognizer.recognizeKnown(
        message.known, text, tokenized, normalizer: normalizer, candidates: &candidates)
    }
    recognizer.recognize(
      text, tokenized, direction: message.direction, candidates: &candidates, facts: &facts,
      scratch: &recognitionScratch)
    tagger?.refine(text, tokenized, candidates: &candidates, scratch: &taggerScratch)
    recognizer.assignRoles(
      text, tokenized, direction: message.direction, candidates: &candidates,
      scratch: recognitionScratch)
    filter.practice.removeOwn(&candidates, in: text)
    resolver.resolve(
      candidates, threshold: filter.policy.threshold, text: text, into: &resolved)
    recognizer.coverDigitRuns(&resolved, tokenized)
    return true
  }

  /// Turns what was resolved into findings with places in the original text.
  private mutating func report(into verdict: inout Verdict) {
    findingFacts.removeAll(keepingCapacity: true)
    var lastEnd = 0
    for candidate in resolved {
      let folded = normalized.folded
      let first = recognizer.startIncludingTitle(of: candidate, folded.span, tokenized)
      let range = normalized.originalRange(first..<Int(candidate.end))
      var start = range.lowerBound
      let isTopic = candidate.entity.entityClass == .topic
      // Two findings side by side inside one grapheme cluster would overlap in the original.
      if !isTopic { start = max(start, lastEnd) }
      guard start < range.upperBound else { continue }
      if !isTopic { lastEnd = range.upperBound }
      verdict.findings.append(
        Finding(
          entity: candidate.entity, range: ByteRange(start: start, end: range.upperBound),
          score: candidate.score, rule: candidate.rule, role: candidate.role))
      findingFacts.append(facts(of: candidate))
    }
  }

  private func facts(of candidate: Candidate) -> FindingFacts {
    let text = normalized.folded.span
    var words = 0
    var letters = 0
    var run = 0
    var beginsWithInitial = false
    for index in Int(candidate.start)..<Int(candidate.end) {
      if text[index].isFoldedAlphanumeric {
        letters += 1
        run += 1
        if run == 2 { words += 1 }
      } else if text[index] != UInt8(ascii: "'") {
        if run == 1, words == 0 { beginsWithInitial = true }
        run = 0
      }
    }
    // "J. Alvarez" tells the surname, as a full name does; "Anna S." does not.
    if beginsWithInitial, words > 0 { words += 1 }
    return FindingFacts(wordCount: words, alphanumericCount: letters)
  }

  private mutating func decide(
    _ message: borrowing Message, _ facts: MessageFacts, _ verdict: inout Verdict
  ) {
    var input = PolicyInput()
    input.direction = message.direction
    input.facts = facts
    input.isProtected = message.channelIsEncrypted && message.deviceIsEncrypted
    input.consentIsRevoked = message.consentIsRevoked
    input.isMonitoring = filter.options.isMonitoring
    if filter.policy.expiresAt != nil { input.wallClock = Int64(time(nil)) }
    if verdict.completeness != .notScanned, !verdict.findings.isEmpty {
      let text = normalized.folded.span
      for index in text.indices where text[index].isFoldedAlphanumeric { input.alphanumericCount += 1 }
    }
    let links = judge.links(verdict.findings, facts: facts)
    RiskModel.assess(&verdict, links: links, isGeneral: facts.isGeneral)
    judge.judge(&verdict, findings: &findingFacts, links: links, input: input)
  }

  /// Writes what may leave.
  private mutating func finish(_ message: borrowing Message, _ verdict: inout Verdict) {
    switch verdict.action {
    case .block: break
    case .pass:
      // The last gate before a text leaves: only a whole look lets it.
      guard verdict.completeness == .complete else {
        verdict.action = .block
        return
      }
      verdict.text.append(contentsOf: message.text)
    case .redact:
      guard verdict.completeness == .complete else {
        verdict.action = .block
        return
      }
      redactions.removeAll(keepingCapacity: true)
      for index in verdict.findings.indices where findingFacts[index].isToRedact {
        redactions.append(
          RedactionItem(
            finding: index, operator: filter.policy[verdict.findings[index].entity].redaction))
      }
      // A redaction that takes nothing out would be a pass under another name.
      guard !redactions.isEmpty else {
        verdict.action = .block
        return
      }
      filter.redactor.redact(
        message.text.span, findings: verdict.findings, items: redactions, into: &verdict.text)
    }
  }
}

extension Scanner {
  /// What the last scan considered, for explanations and for checking rules against their examples.
  package func considered() -> (candidates: [(Candidate, ByteRange)], tokens: [Token], folded: [UInt8]) {
    let placed = candidates.map { candidate in
      let range = normalized.originalRange(Int(candidate.start)..<Int(candidate.end))
      return (candidate, ByteRange(start: range.lowerBound, end: range.upperBound))
    }
    return (placed, tokenized.tokens, normalized.folded)
  }

  /// What the tagger sees of an outbound text, and where each word stands in it; for learning.
  ///
  /// The filter must have been made without its tagger.
  ///
  /// - Returns: false where the text could not be looked at.
  package mutating func gather(
    _ text: [UInt8], into facts: inout TaggerFacts, words: inout [ByteRange]
  ) -> Bool {
    var message = Message()
    message.text = text
    var ignored = MessageFacts()
    words.removeAll(keepingCapacity: true)
    guard look(message, &ignored) else { return false }
    facts.gather(
      normalized.folded.span, tokenized, lists: filter.lexicon.words, candidates: candidates,
      doubtful: PackLoader.doubtfulRules(patterns: filter.rules.count))
    for token in tokenized.tokens {
      let range = normalized.originalRange(Int(token.start)..<Int(token.end))
      words.append(ByteRange(start: range.lowerBound, end: range.upperBound))
    }
    return true
  }
}
