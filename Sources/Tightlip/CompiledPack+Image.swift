import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipPatterns
import TightlipRecognition
import TightlipRules
import TightlipTagger

extension CompiledPack {
  /// Writes everything into an image.
  ///
  /// - Parameter folder: the pack's; files below it are named without it, so that an image does not depend on
  ///   where it was made.
  func encode(into image: inout ImageWriter, folder: String) {
    func inside(_ path: String) -> String {
      path.hasPrefix(folder + "/") ? "=" + path.dropFirst(folder.utf8.count + 1) : path
    }
    var pack = RecordWriter()
    pack.write(name)
    pack.write(version)
    pack.write(overlayNames) { $0.write($1) }
    pack.write(fingerprint)
    pack.write(fileDigests.sorted { $0.key < $1.key }) { record, file in
      record.write(inside(file.key))
      record.write(file.value)
    }
    pack.write(hash?.bytes ?? [])
    timing.encode(into: &pack)
    pack.write(waivers) { $1.encode(into: &$0) }
    pack.write(examples ?? []) { record, example in
      var example = example
      example.file = inside(example.file)
      example.encode(into: &record)
    }
    image.add("pack", pack)

    var rules = RecordWriter()
    rules.write(self.rules) { record, rule in
      var rule = rule
      rule.file = inside(rule.file)
      rule.encode(into: &record)
    }
    rules.write(intents.rules) { record, rule in
      var rule = rule
      rule.file = inside(rule.file)
      rule.encode(into: &record)
    }
    image.add("rules", rules)

    var patterns = RecordWriter()
    patterns.write(PatternEngine.version)
    patterns.write(self.patterns.groups) { record, group in
      record.write(Int(group.rules[0].id.index))
      group.pattern.encode(into: &record)
    }
    patterns.write(intents.patterns) { $1.encode(into: &$0) }
    image.add("patterns", patterns)
    self.patterns.automaton.encode("starts", into: &image)
    intents.automaton.encode("intents", into: &image)

    normalizer.encode(into: &image)
    lexicon.encode(into: &image)
    disguisedTerms.encode(into: &image)
    guard let tagger else { return image.add("tagger.none", RecordWriter()) }
    tagger.weights.encode(into: &image)
    tagger.known.encode(into: &image)
    image.add("tagger.quiet", tagger.quiet)
    var options = RecordWriter()
    options.write(tagger.options.veto)
    options.write(tagger.options.lean.sorted { $0.key.rawValue < $1.key.rawValue }) { record, entry in
      record.write(entry.key.rawValue)
      record.write(entry.value)
    }
    image.add("tagger.options", options)
  }

  /// What an image holds.
  ///
  /// - Parameter folder: where the files that it was made from lie, or would lie.
  init(reading image: ImageReader, folder: String) throws(ImageError) {
    func outside(_ path: String) -> String { path.hasPrefix("=") ? "\(folder)/\(path.dropFirst())" : path }
    normalizer = try Normalizer(reading: image)
    var pack = try image.record("pack")
    name = try pack.string()
    version = try pack.string()
    overlayNames = try pack.list { record throws(ImageError) in try record.string() }
    fingerprint = try pack.string()
    fileDigests = [:]
    for file in try pack.list({ record throws(ImageError) in (name: try record.string(), digest: try record.string()) }) {
      fileDigests[outside(file.name)] = file.digest
    }
    hash = PackHash(bytes: try pack.bytes())
    timing = try TimingData(reading: &pack)
    waivers = try pack.list { record throws(ImageError) in try Waiver(reading: &record) }
    examples = try pack.list { record throws(ImageError) in
      var example = try MessageExample(reading: &record)
      example.file = outside(example.file)
      return example
    }

    var record = try image.record("rules")
    let rules = try record.list { record throws(ImageError) in
      var rule = try PatternRule(reading: &record)
      rule.file = outside(rule.file)
      return rule
    }
    let intentRules = try record.list { record throws(ImageError) in
      var rule = try IntentRule(reading: &record)
      rule.file = outside(rule.file)
      return rule
    }
    self.rules = rules
    (patterns, intents) = try Self.readPatterns(image, rules, intentRules)

    lexicon = try Lexicon(reading: image)
    disguisedTerms = try DisguisedTerms(reading: image)
    if image.has("tagger.none") {
      tagger = nil
      return
    }
    var options = Tagger.Options()
    var settings = try image.record("tagger.options")
    options.veto = try settings.int()
    for entry in try settings.list({ record throws(ImageError) in
      (label: try record.integer(UInt8.self), lean: try record.int())
    }) {
      guard let label = TaggerLabel(rawValue: entry.label) else { throw settings.unknown }
      options.lean[label] = entry.lean
    }
    let words = lexicon.words.count
    let quiet: [Int32] = try image.array("tagger.quiet")
    guard quiet.allSatisfy({ $0 < words }) else { throw .layout("tagger.quiet") }
    tagger = TaggerParts(
      weights: try TaggerWeights(reading: image), quiet: quiet, known: try WordSet(reading: image), options: options)
  }

  /// The patterns of an image: compiled at their first need; or, where PCRE2 is another version than the one
  /// whose facts the image holds, now.
  private static func readPatterns(
    _ image: ImageReader, _ rules: [PatternRule], _ intentRules: [IntentRule]
  ) throws(ImageError) -> (PatternSet, IntentSet) {
    var record = try image.record("patterns")
    var known: [String: CompiledPattern] = [:]
    var knownIntents: [String: CompiledPattern] = [:]
    if try record.string() == PatternEngine.version {
      for _ in 0..<Int(try record.integer(UInt32.self)) {
        let rule = try record.int()
        guard rules.indices.contains(rule) else { throw record.unknown }
        known[rules[rule].pattern] = try CompiledPattern(rules[rule].pattern, reading: &record)
      }
      guard try record.integer(UInt32.self) == UInt32(intentRules.count) else { throw record.unknown }
      for rule in intentRules { knownIntents[rule.pattern] = try CompiledPattern(rule.pattern, reading: &record) }
    }
    let automaton = try PatternAutomaton("starts", reading: image)
    let intentAutomaton = try PatternAutomaton("intents", reading: image)
    guard automaton.count == Set(rules.map(\.pattern)).count, intentAutomaton.count == intentRules.count else {
      throw .layout("starts")
    }
    do throws(FilterError) {
      // Of another version of PCRE2, all are compiled here.
      if known.isEmpty {
        return (try PatternSet(rules, automaton: automaton), try IntentSet(intentRules, automaton: intentAutomaton))
      }
      func pattern(_ known: [String: CompiledPattern], _ text: String) throws(PatternError) -> CompiledPattern {
        guard let pattern = known[text] else { throw PatternError(reason: "missing", utf8Offset: 0) }
        return pattern
      }
      return (
        try PatternSet(rules, automaton: automaton) { text throws(PatternError) in try pattern(known, text) },
        try IntentSet(intentRules, automaton: intentAutomaton) { text throws(PatternError) in try pattern(knownIntents, text) }
      )
    } catch {
      throw .layout("patterns")
    }
  }
}
