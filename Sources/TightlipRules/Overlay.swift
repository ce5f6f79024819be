import TightlipCore

/// What a practice adds to a shipped pack, changes in it and switches off: a folder of its own, with
/// `overlay.yaml`, that an upgrade of the pack never touches.
package struct Overlay: Sendable {
  package var directory: String
  package var name: String
  package var version = ""
  package var owner = ""
  /// The pack it was made for; empty for any.
  package var pack = ""
  /// A row whose term and entity the pack has too takes the place of the pack's rows; others are added.
  package var tables: [TermTable] = []
  /// A rule whose id the pack has too takes its place; others are added.
  package var rules: [PatternRule] = []
  package var disabled: [DisabledEntry] = []
  package var waivers: [Waiver] = []
  package var examples: [MessageExample] = []

  /// An overlay that no folder holds, to try something.
  package init(name: String, directory: String = "") {
    self.name = name
    self.directory = directory
  }

  /// The file that makes a folder an overlay.
  package static let manifest = "overlay.yaml"

  /// Reads the overlay in a folder.
  ///
  /// - Throws: ``RulesError`` with everything wrong in any of its files.
  package static func read(_ directory: String, ledger: inout FileLedger) throws(RulesError) -> Overlay {
    let path = directory + "/" + manifest
    let manifest = try OverlayManifest(directory: directory, file: path, bytes: try ledger.read(path, as: Self.manifest))
    var overlay = Overlay(manifest: manifest)
    try overlay.readFiles(manifest.files, &ledger)
    return overlay
  }

  /// What `overlay.yaml` says, without the files it names.
  package init(manifest: OverlayManifest) {
    directory = manifest.directory
    name = manifest.name
    version = manifest.version
    owner = manifest.owner
    pack = manifest.pack
  }

  private mutating func readFiles(_ lists: [String: [String]], _ ledger: inout FileLedger) throws(RulesError) {
    var diagnostics: [Diagnostic] = []
    for (key, files) in lists.sorted(by: { $0.key < $1.key }) {
      for file in files {
        let path = directory + "/" + file
        do throws(RulesError) {
          let bytes = try ledger.read(path, as: file)
          switch key {
          case "terms": tables.append(try TermTable(file: path, bytes: bytes))
          case "patterns": rules += try PatternFile.read(file: path, bytes: bytes)
          case "disabled": disabled += try DelimitedTable.disabled(file: path, bytes: bytes)
          case "waivers": waivers += try DelimitedTable.waivers(file: path, bytes: bytes)
          default: examples += try DelimitedTable.examples(file: path, bytes: bytes)
          }
        } catch {
          diagnostics += error.diagnostics
        }
      }
    }
    if !diagnostics.isEmpty { throw RulesError(diagnostics) }
  }

  /// Whether a folder holds an overlay (and not a pack).
  package static func isOverlay(_ directory: String) -> Bool { SourceFile.exists(directory + "/" + manifest) }
}
