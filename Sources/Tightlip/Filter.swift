// The values a filter takes and gives are part of its interface.
@_exported public import TightlipCore
import TightlipLexicon
import TightlipNormalization
package import TightlipPatterns
import TightlipPolicy
import TightlipRecognition
public import TightlipRedaction
package import TightlipRules
package import TightlipTagger

internal import Glibc

/// A pack and a policy, compiled once; immutable, and shared by every worker.
///
/// For example:
///
///     let filter = try Filter(pack: "Lexicons")
///     var scanner = Scanner(filter)
///     var verdict = Verdict()
///     scanner.scan("Hi Dana, your A1c came back at 9.1", into: &verdict)
///     // verdict.action == .block
public final class Filter: Sendable {
  /// What a filter may be told beside pack and policy.
  public struct Options: Sendable {
    /// Give the verdict that content rules would stop as `pass`, with what it would have been.
    public var isMonitoring = false
    /// Judge archives: every message as of its own `sentAt`, the policy's expiry and consent too.
    public var judgesAsOfSent = false
    /// Halts texting; nil: the filter makes one of its own for the policy's `haltFile`.
    public var haltSwitch: HaltSwitch?
    /// What earlier messages left behind, handed on by the filter before; the filter remembers what its policy
    /// needs, on its own where this is nil.
    public var memory: MessageMemory?
    /// Seals messages where the policy asks for it.
    public var sealer: (any MessageSealer)?
    /// Whether to say which findings would have to go for a message to pass. Costs a judgement for each.
    public var givesCounterfactual = false
    /// The keyed hash behind the redaction `hash`. Without one that redaction writes the bare tag.
    public var keyedHash: (any KeyedHash)?
    /// Longer texts are blocked unread, in UTF-8 bytes.
    public var maximumBytes = 1 << 20
    /// How much pattern matching a message may take; the slow way without gates is not counted.
    package var stepBudget = StepBudget()
    /// Whether patterns that cannot match are skipped. The slow way without gates must give the same
    /// findings; tests compare the two.
    public var usesGates = true
    /// The hash for ``Filter/packFingerprint``. Without one that is empty.
    public var contentHash: (any ContentHash)?
    /// Whether the pack's tagger is used, where it has one.
    public var usesTagger = true
    /// Whether the compiled image in a pack's folder (``PackImage/name``) is used while it agrees with the
    /// folder's files.
    public var usesImageInFolder = true
    /// Where the parts of the policy stand in its file, so that what only the filter finds out has a place.
    package var policyPlaces = PolicyPlaces()

    /// The defaults.
    public init() {}
  }

  /// The policy that judges.
  public let policy: Policy
  /// The pack's name and version.
  public let packName: String
  /// See ``packName``.
  public let packVersion: String
  /// The hash over everything the pack and its overlays were compiled from, in hexadecimal; empty
  /// without ``Options/contentHash``.
  public let packFingerprint: String
  /// The hash of each file it was compiled from, by path; empty without ``Options/contentHash``.
  package let fileDigests: [String: String]
  /// The fingerprint of the pack that an image was compiled from; nil where no image was used.
  package let packHash: PackHash?
  /// The messages with what must come out of them that an image holds; nil where no image was used.
  package let examples: [MessageExample]?
  /// The names of the overlays, in order.
  public let overlayNames: [String]

  let options: Options
  let normalizer: Normalizer
  let lexicon: Lexicon
  let disguisedTerms: DisguisedTerms
  /// The words for digits and letters, by ``Token/hash``.
  let spelledCharacters: Set<UInt32>
  let patterns: PatternSet
  let recognizer: Recognizer
  package let tagger: Tagger?
  let judge: PolicyJudge
  let redactor: Redactor
  let practice: PracticeIdentity
  let practiceNames: PracticeIdentity
  let practiceContacts: PracticeIdentity
  let intents: IntentSet
  /// Stops all texting at once.
  public let haltSwitch: HaltSwitch
  /// What is remembered of threads and patients; nil where the policy needs no memory.
  public let memory: MessageMemory?
  package let waivers: WaiverSet
  package let rules: [PatternRule]
  let detectors: [any Detector]
  /// The number of the first detector among the rules.
  let firstDetector: Int
  /// The names of all rules, UTF-8, by ``RuleID/index``.
  public let ruleNames: [[UInt8]]

