internal import ArgumentParser
internal import Glibc
import Tightlip
import TightlipCoding
import TightlipCore
import TightlipStore

struct FilterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter",
    abstract: "Reads messages from standard input and writes one verdict for each, in order.",
    discussion: """
      One line in, one line out. Exit code 0 at the end of the input however much was blocked, 1 \
      when input or output fail, 2 when pack, policy or options are wrong. A missing verdict means: \
      do not send. SIGTERM ends it once what was read is answered. SIGHUP, or a change of files with --watch, builds and checks pack, overlays and \
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
  @Flag(help: "Judge every message as of its own sentAt, the policy's expiry and consent too. For archives.")
  var asOfSent = false

  @Flag(help: "Say in wouldPassWithout which findings would have to go for the message to pass.")
  var counterfactual = false

  @OptionGroup(title: "Records") var recordsOptions: RecordsOptions

  @Option(help: ArgumentHelp("The longest line read; longer ones are blocked.", valueName: "bytes"))
  var maxBytes = 1 << 20

  @Option(
    help: ArgumentHelp(
      "How many messages are looked at at once; the order of verdicts stays.",
      discussion: "More than the machine has processors gains nothing. Records, and policies that remember earlier messages, need the messages one after the other: one is then used.",
      valueName: "number"))
  var jobs = 1

  func run() throws {
    guard (1...(1 << 30)).contains(maxBytes) else {
      throw ConfigurationProblem("--max-bytes must be from 1 to \(1 << 30)\n  to mend it: leave it out, or write --max-bytes 1048576")
    }
    guard (1...256).contains(jobs) else {
      throw ConfigurationProblem("--jobs must be from 1 to 256\n  to mend it: leave it out, or write the number of processors")
    }
    guard TextPointer(textField) != nil else {
      throw ConfigurationProblem(
        "--text-field is not a usable JSON Pointer: \(textField)\n  to mend it: write for example /body/text")
    }
    if format == .lines, rewrite || ignoreEnvelope || reveal || verdictPack || textField != "/text" || offsets != .utf8 {
      throw ConfigurationProblem(
        "--rewrite, --reveal, --text-field, --ignore-envelope, --verdict-pack and --offsets have no meaning with --format lines\n  to mend it: leave them out")
    }
    ReloadMonitor.holdSignal()
    let ledger = try recordsOptions.openLedger()
    let source = try setup.makeSource { options in
      options.sealer = ledger.map { LedgerSealer(ledger: $0) }
      options.isMonitoring = monitor
      options.maximumBytes = maxBytes
      options.judgesAsOfSent = asOfSent
      options.givesCounterfactual = counterfactual
    }
    let reload = ReloadMonitor(source, watches: watch)
    let loaded = try source.build()
    let halt = loaded.filter.haltSwitch
    // One look for the halt file after each read: what came after the file meets it.
    halt.refreshFromOutside()
    let desk = try recordsOptions.open(ledger, loaded)
    let holder = FilterHolder(loaded)
    reload.start(holder)
    HaltSignal.install()
    EndSignal.install()
    switch format {
    case .ndjson:
      var options = RequestScanner.Options()
      options.givesAllOffsets = offsets == .all
      options.reveals = reveal
      options.textField = textField
      options.rewrites = rewrite
      options.readsEnvelope = !ignoreEnvelope
      let lanes = try (0..<jobs).map { _ in
        Lane(
          try RequestWorker(holder: holder, options: options, namesPack: verdictPack, desk: desk, judgesAsOfSent: asOfSent))
      }
      try pump(halt, desk, holder, Lanes(lanes))
    case .lines:
      let lanes = (0..<jobs).map { _ in
        Lane(LineWorker(holder: holder, desk: desk, judgesAsOfSent: asOfSent))
      }
      try pump(halt, desk, holder, Lanes(lanes))
    }
    desk?.close()
    if desk?.hasFailed == true { throw ProblemsFound() }
    EndSignal.end()
  }

  /// How much is read at once; a pipe gives at most 64 KiB unless it was made larger.
  private static let chunk = 256 << 10

  /// Reads, answers and writes until the input ends. What was read is answered and written before
  /// the next read, so that a gateway that writes one message gets its verdict at once.
  private func pump<Worker: LineAnswering & ~Copyable>(
    _ halt: HaltSwitch, _ desk: RecordsDesk?, _ holder: FilterHolder, _ lanes: Lanes<Worker>
  ) throws(StreamError) {
    var framer = LineFramer(maxBytes: maxBytes)
    var batch = LineBatch()
    let first = lanes.first
    var isOpen = true
    while isOpen {
      // SAFETY: read(2) writes no more than the room's own count.
      let count = try unsafe framer.read(upTo: Self.chunk) { room throws(StreamError) in
        try unsafe EndSignal.comesBeforeInput() ? 0 : StandardStreams.read(into: room)
      }
      if count == 0 {
        // Where SIGTERM ends the input, the beginning of a line is no message.
        if !EndSignal.wasRaised { framer.finish() }
        isOpen = false
      }
      framer.takeLines(into: &batch)
      HaltSignal.pass(to: halt)
      halt.refresh()
      desk?.begin(isHalted: halt.isHalted || holder.take().loaded.filter.policy.isHalted, &first.answers.records)
      // What is remembered of one message counts for the next: those are answered one after the other.
      if lanes.count > 1, desk == nil, batch.lines.count >= Lanes<Worker>.fewest, holder.take().loaded.filter.memory == nil {
        lanes.answer(batch)
        try lanes.release()
        continue
      }
      for line in batch.lines {
        first.worker.answer(line, in: batch.storage.span, to: &first.answers)
        if first.answers.verdicts.count >= (desk == nil ? Self.chunk : Answers.limit) { try first.release(desk) }
      }
      // One write to the disk serves many messages, as long as nobody waits for an answer.
      if isOpen, desk != nil, first.answers.mayWait, StandardStreams.hasInput() { continue }
      try first.release(desk)
    }
    try first.release(desk)
    try StandardStreams.closeOutput()
  }
}

/// Answers lines, one after the other.
protocol LineAnswering: ~Copyable, SendableMetatype {
  mutating func answer(_ line: FramedLine, in storage: Span<UInt8>, to answers: inout Answers)

  /// Writes the refusal of a message by its id.
  mutating func refuse(_ identifierJSON: ArraySlice<UInt8>, to output: inout [UInt8])
}

/// Answers that have not left yet.
struct Answers {
  /// What leaves once the records are on the disk.
  var verdicts: [UInt8] = []
  /// What leaves in their place if the records cannot be written: a block for each message.
  var refusals = Refusals()
  var records = RecordBatch()
  private var oldest: ContinuousClock.Instant?

  /// More is not held back.
  static let limit = 4 << 20
  /// Longer than that no answer is held back.
  private static let patience = Duration.milliseconds(20)

  /// Whether the answers may wait for more. Starts counting when the first one waits.
  var mayWait: Bool {
    mutating get {
      let now = ContinuousClock.now
      guard let oldest else {
        self.oldest = now
        return true
      }
      return now - oldest < Self.patience
    }
  }

  /// Writes the records, then the answers.
  ///
  /// - Parameter refuse: writes the refusal of a message by its id.
  mutating func release(
    _ desk: RecordsDesk?, refuse: (ArraySlice<UInt8>, inout [UInt8]) -> Void
  ) throws(StreamError) {
    if verdicts.isEmpty, records.isEmpty { return }
    if desk?.commit(&records) ?? true {
      try StandardStreams.write(verdicts)
    } else {
      try StandardStreams.write(refusals.written(refuse))
    }
    verdicts.removeAll(keepingCapacity: true)
    refusals.removeAll()
    oldest = nil
  }
}

/// Refusals in the order of their messages. Hardly ever is one needed, so where the message's id is enough to
/// write it only that is kept.
struct Refusals {
  private var bytes: [UInt8] = []
  private var entries: [(end: Int, isIdentifier: Bool)] = []

  /// A refusal as it is to be written.
  mutating func append(_ text: some Collection<UInt8>) {
    bytes.append(contentsOf: text)
    entries.append((bytes.count, false))
  }

  /// The refusal of a message with this id.
  mutating func append(identifierJSON: [UInt8]) {
    bytes.append(contentsOf: identifierJSON)
    entries.append((bytes.count, true))
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
  }

  func written(_ refuse: (ArraySlice<UInt8>, inout [UInt8]) -> Void) -> [UInt8] {
    var output: [UInt8] = []
    var start = 0
    for (end, isIdentifier) in entries {
      if isIdentifier { refuse(bytes[start..<end], &output) } else { output.append(contentsOf: bytes[start..<end]) }
      start = end
    }
    return output
  }
}

/// Answers requests. One for each worker.
private struct RequestWorker: ~Copyable, LineAnswering {
  private let holder: FilterHolder
  private var number: Int
  private let options: RequestScanner.Options
  private let namesPack: Bool
  private var scanner: RequestScanner
  private var recorder: MessageRecorder?

  init(
    holder: FilterHolder, options: RequestScanner.Options, namesPack: Bool, desk: RecordsDesk?, judgesAsOfSent: Bool
  ) throws(FilterError) {
    self.holder = holder
    self.options = options
    self.namesPack = namesPack
    let (loaded, number) = holder.take()
    self.number = number
    recorder = desk?.makeRecorder(loaded, judgesAsOfSent: judgesAsOfSent)
    scanner = try RequestScanner(loaded.filter, options: options, judgedBy: namesPack ? loaded.judgedBy : nil)
  }

  /// Takes a newer filter into use, with everything that depends on it.
  private mutating func renew(_ batch: inout RecordBatch) {
    let (loaded, number) = holder.take()
    // The options were usable for the filter before.
    guard let renewed = try? RequestScanner(loaded.filter, options: options, judgedBy: namesPack ? loaded.judgedBy : nil)
    else { return }
    self.number = number
    scanner = renewed
    recorder?.use(loaded.filter.policy, loaded.event(.changed), in: &batch)
  }

  mutating func answer(_ line: FramedLine, in storage: Span<UInt8>, to answers: inout Answers) {
    if holder.number != number { renew(&answers.records) }
    guard recorder != nil else { return scanner.answer(line, in: storage, to: &answers.verdicts) }
    do throws(RequestError) {
      try scanner.read(line, in: storage)
      let history = recorder?.history(of: scanner.message) ?? nil
      scanner.judge(history: history) { verdict, message, parts in
        recorder?.record(
          &verdict, on: message, parts: parts, original: storage.extracting(line.range), into: &answers.records)
      }
      scanner.write(line, in: storage, to: &answers.verdicts)
      if options.rewrites {
        var refusal: [UInt8] = []
        scanner.writeRefusal(line, in: storage, to: &refusal)
        answers.refusals.append(refusal)
      } else {
        answers.refusals.append(identifierJSON: scanner.message.identifierJSON)
      }
    } catch {
      recorder?.record(
        error: error.code.name, identifierJSON: scanner.message.identifierJSON, original: storage.extracting(line.range),
        into: &answers.records)
      let start = answers.verdicts.count
      scanner.write(error, to: &answers.verdicts)
      // It blocks already.
      answers.refusals.append(answers.verdicts[start...])
    }
  }

  mutating func refuse(_ identifierJSON: ArraySlice<UInt8>, to output: inout [UInt8]) {
    scanner.writeRefusal(identifierJSON: Array(identifierJSON), to: &output)
  }
}

/// Answers lines of plain text. One for each worker.
private struct LineWorker: ~Copyable, LineAnswering {
  private let holder: FilterHolder
  private var number: Int
  private var scanner: Scanner
  private var message = Message()
  private var verdict = Verdict()
  private var marker: [UInt8]
  private var recorder: MessageRecorder?

  init(holder: FilterHolder, desk: RecordsDesk?, judgesAsOfSent: Bool) {
    self.holder = holder
    let (loaded, number) = holder.take()
    self.number = number
    recorder = desk?.makeRecorder(loaded, judgesAsOfSent: judgesAsOfSent)
    scanner = Scanner(loaded.filter)
    marker = Array(loaded.filter.policy.blockMarker.utf8)
  }

  private mutating func renew(_ batch: inout RecordBatch) {
    let (loaded, number) = holder.take()
    self.number = number
    scanner = Scanner(loaded.filter)
    marker = Array(loaded.filter.policy.blockMarker.utf8)
    recorder?.use(loaded.filter.policy, loaded.event(.changed), in: &batch)
  }

  mutating func answer(_ line: FramedLine, in storage: Span<UInt8>, to answers: inout Answers) {
    if holder.number != number { renew(&answers.records) }
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
    // A bare line is nobody's, and belongs to no thread.
    recorder?.record(
      &verdict, on: message, parts: PatientHistory.Parts(), original: storage.extracting(line.range), into: &answers.records)
    switch verdict.action {
    case .pass, .redact: answers.verdicts.append(contentsOf: verdict.text)
    case .block: answers.verdicts.append(contentsOf: marker)
    }
    Self.end(line, &answers.verdicts)
    if recorder != nil {
      var refusal = marker
      Self.end(line, &refusal)
      answers.refusals.append(refusal)
    }
  }

  /// Every refusal is written out: a bare line has no id.
  mutating func refuse(_ identifierJSON: ArraySlice<UInt8>, to output: inout [UInt8]) {}

  private static func end(_ line: FramedLine, _ output: inout [UInt8]) {
    switch line.ending {
    case .carriageReturnLineFeed:
      output.append(13)
      output.append(10)
    case .lineFeed: output.append(10)
    case .endOfInput: break
    }
  }
}
