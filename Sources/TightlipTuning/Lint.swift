package import Tightlip
import TightlipCore
import TightlipNormalization
package import TightlipRules

/// Everything that is wrong, doubtful or worth knowing about a pack and its overlays.
package struct Lint {
  package private(set) var diagnostics: [Diagnostic] = []
  /// The number of rules, and of examples that came out as they should.
  package private(set) var rules = 0
  package private(set) var passed = 0
  /// All files that were looked at.
  package private(set) var files: [String] = []

  /// - Parameters:
  ///   - benign: How often words stand in benign messages; nil for what the pack itself says.
  ///   - now: Seconds since 1970, for what expires.
  ///   - options: For the filter the examples are run through.
  package init(
    pack: String, overlays: [String] = [], policy: Policy = .shippedDefault, benign: BenignTable? = nil, now: Int64,
    options: Filter.Options = .init()
  ) throws {
    let sources = TuningSources(pack: pack, overlays: overlays)
    files = sources.files
    diagnostics = sources.diagnostics
    let terms = try TermLint(sources, benign: benign)
    diagnostics += terms.diagnostics
    for layer in sources.layers { diagnostics += PatternLint.diagnostics(of: layer) }
    let overlayLint = try OverlayLint(sources, now: now)
    diagnostics += overlayLint.diagnostics
    if let layer = sources.layers.first(where: \.isPack), layer.manifest?.examples.isEmpty == false {
      diagnostics += Self.listsWithoutExample(layer)
    }
    rules = sources.layers.reduce(0) { $0 + $1.rules.count }
    if sources.isUsable { try runExamples(pack, sources, policy, options) }
    sort()
  }

  private mutating func runExamples(
    _ pack: String, _ sources: TuningSources, _ policy: Policy, _ options: Filter.Options
  ) throws {
    let overlays = sources.layers.compactMap(\.overlay)
    do throws(FilterError) {
      let filter = try Filter(pack: pack, overlays: overlays, policy: policy, options: options)
      let check = ExampleCheck(filter, examples: sources.layers.flatMap(\.examples))
      diagnostics += check.diagnostics
      passed = check.passed
      rules = filter.rules.count
      if overlays.contains(where: { !$0.waivers.isEmpty }) {
        let bare = overlays.map { overlay in
          var bare = overlay
          bare.waivers = []
          return bare
        }
        diagnostics += OverlayLint.readableIdentifiers(
          overlays, try Filter(pack: pack, overlays: bare, policy: policy, options: options))
      }
    } catch {
      guard error.kind == .configuration else { throw error }
      diagnostics += error.diagnostics
      if error.diagnostics.isEmpty {
        diagnostics += error.problems.map { Diagnostic(file: pack, $0, remedy: "see above").with(code: "pack-unusable") }
      }
    }
  }

  /// Lists of a pack that keeps examples, of which none shows that the list works.
  private static func listsWithoutExample(_ layer: TuningLayer) -> [Diagnostic] {
    var shown: Set<[UInt8]> = []
    guard var folder = (try? Normalizer()).map({ TermFolder(normalizer: $0) }) else { return [] }
    for example in layer.examples where example.expect != .nothing {
      guard folder.fold(Array(MarkedText(example.message).text.utf8).span) else { continue }
      let words = TermKey.plain(folder.folded).split(separator: UInt8(ascii: " ")).map(Array.init)
      for start in words.indices {
        for end in start..<min(start + 6, words.count) {
          shown.insert(Array(words[start...end].joined(separator: [UInt8(ascii: " ")])))
        }
      }
    }
    var diagnostics: [Diagnostic] = []
    for table in layer.tables where table.rows.contains(where: { TermLint.isFinding($0.termClass) }) {
      let isShown = table.rows.contains { row in
        TermLint.isFinding(row.termClass) && folder.fold(Array(table.bytes[row.term]).span)
          && shown.contains(TermKey.plain(folder.folded))
      }
      if isShown { continue }
      diagnostics.append(
        Diagnostic(
          .warning, file: table.file, "no example shows that a term of this list is found",
          remedy: "add a message to the examples, with the term in double square brackets"
        ).with(code: "list-no-example", reason: "the list could be broken, and nothing would show it"))
    }
    return diagnostics
  }

  /// By file, line and column; what was said twice stands once.
  private mutating func sort() {
    var seen: Set<Diagnostic> = []
    diagnostics = diagnostics.filter { seen.insert($0).inserted }.sorted {
      ($0.file, $0.line, $0.column, $0.level, $0.code, $0.message) < ($1.file, $1.line, $1.column, $1.level, $1.code, $1.message)
    }
  }

  /// Adds what a corpus showed: waivers that took effect nowhere in it.
  package mutating func add(_ more: [Diagnostic]) {
    diagnostics += more
    sort()
  }
}
