import TightlipCore
package import TightlipRules

/// Rules and lists of other tools, turned into the files of an overlay, with a report of what could not
/// be carried over. Nothing is left out in silence.
package struct Import: Sendable {
  /// What other tools write.
  package enum Kind: String, CaseIterable, Sendable { case presidio, gitleaks, words, csv }

  /// What the one who imports says.
  package struct Options: Sendable {
    /// The entity of everything that names none, or none of ours.
    package var entity: String?
    /// Their names for entities, with ours.
    package var names: [String: String] = [:]
    /// Who answers for waivers, and until when they hold.
    package var owner = ""
    package var expires = ""
    /// Written into the column source.
    package var source = ""

    package init() {}
  }

  /// Something that was not carried over.
  package struct Loss: Hashable, Sendable, Encodable {
    /// 0 where the file's format tells no lines.
    package var line: Int
    package var what: String
    package var why: String
  }

  /// Rows of a term table.
  package internal(set) var terms: [String] = []
  /// Rules, as the YAML of a pattern file, and how many.
  package internal(set) var patterns = ""
  package internal(set) var patternCount = 0
  /// Rows of a waiver table.
  package internal(set) var waivers: [String] = []
  package internal(set) var losses: [Loss] = []
  /// What a person should know of what was carried over.
  package internal(set) var remarks: [String] = []

  let options: Options
  private var seenTerms: Set<String> = []
  var seenRules: Set<String> = []

  /// Reads a file.
  ///
  /// - Throws: ``RulesError`` where the file as a whole cannot be read.
  package init(_ kind: Kind, file: String, bytes: [UInt8], options: Options) throws(RulesError) {
    self.options = options
    try FileDamage.check(file: file, bytes: bytes)
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RulesError(Diagnostic(file: file, "is not valid UTF-8", remedy: "save the file as UTF-8"))
    }
    switch kind {
    case .presidio: try readPresidio(file, Array(bytes))
    case .gitleaks: try readGitleaks(file, text)
    case .words: readWords(text)
    case .csv: try readTable(file, text)
    }
  }

  /// Tells what wrote a file: by its ending.
  package static func kind(of file: String) -> Kind {
    if file.hasSuffix(".yaml") || file.hasSuffix(".yml") { return .presidio }
    if file.hasSuffix(".toml") { return .gitleaks }
    if file.hasSuffix(".csv") || file.hasSuffix(".tsv") { return .csv }
    return .words
  }

  // MARK: Terms

  /// The entity column for a name of theirs; nil where there is none.
  func list(for name: String?) -> String? {
    guard let name, !name.isEmpty else { return options.entity }
    let mapped = options.names[name] ?? name
    if TermClass(name: mapped).map({ $0 != .topic && $0 != .patternContext }) == true { return mapped }
    if let type = EntityType(name: mapped), type.entityClass == .topic { return mapped }
    return options.entity
  }

  mutating func addTerm(_ text: String, entity: String?, weight: String, flags: String, note: String, line: Int) {
    let term = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard term.contains(where: { $0.isLetter || $0.isNumber }) else {
      losses.append(Loss(line: line, what: "\"\(text)\"", why: "holds no letter or digit"))
      return
    }
    guard let list = list(for: entity) else {
      losses.append(
        Loss(line: line, what: "\"\(term)\"", why: "no list finds \(entity.map { "\"\($0)\"" } ?? "words without a type"); name one with --entity, or --map \(entity ?? "NAME")=MEDICATION"))
      return
    }
    guard seenTerms.insert(term.lowercased() + "\t" + list).inserted else {
      losses.append(Loss(line: line, what: "\"\(term)\"", why: "stands in the file twice"))
      return
    }
    func cell(_ text: String) -> String { text.map { $0 == "\t" || $0.isNewline ? " " : String($0) }.joined() }
    let row = [term, list, weight, flags, "", options.source, note].map(cell).joined(separator: "\t")
    // Read at once, so that a bad weight or flag is told with its line here and not in the overlay.
    do throws(RulesError) {
      _ = try TermTable(file: "", bytes: Array((TermTable.columns.joined(separator: "\t") + "\n" + row + "\n").utf8))
      terms.append(row)
    } catch {
      losses.append(Loss(line: line, what: "\"\(term)\"", why: error.diagnostics.first.map { "\($0.message); \($0.remedy)" } ?? ""))
    }
  }

  private mutating func readWords(_ text: String) {
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let word = line.drop(while: \.isWhitespace)
      if word.isEmpty { continue }
      if word.hasPrefix("#") {
        losses.append(Loss(line: number + 1, what: "a comment", why: "tables have none; it is left out"))
        continue
      }
      addTerm(String(word), entity: nil, weight: "0.9", flags: "", note: "", line: number + 1)
    }
  }

  // MARK: Tables

  private static let columnNames: [String: Set<String>] = [
    "term": ["term", "word", "words", "name", "phrase", "text", "value", "drug", "diagnosis", "keyword"],
    "entity": ["entity", "type", "category", "class", "label", "entity_type"],
    "weight": ["weight", "score", "confidence"], "flags": ["flags", "flag"],
    "note": ["note", "notes", "comment", "comments", "description", "remark"],
  ]

  private mutating func readTable(_ file: String, _ text: String) throws(RulesError) {
    let (rows, problem) = SeparatedText.rows(text)
    if let problem {
      throw RulesError(
        Diagnostic(file: file, line: problem, "a cell begins with a quotation mark that nothing closes", remedy: "close it, or double the mark"))
    }
    guard let first = rows.first else {
      throw RulesError(Diagnostic(file: file, "is empty", remedy: "name a file with rows"))
    }
    var columns: [String: Int] = [:]
    var unknown: [(Int, String)] = []
    for (number, cell) in first.cells.enumerated() {
      let name = cell.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: "_")
      if let known = Self.columnNames.first(where: { $0.value.contains(name) })?.key, columns[known] == nil {
        columns[known] = number
      } else if !name.isEmpty {
        unknown.append((number, cell))
      }
    }
    let hasHeader = columns["term"] != nil
    if hasHeader {
      for (_, name) in unknown { losses.append(Loss(line: 1, what: "the column \"\(name)\"", why: "means nothing here; its cells are left out")) }
    } else {
      columns = ["term": 0]
      if first.cells.count > 1 { losses.append(Loss(line: 1, what: "all columns but the first", why: "no header says what they are; name the columns term, entity, weight, flags, note")) }
    }
    for row in hasHeader ? Array(rows.dropFirst()) : rows {
      func cell(_ name: String) -> String {
        guard let number = columns[name], number < row.cells.count else { return "" }
        return row.cells[number]
      }
      if row.cells.allSatisfy(\.isEmpty) { continue }
      let weight = cell("weight")
      addTerm(
        cell("term"), entity: cell("entity").isEmpty ? nil : cell("entity"), weight: weight.isEmpty ? "0.9" : weight,
        flags: cell("flags"), note: cell("note"), line: row.line)
    }
  }

  // MARK: Report

  /// What was carried over and what was not, for people.
  package var report: String {
    var lines = ["carried over: \(terms.count) terms, \(patternCount) rules, \(waivers.count) waivers"]
    lines += remarks
    if losses.isEmpty { return (lines + ["nothing was left out"]).joined(separator: "\n") }
    lines.append("not carried over: \(losses.count)")
    for loss in losses.prefix(50) {
      lines.append(PackDiff.wrapped("\(loss.line > 0 ? "line \(loss.line): " : "")\(PackDiff.printable(loss.what)): \(loss.why)", indent: "  "))
    }
    if losses.count > 50 { lines.append("  and \(losses.count - 50) more, shown by --format json") }
    return lines.joined(separator: "\n")
  }

  private struct Document: Encodable {
    var terms: Int
    var rules: Int
    var waivers: Int
    var remarks: [String]
    var losses: [Loss]
  }

  /// The report for tools.
  package func json() throws -> [UInt8] {
    try LintReport.encode(
      Document(terms: terms.count, rules: patternCount, waivers: waivers.count, remarks: remarks, losses: losses))
  }
}

