package import TightlipCore
/// One rule of a pattern file.
package struct PatternRule: Sendable {
  package var file: String
  /// Where the rule begins, and where its pattern stands.
  package var line: Int
  package var patternLine: Int
  package var patternColumn: Int
  package var id: String
  package var entity: EntityType
  package var pattern: String
  package var score: Score
  package var validator: String?
  package var validatorLine: Int
  package var context: [String] = []
  package var contextScore: Score
  package var isContextRequired = false
  package var before = 5
  package var after = 3
  package var against: [String] = []
  package var againstScore: Score
  package var examples: [(line: Int, text: String)] = []
  package var counterexamples: [(line: Int, text: String)] = []
  /// Whether it says where it comes from.
  package var hasSource = false
}

/// Reads `patterns/*.yaml`.
package enum PatternFile {
  private static let keys = [
    "id", "entity", "pattern", "score", "validator", "context", "contextScore", "contextRequired",
    "before", "after", "against", "againstScore", "examples", "counterexamples", "source", "note",
  ]

  /// All rules of a file.
  ///
  /// - Throws: ``RulesError`` with a diagnostic for every bad rule.
  package static func read(file: String, bytes: [UInt8]) throws(RulesError) -> [PatternRule] {
    let document = try YAMLDocument(file: file, bytes: bytes)
    var rules: [PatternRule] = []
    var diagnostics: [Diagnostic] = []
    do throws(Diagnostic) {
      let top = try document.members(of: document.root, "a pattern file", known: ["patterns"])
      guard let patterns = top["patterns"]?.value, case .sequence(let sequence) = patterns else {
        throw document.diagnostic(
          document.root, "has no list of patterns", remedy: "begin the file with patterns: and a list below it")
      }
      for node in sequence {
        do throws(Diagnostic) {
          rules.append(try rule(node, document))
        } catch {
          diagnostics.append(error)
        }
      }
    } catch {
      diagnostics.append(error)
    }
    if !diagnostics.isEmpty { throw RulesError(diagnostics) }
    return rules
  }

  private static func rule(_ node: Node, _ document: YAMLDocument) throws(Diagnostic) -> PatternRule {
    let members = try document.members(of: node, "a pattern rule", known: keys)
    func required(_ key: String) throws(Diagnostic) -> Node {
      guard let member = members[key] else {
        throw document.diagnostic(
          node, "a pattern rule has no \(key)", remedy: "add a line \(key): …")
      }
      return member.value
    }
    let entityNode = try required("entity")
    let entityName = try document.string(entityNode, "entity")
    guard let entity = EntityType(name: entityName) else {
      throw document.diagnostic(
        entityNode, "unknown entity \"\(entityName)\"",
        remedy: nearest(to: entityName, among: EntityType.allCases.map(\.name)).map { "did you mean \($0)?" }
          ?? "use a name from the table of entity types")
    }
    let patternNode = try required("pattern")
    let score = try document.fraction(try required("score"), "score")
    var rule = PatternRule(
      file: document.file, line: node.mark?.line ?? 0, patternLine: patternNode.mark?.line ?? 0,
      patternColumn: patternNode.mark?.column ?? 0, id: try document.string(try required("id"), "id"),
      entity: entity, pattern: try document.string(patternNode, "pattern"), score: Score(score),
      validator: nil, validatorLine: 0, contextScore: Score(score), againstScore: Score(score))
    if let member = members["validator"] {
      rule.validator = try document.string(member.value, "validator")
      rule.validatorLine = member.value.mark?.line ?? 0
    }
    if let member = members["context"] { rule.context = try document.strings(member.value, "context") }
    if let member = members["contextScore"] {
      rule.contextScore = Score(try document.fraction(member.value, "contextScore"))
    }
    if let member = members["contextRequired"] {
      rule.isContextRequired = try document.boolean(member.value, "contextRequired")
    }
    if let member = members["before"] { rule.before = try document.integer(member.value, "before", in: 0...50) }
    if let member = members["after"] { rule.after = try document.integer(member.value, "after", in: 0...50) }
    if let member = members["against"] { rule.against = try document.strings(member.value, "against") }
    if let member = members["againstScore"] {
      rule.againstScore = Score(try document.fraction(member.value, "againstScore"))
    }
    rule.hasSource = members["source"] != nil || members["note"] != nil
    rule.examples = try examples(members["examples"]?.value, "examples", node, document)
    rule.counterexamples = try examples(
      members["counterexamples"]?.value, "counterexamples", node, document)
    if rule.isContextRequired, rule.context.isEmpty {
      throw document.diagnostic(
        node, "rule \"\(rule.id)\" requires context but lists none, so it can never apply",
        remedy: "list context words, or take contextRequired out")
    }
    for example in rule.examples where !Self.hasMark(example.text) {
      throw Diagnostic(
        file: document.file, line: example.line, "an example does not mark what is to be found",
        remedy: "put the found part in double square brackets: my ssn is [[219-09-9998]]")
    }
    return rule
  }

  /// Whether an example holds a complete pair of double brackets.
  private static func hasMark(_ text: String) -> Bool {
    guard let open = text.firstRange(of: "[[") else { return false }
    return String(text[open.upperBound...]).firstRange(of: "]]") != nil
  }

  private static func examples(
    _ node: Node?, _ what: String, _ rule: Node, _ document: YAMLDocument
  ) throws(Diagnostic) -> [(line: Int, text: String)] {
    guard let node, case .sequence(let sequence) = node, sequence.count >= 2 else {
      throw document.diagnostic(
        node ?? rule, "a pattern rule needs at least two \(what)",
        remedy: "add messages of your own under \(what): no rule ships untested")
    }
    var result: [(line: Int, text: String)] = []
    for item in sequence {
      result.append((item.mark?.line ?? 0, try document.string(item, "an entry of \(what)")))
    }
    return result
  }
}

extension String {
  /// The first place where another string stands, without Foundation.
  package func firstRange(of other: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) {
        return start..<(index(start, offsetBy: other.count))
      }
      start = index(after: start)
    }
    return nil
  }
}
