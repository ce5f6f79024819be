/// What a finding is: an identifier of a person, a piece of health information, or a forbidden topic.
///
/// Where Presidio has a name it is used. `hipaaLetter` is the paragraph of the Safe Harbor list,
/// 45 CFR 164.514(b)(2)(i)(A)–(R).
public enum EntityType: UInt8, CaseIterable, Sendable {
  case person
  case streetAddress, location, zipCode
  case dateTime, dateOfBirth, age
  case phoneNumber, faxNumber, emailAddress
  case usSSN, usITIN, usPassport, usDriverLicense
  case medicalRecordNumber, healthPlanID, usMBI, accountNumber
  case creditCard, usBankNumber, ibanCode
  case usNPI, medicalLicense
  case vehicleID, deviceID, macAddress, url, ipAddress, biometricID
  case username, otherID
  case organization
  case diagnosis, diagnosisCode, medication, procedure, labResult
  case topicTestResults, topicDiagnosis, topicMentalHealth, topicSubstanceUse
  case topicReproductiveHealth, topicHIVSTI, topicAbuse, topicCardData
  case topicLegalThreat, topicProfanity, topicMarketing, topicPersonalTalk, topicCrisis

  /// The kinds of finding that risk and policy tell apart.
  public enum Class: UInt8, Sendable {
    /// Says who somebody is.
    case identifier
    /// Says something about somebody's health.
    case health
    /// What the whole message is about.
    case topic
  }

  /// The name used in verdicts, packs, policies and corpora, for example `US_SSN`.
  public var name: String { Self.names[Int(rawValue)] }

  /// The type with the given name, or nil.
  public init?(name: some StringProtocol) {
    guard let index = Self.names.firstIndex(where: { $0 == name }) else { return nil }
    self = Self.allCases[index]
  }

  /// Whether it identifies, concerns health, or is a topic.
  @inlinable public var entityClass: Class {
    switch self {
    case .topicTestResults, .topicDiagnosis, .topicMentalHealth, .topicSubstanceUse, .topicReproductiveHealth,
      .topicHIVSTI, .topicAbuse, .topicCardData, .topicLegalThreat, .topicProfanity, .topicMarketing,
      .topicPersonalTalk, .topicCrisis:
      .topic
    case .diagnosis, .diagnosisCode, .medication, .procedure, .labResult: .health
    default: .identifier
    }
  }

  /// The paragraph letter of the Safe Harbor list, or nil where the type has none.
  ///
  /// Organisations have none: the list concerns the individual, relatives, employers and household,
  /// and an employer's name is covered by the general clause only.
  public var hipaaLetter: Character? {
    switch self {
    case .person: "A"
    case .streetAddress, .location, .zipCode: "B"
    case .dateTime, .dateOfBirth, .age: "C"
    case .phoneNumber: "D"
    case .faxNumber: "E"
    case .emailAddress: "F"
    case .usSSN, .usITIN: "G"
    case .medicalRecordNumber: "H"
    case .healthPlanID, .usMBI: "I"
    case .accountNumber, .creditCard, .usBankNumber, .ibanCode: "J"
    case .usDriverLicense, .usNPI, .medicalLicense: "K"
    case .vehicleID: "L"
    case .deviceID, .macAddress: "M"
    case .url: "N"
    case .ipAddress: "O"
    case .biometricID: "P"
    case .usPassport, .username, .otherID: "R"
    default: nil
    }
  }

  private static let names: [String] = [
    "PERSON",
    "STREET_ADDRESS", "LOCATION", "ZIP_CODE",
    "DATE_TIME", "DATE_OF_BIRTH", "AGE",
    "PHONE_NUMBER", "FAX_NUMBER", "EMAIL_ADDRESS",
    "US_SSN", "US_ITIN", "US_PASSPORT", "US_DRIVER_LICENSE",
    "MEDICAL_RECORD_NUMBER", "HEALTH_PLAN_ID", "US_MBI", "ACCOUNT_NUMBER",
    "CREDIT_CARD", "US_BANK_NUMBER", "IBAN_CODE",
    "US_NPI", "MEDICAL_LICENSE",
    "VEHICLE_ID", "DEVICE_ID", "MAC_ADDRESS", "URL", "IP_ADDRESS", "BIOMETRIC_ID",
    "USERNAME", "OTHER_ID",
    "ORGANIZATION",
    "DIAGNOSIS", "DIAGNOSIS_CODE", "MEDICATION", "PROCEDURE", "LAB_RESULT",
    "TOPIC_TEST_RESULTS", "TOPIC_DIAGNOSIS", "TOPIC_MENTAL_HEALTH", "TOPIC_SUBSTANCE_USE",
    "TOPIC_REPRODUCTIVE_HEALTH", "TOPIC_HIV_STI", "TOPIC_ABUSE", "TOPIC_CARD_DATA",
    "TOPIC_LEGAL_THREAT", "TOPIC_PROFANITY", "TOPIC_MARKETING", "TOPIC_PERSONAL_TALK",
    "TOPIC_CRISIS",
  ]
}
