/// `overlay.yaml`: what an overlay is called, who keeps it, and which files belong to it.
package struct OverlayManifest: Sendable {
  package var directory: String
  package var name = ""
  package var version = ""
  package var owner = ""
  /// The pack it was made for; empty for any.
  package var pack = ""
  /// The files, by the key that names them: terms, patterns, disabled, waivers, examples.
  package var files: [String: [String]] = [:]

  private static let lists = ["terms", "patterns", "disabled", "waivers", "examples"]
  private static let texts = ["overlay", "version", "owner", "pack"]

  /// Reads the manifest.
  package init(directory: String, file: String, bytes: [UInt8]) throws(RulesError) {
    self.directory = directory
    let document = try YAMLDocument(file: file, bytes: bytes)
    do throws(Diagnostic) {
      let members = try document.members(of: document.root, "overlay.yaml", known: Self.texts + Self.lists)
      guard let node = members["overlay"]?.value else {
        throw document.diagnostic(document.root, "has no name", remedy: "begin the file with a line overlay: NAME")
      }
      name = try document.string(node, "overlay")
      if let node = members["version"]?.value { version = try document.string(node, "version") }
      if let node = members["owner"]?.value { owner = try document.string(node, "owner") }
      if let node = members["pack"]?.value { pack = try document.string(node, "pack") }
      for key in Self.lists {
        guard let node = members[key]?.value else { continue }
        files[key] = try document.strings(node, key)
        for path in files[key] ?? [] where path.hasPrefix("/") || path.firstRange(of: "..") != nil {
          throw document.diagnostic(
            node, "names a file outside the overlay: \(path)", remedy: "name files below the folder of overlay.yaml")
        }
      }
    } catch {
      throw RulesError(error)
    }
  }
}
