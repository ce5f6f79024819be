import Foundation
import Testing
import TightlipCore
import TightlipRules

/// The files that ship say what the code does.
struct ShippedFilesTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func `the default policy in YAML is the one that applies without a file`() throws {
    let path = Self.root.appending(path: "Lexicons/policies/default.yaml").path
    let read = try PolicyFile.read(file: path, bytes: try SourceFile.read(path))
    #expect(read == Policy.shippedDefault)
  }

  @Test func `the format reference names every class, cue and topic`() throws {
    let text = try String(contentsOf: Self.root.appending(path: "Lexicons/FORMAT.md"), encoding: .utf8)
    for termClass in TermClass.allCases where termClass != .topic && termClass != .patternContext {
      #expect(text.contains(termClass.name), "\(termClass.name)")
    }
    for entity in EntityType.allCases where entity.entityClass == .topic {
      #expect(text.contains(entity.name), "\(entity.name)")
    }
  }

  @Test func `every reason code stands in the table of reason codes`() throws {
    let page = Self.root.appending(path: "Sources/Tightlip/Tightlip.docc/RiskAndPolicy.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    for code in ReasonCode.allCases { #expect(text.contains("`\(code.code)`"), "\(code.code)") }
  }
}
