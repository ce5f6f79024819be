internal import ArgumentParser
internal import Foundation
internal import Glibc
import Tightlip
import TightlipCoding
import TightlipCore

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Shows for one message each finding, what spoke for it, the risk, the reasons, and what would pass.",
    discussion: "The output holds the message. It is for a person at a terminal, not for a log.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }
  enum Way: String, ExpressibleByArgument, CaseIterable { case outbound, inbound }

  @OptionGroup var setup: SetupOptions

  @Option(help: "text, or json for tools.")
  var format: Format = .text

  @Option(help: "Which way the message goes.")
  var direction: Way = .outbound

  @Option(help: ArgumentHelp("The rest of the request, as the line protocol has it.", valueName: "json"))
  var envelope: String?

  @Flag(help: "Standard input is one request of the line protocol, not the bare message.")
  var request = false
  @Option(
    help: ArgumentHelp(
      "Explain why this word, or the rule of this name, is no finding; may be repeated.", valueName: "term-or-rule"))
  var whyNot: [String] = []

  @Argument(help: "The message; without it, standard input is read.")
  var text: [String] = []

  func run() throws {
    // Arguments reach the program with bad bytes already repaired; such a text is not the one sent.
    if text.contains(where: { $0.unicodeScalars.contains("\u{FFFD}") }) {
      throw ConfigurationProblem(
        "the message is not valid UTF-8, or holds the replacement character U+FFFD\n"
          + "  to mend it: give it on standard input")
    }
    let filter = try setup.makeFilter { $0.givesCounterfactual = true }
    let message = try readMessage()
    var scanner = Tightlip.Scanner(filter)
    let explanation = scanner.explain(message)
    let answers = whyNot.map { scanner.whyNot($0, in: message) }
    switch format {
    case .text:
      let style = TerminalStyle(isColored: StandardStreams.takesColor(STDOUT_FILENO))
      try StandardStreams.print(ExplanationPage(explanation, message, filter, style, answers).text)
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let data = try encoder.encode(ExplanationRecord(explanation, filter, answers))
      try StandardStreams.write(Array(data) + [10])
    }
  }

  /// The message from arguments or standard input, with the envelope.
  private func readMessage() throws -> Message {
    if request, envelope != nil || !text.isEmpty {
      throw ConfigurationProblem(
        "--request takes everything from standard input\n  to mend it: leave out --envelope and the message")
    }
    let input = text.isEmpty ? try Self.readAll() : Array(text.joined(separator: " ").utf8)
    if request { return try Self.read(input, "standard input") }
    guard let envelope else {
      var message = Message()
      message.direction = direction == .inbound ? .inbound : .outbound
      message.text = input
      return message
    }
    // Read as a whole request, so that the envelope is held to the same rules.
    let object = Array(envelope.utf8)
    guard let brace = object.firstIndex(of: UInt8(ascii: "{")), String(validating: input, as: UTF8.self) != nil else {
      throw ConfigurationProblem(
        "--envelope is no JSON object, or the message no UTF-8\n"
          + "  to mend it: write for example --envelope '{\"sender\":{\"role\":\"nurse\"}}'")
    }
    var line = Array(object[...brace])
    line += Array(#""text":"#.utf8) + Self.quoted(input)
    let rest = object[(brace + 1)...]
    if rest.first(where: { $0 > 32 }) != UInt8(ascii: "}") { line.append(UInt8(ascii: ",")) }
    return try Self.read(line + rest, "--envelope")
  }

  private static func quoted(_ text: [UInt8]) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    // A string can always be encoded.
    return (try? encoder.encode(String(decoding: text, as: UTF8.self))).map(Array.init) ?? []
  }

  private static func read(_ line: [UInt8], _ what: String) throws -> Message {
    var reader = RequestReader(options: RequestOptions(timeZones: Filter.timeZones))
    var message = Message()
    do throws(RequestError) {
      try reader.read(line.span, into: &message)
    } catch {
      throw ConfigurationProblem(
        "\(what): \(error.message) (\(error.code.name))\n"
          + "  to mend it: write the request as the line protocol has it")
    }
    return message
  }

  private static func readAll() throws(StreamError) -> [UInt8] {
    var all: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try StandardStreams.read(into: &room)
      if count == 0 { break }
      all += room[..<count]
    }
    if all.last == 10 { all.removeLast() }
    return all
  }
}

