internal import Yams

/// `pack.yaml`: what a pack is called and which files belong to it.
package struct PackManifest: Sendable {
  package var name: String
  package var version: String
  package var terms: [String]
  package var patterns: [String]

  private static let keys = ["name", "version", "licence", "language", "terms", "patterns"]

  /// Reads the manifest.
  package init(file: String, bytes: [UInt8]) throws(RulesError) {
    let document = try YAMLDocument(file: file, bytes: bytes)
    do throws(Diagnostic) {
      let members = try document.members(of: document.root, "pack.yaml", known: Self.keys)
      func required(_ key: String) throws(Diagnostic) -> Node {
        guard let member = members[key] else {
          throw Diagnostic(file: file, "has no \(key)", remedy: "add a line \(key): …")
        }
        return member.value
      }
      name = try document.string(try required("name"), "name")
      version = try document.string(try required("version"), "version")
      terms = try document.strings(try required("terms"), "terms")
      patterns = try document.strings(try required("patterns"), "patterns")
      for path in terms + patterns where path.hasPrefix("/") || path.firstRange(of: "..") != nil {
        throw Diagnostic(
          file: file, "names a file outside the pack: \(path)",
          remedy: "name files below the folder of pack.yaml")
      }
    } catch {
      throw RulesError(error)
    }
  }
}
