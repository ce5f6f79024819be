import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipRecognition
import TightlipRules
import TightlipTagger

/// Everything of a filter that comes from a pack and its overlays: compiled from their files, or read from
/// an image.
struct CompiledPack: Sendable {
  var name: String
  var version: String
  var overlayNames: [String]
  var normalizer: Normalizer
  /// Sorted by name.
  var rules: [PatternRule]
  var lexicon: Lexicon
  var disguisedTerms: DisguisedTerms
  var patterns: PatternSet
  var intents: IntentSet
  var timing: TimingData
  /// Nil where the pack has no tagger.
  var tagger: TaggerParts?
  var waivers: [Waiver]
  /// See ``Filter/packFingerprint``.
  var fingerprint: String
  /// See ``Filter/fileDigests``.
  var fileDigests: [String: String]
  /// See ``Filter/packHash``.
  var hash: PackHash?
  /// See ``Filter/examples``.
  var examples: [MessageExample]?
}

/// What the tagger learned, in terms of a lexicon.
struct TaggerParts: Sendable {
  var weights: TaggerWeights
  /// The numbers of the words that never begin a finding; negative ones are in no list.
  var quiet: [Int32]
  var known: WordSet
  var options: Tagger.Options
}

extension CompiledPack {
  /// The tagger, or nil where the pack has none.
  func makeTagger(detectors: Int) -> Tagger? {
    guard let tagger else { return nil }
    return Tagger(
      tagger.weights, lists: lexicon.words, quiet: tagger.quiet, known: tagger.known,
      doubtful: PackLoader.doubtfulRules(patterns: rules.count, detectors: detectors),
      firstRule: UInt16(rules.count + BuiltInRule.allCases.count), options: tagger.options)
  }
}
