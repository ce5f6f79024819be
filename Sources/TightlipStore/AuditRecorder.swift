package import TightlipCore

/// Writes records of decisions: what was decided about which message, and why. No text, no names;
/// ids as keyed hashes. One for each worker.
package struct AuditRecorder: ~Copyable {
  /// The words that may stand in a record as they are. A gateway may put anything into its members,
  /// a name too, so that others are written as `other`.
  package struct Words: Sendable {
    package var roles: Set<[UInt8]>
    package var purposes: Set<[UInt8]>
    package var channels: Set<[UInt8]>

    package init(roles: [String], purposes: [String], channels: [String]) {
      self.roles = Set(roles.map { Array($0.utf8) })
      self.purposes = Set(purposes.map { Array($0.utf8) })
      self.channels = Set(channels.map { Array($0.utf8) })
    }
  }

  private let key: RecordsKey
  private var identifiers: KeyedIdentifiers
  private let roles: WordCheck
  private let purposes: WordCheck
  private let channels: WordCheck
  private let reasons: [[UInt8]]
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
    output.append(contentsOf: ",\"risk\":\(verdict.riskThousandths)".utf8)
    appendReasons(verdict.reasons, to: &output)
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
  private let words: Set<[UInt8]>

  init(_ words: Set<[UInt8]>) { self.words = words }

  func append(_ word: [UInt8], _ member: StaticString, to output: inout [UInt8]) {
    if word.isEmpty { return }
    JSONText.append(member, to: &output)
    if words.contains(word) {
      output.append(contentsOf: word)
    } else {
      JSONText.append("other", to: &output)
    }
    output.append(UInt8(ascii: "\""))
  }
}
