import Foundation
import Testing
import Tightlip
import TightlipCore
import TightlipCoding
import TightlipPolicy
import TightlipRules
import TightlipTagger

/// What stands between a line and its verdict beside the plain way: records that fail, histories, limits.
struct VerdictPathTests {
  private func policy(_ change: (inout Policy) -> Void) throws -> Filter {
    var policy = Policy.shippedDefault
    change(&policy)
    return try TestPack.small.filter(policy: policy)
  }

  // MARK: Refusals

  /// Where the record of a verdict cannot be written, a block stands for it, with the message's own id and nothing else.
  @Test(arguments: [false, true])
  func `a verdict without its record is a block`(rewrites: Bool) throws {
    var options = RequestScanner.Options()
    options.rewrites = rewrites
    var scanner = try RequestScanner(TestPack.filter, options: options)
    let request = Array(#"{"id":"m-1","text":"see you on 4/2/2026","more":[1]}"#.utf8)
    let line = FramedLine(whole: request.span, maxBytes: 1000)
    try scanner.judge(line, in: request.span)
    #expect(scanner.verdict.action == .pass)
    var output: [UInt8] = []
    scanner.writeRefusal(line, in: request.span, to: &output)
    let refusal = string(output)
    #expect(refusal.hasSuffix("\n") && refusal.filter { $0 == "\n" }.count == 1)
    #expect(refusal.contains(#""action":"block""#) && refusal.contains("records.unavailable"), "\(refusal)")
    #expect(refusal.contains(#""m-1""#) && refusal.contains(#""complete":false"#))
    #expect(!refusal.contains("see you"), "what was refused does not leave")
    #expect(refusal.contains(#""more":[1]"#) == rewrites)
    // The same of a message of which nothing but the id is kept.
    output = []
    scanner.writeRefusal(identifierJSON: Array(#""m-2""#.utf8), to: &output)
    #expect(string(output).hasPrefix(#"{"id":"m-2","action":"block""#))
  }

  @Test func `a line over the limit is an error that blocks, and leaves nothing of the one before`() throws {
    var options = Filter.Options()
    options.maximumBytes = 40
    var scanner = try RequestScanner(TestPack.small.filter(options: options))
    let short = Array(#"{"id":1,"text":"hello"}"#.utf8)
    try scanner.judge(FramedLine(whole: short.span, maxBytes: 40), in: short.span)
    #expect(scanner.verdict.action == .pass && string(scanner.message.text) == "hello")
    let long = Array((#"{"id":2,"text":""# + String(repeating: "a", count: 60) + #""}"#).utf8)
    let line = FramedLine(whole: long.span, maxBytes: 40)
    #expect(line.isTooLong)
    var code: RequestError.Code?
    do throws(RequestError) {
      try scanner.judge(line, in: long.span)
    } catch {
      code = error.code
    }
    #expect(code == .tooLong)
    #expect(scanner.verdict.action == .block && scanner.verdict.completeness == .notScanned)
    #expect(scanner.message.text.isEmpty && scanner.message.identifierJSON.isEmpty)
    var output: [UInt8] = []
    scanner.answer(lines: long.span, to: &output)
    #expect(string(output).contains(#""action":"block""#) && string(output).contains("request.too-long"), "\(string(output))")
  }

  // MARK: Histories

  /// With a store's history the thread's other half counts; the note is given the verdict before it is written.
  @Test func `what a store remembers is judged with the message`() throws {
    let filter = try policy { $0.threads.isOn = true }
    var scanner = try RequestScanner(filter)
    let request = Array(#"{"text":"Dana Whitfield","thread":"t"}"#.utf8)
    var linked = PatientHistory()
    linked.parts = .health
    var unavailable = PatientHistory()
    unavailable.isUnavailable = true
    var actions: [Action] = []
    var codes: [[ReasonCode]] = []
    for history in [nil, PatientHistory(), linked, unavailable] {
      try scanner.read(FramedLine(whole: request.span, maxBytes: 1000), in: request.span)
      scanner.judge(history: history) { verdict, message, _ in
        #expect(string(message.text) == "Dana Whitfield")
        if history == nil { verdict.reasons.append(Reason(code: .crisis, severity: .warning)) }
      }
      actions.append(scanner.verdict.action)
      codes.append(scanner.verdict.reasons.map(\.code))
    }
    #expect(codes[0].last == .crisis, "what the note changes stays changed")
    #expect(actions[0] == actions[1] && actions[0] != .block)
    #expect(actions[2] == .block && codes[2].contains(.phiThreadLinked) && !codes[1].contains(.phiThreadLinked))
    #expect(actions[3] == .block && codes[3].contains(.recordsUnavailable))
  }

  @Test func `what is taken out or sealed leaves nothing in the thread`() throws {
    var scanner = Scanner(TestPack.filter)
    var verdict = Verdict()
    scanner.scan("see you at the office on Tuesday, Dana Whitfield, and bring the card with ssn 219-09-9998", into: &verdict)
    try #require(verdict.action == .redact)
    let left = scanner.partsLeft(by: .outbound, verdict)
    #expect(!left.contains(.pointer), "the number was taken out")
    #expect(left.contains(.person) == string(verdict.text).contains("Whitfield"), "\(string(verdict.text)) \(verdict.findings)")
    // Inbound nothing is taken out, so everything stands there.
    #expect(scanner.partsLeft(by: .inbound, verdict) == [.person, .pointer])
    verdict.sealed = [1]
    #expect(scanner.partsLeft(by: .inbound, verdict).isEmpty)
  }

  @Test(arguments: [
    ("Dana Whitfield", .person), ("ssn 219-09-9998", .pointer), ("dob 4/2/1961", [.birthDate, .pointer]),
    ("metformin", .health), ("see you 4/2/2026", []), ("Dr Whitfield", []),
  ] as [(String, PatientHistory.Parts)])
  func `each finding has its part in a thread`(text: String, parts: PatientHistory.Parts) {
    var scanner = Scanner(TestPack.filter)
    var verdict = Verdict()
    scanner.scan(message(text, .inbound), into: &verdict)
    #expect(scanner.partsLeft(by: .inbound, verdict) == parts, "\(TestPack.filter.description(of: verdict))")
  }

  // MARK: Policy

  @Test func `where linked things are taken out, all of them are`() throws {
    let filter = try policy {
      $0.linkedAction = .redact
      $0.addressedHealthAction = .pass
      $0.maximumRedactedPercent = 100
    }
    let verdict = filter.verdict(on: "Dana Whitfield has diabetes and an appointment with Dr Whitfield on 4/2/2026 at the office")
    let text = string(verdict.text)
    #expect(verdict.action == .redact, "\(filter.description(of: verdict))")
    #expect(!text.contains("Dana") && !text.contains("diabetes"))
    #expect(text.contains("Dr Whitfield") && text.contains("4/2/2026"), "what links nobody stays: \(text)")
    #expect(verdict.reasons.contains { $0.code == .phiLinked && $0.severity == .redact })
  }

  /// Only linkage takes anything out here, and of the practice's own it takes nothing.
  @Test func `where every type may pass, linked things are taken out, and what is the practice's stays`() throws {
    let filter = try policy {
      for entity in EntityType.allCases { $0[entity].action = .pass }
      $0.linkedAction = .redact
      $0.addressedHealthAction = .pass
      $0.ownIdentityAction = .pass
      $0.maximumRisk = Score(thousandths: 1000)
      $0.maximumRedactedPercent = 100
    }
    let verdict = filter.verdict(on: "Dana Whitfield has diabetes, call us at (303) 555-0148 or ask Dr Whitfield")
    let text = string(verdict.text)
    #expect(verdict.action == .redact, "\(filter.description(of: verdict))")
    #expect(!text.contains("Dana") && !text.contains("diabetes"), "\(text)")
    #expect(text.contains("(303) 555-0148") && text.contains("Dr Whitfield"), "\(filter.description(of: verdict))")
  }

  @Test(arguments: [(false, false, 0.6, true), (true, false, 0.6, false), (true, true, 0.6, true), (true, false, 0.96, true)])
  func `a result is somebody's, in general information where it is certain`(
    isGeneral: Bool, ownsHealth: Bool, score: Double, isSomebodys: Bool
  ) {
    var facts = MessageFacts()
    facts.isGeneral = isGeneral
    facts.ownsHealth = ownsHealth
    let result = Finding(entity: .labResult, range: ByteRange(start: 0, end: 3), score: Score(score), rule: RuleID(0))
    let links = PolicyJudge(policy: .shippedDefault).links([result], facts: facts)
    #expect(links.contains(.addressedHealth) == isSomebodys)
  }

  @Test func `only what leaves has a counterfactual`() throws {
    var options = Filter.Options()
    options.givesCounterfactual = true
    var policy = Policy.shippedDefault
    policy.inboundAction = .block
    let filter = try TestPack.small.filter(policy: policy, options: options)
    #expect(filter.verdict(on: "Dana Whitfield has diabetes").counterfactual?.isEmpty == false)
    let inbound = filter.verdict(on: message("Dana Whitfield has diabetes", .inbound))
    #expect(inbound.action != .pass && inbound.counterfactual == nil)
  }

  @Test func `what a practice waives is no finding, until the day it said`() throws {
    let pack = try TestPack.small.write()
    let overlay = FileManager.default.temporaryDirectory.appending(path: "tightlip-waiver-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: overlay, withIntermediateDirectories: true)
    defer {
      try? FileManager.default.removeItem(atPath: pack)
      try? FileManager.default.removeItem(at: overlay)
    }
    try Data("overlay: own\nowner: me\nwaivers: [w.tsv]\n".utf8).write(to: overlay.appending(path: "overlay.yaml"))
    for (days, isWaived) in [(30.0, true), (-30.0, false)] {
      let expires = Date(timeIntervalSinceNow: days * 86_400).ISO8601Format().prefix(10)
      try Data("text\thash\tentity\towner\treason\texpires\ndiabetes\t\tDIAGNOSIS\tme\twhy\t\(expires)\n".utf8)
        .write(to: overlay.appending(path: "w.tsv"))
      let filter = try Filter(pack: pack, overlays: [overlay.path()])
      let verdict = filter.verdict(on: "the diabetes class meets")
      #expect(verdict.findings.isEmpty == isWaived, "\(filter.description(of: verdict))")
      #expect(!filter.verdict(on: "metformin 500 mg").findings.isEmpty, "nothing else is waived")
    }
  }

  // MARK: Asked for beside a verdict

  @Test func `rules about texting itself are asked one by one`() {
    let filter = ShippedPack.filter
    var scanner = Scanner(filter)
    var matched = 0
    for (number, rule) in filter.intentRules.enumerated() {
      for example in rule.examples {
        let matches = scanner.matchesIntent(number, Array(example.text.utf8))
        #expect(matches, "\(rule.id): \(example.text)")
        matched += 1
      }
      for example in rule.counterexamples {
        let matches = scanner.matchesIntent(number, Array(example.text.utf8))
        #expect(!matches, "\(rule.id): \(example.text)")
      }
      let isRead = scanner.matchesIntent(number, [0xFF])
      #expect(!isRead, "what is no UTF-8 matches nothing")
    }
    #expect(matched > 20)
  }

  @Test func `another threshold shows other findings of the same message`() {
    var scanner = Scanner(TestPack.filter)
    var verdict = Verdict()
    let text = Tests.message("order 219-09-9998 for Dana Whitfield")
    scanner.scan(text, into: &verdict)
    let few = scanner.findings(at: Score(thousandths: 1000), in: text)
    let many = scanner.findings(at: Score(thousandths: 100), in: text)
    #expect(few.count < many.count, "\(few.count) \(many.count)")
    let same = scanner.findings(at: TestPack.filter.policy.threshold, in: text)
    #expect(same == verdict.findings)
  }

  @Test func `what a tagger learns from is not gathered of what could not be read`() throws {
    var options = Filter.Options()
    options.usesTagger = false
    options.maximumBytes = 20
    let filter = try TestPack.small.filter(options: options)
    var scanner = Scanner(filter)
    var facts = TaggerFacts()
    var words: [ByteRange] = []
    let isGathered = scanner.gather(Array("Dana has diabetes".utf8), into: &facts, words: &words)
    #expect(isGathered && words.map { $0.start } == [0, 5, 9])
    for text in [Array(String(repeating: "a", count: 21).utf8), [0xFF]] {
      let isGathered = scanner.gather(text, into: &facts, words: &words)
      #expect(!isGathered && words.isEmpty)
    }
  }

  @Test func `archives are judged as of the day they were sent`() throws {
    var policy = Policy.shippedDefault
    policy.expiresAt = 1_577_836_800
    for asOfSent in [false, true] {
      var options = Filter.Options()
      options.judgesAsOfSent = asOfSent
      let filter = try TestPack.small.filter(policy: policy, options: options)
      var old = Tests.message("see you on Tuesday")
      old.sentAt = Instant(seconds: 1_500_000_000)
      #expect(filter.verdict(on: old).action == (asOfSent ? .pass : .block))
    }
  }
}
