package import TightlipCore
package import TightlipCoding

/// Answers requests of the line protocol with the very bytes that `tightlip filter` writes. Each
/// worker has its own; none is shared.
///
/// For example:
///
///     var scanner = try RequestScanner(filter)
///     var answers: [UInt8] = []
///     scanner.answer(lines: requests.span, to: &answers)
///
/// Like a ``Scanner`` it keeps its storage, so that once warm it allocates nothing for a message.
public struct RequestScanner: ~Copyable {
  /// How requests are read and verdicts written.
  public struct Options: Sendable {
    /// Give ranges in UTF-16 units and code points too, not in UTF-8 bytes only.
    public var givesAllOffsets = false
    /// Write the found text into each finding. The answers then hold PHI.
    public var reveals = false
    /// Where the text stands in the gateway's own object: a JSON Pointer (RFC 6901).
    public var textField = "/text"
    /// Answer with the gateway's own object, its text replaced and the verdict added as `tightlip`.
    /// All its other members are copied onward unread.
    public var rewrites = false
    /// Read the protocol's own members (direction, channel, recipient …). Without them every message
    /// counts as outbound and unencrypted.
    public var readsEnvelope = true

    /// The defaults, those of `tightlip filter`.
    public init() {}
  }

  /// The filter it works with.
  public let filter: Filter
  /// The last message read.
  package private(set) var message = Message()
  /// The verdict on it; blocks where it could not be read.
  package private(set) var verdict = Verdict()
  /// The answer to a message whose record could not be written.
  private let refusal = Verdict.unrecorded
  /// What may be sent instead of it.
  package private(set) var instead: SafeAlternative?

  private let rewrites: Bool
  /// The longest line and text read, in bytes.
  package let maximumBytes: Int
  private let offers: Offers
  private var reader: RequestReader
  private var writer: VerdictWriter
  private var scanner: Scanner

  /// A scanner for one worker. Lines longer than the filter's ``Filter/Options/maximumBytes`` are
  /// blocked unread.
  ///
  /// - Throws: ``FilterError`` where `textField` is no usable JSON Pointer.
  public init(_ filter: Filter, options: Options = Options()) throws(FilterError) {
    try self.init(filter, options: options, judgedBy: nil)
  }

  /// A scanner whose verdicts name pack and policy, where `judgedBy` is given.
  package init(
    _ filter: Filter, options: Options, judgedBy: VerdictOptions.JudgedBy?
  ) throws(FilterError) {
    guard let pointer = TextPointer(options.textField) else {
      throw FilterError(
        .configuration,
        ["the text field is not a usable JSON Pointer: \(options.textField)\n  to mend it: write for example /body/text"])
    }
    self.filter = filter
    rewrites = options.rewrites
    maximumBytes = filter.options.maximumBytes
    reader = RequestReader(
      options: RequestOptions(
        textPointer: pointer, rewrites: options.rewrites, readsEnvelope: options.readsEnvelope, timeZones: Filter.timeZones,
        maxBytes: maximumBytes))
    var writing = VerdictOptions(offsets: options.givesAllOffsets ? .all : .utf8, reveal: options.reveals)
    writing.judgedBy = judgedBy
    writer = VerdictWriter(ruleNames: filter.ruleNames, options: writing)
    scanner = Scanner(filter)
    offers = Offers(filter.policy)
  }

  /// Answers every line of a whole input, in order: one line out for each line in. What follows the
  /// last line feed is a line too, unless it is empty.
  ///
  /// Never throws: a line that cannot be read gets a verdict that blocks.
  ///
  /// - Parameter output: Takes the verdicts, each with its LF.
  /// - Complexity: Linear in the lines.
  public mutating func answer(lines: Span<UInt8>, to output: inout [UInt8]) {
    var start = 0
    while let (line, next) = FramedLine.next(in: lines, from: start, maxBytes: maximumBytes) {
      answer(line, in: lines, to: &output)
      start = next
    }
  }

  /// Answers one request, with or without its line ending. What has a line feed inside is not one
  /// request, and is blocked.
  ///
  /// - Complexity: Linear in the request.
  public mutating func answer(request: Span<UInt8>, to output: inout [UInt8]) {
    answer(FramedLine(whole: request, maxBytes: maximumBytes), in: request, isFramed: false, to: &output)
  }

  /// Answers an outbound text as if it had come in a request with nothing else.
  ///
  /// - Parameters:
  ///   - text: UTF-8. What no request may hold (bad UTF-8, a NUL, more bytes than the limit) is answered
  ///     with the same error, and blocked.
  ///   - output: Takes the verdict, with its LF.
  /// - Complexity: Linear in the text.
  public mutating func answer(text: Span<UInt8>, to output: inout [UInt8]) {
    do throws(RequestError) {
      try judge(text: text)
      writer.write(verdict, on: message.text, identifierJSON: [], instead: instead, to: &output)
    } catch {
      writer.write(error, identifierJSON: [], to: &output)
    }
  }

