/// The number of a rule in the filter's rule table.
public struct RuleID: Hashable, Sendable, Comparable {
  /// The position in ``Filter``'s table of rule names.
  public var index: UInt16

  /// The rule at a position of the table.
  @inlinable public init(_ index: UInt16) { self.index = index }

  /// Order by position.
  @inlinable public static func < (left: RuleID, right: RuleID) -> Bool { left.index < right.index }
}

/// Whose name, number or address a finding is, where the message says so.
public enum FindingRole: UInt8, Sendable, CaseIterable {
  /// Nothing in the message tells.
  case unspecified
  /// The person the message speaks to or of.
  case patient
  /// A clinician or member of staff.
  case provider
  /// The practice itself: its number to call, its address, its site.
  case practice

  /// The name used in verdicts and policies.
  public var name: String {
    switch self {
    case .unspecified: "unspecified"
    case .patient: "patient"
    case .provider: "provider"
    case .practice: "practice"
    }
  }
}

/// A confidence between 0 and 1, kept as a whole number of thousandths so that sums and
/// comparisons are exact and replay the same everywhere.
public struct Score: Hashable, Comparable, Sendable {
  /// 0…1000.
  public var thousandths: Int16

  /// A score of so many thousandths, held to 0…1000.
  @inlinable public init(thousandths: Int) { self.thousandths = Int16(max(0, min(1000, thousandths))) }

  /// A score from a fraction, rounded to thousandths and held to 0…1.
  public init(_ fraction: Double) { self.init(thousandths: Int(fraction * 1000 + 0.5)) }

  /// The score as a fraction.
  public var fraction: Double { Double(thousandths) / 1000 }

  /// Order by value.
  @inlinable public static func < (left: Score, right: Score) -> Bool { left.thousandths < right.thousandths }
}

/// Something found in a message.
public struct Finding: Hashable, Sendable {
  /// What it is.
  public var entity: EntityType
  /// Where it stands in the original text.
  public var range: ByteRange
  /// How sure the filter is.
  public var score: Score
  /// The rule that found it.
  public var rule: RuleID
  /// Whose it is.
  public var role: FindingRole

  /// A finding.
  public init(
    entity: EntityType, range: ByteRange, score: Score, rule: RuleID,
    role: FindingRole = .unspecified
  ) {
    self.entity = entity
    self.range = range
    self.score = score
    self.rule = rule
    self.role = role
  }
}
