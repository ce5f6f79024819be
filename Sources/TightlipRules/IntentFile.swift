package import TightlipCore

/// One rule of an intent file: words or a pattern by which a message says something about texting.
package struct IntentRule: Sendable {
  /// What a message means that a rule matches.
  package enum Meaning: Sendable, Hashable {
    /// An inbound message that wants something.
    case intent(MessageIntent.Kind)
    /// An outbound message that tells how to opt out.
    case optOutNotice

    package init?(name: String) {
      if name == "opt-out-notice" {
        self = .optOutNotice
      } else if let kind = MessageIntent.Kind(name: name) {
        self = .intent(kind)
      } else {
        return nil
      }
    }

    /// Every name, for remedies.
    package static let names = MessageIntent.Kind.allCases.map(\.name) + ["opt-out-notice"]
  }

  package var file: String
  package var line: Int
  package var patternLine: Int
  package var patternColumn: Int
  package var id: String
  package var meaning: Meaning
  /// `en` or `es`; for people.
  package var language: String
  /// PCRE2, matched in the folded text: lower case, without accents.
  package var pattern: String
  package var examples: [(line: Int, text: String)] = []
  package var counterexamples: [(line: Int, text: String)] = []
}

/// Reads `intents/*.yaml`.
package enum IntentFile {
  private static let keys = [
    "id", "intent", "language", "words", "pattern", "examples", "counterexamples", "source", "note",
  ]

  /// All rules of a file, in its order.
  ///
  /// - Throws: ``RulesError`` with a diagnostic for every bad rule.
  package static func read(file: String, bytes: [UInt8]) throws(RulesError) -> [IntentRule] {
    let document = try YAMLDocument(file: file, bytes: bytes)
    var rules: [IntentRule] = []
    var diagnostics: [Diagnostic] = []
    do throws(Diagnostic) {
      let top = try document.members(of: document.root, "an intent file", known: ["courtesies", "intents"])
      var courtesies: [String] = []
      if let node = top["courtesies"]?.value { courtesies = try document.strings(node, "courtesies") }
      guard let intents = top["intents"]?.value, case .sequence(let sequence) = intents else {
        throw document.diagnostic(
          document.root, "has no list of intents", remedy: "begin the file with intents: and a list below it")
      }
      for node in sequence {
        do throws(Diagnostic) {
          let rule = try rule(node, document, courtesies)
          if let twin = rules.first(where: { $0.id == rule.id }) {
            throw document.diagnostic(
              node, "the rule name \"\(rule.id)\" stands twice (also on line \(twin.line))",
              remedy: "give one of the two another id")
          }
          rules.append(rule)
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

  private static func rule(
    _ node: Node, _ document: YAMLDocument, _ courtesies: [String]
  ) throws(Diagnostic) -> IntentRule {
    let members = try document.members(of: node, "an intent rule", known: keys)
    func required(_ key: String) throws(Diagnostic) -> Node {
      guard let member = members[key] else {
        throw document.diagnostic(node, "an intent rule has no \(key)", remedy: "add a line \(key): …")
      }
      return member.value
    }
    let intentNode = try required("intent")
    let intent = try document.string(intentNode, "intent")
    guard let meaning = IntentRule.Meaning(name: intent) else {
      throw document.diagnostic(
        intentNode, "unknown intent \"\(intent)\"",
        remedy: nearest(to: intent, among: IntentRule.Meaning.names).map { "did you mean \($0)?" }
          ?? "use one of: " + IntentRule.Meaning.names.joined(separator: ", "))
    }
    let pattern: String
    let place: Node
    switch (members["words"]?.value, members["pattern"]?.value) {
    case (let words?, nil):
      pattern = wholeMessage(try document.strings(words, "words"), courtesies)
      place = words
    case (nil, let text?):
      pattern = try document.string(text, "pattern")
      place = text
    default:
      throw document.diagnostic(
        node, "an intent rule needs either words or a pattern",
        remedy: "write words: for what stands alone in a message, or pattern: for what stands anywhere in it")
    }
    var rule = IntentRule(
      file: document.file, line: node.mark?.line ?? 0, patternLine: place.mark?.line ?? 0,
      patternColumn: place.mark?.column ?? 0, id: try document.string(try required("id"), "id"),
      meaning: meaning, language: try document.string(try required("language"), "language"), pattern: pattern)
    rule.examples = try examples(members["examples"]?.value, "examples", node, document)
    rule.counterexamples = try examples(members["counterexamples"]?.value, "counterexamples", node, document)
    return rule
  }

  /// The pattern of a message that is one of the words and nothing else but courtesies and punctuation.
  static func wholeMessage(_ words: [String], _ courtesies: [String]) -> String {
    func quoted(_ word: String) -> String {
      var result = ""
      for character in word {
        if character == " " {
          result += "[\\s-]+"
        } else if character.isASCII, !character.isLetter, !character.isNumber {
          result += "\\" + String(character)
        } else {
          result.append(character)
        }
      }
      return result
    }
    // The longest first, so that "stop all" is not taken for "stop".
    func alternatives(_ words: [String]) -> String {
      "(?:" + words.sorted { ($0.utf8.count, $1) > ($1.utf8.count, $0) }.map(quoted).joined(separator: "|") + ")"
    }
    let polite = courtesies.isEmpty ? "" : "(?:\(alternatives(courtesies))[^a-z0-9]+)*"
    let after = courtesies.isEmpty ? "" : "(?:[^a-z0-9]+\(alternatives(courtesies)))*"
    return "\\A[^a-z0-9]*\(polite)(\(alternatives(words)))\(after)[^a-z0-9]*\\z"
  }

  private static func examples(
    _ node: Node?, _ what: String, _ rule: Node, _ document: YAMLDocument
  ) throws(Diagnostic) -> [(line: Int, text: String)] {
    guard let node, case .sequence(let sequence) = node, sequence.count >= 2 else {
      throw document.diagnostic(
        node ?? rule, "an intent rule needs at least two \(what)",
        remedy: "add messages of your own under \(what): no rule ships untested")
    }
    var result: [(line: Int, text: String)] = []
    for item in sequence { result.append((item.mark?.line ?? 0, try document.string(item, "an entry of \(what)"))) }
    return result
  }
}