  /// Answers one line.
  package mutating func answer(_ line: FramedLine, in storage: Span<UInt8>, to output: inout [UInt8]) {
    answer(line, in: storage, isFramed: true, to: &output)
  }

  private mutating func answer(
    _ line: FramedLine, in storage: Span<UInt8>, isFramed: Bool, to output: inout [UInt8]
  ) {
    do throws(RequestError) {
      if isFramed { try judge(line, in: storage) } else { try judge(request: storage) }
      write(line, in: storage, to: &output)
    } catch {
      write(error, to: &output)
    }
  }

  /// Writes the verdict on the line that was judged last.
  package mutating func write(_ line: FramedLine, in storage: Span<UInt8>, to output: inout [UInt8]) {
    if rewrites, let location = reader.rewriteLocation {
      writer.rewrite(
        storage.extracting(line.range), location, verdict, on: message.text, instead: instead, to: &output)
    } else {
      writer.write(verdict, on: message.text, identifierJSON: message.identifierJSON, instead: instead, to: &output)
    }
  }

  /// Writes what stands for that verdict where its record cannot be written: a block.
  package mutating func writeRefusal(_ line: FramedLine, in storage: Span<UInt8>, to output: inout [UInt8]) {
    if rewrites, let location = reader.rewriteLocation {
      writer.rewrite(storage.extracting(line.range), location, refusal, on: message.text, instead: nil, to: &output)
    } else {
      writeRefusal(identifierJSON: message.identifierJSON, to: &output)
    }
  }

  /// The same, of a message with this id, where the gateway's own object is not to be rewritten.
  package mutating func writeRefusal(identifierJSON: [UInt8], to output: inout [UInt8]) {
    writer.write(refusal, on: [], identifierJSON: identifierJSON, to: &output)
  }

  /// Writes the answer to a line that could not be read.
  package mutating func write(_ error: RequestError, to output: inout [UInt8]) {
    if rewrites {
      writer.rewrite(error, identifierJSON: message.identifierJSON, to: &output)
    } else {
      writer.write(error, identifierJSON: message.identifierJSON, to: &output)
    }
  }

  /// Reads a line and judges it; the outcome stands in ``message``, ``verdict`` and ``instead``.
  package mutating func judge(_ line: FramedLine, in storage: Span<UInt8>) throws(RequestError) {
    try read(line, in: storage)
    judge()
  }

  /// Reads a line into ``message``.
  package mutating func read(_ line: FramedLine, in storage: Span<UInt8>) throws(RequestError) {
    verdict.reset()
    instead = nil
    if line.isTooLong {
      message.reset()
      throw RequestError(.tooLong)
    }
    try reader.read(line.range, of: storage, into: &message)
  }

  /// Reads one request, with or without its line ending, and judges it.
  package mutating func judge(request: Span<UInt8>) throws(RequestError) {
    let line = FramedLine(whole: request, maxBytes: maximumBytes)
    // JSON may be broken into lines; an answer in the same shape would then be several lines.
    for index in line.range where request[index] == UInt8(ascii: "\n") {
      verdict.reset()
      instead = nil
      message.reset()
      throw RequestError(.malformedJSON)
    }
    try judge(line, in: request)
  }

  /// Judges an outbound text; the outcome stands in ``message``, ``verdict`` and ``instead``.
  package mutating func judge(text: Span<UInt8>) throws(RequestError) {
    verdict.reset()
    instead = nil
    message.reset()
    try BareText.check(text, maxBytes: maximumBytes)
    // SAFETY: the buffer is the span's own memory, copied before the closure returns.
    unsafe text.withUnsafeBufferPointer { unsafe message.text.append(contentsOf: $0) }
    judge()
  }

  /// Judges the message that was read last.
  ///
  /// - Parameters:
  ///   - history: what the practice's records say of the patient and the thread; nil where there are none, and
  ///     the filter's own memory stands for them.
  ///   - note: is given the verdict before it is written, and what the message leaves in its thread.
  package mutating func judge(
    history: PatientHistory?,
    note: (inout Verdict, borrowing Message, PatientHistory.Parts) -> Void
  ) {
    if let history {
      scanner.scan(message, history: history, into: &verdict)
    } else {
      scanner.scan(message, into: &verdict)
    }
    note(&verdict, message, scanner.partsLeft(by: message.direction, verdict))
    instead = offers.offer(verdict, message, recorded: history?.consent?.preferredChannel ?? [])
  }

  private mutating func judge() {
    scanner.scan(message, into: &verdict)
    instead = offers.offer(verdict, message)
  }
}

extension Verdict {
  /// The answer to a message whose record could not be written.
  fileprivate static var unrecorded: Verdict {
    var verdict = Verdict()
    verdict.riskThousandths = 1000
    verdict.reasons = [Reason(code: .recordsUnavailable, severity: .block)]
    return verdict
  }
}
