/// What may happen to a message.
public enum Action: UInt8, Sendable, Comparable, CaseIterable {
  /// It may leave as it is.
  case pass
  /// It may leave with its findings taken out.
  case redact
  /// It may not leave.
  case block

  /// Order by strictness.
  public static func < (left: Action, right: Action) -> Bool { left.rawValue < right.rawValue }

  /// The name used in verdicts, policies and corpora.
  public var name: String {
    switch self {
    case .pass: "pass"
    case .redact: "redact"
    case .block: "block"
    }
  }

  /// The action with the given name, or nil.
  public init?(name: some StringProtocol) {
    switch name {
    case "pass": self = .pass
    case "redact": self = .redact
    case "block": self = .block
    default: return nil
    }
  }
}

/// How much a reason weighs.
public enum Severity: UInt8, Sendable, Comparable, CaseIterable {
  /// Worth knowing; the message may still leave.
  case warning
  /// Something had to be taken out.
  case redact
  /// The message may not leave.
  case block

  /// Order by weight.
  public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

  /// The name used in verdicts.
  public var name: String {
    switch self {
    case .warning: "warning"
    case .redact: "redact"
    case .block: "block"
    }
  }
}

/// Why a message may or may not leave. Every code is listed, with its meaning, in the table of
/// reason codes; the declaration order is the order in which reasons of one severity are given.
public enum ReasonCode: UInt8, Sendable, CaseIterable {
  case policyHalted, policyExpired
  case scanIncomplete, envelopeInvalid, recordsUnavailable
  case consentRevoked, consentNever, consentUnknown
  case consentExpired, consentOutOfScope, consentNotDisclosed, confirmationRefused
  case senderMissing, senderUnknown, senderUnknownRole, senderMismatch, senderPurpose
  case channelForbidden
  case sealNoKey, deviceUnencrypted, deviceNotAttested
  case quietHours, quietNoWindow
  case healthcareLength, healthcareDailyLimit, healthcareWeeklyLimit
  case healthcareContact, healthcareOptOut, healthcarePurpose
  case phiLinked, phiBirthDateWithName, phiThreadLinked
  case phiTooMuch, phiRisk
  case topicForbidden
  case senderExceeds, purposeExceeds
  case evasionDisguised, evasionEncoded
  case phiIdentifier, phiHealth
  case consentPreferredChannel, topicWarning
  case clockLate, clockInappropriate
  case optOutDoubtful, optOutUnrecorded
  case crisis

  /// The stable code, for example `phi.linked`.
  public var code: String {
    switch self {
    case .policyHalted: "policy.halted"
    case .policyExpired: "policy.expired"
    case .scanIncomplete: "scan.incomplete"
    case .envelopeInvalid: "envelope.invalid"
    case .recordsUnavailable: "records.unavailable"
    case .consentRevoked: "consent.revoked"
    case .consentNever: "consent.never"
    case .consentUnknown: "consent.unknown"
    case .consentExpired: "consent.expired"
    case .consentOutOfScope: "consent.out-of-scope"
    case .consentNotDisclosed: "consent.not-disclosed"
    case .confirmationRefused: "confirmation.refused"
    case .senderMissing: "sender.missing"
    case .senderUnknown: "sender.unknown"
    case .senderUnknownRole: "sender.unknown-role"
    case .senderMismatch: "sender.mismatch"
    case .senderPurpose: "sender.purpose"
    case .channelForbidden: "channel.forbidden"
    case .sealNoKey: "seal.no-key"
    case .deviceUnencrypted: "device.unencrypted"
    case .deviceNotAttested: "device.not-attested"
    case .quietHours: "quiet.hours"
    case .quietNoWindow: "quiet.no-window"
    case .healthcareLength: "healthcare.length"
    case .healthcareDailyLimit: "healthcare.daily-limit"
    case .healthcareWeeklyLimit: "healthcare.weekly-limit"
    case .healthcareContact: "healthcare.contact"
    case .healthcareOptOut: "healthcare.opt-out"
    case .healthcarePurpose: "healthcare.purpose"
    case .phiLinked: "phi.linked"
    case .phiBirthDateWithName: "phi.birth-date-with-name"
    case .phiThreadLinked: "phi.thread-linked"
    case .phiTooMuch: "phi.too-much"
    case .phiRisk: "phi.risk"
    case .topicForbidden: "topic.forbidden"
    case .senderExceeds: "sender.exceeds"
    case .purposeExceeds: "purpose.exceeds"
    case .evasionDisguised: "evasion.disguised"
    case .evasionEncoded: "evasion.encoded"
    case .phiIdentifier: "phi.identifier"
    case .phiHealth: "phi.health"
    case .consentPreferredChannel: "consent.preferred-channel"
    case .topicWarning: "topic.warning"
    case .clockLate: "clock.late"
    case .clockInappropriate: "clock.inappropriate"
    case .optOutDoubtful: "opt-out.doubtful"
    case .optOutUnrecorded: "opt-out.unrecorded"
    case .crisis: "crisis"
    }
  }

