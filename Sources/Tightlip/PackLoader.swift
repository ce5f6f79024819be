import TightlipCore
import TightlipLexicon
package import TightlipNormalization
import TightlipPolicy
import TightlipRecognition
import TightlipRules
import TightlipTagger

/// Reads a pack and compiles it.
struct PackLoader {
  let directory: String
  private(set) var manifest: PackManifest
  /// Sorted by name, so that rule numbers do not depend on the order of files or rules.
  private(set) var rules: [PatternRule]
  private(set) var lexicon: Lexicon
  private(set) var patterns: PatternSet
  private(set) var intents: IntentSet
  private(set) var timing = TimingData()
  private let normalizer: Normalizer

  init(
    directory: String, overlays: [Overlay] = [], normalizer: Normalizer, ledger: inout FileLedger
  ) throws(FilterError) {
    self.normalizer = normalizer
    self.directory = directory
    do throws(RulesError) {
      let path = directory + "/pack.yaml"
      manifest = try PackManifest(file: path, bytes: try ledger.read(path, as: "pack.yaml"))
      var rules: [PatternRule] = []
      for file in manifest.patterns {
        let path = directory + "/" + file
        rules += try PatternFile.read(file: path, bytes: try ledger.read(path, as: file))
      }
      try Self.checkNames(rules)
      for overlay in overlays {
        try Self.checkNames(overlay.rules)
        let replaced = Set(overlay.rules.map(\.id))
        rules.removeAll { replaced.contains($0.id) }
        rules += overlay.rules
      }
      let disabled = OverlayTerms.disabledRules(overlays)
      rules.removeAll { disabled.contains($0.id) }
      rules.sort { $0.id < $1.id }
      self.rules = rules
    } catch {
      throw FilterError(error.diagnostics)
    }
    patterns = try PatternSet(rules)
    intents = try IntentSet(Self.readIntents(manifest, directory, &ledger))
    timing = try Self.readTiming(manifest, directory, &ledger)
    var builder = LexiconBuilder()
    var folder = TermFolder(normalizer: normalizer)
    do throws(RulesError) {
      let changed = OverlayTerms(overlays, &folder)
      for file in manifest.terms {
        let path = directory + "/" + file
        let table = try TermTable(file: path, bytes: try ledger.read(path, as: file))
        try Self.add(table, except: changed.keys[0], to: &builder, folder: &folder)
      }
      for (number, overlay) in overlays.enumerated() {
        for table in overlay.tables {
          try Self.add(table, except: changed.keys[number + 1], to: &builder, folder: &folder)
        }
      }
    } catch {
      throw FilterError(error.diagnostics)
    }
    for (number, words) in patterns.contextLists.enumerated() {
      for word in words {
        let written = Array(word.utf8)
        folder.fold(written.span)
        builder.add(
          folded: folder.folded.span, written: written, termClass: .patternContext, flags: [], weight: 100,
          code: UInt16(number))
      }
    }
    lexicon = builder.build()
    if let file = manifest.wordClasses { try readWordClasses(file, &ledger) }
  }

  private mutating func readWordClasses(_ file: String, _ ledger: inout FileLedger) throws(FilterError) {
    let path = directory + "/" + file
    do throws(RulesError) {
      for line in try WordClassFile(file: path, bytes: try ledger.read(path, as: file)).classes {
        for word in line.words { lexicon.assign(wordClass: line.number, to: word.span) }
      }
    } catch {
      throw FilterError(error.diagnostics)
    }
  }

  private static func readIntents(
    _ manifest: PackManifest, _ directory: String, _ ledger: inout FileLedger
  ) throws(FilterError) -> [IntentRule] {
    do throws(RulesError) {
      var rules: [IntentRule] = []
      for file in manifest.intents {
        let path = directory + "/" + file
        rules += try IntentFile.read(file: path, bytes: try ledger.read(path, as: file))
      }
      return rules
    } catch {
      throw FilterError(error.diagnostics)
    }
  }

  private static func readTiming(
    _ manifest: PackManifest, _ directory: String, _ ledger: inout FileLedger
  ) throws(FilterError) -> TimingData {
    var data = TimingData()
    do throws(RulesError) {
      if let file = manifest.stateWindows {
        let path = directory + "/" + file
        try TimingFile.readWindows(file: path, bytes: try ledger.read(path, as: file), into: &data)
      }
      if let file = manifest.stateZones {
        let path = directory + "/" + file
        try TimingFile.readZones(
          file: path, bytes: try ledger.read(path, as: file), known: TimeZones.names, into: &data)
      }
      return data
    } catch {
      throw FilterError(error.diagnostics)
    }
  }

