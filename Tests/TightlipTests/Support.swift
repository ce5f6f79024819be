import Foundation
import Testing
import Tightlip
import TightlipCore

enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let pack = root.appending(path: "Lexicons").path()
}

/// The shipped pack, compiled once for all tests.
enum ShippedPack {
  static let filter = try! Filter(pack: Repository.pack)
  static let filterWithoutGates = try! Filter(
    pack: Repository.pack,
    options: {
      var options = Filter.Options()
      options.usesGates = false
      return options
    }())
}

/// A pack of a few terms and patterns, made for tests: what it finds depends on nothing but this file.
struct TestPack {
  var termFiles: [(name: String, text: String)]
  var patternFiles: [(name: String, text: String)]

  static let header = "term\tentity\tweight\tflags\tcode\tsource\tnote\n"

  static func table(_ rows: [(String, String, String, String)]) -> String {
    header + rows.map { "\($0.0)\t\($0.1)\t\($0.2)\t\($0.3)\t\ttest\t\n" }.joined()
  }

  static func rule(
    _ id: String, _ entity: String, _ pattern: String, _ score: String = "0.9", _ more: String = ""
  ) -> String {
    """
      - id: \(id)
        entity: \(entity)
        pattern: '\(pattern)'
        score: \(score)
    \(more.split(separator: "\n").map { "    " + $0 + "\n" }.joined())\
        examples: ["[[a]]", "[[b]]"]
        counterexamples: ["a", "b"]

    """
  }

