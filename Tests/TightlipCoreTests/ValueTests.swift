import Testing
import TightlipCore

struct ScoreTests {
  @Test(arguments: [
    (0.0, 0), (0.0004, 0), (0.0005, 1), (0.5, 500), (0.9994, 999), (0.9995, 1000), (1.0, 1000),
    (1.5, 1000), (-0.1, 0),
  ])
  func `a fraction is rounded to thousandths and held to 0 to 1`(fraction: Double, expected: Int) {
    #expect(Int(Score(fraction).thousandths) == expected)
  }

  @Test(arguments: [(-1, 0), (0, 0), (1, 1), (1000, 1000), (1001, 1000), (100_000, 1000)])
  func `thousandths are held to 0 to 1000`(thousandths: Int, expected: Int) {
    #expect(Int(Score(thousandths: thousandths).thousandths) == expected)
  }

  @Test func `every score survives the way over its fraction`() {
    for thousandths in 0...1000 {
      #expect(Score(Score(thousandths: thousandths).fraction) == Score(thousandths: thousandths))
    }
  }

  @Test func `scores are ordered by value`() {
    #expect(Score(0.5) < Score(0.501))
    #expect(!(Score(0.5) < Score(0.5)))
  }
}

struct ByteRangeTests {
  @Test(arguments: [
    (0, 3, 3, 5, false), (0, 3, 2, 5, true), (2, 5, 0, 3, true), (0, 5, 2, 3, true), (4, 5, 0, 3, false),
  ])
  func `ranges overlap where they share a byte`(a: Int, b: Int, c: Int, d: Int, expected: Bool) {
    let left = ByteRange(start: a, end: b)
    let right = ByteRange(start: c, end: d)
    #expect(left.overlaps(right) == expected)
    #expect(right.overlaps(left) == expected)
    #expect(left.count == b - a)
  }

  @Test func `an empty range overlaps nothing around its edges`() {
    let empty = ByteRange(start: 3, end: 3)
    #expect(empty.count == 0)
    #expect(!empty.overlaps(ByteRange(start: 0, end: 3)))
    #expect(!empty.overlaps(ByteRange(start: 3, end: 5)))
    #expect(ByteRange(start: 0, end: 5).contains(empty))
  }

  @Test func `a range contains itself and what lies inside`() {
    let range = ByteRange(start: 2, end: 6)
    #expect(range.contains(range))
    #expect(range.contains(ByteRange(start: 3, end: 4)))
    #expect(!range.contains(ByteRange(start: 1, end: 4)))
    #expect(!range.contains(ByteRange(start: 3, end: 7)))
  }

  @Test func `a range that runs backwards traps`() async {
    await #expect(processExitsWith: .failure) { _ = ByteRange(start: 3, end: 2) }
  }

  @Test func `a range before the text traps`() async {
    await #expect(processExitsWith: .failure) { _ = ByteRange(start: -1, end: 2) }
  }
}

struct VerdictTests {
  @Test func `a verdict begins as a block of something not looked at`() {
    let verdict = Verdict()
    #expect(verdict.action == .block)
    #expect(verdict.completeness == .notScanned)
    #expect(verdict.text.isEmpty)
  }

  @Test func `a reset takes everything back to the blocking state`() {
    var verdict = Verdict()
    verdict.action = .pass
    verdict.completeness = .complete
    verdict.riskThousandths = 400
    verdict.text = [1]
    verdict.isUrgent = true
    verdict.wouldBe = .block
    verdict.reasons = [Reason(code: .crisis, severity: .block)]
    verdict.contributions = [RiskContribution(source: .linkage, thousandths: 4)]
    verdict.findings = [
      Finding(entity: .person, range: ByteRange(start: 0, end: 1), score: Score(1), rule: RuleID(0))
    ]
    verdict.reset()
    #expect(verdict.action == .block)
    #expect(verdict.completeness == .notScanned)
    #expect(verdict.riskThousandths == 0)
    #expect(verdict.text.isEmpty && verdict.reasons.isEmpty && verdict.findings.isEmpty)
    #expect(verdict.contributions.isEmpty && !verdict.isUrgent && verdict.wouldBe == nil)
  }

