internal import Foundation
import TightlipRules

/// Adds to the files of an overlay, and makes the overlay where there is none.
package struct OverlayEditor {
  private let directory: String

  /// - Throws: ``RulesError`` where the folder cannot be made.
  package init(_ directory: String, name: String? = nil, owner: String = "") throws {
    self.directory = directory
    if Overlay.isOverlay(directory) { return }
    let name = name ?? URL(fileURLWithPath: directory).lastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let text = "overlay: \(Self.quoted(name))\nversion: \"1\"\n" + (owner.isEmpty ? "" : "owner: \(Self.quoted(owner))\n")
    try write(Array(text.utf8), directory + "/" + Overlay.manifest)
  }

  /// A YAML scalar that reads as this text, whatever it holds.
  package static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  /// Adds rows to the first table of a kind, or to a new one.
  ///
  /// - Returns: The table's path.
  /// - Throws: ``RulesError`` where the overlay cannot be read or written; nothing is changed then.
  @discardableResult
  package func add(_ rows: String, to kind: String, default name: String, columns: [String]) throws -> String {
    let manifest = try manifest()
    if let file = manifest.files[kind]?.first {
      let path = directory + "/" + file
      var bytes = try SourceFile.read(path)
      if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
      try write(bytes + Array((rows + "\n").utf8), path)
      return path
    }
    return try addFile(Array((columns.joined(separator: "\t") + "\n" + rows + "\n").utf8), to: kind, as: name)
  }

  /// Adds a file of a kind (terms, patterns, disabled, waivers, examples).
  ///
  /// - Throws: ``RulesError``; a file that is there already is left alone.
  package func addFile(_ bytes: [UInt8], to kind: String, as name: String) throws -> String {
    let manifest = try manifest()
    let path = directory + "/" + name
    guard !FileManager.default.fileExists(atPath: path) else {
      throw RulesError(Diagnostic(file: path, "is there already", remedy: "delete it, or choose another overlay"))
    }
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
    try write(bytes, path)
    try list(name, under: kind, manifest)
    return path
  }

  private func manifest() throws -> OverlayManifest {
    let path = directory + "/" + Overlay.manifest
    return try OverlayManifest(directory: directory, file: path, bytes: try SourceFile.read(path))
  }

  /// Names a file in `overlay.yaml`, leaving the rest of it as it was.
  private func list(_ name: String, under kind: String, _ manifest: OverlayManifest) throws {
    let path = directory + "/" + Overlay.manifest
    var lines = String(decoding: try SourceFile.read(path), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last == "" { lines.removeLast() }
    let item = "  - " + Self.quoted(name)
    if let first = lines.firstIndex(where: { $0.hasPrefix(kind + ":") }) {
      guard lines[first].dropFirst(kind.count + 1).allSatisfy(\.isWhitespace) else {
        throw RulesError(
          Diagnostic(
            file: path, line: first + 1, "lists its files on one line, which is left as it is",
            remedy: "add \(name) to it by hand"))
      }
      lines.insert(item, at: first + 1)
    } else {
      lines += [kind + ":", item]
    }
    try write(Array((lines.joined(separator: "\n") + "\n").utf8), path)
  }

  private func write(_ bytes: [UInt8], _ path: String) throws {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw RulesError(Diagnostic(file: path, "cannot be written", remedy: "check who may write to the folder"))
    }
  }
}