/// Colour on a terminal, nothing elsewhere.
struct TerminalStyle {
  var isColored: Bool

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }

  /// A part of the message.
  func found(_ text: String) -> String { wrap(text, "36") }

  func severity(_ severity: Severity, _ text: String) -> String {
    switch severity {
    case .warning: wrap(text, "33")
    case .redact: wrap(text, "1;33")
    case .block: wrap(text, "1;31")
    }
  }

  func action(_ action: Action) -> String {
    switch action {
    case .pass: wrap(action.name.uppercased(), "1;32")
    case .redact: wrap(action.name.uppercased(), "1;33")
    case .block: wrap(action.name.uppercased(), "1;31")
    }
  }

  func wrap(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// An explanation as a page of at most 80 columns.
struct ExplanationPage {
  private(set) var text = ""
  private let style: TerminalStyle

  init(
    _ explanation: Explanation, _ message: Message, _ filter: Filter, _ style: TerminalStyle, _ answers: [WhyNot] = []
  ) {
    self.style = style
    let verdict = explanation.verdict
    let original = Self.safe(String(decoding: message.text, as: UTF8.self))
    line("\(style.action(verdict.action))  risk \(Self.decimal(verdict.riskThousandths))")
    line("")
    wrap(original, indent: "  ")
    let folded = Self.safe(explanation.folded)
    if folded != original.lowercased() {
      line("")
      line(style.dim("  read as"))
      wrap(folded, indent: "  ")
    }
    if explanation.items.contains(where: { $0.rule.hasPrefix("evasion.") }) {
      for reading in explanation.readings {
        line("")
        line(style.dim("  and as"))
        wrap(Self.safe(reading), indent: "  ")
      }
    }
    if verdict.action == .redact {
      line("")
      line(style.dim("  what may leave"))
      wrap(Self.safe(String(decoding: verdict.text, as: UTF8.self)), indent: "  ")
    }
    section("Reasons")
    if verdict.reasons.isEmpty { line("  none") }
    for reason in verdict.reasons {
      let subject = reason.entity.map { " (\($0.name))" } ?? ""
      line("  \(style.severity(reason.severity, Self.padded(reason.severity.name, 8))) \(reason.code.code)\(subject)")
      wrap(reason.code.message, indent: "           ")
    }
    showConsequences(verdict, message, filter)
    section("Findings")
    let found = explanation.items.filter { $0.finding != nil }
    if found.isEmpty { line("  none") }
    for item in found { show(item) }
    let missed = explanation.items.filter { $0.finding == nil }
    if !missed.isEmpty {
      section("Considered, and not taken")
      for item in missed { show(item) }
    }
    section("Risk")
    for part in verdict.contributions { line("  \(Self.decimal(part.thousandths))  \(Self.name(part.source, verdict))") }
    line("  \(Self.decimal(verdict.riskThousandths))  " + style.bold("sum"))
    for answer in answers {
      section("Why not \"\(Self.safe(answer.subject))\"")
      for step in answer.steps { wrap(Self.safe(step), indent: step.hasPrefix("  ") ? "      " : "  ") }
      if !answer.isFound, let nearness = answer.nearness, nearness > 0 {
        line("  It came \(Int((nearness * 100).rounded())) % of the way to the score it needs.")
      }
    }
  }

  /// What else the verdict says: what to do instead, when, and what is in the way.
  private mutating func showConsequences(_ verdict: Verdict, _ message: Message, _ filter: Filter) {
    var lines: [String] = []
    if let offer = Offers(filter.policy).offer(verdict, message) {
      let channel = String(decoding: offer.channel, as: UTF8.self)
      let text = String(decoding: offer.text, as: UTF8.self)
      lines.append("offer" + (channel.isEmpty ? "" : " by \(channel)") + (text.isEmpty ? "" : ": \(text)"))
    }
    if let time = verdict.retryAt {
      let digits = time.rfc3339
      lines.append("try again at \(String(decoding: digits.indices.map { digits[$0] }, as: UTF8.self))")
    }
    if verdict.isUrgent { lines.append("a person should read this at once") }
    if verdict.needsReview { lines.append("a person should read this") }
    if let intent = verdict.intent, intent.kind != .thanks {
      let words = String(decoding: message.text[intent.evidence.start..<intent.evidence.end], as: UTF8.self)
      lines.append("\(intent.kind.name), because of \"\(Self.safe(words))\"")
    }
    if let findings = verdict.counterfactual {
      let names = findings.map { index in
        let range = verdict.findings[index].range
        let value = String(decoding: message.text[range.start..<range.end], as: UTF8.self)
        return "\"\(Self.safe(value))\""
      }
      lines.append("would pass without " + names.joined(separator: " and "))
    } else if verdict.action != .pass, message.direction == .outbound {
      lines.append("no change of the text alone would let it pass")
    }
    guard !lines.isEmpty else { return }
    section("What follows")
    for line in lines { wrap(line, indent: "  ") }
  }

  private mutating func show(_ item: Explanation.Item) {
    let role = item.role == .unspecified ? "" : " of the \(item.role.name)"
    let score = Self.decimal(Int(item.score.thousandths))
    let number = item.finding.map { "\($0 + 1) " } ?? "- "
    let head = "\(number)\(item.entity.name)\(role)  \"\(Self.safe(item.text))\""
    if head.count <= 78 {
      line("  \(number)\(style.bold(item.entity.name))\(role)  \(style.found("\"\(Self.safe(item.text))\""))")
    } else {
      line("  \(number)\(style.bold(item.entity.name))\(role)")
      wrap("\"\(Self.safe(item.text))\"", indent: "      ")
    }
    wrap("bytes \(item.range.start)..<\(item.range.end), score \(score), rule \(item.rule)", indent: "      ")
    for evidence in item.evidence { wrap("+ " + Self.safe(evidence), indent: "      ") }
    if let rejection = item.rejection { wrap("- not taken: " + rejection, indent: "      ") }
  }

  private mutating func section(_ title: String) {
    line("")
    line(style.bold(title))
  }

  private mutating func line(_ content: String) { text += (text.isEmpty ? "" : "\n") + content }

  private mutating func wrap(_ content: String, indent: String) {
    var current = indent
    for word in content.split(separator: " ", omittingEmptySubsequences: false) {
      if current.count + word.count + 1 > 80, current != indent {
        line(current)
        current = indent
      }
      current += (current == indent ? "" : " ") + word
      // A word longer than a line (a link, a number that never ends) goes on in the next.
      while current.count > 80 {
        line(String(current.prefix(80)))
        current = indent + current.dropFirst(80)
      }
    }
    line(current)
  }

  private static func name(_ source: RiskContribution.Source, _ verdict: Verdict) -> String {
    switch source {
    case .finding(let index): verdict.findings[index].entity.name
    case .linkage: "a person and health information together"
    case .birthDateWithName: "a date of birth together with a name"
    case .addressedHealth: "a diagnosis or result told to or of one person"
    }
  }

  /// Thousandths as a decimal number; three places, so that the parts sum to what is shown.
  private static func decimal(_ thousandths: Int) -> String {
    let digits = String(1000 + thousandths % 1000)
    return "\(thousandths / 1000).\(digits.dropFirst())"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Control characters would let a message drive the terminal.
  static func safe(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "\u{FFFD}"
      default: scalar
      }
    }))
  }
}

