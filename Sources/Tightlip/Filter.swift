// The values a filter takes and gives are part of its interface.
@_exported public import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipPatterns
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
    /// The keyed hash behind the redaction `hash`. Without one that redaction writes the bare tag.
    public var keyedHash: (any KeyedHash)?
    /// Longer texts are blocked unread, in UTF-8 bytes.
    public var maximumBytes = 1 << 20
    /// Whether patterns that cannot match are skipped. The slow way without gates must give the same
    /// findings; tests compare the two.
    public var usesGates = true
    /// The hash for ``Filter/packFingerprint``. Without one that is empty.
    public var contentHash: (any ContentHash)?
    /// Whether the pack's tagger is used, where it has one.
    public var usesTagger = true

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
  /// The names of the overlays, in order.
  public let overlayNames: [String]

  let options: Options
  let normalizer: Normalizer
  let lexicon: Lexicon
  let patterns: PatternSet
  let recognizer: Recognizer
  package let tagger: Tagger?
  let judge: PolicyJudge
  let redactor: Redactor
  let practice: PracticeIdentity
  package let waivers: WaiverSet
  package let rules: [PatternRule]
  /// The names of all rules, UTF-8, by ``RuleID/index``.
  public let ruleNames: [[UInt8]]

  /// Compiles a pack.
  ///
  /// - Parameters:
  ///   - pack: the folder that holds `pack.yaml`.
  ///   - overlays: folders that hold an `overlay.yaml`, later ones over earlier ones.
  ///   - policy: what the practice decided.
  /// - Throws: ``FilterError`` with file, line, column, cause and remedy for everything wrong.
  /// - Complexity: linear in the pack; some tenths of a second for the shipped one.
  public convenience init(
    pack: String, overlays: [String] = [], policy: Policy = .shippedDefault, options: Options = Options()
  ) throws(FilterError) {
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
    try self.init(pack: pack, overlays: read, policy: policy, options: options, ledger: ledger)
  }

  /// Compiles a pack with overlays that were read already.
  package init(
    pack: String, overlays: [Overlay], policy: Policy = .shippedDefault, options: Options = Options(),
    ledger: consuming FileLedger = FileLedger()
  ) throws(FilterError) {
    guard PatternEngine.isJITAvailable else {
      throw FilterError(
        .unavailable, ["PCRE2's JIT compiler is not available here; install a PCRE2 built with it"])
    }
    do throws(NormalizationError) {
      normalizer = try Normalizer()
    } catch {
      throw FilterError(.unavailable, ["ICU or its data cannot be used: \(error.icuStatus)"])
    }
    let loader = try PackLoader(directory: pack, overlays: overlays, normalizer: normalizer, ledger: &ledger)
    self.policy = policy
    self.options = options
    packName = loader.manifest.name
    packVersion = loader.manifest.version
    overlayNames = overlays.map(\.name)
    lexicon = loader.lexicon
    patterns = loader.patterns
    rules = loader.rules
    ruleNames =
      loader.rules.map { Array($0.id.utf8) } + BuiltInRule.allCases.map { Array($0.name.utf8) }
      + TaggerLabel.allCases.map { Array($0.ruleName.utf8) }
    recognizer = Recognizer(words: lexicon.words, firstRule: UInt16(loader.rules.count))
    tagger = options.usesTagger ? try loader.makeTagger(&ledger) : nil
    packFingerprint = ledger.fingerprint
    fileDigests = ledger.digests
    waivers = try WaiverSet(overlays.flatMap(\.waivers), normalizer: normalizer, lexicon: lexicon, keyedHash: options.keyedHash)
    judge = PolicyJudge(policy: policy)
    // The year decides whether a birth year tells of an age above 89.
    redactor = Redactor(keyedHash: options.keyedHash, currentYear: 1970 + Int(time(nil)) / 31_556_952)
    practice = PracticeIdentity(policy.practiceIdentity, normalizer: normalizer)
    try checkReplacement()
  }

  /// A replacement text that would itself be stopped is refused: it goes out where everything else
  /// was too much.
  private func checkReplacement() throws(FilterError) {
    guard !policy.insteadText.isEmpty, !policy.isHalted else { return }
    // The limit is for what comes from outside.
    var scanner = Scanner(self, maximumBytes: .max)
    var verdict = Verdict()
    scanner.scan(policy.insteadText, into: &verdict)
    let isExpired = verdict.reasons.contains { $0.code == .policyExpired }
    guard verdict.wouldBe != nil || verdict.action != .pass, !isExpired else { return }
    let reasons = verdict.reasons.map(\.code.code).joined(separator: ", ")
    throw FilterError(
      .configuration,
      [
        "policy \(policy.name): the replacement text (instead.text) would itself be stopped (\(reasons))\n"
          + "  to mend it: write a text without names, numbers of patients or health words"
      ])
  }

  /// Reads a policy file.
  ///
  /// - Throws: ``FilterError``; a policy with a mistake is never used in part.
  public static func readPolicy(_ path: String) throws(FilterError) -> Policy {
    var ledger = FileLedger()
    return try readPolicy(path, ledger: &ledger)
  }

  /// Reads a policy file and notes its bytes.
  package static func readPolicy(_ path: String, ledger: inout FileLedger) throws(FilterError) -> Policy {
    do throws(RulesError) {
      return try PolicyFile.read(file: path, bytes: try ledger.read(path, as: "policy"))
    } catch {
      throw FilterError(error.diagnostics)
    }
  }

  /// The name of a rule.
  public func name(of rule: RuleID) -> String {
    String(decoding: ruleNames[Int(rule.index)], as: UTF8.self)
  }

  /// The version of the linked PCRE2.
  public static var patternEngineVersion: String { PatternEngine.version }
}
