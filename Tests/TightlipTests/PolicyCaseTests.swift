import Foundation
import Synchronization
import Testing
import Tightlip
import TightlipCoding
import TightlipCore
import TightlipPolicy
import TightlipRules

/// Requests under a policy with what is expected of each (`Tests/Cases/policy/*.ndjson`): one case on
/// each line, with a policy (the name of a shipped one, or YAML) and steps that share one filter.
struct PolicyCase: Decodable, CustomTestStringConvertible, Sendable {
  struct Expectation: Decodable, Sendable {
    var action: String
    /// The codes, in any order; each once.
    var reasons: [String]
    var retryAt: String?
    var route: String?
    var wouldBe: String?
    var text: String?
    var instead: String?
    var insteadChannel: String?
    var optOut: String?
    var evidence: [Int]?
    var sealed: Bool?
    /// Which members were given, since null says "absent" and no member says "whatever".
    var given: Set<String> = []

    enum CodingKeys: String, CodingKey, CaseIterable {
      case action, reasons, retryAt, route, wouldBe, text, instead, insteadChannel, optOut, evidence, sealed
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      action = try values.decode(String.self, forKey: .action)
      reasons = try values.decode([String].self, forKey: .reasons)
      retryAt = try values.decodeIfPresent(String.self, forKey: .retryAt)
      route = try values.decodeIfPresent(String.self, forKey: .route)
      wouldBe = try values.decodeIfPresent(String.self, forKey: .wouldBe)
      text = try values.decodeIfPresent(String.self, forKey: .text)
      instead = try values.decodeIfPresent(String.self, forKey: .instead)
      insteadChannel = try values.decodeIfPresent(String.self, forKey: .insteadChannel)
      optOut = try values.decodeIfPresent(String.self, forKey: .optOut)
      evidence = try values.decodeIfPresent([Int].self, forKey: .evidence)
      sealed = try values.decodeIfPresent(Bool.self, forKey: .sealed)
      given = Set(values.allKeys.map(\.rawValue))
    }
  }

  struct History: Decodable, Sendable {
    struct Permission: Decodable, Sendable {
      var status: String
      var scope: Scope?
      var disclosureAcknowledged: Bool?
    }
    enum Scope: Decodable, Sendable {
      case all
      case purposes([String])
      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let list = try? value.decode([String].self) { self = .purposes(list) } else { self = .all }
      }
    }
    var consent: Permission?
    var isUnavailable: Bool?
    var optedOutAt: String?
    var optOutWasConfirmed: Bool?
  }

  struct Step: Decodable, Sendable {
    var now: String?
    var history: History?
    /// So many letters instead of the text.
    var fill: Int?
    var request: Data
    var expect: Expectation

    enum CodingKeys: String, CodingKey { case now, history, fill, request, expect }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      now = try values.decodeIfPresent(String.self, forKey: .now)
      history = try values.decodeIfPresent(History.self, forKey: .history)
      fill = try values.decodeIfPresent(Int.self, forKey: .fill)
      request = try JSONEncoder().encode(try values.decode(JSON.self, forKey: .request))
      expect = try values.decode(Expectation.self, forKey: .expect)
    }
  }

  var name: String
  var policy: String
  var steps: [Step]
  /// Zones are not looked up when the request is read, as where a program makes the message itself.
  var anyZone: Bool?
  /// There is a key for every recipient.
  var sealer: Bool?

  var testDescription: String { name }

  static let folder = Repository.root.appending(path: "Tests/Cases/policy")

  static let files: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).filter { $0.hasSuffix(".ndjson") }.sorted()

  static func cases(_ file: String) throws -> [PolicyCase] {
    try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(PolicyCase.self, from: Data($0.utf8))
    }
  }
}

/// Any JSON, to be written again as it was.
enum JSON: Codable, Sendable {
  case object([String: JSON]), array([JSON]), string(String), number(Double), bool(Bool), null

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let array = try? value.decode([JSON].self) {
      self = .array(array)
    } else if let object = try? value.decode([String: JSON].self) {
      self = .object(object)
    } else {
      self = .null
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .bool(let value): try container.encode(value)
    case .null: try container.encodeNil()
    }
  }
}

private struct TestSealer: MessageSealer {
  func seal(_ text: Span<UInt8>, recipient: Span<UInt8>) -> [UInt8]? { Array("c2VhbGVk".utf8) }
}

@Suite(.serialized)
struct PolicyCaseTests {
  private static func instant(_ text: String) -> Instant {
    let bytes = Array(text.utf8)
    return Instant(rfc3339: bytes.span)!
  }

  private static func policy(_ text: String) throws -> Policy {
    let shipped = Repository.root.appending(path: "Lexicons/policies/\(text).yaml")
    let bytes = text.contains(":") ? Array(text.utf8) : Array(try Data(contentsOf: shipped))
    return try PolicyFile.read(file: "policy.yaml", bytes: bytes, timeZones: TimeZones.names)
  }

  private static func history(_ given: PolicyCase.History) -> PatientHistory {
    var history = PatientHistory()
    if let permission = given.consent {
      var consent = Consent()
      consent.isGiven = true
      consent.status = ConsentStatus(name: permission.status)!
      consent.disclosureIsAcknowledged = permission.disclosureAcknowledged
      switch permission.scope {
      case .all?: (consent.hasScope, consent.coversEverything) = (true, true)
      case .purposes(let purposes)?: (consent.hasScope, consent.scope) = (true, purposes.map { Array($0.utf8) })
      case nil: break
      }
      history.consent = consent
    }
    history.isUnavailable = given.isUnavailable ?? false
    history.optedOutAt = given.optedOutAt.map(instant)
    history.optOutWasConfirmed = given.optOutWasConfirmed ?? false
    return history
  }

