import Foundation

/// The Swift examples of README, documentation and comments as one program: each page is a function, its
/// examples one after the other, since they build on each other.
enum Snippets {
  /// The program; it prints the name of each page whose examples ran.
  static func program() throws -> (source: String, count: Int) {
    var functions: [(name: String, body: String)] = []
    let documentation = Repository.root.appending(path: "Sources/Tightlip/Tightlip.docc")
    let pages = try FileManager.default.contentsOfDirectory(at: documentation, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "md" } + [Repository.root.appending(path: "README.md")]
    for page in pages.sorted(by: { $0.path() < $1.path() }) {
      let examples = try fenced(String(contentsOf: page, encoding: .utf8))
      if !examples.isEmpty { functions.append((page.lastPathComponent, examples.joined(separator: "\n"))) }
    }
    let sources = try FileManager.default.contentsOfDirectory(
      at: Repository.root.appending(path: "Sources/Tightlip"), includingPropertiesForKeys: nil)
    for file in sources.sorted(by: { $0.path() < $1.path() }) where file.pathExtension == "swift" {
      for example in try commented(String(contentsOf: file, encoding: .utf8)) {
        functions.append((file.lastPathComponent, surroundings(of: example) + example))
      }
    }
    var source = "import Tightlip\n\n"
    for (number, function) in functions.enumerated() {
      let body = function.body.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("import ") }
      source += "@MainActor func page\(number)() async throws {\n\(body.joined(separator: "\n"))\nprint(\"\(function.name)\")\n}\n\n"
    }
    for number in functions.indices { source += "try await page\(number)()\n" }
    return (source, functions.count)
  }

  /// What stands between ```` ```swift ```` and ```` ``` ````, but for manifests.
  private static func fenced(_ page: String) -> [String] {
    page.components(separatedBy: "```swift\n").dropFirst().compactMap { part in
      let example = part.components(separatedBy: "```")[0]
      return example.hasPrefix("// Package.swift") ? nil : example
    }
  }

  /// The indented lines of a comment after "For example:".
  private static func commented(_ source: String) -> [String] {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.indices.filter { lines[$0] == "/// For example:" }.map { start in
      lines[(start + 2)...].prefix { $0.hasPrefix("///     ") }.map { String($0.dropFirst(8)) }.joined(separator: "\n")
    }
  }

  /// What an example in a comment takes as given.
  private static func surroundings(of example: String) -> String {
    var lines = ""
    if !example.contains("let filter") { lines += "let filter = try Filter(pack: \"Lexicons\")\n" }
    if example.contains("requests.span") { lines += "let requests = Array(#\"{\"text\":\"ok\"}\"#.utf8)\n" }
    if example.contains("in messages") {
      lines += "let messages = AsyncStream<Message> { $0.yield(Message()); $0.finish() }\n"
      lines += "struct Gateway { func send(_ text: [UInt8]) async throws {} }\nlet gateway = Gateway()\n"
    }
    return lines
  }
}
