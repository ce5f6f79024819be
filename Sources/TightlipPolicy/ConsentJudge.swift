import TightlipCore

/// Judges whether a patient permits a message: what the envelope says and what the records say, each
/// for itself, so that the more restrictive holds.
struct ConsentJudge {
  let rules: Policy.ConsentRules

  /// What is wrong with the permission for a message.
  struct Answer {
    /// The reasons, each with whether it blocks.
    var problems = InlineArray<8, (code: ReasonCode, blocks: Bool)?>(repeating: nil)
    var count = 0
    /// Someone granted it, and nothing is wrong with that.
    var isGranted = false
    /// A grant covers marketing, by name or with everything.
    var coversMarketing = false
    /// When the first of the permissions ends.
    var endsAt: Instant?

    mutating func add(_ code: ReasonCode, blocks: Bool) {
      for index in 0..<count where problems[index]?.code == code {
        if blocks { problems[index] = (code, true) }
        return
      }
      guard count < 8 else { return }
      problems[count] = (code, blocks)
      count += 1
    }
  }

  func judge(
    _ message: borrowing Message, records: Consent?, purpose: Span<UInt8>, isTexting: Bool, now: Instant,
    practice: PracticeClock, clock: inout ZoneClock
  ) -> Answer {
    var answer = Answer()
    // Who refuses text messages and names another way has not refused that way.
    let wish = message.consent.preferredChannel.isEmpty ? records?.preferredChannel ?? [] : message.consent.preferredChannel
    let isAskedFor = !isTexting && !wish.isEmpty && wish == message.channelKind
    var isKnown = false
    if message.consent.isGiven, message.consent.status != .unknown {
      isKnown = true
      look(message.consent, purpose, isAskedFor, now, practice, &clock, &answer)
    }
    if let records, records.isGiven, records.status != .unknown {
      isKnown = true
      look(records, purpose, isAskedFor, now, practice, &clock, &answer)
    }
    if !isKnown {
      // A bare line names no recipient, and is nobody's.
      let namesSomebody = message.consent.isGiven || !message.recipientID.isEmpty
      if rules.mode == .required || namesSomebody {
        answer.add(.consentUnknown, blocks: rules.mode == .required)
      }
    }
    return answer
  }

  private func look(
    _ consent: Consent, _ purpose: Span<UInt8>, _ isAskedFor: Bool, _ now: Instant, _ practice: PracticeClock,
    _ clock: inout ZoneClock, _ answer: inout Answer
  ) {
    let isRequired = rules.mode == .required
    switch consent.status {
    case .revoked: answer.add(.consentRevoked, blocks: !isAskedFor)
    case .never: answer.add(.consentNever, blocks: isRequired)
    case .unknown: break
    case .granted:
      var isSound = true
      if let expiry = consent.expiry {
        let end = practice.end(of: expiry, &clock)
        if now >= end {
          answer.add(.consentExpired, blocks: isRequired)
          isSound = false
        } else {
          answer.endsAt = min(answer.endsAt ?? end, end)
        }
      }
      // A grant without a scope restricts nothing but what needs a permission of its own.
      if consent.hasScope, !consent.coversEverything, !Self.holds(consent.scope, purpose) {
        answer.add(.consentOutOfScope, blocks: isRequired)
        isSound = false
      }
      let lacksDisclosure = isRequired ? consent.disclosureIsAcknowledged != true : consent.disclosureIsAcknowledged == false
      if lacksDisclosure {
        answer.add(.consentNotDisclosed, blocks: isRequired)
        isSound = false
      }
      if isSound {
        answer.isGranted = true
        if consent.coversEverything || Self.holds(consent.scope, Self.marketing.span) { answer.coversMarketing = true }
      }
    }
  }

  private static let marketing = Array("marketing".utf8)

  private static func holds(_ scope: [[UInt8]], _ purpose: Span<UInt8>) -> Bool {
    for word in scope where word.count == purpose.count {
      var isSame = true
      for index in word.indices where word[index] != purpose[index] { isSame = false }
      if isSame { return true }
    }
    return false
  }
}
