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
  case scanIncomplete
  case consentRevoked
  case phiLinked, phiBirthDateWithName, phiTooMuch, phiRisk
  case topicForbidden
  case evasionDisguised, evasionEncoded
  case phiIdentifier, phiHealth
  case topicWarning
  case crisis

  /// The stable code, for example `phi.linked`.
  public var code: String {
    switch self {
    case .policyHalted: "policy.halted"
    case .policyExpired: "policy.expired"
    case .scanIncomplete: "scan.incomplete"
    case .consentRevoked: "consent.revoked"
    case .phiLinked: "phi.linked"
    case .phiBirthDateWithName: "phi.birth-date-with-name"
    case .phiTooMuch: "phi.too-much"
    case .phiRisk: "phi.risk"
    case .topicForbidden: "topic.forbidden"
    case .evasionDisguised: "evasion.disguised"
    case .evasionEncoded: "evasion.encoded"
    case .phiIdentifier: "phi.identifier"
    case .phiHealth: "phi.health"
    case .topicWarning: "topic.warning"
    case .crisis: "crisis"
    }
  }

  /// One sentence for people. Never holds text of a message.
  public var message: String {
    switch self {
    case .policyHalted: "the policy halts all texting"
    case .policyExpired: "the policy has expired"
    case .scanIncomplete: "the message could not be looked through completely"
    case .consentRevoked: "the patient has refused texting"
    case .phiLinked: "a person and health information in one unencrypted message"
    case .phiBirthDateWithName: "a date of birth together with a name"
    case .phiTooMuch: "too much would have to be taken out"
    case .phiRisk: "the risk is above what the policy allows"
    case .topicForbidden: "a topic that may not be texted"
    case .evasionDisguised: "something that may not be texted, written so that it is hard to recognize"
    case .evasionEncoded: "a part written in a code that a reader cannot check"
    case .phiIdentifier: "an identifier that may not be texted"
    case .phiHealth: "health information that may not be texted"
    case .topicWarning: "a topic to be careful with"
    case .crisis: "somebody may be in danger; a person should read this at once"
    }
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
  /// What the verdict would have been without monitor mode, where that differs.
  public var wouldBe: Action?

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
    wouldBe = nil
  }
}
