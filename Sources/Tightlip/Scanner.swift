public import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipPatterns
import TightlipPolicy
import TightlipRecognition
import TightlipRedaction
import TightlipRisk
import TightlipRules
package import TightlipTagger

internal import Glibc

/// Looks through messages, one at a time. Each worker has its own; none is shared.
///
/// A scanner keeps its storage, so that once warm it allocates nothing for a message.
public struct Scanner: ~Copyable {
  /// The filter it works with.
  public let filter: Filter

  var normalized = NormalizedText()
  var tokenized = TokenizedText()
  private var patternScratch = PatternScratch()
  private var recognitionScratch = RecognitionScratch()
  private var taggerScratch = TaggerScratch()
  private var resolver = Resolver()
  var candidates: [Candidate] = []
  var evasion = EvasionScratch()
  var resolved: [Candidate] = []
  private var findingFacts: [FindingFacts] = []
  private var redactions: [RedactionItem] = []
  private var intentScratch = IntentScratch()
  private var policyScratch = PolicyScratch()
  /// Replacement texts are judged for what they say, whatever the hour and whoever sends them.
  private var judgesContentOnly = false
  private var isConfirmation = false
  /// What stands for the clock on the wall, for tests; nil for the clock itself.
  package var fixedClock: Instant?
  private var detections: [Detection] = []

  /// How many candidates each waiver took away since the scanner was made, by its position.
  package private(set) var waiverUses: [Int]

