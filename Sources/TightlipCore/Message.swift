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
  /// The recipient has refused texting (`recipient.consent.status` is `revoked`).
  public var consentIsRevoked = false
  /// The thread, UTF-8; empty when absent.
  public var thread: [UInt8] = []
  /// `sentAt` as given (RFC 3339), UTF-8; empty when absent.
  public var sentAt: [UInt8] = []

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
    if !known.isEmpty { known = KnownPatient() }
    purpose.removeAll(keepingCapacity: true)
    channelKind.removeAll(keepingCapacity: true)
    channelIsEncrypted = false
    deviceIsEncrypted = false
    consentIsRevoked = false
    thread.removeAll(keepingCapacity: true)
    sentAt.removeAll(keepingCapacity: true)
  }
}
