import Testing
import TightlipCore
import TightlipRules

/// A rule weaker than the shipped default is a warning, unless somebody answers for it.
struct WeakerRuleTests {
  private func read(_ text: String) throws -> PolicyFile.Reading {
    try PolicyFile.readAll(file: "policy.yaml", bytes: Array(("policy: test\n" + text + "\n").utf8))
  }

  static let weaker = [
    "threshold: 0.9", "health: {certain: 0.99}", "monitor: true", "entities: {US_SSN: pass}", "entities: {US_SSN: {action: pass}}",
    "entities: {TOPIC_ABUSE: redact}", "linkage: {personAndHealth: redact}", "linkage: {birthDateAndName: pass}",
    "health: {medication: pass}", "limits: {redactions: 9}", "limits: {redactedPercent: 100}",
    "quietHours: {apply: never}", "quietHours: {from: \"22:00\"}", "quietHours: {until: \"07:00\"}",
    "quietHours: {stateWindows: false}", "quietHours: {replyGrace: 60}", "channels: {sms: {quietHours: false}}",
    "channels: {sms: {entities: {US_SSN: pass}}}", "purposes: {survey: {entities: [PERSON, DIAGNOSIS]}}",
    "senders: {unspecified: {purposes: [billing]}}", "haltDirections: outbound",
    "encrypted: {entities: {TOPIC_PROFANITY: pass}}", "entities: {US_SSN: {redaction: partial}}",
  ]

  @Test(arguments: weaker)
  func `a weaker rule is told with its place`(text: String) throws {
    let warnings = try read(text).warnings
    #expect(warnings.count == 1, "\(warnings.map(\.description))")
    #expect(warnings.allSatisfy { $0.level == .warning && $0.line == 2 && $0.column > 0 && !$0.remedy.isEmpty })
  }

  @Test(arguments: [
    "threshold: 0.3", "health: {certain: 0.9}", "monitor: false", "entities: {US_SSN: block}", "entities: {URL: redact}",
    "linkage: {personAndHealth: block}", "names: {first: redact}", "limits: {redactions: 0, redactedPercent: 10, risk: 0.5}",
    "quietHours: {from: \"20:00\", until: \"09:00\", replyGrace: 0}", "quietHours: {apply: always}",
    "consent: {mode: required}", "purposes: {survey: {entities: [PERSON]}, weather: {entities: [DIAGNOSIS]}}",
    "senders: {required: true}", "devices: {unencrypted: block}", "channels: {email: {quietHours: true}}",
    "encrypted: {entities: {US_SSN: redact, TOPIC_LEGAL_THREAT: block, DIAGNOSIS: pass}}", "haltDirections: both", "senders: {unspecified: {purposes: [other]}}",
  ])
  func `a stricter rule is none`(text: String) throws {
    #expect(try read(text).warnings.map(\.description) == [])
  }

  @Test(arguments: [
    "threshold: {value: 0.9, ACCEPT}", "health: {certain: {value: 1, ACCEPT}}", "monitor: {value: true, ACCEPT}", "entities: {US_SSN: {action: pass, ACCEPT}}",
    "linkage: {personAndHealth: {action: redact, ACCEPT}}", "limits: {redactions: 9, ACCEPT}",
    "quietHours: {apply: never, ACCEPT}", "channels: {sms: {quietHours: false, ACCEPT}}",
    "channels: {sms: {entities: {US_SSN: {action: pass, ACCEPT}}}}",
    "purposes: {survey: {entities: [PERSON, DIAGNOSIS], ACCEPT}}",
    "senders: {unspecified: {purposes: [billing]}, ACCEPT}", "haltDirections: {value: inbound, ACCEPT}",
    "encrypted: {entities: {TOPIC_PROFANITY: {action: pass, ACCEPT}}}", "entities: {US_SSN: {redaction: partial, ACCEPT}}",
  ])
  func `somebody may answer for it`(text: String) throws {
    let accept = "accept: {weaker: true, reason: trial, owner: officer}"
    #expect(try read(text.replacing("ACCEPT", with: accept)).warnings.map(\.description) == [])
    for broken in [
      "accept: {weaker: true, reason: trial}", "accept: {weaker: true, owner: officer}", "accept: {weaker: false, reason: a, owner: b}",
      "accept: {weaker: true, reason: ' ', owner: officer}", "accept: true", "accept: {reason: a, owner: b}",
    ] {
      #expect(throws: RulesError.self, "\(broken)") { try read(text.replacing("ACCEPT", with: broken)) }
    }
  }
}