  /// How many steps of its budget the last message left; see ``StepBudget``.
  package var stepsLeft: Int { intentScratch.match.stepsLeft }

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
    guard let memory = filter.memory, !judgesContentOnly else {
      scan(message, history: PatientHistory(), into: &verdict)
      return
    }
    let now = message.sentAt ?? wallClock
    scan(message, history: memory.history(of: message, now: now), into: &verdict)
    memory.note(
      message, verdict, parts: partsLeft(by: message.direction, verdict), isConfirmation: isConfirmation, now: now)
  }

  private var wallClock: Instant { fixedClock ?? Instant(seconds: Int64(time(nil))) }

  /// What stands in the thread after the message that was scanned last: what was found and not taken out.
  /// Whoever remembers threads in a store of their own notes it there.
  public func partsLeft(by direction: Direction, _ verdict: borrowing Verdict) -> PatientHistory.Parts {
    guard verdict.sealed.isEmpty else { return PatientHistory.Parts(rawValue: 0) }
    guard direction == .outbound, verdict.action == .redact else { return filter.judge.parts(of: verdict.findings) }
    return filter.judge.parts(of: verdict.findings.indices.filter { !findingFacts[$0].isToRedact }.map { verdict.findings[$0] })
  }

  /// The verdict on a message, with what a store remembers of the patient. The filter's own memory is
  /// neither asked nor told.
  public mutating func scan(
    _ message: borrowing Message, history: PatientHistory, into verdict: inout Verdict
  ) {
    verdict.reset()
    var facts = MessageFacts()
    let isWhole = look(message, &facts)
    if isWhole {
      report(message, into: &verdict)
      verdict.completeness = facts.isIncomplete ? .limitHit : .complete
    } else {
      findingFacts.removeAll(keepingCapacity: true)
      verdict.completeness = .limitHit
    }
    if message.direction == .inbound, isWhole { recognizeIntent(&verdict) }
    decide(message, facts, history, &verdict)
    finish(message, &verdict)
  }

  /// Judges a text by its content alone, for replacement texts.
  mutating func scanContent(_ message: borrowing Message, into verdict: inout Verdict) {
    judgesContentOnly = true
    scan(message, into: &verdict)
    judgesContentOnly = false
  }

  /// Whether one rule about texting itself matches a text; for checking rules against their examples.
  package mutating func matchesIntent(_ rule: Int, _ text: [UInt8]) -> Bool {
    intentScratch.match.stepsLeft = .max
    do throws(NormalizationError) {
      try normalizer.normalize(text.span, into: &normalized)
    } catch {
      return false
    }
    let folded = normalized.folded
    do throws(MatchLimitError) {
      return try filter.intents.matches(rule, folded.span, &intentScratch)
    } catch {
      return false
    }
  }

  private mutating func recognizeIntent(_ verdict: inout Verdict) {
    guard !filter.intents.isEmpty else { return }
    let folded = normalized.folded
    do throws(MatchLimitError) {
      guard let found = try filter.intents.intent(in: folded.span, &intentScratch),
        case .intent(let kind) = filter.intents.rules[found.rule].meaning
      else { return }
      let range = normalized.originalRange(found.span)
      verdict.intent = MessageIntent(
        kind: kind, evidence: ByteRange(start: range.lowerBound, end: range.upperBound), rule: UInt16(found.rule))
    } catch {
      verdict.completeness = .limitHit
    }
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
    patternScratch.match.stepsLeft =
      filter.options.usesGates ? filter.options.stepBudget.steps(forBytes: message.text.count) : .max
    let isComplete = patterns.match(
      text, tokenized, usesGates: filter.options.usesGates, candidates: &candidates,
      scratch: &patternScratch)
    if !isComplete { facts.isIncomplete = true }
    if !filter.detectors.isEmpty,
      !filter.detect(in: text, scratch: &detections, candidates: &candidates)
    {
      facts.isIncomplete = true
    }
    if !message.known.isEmpty {
      recognizer.recognizeKnown(
        message.known, text, tokenized, normalizer: normalizer, candidates: &candidates)
    }
    recognizer.recognize(
      text, tokenized, direction: message.direction, candidates: &candidates, facts: &facts,
      scratch: &recognitionScratch)
    tagger?.refine(text, tokenized, candidates: &candidates, scratch: &taggerScratch)
    recognizer.noteOwners(tokenized, candidates, facts: &facts, scratch: recognitionScratch)
    recognizer.assignRoles(
      text, tokenized, direction: message.direction, candidates: &candidates,
      scratch: recognitionScratch)
    // One budget for the message, however often it is read.
    evasion.patterns.match.stepsLeft = patternScratch.match.stepsLeft
    lookAgain(message, &facts)
    intentScratch.match.stepsLeft = evasion.patterns.match.stepsLeft
    filter.practice.removeOwn(&candidates, in: text)
    if !filter.waivers.isEmpty {
      filter.waivers.apply(to: &candidates, in: text, tokenized, now: Int64(time(nil)), uses: &waiverUses)
    }
    resolver.resolve(
      candidates, threshold: filter.policy.threshold, text: text, into: &resolved)
    recognizer.coverDigitRuns(&resolved, tokenized)
    dropPlayfulDates(message.text.span)
    return true
  }

  /// Turns what was resolved into findings with places in the original text.
  private mutating func report(_ message: borrowing Message, into verdict: inout Verdict) {
    findingFacts.removeAll(keepingCapacity: true)
    var lastEnd = 0
    for candidate in resolved {
      let folded = normalized.folded
      let first = recognizer.startIncludingTitle(of: candidate, folded.span, tokenized)
      let range = normalized.originalRange(first..<Int(candidate.end))
      var start = range.lowerBound
      let isTopic = candidate.entity.entityClass == .topic
      start = startIncludingControls(start, in: message.text.span)
      // Two findings side by side inside one grapheme cluster would overlap in the original.
      if !isTopic { start = max(start, lastEnd) }
      guard start < range.upperBound else { continue }
      if !isTopic { lastEnd = range.upperBound }
      verdict.findings.append(
        Finding(
          entity: candidate.entity, range: ByteRange(start: start, end: range.upperBound),
          score: candidate.score, rule: candidate.rule, role: candidate.role))
      findingFacts.append(facts(of: candidate))
      findingFacts[findingFacts.count - 1].isDisguised = isDisguised(candidate, start..<range.upperBound, in: message.text.span)
    }
  }

  private func facts(of candidate: Candidate) -> FindingFacts {
    let text = normalized.folded.span
    var letters = 0
    for index in Int(candidate.start)..<Int(candidate.end) where text[index].isFoldedAlphanumeric { letters += 1 }
    let words = candidate.entity == .person ? recognizer.nameWords(of: candidate, text, tokenized) : 0
    return FindingFacts(wordCount: words, alphanumericCount: letters)
  }

  private mutating func decide(
    _ message: borrowing Message, _ facts: MessageFacts, _ history: PatientHistory, _ verdict: inout Verdict
  ) {
    var input = PolicyInput()
    input.direction = message.direction
    input.facts = facts
    input.history = history
    input.isMonitoring = filter.options.isMonitoring
    input.wallClock = wallClock
    input.now = message.sentAt ?? input.wallClock
    if filter.options.judgesAsOfSent { input.wallClock = input.now }
    let wallClock = input.wallClock
    input.envelope = judge.envelopes.facts(of: message) { wallClock }
    isConfirmation = input.envelope.isConfirmation
    if verdict.completeness != .notScanned, !verdict.findings.isEmpty {
      let text = normalized.folded.span
      for index in text.indices where text[index].isFoldedAlphanumeric { input.alphanumericCount += 1 }
    }
    let links = judge.links(verdict.findings, facts: facts)
    RiskModel.assess(&verdict, links: links, isGeneral: facts.isGeneral)
    if judgesContentOnly {
      judge.judgeContentAlone(&verdict, findings: &findingFacts, links: links, input: input)
      return
    }
    input.isHalted = isHalted(message.direction)
    if filter.policy.healthcareLimits.isOn, message.direction == .outbound { gatherHealthcareFacts(message, &verdict, &input) }
    if filter.policy.threads.isOn { policyScratch.addParts(of: verdict.findings, judge) }
    judge.judge(
      &verdict, findings: &findingFacts, links: links, message: message, input: input, scratch: &policyScratch)
    if filter.options.givesCounterfactual, verdict.action != .pass || verdict.wouldBe != nil {
      verdict.counterfactual = judge.counterfactual(
        verdict, facts: findingFacts, messageFacts: facts, message: message, input: input, scratch: &policyScratch)
    }
  }

  private func isHalted(_ direction: Direction) -> Bool {
    guard filter.policy.haltDirections.contains(direction) else { return false }
    if filter.policy.isHalted { return true }
    return filter.haltSwitch.isHaltedNow()
  }

  /// What the healthcare limits ask of the text.
  private mutating func gatherHealthcareFacts(
    _ message: borrowing Message, _ verdict: inout Verdict, _ input: inout PolicyInput
  ) {
    for index in message.text.indices where message.text[index] & 0xC0 != 0x80 { input.codePointCount += 1 }
    let folded = normalized.folded
    input.namesPractice = filter.practiceNames.isMentioned(in: folded.span)
    input.namesContact =
      filter.practiceContacts.isMentioned(in: folded.span)
      || verdict.findings.contains { $0.entity == .url || $0.entity == .phoneNumber && $0.role == .practice }
    do throws(MatchLimitError) {
      input.tellsOptOut = try filter.intents.tellsOptOut(folded.span, &intentScratch)
    } catch {
      verdict.completeness = .limitHit
    }
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
      if policyScratch.isToSeal {
        seal(message, &verdict)
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
  /// Seals the original to the recipient, and lets a notice leave; without a key nothing does.
  private func seal(_ message: borrowing Message, _ verdict: inout Verdict) {
    guard !message.recipientID.isEmpty,
      let sealed = filter.options.sealer?.seal(message.text.span, recipient: message.recipientID.span), !sealed.isEmpty
    else {
      verdict.action = .block
      verdict.reasons.insert(Reason(code: .sealNoKey, severity: .block), at: 0)
      return
    }
    verdict.sealed = sealed
    verdict.text.append(contentsOf: filter.policy.devices.notice.utf8)
  }

  /// What the last scan considered, for explanations and for checking rules against their examples.
  package func considered() -> (candidates: [(Candidate, ByteRange)], tokens: [Token], folded: [UInt8]) {
    let placed = candidates.map { candidate in
      let range = normalized.originalRange(Int(candidate.start)..<Int(candidate.end))
      return (candidate, ByteRange(start: range.lowerBound, end: range.upperBound))
    }
    return (placed, tokenized.tokens, normalized.folded)
  }

  /// The findings that the last message, given again, would have had with another threshold; for curves
  /// over thresholds.
  package mutating func findings(at threshold: Score, in message: borrowing Message) -> [Finding] {
    let folded = normalized.folded
    resolver.resolve(candidates, threshold: threshold, text: folded.span, into: &resolved)
    recognizer.coverDigitRuns(&resolved, tokenized)
    var verdict = Verdict()
    report(message, into: &verdict)
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
      doubtful: PackLoader.doubtfulRules(patterns: filter.rules.count, detectors: filter.detectors.count))
    for token in tokenized.tokens {
      let range = normalized.originalRange(Int(token.start)..<Int(token.end))
      words.append(ByteRange(start: range.lowerBound, end: range.upperBound))
    }
    return true
  }
}