  static let small = TestPack(
    termFiles: [
      (
        "cues",
        table([
          ("hi", "CUE_GREETING", "1", ""), ("you", "CUE_SECOND_PERSON", "1", ""),
          ("your", "CUE_SECOND_PERSON", "1", ""), ("the patient", "CUE_PATIENT", "1", ""),
          ("she", "CUE_THIRD_PERSON", "1", ""), ("free class", "CUE_GENERAL", "1", ""),
          ("dr", "CUE_PROVIDER_TITLE", "1", ""), ("positive", "CUE_RESULT_VALUE", "1", ""),
          ("is", "CUE_RESULT_VERB", "1", ""), ("taking", "CUE_TAKING", "1", ""), ("mg", "CUE_DOSE", "1", ""),
          ("call us", "CUE_PRACTICE_CONTACT", "1", ""), ("appointment", "CUE_APPOINTMENT", "1", ""),
        ])
      ),
      (
        "names",
        table([
          ("dana", "GIVEN_NAME", "0.9", ""), ("maria", "GIVEN_NAME", "0.9", ""), ("whitfield", "SURNAME", "0.9", ""),
          ("rose", "GIVEN_NAME", "0.6", "needs-context"), ("tucson", "CITY", "0.9", ""), ("az", "STATE", "0.9", ""),
        ])
      ),
      (
        "health",
        table([
          ("diabetes", "DIAGNOSIS", "0.95", "one-typo"), ("type 2 diabetes", "DIAGNOSIS", "0.95", ""),
          ("metformin", "MEDICATION", "0.95", "one-typo"), ("a1c", "LAB_TEST", "0.95", ""),
          ("hiv test", "LAB_TEST", "0.95", "plural"), ("flu shot", "PROCEDURE", "0.9", "plural"),
        ])
      ),
      (
        "topics",
        table([
          ("kill myself", "TOPIC_CRISIS", "1", ""), ("idiot", "TOPIC_PROFANITY", "1", ""),
          ("hiv", "TOPIC_HIV_STI", "1", ""), ("big sale", "TOPIC_MARKETING", "0.9", ""),
        ])
      ),
      (
        "common",
        table(["a", "the", "for", "on", "at", "and", "has", "to", "ready", "please"].map { ($0, "COMMON_WORD", "1", "") })
      ),
    ],
    patternFiles: [
      (
        "numbers",
        "patterns:\n"
          + rule(
            "number.ssn", "US_SSN", #"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"#, "0.85",
            "validator: ssn\ncontext: [ssn, social security]\ncontextScore: 0.99\nagainst: [order]\nagainstScore: 0.2")
          + rule(
            "number.record", "MEDICAL_RECORD_NUMBER", #"(?<!\w)\d{6,9}(?!\w)"#, "0.5",
            "context: [mrn, chart]\ncontextScore: 0.95\ncontextRequired: true")
          + rule("number.other", "OTHER_ID", #"(?<!\w)\d{6,9}(?!\w)"#, "0.55")
          + rule("number.phone", "PHONE_NUMBER", #"(?<!\d)\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}(?!\d)"#, "0.9")
      ),
      (
        "dates",
        "patterns:\n"
          + rule(
            "date.numeric", "DATE_TIME", #"(?<![\w/])\d{1,2}/\d{1,2}/(?:\d{2}|\d{4})(?![\w/])"#, "0.9")
          + rule(
            "date.birth", "DATE_OF_BIRTH", #"(?<![\w/])\d{1,2}/\d{1,2}/(?:\d{2}|\d{4})(?![\w/])"#, "0.5",
            "context: [dob, born, date of birth]\ncontextScore: 0.96\ncontextRequired: true")
          + rule("date.mail", "EMAIL_ADDRESS", #"[\w.]+@[\w.]+\w"#, "0.95")
          // Runs away on a long run of x: what a limit is for.
          + rule("date.runaway", "OTHER_ID", #"(?:x+x+)+(?<=zz)"#, "0.6")
      ),
    ])

  /// Writes the pack to a new folder and returns its path.
  func write() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var manifest = "name: test\nversion: 1.0\nterms: ["
    manifest += termFiles.map { $0.name + ".tsv" }.joined(separator: ", ")
    manifest += "]\npatterns: [" + patternFiles.map { $0.name + ".yaml" }.joined(separator: ", ") + "]\n"
    try Data(manifest.utf8).write(to: folder.appending(path: "pack.yaml"))
    for file in termFiles { try Data(file.text.utf8).write(to: folder.appending(path: file.name + ".tsv")) }
    for file in patternFiles { try Data(file.text.utf8).write(to: folder.appending(path: file.name + ".yaml")) }
    return folder.path()
  }

  /// Compiles the pack, and removes what was written for it.
  func filter(
    policy: Policy = .shippedDefault, detectors: [any Detector] = [], options: Filter.Options = Filter.Options()
  ) throws -> Filter {
    let folder = try write()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try Filter(pack: folder, policy: policy, detectors: detectors, options: options)
  }

  static let filter = try! small.filter()
}

func message(
  _ text: String, _ direction: Direction = .outbound, isProtected: Bool = false
) -> Message {
  var message = Message()
  message.text = Array(text.utf8)
  message.direction = direction
  message.channelIsEncrypted = isProtected
  message.deviceIsEncrypted = isProtected
  return message
}

extension Filter {
  func verdict(on message: Message) -> Verdict {
    var scanner = Scanner(self)
    var verdict = Verdict()
    scanner.scan(message, into: &verdict)
    return verdict
  }

  func verdict(on text: String) -> Verdict { verdict(on: Tests.message(text)) }

  /// Everything a verdict says, as text: equal where the verdicts are equal, whatever number a rule
  /// has in its filter.
  func description(of verdict: Verdict) -> String {
    var lines = [
      "\(verdict.action.name) \(verdict.completeness) risk \(verdict.riskThousandths) urgent \(verdict.isUrgent) "
        + "would be \(verdict.wouldBe?.name ?? "-")"
    ]
    for finding in verdict.findings {
      lines.append(
        "\(finding.entity.name) \(finding.range.start)..<\(finding.range.end) \(finding.score.thousandths) "
          + "\(name(of: finding.rule)) \(finding.role.name)")
    }
    for reason in verdict.reasons {
      lines.append("\(reason.code.code) \(reason.severity.name) \(reason.entity?.name ?? "-")")
    }
    for part in verdict.contributions { lines.append("\(part.source) \(part.thousandths)") }
    lines.append(String(decoding: verdict.text, as: UTF8.self))
    return lines.joined(separator: "\n")
  }
}

/// So that a method may call the free function of its own name.
enum Tests {
  static func message(_ text: String) -> Message {
    var message = Message()
    message.text = Array(text.utf8)
    return message
  }
}

func string(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Texts put together from what the small pack knows and what it does not, with the tricks of evasion.
enum RandomTexts {
  private static let parts = [
    "Dana", "Dana Whitfield", "maria", "Rose", "hi", "your", "she", "the patient", "diabetes", "type 2 diabetes",
    "metformin", "metfromin", "500 mg", "a1c", "HIV test", "positive", "is", "flu shots", "219-09-9998", "ssn",
    "social security", "order", "mrn", "chart", "00418823", "1234567", "555-201-3344", "(555) 201-3344", "call us",
    "4/2/1961", "dob", "born", "04/02/61", "dana@example.com", "kill myself", "idiot", "big sale", "Tucson, AZ",
    "free class", "appointment", "dr", "ready", "for", "on", "and", "xxxy", "O'Neil", "é", "日本", "👩‍⚕️", "🇺🇸", "ﬁ",
    "İ", "ß", "\u{200B}", "\u{FE0F}", "\u{202E}", "a\u{0301}", "２１９－０９－９９９８", "D\u{0430}na",
  ]
  private static let gaps = [" ", " ", " ", " ", ", ", ". ", "\n", "-", "", "/", ": ", "\r\n", "  ", "\u{00A0}", "…"]

  static func next(_ generator: inout SeededGenerator) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...10, using: &generator) {
      text += parts.randomElement(using: &generator)! + gaps.randomElement(using: &generator)!
    }
    return text
  }

  static let all: [String] = {
    var generator = SeededGenerator(seed: 20_261_122)
    return (0..<600).map { _ in next(&generator) }
  }()
}
