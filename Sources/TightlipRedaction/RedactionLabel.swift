package import TightlipCore

extension EntityType {
  /// The word that stands for a finding of this type in a redacted text: `[NAME]`.
  ///
  /// It is the entity's name, except where a patient is better served by a shorter word. Short
  /// words also keep a message from growing into another segment.
  ///
  /// | entity | label | entity | label |
  /// |---|---|---|---|
  /// | PERSON | NAME | HEALTH_PLAN_ID | MEMBER_ID |
  /// | STREET_ADDRESS | ADDRESS | US_MBI | MEDICARE_ID |
  /// | LOCATION | PLACE | ACCOUNT_NUMBER | ACCOUNT |
  /// | ZIP_CODE | ZIP | CREDIT_CARD | CARD |
  /// | DATE_TIME | DATE | US_BANK_NUMBER | BANK_NUMBER |
  /// | DATE_OF_BIRTH | BIRTH_DATE | IBAN_CODE | IBAN |
  /// | PHONE_NUMBER | PHONE | US_NPI | PROVIDER_ID |
  /// | FAX_NUMBER | FAX | VEHICLE_ID | VEHICLE |
  /// | EMAIL_ADDRESS | EMAIL | DEVICE_ID | DEVICE |
  /// | US_SSN | SSN | URL | LINK |
  /// | US_ITIN | TAX_ID | BIOMETRIC_ID | BIOMETRIC |
  /// | US_PASSPORT | PASSPORT | OTHER_ID | ID |
  /// | US_DRIVER_LICENSE | DRIVER_LICENSE | LAB_RESULT | RESULT |
  /// | MEDICAL_RECORD_NUMBER | RECORD_NUMBER | TOPIC_CARD_DATA | CARD_DATA |
  /// | ENCODED_TEXT | CODE | | |
  ///
  /// The other topics become `PRIVATE_A` to `PRIVATE_L`: `[TOPIC_HIV_STI]` on a lock screen would
  /// tell the very thing that was taken out.
  ///
  /// Labels are unique, and hold A–Z and `_` only, which the GSM 7-bit alphabet has.
  package var redactionLabel: String {
    switch self {
    case .person: "NAME"
    case .streetAddress: "ADDRESS"
    case .location: "PLACE"
    case .zipCode: "ZIP"
    case .dateTime: "DATE"
    case .dateOfBirth: "BIRTH_DATE"
    case .phoneNumber: "PHONE"
    case .faxNumber: "FAX"
    case .emailAddress: "EMAIL"
    case .usSSN: "SSN"
    case .usITIN: "TAX_ID"
    case .usPassport: "PASSPORT"
    case .usDriverLicense: "DRIVER_LICENSE"
    case .medicalRecordNumber: "RECORD_NUMBER"
    case .healthPlanID: "MEMBER_ID"
    case .usMBI: "MEDICARE_ID"
    case .accountNumber: "ACCOUNT"
    case .creditCard: "CARD"
    case .usBankNumber: "BANK_NUMBER"
    case .ibanCode: "IBAN"
    case .usNPI: "PROVIDER_ID"
    case .vehicleID: "VEHICLE"
    case .deviceID: "DEVICE"
    case .url: "LINK"
    case .biometricID: "BIOMETRIC"
    case .otherID: "ID"
    case .encodedText: "CODE"
    case .labResult: "RESULT"
    case .topicCardData: "CARD_DATA"
    case .topicTestResults: "PRIVATE_A"
    case .topicDiagnosis: "PRIVATE_B"
    case .topicMentalHealth: "PRIVATE_C"
    case .topicSubstanceUse: "PRIVATE_D"
    case .topicReproductiveHealth: "PRIVATE_E"
    case .topicHIVSTI: "PRIVATE_F"
    case .topicAbuse: "PRIVATE_G"
    case .topicLegalThreat: "PRIVATE_H"
    case .topicProfanity: "PRIVATE_I"
    case .topicMarketing: "PRIVATE_J"
    case .topicPersonalTalk: "PRIVATE_K"
    case .topicCrisis: "PRIVATE_L"
    case .age, .medicalLicense, .macAddress, .ipAddress, .username, .organization, .diagnosis,
      .diagnosisCode, .medication, .procedure:
      name
    }
  }
}

/// Every `[LABEL`, one after the other, so that a tag is written with one copy.
enum TagTable {
  /// The opening bracket and the label of every type, in the order of the raw values.
  private static let bytes: [UInt8] = EntityType.allCases.flatMap {
    Array("[\($0.redactionLabel)".utf8)
  }

  /// Where each type begins in ``bytes``, and the end of the last.
  private static let offsets: [Int] = EntityType.allCases.reduce(into: [0]) { offsets, entity in
    offsets.append(offsets[offsets.count - 1] + 1 + entity.redactionLabel.utf8.count)
  }

  /// Appends `[LABEL`, without the closing bracket.
  static func appendOpening(of entity: EntityType, to output: inout [UInt8]) {
    let index = Int(entity.rawValue)
    output.append(contentsOf: bytes[offsets[index]..<offsets[index + 1]])
  }
}
