/// What an inbound message says about being texted at all.
public struct MessageIntent: Hashable, Sendable {
  /// What the patient wants.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// No more messages.
    case optOut
    /// Perhaps no more messages: a person should read it.
    case optOutDoubtful
    /// Messages again.
    case optIn
    /// To know who writes and how to stop it.
    case help
    /// Nothing; a word of thanks, which asks for no answer.
    case thanks

    /// The name used in verdicts and in the pack.
    public var name: String {
      switch self {
      case .optOut: "opt-out"
      case .optOutDoubtful: "opt-out-doubtful"
      case .optIn: "opt-in"
      case .help: "help"
      case .thanks: "thanks"
      }
    }

    /// The kind with the given name, or nil.
    public init?(name: some StringProtocol) {
      guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
      self = kind
    }
  }

  /// What the patient wants.
  public var kind: Kind
  /// The words that say so, in the original text.
  public var evidence: ByteRange
  /// The rule that recognized it, by its position in the filter's list of intent rules.
  public var rule: UInt16
  /// Whether the practice's records were changed by it.
  public var isRecorded = false

  /// An intent.
  public init(kind: Kind, evidence: ByteRange, rule: UInt16) {
    self.kind = kind
    self.evidence = evidence
    self.rule = rule
  }
}

/// What a verdict offers in place of the message, or as an answer to it.
public enum Replacement: Hashable, Sendable {
  /// Nothing.
  case none
  /// The approved channel and text with this number in ``Policy/replacements``.
  case approved(Int)
  /// No text: the channel the patient prefers, as the envelope or the records name it.
  case preferredChannel
  /// The answer to HELP.
  case help
  /// The answer outside business hours.
  case automaticReply
}

/// Seals messages so that only their recipient can read them.
public protocol MessageSealer: Sendable {
  /// The text sealed to a recipient, in base64; nil where there is no key for them.
  func seal(_ text: Span<UInt8>, recipient: Span<UInt8>) -> [UInt8]?
}