  /// Compiles a pack.
  ///
  /// - Parameters:
  ///   - pack: the folder that holds `pack.yaml`, or a compiled image (``PackImage``).
  ///   - overlays: folders that hold an `overlay.yaml`, later ones over earlier ones. An image holds its own.
  ///   - policy: what the practice decided.
  ///   - detectors: your own, beside the pack's rules.
  /// - Throws: ``FilterError`` with file, line, column, cause and remedy for everything wrong.
  /// - Complexity: linear in the pack; some tenths of a second for the shipped one, some milliseconds for an
  ///   image of it.
  public convenience init(
    pack: String, overlays: [String] = [], policy: Policy = .shippedDefault, detectors: [any Detector] = [],
    options: Options = Options()
  ) throws(FilterError) {
    try Self.checkPatternEngine()
    if let image = try PackImage.find(pack, overlays: overlays, options: options) {
      try self.init(image, policy: policy, detectors: detectors, options: options)
      return
    }
    var ledger = FileLedger(hash: options.contentHash)
    var read: [Overlay] = []
    var problems: [Diagnostic] = []
    for directory in overlays {
      do throws(RulesError) {
        read.append(try Overlay.read(directory, ledger: &ledger))
      } catch {
        problems += error.diagnostics
      }
    }
    if !problems.isEmpty { throw FilterError(problems) }
    try self.init(
      pack: pack, overlays: read, policy: policy, detectors: detectors, options: options, ledger: ledger)
  }

  /// Compiles a pack with overlays that were read already.
  package convenience init(
    pack: String, overlays: [Overlay], policy: Policy = .shippedDefault, detectors: [any Detector] = [],
    options: Options = Options(), ledger: consuming FileLedger = FileLedger()
  ) throws(FilterError) {
    try Self.checkPatternEngine()
    var ledger = ledger
    let loader = try PackLoader(directory: pack, overlays: overlays, normalizer: try Self.makeNormalizer(), ledger: &ledger)
    try self.init(
      try loader.compiled(overlays, usesTagger: options.usesTagger, &ledger), policy: policy, detectors: detectors,
      options: options)
  }

  private static func checkPatternEngine() throws(FilterError) {
    guard PatternEngine.worksWithJIT else {
      throw FilterError(
        .unavailable, ["PCRE2's JIT compiler is not available here; install a PCRE2 built with it"])
    }
  }

  static func makeNormalizer() throws(FilterError) -> Normalizer {
    do throws(NormalizationError) {
      return try Normalizer()
    } catch {
      throw FilterError(.unavailable, ["ICU or its data cannot be used: \(error.icuStatus)"])
    }
  }

  /// Makes a filter of what was compiled, or read from an image.
  private init(
    _ pack: CompiledPack, policy: Policy, detectors: [any Detector], options: Options
  ) throws(FilterError) {
    self.policy = policy
    self.options = options
    normalizer = pack.normalizer
    packName = pack.name
    packVersion = pack.version
    packHash = pack.hash
    examples = pack.examples
    overlayNames = pack.overlayNames
    lexicon = pack.lexicon
    disguisedTerms = pack.disguisedTerms
    spelledCharacters = Set(SpelledCharacters.words.map { pack.lexicon.hash(of: $0.span) })
    patterns = options.usesGates ? pack.patterns : try pack.patterns.lookedForByPCRE2()
    rules = pack.rules
    let names =
      pack.rules.map { Array($0.id.utf8) } + BuiltInRule.allCases.map { Array($0.name.utf8) }
      + TaggerLabel.allCases.map { Array($0.ruleName.utf8) }
    try Self.check(detectors, against: names)
    self.detectors = detectors
    firstDetector = names.count
    ruleNames = names + detectors.map { Array($0.name.utf8) }
    recognizer = Recognizer(words: lexicon.words, firstRule: UInt16(pack.rules.count), followsTagger: options.usesTagger)
    tagger = options.usesTagger ? pack.makeTagger(detectors: detectors.count) : nil
    packFingerprint = options.contentHash == nil ? "" : pack.fingerprint
    fileDigests = options.contentHash == nil ? [:] : pack.fileDigests
    waivers = try WaiverSet(pack.waivers, normalizer: normalizer, lexicon: lexicon, keyedHash: options.keyedHash)
    judge = PolicyJudge(policy: policy, timing: pack.timing)
    intents = pack.intents
    memory = MessageMemory(policy, continuing: options.memory)
    haltSwitch = options.haltSwitch ?? HaltSwitch(file: policy.haltFile)
    // The year decides whether a birth year tells of an age above 89.
    redactor = Redactor(keyedHash: options.keyedHash, currentYear: 1970 + Int(time(nil)) / 31_556_952)
    practice = PracticeIdentity(policy.practiceIdentity, normalizer: normalizer)
    practiceNames = PracticeIdentity(policy.practiceNames, normalizer: normalizer)
    practiceContacts = PracticeIdentity(policy.practiceContacts, normalizer: normalizer)
    try checkPolicy()
  }

