import Testing
import Tightlip
import TightlipCore

struct PolicyTests {
  private func filter(monitoring: Bool = false, _ change: (inout Policy) -> Void = { _ in }) throws -> Filter {
    var policy = Policy.shippedDefault
    change(&policy)
    var options = Filter.Options()
    options.isMonitoring = monitoring
    return try TestPack.small.filter(policy: policy, options: options)
  }

  @Test func `fallback zones whose hours never meet are refused, since nothing could ever leave`() throws {
    func policy(_ earliest: Int, _ latest: Int) -> (inout Policy) -> Void {
      {
        $0.quietHours.application = .always
        $0.quietHours.fallbackTimeZones = ["America/New_York", "Asia/Tokyo"]
        $0.quietHours.earliestMinute = earliest * 60
        $0.quietHours.latestMinute = latest * 60
      }
    }
    _ = try filter(policy(8, 21))
    let error = #expect(throws: FilterError.self) { _ = try filter(policy(10, 16)) }
    #expect(error?.problems.count == 1 && error?.problems.first?.contains("quietHours.fallbackTimeZones") == true)
  }

  static let harmless = "see you on 4/2/2026"
  static let identifying = "my ssn is 219-09-9998"
  static let linked = "Dana Whitfield has diabetes"

  @Test(arguments: [harmless, identifying, linked, ""], [false, true])
  func `a halted policy blocks everything, in monitor mode too`(text: String, isMonitoring: Bool) throws {
    let filter = try filter(monitoring: isMonitoring) { $0.isHalted = true }
    for direction in [Direction.outbound, .inbound] {
      for isProtected in [false, true] {
        let message = message(text, direction, isProtected: isProtected)
        let verdict = filter.verdict(on: message)
        #expect(verdict.action == .block)
        #expect(verdict.reasons.first?.code == .policyHalted)
        expectInvariants(verdict, message, filter)
      }
    }
  }

  @Test(arguments: [harmless, identifying, linked], [false, true])
  func `an expired policy blocks everything, in monitor mode too`(text: String, isMonitoring: Bool) throws {
    let filter = try filter(monitoring: isMonitoring) { $0.expiresAt = 1_000_000_000 }
    for direction in [Direction.outbound, .inbound] {
      let verdict = filter.verdict(on: message(text, direction))
      #expect(verdict.action == .block)
      #expect(verdict.reasons.contains { $0.code == .policyExpired && $0.severity == .block })
    }
  }

  @Test func `a policy that expires later is in force`() throws {
    let filter = try filter { $0.expiresAt = 9_000_000_000 }
    #expect(filter.verdict(on: Self.harmless).action == .pass)
  }

  @Test func `monitor mode passes what content rules would stop, and says so`() throws {
    let monitor = try filter(monitoring: true)
    let plain = TestPack.filter
    for text in RandomTexts.all.prefix(200) {
      let seen = monitor.verdict(on: text)
      let judged = plain.verdict(on: text)
      if judged.completeness == .complete {
        #expect(seen.action == .pass)
        #expect(seen.text == Array(text.utf8))
        #expect(seen.wouldBe == (judged.action == .pass ? nil : judged.action))
      } else {
        #expect(seen.action == .block)
      }
      #expect(seen.findings == judged.findings)
      #expect(seen.riskThousandths == judged.riskThousandths)
    }
  }

  @Test func `monitor mode names no other action where it changed none`() throws {
    let filter = try filter(monitoring: true) { $0.isHalted = true }
    let verdict = filter.verdict(on: Self.linked)
    #expect(verdict.action == .block)
    #expect(verdict.wouldBe == nil)
  }

  @Test func `monitor mode does not call a message both passed and to be blocked`() throws {
    let verdict = try filter(monitoring: true).verdict(on: Self.linked)
    #expect(verdict.action == .pass)
    #expect(verdict.wouldBe == .block)
    #expect(verdict.text == Array(Self.linked.utf8))
  }

  @Test func `inbound messages pass with their findings listed`() {
    for text in [Self.identifying, Self.linked, "you idiot"] {
      let verdict = TestPack.filter.verdict(on: message(text, .inbound))
      #expect(verdict.action == .pass)
      #expect(!verdict.findings.isEmpty)
      #expect(verdict.text == Array(text.utf8))
    }
  }

  @Test func `an inbound crisis is urgent and passes, even where inbound messages are held`() throws {
    for action in Action.allCases {
      let filter = try filter { $0.inboundAction = action }
      let verdict = filter.verdict(on: message("I will kill myself, my ssn is 219-09-9998", .inbound))
      #expect(verdict.isUrgent)
      #expect(verdict.action == .pass)
      #expect(verdict.reasons.contains { $0.code == .crisis })
    }
    #expect(!TestPack.filter.verdict(on: message("I will kill myself")).isUrgent)
    #expect(!TestPack.filter.verdict(on: message("you idiot", .inbound)).isUrgent)
  }

