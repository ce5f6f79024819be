import TightlipCore

/// Reads the parts of a policy file and gathers everything that is wrong with it.
///
/// A part that is wrong is left at the default, so that the rest is looked at too; a policy with any
/// mistake is refused as a whole.
struct PolicyReader {
  let document: YAMLDocument
  private(set) var problems: [Diagnostic] = []
  private(set) var warnings: [Diagnostic] = []
  private(set) var marks: [String: Node.Mark] = [:]

  init(_ document: YAMLDocument) { self.document = document }

  // MARK: Problems

  mutating func problem(_ node: Node, _ message: String, remedy: String) {
    problems.append(document.diagnostic(node, message, remedy: remedy))
  }

  /// Runs a step that may find a mistake, and goes on after it.
  mutating func attempt<Value>(_ body: () throws(Diagnostic) -> Value) -> Value? {
    do throws(Diagnostic) {
      return try body()
    } catch {
      problems.append(error)
      return nil
    }
  }

  /// A rule says less than the shipped default: a warning, unless the policy says who answers for it.
  mutating func weaker(_ node: Node, _ rule: String, isAccepted: Bool) {
    if isAccepted { return }
    warnings.append(
      document.diagnostic(
        node, "\(rule) is weaker than the shipped default",
        remedy: "leave it out, or add accept: { weaker: true, reason: …, owner: … } beside it", level: .warning))
  }

  /// Remembers where a part stands that is judged later.
  mutating func mark(_ node: Node?, _ path: String) {
    if let mark = node?.mark { marks[path] = mark }
  }

  // MARK: Mappings

  /// The members of a mapping whose keys are known; unknown ones are problems, and left out.
  mutating func members(_ node: Node, _ what: String, _ path: String) -> [String: Node] {
    guard case .mapping(let mapping) = node else {
      problem(node, "\(what) must be a mapping", remedy: "write lines of the form key: value")
      return [:]
    }
    let known = PolicyKeys.table[path] ?? []
    var result: [String: Node] = [:]
    for (key, value) in mapping {
      guard let name = key.string else {
        problem(key, "a key must be a word", remedy: "use one of: " + known.joined(separator: ", "))
        continue
      }
      guard known.contains(name) else {
        problem(
          key, "unknown key \"\(name)\" in \(what)",
          remedy: nearest(to: name, among: known).map { "did you mean \($0)?" }
            ?? (known.count > 30 ? "use a name from the table of entity types" : "use one of: " + known.joined(separator: ", ")))
        continue
      }
      guard result.updateValue(value, forKey: name) == nil else {
        problem(key, "\"\(name)\" stands twice in \(what)", remedy: "delete one of the two")
        continue
      }
    }
    return result
  }

  /// The members of a mapping whose keys are the practice's own words, in order.
  mutating func pairs(_ node: Node, _ what: String) -> [(key: Node, name: String, value: Node)] {
    guard case .mapping(let mapping) = node else {
      problem(node, "\(what) must be a mapping", remedy: "write lines of the form key: value")
      return []
    }
    var result: [(key: Node, name: String, value: Node)] = []
    for (key, value) in mapping {
      guard let name = key.string, !name.isEmpty else {
        problem(key, "a key of \(what) must be a word", remedy: "write a word")
        continue
      }
      if result.contains(where: { $0.name == name }) {
        problem(key, "\"\(name)\" stands twice in \(what)", remedy: "delete one of the two")
      } else {
        result.append((key, name, value))
      }
    }
    return result
  }

  // MARK: Values

  mutating func string(_ node: Node?, _ what: String) -> String? {
    guard let node else { return nil }
    let document = document
    return attempt { () throws(Diagnostic) in try document.string(node, what) }
  }

  mutating func strings(_ node: Node?, _ what: String) -> [String]? {
    guard let node else { return nil }
    let document = document
    return attempt { () throws(Diagnostic) in try document.strings(node, what) }
  }

  mutating func boolean(_ node: Node?, _ what: String) -> Bool? {
    guard let node else { return nil }
    let document = document
    return attempt { () throws(Diagnostic) in try document.boolean(node, what) }
  }

  mutating func integer(_ node: Node?, _ what: String, in range: ClosedRange<Int>) -> Int? {
    guard let node else { return nil }
    let document = document
    return attempt { () throws(Diagnostic) in try document.integer(node, what, in: range) }
  }

  mutating func fraction(_ node: Node?, _ what: String) -> Double? {
    guard let node else { return nil }
    let document = document
    return attempt { () throws(Diagnostic) in try document.fraction(node, what) }
  }

  /// One of a few words.
  mutating func word<Value>(_ node: Node?, _ what: String, _ words: [(String, Value)]) -> Value? {
    guard let node, let text = string(node, what) else { return nil }
    if let found = words.first(where: { $0.0 == text }) { return found.1 }
    problem(
      node, "unknown \(what) \"\(text)\"",
      remedy: nearest(to: text, among: words.map(\.0)).map { "did you mean \($0)?" }
        ?? "use one of: " + words.map(\.0).joined(separator: ", "))
    return nil
  }

