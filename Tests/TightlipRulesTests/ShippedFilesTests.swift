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

  static let policies: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Lexicons/policies").path)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test func `the promised examples ship`() {
    #expect(
      Set(Self.policies).isSuperset(of: [
        "default.yaml", "strict-sms.yaml", "appointment-reminders.yaml", "secure-portal.yaml", "monitor-only.yaml",
        "halted.yaml",
      ]))
  }

  @Test(arguments: policies)
  func `a shipped policy is read without a warning and names its schema`(file: String) throws {
    let path = Self.root.appending(path: "Lexicons/policies/\(file)").path
    let bytes = try SourceFile.read(path)
    let reading = try PolicyFile.readAll(file: path, bytes: bytes)
    #expect(reading.warnings.map(\.description) == [])
    #expect(reading.policy.name + ".yaml" == file)
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("# yaml-language-server: $schema=policy.schema.json\n"))
    #expect((reading.policy == Policy.shippedDefault) == (file == "default.yaml"))
  }

  /// The keys of a schema's object, following a reference.
  private func keys(_ schema: [String: Any], _ path: [String]) throws -> Set<String> {
    let definitions = schema["$defs"] as? [String: Any] ?? [:]
    func resolve(_ value: Any?) -> [String: Any] {
      guard let object = value as? [String: Any] else { return [:] }
      if let name = (object["$ref"] as? String)?.split(separator: "/").last {
        return resolve(definitions[String(name)])
      }
      if let choices = object["anyOf"] as? [Any] {
        return choices.map(resolve).first { $0["properties"] != nil } ?? [:]
      }
      return object
    }
    var place = schema
    for part in path {
      place = resolve(
        part == "*"
          ? place["additionalProperties"] as? [String: Any] ?? (place["properties"] as? [String: Any])?.values.first
          : (place["properties"] as? [String: Any])?[part])
    }
    return Set((place["properties"] as? [String: Any] ?? [:]).keys)
  }

  @Test func `editors find the schema by the first line of every shipped policy`() throws {
    let folder = Self.root.appending(path: "Lexicons/policies")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".yaml") }
    #expect(names.count >= 6)
    for name in names {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      let prefix = "# yaml-language-server: $schema="
      let line = try #require(text.split(separator: "\n").first)
      #expect(line.hasPrefix(prefix), "\(name)")
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: String(line.dropFirst(prefix.count))).path()), "\(name)")
    }
  }

  @Test func `the schema has the keys that the reader knows`() throws {
    let data = try Data(contentsOf: Self.root.appending(path: "Lexicons/policies/policy.schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    for (path, known) in PolicyKeys.table {
      var expected = Set(known)
      var parts = path.split(separator: ".").map(String.init)
      switch path {
      case "action": parts = ["linkage", "personAndHealth"]
      case "value": parts = ["threshold"]
      case "accept": parts = ["limits", "accept"]
      case "instead.reasons":
        // Reasons for which nothing may be offered are no keys of the schema.
        expected = Set(ReasonCode.allCases.filter(\.allowsReplacement).map(\.code))
      default: break
      }
      #expect(try keys(schema, parts) == expected, "\(path)")
    }
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
    let page = Self.root.appending(path: "Sources/Tightlip/Tightlip.docc/Policy.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## Every reason").last)
    let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
      $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    // Each once, in the order in which verdicts give them, with what it means and what to do.
    #expect(rows.map { $0[0] } == ReasonCode.allCases.map { "`\($0.code)`" })
    #expect(rows.allSatisfy { $0.count == 4 && $0.allSatisfy { !$0.isEmpty } })
    let severities = ["block", "warning", "block or warning ¹", "block ²", "redact ²", "redact or block ³", "warning ²"]
    #expect(rows.allSatisfy { severities.contains($0[1]) })
  }
}
