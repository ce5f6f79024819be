/// The rules that are code, not patterns: they join lists, cues, capitals and neighbours.
package enum BuiltInRule: UInt16, CaseIterable, Sendable {
  case nameTitle, nameGreeting, nameIntroduction, nameRelation, nameLabel, nameFull, nameLastFirst
  case nameInitial, nameListed, nameCue, nameSignature
  case placeCityState, placeListed, placeUnlisted
  case organizationFacility, organizationListed
  case healthDiagnosis, healthMedication, healthProcedure, healthTypo
  case labValue, labOutcome, labPositiveFor
  case topicListed, topicJoined
  case knownName, knownIdentifier, knownBirthDate
  case evasionHidden, evasionDecoded, evasionReordered, evasionRespelled, evasionSeparated, evasionSpacing
  case evasionEncoded

  /// Whether the tagger may put its candidates in question: those that rest on lists, capitals and
  /// neighbours. A title, a label, and what the gateway knows of the patient are never doubted.
  package var isDoubtful: Bool {
    switch self {
    case .nameTitle, .nameLabel, .topicListed, .topicJoined, .knownName, .knownIdentifier,
      .knownBirthDate, .evasionHidden, .evasionDecoded, .evasionReordered, .evasionRespelled,
      .evasionSeparated, .evasionSpacing, .evasionEncoded:
      false
    default: true
    }
  }

  /// The name shown in verdicts.
  package var name: String {
    switch self {
    case .nameTitle: "name.title"
    case .nameGreeting: "name.salutation"
    case .nameIntroduction: "name.introduction"
    case .nameRelation: "name.relation"
    case .nameLabel: "name.label"
    case .nameFull: "name.full"
    case .nameLastFirst: "name.last-first"
    case .nameInitial: "name.initial"
    case .nameListed: "name.listed"
    case .nameCue: "name.cue"
    case .nameSignature: "name.signature"
    case .placeCityState: "place.city-state"
    case .placeListed: "place.listed"
    case .placeUnlisted: "place.unlisted"
    case .organizationFacility: "organization.facility"
    case .organizationListed: "organization.listed"
    case .healthDiagnosis: "health.diagnosis"
    case .healthMedication: "health.medication"
    case .healthProcedure: "health.procedure"
    case .healthTypo: "health.misspelt"
    case .labValue: "lab.value"
    case .labOutcome: "lab.outcome"
    case .labPositiveFor: "lab.positive-for"
    case .topicListed: "topic.listed"
    case .topicJoined: "topic.joined"
    case .knownName: "known.name"
    case .knownIdentifier: "known.identifier"
    case .knownBirthDate: "known.birth-date"
    case .evasionHidden: "evasion.hidden"
    case .evasionDecoded: "evasion.decoded"
    case .evasionReordered: "evasion.reordered"
    case .evasionRespelled: "evasion.respelled"
    case .evasionSeparated: "evasion.separated"
    case .evasionSpacing: "evasion.spacing"
    case .evasionEncoded: "evasion.encoded"
    }
  }
}