  mutating func action(_ node: Node?, allowed: [Action] = Action.allCases) -> Action? {
    guard let node, let name = string(node, "an action") else { return nil }
    let names = allowed.map(\.name)
    guard let action = Action(name: name), allowed.contains(action) else {
      problem(
        node, Action(name: name) == nil ? "unknown action \"\(name)\"" : "the action \"\(name)\" has no meaning here",
        // No guess here: "reject" is nearer to redact than to block.
        remedy: names.count == 3 ? "use pass, redact or block" : "use " + names.joined(separator: " or "))
      return nil
    }
    return action
  }

  /// An action, alone or as `{ action: …, accept: … }`; weaker than the default is a warning.
  mutating func rule(_ node: Node?, _ name: String, shipped: Action, into target: inout Action) {
    guard let node else { return }
    var value = node
    var isAccepted = false
    if case .mapping = node {
      let inner = members(node, name, "action")
      isAccepted = accept(inner["accept"])
      guard let action = inner["action"] else {
        problem(node, "\(name) has no action", remedy: "add a line action: …")
        return
      }
      value = action
    }
    guard let action = action(value) else { return }
    target = action
    if action < shipped { weaker(value, name, isAccepted: isAccepted) }
  }

  /// The value of a rule that may be written `{ value: …, accept: … }`.
  mutating func long(_ node: Node?, _ name: String) -> (value: Node, isAccepted: Bool)? {
    guard let node else { return nil }
    guard case .mapping = node else { return (node, false) }
    let inner = members(node, name, "value")
    let isAccepted = accept(inner["accept"])
    guard let value = inner["value"] else {
      problem(node, "\(name) has no value", remedy: "add a line value: …")
      return nil
    }
    return (value, isAccepted)
  }

  /// Whether somebody answers for a weaker rule. All three parts must be there.
  mutating func accept(_ node: Node?) -> Bool {
    guard let node else { return false }
    let inner = members(node, "accept", "accept")
    guard boolean(inner["weaker"], "weaker") == true else {
      problem(node, "accept does not say what is accepted", remedy: "add weaker: true")
      return false
    }
    for key in ["reason", "owner"] {
      guard let text = string(inner[key], key), text.utf8.contains(where: { $0 > 32 }) else {
        problem(node, "accept names no \(key)", remedy: "add \(key): … so that it is known who answers for it, and why")
        return false
      }
    }
    return true
  }

  /// A time of day, `HH:MM`, in minutes.
  mutating func minutes(_ node: Node?, _ what: String) -> Int? {
    guard let node else { return nil }
    // 21:00 without quotes is a number of base sixty to YAML 1.1; the text is what was written.
    guard let text = string(node, what), let minutes = TimingFile.minutes(text) else {
      problem(node, "\(what) is no time of day", remedy: "write for example \"08:00\", from 00:00 to 24:00")
      return nil
    }
    return minutes
  }

  mutating func timeZone(_ node: Node?, _ what: String, known: NameTable?) -> String? {
    guard let node, let name = string(node, what) else { return nil }
    guard let known, known.number(of: name) == nil else { return name }
    problem(
      node, "unknown time zone \"\(name)\"",
      remedy: nearest(to: name, among: (0..<known.count).map(known.name)).map { "did you mean \($0)?" }
        ?? "use a name of the IANA time zone database, for example America/Denver")
    return nil
  }

  mutating func entities(_ node: Node?, _ what: String) -> [EntityType]? {
    guard let node else { return nil }
    guard case .sequence(let sequence) = node else {
      problem(node, "\(what) must be a list", remedy: "write [one, two], or lines that begin with a dash")
      return nil
    }
    var result: [EntityType] = []
    for item in sequence {
      guard let name = string(item, "an entry of \(what)") else { continue }
      guard let entity = EntityType(name: name) else {
        problem(
          item, "unknown entity \"\(name)\"",
          remedy: nearest(to: name, among: EntityType.allCases.map(\.name)).map { "did you mean \($0)?" }
            ?? "use a name from the table of entity types")
        continue
      }
      result.append(entity)
    }
    return result
  }

  /// A date, or an RFC 3339 time with an offset.
  mutating func expiry(_ node: Node?) -> Expiry? {
    guard let node, let text = string(node, "expires") else { return nil }
    let bytes = Array(text.utf8)
    let year = bytes.prefix(4).reduce(0) { $0 * 10 + Int($1) - 48 }
    guard let expiry = Expiry(bytes.span), year >= 1970 else {
      problem(node, "expires is neither a date nor an instant", remedy: "write 2027-12-31, or 2027-12-31T23:59:59Z")
      return nil
    }
    return expiry
  }
}
