internal import ArgumentParser
internal import Glibc
import Tightlip
import TightlipCoding
import TightlipCore

struct FilterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter",
    abstract: "Reads messages from standard input and writes one verdict for each, in order.",
    discussion: """
      One line in, one line out. Exit code 0 at the end of the input however much was blocked, 1 \
      when input or output fail, 2 when pack, policy or options are wrong. A missing verdict means: \
      do not send. SIGHUP, or a change of files with --watch, builds and checks pack, overlays and \
      policy anew beside those in force, and puts them in force between two messages; what is wrong \
      with them is told on standard error, and the old ones go on.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case ndjson, lines }
  enum Offsets: String, ExpressibleByArgument, CaseIterable { case utf8, all }

  @OptionGroup var setup: SetupOptions

  @Option(help: "ndjson: a JSON object on each line; lines: plain text, blocked lines become the block marker.")
  var format: Format = .ndjson

  @Flag(help: "Pass what content rules would stop, and say so in wouldBe.")
  var monitor = false

  @Option(help: "utf8: ranges in UTF-8 bytes; all: also in UTF-16 units and code points.")
  var offsets: Offsets = .utf8

  @Flag(help: "Write the found text into each finding. The output then holds PHI.")
  var reveal = false

  @Option(help: ArgumentHelp("Where the text stands in the gateway's own object.", valueName: "json-pointer"))
  var textField = "/text"

  @Flag(
    help: ArgumentHelp(
      "Read text and id only.",
      discussion: "For a gateway's own object whose direction, channel or recipient mean something else, or come from whoever writes the message. Every message then counts as outbound and unencrypted."))
  var ignoreEnvelope = false

  @Flag(help: "Answer the gateway's own object with the text replaced and the verdict as \"tightlip\".")
  var rewrite = false

  @Flag(help: "Take changed files of pack, overlays and policy into use while running, as SIGHUP does.")
  var watch = false

  @Flag(help: "Name in each verdict the pack and the policy it was judged by, with the beginnings of their hashes (judgedBy).")
  var verdictPack = false

  @Option(help: ArgumentHelp("The longest line read; longer ones are blocked.", valueName: "bytes"))
  var maxBytes = 1 << 20

  func run() throws {
    guard (1...(1 << 30)).contains(maxBytes) else {
      throw ConfigurationProblem("--max-bytes must be from 1 to \(1 << 30)\n  to mend it: leave it out, or write --max-bytes 1048576")
    }
    guard let pointer = TextPointer(textField) else {
      throw ConfigurationProblem(
        "--text-field is not a usable JSON Pointer: \(textField)\n  to mend it: write for example /body/text")
    }
    if format == .lines, rewrite || ignoreEnvelope || reveal || verdictPack || textField != "/text" || offsets != .utf8 {
      throw ConfigurationProblem(
        "--rewrite, --reveal, --text-field, --ignore-envelope, --verdict-pack and --offsets have no meaning with --format lines\n  to mend it: leave them out")
    }
    ReloadMonitor.holdSignal()
    let source = try setup.makeSource(isMonitoring: monitor, maximumBytes: maxBytes)
    let reload = ReloadMonitor(source, watches: watch)
    let holder = FilterHolder(try source.build())
    reload.start(holder)
    switch format {
    case .ndjson:
      var worker = RequestWorker(
        holder: holder,
        request: RequestOptions(
          textPointer: pointer, rewrites: rewrite, readsEnvelope: !ignoreEnvelope, maxBytes: maxBytes),
        verdict: VerdictOptions(offsets: offsets == .all ? .all : .utf8, reveal: reveal), namesPack: verdictPack)
      try pump { worker.answer($0, in: $1, to: &$2) }
    case .lines:
      var worker = LineWorker(holder: holder)
      try pump { worker.answer($0, in: $1, to: &$2) }
    }
  }

  /// How much is read at once; a pipe gives at most 64 KiB unless it was made larger.
  private static let chunk = 256 << 10

  /// Reads, answers and writes until the input ends. What was read is answered and written before
  /// the next read, so that a gateway that writes one message gets its verdict at once.
  private func pump(_ answer: (FramedLine, Span<UInt8>, inout [UInt8]) -> Void) throws(StreamError) {
    var framer = LineFramer(maxBytes: maxBytes)
    var batch = LineBatch()
    var output: [UInt8] = []
    var isOpen = true
    while isOpen {
      let count = try unsafe framer.read(upTo: Self.chunk) { room throws(StreamError) in
        try unsafe StandardStreams.read(into: room)
      }
      if count == 0 {
        framer.finish()
        isOpen = false
      }
      framer.takeLines(into: &batch)
      for line in batch.lines {
        answer(line, batch.storage.span, &output)
        if output.count >= Self.chunk {
          try StandardStreams.write(output)
          output.removeAll(keepingCapacity: true)
        }
      }
      try StandardStreams.write(output)
      output.removeAll(keepingCapacity: true)
    }
    try StandardStreams.closeOutput()
  }
}

/// Answers requests. One for each worker.
private struct RequestWorker: ~Copyable {
  private let holder: FilterHolder
  private var number: Int
  private let options: VerdictOptions
  private let namesPack: Bool
  private let rewrites: Bool
  private var reader: RequestReader
  private var writer: VerdictWriter
  private var scanner: Scanner
  private var message = Message()
  private var verdict = Verdict()
  private var instead: SafeAlternative?

  init(holder: FilterHolder, request: RequestOptions, verdict options: VerdictOptions, namesPack: Bool) {
    self.holder = holder
    self.options = options
    self.namesPack = namesPack
    rewrites = request.rewrites
    reader = RequestReader(options: request)
    let (loaded, number) = holder.take()
    self.number = number
    writer = Self.writer(loaded, options, namesPack)
    scanner = Scanner(loaded.filter)
    instead = Self.instead(loaded.filter)
  }

  private static func writer(_ loaded: LoadedFilter, _ options: VerdictOptions, _ namesPack: Bool) -> VerdictWriter {
    var options = options
    if namesPack { options.judgedBy = .init(pack: loaded.packIdentity, policy: loaded.policyIdentity) }
    return VerdictWriter(ruleNames: loaded.filter.ruleNames, options: options)
  }

  private static func instead(_ filter: Filter) -> SafeAlternative? {
    filter.policy.insteadText.isEmpty
      ? nil
      : SafeAlternative(
        channel: Array(filter.policy.insteadChannel.utf8), text: Array(filter.policy.insteadText.utf8))
  }

  /// Takes a newer filter into use, with everything that depends on it.
  private mutating func renew() {
    let (loaded, number) = holder.take()
    self.number = number
    writer = Self.writer(loaded, options, namesPack)
    scanner = Scanner(loaded.filter)
    instead = Self.instead(loaded.filter)
  }

  mutating func answer(_ line: FramedLine, in storage: Span<UInt8>, to output: inout [UInt8]) {
    if holder.number != number { renew() }
    do throws(RequestError) {
      if line.isTooLong {
        message.reset()
        throw RequestError(.tooLong)
      }
      try reader.read(line.range, of: storage, into: &message)
      scanner.scan(message, into: &verdict)
      let offer = verdict.isReplaceable && message.direction == .outbound ? instead : nil
      if rewrites, let location = reader.rewriteLocation {
        writer.rewrite(
          storage.extracting(line.range), location, verdict, on: message.text, instead: offer, to: &output)
      } else {
        writer.write(
          verdict, on: message.text, identifierJSON: message.identifierJSON, instead: offer, to: &output)
      }
    } catch {
      if rewrites {
        writer.rewrite(error, identifierJSON: message.identifierJSON, to: &output)
      } else {
        writer.write(error, identifierJSON: message.identifierJSON, to: &output)
      }
    }
  }
}

extension Verdict {
  /// Whether another text may be offered: not where nothing may be sent at all.
  fileprivate var isReplaceable: Bool {
    action == .block
      && !reasons.contains { [.policyHalted, .policyExpired, .scanIncomplete, .consentRevoked].contains($0.code) }
  }
}

/// Answers lines of plain text. One for each worker.
private struct LineWorker: ~Copyable {
  private let holder: FilterHolder
  private var number: Int
  private var scanner: Scanner
  private var message = Message()
  private var verdict = Verdict()
  private var marker: [UInt8]

  init(holder: FilterHolder) {
    self.holder = holder
    let (loaded, number) = holder.take()
    self.number = number
    scanner = Scanner(loaded.filter)
    marker = Array(loaded.filter.policy.blockMarker.utf8)
  }

  private mutating func renew() {
    let (loaded, number) = holder.take()
    self.number = number
    scanner = Scanner(loaded.filter)
    marker = Array(loaded.filter.policy.blockMarker.utf8)
  }

  mutating func answer(_ line: FramedLine, in storage: Span<UInt8>, to output: inout [UInt8]) {
    if holder.number != number { renew() }
    var isReadable = !line.isTooLong
    message.text.removeAll(keepingCapacity: true)
    for index in line.range {
      let byte = storage[index]
      message.text.append(byte)
      // A NUL ends a text for many programs further on: what stands behind it would go unseen.
      if byte == 0 { isReadable = false }
    }
    if isReadable {
      scanner.scan(message, into: &verdict)
    } else {
      verdict.reset()
    }
    switch verdict.action {
    case .pass, .redact: output.append(contentsOf: verdict.text)
    case .block: output.append(contentsOf: marker)
    }
    switch line.ending {
    case .carriageReturnLineFeed:
      output.append(13)
      output.append(10)
    case .lineFeed: output.append(10)
    case .endOfInput: break
    }
  }
}
