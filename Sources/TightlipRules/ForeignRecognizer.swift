/// A recognizer as Presidio's YAML describes it.
package struct ForeignRecognizer: Sendable {
  package struct Pattern: Sendable {
    package var name: String
    package var expression: String
    package var score: Double
    package var line: Int

    package init(name: String, expression: String, score: Double, line: Int) {
      self.name = name
      self.expression = expression
      self.score = score
      self.line = line
    }
  }

  package var name = ""
  package var entity = ""
  package var line = 0
  package var patterns: [Pattern] = []
  package var context: [String] = []
  package var denyList: [String] = []
  package var denyScore = 1.0
  package var languages: [String] = []
  package var isPredefined = false
  /// Keys that mean nothing here.
  package var unknown: [String] = []
}

/// Reads YAML that other tools wrote: more forgiving than for our own files, and forgetful of nothing.
package enum ForeignYAML {
  private static let known: Set<String> = [
    "name", "supported_entity", "supported_entities", "patterns", "context", "deny_list", "deny_list_score", "supported_language",
    "supported_languages", "type", "enabled",
  ]

  /// The recognizers of a file: a list under `recognizers`, a list, or a single one.
  ///
  /// - Throws: ``RulesError`` where it is no YAML or holds no recognizer.
  package static func recognizers(file: String, bytes: [UInt8]) throws(RulesError) -> [ForeignRecognizer] {
    let document = try YAMLDocument(file: file, bytes: bytes)
    var root = document.root
    if let mapping = root.mapping, let list = mapping["recognizers"] { root = list }
    let nodes = root.sequence.map(Array.init) ?? [root]
    var result: [ForeignRecognizer] = []
    for node in nodes {
      guard let mapping = node.mapping else {
        throw RulesError(
          document.diagnostic(node, "is no recognizer", remedy: "give Presidio's YAML: recognizers: and a list of mappings below it"))
      }
      result.append(recognizer(mapping, node))
    }
    return result
  }

  private static func recognizer(_ mapping: Node.Mapping, _ node: Node) -> ForeignRecognizer {
    var result = ForeignRecognizer()
    result.line = node.mark?.line ?? 0
    result.name = mapping["name"]?.string ?? ""
    result.entity = mapping["supported_entity"]?.string ?? mapping["supported_entities"]?.sequence?.first?.string ?? ""
    result.isPredefined = mapping["type"]?.string == "predefined"
    result.context = strings(mapping["context"])
    result.denyList = strings(mapping["deny_list"])
    result.denyScore = mapping["deny_list_score"]?.float ?? 1
    result.languages = strings(mapping["supported_language"]) + strings(mapping["supported_languages"])
    for item in mapping["supported_languages"]?.sequence.map(Array.init) ?? [] {
      // A language may bring context words of its own.
      guard let language = item.mapping else { continue }
      if let name = language["language"]?.string { result.languages.append(name) }
      result.context += strings(language["context"])
    }
    if mapping["enabled"]?.bool == false { result.unknown.append("enabled: false (the recognizer was switched off; it was carried over all the same)") }
    for item in mapping["patterns"]?.sequence.map(Array.init) ?? [] {
      guard let pattern = item.mapping, let expression = pattern["regex"]?.string else {
        result.unknown.append("an entry of patterns without a regex")
        continue
      }
      result.patterns.append(
        .init(
          name: pattern["name"]?.string ?? "pattern", expression: expression, score: pattern["score"]?.float ?? 0.5,
          line: item.mark?.line ?? result.line))
    }
    for (key, _) in mapping where !known.contains(key.string ?? "") { result.unknown.append("\"\(key.string ?? "?")\"") }
    return result
  }

  private static func strings(_ node: Node?) -> [String] {
    guard let node else { return [] }
    if let text = node.string { return [text] }
    return node.sequence?.compactMap(\.string) ?? []
  }
}
