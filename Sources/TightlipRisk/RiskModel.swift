package import TightlipCore

/// How bad it would be to send a message in the clear, from 0 to 1, with what makes it so.
///
/// Every finding takes a share of what is left to 1: an SSN much, a city little. An identifier and
/// health information together take most of the rest, since each alone harms less than the two
/// joined. The contributions are whole thousandths and sum to the risk shown.
package enum RiskModel {
  /// The share that a certain finding of each type takes, in thousandths of what is left.
  package static func weight(of entity: EntityType) -> Int {
    switch entity {
    case .usSSN, .usITIN, .usPassport: 800
    case .creditCard, .usBankNumber, .ibanCode, .usMBI: 700
    case .medicalRecordNumber, .healthPlanID, .usDriverLicense, .biometricID: 600
    case .accountNumber, .deviceID, .vehicleID, .medicalLicense: 450
    case .dateOfBirth, .streetAddress: 400
    case .person, .phoneNumber, .faxNumber, .emailAddress, .username, .otherID, .usNPI, .encodedText: 300
    case .ipAddress, .macAddress, .age: 250
    case .zipCode: 100
    case .location, .organization, .url: 60
    case .dateTime: 30
    case .labResult, .diagnosisCode: 550
    case .diagnosis: 450
    case .medication: 350
    case .procedure: 300
    case .topicHIVSTI, .topicSubstanceUse, .topicMentalHealth, .topicReproductiveHealth, .topicAbuse: 700
    case .topicTestResults, .topicDiagnosis: 600
    case .topicCrisis: 500
    case .topicCardData, .topicLegalThreat, .topicProfanity: 400
    case .topicMarketing, .topicPersonalTalk: 100
    }
  }

  /// What linkage takes of what is left.
  static let linkage = 750
  static let birthDateWithName = 600
  static let addressedHealth = 600

  /// Fills in a verdict's risk and contributions.
  ///
  /// Names of providers, the practice's own data, and health words in general information weigh a
  /// fifth.
  ///
  /// - Complexity: linear in the findings.
  package static func assess(_ verdict: inout Verdict, links: MessageLinks, isGeneral: Bool) {
    verdict.contributions.removeAll(keepingCapacity: true)
    var left = 1000
    func take(_ share: Int, _ source: RiskContribution.Source) {
      let amount = left * share / 1000
      guard amount > 0 else { return }
      left -= amount
      verdict.contributions.append(RiskContribution(source: source, thousandths: amount))
    }
    for (index, finding) in verdict.findings.enumerated() {
      var share = weight(of: finding.entity) * Int(finding.score.thousandths) / 1000
      let isOwn = finding.role == .provider || finding.role == .practice
      let isGeneralHealth = isGeneral && finding.entity.entityClass == .health
      if isOwn || isGeneralHealth && links.isEmpty { share /= 5 }
      take(share, .finding(index))
    }
    if links.contains(.personAndHealth) { take(linkage, .linkage) }
    if links.contains(.birthDateWithName) { take(birthDateWithName, .birthDateWithName) }
    if links.contains(.addressedHealth) { take(addressedHealth, .addressedHealth) }
    verdict.riskThousandths = 1000 - left
  }
}