  /// Compiled filters by policy. Those that remember are made anew for each case.
  private static let filters = Mutex<[String: Filter]>([:])

  private static func filter(_ test: PolicyCase) throws -> Filter {
    let key = (test.sealer == true ? "sealed " : "") + test.policy
    if let known = filters.withLock({ $0[key] }) { return known }
    var options = Filter.Options()
    if test.sealer == true { options.sealer = TestSealer() }
    let filter = try Filter(pack: Repository.pack, policy: try policy(test.policy), options: options)
    if filter.memory == nil { filters.withLock { $0[key] = filter } }
    return filter
  }

  /// Runs a case, and gives the verdict and message of each step.
  private static func run(_ test: PolicyCase) throws -> [(Verdict, Message, Filter)] {
    let filter = try filter(test)
    var results: [(Verdict, Message, Filter)] = []
    var reader = RequestReader(
      options: RequestOptions(timeZones: test.anyZone == true ? nil : Filter.timeZones))
    for step in test.steps {
      var message = Message()
      let line = Array(step.request)
      try reader.read(line.span, into: &message)
      if let fill = step.fill { message.text = Array(repeating: UInt8(ascii: "x"), count: fill) }
      var scanner = Scanner(filter)
      // Cases that name no time are judged on an ordinary afternoon.
      scanner.fixedClock = instant(step.now ?? "2026-11-23T19:00:00Z")
      var verdict = Verdict()
      if let given = step.history {
        scanner.scan(message, history: history(given), into: &verdict)
      } else {
        scanner.scan(message, into: &verdict)
      }
      results.append((verdict, message, filter))
    }
    return results
  }

  @Test(arguments: PolicyCase.files)
  func `a request gets the verdict that the policy asks for`(file: String) throws {
    for test in try PolicyCase.cases(file) {
      for ((verdict, message, filter), step) in zip(try Self.run(test), test.steps) {
        let expected = step.expect
        let about = Comment(rawValue: "\(file): \(test.name): \(String(decoding: step.request, as: UTF8.self))")
        #expect(verdict.action.name == expected.action, about)
        let codes = verdict.reasons.map(\.code)
        #expect(Set(codes.map(\.code)) == Set(expected.reasons), about)
        expectInvariantsOfReasons(verdict, about)
        if expected.given.contains("retryAt") || verdict.retryAt != nil {
          #expect(verdict.retryAt.map(Self.string) == expected.retryAt, about)
        }
        let route = verdict.isUrgent ? "urgent" : verdict.needsReview ? "review" : nil
        #expect(route == expected.route, about)
        if expected.given.contains("wouldBe") { #expect(verdict.wouldBe?.name == expected.wouldBe, about) }
        if let text = expected.text { #expect(String(decoding: verdict.text, as: UTF8.self) == text, about) }
        if expected.given.contains("sealed") { #expect(!verdict.sealed.isEmpty == (expected.sealed == true), about) }
        expectIntent(verdict, expected, about)
        expectReplacement(verdict, message, filter, expected, about)
        if verdict.action == .pass { #expect(verdict.text == message.text, about) }
        if verdict.action == .block { #expect(verdict.text.isEmpty && verdict.sealed.isEmpty, about) }
      }
    }
  }

  private func expectIntent(_ verdict: Verdict, _ expected: PolicyCase.Expectation, _ about: Comment) {
    let kind: String? =
      switch verdict.intent?.kind {
      case .optOutDoubtful?: "doubtful"
      case .thanks?, nil: nil
      case let kind?: kind.name
      }
    #expect(kind == expected.optOut, about)
    if let evidence = expected.evidence {
      #expect(verdict.intent.map { [$0.evidence.start, $0.evidence.end] } == evidence, about)
    }
  }

  private func expectReplacement(
    _ verdict: Verdict, _ message: Message, _ filter: Filter, _ expected: PolicyCase.Expectation, _ about: Comment
  ) {
    let offer: (channel: String, text: String?)? =
      switch verdict.replacement {
      case .none: nil
      case .approved(let number): (filter.policy.replacements[number].channel, filter.policy.replacements[number].text)
      case .preferredChannel: (String(decoding: message.consent.preferredChannel, as: UTF8.self), nil)
      case .help: ("", filter.policy.helpText)
      case .automaticReply: ("", filter.policy.clocks.automaticReply)
      }
    if expected.given.contains("instead") { #expect(offer?.text == expected.instead, about) }
    if expected.given.contains("insteadChannel") { #expect(offer?.channel == expected.insteadChannel, about) }
  }

  private func expectInvariantsOfReasons(_ verdict: Verdict, _ about: Comment) {
    let reasons = verdict.reasons
    for (left, right) in zip(reasons, reasons.dropFirst()) {
      #expect(
        left.severity > right.severity || left.severity == right.severity && left.code.rawValue <= right.code.rawValue,
        about)
    }
    #expect(Set(reasons).count == reasons.count, about)
    #expect((verdict.action == .block) == reasons.contains { $0.severity == .block } || verdict.wouldBe != nil, about)
    if verdict.retryAt != nil { #expect(verdict.action == .block, about) }
  }

  static func string(_ time: Instant) -> String {
    let digits = time.rfc3339
    return String(decoding: digits.indices.map { digits[$0] }, as: UTF8.self)
  }

  @Test func `every reason is reached by a case`() throws {
    var reached: Set<ReasonCode> = []
    for file in PolicyCase.files {
      for test in try PolicyCase.cases(file) {
        for step in test.steps { reached.formUnion(step.expect.reasons.compactMap { ReasonCode(code: $0) }) }
      }
    }
    // What only a store finds out is tested with one.
    #expect(Set(ReasonCode.allCases).subtracting(reached).map(\.code) == [ReasonCode.optOutUnrecorded.code])
  }
}
