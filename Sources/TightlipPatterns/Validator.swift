/// A check that a matched value must pass before it counts as a finding.
///
/// A pattern finds a shape; a validator refuses the values of that shape which the issuer never
/// hands out: a Social Security number in area 000, a card number that fails its check digit,
/// 30 February. The raw value is the name that pattern files use. A validator looks at the value
/// alone, reads each byte a bounded number of times, and allocates nothing.
///
/// Sources for the rules are named on each check; `Tests/Cases/identifier_vectors.tsv` holds the
/// values that settle them.
package enum Validator: String, CaseIterable, Sendable {
  case aba
  case birthDate = "birth-date"
  case card
  case clia
  case date
  case dea
  case ein
  case hcpcs
  case hicn
  case iban
  case icd10cm
  case imei
  case ipv4
  case ipv6
  case itin
  case loinc
  case luhn
  case mac
  case mbi
  case nanp
  case ndc
  case npi
  case passport
  case ssn
  case time
  case udiGS1 = "udi-gs1"
  case udiHIBC = "udi-hibc"
  case vin
  case zip3Safe = "zip3-safe"

  /// Whether `value` is one that the issuer could have assigned.
  ///
  /// - Parameter value: the matched bytes of the folded text: lower case, dashes as "-", spaces
  ///   as " ". Separators usual for the kind of number are allowed; anything else is refused.
  /// - Complexity: O(*n*) in the length of the value.
  package func accepts(_ value: Span<UInt8>) -> Bool {
    switch self {
    case .aba: Self.isRoutingNumber(value)
    case .birthDate: Self.isBirthDate(value)
    case .card: Self.isCardNumber(value)
    case .clia: Self.isCLIANumber(value)
    case .date: Self.isDate(value)
    case .dea: Self.isDEANumber(value)
    case .ein: Self.isEmployerNumber(value)
    case .hcpcs: Self.isHCPCSCode(value)
    case .hicn: Self.isHealthInsuranceClaimNumber(value)
    case .iban: Self.isIBAN(value)
    case .icd10cm: Self.isICD10CMCode(value)
    case .imei: Self.isIMEI(value)
    case .ipv4: Self.isIPv4Address(value)
    case .ipv6: Self.isIPv6Address(value)
    case .itin: Self.isTaxpayerNumber(value)
    case .loinc: Self.isLOINCCode(value)
    case .luhn: Self.passesLuhn(value)
    case .mac: Self.isMACAddress(value)
    case .mbi: Self.isMedicareBeneficiaryIdentifier(value)
    case .nanp: Self.isNorthAmericanTelephone(value)
    case .ndc: Self.isDrugCode(value)
    case .npi: Self.isProviderIdentifier(value)
    case .passport: Self.isPassportNumber(value)
    case .ssn: Self.isSocialSecurityNumber(value)
    case .time: Self.isTime(value)
    case .udiGS1: Self.isGS1DeviceIdentifier(value)
    case .udiHIBC: Self.isHIBCDeviceIdentifier(value)
    case .vin: Self.isVehicleNumber(value)
    case .zip3Safe: Self.isPopulousZIPCode(value)
    }
  }
}
