/// What a patient said about being texted.
public enum ConsentStatus: UInt8, Sendable, CaseIterable {
  /// Nobody knows, or nobody said.
  case unknown
  /// The patient was never asked.
  case never
  /// The patient agreed.
  case granted
  /// The patient refused, or took an agreement back.
  case revoked

  /// The name used in requests and records.
  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .never: "never"
    case .granted: "granted"
    case .revoked: "revoked"
    }
  }

  /// The status with the given name, or nil.
  public init?(name: some StringProtocol) {
    guard let status = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = status
  }
}

/// A patient's permission to be texted, as the gateway or the ledger knows it.
public struct Consent: Sendable, Equatable {
  /// Whether anybody said anything about it; false leaves the rest without meaning.
  public var isGiven = false
  /// What the patient said.
  public var status: ConsentStatus = .unknown
  /// Whether a scope was named at all.
  public var hasScope = false
  /// The permission covers every purpose (`"scope":"all"`, or `all` among the words).
  public var coversEverything = false
  /// The purposes it covers, UTF-8.
  public var scope: [[UInt8]] = []
  /// The kind of channel the patient would rather have, UTF-8; empty when not known.
  public var preferredChannel: [UInt8] = []
  /// Whether the patient acknowledged the risks of texting; nil where nobody said.
  public var disclosureIsAcknowledged: Bool?
  /// When it ends; nil for never.
  public var expiry: Expiry?

  /// Nothing known.
  public init() {}

  /// Back to nothing known. The scope's words are the caller's to keep.
  public mutating func reset() {
    isGiven = false
    status = .unknown
    hasScope = false
    coversEverything = false
    if !scope.isEmpty { scope.removeAll(keepingCapacity: true) }
    preferredChannel.removeAll(keepingCapacity: true)
    disclosureIsAcknowledged = nil
    expiry = nil
  }
}
