package import TightlipCore

/// Applies a policy to what was found and to the envelope.
///
/// A class, as its parts are: a struct of so many arrays and strings is retained one by one wherever
/// it is handed on (measured: six percent of a message's instructions).
package final class PolicyJudge: Sendable {
  package let policy: Policy
  package let envelopes: EnvelopeRules
  package let quietHours: QuietHours
  package let practice: PracticeClock
  /// The instant from which on everything is blocked.
  package let expiresAt: Instant?

  package init(policy: Policy, timing: TimingData = TimingData()) {
    self.policy = policy
    envelopes = EnvelopeRules(policy)
    quietHours = QuietHours(policy.quietHours, data: timing)
    let practice = PracticeClock(policy)
    self.practice = practice
    var clock = ZoneClock()
    expiresAt = policy.expiry.map { practice.end(of: $0, &clock) }
  }

  /// Sets the action and the reasons of a verdict whose findings are complete.
  ///
  /// All rules are always evaluated. The strictest decides the action.
  package func judge(
    _ verdict: inout Verdict, findings facts: inout [FindingFacts], links: MessageLinks,
    message: borrowing Message, input: PolicyInput, scratch: inout PolicyScratch
  ) {
    verdict.reasons.removeAll(keepingCapacity: true)
    verdict.action = .pass
    scratch.isToSeal = false

    let hasCrisis = verdict.findings.contains { $0.entity == .topicCrisis }
    verdict.isUrgent = hasCrisis && input.direction == .inbound

    let isOutbound = input.direction == .outbound
    var consent = ConsentJudge.Answer()
    if isOutbound {
      consent = answer(message, input, &scratch)
      judgeContent(&verdict, &facts, links: links, input: input, maySendMarketing: consent.coversMarketing)
      judgePurpose(&verdict, input)
      judgeThread(&verdict, links, input, &scratch)
      judgeDevice(&verdict, &facts, links: links, input: input, &scratch)
    } else {
      judgeInbound(&verdict, &facts, input)
    }

    // Monitor mode passes what content rules would stop, and never what follows.
    if input.isMonitoring || policy.isMonitoring, verdict.action != .pass {
      verdict.wouldBe = verdict.action
      verdict.action = .pass
      scratch.isToSeal = false
      for index in facts.indices { facts[index].isToRedact = false }
    }
    if isOutbound { judgeEnvelope(&verdict, consent, message: message, input: input, &scratch) }
    if input.isHalted { verdict.give(.policyHalted, .block) }
    if let expiresAt, input.wallClock >= expiresAt { verdict.give(.policyExpired, .block) }
    if input.history.isUnavailable { verdict.give(.recordsUnavailable, .block) }
    if verdict.completeness != .complete { verdict.give(.scanIncomplete, .block) }

    if verdict.action == .block {
      verdict.wouldBe = nil
      scratch.isToSeal = false
    }
    sortReasons(&verdict.reasons)
    if isOutbound, verdict.action == .block {
      findRetry(&verdict, consent, message: message, input: input, &scratch)
    }
    chooseReplacement(&verdict, message: message, input: input, &scratch)
  }

  private static let other = Array("other".utf8)

  /// A patient may write what they like; findings are listed. A gateway that forwards inbound messages
  /// to unsecured places sets redact. What a patient says about texting itself always passes.
  private func judgeInbound(_ verdict: inout Verdict, _ facts: inout [FindingFacts], _ input: PolicyInput) {
    for index in facts.indices { facts[index].isToRedact = false }
    let isAboutTexting = verdict.intent.map { $0.kind != .thanks } ?? false
    if policy.inboundAction != .pass, !verdict.isUrgent, !isAboutTexting {
      if policy.inboundAction == .redact {
        for index in facts.indices where verdict.findings[index].entity.entityClass != .topic {
          facts[index].isToRedact = true
          verdict.give(
            verdict.findings[index].entity.entityClass == .health ? .phiHealth : .phiIdentifier, .redact,
            verdict.findings[index].entity)
        }
      } else {
        verdict.give(.phiHealth, .block)
      }
    }
    if verdict.isUrgent { verdict.give(.crisis, .pass, .topicCrisis) }
    if verdict.intent?.kind == .optOutDoubtful {
      verdict.needsReview = true
      verdict.give(.optOutDoubtful, .pass)
    }
  }

  func judgeContent(
    _ verdict: inout Verdict, _ facts: inout [FindingFacts], links: MessageLinks, input: PolicyInput,
    maySendMarketing: Bool
  ) {
    let envelope = input.envelope
    // Together with a person, what exceeds a purpose says more than redaction can take back.
    let exceeding: Action = links.contains(.personAndHealth) || links.contains(.addressedHealth) ? .block : .redact
    var hasHomeAddress = false
    for finding in verdict.findings where finding.entity == .streetAddress && finding.role != .practice {
      hasHomeAddress = true
    }
    for index in verdict.findings.indices {
      let finding = verdict.findings[index]
      var action = alone(
        finding, facts[index], links: links, input: input, hasHomeAddress: hasHomeAddress)
      // A practice that lets a type pass lets it pass in any spelling.
      if facts[index].isDisguised, action != .pass {
        verdict.give(.evasionDisguised, input.envelope.isProtected ? .pass : policy.disguisedAction)
      }
      switch finding.entity.entityClass {
      case .identifier where finding.entity == .encodedText:
        facts[index].isToRedact = action == .redact
        if action != .pass { verdict.give(.evasionEncoded, action) }
      case .topic:
        if finding.entity == .topicMarketing, maySendMarketing { action = .pass }
        if !envelope.roleCarries.contains(finding.entity) { verdict.give(.senderExceeds, .block, finding.entity) }
        facts[index].isToRedact = action == .redact
        if action != .pass {
          verdict.give(.topicForbidden, action, finding.entity)
        } else {
          verdict.give(.topicWarning, .pass, finding.entity)
        }
      case .identifier:
        facts[index].isToRedact = action == .redact
        if action != .pass { verdict.give(.phiIdentifier, action, finding.entity) }
      case .health:
        facts[index].isToRedact = action == .redact
        if action != .pass { verdict.give(.phiHealth, action, finding.entity) }
      }
      guard finding.entity.entityClass != .topic, finding.role != .provider, finding.role != .practice else { continue }
      if !envelope.roleCarries.contains(finding.entity) {
        verdict.give(.senderExceeds, exceeding, finding.entity)
        facts[index].isToRedact = true
      }
      if !envelope.purposeCarries.contains(finding.entity) {
        verdict.give(.purposeExceeds, exceeding, finding.entity)
        facts[index].isToRedact = true
      }
    }
    guard !envelope.isProtected else { return }
    // Where linked things are to be redacted rather than blocked, all of them are.
    let takesOutLinked =
      links.contains(.personAndHealth) && policy.linkedAction == .redact
      || links.contains(.addressedHealth) && policy.addressedHealthAction == .redact
      || links.contains(.birthDateWithName) && policy.birthDateWithNameAction == .redact
    if takesOutLinked {
      for index in verdict.findings.indices where verdict.findings[index].isLinkable {
        facts[index].isToRedact = true
      }
    }
    if links.contains(.personAndHealth), policy.linkedAction != .pass { verdict.give(.phiLinked, policy.linkedAction) }
    if links.contains(.addressedHealth), policy.addressedHealthAction != .pass {
      verdict.give(.phiLinked, policy.addressedHealthAction)
    }
    if links.contains(.birthDateWithName), policy.birthDateWithNameAction != .pass {
      verdict.give(.phiBirthDateWithName, policy.birthDateWithNameAction)
    }
    if verdict.riskThousandths >= Int(policy.maximumRisk.thousandths) { verdict.give(.phiRisk, .block) }
    var redactions = 0
    var covered = 0
    for fact in facts where fact.isToRedact {
      redactions += 1
      covered += fact.alphanumericCount
    }
    // A text of one short value may be all redaction and still say what it is ("[SSN]"); the share
    // counts where there is a message around it to lose.
    if redactions > policy.maximumRedactions
      || redactions > 1 && covered * 100 > policy.maximumRedactedPercent * max(1, input.alphanumericCount)
    {
      verdict.give(.phiTooMuch, .block)
    }
  }

  /// What the policy does with one finding, all others apart.
  private func alone(
    _ finding: Finding, _ facts: FindingFacts, links: MessageLinks, input: PolicyInput, hasHomeAddress: Bool
  ) -> Action {
    let rule = envelopes.action(finding.entity, input.envelope)
    // An encrypted channel to an encrypted device may carry health information as it stands.
    if input.envelope.isProtected { return rule }
    switch finding.entity {
    case .person:
      if finding.role == .provider || finding.role == .practice { return policy.ownIdentityAction }
      return facts.wordCount >= 2 ? rule : inContext(rule, policy.firstNameAction)
    case .phoneNumber, .faxNumber, .emailAddress, .url, .streetAddress:
      return finding.role == .practice ? policy.ownIdentityAction : rule
    case .location, .zipCode:
      // The town of a home address goes with its street.
      return hasHomeAddress && finding.role != .practice ? max(rule, envelopes.action(.streetAddress, input.envelope)) : rule
    case .medication:
      return inContext(rule, policy.unlinkedMedicationAction)
    case .procedure:
      return inContext(
        rule,
        concernsSomebody(finding, links, input) && !isOnlyGeneral(links, input) ? policy.addressedProcedureAction : policy.generalHealthAction)
    case .labResult:
      return isOnlyGeneral(links, input) ? inContext(rule, policy.generalHealthAction) : rule
    case .diagnosis:
      return isOnlyGeneral(links, input) || !concernsSomebody(finding, links, input)
        ? inContext(rule, policy.generalHealthAction) : rule
    case .topicCrisis, .topicDiagnosis, .topicMentalHealth, .topicSubstanceUse, .topicReproductiveHealth, .topicHIVSTI, .topicAbuse:
      // Announced or advised in general, and about nobody in particular.
      return isOnlyGeneral(links, input) ? min(rule, policy.generalHealthAction) : rule
    default:
      return rule
    }
  }

  /// What context makes of a type's own rule. `redact` is the rule that context refines; `pass` and
  /// `block` are a practice's plain word, and stand.
  private func inContext(_ rule: Action, _ refined: Action) -> Action {
    rule == .redact ? refined : rule
  }

  /// Whether the message speaks to or of somebody at all. What is certain does so by going to somebody.
  private func concernsSomebody(_ finding: Finding, _ links: MessageLinks, _ input: PolicyInput) -> Bool {
    input.facts.addressesSomebody || input.facts.speaksOfSomebody || !links.isEmpty
      || isCertain(finding, input.facts)
  }

  /// Whether a health finding must be the recipient's, though nobody is addressed; what staff say of themselves is not.
  private func isCertain(_ finding: Finding, _ facts: MessageFacts) -> Bool {
    finding.score >= policy.certainHealthScore && !facts.isWritersHealth
  }

  private func isOnlyGeneral(_ links: MessageLinks, _ input: PolicyInput) -> Bool {
    input.facts.isGeneral && !input.facts.ownsHealth && !links.contains(.personAndHealth)
      && !links.contains(.addressedHealth)
  }

  private func sortReasons(_ reasons: inout [Reason]) {
    var index = 1
    while index < reasons.count {
      let moved = reasons[index]
      var position = index
      while position > 0, precedes(moved, reasons[position - 1]) {
        reasons[position] = reasons[position - 1]
        position -= 1
      }
      reasons[position] = moved
      index += 1
    }
  }

  private func precedes(_ left: Reason, _ right: Reason) -> Bool {
    if left.severity != right.severity { return left.severity > right.severity }
    if left.code != right.code { return left.code.rawValue < right.code.rawValue }
    return (left.entity?.rawValue ?? 0) < (right.entity?.rawValue ?? 0)
  }

  /// Finds what the message joins.
  ///
  /// - A person (no provider), or a number that points to one, with health information.
  /// - A diagnosis or result with "you", "your", "her", "the patient", outside general information.
  ///   A result, and a diagnosis that is certain, are somebody's though nobody is addressed; a certain result is
  ///   so even in general information.
  /// - A date of birth with a name.
  package func links(_ findings: [Finding], facts: MessageFacts) -> MessageLinks {
    var links = MessageLinks(rawValue: 0)
    var hasPerson = false
    var hasPointer = false
    var hasHealth = false
    var hasStatement = false
    var hasResult = false
    var hasBirthDate = false
    var isAddressed = facts.addressesSomebody || facts.speaksOfSomebody
    let isSomebodys = !facts.isGeneral || facts.ownsHealth
    for finding in findings {
      let isOwn = finding.role == .provider || finding.role == .practice
      switch finding.entity {
      case .person: hasPerson = hasPerson || !isOwn
      case .phoneNumber, .emailAddress, .streetAddress, .faxNumber: hasPointer = hasPointer || !isOwn
      case .usSSN, .usITIN, .usMBI, .medicalRecordNumber, .healthPlanID, .accountNumber, .creditCard,
        .usDriverLicense, .usPassport, .usBankNumber, .ibanCode:
        hasPointer = true
      case .dateOfBirth:
        hasBirthDate = true
        hasPointer = true
      case .age, .username, .biometricID, .ipAddress, .macAddress: hasPointer = true
      case .labResult:
        hasHealth = true
        if isSomebodys || finding.score >= policy.certainHealthScore { hasResult = true }
      case .diagnosis, .diagnosisCode:
        hasHealth = true
        hasStatement = true
        // A code alone tells few readers anything.
        if finding.entity == .diagnosis, isCertain(finding, facts) { isAddressed = true }
      case .medication, .procedure: hasHealth = true
      default: break
      }
    }
    if hasHealth, hasPerson || hasPointer { links.insert(.personAndHealth) }
    if hasBirthDate, hasPerson { links.insert(.birthDateWithName) }
    if hasResult || hasStatement && isAddressed && isSomebodys { links.insert(.addressedHealth) }
    return links
  }
}