  @Test func `reason codes are stable and different`() {
    let codes = ReasonCode.allCases.map(\.code)
    #expect(Set(codes).count == codes.count)
    #expect(Set(ReasonCode.allCases.map(\.message)).count == codes.count)
    // Users match on these; a change of one is a change of the interface.
    #expect(
      Set(codes).isSuperset(of: [
        "policy.halted", "policy.expired", "scan.incomplete", "phi.linked", "phi.birth-date-with-name",
        "phi.too-much", "phi.risk", "topic.forbidden", "evasion.disguised",
        "evasion.encoded", "phi.identifier", "phi.health", "topic.warning",
        "crisis",
      ]))
  }

  @Test(arguments: ReasonCode.allCases)
  func `a reason code is lower case, dotted, plain ASCII`(code: ReasonCode) {
    #expect(code.code.utf8.allSatisfy { (97...122).contains($0) || $0 == 46 || $0 == 45 })
    #expect(!code.message.isEmpty && !code.message.contains("\"") && !code.message.contains("\\"))
  }

  @Test func `actions and severities are ordered by strictness`() {
    #expect(Action.pass < .redact && Action.redact < .block)
    #expect(Severity.warning < .redact && Severity.redact < .block)
    for action in Action.allCases { #expect(Action(name: action.name) == action) }
    #expect(Action(name: "PASS") == nil)
    #expect(Action(name: "") == nil)
  }
}

struct MessageTests {
  @Test func `a reset message is an empty outbound one on an open channel`() {
    var message = Message()
    message.text = [65]
    message.identifierJSON = [49]
    message.direction = .inbound
    message.senderRole = [1]
    message.senderID = [1]
    message.recipientID = [1]
    message.known.names = [[65]]
    message.known.identifiers = [[65]]
    message.known.dateOfBirth = [65]
    message.purpose = [1]
    message.channelKind = [1]
    message.channelIsEncrypted = true
    message.deviceIsEncrypted = true
    message.thread = [1]
    message.sentAt = Instant(seconds: 1)
    message.timeZone = [1]
    message.timeZones = [[1]]
    message.state = USState("CO")
    message.deviceAttestedAt = Instant(seconds: 1)
    message.inReplyTo.isGiven = true
    message.inReplyTo.id = [1]
    message.consent.isGiven = true
    message.consent.status = .revoked
    message.consent.scope = [[1]]
    message.consent.expiry = .instant(Instant(seconds: 1))
    message.reset()
    #expect(message.direction == .outbound)
    #expect(!message.channelIsEncrypted && !message.deviceIsEncrypted)
    #expect(message.known.isEmpty)
    #expect(message.sentAt == nil && message.deviceAttestedAt == nil && message.state == nil)
    #expect(message.timeZones.isEmpty && message.inReplyTo == RepliedMessage() && message.consent == Consent())
    for field in [
      message.text, message.identifierJSON, message.senderRole, message.senderID, message.recipientID,
      message.purpose, message.channelKind, message.thread, message.timeZone,
    ] {
      #expect(field.isEmpty)
    }
  }
}

struct PolicyDefaultTests {
  @Test func `the shipped default has a rule for every type and lets nothing expire or halt`() {
    let policy = Policy.shippedDefault
    #expect(policy.entities.count == EntityType.allCases.count)
    #expect(!policy.isHalted)
    #expect(policy.expiresAt == nil)
  }

  @Test(arguments: EntityType.allCases.filter { $0.entityClass == .identifier })
  func `no identifier that points to one person passes by default`(entity: EntityType) {
    let free: Set<EntityType> = [.dateTime, .location, .organization, .url, .zipCode]
    let action = Policy.shippedDefault[entity].action
    #expect((action == .pass) == free.contains(entity), "\(entity.name) \(action.name)")
  }
}

struct TermClassTests {
  @Test(arguments: TermClass.allCases)
  func `a list class has a bit of its own and a name that leads back`(termClass: TermClass) {
    #expect(termClass.rawValue < 64)
    #expect(termClass.bit.nonzeroBitCount == 1)
    #expect(TermClass(name: termClass.name) == termClass)
  }

  @Test func `classes share no bit`() {
    #expect(Set(TermClass.allCases.map(\.bit)).count == TermClass.allCases.count)
  }

  @Test(arguments: [
    ([.space], true), ([.newline], true), ([.hyphen], true), ([.slash], true), ([.space, .hyphen], true),
    ([.stop], true), ([], false), ([.stop, .space], false), ([.comma], false), ([.comma, .space], false),
    ([.colon], false), ([.other], false), ([.space, .other], false),
  ] as [(Separators, Bool)])
  func `a phrase runs on over spaces, hyphens and slashes only`(separators: Separators, expected: Bool) {
    #expect(separators.joinsPhrase == expected)
  }
}