  @Test func `inbound messages are redacted or blocked where the policy says so`() throws {
    let redacting = try filter { $0.inboundAction = .redact }
    let verdict = redacting.verdict(on: message(Self.identifying, .inbound))
    #expect(verdict.action == .redact)
    #expect(string(verdict.text) == "my ssn is [SSN]" || !string(verdict.text).contains("9998"))
    #expect(redacting.verdict(on: message("thank you", .inbound)).action == .pass)
    let blocking = try filter { $0.inboundAction = .block }
    #expect(blocking.verdict(on: message("thank you", .inbound)).action == .block)
  }

  @Test func `an encrypted channel to an encrypted device carries health, and no profanity`() {
    let filter = TestPack.filter
    for text in [Self.linked, Self.identifying, "Dana, your HIV test is positive", "dob 4/2/1961 Dana Whitfield"] {
      #expect(filter.verdict(on: message(text)).action != .pass)
      let verdict = filter.verdict(on: message(text, isProtected: true))
      #expect(verdict.action == .pass, "\(filter.description(of: verdict))")
      #expect(!verdict.findings.isEmpty)
      #expect(verdict.text == Array(text.utf8))
    }
    #expect(filter.verdict(on: message("you idiot", isProtected: true)).action == .block)
    #expect(filter.verdict(on: message("a big sale on flu shots", isProtected: true)).action == .block)
  }

  @Test(arguments: [(true, false), (false, true)])
  func `one of the two encrypted is not enough`(channel: Bool, device: Bool) {
    var message = Tests.message(Self.linked)
    message.channelIsEncrypted = channel
    message.deviceIsEncrypted = device
    #expect(TestPack.filter.verdict(on: message).action == .block)
  }

  @Test func `what is the practice's own weighs a fifth`() {
    let filter = TestPack.filter
    for (theirs, own) in [("Dana Whitfield", "Dr Whitfield"), ("my phone is (303) 555-0148", "call us at (303) 555-0148")] {
      let whole = filter.verdict(on: theirs).riskThousandths
      let fifth = filter.verdict(on: own).riskThousandths
      #expect(fifth > 0 && fifth * 2 < whole, "\(own): \(fifth), \(theirs): \(whole)")
    }
  }

  @Test func `an identifier, a health term, and both together are three risks`() {
    let filter = TestPack.filter
    let person = filter.verdict(on: "Dana Whitfield is here")
    let health = filter.verdict(on: "diabetes and metformin")
    let both = filter.verdict(on: "Dana Whitfield has diabetes and metformin")
    #expect(person.riskThousandths > 0 && health.riskThousandths > 0)
    #expect(both.riskThousandths > max(person.riskThousandths, health.riskThousandths))
    #expect(both.contributions.contains { $0.source == .linkage })
    #expect(!person.contributions.contains { $0.source == .linkage })
    #expect(!health.contributions.contains { $0.source == .linkage })
    #expect(both.action == .block)
    #expect(both.reasons.contains { $0.code == .phiLinked })
  }

  @Test func `a date of birth with a name blocks, another date does not`() {
    let filter = TestPack.filter
    let birth = filter.verdict(on: "Dana Whitfield dob 4/2/1961")
    #expect(birth.action == .block)
    #expect(birth.reasons.contains { $0.code == .phiBirthDateWithName })
    #expect(filter.verdict(on: "dob 4/2/1961").action == .redact)
    #expect(filter.verdict(on: "come on 4/2/2026").action == .pass)
  }

  @Test func `too much to take out blocks`() throws {
    let text = "ssn 219-09-9998, ssn 219-09-9997, call 555-201-3344 or dana@example.com about this and that"
    let many = try filter { $0.maximumRedactions = 4 }.verdict(on: text)
    #expect(many.action == .redact)
    let few = try filter { $0.maximumRedactions = 3 }.verdict(on: text)
    #expect(few.action == .block)
    #expect(few.reasons.contains { $0.code == .phiTooMuch })
    let share = try filter { $0.maximumRedactions = 9; $0.maximumRedactedPercent = 10 }.verdict(on: text)
    #expect(share.reasons.contains { $0.code == .phiTooMuch })
  }

  @Test func `a risk limit blocks whatever the other rules say`() throws {
    let limited = try filter { policy in
      policy.maximumRisk = Score(0.1)
      for entity in EntityType.allCases { policy[entity].action = .pass }
    }
    let verdict = limited.verdict(on: Self.identifying)
    #expect(verdict.action == .block)
    #expect(verdict.reasons.contains { $0.code == .phiRisk })
  }

  @Test func `a first name may be held back too`() throws {
    #expect(TestPack.filter.verdict(on: "Hi Dana, your appointment is ready").action == .pass)
    let strict = try filter { $0.firstNameAction = .redact }
    let verdict = strict.verdict(on: "Hi Dana, your appointment is ready")
    #expect(verdict.action == .redact)
    #expect(!string(verdict.text).contains("Dana"))
  }