  /// One sentence for people. Never holds text of a message.
  public var message: String {
    switch self {
    case .policyHalted: "texting is halted"
    case .policyExpired: "the policy has expired"
    case .scanIncomplete: "the message could not be looked through completely"
    case .envelopeInvalid: "the envelope names a time zone that does not exist"
    case .recordsUnavailable: "the practice's records could not be read or written"
    case .consentRevoked: "the patient has refused texting"
    case .consentNever: "the patient was never asked for permission"
    case .consentUnknown: "nobody knows whether the patient permits texting"
    case .consentExpired: "the patient's permission has expired"
    case .consentOutOfScope: "the patient's permission does not cover this purpose"
    case .consentNotDisclosed: "the patient has not acknowledged the risks of texting"
    case .confirmationRefused: "an opt-out may be confirmed once, and within five minutes"
    case .senderMissing: "nobody is named as the sender"
    case .senderUnknown: "the sender is not listed under this role"
    case .senderUnknownRole: "the sender has a role that the policy does not know"
    case .senderMismatch: "the sender is listed under another role"
    case .senderPurpose: "this role may not send messages for this purpose"
    case .channelForbidden: "this kind of channel may not be used"
    case .sealNoKey: "there is no key to seal the message to the recipient"
    case .deviceUnencrypted: "health information or an identifier on a channel or device that is not encrypted"
    case .deviceNotAttested: "nobody attested lately that the device is encrypted"
    case .quietHours: "it is too early or too late where the patient may be"
    case .quietNoWindow: "there is no hour that is right in every place where the patient may be"
    case .healthcareLength: "longer than a healthcare message may be"
    case .healthcareDailyLimit: "the patient has had the healthcare messages of this day"
    case .healthcareWeeklyLimit: "the patient has had the healthcare messages of this week"
    case .healthcareContact: "a healthcare message must name the practice and a telephone number or site"
    case .healthcareOptOut: "a healthcare message must say how to opt out"
    case .healthcarePurpose: "a healthcare message may hold neither billing nor marketing"
    case .phiLinked: "a person and health information in one unencrypted message"
    case .phiBirthDateWithName: "a date of birth together with a name"
    case .phiThreadLinked: "together with earlier messages of the thread, a person and health information"
    case .phiTooMuch: "too much would have to be taken out"
    case .phiRisk: "the risk is above what the policy allows"
    case .topicForbidden: "a topic that may not be texted"
    case .senderExceeds: "more than this role may send"
    case .purposeExceeds: "more than a message of this purpose may hold"
    case .evasionDisguised: "something that may not be texted, written so that it is hard to recognize"
    case .evasionEncoded: "a part written in a code that a reader cannot check"
    case .phiIdentifier: "an identifier that may not be texted"
    case .phiHealth: "health information that may not be texted"
    case .consentPreferredChannel: "the patient would rather be reached another way"
    case .topicWarning: "a topic to be careful with"
    case .clockLate: "the patient has waited for an answer longer than the policy allows"
    case .clockInappropriate: "an answer outside the hours in which the practice answers"
    case .optOutDoubtful: "the patient may want no more messages; a person should read this"
    case .optOutUnrecorded: "the patient's wish could not be recorded, since nobody is named as the sender; a person should record it"
    case .crisis: "somebody may be in danger; a person should read this at once"
    }
  }

