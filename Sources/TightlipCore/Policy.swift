/// How a finding is taken out of a text.
public enum RedactionOperator: Hashable, Sendable {
  /// `[PERSON]`: the entity type in brackets.
  case tag
  /// Every letter and digit becomes `*`.
  case mask
  /// A fixed text, ASCII.
  case fixed(String)
  /// `[PERSON:1f0c9a2b]`: the beginning of a keyed hash (HMAC-SHA-256), so that equal values stay
  /// recognizable to those who hold the key, and to nobody else.
  case hash
  /// Less exact: a date becomes its year, a ZIP code its first three digits (000 where fewer than
  /// 20,000 people live there; 45 CFR 164.514(b)(2)(i)(B)), an age above 89 "90+".
  case generalize
  /// The last four letters and digits stay, the rest is masked.
  case partial
}

/// What a practice decided: which findings may be texted, and what happens to the others.
///
/// Read from one YAML file; ``shippedDefault`` applies where none is named.
public struct Policy: Sendable, Equatable {
  /// What happens to findings of one entity type.
  public struct EntityRule: Hashable, Sendable {
    /// Alone in a message, on an unencrypted channel.
    public var action: Action
    /// How it is taken out.
    public var redaction: RedactionOperator

    /// A rule.
    public init(action: Action, redaction: RedactionOperator = .tag) {
      self.action = action
      self.redaction = redaction
    }
  }

  /// The name, for people.
  public var name = "default"
  /// The version, for people.
  public var version = "1"
  /// Blocks everything.
  public var isHalted = false
  /// Which messages a halt stops.
  public var haltDirections: Directions = .both
  /// While a file stands here, texting is halted; an absolute path, or nil.
  public var haltFile: String?
  /// From here on everything is blocked; nil for never.
  public var expiry: Expiry?
  /// Passes what content and purpose rules would stop, and says so.
  public var isMonitoring = false
  /// Findings below this score are not reported.
  public var threshold = Score(0.5)
  /// What happens to inbound messages, whatever is found.
  public var inboundAction: Action = .pass
  /// The answer to HELP; empty for none.
  public var helpText = ""
  /// By ``EntityType/rawValue``.
  public var entities: [EntityRule]
  /// What happens to an entity or topic where channel and device are encrypted, where that differs
  /// from passing it; how staff must not talk follows ``entities``.
  public var encryptedEntities: [EntityType: Action] = [:]
  /// What happens to a single first name, or a title with a surname, of a patient.
  public var firstNameAction: Action = .pass
  /// What happens to names of providers and to the practice's own number, address and site.
  public var ownIdentityAction: Action = .pass
  /// What happens to a health term in general information addressed to nobody.
  public var generalHealthAction: Action = .pass
  /// From this score on a diagnosis or procedure concerns the recipient, though the message says neither "you" nor
  /// "her": "The rash is scabies."
  public var certainHealthScore = Score(0.95)
  /// What happens to a medication, addressed or not, in a message that names nobody.
  public var unlinkedMedicationAction: Action = .redact
  /// What happens to a procedure in a message that says "your" and names nobody.
  public var addressedProcedureAction: Action = .redact
  /// A person and health information in one message.
  public var linkedAction: Action = .block
  /// "You" or "your" with a diagnosis or a result.
  public var addressedHealthAction: Action = .block
  /// A date of birth together with a name.
  public var birthDateWithNameAction: Action = .block
  /// What may not be texted and is written so that it is hard to recognize: hidden, spelt out, turned
  /// round, encoded. Nobody writes so by accident, so the message waits for a person.
  public var disguisedAction: Action = .block
  /// More than this many things to take out: block.
  public var maximumRedactions = 3
  /// More than this share of the letters and digits to take out: block. In percent.
  public var maximumRedactedPercent = 70
  /// From this risk on, a message is blocked whatever the other rules say.
  public var maximumRisk = Score(1)
  /// The practice's own names, phones, addresses, sites: no finding.
  public var practiceIdentity: [String] = []
  /// The practice's IANA time zone; nil for UTC.
  public var practiceTimeZone: String?
  /// The practice's own names, and its telephones and sites, apart, for the healthcare limits.
  public var practiceNames: [String] = []
  /// See ``practiceNames``.
  public var practiceContacts: [String] = []
  /// Who may send.
  public var senders = SenderRules()
  /// For what messages are written.
  public var purposes: [Purpose] = Purpose.shipped
  /// By what they are sent.
  public var channels: [Channel] = Channel.shipped
  /// What may reach which device.
  public var devices = DeviceRules()
  /// When.
  public var quietHours = QuietHours()
  /// How soon a patient must be answered.
  public var clocks = ResponseClocks()
  /// With whose permission.
  public var consent = ConsentRules()
  /// Limits on messages that are sent without it.
  public var healthcareLimits = HealthcareLimits()
  /// What is remembered of a thread.
  public var threads = ThreadRules()
  /// What lines mode prints for a blocked line.
  public var blockMarker = "[MESSAGE BLOCKED]"
  /// The channel and text offered instead of a blocked message.
  public var insteadChannel = "phone"
  /// See ``insteadChannel``; empty for no offer.
  public var insteadText = "Please call our office when you have a moment."
  /// Texts for reasons of their own.
  public var insteadByReason: [ApprovedText] = []

  /// The instant from which on everything is blocked, in seconds since 1970; nil for never, or where
  /// the policy says a day, whose end depends on the practice's time zone.
  public var expiresAt: Int64? {
    get { if case .instant(let instant)? = expiry { instant.seconds } else { nil } }
    set { expiry = newValue.map { .instant(Instant(seconds: $0)) } }
  }

  /// The rule of a type.
  public subscript(entity: EntityType) -> EntityRule {
    get { entities[Int(entity.rawValue)] }
    set { entities[Int(entity.rawValue)] = newValue }
  }

  /// The policy for unencrypted text messages that applies where none is named.
  public static let shippedDefault = Policy()

  /// The shipped default.
  public init() {
    entities = EntityType.allCases.map { entity in
      switch entity {
      case .dateTime, .location, .organization, .url, .zipCode: EntityRule(action: .pass)
      case .topicPersonalTalk: EntityRule(action: .pass)
      // What is dangerous about card data is the numbers, which are identifiers of their own.
      case .topicCardData: EntityRule(action: .pass)
      default:
        entity.entityClass == .topic ? EntityRule(action: .block) : EntityRule(action: .redact)
      }
    }
  }
}