extension PolicyJudge {
  /// Judges what a message says and nothing else: not who sends it, when, or with whose permission.
  package func judgeContentAlone(
    _ verdict: inout Verdict, findings facts: inout [FindingFacts], links: MessageLinks, input: PolicyInput
  ) {
    verdict.action = .pass
    judgeContent(&verdict, &facts, links: links, input: input, maySendMarketing: false)
    if verdict.completeness != .complete { verdict.give(.scanIncomplete, .block) }
  }

  func answer(
    _ message: borrowing Message, _ input: PolicyInput, _ scratch: inout PolicyScratch
  ) -> ConsentJudge.Answer {
    ConsentJudge(rules: policy.consent).judge(
      message, records: input.history.consent, purpose: message.purpose.isEmpty ? Self.other.span : message.purpose.span,
      isTexting: input.envelope.channelHasQuietHours, now: input.wallClock, practice: practice, clock: &scratch.clock)
  }

  /// What findings add to their thread.
  package func parts(of findings: [Finding]) -> PatientHistory.Parts {
    var parts = PatientHistory.Parts(rawValue: 0)
    for finding in findings where finding.role != .provider && finding.role != .practice {
      switch finding.entity {
      case .person: parts.insert(.person)
      case .dateOfBirth:
        parts.insert(.birthDate)
        parts.insert(.pointer)
      case .labResult, .diagnosis, .diagnosisCode, .medication, .procedure: parts.insert(.health)
      case .phoneNumber, .emailAddress, .streetAddress, .faxNumber, .usSSN, .usITIN, .usMBI, .medicalRecordNumber,
        .healthPlanID, .accountNumber, .creditCard, .usDriverLicense, .usPassport, .usBankNumber, .ibanCode, .age,
        .username, .biometricID, .ipAddress, .macAddress:
        parts.insert(.pointer)
      default: break
      }
    }
    return parts
  }