/// Rows of cells between commas, semicolons or tabs, some in quotation marks (RFC 4180).
enum SeparatedText {
  struct Row {
    var line: Int
    var cells: [String]
  }

  /// The rows, and the line of a quotation mark that nothing closes.
  static func rows(_ text: String) -> (rows: [Row], unclosed: Int?) {
    let first = text.prefix { !$0.isNewline }
    let separator = [Character("\t"), ";", ","].max { left, right in
      first.count { $0 == left } < first.count { $0 == right }
    } ?? ","
    var rows: [Row] = []
    var cells: [String] = []
    var cell = ""
    var line = 1
    var start = 1
    var isQuoted = false
    var opened = 1
    var iterator = Array(text)[...]
    func trimmed(_ text: String) -> String {
      String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    while let character = iterator.popFirst() {
      if isQuoted {
        if character == "\"" {
          if iterator.first == "\"" { cell.append("\""); iterator.removeFirst() } else { isQuoted = false }
        } else {
          if character.isNewline { line += 1 }
          cell.append(character)
        }
      } else if character == "\"", trimmed(cell).isEmpty {
        isQuoted = true
        opened = line
        cell = ""
      } else if character == separator {
        cells.append(trimmed(cell))
        cell = ""
      } else if character.isNewline {
        cells.append(trimmed(cell))
        rows.append(Row(line: start, cells: cells))
        cells = []
        cell = ""
        line += 1
        start = line
      } else {
        cell.append(character)
      }
    }
    if isQuoted { return (rows, opened) }
    if !cell.isEmpty || !cells.isEmpty { rows.append(Row(line: start, cells: cells + [trimmed(cell)])) }
    return (rows.filter { !$0.cells.allSatisfy(\.isEmpty) }, nil)
  }
}
