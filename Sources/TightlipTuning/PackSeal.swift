internal import Foundation
package import TightlipRules

/// `SHA256SUMS` beside a pack or an overlay: the hashes of its files, as sha256sum writes them. Where it
/// is there, a file that was cut short, exchanged or added is refused; a table that lost its last rows
/// reads well otherwise.
package enum PackSeal {
  package static let name = "SHA256SUMS"

  /// Holds what was read against the seal; nothing where there is none.
  ///
  /// - Parameter digests: By path, in lower-case hexadecimal, what was read.
  /// - Throws: ``RulesError`` naming each file that is not what the seal says.
  package static func verify(_ directory: String, _ digests: [String: String]) throws(RulesError) {
    let path = directory + "/" + name
    guard SourceFile.exists(path) else { return }
    let bytes = try SourceFile.read(path)
    try FileDamage.check(file: path, bytes: bytes)
    var sealed: [String: String] = [:]
    var diagnostics: [Diagnostic] = []
    for (number, line) in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy(\.isWhitespace) { continue }
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, parts[0].count == 64 else {
        diagnostics.append(
          Diagnostic(file: path, line: number + 1, "is no hash and file name", remedy: "write it again with tightlip check --seal"))
        continue
      }
      sealed[directory + "/" + parts[1].drop { $0 == " " || $0 == "*" }] = parts[0].lowercased()
    }
    for (file, digest) in digests.sorted(by: { $0.key < $1.key }) where file.hasPrefix(directory + "/") {
      guard let expected = sealed[file] else {
        diagnostics.append(
          Diagnostic(file: file, "is not in the seal (\(name))", remedy: "take it out, or check and seal again: tightlip check --seal"))
        continue
      }
      if expected != digest {
        diagnostics.append(
          Diagnostic(
            file: file, "is not the file that was sealed (\(name))",
            remedy: "put the sealed file back, or check and seal again: tightlip check --seal"))
      }
    }
    if !diagnostics.isEmpty { throw RulesError(diagnostics) }
  }

  /// Writes the seal of what was read.
  package static func write(_ directory: String, _ digests: [String: String]) throws {
    let lines = digests.filter { $0.key.hasPrefix(directory + "/") }.sorted { $0.key < $1.key }
      .map { "\($0.value)  \($0.key.dropFirst(directory.count + 1))\n" }
    do {
      try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: directory + "/" + name), options: .atomic)
    } catch {
      throw RulesError(Diagnostic(file: directory + "/" + name, "cannot be written", remedy: "check who may write to the folder"))
    }
  }
}
