import TightlipCore
internal import Yams

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

  private static let keys = [
    "overlay", "version", "owner", "pack", "terms", "patterns", "disabled", "waivers", "examples",
  ]

  /// Reads the overlay in a folder.
  ///
  /// - Throws: ``RulesError`` with everything wrong in any of its files.
  package static func read(_ directory: String, ledger: inout FileLedger) throws(RulesError) -> Overlay {
    let path = directory + "/" + manifest
    let document = try YAMLDocument(file: path, bytes: try ledger.read(path, as: manifest))
    var overlay = Overlay(name: "", directory: directory)
    var lists: [String: [String]] = [:]
    do throws(Diagnostic) {
      let members = try document.members(of: document.root, "overlay.yaml", known: keys)
      guard let name = members["overlay"]?.value else {
        throw document.diagnostic(document.root, "has no name", remedy: "begin the file with a line overlay: NAME")
      }
      overlay.name = try document.string(name, "overlay")
      if let node = members["version"]?.value { overlay.version = try document.string(node, "version") }
      if let node = members["owner"]?.value { overlay.owner = try document.string(node, "owner") }
      if let node = members["pack"]?.value { overlay.pack = try document.string(node, "pack") }
      for key in ["terms", "patterns", "disabled", "waivers", "examples"] {
        guard let node = members[key]?.value else { continue }
        lists[key] = try document.strings(node, key)
        for file in lists[key] ?? [] where file.hasPrefix("/") || file.firstRange(of: "..") != nil {
          throw document.diagnostic(
            node, "names a file outside the overlay: \(file)", remedy: "name files below the folder of overlay.yaml")
        }
      }
    } catch {
      throw RulesError(error)
    }
    try overlay.readFiles(lists, &ledger)
    return overlay
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
