package import TightlipRules

/// One layer of what a filter is compiled from: the pack, or an overlay; read file by file, so that
/// every problem of every file is told at once.
package struct TuningLayer {
  package var directory: String
  package var name: String
  /// Nil for the pack.
  package var overlay: Overlay?
  package var manifest: PackManifest?
  package var tables: [TermTable] = []
  package var rules: [PatternRule] = []
  package var examples: [MessageExample] = []
  package var isPack: Bool { overlay == nil }
}

/// Everything a filter is compiled from, with what was wrong with it.
package struct TuningSources {
  package private(set) var layers: [TuningLayer] = []
  /// What kept files from being used, and damage that every reader mends for itself.
  package private(set) var diagnostics: [Diagnostic] = []
  /// The paths of all files that were read or should have been.
  package private(set) var files: [String] = []
  /// How often words stand in benign messages, as far as the pack tells.
  package private(set) var benign: BenignTable?

  /// Reads a pack and overlays; throws nothing, and leaves out what cannot be used.
  package init(pack: String, overlays: [String]) {
    readPack(pack)
    for directory in overlays { readOverlay(directory) }
  }

  /// Whether everything could be read.
  package var isUsable: Bool { !diagnostics.contains { $0.level == .error } }

  // MARK: Reading

  /// So many bad rows of one table are told; a thousand would bury the first, but `--fix` mends all.
  package static let mostBadRows = 1000

  private mutating func read<Value>(
    _ directory: String, _ file: String, _ body: (String, [UInt8]) throws(RulesError) -> Value
  ) -> Value? {
    let path = directory + "/" + file
    files.append(path)
    do throws(RulesError) {
      let bytes = try SourceFile.read(path)
      let value = try body(path, bytes)
      diagnostics += FileTidiness.notes(file: path, bytes: bytes)
      return value
    } catch {
      diagnostics += error.diagnostics
      // What a spreadsheet or a word processor did may be why the file cannot be read.
      if let bytes = try? SourceFile.read(path), path.hasSuffix(".yaml") { diagnostics += FileTidiness.typography(file: path, bytes: bytes) }
      return nil
    }
  }

  private mutating func readPack(_ directory: String) {
    guard let manifest = read(directory, "pack.yaml", { path, bytes throws(RulesError) in try PackManifest(file: path, bytes: bytes) })
    else { return }
    var layer = TuningLayer(directory: directory, name: manifest.name)
    layer.manifest = manifest
    readLists(
      &layer, terms: manifest.terms, patterns: manifest.patterns, examples: manifest.examples)
    if let file = manifest.benign {
      benign = read(directory, file) { path, bytes throws(RulesError) in try BenignTable(file: path, bytes: bytes) }
    }
    layers.append(layer)
  }

  private mutating func readOverlay(_ directory: String) {
    let overlay = read(directory, Overlay.manifest) { path, bytes throws(RulesError) in
      try OverlayManifest(directory: directory, file: path, bytes: bytes)
    }
    guard let overlay else { return }
    var layer = TuningLayer(directory: directory, name: overlay.name)
    readLists(
      &layer, terms: overlay.files["terms"] ?? [], patterns: overlay.files["patterns"] ?? [],
      examples: overlay.files["examples"] ?? [])
    var read = Overlay(manifest: overlay)
    for file in overlay.files["disabled"] ?? [] {
      read.disabled += self.read(directory, file) { path, bytes throws(RulesError) in try DelimitedTable.disabled(file: path, bytes: bytes) } ?? []
    }
    for file in overlay.files["waivers"] ?? [] {
      read.waivers += self.read(directory, file) { path, bytes throws(RulesError) in try DelimitedTable.waivers(file: path, bytes: bytes) } ?? []
    }
    read.tables = layer.tables
    read.rules = layer.rules
    read.examples = layer.examples
    layer.overlay = read
    layers.append(layer)
  }

  private mutating func readLists(_ layer: inout TuningLayer, terms: [String], patterns: [String], examples: [String]) {
    for file in terms {
      let table = read(layer.directory, file) { path, bytes throws(RulesError) in
        try TermTable(file: path, bytes: bytes, most: Self.mostBadRows)
      }
      if let table { layer.tables.append(table) }
    }
    for file in patterns {
      layer.rules += read(layer.directory, file) { path, bytes throws(RulesError) in try PatternFile.read(file: path, bytes: bytes) } ?? []
    }
    for file in examples {
      layer.examples += read(layer.directory, file) { path, bytes throws(RulesError) in try DelimitedTable.examples(file: path, bytes: bytes) } ?? []
    }
  }
}

extension TuningSources {
  /// The files that a pack and overlays consist of, without reading more than their manifests. A manifest
  /// that cannot be read is named itself.
  package static func files(pack: String, overlays: [String]) -> [String] {
    var files = [pack + "/pack.yaml"]
    if let bytes = try? SourceFile.read(files[0]), let manifest = try? PackManifest(file: files[0], bytes: bytes) {
      files += manifest.files.map { pack + "/" + $0 }
    }
    for directory in overlays {
      let path = directory + "/" + Overlay.manifest
      files.append(path)
      guard let bytes = try? SourceFile.read(path),
        let manifest = try? OverlayManifest(directory: directory, file: path, bytes: bytes)
      else { continue }
      files += manifest.files.values.flatMap { $0 }.sorted().map { directory + "/" + $0 }
    }
    return files
  }
}
