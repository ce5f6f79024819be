package import TightlipCore

/// Writes records of decisions: what was decided about which message, and why. No text, no names;
/// ids as keyed hashes. One for each worker.
package struct AuditRecorder: ~Copyable {
  /// The words that may stand in a record as they are. A gateway may put anything into its members,
  /// a name too, so that others are written as `other`.
  package struct Words: Sendable {
    package var roles: [String]
    package var purposes: [String]
    package var channels: [String]

    package init(roles: [String], purposes: [String], channels: [String]) {
      self.roles = roles
      self.purposes = purposes
      self.channels = channels
    }

    /// The words of a policy.
    package init(_ policy: Policy) {
      self.init(
        roles: policy.senders.roles.map(\.name) + ["patient", "unspecified"], purposes: policy.purposes.map(\.name),
        channels: policy.channels.map(\.name))
    }
  }

  private let key: RecordsKey
  private var identifiers: KeyedIdentifiers
  private var roles: WordCheck
  private var purposes: WordCheck
  private var channels: WordCheck
  private let reasons: [[UInt8]]
  private var digits: [UInt8] = []
  private var second: Instant?
  private var time: [UInt8] = []

  package init(key: RecordsKey, words: Words) {
    self.key = key
    identifiers = KeyedIdentifiers(key)
    roles = WordCheck(words.roles)
    purposes = WordCheck(words.purposes)
    channels = WordCheck(words.channels)
    reasons = ReasonCode.allCases.map { Array("\"\($0.code)\"".utf8) }
  }

  /// Takes another policy's words.
  package mutating func use(_ words: Words) {
    roles = WordCheck(words.roles)
    purposes = WordCheck(words.purposes)
    channels = WordCheck(words.channels)
  }

  /// Appends the record of a verdict: one line of JSON, with its LF.
  package mutating func append(
    _ verdict: borrowing Verdict, on message: borrowing Message, at now: Instant, to output: inout [UInt8]
  ) {
    begin(verdict.completeness == .complete ? verdict.action : .block, at: now, to: &output)
    JSONText.append(message.direction == .outbound ? ",\"direction\":\"outbound\"" : ",\"direction\":\"inbound\"", to: &output)
    if !message.identifierJSON.isEmpty {
      JSONText.append(",\"message\":\"", to: &output)
      identifiers.append(message.identifierJSON, .message, to: &output)
      JSONText.append("\"", to: &output)
    }
    // On the way in the patient is the sender.
    let isOutbound = message.direction == .outbound
    append(isOutbound ? message.senderID : message.recipientID, .sender, ",\"sender\":\"", to: &output)
    append(isOutbound ? message.recipientID : message.senderID, .patient, ",\"patient\":\"", to: &output)
    roles.append(message.senderRole, ",\"role\":\"", to: &output)
    purposes.append(message.purpose, ",\"purpose\":\"", to: &output)
    channels.append(message.channelKind, ",\"channel\":\"", to: &output)
    JSONText.append(",\"risk\":", to: &output)
    append(number: verdict.riskThousandths, to: &output)
    appendReasons(verdict.reasons, to: &output)
    if let intent = verdict.intent { append(intent, to: &output) }
    switch verdict.wouldBe {
    case nil: break
    case .pass: JSONText.append(",\"wouldBe\":\"pass\"", to: &output)
    case .redact: JSONText.append(",\"wouldBe\":\"redact\"", to: &output)
    case .block: JSONText.append(",\"wouldBe\":\"block\"", to: &output)
    }
    JSONText.append("}\n", to: &output)
  }

  /// Appends the record of a line that could not be read as a request.
  ///
  /// - Parameter code: the error's stable code.
  package mutating func append(
    error code: StaticString, identifierJSON: [UInt8], at now: Instant, to output: inout [UInt8]
  ) {
    begin(.block, at: now, to: &output)
    if !identifierJSON.isEmpty {
      JSONText.append(",\"message\":\"", to: &output)
      identifiers.append(identifierJSON, .message, to: &output)
      JSONText.append("\"", to: &output)
    }
    JSONText.append(",\"error\":\"", to: &output)
    JSONText.append(code, to: &output)
    JSONText.append("\"}\n", to: &output)
  }

  private mutating func begin(_ action: Action, at now: Instant, to output: inout [UInt8]) {
    if now != second {
      second = now
      time = Array(now.text.utf8)
    }
    JSONText.append("{\"at\":\"", to: &output)
    output.append(contentsOf: time)
    switch action {
    case .pass: JSONText.append("\",\"action\":\"pass\"", to: &output)
    case .redact: JSONText.append("\",\"action\":\"redact\"", to: &output)
    case .block: JSONText.append("\",\"action\":\"block\"", to: &output)
    }
  }

  private mutating func append(
    _ identifier: [UInt8], _ subject: RecordsKey.Subject, _ member: StaticString, to output: inout [UInt8]
  ) {
    if identifier.isEmpty { return }
    JSONText.append(member, to: &output)
    identifiers.append(identifier, subject, to: &output)
    output.append(UInt8(ascii: "\""))
  }

  private mutating func append(number: Int, to output: inout [UInt8]) {
    var rest = max(0, number)
    digits.removeAll(keepingCapacity: true)
    repeat {
      digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    output.append(contentsOf: digits.reversed())
  }

  /// What the patient said about texting, and whether the ledger has it.
  private func append(_ intent: MessageIntent, to output: inout [UInt8]) {
    switch intent.kind {
    case .optOut: JSONText.append(",\"optOut\":\"opt-out\"", to: &output)
    case .optOutDoubtful: JSONText.append(",\"optOut\":\"doubtful\"", to: &output)
    case .optIn: JSONText.append(",\"optOut\":\"opt-in\"", to: &output)
    case .help, .thanks: return
    }
    JSONText.append(intent.isRecorded ? ",\"recorded\":true" : ",\"recorded\":false", to: &output)
  }

  private func appendReasons(_ list: [Reason], to output: inout [UInt8]) {
    if list.isEmpty { return }
    for severity in Severity.allCases.reversed() {
      var isFirst = true
      var last: ReasonCode?
      // One reason may stand there for several entities.
      for reason in list where reason.severity == severity && reason.code != last {
        last = reason.code
        if isFirst {
          switch severity {
          case .block: JSONText.append(",\"block\":[", to: &output)
          case .redact: JSONText.append(",\"redact\":[", to: &output)
          case .warning: JSONText.append(",\"warning\":[", to: &output)
          }
        } else {
          output.append(UInt8(ascii: ","))
        }
        isFirst = false
        output.append(contentsOf: reasons[Int(reason.code.rawValue)])
      }
      if !isFirst { output.append(UInt8(ascii: "]")) }
    }
  }
}

/// Lets known words through, and no others.
private struct WordCheck: Sendable {
  private let words: NameTable
  /// Each word as it stands between quotation marks in JSON, by its number.
  private let written: [[UInt8]]

  init(_ words: [String]) {
    self.words = NameTable(words)
    written = words.map { word in
      var text: [UInt8] = []
      JSONText.append(string: word, to: &text)
      return Array(text.dropFirst().dropLast())
    }
  }

  func append(_ word: [UInt8], _ member: StaticString, to output: inout [UInt8]) {
    if word.isEmpty { return }
    JSONText.append(member, to: &output)
    if let number = words.number(of: word.span) {
      output.append(contentsOf: written[number])
    } else {
      JSONText.append("other", to: &output)
    }
    output.append(UInt8(ascii: "\""))
  }
}