/// An explanation for tools.
struct ExplanationRecord: Encodable {
  struct Item: Encodable {
    var entity_type: String
    var utf8: [Int]
    var text: String
    var score: Double
    var rule: String
    var role: String
    var evidence: [String]
    var isFinding: Bool
    var rejection: String?
  }
  struct Reason: Encodable {
    var code: String
    var severity: String
    var entity_type: String?
    var message: String
  }
  struct Part: Encodable {
    var from: String
    var risk: Double
  }

  var action: String
  var risk: Double
  var complete: Bool
  var text: String?
  var folded: String
  var readings: [String]
  var findings: [Item]
  var considered: [Item]
  var reasons: [Reason]
  var riskParts: [Part]
  var retryAt: String?
  var optOut: String?
  /// Positions in `findings`.
  var wouldPassWithout: [Int]?
  var threshold: Double
  var whyNot: [Answer]?

  struct Answer: Encodable {
    var subject: String
    var isRule: Bool
    var isFound: Bool
    var nearness: Double?
    var steps: [String]
  }

  init(_ explanation: Explanation, _ filter: Filter, _ answers: [WhyNot] = []) {
    let verdict = explanation.verdict
    action = verdict.action.name
    risk = Double(verdict.riskThousandths) / 1000
    complete = verdict.completeness == .complete
    text = verdict.action == .block ? nil : String(decoding: verdict.text, as: UTF8.self)
    folded = explanation.folded
    readings = explanation.readings
    let items = explanation.items.map { item in
      Item(
        entity_type: item.entity.name, utf8: [item.range.start, item.range.end], text: item.text,
        score: item.score.fraction, rule: item.rule, role: item.role.name, evidence: item.evidence,
        isFinding: item.finding != nil, rejection: item.rejection)
    }
    findings = items.filter(\.isFinding)
    considered = items.filter { !$0.isFinding }
    reasons = verdict.reasons.map {
      Reason(
        code: $0.code.code, severity: $0.severity.name, entity_type: $0.entity?.name,
        message: $0.code.message)
    }
    retryAt = verdict.retryAt.map { time in
      let digits = time.rfc3339
      return String(decoding: digits.indices.map { digits[$0] }, as: UTF8.self)
    }
    optOut = verdict.intent.map(\.kind.name)
    wouldPassWithout = verdict.counterfactual
    threshold = filter.policy.threshold.fraction
    whyNot =
      answers.isEmpty
      ? nil
      : answers.map {
        Answer(subject: $0.subject, isRule: $0.isRule, isFound: $0.isFound, nearness: $0.nearness, steps: $0.steps.map { $0.trimmingCharacters(in: .whitespaces) })
      }
    riskParts = verdict.contributions.map { part in
      let from =
        switch part.source {
        case .finding(let index): verdict.findings[index].entity.name
        case .linkage: "linkage"
        case .birthDateWithName: "birth date with name"
        case .addressedHealth: "addressed health"
        }
      return Part(from: from, risk: Double(part.thousandths) / 1000)
    }
  }
}
