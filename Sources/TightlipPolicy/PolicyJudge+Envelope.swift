import TightlipCore

/// The rules that look beyond the text: purpose, thread, device, sender, permission, hour.
extension PolicyJudge {
  /// What the healthcare limits ask of the text and its purpose.
  func judgePurpose(_ verdict: inout Verdict, _ input: PolicyInput) {
    guard policy.healthcareLimits.isOn, !input.envelope.isConfirmation else { return }
    if input.codePointCount > policy.healthcareLimits.codePoints { verdict.give(.healthcareLength, .block) }
    if !input.namesPractice || !input.namesContact { verdict.give(.healthcareContact, .block) }
    if !input.tellsOptOut { verdict.give(.healthcareOptOut, .block) }
    let isMarketing = input.envelope.isMarketing || verdict.findings.contains { $0.entity == .topicMarketing }
    if input.envelope.isBilling || isMarketing { verdict.give(.healthcarePurpose, .block) }
  }

  /// Judges a message with what its thread already holds, as if it were one message.
  func judgeThread(
    _ verdict: inout Verdict, _ links: MessageLinks, _ input: PolicyInput, _ scratch: inout PolicyScratch
  ) {
    guard policy.threads.isOn, !input.envelope.isProtected else { return }
    let before = input.history.parts
    let own = scratch.parts
    let pointsBefore = before.contains(.person) || before.contains(.pointer)
    let pointsNow = own.contains(.person) || own.contains(.pointer)
    let joinsHealth = own.contains(.health) && pointsBefore || pointsNow && before.contains(.health)
    let joinsBirth = own.contains(.birthDate) && before.contains(.person) || own.contains(.person) && before.contains(.birthDate)
    // What is linked by itself has its reason already.
    if joinsHealth && !links.contains(.personAndHealth) && policy.linkedAction != .pass
      || joinsBirth && !links.contains(.birthDateWithName) && policy.birthDateWithNameAction != .pass
    {
      verdict.give(.phiThreadLinked, .block)
    }
  }

  /// What becomes of identifiers and health information on the way to a device in the clear.
  func judgeDevice(
    _ verdict: inout Verdict, _ facts: inout [FindingFacts], links: MessageLinks, input: PolicyInput,
    _ scratch: inout PolicyScratch
  ) {
    guard !input.envelope.isProtected, verdict.action != .pass else { return }
    let isAboutPHI = verdict.reasons.contains { $0.severity > .warning && $0.code.goesWithEncryption }
    guard isAboutPHI else { return }
    if input.envelope.lacksAttestation { verdict.give(.deviceNotAttested, .pass) }
    switch policy.devices.handling {
    case .redact: break
    case .block: verdict.give(.deviceUnencrypted, .block)
    case .seal:
      // Only what might leave as it is on an encrypted way is sealed.
      let isAllPHI = verdict.reasons.allSatisfy { $0.severity == .warning || $0.code.goesWithEncryption && !staysForbidden($0) }
      guard isAllPHI else { return }
      scratch.isToSeal = true
      verdict.action = .redact
      for index in verdict.reasons.indices { verdict.reasons[index].severity = min(.redact, verdict.reasons[index].severity) }
      for index in facts.indices { facts[index].isToRedact = false }
    }
  }

  /// A topic that encryption does not make better.
  private func staysForbidden(_ reason: Reason) -> Bool {
    guard let entity = reason.entity, entity.entityClass == .topic else { return false }
    return entity.isConduct || (policy.encryptedEntities[entity] ?? .pass) != .pass
  }

  /// Sender, channel, permission, hour and clocks: what monitor mode does not lift.
  func judgeEnvelope(
    _ verdict: inout Verdict, _ consent: borrowing ConsentJudge.Answer, message: borrowing Message,
    input: PolicyInput, _ scratch: inout PolicyScratch
  ) {
    if let problem = input.envelope.senderProblem { verdict.give(problem, .block) }
    if input.envelope.channelIsForbidden { verdict.give(.channelForbidden, .block) }
    if input.envelope.isConfirmation {
      if !mayConfirm(message, input) { verdict.give(.confirmationRefused, .block) }
    } else {
      for index in 0..<consent.count {
        if let problem = consent.problems[index] { verdict.give(problem.code, problem.blocks ? .block : .pass) }
      }
    }
    if prefersAnotherChannel(message, input) {
      verdict.give(.consentPreferredChannel, policy.consent.preferredChannelAction == .block ? .block : .pass)
    }
    judgeHour(&verdict, message: message, input: input, &scratch)
    judgeCounts(&verdict, message: message, input: input, &scratch)
    judgeClock(&verdict, message: message, input: input, &scratch)
  }