  /// The reason with the given code, or nil.
  public init?(code: some StringProtocol) {
    guard let found = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = found
  }
}

/// One reason of a verdict.
public struct Reason: Hashable, Sendable {
  /// Which one.
  public var code: ReasonCode
  /// How much it weighs.
  public var severity: Severity
  /// The entity or topic it is about, where there is one.
  public var entity: EntityType?

  /// A reason.
  public init(code: ReasonCode, severity: Severity, entity: EntityType? = nil) {
    self.code = code
    self.severity = severity
    self.entity = entity
  }
}

/// One part of a risk: what it comes from, and how many thousandths it adds.
public struct RiskContribution: Hashable, Sendable {
  /// Where a part of a risk comes from.
  public enum Source: Hashable, Sendable {
    /// One finding, by its position in the verdict's list.
    case finding(Int)
    /// A person and health information in one message.
    case linkage
    /// A date of birth together with a name.
    case birthDateWithName
    /// The message addresses one person about a diagnosis or result.
    case addressedHealth
  }

  /// What it comes from.
  public var source: Source
  /// What it adds; all contributions of a message sum to its risk.
  public var thousandths: Int

  /// A contribution.
  public init(source: Source, thousandths: Int) {
    self.source = source
    self.thousandths = thousandths
  }
}

/// The answer to one message.
///
/// "Looked and found nothing" is `completeness == .complete` with no findings. "Did not look" can
/// not be written down as a pass: ``Scanner`` gives every other completeness a blocking reason.
public struct Verdict: Sendable {
  /// How far the scan came.
  public enum Completeness: UInt8, Sendable {
    /// Nothing was looked at yet; the state in which every verdict begins.
    case notScanned
    /// A limit was hit before the end.
    case limitHit
    /// Every stage ran to its end.
    case complete
  }

  /// What may happen to the message.
  public var action: Action = .block
  /// How far the scan came. Only a complete one can pass.
  public var completeness: Completeness = .notScanned
  /// 0…1000: how bad it would be to send this in the clear.
  public var riskThousandths = 0
  /// What the risk is made of; sums to ``riskThousandths``.
  public var contributions: [RiskContribution] = []
  /// Everything found, in order of position.
  public var findings: [Finding] = []
  /// Why, the weightiest first.
  public var reasons: [Reason] = []
  /// What may leave on `pass` (the original) or `redact`; empty on `block`.
  public var text: [UInt8] = []
  /// A person should read this at once (`crisis`).
  public var isUrgent = false
  /// A person should read this soon (an opt-out that is not certain).
  public var needsReview = false
  /// What the verdict would have been without monitor mode, where that differs.
  public var wouldBe: Action?
  /// The earliest time at which nothing would block any more; only where every reason that blocks is
  /// one of time.
  public var retryAt: Instant?
  /// What an inbound message says about being texted at all.
  public var intent: MessageIntent?
  /// What may be offered to the sender; see ``Replacement``.
  public var replacement: Replacement = .none
  /// The original, sealed to the recipient, in base64; empty where nothing was sealed.
  public var sealed: [UInt8] = []
  /// Where asked for: findings that would have to go, by their positions, for the message to pass.
  /// Nil where that would not be enough.
  public var counterfactual: [Int]?

  /// A verdict that blocks, because nothing has been looked at.
  public init() {}

  /// Back to the blocking state, keeping storage for the next message.
  public mutating func reset() {
    action = .block
    completeness = .notScanned
    riskThousandths = 0
    contributions.removeAll(keepingCapacity: true)
    findings.removeAll(keepingCapacity: true)
    reasons.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    isUrgent = false
    needsReview = false
    wouldBe = nil
    retryAt = nil
    intent = nil
    replacement = .none
    if !sealed.isEmpty { sealed.removeAll(keepingCapacity: true) }
    counterfactual = nil
  }
}
