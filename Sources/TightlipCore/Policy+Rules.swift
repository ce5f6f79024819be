extension Policy {
  /// Which messages a halt stops.
  public enum Directions: UInt8, Sendable, CaseIterable {
    case both, outbound, inbound

    /// The name used in policies.
    public var name: String {
      switch self {
      case .both: "both"
      case .outbound: "outbound"
      case .inbound: "inbound"
      }
    }

    /// Whether it includes a direction.
    public func contains(_ direction: Direction) -> Bool {
      self == .both || (self == .inbound) == (direction == .inbound)
    }
  }

  /// A role in the practice, and what it may send.
  public struct Role: Hashable, Sendable {
    /// The word that gateways use.
    public var name: String
    /// The people who have it; empty: whoever the gateway says.
    public var ids: [String] = []
    /// For what it may write; nil for everything.
    public var purposes: [String]?
    /// The entities and topics it may send, as far as the other rules let them through.
    public var carries: EntitySet = .all

    /// A role that may send what the other rules let through.
    public init(_ name: String) { self.name = name }
  }

  /// Who may send.
  public struct SenderRules: Hashable, Sendable {
    /// Whether a message must say who sends it.
    public var isRequired = false
    /// The roles that are known.
    public var roles: [Role] = shippedRoles.map { Role($0) }
    /// For what a message that names no sender may be written.
    public var unspecifiedPurposes: [String] = [
      "appointment-confirmation", "appointment-reminder", "directions", "call-us", "opt-out-confirmation", "other",
    ]

    /// The shipped default.
    public init() {}

    /// The words of usual practices. A gateway that uses others lists them in its policy.
    public static let shippedRoles = [
      "physician", "doctor", "provider", "nurse-practitioner", "physician-assistant", "nurse",
      "medical-assistant", "pharmacist", "therapist", "dentist", "hygienist", "clinician",
      "care-coordinator", "front-desk", "receptionist", "scheduler", "billing", "manager",
      "compliance", "staff", "system",
    ]
  }

  /// For what a message is written, and what such a message may hold.
  public struct Purpose: Hashable, Sendable {
    /// The word that gateways use.
    public var name: String
    /// What it may hold, as far as the other rules let it through. Topics are not looked at here.
    public var carries: EntitySet

    /// A purpose.
    public init(_ name: String, carries: EntitySet = .all) {
      self.name = name
      self.carries = carries
    }

    /// The shipped purposes.
    public static let shipped: [Purpose] = {
      let appointment: [EntityType] = [
        .person, .dateTime, .location, .streetAddress, .zipCode, .organization, .phoneNumber, .emailAddress, .url,
      ]
      return [
        Purpose("appointment-confirmation", carries: EntitySet(appointment)),
        Purpose("appointment-reminder", carries: EntitySet(appointment)),
        Purpose("directions", carries: EntitySet(appointment)),
        Purpose("call-us", carries: EntitySet(appointment)),
        Purpose("form-request", carries: EntitySet(appointment)),
        Purpose("instructions", carries: EntitySet(appointment + [.medication, .procedure, .deviceID])),
        Purpose("refill-ready", carries: EntitySet(appointment + [.medication])),
        Purpose("billing", carries: EntitySet(appointment + [.accountNumber, .otherID])),
        Purpose("survey", carries: EntitySet(appointment)),
        Purpose("marketing", carries: EntitySet(appointment + [.procedure])),
        Purpose("opt-out-confirmation", carries: EntitySet([.organization, .phoneNumber, .url])),
        Purpose("other"),
      ]
    }()
  }

  /// A kind of channel.
  public struct Channel: Hashable, Sendable {
    /// The word that gateways use.
    public var name: String
    /// `pass`: it may be used; `block`: nothing may leave by it.
    public var action: Action = .pass
    /// Whether quiet hours bind it.
    public var hasQuietHours: Bool
    /// What happens to an entity or topic here, where that differs.
    public var entities: [EntityType: Action] = [:]

    /// A kind of channel that may be used.
    public init(_ name: String, hasQuietHours: Bool) {
      self.name = name
      self.hasQuietHours = hasQuietHours
    }

    /// The shipped kinds. A kind that is not listed counts as an unencrypted text message.
    public static let shipped: [Channel] = [
      Channel("sms", hasQuietHours: true), Channel("mms", hasQuietHours: true), Channel("rcs", hasQuietHours: true),
      Channel("voice", hasQuietHours: true), Channel("phone", hasQuietHours: true),
      Channel("email", hasQuietHours: false), Channel("portal", hasQuietHours: false),
      Channel("app", hasQuietHours: false), Channel("chat", hasQuietHours: false), Channel("fax", hasQuietHours: false),
    ]
  }

  /// What happens to health information and identifiers where channel or device are not encrypted.
  public struct DeviceRules: Hashable, Sendable {
    /// What becomes of a message that may not leave as it is.
    public enum Handling: UInt8, Sendable, CaseIterable {
      /// As the rules for each entity say.
      case redact
      /// It is blocked.
      case block
      /// It is sealed to the recipient's key, and a notice leaves instead.
      case seal

      /// The name used in policies.
      public var name: String {
        switch self {
        case .redact: "redact"
        case .block: "block"
        case .seal: "seal"
        }
      }
    }

    /// See ``Handling``.
    public var handling: Handling = .redact
    /// A device counts as encrypted only so many days after that was attested; nil: no attestation asked.
    public var attestationDays: Int?
    /// The text that leaves in place of a sealed message.
    public var notice = "You have a secure message from our office. Open it in your secure message app."

    /// The shipped default.
    public init() {}
  }

  /// When messages may be sent, in the recipient's time.
  public struct QuietHours: Hashable, Sendable {
    /// For which messages they hold.
    public enum Application: UInt8, Sendable, CaseIterable {
      /// For those whose envelope names a zone, zones or a state.
      case whenKnown
      /// For all.
      case always
      /// For none.
      case never

      /// The name used in policies.
      public var name: String {
        switch self {
        case .whenKnown: "whenKnown"
        case .always: "always"
        case .never: "never"
        }
      }
    }

    /// See ``Application``.
    public var application: Application = .whenKnown
    /// Sending is allowed from this minute of the day on.
    public var earliestMinute = 8 * 60
    /// From this minute of the day on it is quiet.
    public var latestMinute = 21 * 60
    /// Whether the windows of states narrow these hours.
    public var usesStateWindows = true
    /// The zones for a recipient of whom no zone and no state is known.
    public var fallbackTimeZones: [String] = []
    /// Minutes after a patient's own message in which an answer is no disturbance.
    public var replyGraceMinutes = 30

    /// The shipped default.
    public init() {}
  }

  /// How soon a patient must be answered. Late is a warning, never a block.
  public struct ResponseClocks: Hashable, Sendable {
    /// Minutes of business time that a patient may wait; nil: no clock runs.
    public var answerMinutes: Int?
    /// For each weekday, Monday first, the minutes of the day from which and up to which the practice
    /// answers; nil where it does not.
    public var businessHours: [ClosedMinutes?] = [
      ClosedMinutes(480, 1020), ClosedMinutes(480, 1020), ClosedMinutes(480, 1020), ClosedMinutes(480, 1020),
      ClosedMinutes(480, 1020), nil, nil,
    ]
    /// Days without business hours.
    public var holidays: [CalendarDay] = []
    /// What to answer a message that comes outside business hours; empty for nothing.
    public var automaticReply = ""

    /// The shipped default: no clock.
    public init() {}
  }

  /// Minutes of a day, from one up to and not including another.
  public struct ClosedMinutes: Hashable, Sendable {
    public var start: Int
    public var end: Int

    /// From `start` up to, and not including, `end`.
    public init(_ start: Int, _ end: Int) {
      self.start = start
      self.end = end
    }
  }

  /// Whose permission a message needs.
  public struct ConsentRules: Hashable, Sendable {
    /// How much must be known.
    public enum Mode: UInt8, Sendable, CaseIterable {
      /// A refusal blocks; what is not known is a warning.
      case whenKnown
      /// Without a permission that covers the message nothing leaves.
      case required

      /// The name used in policies.
      public var name: String { self == .whenKnown ? "whenKnown" : "required" }
    }

    /// See ``Mode``.
    public var mode: Mode = .whenKnown
    /// What happens where the patient prefers another channel: `pass` warns.
    public var preferredChannelAction: Action = .pass

    /// The shipped default.
    public init() {}
  }

  /// The limits under which the FCC exempts free healthcare messages from prior consent (47 CFR
  /// 64.1200(a)(9)(iv)).
  public struct HealthcareLimits: Hashable, Sendable {
    /// Whether they are switched on.
    public var isOn = false
    /// The longest message, in code points.
    public var codePoints = 160
    /// Messages to one patient in a calendar day of theirs.
    public var perDay = 1
    /// Messages to one patient in any seven days.
    public var perWeek = 3

    /// The shipped default: off.
    public init() {}
  }

  /// Whether earlier messages of a thread are judged with the new one.
  public struct ThreadRules: Hashable, Sendable {
    /// Whether anything is remembered.
    public var isOn = false
    /// How long.
    public var hours = 24
    /// The most messages of one thread.
    public var messages = 64
    /// The most threads.
    public var threads = 100_000

    /// The shipped default: off.
    public init() {}
  }

  /// An approved text and channel to offer in place of a blocked message.
  public struct ApprovedText: Hashable, Sendable {
    /// The reason it is for; nil: all that have none of their own.
    public var reason: ReasonCode?
    /// The channel.
    public var channel: String
    /// The text; empty for the channel alone.
    public var text: String

    /// An approved text.
    public init(reason: ReasonCode?, channel: String, text: String) {
      self.reason = reason
      self.channel = channel
      self.text = text
    }
  }

  /// The approved texts by number: first the general one, then those for a reason of their own.
  public var replacements: [ApprovedText] {
    [ApprovedText(reason: nil, channel: insteadChannel, text: insteadText)] + insteadByReason
  }
}

extension EntityType {
  /// How staff must not talk, wherever they do: encryption makes it no better.
  public var isConduct: Bool {
    switch self {
    case .topicLegalThreat, .topicProfanity, .topicMarketing, .topicPersonalTalk, .topicCardData: true
    default: false
    }
  }
}

extension ReasonCode {
  /// Whether another text may be offered where this is the first reason: not where the message itself
  /// was not the problem, and nothing may be sent.
  public var allowsReplacement: Bool {
    switch self {
    case .policyHalted, .policyExpired, .scanIncomplete, .envelopeInvalid, .recordsUnavailable, .consentRevoked,
      .senderMissing, .senderUnknown, .senderUnknownRole, .senderMismatch, .confirmationRefused, .quietHours, .quietNoWindow, .healthcareDailyLimit, .healthcareWeeklyLimit,
      .consentPreferredChannel, .topicWarning, .clockLate, .clockInappropriate, .optOutDoubtful, .optOutUnrecorded, .crisis:
      false
    default: true
    }
  }
}
