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

  /// What the last message said as a whole, for explanations.
  private var messageFacts = MessageFacts()

  /// How many candidates each waiver took away since the scanner was made, by its position.
  package private(set) var waiverUses: [Int]

  private let maximumBytes: Int

  /// A scanner for one worker.
  public init(_ filter: Filter) { self.init(filter, maximumBytes: filter.options.maximumBytes) }

  init(_ filter: Filter, maximumBytes: Int) {
    self.filter = filter
    self.maximumBytes = maximumBytes
    waiverUses = Array(repeating: 0, count: filter.waivers.count)
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
    messageFacts = facts
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
      try filter.normalizer.normalize(message.text.span, into: &normalized)
    } catch {
      tokenized.reset()
      return false
    }
    // Held apart from self, so that the stages may write to the other scratch; no copy is made.
    let folded = normalized.folded
    let upper = normalized.upper
    let text = folded.span
    filter.lexicon.match(text, upper: upper.span, into: &tokenized)
    let isComplete = filter.patterns.match(
      text, tokenized, usesGates: filter.options.usesGates, candidates: &candidates,
      scratch: &patternScratch)
    if !isComplete { facts.isIncomplete = true }
    if !message.known.isEmpty {
      filter.recognizer.recognizeKnown(
        message.known, text, tokenized, normalizer: filter.normalizer, candidates: &candidates)
    }
    filter.recognizer.recognize(
      text, tokenized, direction: message.direction, candidates: &candidates, facts: &facts,
      scratch: &recognitionScratch)
    filter.tagger?.refine(text, tokenized, candidates: &candidates, scratch: &taggerScratch)
    filter.recognizer.assignRoles(
      text, tokenized, direction: message.direction, candidates: &candidates,
      scratch: recognitionScratch)
    filter.practice.removeOwn(&candidates, in: text)
    if !filter.waivers.isEmpty {
      filter.waivers.apply(to: &candidates, in: text, tokenized, now: Int64(time(nil)), uses: &waiverUses)
    }
    resolver.resolve(
      candidates, threshold: filter.policy.threshold, text: text, into: &resolved)
    filter.recognizer.coverDigitRuns(&resolved, tokenized)
    return true
  }

  /// Turns what was resolved into findings with places in the original text.
  private mutating func report(into verdict: inout Verdict) {
    findingFacts.removeAll(keepingCapacity: true)
    var lastEnd = 0
    for candidate in resolved {
      let folded = normalized.folded
      let first = filter.recognizer.startIncludingTitle(of: candidate, folded.span, tokenized)
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
    if verdict.completeness != .notScanned {
      let text = normalized.folded.span
      for index in text.indices where text[index].isFoldedAlphanumeric { input.alphanumericCount += 1 }
    }
    let links = filter.judge.links(verdict.findings, facts: facts)
    RiskModel.assess(&verdict, links: links, isGeneral: facts.isGeneral)
    filter.judge.judge(&verdict, findings: &findingFacts, links: links, input: input)
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

  /// The findings that the last message would have had with another threshold; for curves over thresholds.
  package mutating func findings(at threshold: Score) -> [Finding] {
    let folded = normalized.folded
    resolver.resolve(candidates, threshold: threshold, text: folded.span, into: &resolved)
    filter.recognizer.coverDigitRuns(&resolved, tokenized)
    var verdict = Verdict()
    report(into: &verdict)
    return verdict.findings
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

extension Scanner {
  /// The action on the last message if some of its findings were not there, all else being as it is.
  ///
  /// - Parameters:
  ///   - verdict: The verdict of the last scan.
  ///   - removed: Positions among its findings.
  package mutating func action(
    on message: borrowing Message, _ verdict: Verdict, without removed: Set<Int>
  ) -> Action {
    let kept = verdict.findings.indices.filter { !removed.contains($0) }
    var other = verdict
    other.findings = kept.map { verdict.findings[$0] }
    other.reasons.removeAll()
    other.contributions.removeAll()
    other.wouldBe = nil
    let held = findingFacts
    findingFacts = kept.map { held[$0] }
    decide(message, messageFacts, &other)
    findingFacts = held
    return other.wouldBe ?? other.action
  }
}
