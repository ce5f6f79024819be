import Tightlip
import TightlipCore
import TightlipNormalization
import TightlipRules

/// Looks at what overlays switch off, change and let pass.
struct OverlayLint {
  private(set) var diagnostics: [Diagnostic] = []
  private let now: Int64

  init(_ sources: TuningSources, now: Int64) throws(NormalizationError) {
    self.now = now
    guard let pack = sources.layers.first(where: \.isPack) else { return }
    var folder = TermFolder(normalizer: try Normalizer())
    var terms: Set<TermKey> = []
    var rules = Set(pack.rules.map(\.id))
    // Only where something is switched off must the terms be known, all of them.
    if sources.layers.contains(where: { $0.overlay?.disabled.contains { $0.kind == .term } == true }) {
      gather(pack, &terms, &folder)
    }
    for layer in sources.layers {
      guard let overlay = layer.overlay else { continue }
      lookAtManifest(overlay, layer, pack)
      for entry in overlay.disabled { look(at: entry, rules: rules, terms: terms, &folder) }
      for rule in layer.rules where rules.contains(rule.id) {
        diagnostics.append(
          Diagnostic(
            .note, file: rule.file, line: rule.line, "rule \"\(rule.id)\" takes the place of the shipped one",
            remedy: "nothing, if that is meant").with(code: "overlay-changes"))
      }
      look(at: overlay.waivers, &folder)
      rules.formUnion(layer.rules.map(\.id))
      gather(layer, &terms, &folder)
    }
  }

  private func gather(_ layer: TuningLayer, _ terms: inout Set<TermKey>, _ folder: inout TermFolder) {
    for table in layer.tables {
      for row in table.rows where folder.fold(Array(table.bytes[row.term]).span) {
        terms.insert(TermKey(folder.folded, row.termClass, row.topic))
      }
    }
  }

  private mutating func lookAtManifest(_ overlay: Overlay, _ layer: TuningLayer, _ pack: TuningLayer) {
    let file = layer.directory + "/" + Overlay.manifest
    if !overlay.pack.isEmpty, overlay.pack != pack.name {
      diagnostics.append(
        Diagnostic(
          .warning, file: file, "is made for the pack \"\(overlay.pack)\", and this is \"\(pack.name)\"",
          remedy: "look with tightlip diff what it changes here, then write pack: \(pack.name)").with(code: "overlay-pack"))
    }
    if overlay.owner.isEmpty {
      diagnostics.append(
        Diagnostic(.warning, file: file, "names no owner", remedy: "add a line owner: with who answers for it")
          .with(code: "overlay-owner", reason: "somebody must decide when the shipped pack and this overlay disagree"))
    }
  }

  private mutating func look(
    at entry: DisabledEntry, rules: Set<String>, terms: Set<TermKey>, _ folder: inout TermFolder
  ) {
    func add(_ level: Diagnostic.Level, _ code: String, _ message: String, _ remedy: String, reason: String = "") {
      diagnostics.append(
        Diagnostic(level, file: entry.file, line: entry.line, column: 1, message, remedy: remedy)
          .with(code: code, reason: reason))
    }
    let what = "the \(entry.kind.rawValue) \"\(entry.name)\"" + (entry.termClass.map { " (\(entry.topic?.name ?? $0.name))" } ?? "")
    if let expires = entry.expires, expires.isOver(at: now) {
      return add(
        .warning, "disabled-expired", "switching off \(what) has expired; it is found again",
        "delete the row, or decide again and write a day to come")
    }
    let isThere: Bool
    switch entry.kind {
    case .rule: isThere = rules.contains(entry.name)
    case .term:
      folder.fold(Array(entry.name.utf8).span)
      isThere = entry.termClass.map { terms.contains(TermKey(folder.folded, $0, entry.topic)) } ?? false
    }
    if isThere {
      add(
        .note, "overlay-disables", "switches off \(what) of the shipped pack", "nothing, if \(entry.owner) still means it",
        reason: "it is no longer found anywhere; reason given: \(entry.reason)")
    } else {
      add(
        .warning, "disabled-nothing", "switches off \(what), which is not there",
        "correct the spelling and the entity, or delete the row",
        reason: "a word spelt otherwise is still found, and a rule renamed by an upgrade is on again")
    }
  }

  private mutating func look(at waivers: [Waiver], _ folder: inout TermFolder) {
    var seen: [String: Waiver] = [:]
    for waiver in waivers {
      func add(_ level: Diagnostic.Level, _ code: String, _ message: String, _ remedy: String, reason: String = "") {
        diagnostics.append(
          Diagnostic(level, file: waiver.file, line: waiver.line, column: 1, message, remedy: remedy)
            .with(code: code, reason: reason))
      }
      if waiver.expires.isOver(at: now) {
        add(.warning, "waiver-expired", "the waiver has expired, and does nothing", "delete the row, or ask \(waiver.owner) to decide again")
      } else if waiver.expires.end - now > 400 * 86_400 {
        add(.warning, "waiver-long", "the waiver holds for more than a year", "write a day within the next twelve months",
          reason: "what may pass has to be decided again from time to time")
      } else if waiver.expires.end - now < 14 * 86_400 {
        add(.note, "waiver-soon", "the waiver ends within two weeks", "ask \(waiver.owner) whether it is still needed")
      }
      folder.fold(Array(waiver.text.utf8).span)
      let key = (waiver.digest.map(Waiver.written) ?? String(decoding: TermKey.plain(folder.folded), as: UTF8.self)) + "\t\(waiver.entity?.name ?? "")"
      if let other = seen.updateValue(waiver, forKey: key) {
        add(.warning, "waiver-duplicate", "the same waiver stands at line \(other.line) already", "delete one of the two",
          reason: "the later day holds, whatever the other row says")
      }
    }
  }

  /// Waivers whose words would themselves be found as somebody's name or number.
  static func readableIdentifiers(_ overlays: [Overlay], _ filter: Filter) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    var scanner = Tightlip.Scanner(filter)
    for waiver in overlays.flatMap(\.waivers) where waiver.digest == nil {
      var verdict = Verdict()
      scanner.scan(waiver.text, into: &verdict)
      let found = verdict.findings.first {
        $0.entity.entityClass == .identifier && ![.organization, .location, .url, .dateTime].contains($0.entity)
      }
      guard let found else { continue }
      diagnostics.append(
        Diagnostic(
          .warning, file: waiver.file, line: waiver.line, column: 1,
          "the words of the waiver read as \(found.entity.name)",
          remedy: "if they are a person's, keep their hash: tightlip waive --entity \(found.entity.name) --hash-key-file FILE"
        ).with(code: "waiver-readable", reason: "everybody who can read the overlay reads them"))
    }
    return diagnostics
  }
}