  /// What is wrong with the policy, as only the pack and the time zones tell.
  private func checkPolicy() throws(FilterError) {
    var problems = replacementProblems()
    var clock = ZoneClock()
    if !judge.quietHours.fallbackMeets(&clock) {
      problems.append(
        problem(
          "quietHours.fallbackTimeZones", "there is no hour that is right in all of these zones, so no message without a place could ever leave",
          remedy: "take out the zones in which no patient lives"))
    }
    if !problems.isEmpty { throw FilterError(problems) }
  }

  private func problem(_ path: String, _ message: String, remedy: String) -> Diagnostic {
    options.policyPlaces.diagnostic(path, message, remedy: remedy)
      ?? Diagnostic(file: "policy \(policy.name)", "\(path): \(message)", remedy: remedy)
  }

  /// A replacement text that would itself be stopped is refused: it goes out where everything else
  /// was too much. Judged by its content, as a message to any patient in the clear.
  private func replacementProblems() -> [Diagnostic] {
    var texts = policy.replacements.map { text in
      (name: text.reason.map { "instead.reasons.\($0.code)" } ?? "instead.text", text: text.text)
    }
    texts.append(("inbound.help", policy.helpText))
    texts.append(("clocks.autoReply", policy.clocks.automaticReply))
    if policy.devices.handling == .seal { texts.append(("devices.notice", policy.devices.notice)) }
    var problems: [Diagnostic] = []
    // The limit is for what comes from outside.
    var scanner = Scanner(self, maximumBytes: .max)
    var verdict = Verdict()
    for (name, text) in texts where !text.isEmpty {
      var message = Message()
      message.text = Array(text.utf8)
      scanner.scanContent(message, into: &verdict)
      guard verdict.action != .pass else { continue }
      let reasons = verdict.reasons.filter { $0.severity > .warning }.map(\.code.code).joined(separator: ", ")
      problems.append(
        problem(
          name, "the replacement text would itself be stopped (\(reasons))",
          remedy: "write a text without names, numbers of patients or health words"))
    }
    return problems
  }

  /// Reads a policy file.
  ///
  /// - Throws: ``FilterError``; a policy with a mistake is never used in part.
  public static func readPolicy(_ path: String) throws(FilterError) -> Policy {
    var ledger = FileLedger()
    return try readPolicy(path, ledger: &ledger).policy
  }

  /// Reads a policy file, notes its bytes, and says in what it is weaker than the shipped default and where its
  /// parts stand.
  package static func readPolicy(_ path: String, ledger: inout FileLedger) throws(FilterError) -> PolicyFile.Reading {
    do throws(RulesError) {
      return try PolicyFile.readAll(file: path, bytes: try ledger.read(path, as: "policy"), timeZones: TimeZones.names)
    } catch {
      throw FilterError(error.diagnostics)
    }
  }

  /// The instant from which on everything is blocked; nil for never.
  public var expiresAt: Instant? { judge.expiresAt }

  /// The version of ICU's time zone data, by which local times are judged.
  public static var timeZoneDataVersion: String { TimeZones.dataVersion }

  /// The rules by which messages say something about texting itself.
  package var intentRules: [IntentRule] { intents.rules }

  /// The name of a rule.
  public func name(of rule: RuleID) -> String {
    String(decoding: ruleNames[Int(rule.index)], as: UTF8.self)
  }

  /// The IANA time zones that this machine's ICU knows.
  package static var timeZones: NameTable { TimeZones.names }

  /// The version of the linked PCRE2.
  public static var patternEngineVersion: String { PatternEngine.version }
}