  /// A confirmation of an opt-out may follow once, within five minutes (47 CFR 64.1200(a)(12)).
  private func mayConfirm(_ message: borrowing Message, _ input: PolicyInput) -> Bool {
    guard !input.history.optOutWasConfirmed else { return false }
    guard let optedOut = input.history.optedOutAt ?? message.inReplyTo.receivedAt else { return false }
    return optedOut <= input.now && input.now <= optedOut.adding(seconds: 300)
  }

  /// Whether the patient named another kind of channel than this.
  func prefersAnotherChannel(_ message: borrowing Message, _ input: PolicyInput) -> Bool {
    let preferred = preferredChannel(message, input)
    return !preferred.isEmpty && !message.channelKind.isEmpty && preferred != message.channelKind
  }

  func preferredChannel(_ message: borrowing Message, _ input: PolicyInput) -> [UInt8] {
    if !message.consent.preferredChannel.isEmpty { return message.consent.preferredChannel }
    return input.history.consent?.preferredChannel ?? []
  }

  // MARK: Time

  private func judgeHour(
    _ verdict: inout Verdict, message: borrowing Message, input: PolicyInput, _ scratch: inout PolicyScratch
  ) {
    let place = quietHours.locate(message, &scratch.zones)
    if case .invalid = place {
      verdict.give(.envelopeInvalid, .block)
      return
    }
    guard input.envelope.channelHasQuietHours, !input.envelope.isConfirmation else { return }
    switch place {
    case .unbound, .invalid: return
    case .unknown: verdict.give(.quietNoWindow, .block)
    case .zones:
      // An answer to the patient's own message disturbs nobody.
      if let received = message.inReplyTo.receivedAt, received <= input.now,
        input.now <= received.adding(seconds: quietHours.replyGrace)
      {
        return
      }
      switch quietHours.isOpen(at: input.now, scratch.zones, message.state, &scratch.clock) {
      case true?: return
      case false?:
        let opening = quietHours.nextOpening(from: input.now, scratch.zones, message.state, &scratch.clock)
        verdict.give(opening == nil ? .quietNoWindow : .quietHours, .block)
      case nil: verdict.give(.quietNoWindow, .block)
      }
    }
  }

  private func judgeCounts(
    _ verdict: inout Verdict, message: borrowing Message, input: PolicyInput, _ scratch: inout PolicyScratch
  ) {
    guard policy.healthcareLimits.isOn, !input.envelope.isConfirmation else { return }
    if !isUnderDailyLimit(at: input.now, input.history, &scratch) { verdict.give(.healthcareDailyLimit, .block) }
    if !isUnderWeeklyLimit(at: input.now, input.history) { verdict.give(.healthcareWeeklyLimit, .block) }
  }

  /// Messages that left on the same calendar day in any zone in which the recipient may be.
  private func isUnderDailyLimit(
    at time: Instant, _ history: PatientHistory, _ scratch: inout PolicyScratch
  ) -> Bool {
    var most = 0
    if scratch.zones.isEmpty {
      // Nobody knows where the patient is: any day of 24 hours.
      most = Self.count(history) { time.seconds - $0.seconds < 86_400 }
    }
    for zone in scratch.zones {
      guard let today = scratch.clock.stretch(of: zone, at: time) else { return false }
      let day = QuietHours.local(time, today.offset).day
      var count = 0
      for left in Self.left(history) {
        guard let offset = scratch.clock.stretch(of: zone, at: left)?.offset else { return false }
        if QuietHours.local(left, offset).day == day { count += 1 }
      }
      most = max(most, count)
    }
    return most < policy.healthcareLimits.perDay
  }

  private func isUnderWeeklyLimit(at time: Instant, _ history: PatientHistory) -> Bool {
    Self.count(history) { time.seconds - $0.seconds < 7 * 86_400 } < policy.healthcareLimits.perWeek
  }

  private static func left(_ history: PatientHistory) -> [Instant] {
    [history.lastLeft.0, history.lastLeft.1, history.lastLeft.2].compactMap(\.self)
  }

  private static func count(_ history: PatientHistory, _ isIn: (Instant) -> Bool) -> Int {
    left(history).count { isIn($0) }
  }

  private static let system = Array("system".utf8)

  private func judgeClock(
    _ verdict: inout Verdict, message: borrowing Message, input: PolicyInput, _ scratch: inout PolicyScratch
  ) {
    guard let minutes = policy.clocks.answerMinutes else { return }
    // An automatic answer and a confirmation are no answers, at whatever hour.
    guard !input.envelope.isConfirmation, message.senderRole != Self.system else { return }
    guard let since = input.history.waitingSince ?? message.inReplyTo.receivedAt else { return }
    let limit = Int64(minutes) * 60
    if practice.businessSeconds(from: since, to: input.now, limit: limit, &scratch.clock) > limit {
      verdict.give(.clockLate, .pass)
    }
    if !practice.isBusinessTime(input.now, &scratch.clock) { verdict.give(.clockInappropriate, .pass) }
  }

