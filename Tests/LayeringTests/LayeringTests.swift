import Foundation
import Testing

/// Holds the `import` lines of the sources to the table of modules (DESIGN.md, section 3): imports
/// point down only.
struct LayeringTests {
  /// What each module may import beside the Swift standard library.
  static let table: [String: Set<String>] = [
    // L1
    "TightlipCore": [],
    // L2
    "TightlipNormalization": ["TightlipCore", "CTightlipICU"],
    "TightlipPatterns": ["TightlipCore", "CTightlipPCRE2"],
    "TightlipLexicon": ["TightlipCore"],
    "TightlipRecognition": ["TightlipCore"],
    "TightlipTagger": ["TightlipCore"],
    "TightlipRules": ["TightlipCore", "CTightlipYAML"],
    "TightlipRisk": ["TightlipCore"],
    "TightlipPolicy": ["TightlipCore", "CTightlipICU"],
    "TightlipRedaction": ["TightlipCore"],
    "TightlipCoding": ["TightlipCore", "CTightlipJSON"],
    // L3
    "Tightlip": engineStages.union(["CTightlipHash"]),
    // L4
    "TightlipStore": engineStages.union(["Tightlip", "Crypto", "CTightlipHash", "GRDB", "Foundation"]),
    "TightlipEvaluation": engineStages.union(["Tightlip", "Foundation", "FoundationXML", "Crypto"]),
    "TightlipTuning": engineStages.union(["Tightlip", "TightlipEvaluation", "Dispatch", "Foundation", "Histogram"]),
    "TightlipABI": engineStages.union(["Tightlip", "CTightlip", "CTightlipHash", "CTightlipLoader", "Synchronization"]),
    "TightlipCommands": engineStages.union([
      "Tightlip", "TightlipStore", "TightlipEvaluation", "TightlipTuning", "ArgumentParser", "Crypto", "Dispatch",
      "Foundation",
    ]),
    // L5
    "tightlip": ["TightlipCommands"],
  ]

  static let engineStages: Set<String> = [
    "TightlipCore", "TightlipNormalization", "TightlipPatterns", "TightlipLexicon",
    "TightlipRecognition", "TightlipTagger", "TightlipRules", "TightlipRisk", "TightlipPolicy",
    "TightlipRedaction", "TightlipCoding",
  ]

  /// System modules that every module may use.
  static let system: Set<String> = ["Glibc", "Synchronization"]

  /// Modules of L0: C, and no logic of ours.
  static let shims: Set<String> = [
    "CTightlipPCRE2", "CTightlipICU", "CTightlipJSON", "CTightlip", "CTightlipHash", "CTightlipLoader", "CTightlipYAML",
  ]

  @Test func `every folder of Sources is a module of the table and bears the project's name`() throws {
    let modules = try Repository.modules()
    #expect(modules.count > 10)
    for module in modules {
      #expect(Self.table[module] != nil || Self.shims.contains(module), "\(module) is not in the table")
      #expect(module.lowercased().contains("tightlip"), "\(module) does not bear the project's name")
    }
  }

