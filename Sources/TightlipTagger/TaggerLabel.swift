package import TightlipCore

/// What the tagger may call a word. Raw values are lanes of a row of weights.
package enum TaggerLabel: UInt8, CaseIterable, Sendable {
  case outside
  case person, location, streetAddress, organization
  case diagnosis, medication, procedure, labResult
  case medicalRecordNumber, healthPlanID, accountNumber, deviceID, otherID
  /// A date, phone number or the like, found by a pattern. Never predicted; it only stands as the
  /// label of the word before.
  case structured

  /// How many weights a row has: the labels, filled up to what one vector register holds.
  package static let laneCount = 16

  /// The label of each lane; the last lane, which is always zero, has none: nothing speaks for any label.
  static let byLane: InlineArray<16, TaggerLabel> = InlineArray { TaggerLabel(rawValue: UInt8($0)) ?? .outside }

  /// Labels that are found: all but ``outside`` and ``structured``.
  package static let found: [TaggerLabel] = allCases.filter { $0 != .outside && $0 != .structured }

  /// The entity it stands for; nil where it finds nothing.
  package var entity: EntityType? {
    switch self {
    case .outside, .structured: nil
    case .person: .person
    case .location: .location
    case .streetAddress: .streetAddress
    case .organization: .organization
    case .diagnosis: .diagnosis
    case .medication: .medication
    case .procedure: .procedure
    case .labResult: .labResult
    case .medicalRecordNumber: .medicalRecordNumber
    case .healthPlanID: .healthPlanID
    case .accountNumber: .accountNumber
    case .deviceID: .deviceID
    case .otherID: .otherID
    }
  }

  /// The name in weights files and in `pack.yaml`.
  package var name: String {
    switch self {
    case .outside: "O"
    case .structured: "STRUCTURED"
    default: entity?.name ?? ""
    }
  }

  /// The name of the rule shown in verdicts.
  package var ruleName: String {
    switch self {
    case .outside: "tagger.none"
    case .structured: "tagger.structured"
    case .person: "tagger.person"
    case .location: "tagger.location"
    case .streetAddress: "tagger.address"
    case .organization: "tagger.organization"
    case .diagnosis: "tagger.diagnosis"
    case .medication: "tagger.medication"
    case .procedure: "tagger.procedure"
    case .labResult: "tagger.result"
    case .medicalRecordNumber: "tagger.record-number"
    case .healthPlanID: "tagger.plan-number"
    case .accountNumber: "tagger.account-number"
    case .deviceID: "tagger.device-number"
    case .otherID: "tagger.number"
    }
  }

  /// The label with the given name, or nil.
  package init?(name: some StringProtocol) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// The label under which the tagger sees a finding of a rule.
  package init(_ entity: EntityType) {
    self =
      switch entity {
      case .person: .person
      case .location: .location
      case .streetAddress: .streetAddress
      case .organization: .organization
      case .diagnosis: .diagnosis
      case .medication: .medication
      case .procedure: .procedure
      case .labResult: .labResult
      case .medicalRecordNumber: .medicalRecordNumber
      case .healthPlanID, .usMBI: .healthPlanID
      case .accountNumber, .usBankNumber: .accountNumber
      case .deviceID: .deviceID
      case .otherID, .usSSN, .usITIN, .usPassport, .usDriverLicense, .creditCard, .ibanCode, .usNPI,
        .medicalLicense, .vehicleID, .biometricID:
        .otherID
      default: .structured
      }
  }

  /// Where a finding whose last word is this ends: the 's of a shop or a disease belongs to its name
  /// ("Katterman's", "Crohn's"), that of a person does not.
  func end(_ last: Token) -> Int {
    let isPart = last.isPossessive && (self == .organization || self == .diagnosis)
    return Int(last.end) + (isPart ? 2 : 0)
  }

  /// Whether words of one finding may have this between them; `length` is that of the word before,
  /// which tells an abbreviation's point from the end of a sentence.
  func joins(_ gap: Separators, after length: Int) -> Bool {
    if gap.contains(.stop), gap.contains(.space), length > 2, self != .streetAddress { return false }
    return switch self {
    case .outside, .structured: false
    case .person:
      gap.isSubset(of: .space | .hyphen) || gap.isSubset(of: .space | .stop) || gap == .other
    case .location: gap.isSubset(of: .space | .hyphen | .comma) || gap.isSubset(of: .space | .stop)
    case .streetAddress: true
    case .organization: gap.isDisjoint(with: .newline | .comma | .colon)
    case .diagnosis, .medication, .procedure:
      gap.isSubset(of: .space | .hyphen | .slash) || gap == .other || gap == .stop
    case .labResult: gap.isDisjoint(with: .newline)
    case .medicalRecordNumber, .healthPlanID, .accountNumber, .deviceID, .otherID:
      gap.isDisjoint(with: .newline | .comma | .colon)
    }
  }
}
