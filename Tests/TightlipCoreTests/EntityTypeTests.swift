import Testing
import TightlipCore

struct EntityTypeTests {
  @Test(arguments: EntityType.allCases)
  func `a name leads back to its type`(entity: EntityType) {
    #expect(EntityType(name: entity.name) == entity)
    #expect(EntityType(name: entity.name.lowercased()) == nil, "names are exact")
  }

  @Test func `there are as many names as types, all different`() {
    #expect(EntityType.allCases.count == 50)
    #expect(Set(EntityType.allCases.map(\.name)).count == EntityType.allCases.count)
    for (position, entity) in EntityType.allCases.enumerated() {
      #expect(Int(entity.rawValue) == position, "names are looked up by raw value")
    }
  }

  @Test(arguments: ["", "PERSON ", "person", "TOPIC", "TOPIC_", "US SSN", "NAME"])
  func `an unknown name is no type`(name: String) {
    #expect(EntityType(name: name) == nil)
  }

  /// The names that users depend on, each with its paragraph of 45 CFR 164.514(b)(2)(i).
  @Test(arguments: [
    ("PERSON", "A"), ("STREET_ADDRESS", "B"), ("LOCATION", "B"), ("ZIP_CODE", "B"),
    ("DATE_TIME", "C"), ("DATE_OF_BIRTH", "C"), ("AGE", "C"), ("PHONE_NUMBER", "D"),
    ("FAX_NUMBER", "E"), ("EMAIL_ADDRESS", "F"), ("US_SSN", "G"), ("US_ITIN", "G"),
    ("MEDICAL_RECORD_NUMBER", "H"), ("HEALTH_PLAN_ID", "I"), ("US_MBI", "I"),
    ("ACCOUNT_NUMBER", "J"), ("CREDIT_CARD", "J"), ("US_BANK_NUMBER", "J"), ("IBAN_CODE", "J"),
    ("US_DRIVER_LICENSE", "K"), ("US_NPI", "K"), ("MEDICAL_LICENSE", "K"), ("VEHICLE_ID", "L"),
    ("DEVICE_ID", "M"), ("MAC_ADDRESS", "M"), ("URL", "N"), ("IP_ADDRESS", "O"),
    ("BIOMETRIC_ID", "P"), ("US_PASSPORT", "R"), ("USERNAME", "R"), ("OTHER_ID", "R"),
    ("ORGANIZATION", nil), ("DIAGNOSIS", nil), ("MEDICATION", nil), ("TOPIC_CRISIS", nil),
  ] as [(String, Character?)])
  func `each identifier has its Safe Harbor letter`(name: String, letter: Character?) throws {
    #expect(try #require(EntityType(name: name)).hipaaLetter == letter)
  }

  @Test(arguments: EntityType.allCases)
  func `only identifiers have a letter, between A and R`(entity: EntityType) {
    if let letter = entity.hipaaLetter {
      #expect(entity.entityClass == .identifier)
      #expect(("A"..."R").contains(letter))
    }
  }

  @Test(arguments: EntityType.allCases)
  func `the class follows the name`(entity: EntityType) {
    let health = ["DIAGNOSIS", "DIAGNOSIS_CODE", "MEDICATION", "PROCEDURE", "LAB_RESULT"]
    let expected: EntityType.Class =
      entity.name.hasPrefix("TOPIC_") ? .topic : health.contains(entity.name) ? .health : .identifier
    #expect(entity.entityClass == expected)
  }
}

struct MatchingTypesTests {
  @Test func `the number of a class, read from its storage, is its raw value`() {
    for kind in TermClass.allCases {
      #expect(kind.number == kind.rawValue)
      #expect(TermClass.allCases.filter { $0 == kind }.count == 1)
    }
  }

  @Test func `words of a phrase are joined by blanks, hyphens, slashes, or a point alone`() {
    for raw in UInt8.min...UInt8.max {
      let between = Separators(rawValue: raw)
      let joining: Separators = [.space, .newline, .hyphen, .slash]
      #expect(between.joinsPhrase == (!between.isEmpty && between.isSubset(of: joining) || between == .stop))
    }
  }
}
