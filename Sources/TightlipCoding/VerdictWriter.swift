package import TightlipCore

/// Writes verdicts as lines of JSON. One for each worker: it keeps its memory from line to line.
///
/// Members stand in this order: `id`, `action`, `risk`, `complete`, `text`, `findings`, `reasons`,
/// `instead`, `retryAt`, `route`, `optOut`, `sealed`, `wouldBe`, `wouldPassWithout`, `error`, `judgedBy`. A line is always valid UTF-8 and always one line.
///
/// Risk and scores are printed with two decimals, rounded half up from thousandths; what is above
/// zero never reads `0.00`. A line that could not be read has risk `1.00`: nobody knows better.
/// A verdict that is not complete is written as a block, whatever else it says.
package struct VerdictWriter: ~Copyable, Sendable {
  private let options: VerdictOptions
  private let fragments: VerdictFragments
  private var sink = ByteSink(capacity: 1 << 12)
  /// The member `judgedBy`, ready to be appended; empty without one.
  private let judgedBy: [UInt8]

  /// A writer.
  ///
  /// - Parameters:
  ///   - ruleNames: The names of the filter's rules, UTF-8, by ``RuleID/index``.
  ///   - options: How to write.
  package init(ruleNames: [[UInt8]], options: VerdictOptions = VerdictOptions()) {
    self.options = options
    fragments = VerdictFragments(ruleNames: ruleNames)
    var member = ByteSink(capacity: 256)
    if let judge = options.judgedBy {
      member.append(",\"judgedBy\":{\"pack\":")
      // SAFETY: the sink's bytes are copied before it is written again.
      unsafe Array(judge.pack.utf8).withUnsafeBufferPointer { unsafe member.appendJSONString($0) }
      member.append(",\"policy\":")
      unsafe Array(judge.policy.utf8).withUnsafeBufferPointer { unsafe member.appendJSONString($0) }
      member.append("}")
    }
    judgedBy = unsafe Array(member.bytes)
  }

  /// Appends the verdict on a message to `output`, as one line.
  ///
  /// - Parameters:
  ///   - verdict: The verdict. On pass and redact its `text` is what may leave.
  ///   - text: The message's text: only counted, or shown with `reveal`.
  ///   - identifierJSON: The message's id, to be echoed.
  ///   - instead: What may be sent instead; written on a block only.
  ///   - output: Takes the line, with its LF.
  package mutating func write(
    _ verdict: borrowing Verdict, on text: [UInt8], identifierJSON: [UInt8],
    instead: SafeAlternative? = nil, to output: inout [UInt8]
  ) {
    sink.removeAll()
    sink.append("{")
    appendIdentifier(identifierJSON)
    appendBody(verdict, text, instead, includesText: true)
    sink.append("}\n")
    unsafe output.append(contentsOf: sink.bytes)
  }

  /// Appends the answer to a line that could not be read.
  ///
  /// - Parameters:
  ///   - error: Why.
  ///   - identifierJSON: The id as far as known; what ``RequestReader`` left in the message.
  ///   - output: Takes the line, with its LF.
  package mutating func write(
    _ error: RequestError, identifierJSON: [UInt8], to output: inout [UInt8]
  ) {
    sink.removeAll()
    sink.append("{")
    appendIdentifier(identifierJSON)
    appendError(error)
    sink.append("}\n")
    unsafe output.append(contentsOf: sink.bytes)
  }

  // MARK: Rewriting

  /// Appends the gateway's own object with what may leave in the text's place, and the verdict as
  /// its last member, `tightlip`.
  ///
  /// Everything but the text's literal is the line's own bytes, so on pass even that. On redact the
  /// literal holds the redacted text, on block the empty string. The verdict has neither `id` nor
  /// `text`, which the object has.
  ///
  /// - Warning: Members other than the text are copied **unread**. A gateway whose object holds PHI
  ///   elsewhere sends it on.
  /// - Parameter line: The line that was read.
  package mutating func rewrite(
    _ line: Span<UInt8>, _ location: RewriteLocation, _ verdict: borrowing Verdict,
    on text: [UInt8], instead: SafeAlternative? = nil, to output: inout [UInt8]
  ) {
    let literal = location.literal
    precondition(
      literal.end <= location.closingBrace && location.closingBrace < line.count,
      "a location is of the line it was found in")
    sink.removeAll()
    copy(line, 0, literal.start)
    switch Self.action(verdict) {
    case .pass: copy(line, literal.start, literal.end)
    case .redact: unsafe verdict.text.withUnsafeBufferPointer { unsafe sink.appendJSONString($0) }
    case .block: sink.append("\"\"")
    }
    copy(line, literal.end, location.closingBrace)
    sink.append(",\"tightlip\":{")
    appendBody(verdict, text, instead, includesText: false)
    sink.append("}")
    copy(line, location.closingBrace, line.count)
    sink.append("\n")
    unsafe output.append(contentsOf: sink.bytes)
  }

  /// Appends the answer to a line that could not be read, in the shape of a rewritten one: an
  /// object with the id, as far as known, and the verdict as `tightlip`. Nothing else of the line.
  package mutating func rewrite(
    _ error: RequestError, identifierJSON: [UInt8], to output: inout [UInt8]
  ) {
    sink.removeAll()
    sink.append("{")
    appendIdentifier(identifierJSON)
    sink.append("\"tightlip\":{")
    appendError(error)
    sink.append("}}\n")
    unsafe output.append(contentsOf: sink.bytes)
  }

  @inline(__always)
  private mutating func copy(_ line: Span<UInt8>, _ start: Int, _ end: Int) {
    unsafe line.extracting(start..<end).withUnsafeBufferPointer { unsafe sink.append($0) }
  }

  // MARK: Parts

  /// What the verdict says, held to its own rule: only what was completely looked at may leave.
  @inline(__always)
  private static func action(_ verdict: borrowing Verdict) -> Action {
    verdict.completeness == .complete ? verdict.action : .block
  }

  @inline(__always)
  private mutating func appendIdentifier(_ identifierJSON: [UInt8]) {
    if identifierJSON.isEmpty { return }
    sink.append("\"id\":")
    sink.append(identifierJSON)
    sink.append(",")
  }

  private mutating func appendError(_ error: RequestError) {
    sink.append(
      "\"action\":\"block\",\"risk\":1.00,\"complete\":false,\"findings\":[],\"reasons\":[],")
    sink.append("\"error\":{\"code\":\"")
    sink.append(error.code.name)
    sink.append("\",\"message\":\"")
    sink.append(error.message)
    sink.append("\"}")
    if !judgedBy.isEmpty { sink.append(judgedBy) }
  }

  @inline(__always)
  private mutating func appendBody(
    _ verdict: borrowing Verdict, _ text: [UInt8], _ instead: SafeAlternative?,
    includesText: Bool
  ) {
    let action = Self.action(verdict)
    switch action {
    case .pass: sink.append("\"action\":\"pass\",\"risk\":")
    case .redact: sink.append("\"action\":\"redact\",\"risk\":")
    case .block: sink.append("\"action\":\"block\",\"risk\":")
    }
    sink.append(hundredthsOf: verdict.riskThousandths)
    if verdict.completeness == .complete {
      sink.append(",\"complete\":true")
    } else {
      sink.append(",\"complete\":false")
    }
    if includesText, action != .block {
      sink.append(",\"text\":")
      unsafe verdict.text.withUnsafeBufferPointer { unsafe sink.appendJSONString($0) }
    }
    sink.append(",\"findings\":[")
    if !verdict.findings.isEmpty { appendFindings(verdict.findings, text) }
    sink.append("],\"reasons\":[")
    if !verdict.reasons.isEmpty { appendReasons(verdict.reasons) }
    sink.append("]")
    if let instead, action == .block || instead.isAdvice { append(instead) }
    if let time = verdict.retryAt, action == .block { append(time) }
    if verdict.isUrgent {
      sink.append(",\"route\":\"urgent\"")
    } else if verdict.needsReview {
      sink.append(",\"route\":\"review\"")
    }
    if let intent = verdict.intent { append(intent, text) }
    if !verdict.sealed.isEmpty, action == .redact {
      sink.append(",\"sealed\":")
      unsafe verdict.sealed.withUnsafeBufferPointer { unsafe sink.appendJSONString($0) }
    }
    switch verdict.wouldBe {
    case nil: break
    case .pass: sink.append(",\"wouldBe\":\"pass\"")
    case .redact: sink.append(",\"wouldBe\":\"redact\"")
    case .block: sink.append(",\"wouldBe\":\"block\"")
    }
    if let findings = verdict.counterfactual {
      sink.append(",\"wouldPassWithout\":[")
      for (place, finding) in findings.enumerated() {
        if place > 0 { sink.append(",") }
        sink.append(decimal: finding)
      }
      sink.append("]")
    }
    if !judgedBy.isEmpty { sink.append(judgedBy) }
  }

  private mutating func append(_ time: Instant) {
    sink.append(",\"retryAt\":\"")
    let digits = time.rfc3339
    for index in digits.indices { sink.append(digits[index]) }
    sink.append("\"")
  }

  private mutating func append(_ intent: MessageIntent, _ text: [UInt8]) {
    switch intent.kind {
    case .optOut: sink.append(",\"optOut\":{\"kind\":\"opt-out\"")
    case .optOutDoubtful: sink.append(",\"optOut\":{\"kind\":\"doubtful\"")
    case .optIn: sink.append(",\"optOut\":{\"kind\":\"opt-in\"")
    case .help: sink.append(",\"optOut\":{\"kind\":\"help\"")
    // Thanks are no wish about texting.
    case .thanks: return
    }
    sink.append(",\"evidence\":{\"utf8\":[")
    append(intent.evidence.start, intent.evidence.end)
    if options.offsets == .all {
      var counter = OffsetCounter()
      let (start, end) = counter.count(intent.evidence, in: text.span)
      sink.append("],\"utf16\":[")
      append(start.utf16, end.utf16)
      sink.append("],\"codepoint\":[")
      append(start.codePoint, end.codePoint)
    }
    if intent.isRecorded {
      sink.append("]},\"recorded\":true}")
    } else {
      sink.append("]},\"recorded\":false}")
    }
  }

  private mutating func append(_ instead: SafeAlternative) {
    sink.append(",\"instead\":{")
    if !instead.channel.isEmpty {
      sink.append("\"channel\":")
      unsafe instead.channel.withUnsafeBufferPointer { unsafe sink.appendJSONString($0) }
    }
    if !instead.text.isEmpty {
      if instead.channel.isEmpty { sink.append("\"text\":") } else { sink.append(",\"text\":") }
      unsafe instead.text.withUnsafeBufferPointer { unsafe sink.appendJSONString($0) }
    }
    sink.append("}")
  }

  private mutating func appendReasons(_ reasons: [Reason]) {
    var isFirst = true
    for reason in reasons {
      if !isFirst { sink.append(",") }
      isFirst = false
      sink.append(fragments.reasonCodes, Int(reason.code.rawValue))
      switch reason.severity {
      case .warning: sink.append("\"warning\"")
      case .redact: sink.append("\"redact\"")
      case .block: sink.append("\"block\"")
      }
      if let entity = reason.entity {
        sink.append(",\"entity_type\":")
        sink.append(fragments.entityNames, Int(entity.rawValue))
      }
      sink.append(fragments.reasonMessages, Int(reason.code.rawValue))
    }
  }

  private mutating func appendFindings(_ findings: [Finding], _ text: [UInt8]) {
    var counter = OffsetCounter()
    var isFirst = true
    for finding in findings {
      if isFirst { sink.append("{\"entity_type\":") } else { sink.append(",{\"entity_type\":") }
      isFirst = false
      sink.append(fragments.entityNames, Int(finding.entity.rawValue))
      sink.append(",\"utf8\":[")
      append(finding.range.start, finding.range.end)
      if options.offsets == .all {
        let (start, end) = counter.count(finding.range, in: text.span)
        sink.append("],\"utf16\":[")
        append(start.utf16, end.utf16)
        sink.append("],\"codepoint\":[")
        append(start.codePoint, end.codePoint)
      }
      sink.append("],\"score\":")
      sink.append(hundredthsOf: Int(finding.score.thousandths))
      sink.append(",\"rule\":")
      sink.append(fragments.ruleNames, Int(finding.rule.index))
      switch finding.role {
      case .unspecified: break
      case .patient: sink.append(",\"role\":\"patient\"")
      case .provider: sink.append(",\"role\":\"provider\"")
      case .practice: sink.append(",\"role\":\"practice\"")
      }
      sink.append(fragments.letters, Int(finding.entity.rawValue))
      if options.reveal { appendRevealed(finding.range, text.span) }
      sink.append("}")
    }
  }

  @inline(__always)
  private mutating func append(_ start: Int, _ end: Int) {
    sink.append(decimal: start)
    sink.append(",")
    sink.append(decimal: end)
  }

  private mutating func appendRevealed(_ range: ByteRange, _ text: Span<UInt8>) {
    let end = min(range.end, text.count)
    let part = text.extracting(min(range.start, end)..<end)
    sink.append(",\"text\":")
    unsafe part.withUnsafeBufferPointer { unsafe sink.appendJSONString($0) }
  }
}
