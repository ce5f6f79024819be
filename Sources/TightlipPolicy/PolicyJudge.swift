package import TightlipCore

/// What the policy stage knows of a message beside the findings.
package struct PolicyInput: Sendable {
  package var direction: Direction = .outbound
  package var facts = MessageFacts()
  /// The channel and the device are both encrypted.
  package var isProtected = false
  /// Seconds since 1970; only the policy's expiry asks for it.
  package var wallClock: Int64 = 0
  package var isMonitoring = false
  package var consentIsRevoked = false
  /// Letters and digits in the text.
  package var alphanumericCount = 0

  package init() {}
}

/// What one finding means for the policy, found out once for all rules.
package struct FindingFacts: Sendable {
  /// The number of words of two letters or more; a full name has at least two.
  package var wordCount = 0
  /// Letters and digits covered.
  package var alphanumericCount = 0
  /// Written so that it is hard to recognize.
  package var isDisguised = false
  /// To be taken out, if the message is redacted.
  package var isToRedact = false

  package init(wordCount: Int, alphanumericCount: Int) {
    self.wordCount = wordCount
    self.alphanumericCount = alphanumericCount
  }
}

/// Applies a policy to what was found.
package struct PolicyJudge: Sendable {
  package let policy: Policy

  package init(policy: Policy) { self.policy = policy }

  /// Sets the action and the reasons of a verdict whose findings are complete.
  ///
  /// All rules are always evaluated. The strictest decides the action.
  package func judge(
    _ verdict: inout Verdict, findings facts: inout [FindingFacts], links: MessageLinks, input: PolicyInput
  ) {
    verdict.reasons.removeAll(keepingCapacity: true)
    verdict.action = .pass

    let hasCrisis = verdict.findings.contains { $0.entity == .topicCrisis }
    verdict.isUrgent = hasCrisis && input.direction == .inbound

    judgeContent(&verdict, &facts, links: links, input: input)

    if input.direction == .inbound {
      // A patient may write what they like; findings are listed. A gateway that forwards inbound
      // messages to unsecured places sets redact.
      verdict.reasons.removeAll(keepingCapacity: true)
      if policy.inboundAction == .pass || verdict.isUrgent {
        verdict.action = .pass
        for index in facts.indices { facts[index].isToRedact = false }
      } else if policy.inboundAction == .redact {
        for index in facts.indices {
          facts[index].isToRedact = verdict.findings[index].entity.entityClass != .topic
          if facts[index].isToRedact {
            verdict.give(verdict.findings[index].entity.entityClass == .health ? .phiHealth : .phiIdentifier, .redact,
              verdict.findings[index].entity)
          }
        }
        verdict.action = facts.contains(where: \.isToRedact) ? .redact : .pass
      } else {
        verdict.give(.phiHealth, .block)
      }
      if verdict.isUrgent { verdict.give(.crisis, .pass, .topicCrisis) }
    }

    // Monitor mode passes what content rules would stop, and never what follows.
    if input.isMonitoring, verdict.action != .pass {
      verdict.wouldBe = verdict.action
      verdict.action = .pass
      for index in facts.indices { facts[index].isToRedact = false }
    }
    if input.consentIsRevoked, input.direction == .outbound { verdict.give(.consentRevoked, .block) }
    if policy.isHalted { verdict.give(.policyHalted, .block) }
    if let expiry = policy.expiresAt, input.wallClock >= expiry { verdict.give(.policyExpired, .block) }
    if verdict.completeness != .complete { verdict.give(.scanIncomplete, .block) }

    if verdict.action == .block { verdict.wouldBe = nil }
    sortReasons(&verdict.reasons)
  }

  private func judgeContent(
    _ verdict: inout Verdict, _ facts: inout [FindingFacts], links: MessageLinks, input: PolicyInput
  ) {
    var hasHomeAddress = false
    for finding in verdict.findings where finding.entity == .streetAddress && finding.role != .practice {
      hasHomeAddress = true
    }
    for index in verdict.findings.indices {
      let finding = verdict.findings[index]
      let action = alone(
        finding, facts[index], links: links, input: input, hasHomeAddress: hasHomeAddress)
      // A practice that lets a type pass lets it pass in any spelling.
      if facts[index].isDisguised, action != .pass {
        verdict.give(.evasionDisguised, input.isProtected ? .pass : policy.disguisedAction)
      }
      switch finding.entity.entityClass {
      case .identifier where finding.entity == .encodedText:
        facts[index].isToRedact = action == .redact
        if action != .pass { verdict.give(.evasionEncoded, action) }
      case .topic:
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
    }
    guard !input.isProtected else { return }
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
    let rule = policy[finding.entity]
    if input.isProtected {
      // An encrypted channel to an encrypted device may carry health information; how staff must
      // not talk stays forbidden.
      switch finding.entity {
      case .topicLegalThreat, .topicProfanity, .topicMarketing, .topicPersonalTalk, .topicCardData: break
      default: return .pass
      }
    }
    switch finding.entity {
    case .person:
      if finding.role == .provider || finding.role == .practice { return policy.ownIdentityAction }
      return facts.wordCount >= 2 ? rule.action : inContext(rule.action, policy.firstNameAction)
    case .phoneNumber, .faxNumber, .emailAddress, .url, .streetAddress:
      return finding.role == .practice ? policy.ownIdentityAction : rule.action
    case .location, .zipCode:
      // The town of a home address goes with its street.
      return hasHomeAddress && finding.role != .practice ? max(rule.action, policy[.streetAddress].action) : rule.action
    case .medication:
      return inContext(rule.action, policy.unlinkedMedicationAction)
    case .procedure:
      let isAddressed = input.facts.addressesSomebody || input.facts.speaksOfSomebody
      return inContext(
        rule.action,
        isAddressed && !isOnlyGeneral(links, input) ? policy.addressedProcedureAction : policy.generalHealthAction)
    case .diagnosis:
      return isOnlyGeneral(links, input) || !concernsSomebody(links, input)
        ? inContext(rule.action, policy.generalHealthAction) : rule.action
    case .topicCrisis, .topicDiagnosis, .topicMentalHealth, .topicSubstanceUse, .topicReproductiveHealth, .topicHIVSTI, .topicAbuse:
      // Announced or advised in general, and about nobody in particular.
      return isOnlyGeneral(links, input) ? min(rule.action, policy.generalHealthAction) : rule.action
    default:
      return rule.action
    }
  }

  /// What context makes of a type's own rule. `redact` is the rule that context refines; `pass` and
  /// `block` are a practice's plain word, and stand.
  private func inContext(_ rule: Action, _ refined: Action) -> Action {
    rule == .redact ? refined : rule
  }

  /// Whether the message speaks to or of somebody at all.
  private func concernsSomebody(_ links: MessageLinks, _ input: PolicyInput) -> Bool {
    input.facts.addressesSomebody || input.facts.speaksOfSomebody || !links.isEmpty
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
  ///   A result is always somebody's.
  /// - A date of birth with a name.
  package func links(_ findings: [Finding], facts: MessageFacts) -> MessageLinks {
    var links = MessageLinks(rawValue: 0)
    var hasPerson = false
    var hasPointer = false
    var hasHealth = false
    var hasStatement = false
    var hasResult = false
    var hasBirthDate = false
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
        hasResult = true
      case .diagnosis, .diagnosisCode:
        hasHealth = true
        hasStatement = true
      case .medication, .procedure: hasHealth = true
      default: break
      }
    }
    if hasHealth, hasPerson || hasPointer { links.insert(.personAndHealth) }
    if hasBirthDate, hasPerson { links.insert(.birthDateWithName) }
    let isAddressed = facts.addressesSomebody || facts.speaksOfSomebody
    if hasResult || hasStatement && isAddressed && (!facts.isGeneral || facts.ownsHealth) { links.insert(.addressedHealth) }
    return links
  }
}

extension Finding {
  /// Whether it is one of the two things that linkage joins, and nobody's of the practice.
  fileprivate var isLinkable: Bool {
    guard role != .provider, role != .practice else { return false }
    switch entity {
    case .dateTime, .organization, .url: return false
    default: return entity.entityClass != .topic
    }
  }
}

extension Verdict {
  /// Adds a reason, once, and makes the action at least as strict as it asks.
  fileprivate mutating func give(_ code: ReasonCode, _ strength: Action, _ entity: EntityType? = nil) {
    action = max(action, strength)
    let severity: Severity = strength == .block ? .block : strength == .redact ? .redact : .warning
    let reason = Reason(code: code, severity: severity, entity: entity)
    if !reasons.contains(reason) { reasons.append(reason) }
  }
}
