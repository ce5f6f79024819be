package import TightlipCore

/// One row of a term table.
package struct TermRow {
  package var line: Int
  /// The term's bytes in the table's storage.
  package var term: Range<Int>
  package var termClass: TermClass
  /// The topic, where the class is `.topic`.
  package var topic: EntityType?
  package var flags: TermFlags
  /// 0…100.
  package var weight: UInt8
}

/// A table of terms (`terms/*.tsv`, `context/*.tsv`, `topics/*.tsv`).
package struct TermTable {
  package let file: String
  package let bytes: [UInt8]
  package private(set) var rows: [TermRow] = []

  /// The header every table begins with.
  package static let columns = ["term", "entity", "weight", "flags", "code", "source", "note"]

  /// Reads a table.
  ///
  /// - Parameter most: After so many bad rows no more are looked for.
  /// - Throws: ``RulesError`` with a diagnostic for every bad row, at most so many.
  /// - Complexity: linear in the size.
  package init(file: String, bytes: [UInt8], most: Int = 10) throws(RulesError) {
    self.file = file
    self.bytes = bytes
    try FileDamage.check(file: file, bytes: bytes)
    try FileDamage.checkUTF8(file: file, bytes: bytes)
    var diagnostics: [Diagnostic] = []
    var line = 0
    var start = 0
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    var fields: [Range<Int>] = []
    var last: TermRow?
    var lastFields: [Range<Int>] = []
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      line += 1
      var lineEnd = end
      if lineEnd > start, bytes[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
      fields.removeAll(keepingCapacity: true)
      var fieldStart = start
      for i in start..<lineEnd where bytes[i] == UInt8(ascii: "\t") {
        fields.append(fieldStart..<i)
        fieldStart = i + 1
      }
      fields.append(fieldStart..<lineEnd)
      if line == 1 {
        let header = fields.map { String(decoding: bytes[$0], as: UTF8.self) }
        guard header == Self.columns else {
          throw RulesError(
            Diagnostic(
              file: file, line: 1, column: 1, "the header row is not the expected one",
              remedy: "begin the file with these columns, separated by tabs: "
                + Self.columns.joined(separator: " ")
            ).with(code: "table-header", excerpt: header.joined(separator: " | ")))
        }
      } else if lineEnd > start {
        do throws(Diagnostic) {
          let row: TermRow
          if let last, Self.isAlike(fields, lastFields, bytes) {
            row = TermRow(
              line: line, term: fields[0], termClass: last.termClass, topic: last.topic, flags: last.flags, weight: last.weight)
          } else {
            row = try Self.row(fields, bytes, file: file, line: line, start: start)
            last = row
            swap(&fields, &lastFields)
          }
          rows.append(row)
        } catch {
          diagnostics.append(error)
          // Ten show what kind of mistake it is; a thousand would bury the first.
          if diagnostics.count == most {
            diagnostics.append(
              Diagnostic(
                file: file, line: line, most == 10 ? "reading stopped after ten problems" : "reading stopped after \(most) problems",
                remedy: "mend these and check again"))
            break
          }
        }
      }
      start = end + 1
    }
    if line == 0 {
      diagnostics.append(
        Diagnostic(file: file, "is empty", remedy: "add the header row, or take it out of pack.yaml")
          .with(code: "file-empty"))
    }
    if !diagnostics.isEmpty { throw RulesError(diagnostics) }
  }

  /// Whether a row says the same of its term as one that was read: most rows of a table do, and need no
  /// reading.
  private static func isAlike(_ fields: [Range<Int>], _ other: [Range<Int>], _ bytes: [UInt8]) -> Bool {
    guard fields.count == columns.count, other.count == columns.count, !fields[0].isEmpty else { return false }
    for number in 1...3 {
      let (field, known) = (fields[number], other[number])
      guard field.count == known.count else { return false }
      for offset in 0..<field.count where bytes[field.lowerBound + offset] != bytes[known.lowerBound + offset] { return false }
    }
    // A quotation mark at the end of a cell is looked into.
    for number in [0, 4, 5, 6] where !fields[number].isEmpty && bytes[fields[number].upperBound - 1] == UInt8(ascii: "\"") {
      return false
    }
    return true
  }

  private static func row(
    _ fields: [Range<Int>], _ bytes: [UInt8], file: String, line: Int, start: Int
  ) throws(Diagnostic) -> TermRow {
    func text(_ index: Int) -> Substring {
      Substring(decoding: bytes[fields[index]], as: UTF8.self)
    }
    // In characters, as editors count.
    func column(_ index: Int) -> Int {
      String(decoding: bytes[start..<fields[index].lowerBound], as: UTF8.self).count + 1
    }
    guard fields.count == columns.count else {
      throw columnCount(fields, bytes, file: file, line: line, columns: columns, end: fields.last?.upperBound ?? start)
    }
    for (number, field) in fields.enumerated() where Self.isQuoted(bytes[field]) {
      throw quotedCell(bytes, field, file: file, line: line, column: column(number))
    }
    if bytes[fields[0]].elementsEqual("term".utf8), bytes[fields[1]].elementsEqual("entity".utf8) {
      throw Diagnostic(file: file, line: line, column: 1, "the header row stands here again", remedy: "delete this row")
        .with(
          code: "table-header-again",
          edits: [.init(start..<Swift.min(bytes.count, (bytes[start...].firstIndex(of: 10) ?? bytes.count) + 1), [])])
    }
    guard !fields[0].isEmpty else {
      throw Diagnostic(
        file: file, line: line, column: 1, "the term is empty",
        remedy: "write a term, or delete the row").with(code: "term-empty")
    }
    // A blank at the end of these cells is seen by nobody, and makes another word of them.
    for number in 1...3 {
      let tidy = DelimitedTable.trimmed(fields[number], in: bytes)
      if tidy != fields[number] {
        throw Diagnostic(
          file: file, line: line, column: column(number),
          "the \(columns[number]) \"\(String(decoding: bytes[tidy], as: UTF8.self))\" has a blank before or behind it",
          remedy: "delete the blank, or run tightlip check --fix"
        ).with(code: "cell-blank", edits: [.init(fields[number], bytes[tidy])])
      }
    }
    var termClass: TermClass
    var topic: EntityType?
    if bytes[fields[1]].starts(with: "TOPIC_".utf8) {
      termClass = .topic
      topic = EntityType(name: text(1))
      guard topic != nil else {
        throw unknownEntity(text(1), file: file, line: line, column: column(1), field: fields[1])
      }
    } else if let known = TermClass(name: text(1)), known != .topic, known != .patternContext {
      termClass = known
    } else {
      throw unknownEntity(text(1), file: file, line: line, column: column(1), field: fields[1])
    }
    guard let weight = hundredths(bytes[fields[2]]) else {
      throw Diagnostic(
        file: file, line: line, column: column(2), "the weight \"\(text(2))\" is not a number from 0 to 1",
        remedy: "write for example 0.9, with a point"
      ).with(code: "term-weight", edits: certainWeight(bytes[fields[2]]).map { [.init(fields[2], $0)] } ?? [])
    }
    var flags: TermFlags = []
    if !fields[3].isEmpty {
      for flag in text(3).split(separator: ",") {
        guard let known = Self.flags[String(flag)] else {
          let names = Self.flags.keys.sorted()
          throw Diagnostic(
            file: file, line: line, column: column(3), "unknown flag \"\(flag)\"",
            remedy: nearest(to: String(flag), among: names).map { "did you mean \($0)?" }
              ?? "use one of: " + names.joined(separator: ", ")
          ).with(code: "term-flag", edits: certainFlags(text(3)).map { [.init(fields[3], $0.utf8)] } ?? [])
        }
        flags.insert(known)
      }
    }
    return TermRow(
      line: line, term: fields[0], termClass: termClass, topic: topic, flags: flags, weight: weight)
  }

  private static func unknownEntity(
    _ name: Substring, file: String, line: Int, column: Int, field: Range<Int>
  ) -> Diagnostic {
    let names =
      TermClass.allCases.filter { $0 != .topic && $0 != .patternContext }.map(\.name) + EntityType.allCases.filter { $0.entityClass == .topic }.map(\.name)
    return Diagnostic(
      file: file, line: line, column: column, "unknown entity \"\(name)\"",
      remedy: nearest(to: String(name), among: names).map { "did you mean \($0)?" }
        ?? "use an entity type, list class, cue or topic that FORMAT.md lists"
    ).with(
      code: "term-entity", edits: names.first { $0 == name.uppercased() }.map { [.init(field, $0.utf8)] } ?? [])
  }

  static func isQuoted(_ cell: ArraySlice<UInt8>) -> Bool {
    cell.count >= 2 && cell.first == UInt8(ascii: "\"") && cell.last == UInt8(ascii: "\"")
  }

  /// A cell in the quotation marks that spreadsheets write around some.
  static func quotedCell(_ bytes: [UInt8], _ cell: Range<Int>, file: String, line: Int, column: Int) -> Diagnostic {
    let inner = String(decoding: bytes[cell.lowerBound + 1..<cell.upperBound - 1], as: UTF8.self)
    let plain = inner.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"")
    return Diagnostic(
      file: file, line: line, column: column, "the cell stands in quotation marks, as spreadsheets write some cells",
      remedy: "take the quotation marks out, or run tightlip check --fix"
    ).with(
      code: "cell-quoted", excerpt: String(decoding: bytes[cell], as: UTF8.self),
      reason: "the marks would be read as part of the word", edits: [.init(cell, plain.utf8)])
  }

  /// A row with too few or too many cells. Tabs at the end of a row, which editors cut off and
  /// spreadsheets leave out or add, are certain to mend.
  static func columnCount(
    _ fields: [Range<Int>], _ bytes: [UInt8], file: String, line: Int, columns: [String], end: Int
  ) -> Diagnostic {
    let count = fields.count
    var edits: [Diagnostic.Edit] = []
    var remedy = "separate the columns by single tabs: " + columns.joined(separator: " ")
    let row = String(decoding: bytes[(fields.first?.lowerBound ?? end)..<end], as: UTF8.self)
    if count >= 3, count < columns.count {
      edits = [.init(end..<end, Array(repeating: UInt8(ascii: "\t"), count: columns.count - count))]
      remedy += "; the tabs at the end of the row are missing (tightlip check --fix adds them)"
    } else if count > columns.count, fields[columns.count...].allSatisfy(\.isEmpty) {
      edits = [.init(fields[columns.count - 1].upperBound..<end, [])]
      remedy += "; there are tabs too many at the end (tightlip check --fix takes them out)"
    } else if count == 1, row.split(separator: ",", omittingEmptySubsequences: false).count == columns.count {
      remedy += "; these are separated by commas"
    } else if count == 1, row.firstRange(of: "  ") != nil {
      remedy += "; these are separated by spaces"
    }
    return Diagnostic(
      file: file, line: line, column: 1, "has \(count) columns instead of \(columns.count)", remedy: remedy
    ).with(code: "table-columns", edits: edits)
  }

  /// What a weight surely means, written as the table has it: ".5", "0,9", "90%".
  private static func certainWeight(_ field: ArraySlice<UInt8>) -> [UInt8]? {
    let text = String(decoding: field, as: UTF8.self)
    var plain = text
    if text.hasPrefix(".") || text.hasPrefix(",") { plain = "0" + text }
    plain = plain.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ".")
    if text.hasSuffix("%"), let percent = UInt8(text.dropLast()), percent <= 100 {
      plain = percent == 100 ? "1" : "0." + (percent < 10 ? "0" : "") + String(percent)
    }
    let bytes = Array(plain.utf8)
    return plain != text && hundredths(bytes[...]) != nil ? bytes : nil
  }

  /// The flags with the separators and letters that the table has; nil where one is no flag at all.
  private static func certainFlags(_ cell: Substring) -> String? {
    let words = cell.lowercased().split { $0 == "," || $0 == ";" || $0 == " " || $0 == "|" }.map(String.init)
    let tidy = words.joined(separator: ",")
    return words.allSatisfy { flags[$0] != nil } && tidy != cell ? tidy : nil
  }

  private static let flags: [String: TermFlags] = [
    "case-sensitive": .caseSensitive, "plural": .plural, "one-typo": .oneTypo,
    "needs-context": .needsContext, "needs-strong-context": .needsStrongContext,
  ]

  /// A decimal number from 0 to 1 in hundredths, without Foundation; nil where it is not one.
  private static func hundredths(_ field: ArraySlice<UInt8>) -> UInt8? {
    let zero = UInt8(ascii: "0")
    var digits = field[...]
    guard let first = digits.popFirst(), first == zero || first == UInt8(ascii: "1") else { return nil }
    var value = Int(first - zero) * 100
    if let point = digits.popFirst() {
      guard point == UInt8(ascii: "."), !digits.isEmpty, digits.count <= 4 else { return nil }
      for (place, digit) in digits.enumerated() {
        guard (zero...UInt8(ascii: "9")).contains(digit) else { return nil }
        if place == 0 { value += Int(digit - zero) * 10 }
        if place == 1 { value += Int(digit - zero) }
        if place > 1, digit != zero, value == 100 { return nil }
      }
    }
    return value <= 100 ? UInt8(value) : nil
  }
}
