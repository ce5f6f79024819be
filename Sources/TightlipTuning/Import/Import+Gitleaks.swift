import TightlipRules

extension Import {
  /// Allow lists in gitleaks' TOML: `[allowlist]`, `[[allowlists]]`, and those of `[[rules]]`. Words in them
  /// become waivers.
  mutating func readGitleaks(_ file: String, _ text: String) throws(RulesError) {
    let root: [String: TOMLReader.Value]
    do throws(TOMLReader.Failure) {
      root = try TOMLReader.read(text)
    } catch {
      throw RulesError(
        Diagnostic(file: file, line: error.line, "is not TOML: \(error.problem)", remedy: "mend this line"))
    }
    for (key, value) in root.sorted(by: { $0.key < $1.key }) {
      switch key {
      case "title", "description", "minVersion": break
      case "allowlist", "allowlists": readAllowLists(value, of: "")
      case "rules":
        guard case .array(let rules) = value else { continue }
        for case .table(let rule) in rules {
          let id = Self.text(rule["id"]) ?? "a rule without id"
          if rule["regex"] != nil { lose("the rule \"\(id)\"", "it looks for secrets of programs, which messages do not hold; write a pattern of your own") }
          for key in ["allowlist", "allowlists"] {
            if let lists = rule[key] { readAllowLists(lists, of: id) }
          }
        }
      default: lose("\"\(key)\"", "means nothing here")
      }
    }
    if !waivers.isEmpty {
      remarks.append("gitleaks lets anything pass that holds a stop word; a waiver holds for the whole words alone")
    }
  }

  private mutating func lose(_ what: String, _ why: String) { losses.append(Loss(line: 0, what: what, why: why)) }

  private static func text(_ value: TOMLReader.Value?) -> String? {
    if case .string(let text) = value { return text }
    return nil
  }

  private mutating func readAllowLists(_ value: TOMLReader.Value, of rule: String) {
    switch value {
    case .table(let list): readAllowList(list, of: rule)
    case .array(let lists): for case .table(let list) in lists { readAllowList(list, of: rule) }
    default: lose("an allow list", "is no table")
    }
  }

  private mutating func readAllowList(_ list: [String: TOMLReader.Value], of rule: String) {
    let description = Self.text(list["description"]) ?? (rule.isEmpty ? "an allow list" : "an allow list of the rule \(rule)")
    if Self.text(list["condition"])?.uppercased() == "AND" {
      lose("\"\(description)\"", "its conditions hold only together (condition AND), and a waiver has one")
      return
    }
    for (key, value) in list.sorted(by: { $0.key < $1.key }) {
      switch key {
      case "description", "condition", "regexTarget": break
      case "stopwords", "regexes":
        guard case .array(let items) = value else {
          lose("\(key) of \"\(description)\"", "is no list")
          continue
        }
        for item in items {
          guard let text = Self.text(item) else { continue }
          if key == "stopwords" { addWaiver(text, description) } else { addExpression(text, description) }
        }
      case "paths": lose("paths of \"\(description)\"", "messages have no path")
      case "commits": lose("commits of \"\(description)\"", "messages have no commit")
      default: lose("\"\(key)\" of \"\(description)\"", "means nothing here")
      }
    }
  }

  /// A regular expression that is nothing but words becomes a waiver; another one cannot.
  private mutating func addExpression(_ expression: String, _ description: String) {
    var body = expression[...]
    for start in ["(?i)", "^", "\\b"] where body.hasPrefix(start) { body = body.dropFirst(start.count) }
    for end in ["$", "\\b"] where body.hasSuffix(end) { body = body.dropLast(end.count) }
    var words = ""
    var isEscaped = false
    for character in body {
      if isEscaped {
        guard !character.isLetter, !character.isNumber else {
          lose("the expression \(expression)", "a waiver is words, not a pattern; write the words themselves with tightlip waive")
          return
        }
        words.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if "[](){}*+?.|^$".contains(character) {
        lose("the expression \(expression)", "a waiver is words, not a pattern; write the words themselves with tightlip waive")
        return
      } else {
        words.append(character)
      }
    }
    addWaiver(words, description)
  }

  private mutating func addWaiver(_ text: String, _ reason: String) {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard words.count(where: { $0.isLetter || $0.isNumber }) >= 3 else {
      lose("\"\(text)\"", "fewer than three letters and digits would let too much pass")
      return
    }
    guard !options.owner.isEmpty, ExpiryDay(options.expires) != nil else {
      lose("\"\(words)\"", "a waiver needs an owner and a last day: --owner NAME --expires 2027-06-30")
      return
    }
    let row = [words, "", options.entity ?? "", options.owner, reason + " (imported)", options.expires]
      .map { $0.map { $0 == "\t" || $0.isNewline ? " " : String($0) }.joined() }.joined(separator: "\t")
    if waivers.contains(row) { lose("\"\(words)\"", "stands in the file twice") } else { waivers.append(row) }
  }
}
