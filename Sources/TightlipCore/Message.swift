/// Which way a message goes.
public enum Direction: UInt8, Sendable {
  /// From the practice to a patient; what an absent direction means.
  case outbound
  /// From a patient to the practice.
  case inbound

  /// The name used in requests.
  public var name: String { self == .outbound ? "outbound" : "inbound" }
}

/// What the gateway knows about the patient. Found in any form in the text; never stored.
public struct KnownPatient: Sendable {
  /// Full names, UTF-8.
  public var names: [[UInt8]] = []
  /// Date of birth as `YYYY-MM-DD`, UTF-8; empty when not known.
  public var dateOfBirth: [UInt8] = []
  /// Record numbers, member numbers and the like, UTF-8.
  public var identifiers: [[UInt8]] = []

  /// Nothing known.
  public init() {}

  /// Whether the gateway told nothing.
  public var isEmpty: Bool { names.isEmpty && dateOfBirth.isEmpty && identifiers.isEmpty }
}

/// The message that another one answers.
public struct RepliedMessage: Sendable, Equatable {
  /// Whether the gateway named one.
  public var isGiven = false
  /// Its id, UTF-8; empty when absent.
  public var id: [UInt8] = []
  /// When it came in; nil when absent.
  public var receivedAt: Instant?

  /// None.
  public init() {}

  /// Back to none, keeping storage.
  public mutating func reset() {
    isGiven = false
    id.removeAll(keepingCapacity: true)
    receivedAt = nil
  }
}

/// One message with its envelope, as the gateway handed it over. Reused between messages.
public struct Message: Sendable {
  /// The text, UTF-8. Not yet validated when it comes from lines mode.
  public var text: [UInt8] = []
  /// The request's `id` as raw JSON, echoed in the verdict; empty when absent.
  public var identifierJSON: [UInt8] = []
  /// Which way it goes.
  public var direction: Direction = .outbound
  /// The sender's role, UTF-8; empty when absent.
  public var senderRole: [UInt8] = []
  /// The sender's id, UTF-8; empty when absent.
  public var senderID: [UInt8] = []
  /// The recipient's id, UTF-8; empty when absent.
  public var recipientID: [UInt8] = []
  /// The recipient's IANA time zone, UTF-8; empty when absent.
  public var timeZone: [UInt8] = []
  /// The zones the recipient may be in, where the one is not known.
  public var timeZones: [[UInt8]] = []
  /// The recipient's state; nil when absent.
  public var state: USState?
  /// What the gateway knows of the recipient's permission.
  public var consent = Consent()
  /// What is known of the patient.
  public var known = KnownPatient()
  /// The purpose, UTF-8; empty when absent.
  public var purpose: [UInt8] = []
  /// The kind of channel ("sms"), UTF-8; empty when absent.
  public var channelKind: [UInt8] = []
  /// Whether the channel is encrypted end to end. Absent means no.
  public var channelIsEncrypted = false
  /// Whether the recipient's device is encrypted. Absent means no.
  public var deviceIsEncrypted = false
  /// When the device was last attested to be encrypted; nil when absent.
  public var deviceAttestedAt: Instant?
  /// The thread, UTF-8; empty when absent.
  public var thread: [UInt8] = []
  /// When the message is sent; nil when absent.
  public var sentAt: Instant?
  /// The message that this one answers.
  public var inReplyTo = RepliedMessage()

  /// An empty outbound message.
  public init() {}

  /// Back to an empty outbound message, keeping storage for the next.
  public mutating func reset() {
    text.removeAll(keepingCapacity: true)
    identifierJSON.removeAll(keepingCapacity: true)
    direction = .outbound
    senderRole.removeAll(keepingCapacity: true)
    senderID.removeAll(keepingCapacity: true)
    recipientID.removeAll(keepingCapacity: true)
    timeZone.removeAll(keepingCapacity: true)
    if !timeZones.isEmpty { timeZones.removeAll(keepingCapacity: true) }
    state = nil
    if consent.isGiven { consent.reset() }
    if !known.isEmpty { known = KnownPatient() }
    purpose.removeAll(keepingCapacity: true)
    channelKind.removeAll(keepingCapacity: true)
    channelIsEncrypted = false
    deviceIsEncrypted = false
    deviceAttestedAt = nil
    thread.removeAll(keepingCapacity: true)
    sentAt = nil
    inReplyTo.reset()
  }
}