  /// The findings that would have to go for the content of a message to pass, by their positions: the
  /// fewest that can be reached by putting one after the other back. Nil where content is not what
  /// blocks, or all findings together are not enough.
  package func counterfactual(
    _ verdict: borrowing Verdict, facts: [FindingFacts], messageFacts: MessageFacts, message: borrowing Message,
    input: PolicyInput, scratch: inout PolicyScratch
  ) -> [Int]? {
    guard input.direction == .outbound else { return nil }
    let isOnlyContent = verdict.reasons.allSatisfy { $0.severity == .warning || $0.code.isAboutContent }
    guard isOnlyContent else { return nil }
    let maySendMarketing = answer(message, input, &scratch).coversMarketing
    let findings = verdict.findings
    var isOut = Array(repeating: true, count: findings.count)
    func passes() -> Bool {
      var trial = Verdict()
      trial.completeness = .complete
      trial.action = .pass
      var kept: [FindingFacts] = []
      for index in findings.indices where !isOut[index] {
        trial.findings.append(findings[index])
        kept.append(facts[index])
      }
      let links = self.links(trial.findings, facts: messageFacts)
      judgeContent(&trial, &kept, links: links, input: input, maySendMarketing: maySendMarketing)
      return trial.action == .pass
    }
    guard passes() else { return nil }
    for index in findings.indices {
      isOut[index] = false
      if !passes() { isOut[index] = true }
    }
    return findings.indices.filter { isOut[$0] }
  }
}

extension Finding {
  /// Whether it is one of the two things that linkage joins, and nobody's of the practice.
  var isLinkable: Bool {
    guard role != .provider, role != .practice else { return false }
    switch entity {
    case .dateTime, .organization, .url: return false
    default: return entity.entityClass != .topic
    }
  }
}

extension Verdict {
  /// Adds a reason, once, and makes the action at least as strict as it asks.
  mutating func give(_ code: ReasonCode, _ strength: Action, _ entity: EntityType? = nil) {
    action = max(action, strength)
    let severity: Severity = strength == .block ? .block : strength == .redact ? .redact : .warning
    let reason = Reason(code: code, severity: severity, entity: entity)
    if !reasons.contains(reason) { reasons.append(reason) }
  }
}