  @Test(arguments: try Repository.modules())
  func `a module imports only what its layer allows`(module: String) throws {
    for file in try Repository.swiftFiles(of: module) {
      let allowed = (Self.table[module] ?? []).union(Self.system)
      for line in try Repository.imports(in: file) {
        #expect(
          allowed.contains(line.module),
          "\(file.lastPathComponent):\(line.number): \(module) may not import \(line.module)")
      }
    }
  }

  @Test func `no engine module imports Foundation, nor a package that does`() throws {
    for module in Self.engineStages.union(["Tightlip"]) {
      for file in try Repository.swiftFiles(of: module) {
        let imports = try Repository.imports(in: file).map(\.module)
        #expect(!imports.contains { $0.hasPrefix("Foundation") }, "\(module)/\(file.lastPathComponent)")
        #expect(!imports.contains("Yams"), "\(module)/\(file.lastPathComponent)")
      }
    }
  }

  @Test func `the shims hold no Swift`() throws {
    for module in try Repository.modules() where Self.shims.contains(module) {
      #expect(try Repository.swiftFiles(of: module).isEmpty, "\(module)")
    }
  }

  @Test func `the manifest has no flags that keep a package from being a dependency`() throws {
    let manifest = try String(contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    #expect(!manifest.contains("unsafeFlags"))
    #expect(!manifest.contains("Ounchecked"))
    #expect(!manifest.contains("path: \"..\""))
  }

  @Test func `no source file is longer than 600 lines`() throws {
    for module in try Repository.modules() {
      for file in try Repository.files(of: module) {
        let lines = try Data(contentsOf: file).count { $0 == 10 }
        #expect(lines <= 600, "\(module)/\(file.lastPathComponent) has \(lines) lines")
      }
    }
  }

  @Test func `the entry point is under twenty lines`() throws {
    let main = Repository.root.appending(path: "Sources/tightlip/main.swift")
    #expect(try Data(contentsOf: main).count { $0 == 10 } < 20)
  }

  @Test func `no underscored attribute and no unchecked Sendable without a word on its safety`() throws {
    for module in try Repository.modules() {
      for file in try Repository.swiftFiles(of: module) {
        let lines = try String(contentsOf: file, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where !line.contains("///") {
          // The one re-export: the values a filter takes and gives are part of its interface.
          if module == "Tightlip", line == "@_exported public import TightlipCore" { continue }
          #expect(
            line.firstMatch(of: /@_(?!lifetime)[a-zA-Z]+/) == nil,
            "\(module)/\(file.lastPathComponent):\(number + 1): \(line)")
          if line.contains("@unchecked Sendable") {
            let before = lines[max(0, number - 6)...number]
            #expect(
              before.contains { $0.contains("SAFETY:") },
              "\(module)/\(file.lastPathComponent):\(number + 1) has no SAFETY comment")
          }
        }
      }
    }
  }

  /// Unsafe code stands only in the files named in `Tests/Cases/unsafe-files.txt`, and each says why it is sound.
  @Test func `unsafe code stands in named files, with a reason`() throws {
    let named = Set(
      try String(contentsOf: Repository.root.appending(path: "Tests/Cases/unsafe-files.txt"), encoding: .utf8)
        .split(separator: "\n").map(String.init))
    var found: Set<String> = []
    for module in try Repository.modules() {
      for file in try Repository.swiftFiles(of: module) {
        let text = try String(contentsOf: file, encoding: .utf8)
        // The keyword alone: neither a comment, nor a part of another word, nor a style sheet's "unsafe-inline".
        let isUnsafe = text.split(separator: "\n").contains { line in
          (line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line).contains(/(?:^|[ (@{])unsafe(?:[ (]|$)/)
        }
        guard isUnsafe else { continue }
        let name = file.path().components(separatedBy: "/Sources/").last ?? ""
        found.insert(name)
        #expect(named.contains(name), "\(name) is not named in Tests/Cases/unsafe-files.txt")
        #expect(text.contains("SAFETY:"), "\(name) has no SAFETY comment")
      }
    }
    #expect(named.subtracting(found).isEmpty, "named, and safe: \(named.subtracting(found).sorted())")
  }

  /// The compiled objects beside this test: an engine object that refers to a symbol of Foundation
  /// would carry it into every program that links the module.
  @Test func `no engine object refers to a symbol of Foundation`() throws {
    let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    var seen = 0
    for module in Self.engineStages.union(["Tightlip"]) {
      let folder = products.appending(path: "\(module).build")
      let objects = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
      for object in objects where object.pathExtension == "o" {
        seen += 1
        let data = try Data(contentsOf: object, options: .mappedIfSafe)
        #expect(data.range(of: Data("$s10Foundation".utf8)) == nil, "\(module)/\(object.lastPathComponent)")
      }
    }
    #expect(seen > 0, "no objects in \(products.path())")
  }

  @Test(arguments: [
    ("import Foundation", "Foundation"), ("internal import Yams", "Yams"),
    ("  public import struct TightlipCore.Finding", "TightlipCore"),
    ("@preconcurrency import Glibc", "Glibc"), ("package import TightlipRules // why", "TightlipRules"),
    ("@_exported import Foundation", "Foundation"), ("@testable import Tightlip", "Tightlip"),
    ("import class FoundationEssentials.Thing", "FoundationEssentials"),
    ("/// import Foundation", nil), ("let important = 1", nil), ("importer.run()", nil),
  ])
  func `import lines are read in every form`(line: String, module: String?) {
    #expect(Repository.importedModule(in: line[...]) == module)
  }
}

/// The repository this file stands in.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func modules() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path())
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  static func files(of module: String) throws -> [URL] {
    let folder = root.appending(path: "Sources/\(module)")
    guard let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
    return walk.compactMap { $0 as? URL }
      .filter { ["swift", "c", "cpp", "h", "hpp"].contains($0.pathExtension) }
      .sorted { $0.path() < $1.path() }
  }

  static func swiftFiles(of module: String) throws -> [URL] {
    try files(of: module).filter { $0.pathExtension == "swift" }
  }

  static func imports(in file: URL) throws -> [(number: Int, module: String)] {
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .compactMap { number, line in importedModule(in: line).map { (number + 1, $0) } }
  }

  /// The module that a line imports, or nil where it is no import.
  static func importedModule(in line: Substring) -> String? {
    var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })[...]
    while let first = words.first,
      first.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(first)
    {
      words = words.dropFirst()
    }
    guard words.popFirst() == "import" else { return nil }
    if let first = words.first,
      ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"].contains(first)
    {
      words = words.dropFirst()
    }
    return words.first.map { String($0.prefix { $0.isLetter || $0.isNumber || $0 == "_" }) }
  }
}