  private static func checkNames(_ unsorted: [PatternRule]) throws(RulesError) {
    let rules = unsorted.sorted { $0.id < $1.id }
    var problems: [Diagnostic] = []
    for (rule, next) in zip(rules, rules.dropFirst()) where rule.id == next.id {
      problems.append(
        Diagnostic(
          file: next.file, line: next.line, "the rule name \"\(next.id)\" stands twice (also \(rule.file):\(rule.line))",
          remedy: "give one of the two another id").with(code: "pattern-duplicate"))
    }
    let builtIn = Set(BuiltInRule.allCases.map(\.name))
    for rule in rules where builtIn.contains(rule.id) {
      problems.append(
        Diagnostic(
          file: rule.file, line: rule.line, "the rule name \"\(rule.id)\" belongs to a built-in rule",
          remedy: "choose another id").with(code: "pattern-duplicate"))
    }
    if !problems.isEmpty { throw RulesError(problems) }
  }

  private static func add(
    _ table: TermTable, except changed: Set<TermKey>, to builder: inout LexiconBuilder, folder: inout TermFolder
  ) throws(RulesError) {
    for row in table.rows {
      // Held first: a debug build does not let the view of a member outlive its line.
      let bytes = table.bytes
      guard folder.fold(bytes.span.extracting(row.term)) else {
        throw RulesError(
          Diagnostic(
            file: table.file, line: row.line, column: 1, "the term is not valid UTF-8",
            remedy: "save the table as UTF-8").with(code: "file-encoding"))
      }
      let code = row.topic.map { UInt16($0.rawValue) } ?? 0
      let written = row.flags.contains(.caseSensitive) ? Array(bytes[row.term]) : []
      if !changed.isEmpty, changed.contains(TermKey(folder.folded, row.termClass, row.topic)) { continue }
      let isUsable = builder.add(
        folded: folder.folded.span, written: written, termClass: row.termClass, flags: row.flags,
        weight: row.weight, code: code)
      guard isUsable else {
        throw RulesError(
          Diagnostic(
            file: table.file, line: row.line, column: 1, "the term holds no letter or digit",
            remedy: "write a word, or delete the row").with(code: "term-empty"))
      }
    }
  }
}

extension PackLoader {
  /// For each rule, whether the tagger may doubt its candidates.
  static func doubtfulRules(patterns: Int, detectors: Int) -> [Bool] {
    Array(repeating: false, count: patterns) + BuiltInRule.allCases.map(\.isDoubtful)
      + Array(repeating: false, count: TaggerLabel.allCases.count + detectors)
  }

  /// What was read, compiled.
  ///
  /// - Parameter usesTagger: Whether to read the tagger's weights, where the pack has any.
  func compiled(_ overlays: [Overlay], usesTagger: Bool, _ ledger: inout FileLedger) throws(FilterError) -> CompiledPack {
    let tagger = usesTagger ? try readTagger(&ledger) : nil
    return CompiledPack(
      name: manifest.name, version: manifest.version, overlayNames: overlays.map(\.name), normalizer: normalizer,
      rules: rules, lexicon: lexicon, disguisedTerms: DisguisedTerms(lexicon), patterns: patterns, intents: intents,
      timing: timing, tagger: tagger, waivers: overlays.flatMap(\.waivers), fingerprint: ledger.fingerprint,
      fileDigests: ledger.digests)
  }

  /// What the tagger learned, or nil where the pack has none.
  private func readTagger(_ ledger: inout FileLedger) throws(FilterError) -> TaggerParts? {
    guard let file = manifest.weights else { return nil }
    let path = directory + "/" + file
    let weights: TaggerWeights
    do throws(RulesError) {
      let bytes = try ledger.read(path, as: file)
      do throws(TaggerWeightsError) {
        weights = try TaggerWeights(reading: bytes)
      } catch {
        throw RulesError(
          Diagnostic(
            file: path, line: error.line, error.message,
            remedy: "learn it again with `tightlip train`, or take `weights` out of pack.yaml"))
      }
    } catch {
      throw FilterError(error.diagnostics)
    }
    var options = Tagger.Options()
    if let veto = manifest.veto { options.veto = veto }
    for (name, lean) in manifest.lean {
      guard let label = TaggerLabel(name: name), label.entity != nil else {
        let known = TaggerLabel.found.map(\.name)
        throw FilterError(
          [
            Diagnostic(
              file: directory + "/pack.yaml", "the tagger has no label \"\(name)\"",
              remedy: nearest(to: name, among: known).map { "did you mean \($0)?" }
                ?? "use one of: " + known.joined(separator: ", ")
            )
          ])
      }
      options.lean[label] = lean
    }
    return TaggerParts(
      weights: weights, quiet: weights.quietWords.map { lexicon.number(of: $0.span) },
      known: WordSet(weights.knownWords.map { lexicon.hash(of: $0.span) }), options: options)
  }
}

/// Folds terms as messages are folded; ASCII terms without asking ICU.
package struct TermFolder {
  private let normalizer: Normalizer
  private var text = NormalizedText()

  package init(normalizer: Normalizer) { self.normalizer = normalizer }

  /// The last term folded.
  package var folded: [UInt8] { text.folded }

  /// Folds a term; false where it is not valid UTF-8.
  @discardableResult
  package mutating func fold(_ term: Span<UInt8>) -> Bool {
    do throws(NormalizationError) {
      try normalizer.normalize(term, into: &text)
      return true
    } catch {
      return false
    }
  }
}
