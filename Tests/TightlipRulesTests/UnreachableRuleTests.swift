import Testing
import TightlipCore
import TightlipRules

/// A rule that can never apply is a mistake, told with its place.
struct UnreachableRuleTests {
  private func problems(_ text: String) -> [Diagnostic] {
    do throws(RulesError) {
      _ = try PolicyFile.readAll(file: "policy.yaml", bytes: Array(("policy: test\n" + text + "\n").utf8))
      return []
    } catch {
      return error.diagnostics
    }
  }

  static let accepted = "accept: {weaker: true, reason: trial, owner: officer}"

  static let unreachable = [
    "senders: {required: true, unspecified: {purposes: [other]}}",
    "senders: {roles: {nurse: {purposes: []}}}",
    "senders: {roles: {nurse: {ids: [a, a]}}}",
    "senders: {roles: {nurse: {ids: [a]}, clerk: {ids: [a]}}}",
    "senders: {roles: {nurse: {topics: [], except: [TOPIC_ABUSE]}}}",
    "purposes: {survey: {entities: [TOPIC_ABUSE]}}",
    "purposes: {weather: {entities: [DATE_TIME]}}\nsenders: {roles: {nurse: {purposes: [call-us]}}}",
    "channels: {sms: {action: block, entities: {US_SSN: block}}}",
    "quietHours: {apply: never, from: \"20:00\", \(accepted)}",
    "quietHours: {apply: never, \(accepted)}\nchannels: {email: {quietHours: true}}",
    "quietHours: {fallbackTimeZones: [America/Denver]}",
    "quietHours: {from: \"08:00\", until: \"09:00\"}",
    "clocks: {holidays: [2027-12-25]}",
    "clocks: {businessHours: {monday: \"08:00-12:00\"}}",
    "clocks: {answerWithin: 5, businessHours: {monday: closed}}",
    "devices: {notice: look into the portal}",
    "healthcareLimits: {perWeek: 2}",
    "healthcareLimits: {enforce: true}",
    "threads: {hours: 2}",
    "names: {first: redact}\nentities: {PERSON: block}",
    "health: {medication: block}\nentities: {MEDICATION: block}",
    "health: {procedure: redact}\nentities: {PROCEDURE: block}",
    "limits: {risk: 0}",
    "practice: {names: [\"E.\"]}",
    "instead: {reasons: {quiet.hours: {text: Later}}}",
    "instead: {reasons: {healthcare.length: {text: Call us}}}",
    "instead: {reasons: {seal.no-key: {text: Call us}}}",
    "instead: {reasons: {device.unencrypted: {text: Call us}}}",
    "instead: {reasons: {channel.forbidden: {text: Call us}}}",
    "instead: {reasons: {phi.risk: {text: Call us}}}",
    "instead: {reasons: {phi.thread-linked: {text: Call us}}}",
    "instead: {reasons: {consent.expired: {text: Call us}}}",
    "instead: {channel: fax}\nchannels: {fax: {action: block}}",
    "entities: {US_SSN: {redaction: tag, text: x}}",
  ]

  @Test(arguments: unreachable)
  func `a rule that can never apply is told with its place`(text: String) {
    let found = problems(text)
    #expect(found.count == 1, "\(found.map(\.description))")
    #expect(found.allSatisfy { $0.level == .error && $0.line >= 2 && $0.column > 0 && !$0.remedy.isEmpty })
  }

  @Test(arguments: [
    "purposes: {weather: {entities: [DATE_TIME]}}\nsenders: {roles: {nurse: {purposes: [weather]}}}",
    "purposes: {weather: {entities: [DATE_TIME]}}",
    "clocks: {holidays: []}", "clocks: {holidays: [2027-12-25], answerWithin: 60}",
    "clocks: {businessHours: {monday: \"08:00-12:00\"}, autoReply: We are closed}",
    "names: {first: redact}\nentities: {PERSON: block}\nchannels: {portal: {entities: {PERSON: {action: redact, \(accepted)}}}}",
    "limits: {risk: 0.01}", "practice: {names: [Elm], phones: [\"555\"]}",
    "instead: {reasons: {healthcare.length: {text: Call us}}}\npractice: {names: [Elm Clinic]}\nhealthcareLimits: {enforce: true}",
    "instead: {reasons: {device.unencrypted: {text: Call us}}}\ndevices: {unencrypted: block}",
    "instead: {reasons: {consent.expired: {text: Call us}}}\nconsent: {mode: required}",
    "instead: {channel: portal}\nchannels: {fax: {action: block}}",
  ])
  func `one that can is none`(text: String) {
    #expect(problems(text).map(\.description) == [])
  }
}