  @Test func `the practice's own names and numbers are no findings`() throws {
    let own = try filter { $0.practiceIdentity = ["Tucson Diabetes Center", "(555) 201-3344"] }
    for text in ["Tucson Diabetes Center", "call 555.201.3344", "TUCSON  DIABETES-CENTER"] {
      #expect(own.verdict(on: text).findings.isEmpty, "\(text)")
    }
    #expect(!own.verdict(on: "call 555.201.3345").findings.isEmpty)
    #expect(!own.verdict(on: "diabetes").findings.isEmpty)
  }

  @Test func `each redaction does what its name says`() throws {
    func redacted(_ operation: RedactionOperator) throws -> String {
      string(try filter { $0[.usSSN].redaction = operation }.verdict(on: "ssn 219-09-9998 ok").text)
    }
    #expect(try redacted(.mask) == "ssn ***-**-**** ok")
    #expect(try redacted(.partial) == "ssn ***-**-9998 ok")
    #expect(try redacted(.fixed("(gone)")) == "ssn (gone) ok")
    for operation in [RedactionOperator.tag, .hash] {
      let text = try redacted(operation)
      #expect(text.hasPrefix("ssn [") && text.hasSuffix("] ok") && !text.contains("9998"), "\(text)")
    }
  }
}

struct KnownPatientTests {
  private func verdict(_ text: String) -> (Verdict, [String]) {
    var message = Tests.message(text)
    message.known.names = [Array("Zyx Quill-Özil".utf8)]
    message.known.identifiers = [Array("A-7731".utf8)]
    message.known.dateOfBirth = Array("1961-04-02".utf8)
    let verdict = TestPack.filter.verdict(on: message)
    let bytes = Array(text.utf8)
    return (verdict, verdict.findings.map { $0.entity.name + " " + string(bytes[$0.range.start..<$0.range.end]) })
  }

  @Test(arguments: [
    ("zyx is here", "PERSON zyx"), ("ask QUILL", "PERSON QUILL"), ("Zyx Quill called", "PERSON Zyx Quill"),
    ("ozil it is", "PERSON ozil"), ("Özil it is", "PERSON Özil"),
    ("chart a7731", "MEDICAL_RECORD_NUMBER a7731"), ("id A 77-31", "MEDICAL_RECORD_NUMBER A 77-31"),
    ("on 4/2/1961", "DATE_OF_BIRTH 4/2/1961"), ("on 04/02/61", "DATE_OF_BIRTH 04/02/61"),
  ])
  func `what the gateway knows is found in any form`(text: String, expected: String) {
    let (verdict, found) = verdict(text)
    #expect(found.contains(expected), "\(found)")
    #expect(verdict.findings.contains { $0.role == .patient })
  }

  @Test(arguments: ["on 4/3/1961", "quillx", "7731", "xa7731", "nothing"])
  func `what only resembles it is not`(text: String) {
    #expect(!verdict(text).0.findings.contains { $0.role == .patient })
  }

  @Test(arguments: ["", "1961", "abcdefghij", "1961/04/02", "١٩٦١", "0000-00-00"])
  func `a malformed known date of birth does no harm`(date: String) {
    var message = Tests.message("on 4/2/1961 99999999999999999999/1/1 and 12/31/1999")
    message.known.dateOfBirth = Array(date.utf8)
    message.known.names = [[], [0xFF], Array("  ".utf8)]
    message.known.identifiers = [[], [0xFF], Array("1".utf8)]
    let verdict = TestPack.filter.verdict(on: message)
    #expect(verdict.completeness == .complete)
  }
}

struct ExplanationTests {
  @Test func `an explanation has the verdict and an item for each finding`() {
    let filter = TestPack.filter
    for text in RandomTexts.all.prefix(120) {
      var scanner = Scanner(filter)
      let explanation = scanner.explain(message(text))
      #expect(filter.description(of: explanation.verdict) == filter.description(of: filter.verdict(on: text)))
      for item in explanation.items {
        #expect(item.finding == nil || item.rejection == nil)
        #expect(item.finding != nil || item.rejection != nil)
        #expect(!item.evidence.isEmpty, "\(item.rule) in \(text.debugDescription)")
      }
    }
  }

  @Test func `an explanation shows how context decided`() {
    var scanner = Scanner(TestPack.filter)
    let explanation = scanner.explain(message("dob 4/2/1961"))
    let item = explanation.items.first { $0.finding != nil }
    #expect(item?.entity == .dateOfBirth)
    #expect(item?.evidence.contains { $0.contains("\"dob\"") } == true)
    let order = scanner.explain(message("order 219-09-9998"))
    #expect(order.items.contains { $0.entity == .usSSN && $0.rejection != nil && $0.evidence.contains { $0.contains("\"order\"") } })
  }

  @Test func `the explanation of what could not be looked at shows nothing of the message before`() {
    var scanner = Scanner(TestPack.filter)
    _ = scanner.explain(message("my ssn is 219-09-9998"))
    var overlong = Message()
    overlong.text = Array(repeating: UInt8(ascii: "a"), count: (1 << 20) + 1)
    let explanation = scanner.explain(overlong)
    #expect(explanation.verdict.action == .block)
    #expect(!explanation.folded.contains("9998"))
  }
}
