/// What the pack says of states: in which hours they allow messages, and in which zones they lie.
package struct TimingData: Sendable, Hashable {
  /// The hours of one state, narrower than the federal ones.
  package struct Window: Sendable, Hashable {
    package var state: USState
    /// One bit for each weekday, Monday the lowest.
    package var weekdays: UInt8
    package var minutes: Policy.ClosedMinutes

    package init(state: USState, weekdays: UInt8, minutes: Policy.ClosedMinutes) {
      self.state = state
      self.weekdays = weekdays
      self.minutes = minutes
    }
  }

  package var windows: [Window] = []
  /// The IANA zones of each state.
  package var zones: [USState: [String]] = [:]

  package init() {}
}

/// What is remembered of a patient from earlier messages, by a store or in memory.
public struct PatientHistory: Sendable {
  /// The parts of a linkage that a thread already holds.
  public struct Parts: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A person who is nobody of the practice.
    @inlinable public static var person: Parts { Parts(rawValue: 1) }
    /// A number, address or age that points to one.
    @inlinable public static var pointer: Parts { Parts(rawValue: 2) }
    /// A date of birth.
    @inlinable public static var birthDate: Parts { Parts(rawValue: 4) }
    /// Health information.
    @inlinable public static var health: Parts { Parts(rawValue: 8) }
  }

  /// The permission in the practice's records.
  public var consent: Consent?
  /// The records could not be asked; then nothing may leave.
  public var isUnavailable = false
  /// When the patient last opted out.
  public var optedOutAt: Instant?
  /// Whether that was confirmed already.
  public var optOutWasConfirmed = false
  /// When the last three messages left, the latest first.
  public var lastLeft: (Instant?, Instant?, Instant?) = (nil, nil, nil)
  /// Since when the patient has waited for an answer.
  public var waitingSince: Instant?
  /// What earlier messages of the thread hold.
  public var parts = Parts(rawValue: 0)

  /// Nothing remembered.
  public init() {}
}