  /// The earliest instant at which nothing would block any more.
  func findRetry(
    _ verdict: inout Verdict, _ consent: borrowing ConsentJudge.Answer, message: borrowing Message,
    input: PolicyInput, _ scratch: inout PolicyScratch
  ) {
    var isBoundByHour = false
    var isBoundByCount = false
    for reason in verdict.reasons where reason.severity == .block {
      switch reason.code {
      case .quietHours: isBoundByHour = true
      case .healthcareDailyLimit, .healthcareWeeklyLimit: isBoundByCount = true
      default: return
      }
    }
    guard isBoundByHour || isBoundByCount else { return }
    let hasHours = input.envelope.channelHasQuietHours && !input.envelope.isConfirmation && !scratch.zones.isEmpty
      && policy.quietHours.application != .never
    var time = input.now
    let last = input.now.adding(seconds: 16 * 86_400)
    for _ in 0..<128 {
      var next = time
      if hasHours {
        guard let opening = quietHours.nextOpening(from: time, scratch.zones, message.state, &scratch.clock) else { return }
        next = max(next, opening)
      }
      if isBoundByCount {
        if !isUnderWeeklyLimit(at: next, input.history) {
          let oldest = Self.left(input.history).filter { next.seconds - $0.seconds < 7 * 86_400 }.min() ?? next
          next = max(next, oldest.adding(seconds: 7 * 86_400))
        }
        if !isUnderDailyLimit(at: next, input.history, &scratch) { next = nextDay(after: next, scratch.zones, &scratch) }
      }
      if next == time { break }
      time = next
      guard time <= last else { return }
    }
    if let expiresAt, expiresAt <= time { return }
    if let endsAt = consent.endsAt, endsAt <= time { return }
    verdict.retryAt = time
  }

  /// The first instant that is a new day in at least one zone; the caller asks again from there.
  private func nextDay(after time: Instant, _ zones: [Int], _ scratch: inout PolicyScratch) -> Instant {
    var earliest: Instant?
    for zone in zones {
      guard let stretch = scratch.clock.stretch(of: zone, at: time) else { continue }
      let local = QuietHours.local(time, stretch.offset)
      // Where the clock changes before, it is asked again from there.
      let next = min(time.adding(seconds: 86_400 - local.second), stretch.end)
      earliest = min(earliest ?? next, next)
    }
    return earliest ?? time.adding(seconds: 3600)
  }

  // MARK: What to offer

  func chooseReplacement(
    _ verdict: inout Verdict, message: borrowing Message, input: PolicyInput, _ scratch: inout PolicyScratch
  ) {
    if input.direction == .inbound {
      guard verdict.action != .block else { return }
      if verdict.intent?.kind == .help {
        if !policy.helpText.isEmpty { verdict.replacement = .help }
      } else if verdict.intent == nil, !policy.clocks.automaticReply.isEmpty, !verdict.isUrgent,
        !practice.isBusinessTime(input.now, &scratch.clock)
      {
        verdict.replacement = .automaticReply
      }
      return
    }
    guard let first = verdict.reasons.first else { return }
    guard verdict.action == .block else {
      if verdict.reasons.contains(where: { $0.code == .consentPreferredChannel }) { verdict.replacement = .preferredChannel }
      return
    }
    if first.code == .consentRevoked || first.code == .consentPreferredChannel {
      if prefersAnotherChannel(message, input) || first.code == .consentRevoked && !preferredChannel(message, input).isEmpty {
        verdict.replacement = .preferredChannel
      }
      return
    }
    // Where texting as such may not be, no text may replace it, whatever the first reason is.
    let isHopeless = verdict.reasons.contains { $0.severity == .block && !$0.code.allowsReplacement }
    guard first.code.allowsReplacement, !isHopeless else { return }
    for (index, text) in policy.insteadByReason.enumerated() where text.reason == first.code {
      verdict.replacement = .approved(index + 1)
      return
    }
    if !policy.insteadText.isEmpty { verdict.replacement = .approved(0) }
  }
}

extension ReasonCode {
  /// Whether the reason lies in findings of the message.
  var isAboutContent: Bool {
    switch self {
    case .phiLinked, .phiBirthDateWithName, .phiTooMuch, .phiRisk, .topicForbidden, .phiIdentifier, .phiHealth,
      .senderExceeds, .purposeExceeds, .deviceUnencrypted:
      true
    default: false
    }
  }

  /// Whether the reason would not stand on an encrypted channel to an encrypted device.
  var goesWithEncryption: Bool {
    switch self {
    case .phiLinked, .phiBirthDateWithName, .phiThreadLinked, .phiTooMuch, .phiRisk, .topicForbidden, .phiIdentifier,
      .phiHealth, .topicWarning:
      true
    default: false
    }
  }
}
