/// A tab-separated table with a header row, as spreadsheets write it: the small tables of an overlay
/// and of examples. ``TermTable``, which reads a quarter of a million rows, has its own reader.
package struct DelimitedTable: Sendable {
  package let file: String
  package let bytes: [UInt8]
  /// The rows below the header; empty lines are left out.
  package private(set) var rows: [Row] = []

  /// One row.
  package struct Row: Sendable {
    package var line: Int
    /// The cells' bytes in the table's storage, blanks at their ends left out.
    package var cells: [Range<Int>]
    /// The whole row, without its line end.
    package var range: Range<Int>
  }

  /// Reads a table.
  ///
  /// - Throws: ``RulesError`` with a diagnostic for every bad row, fifty at most.
  /// - Complexity: linear in the size.
  package init(file: String, bytes: [UInt8], columns: [String]) throws(RulesError) {
    self.file = file
    self.bytes = bytes
    try FileDamage.check(file: file, bytes: bytes)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw RulesError(Diagnostic(file: file, "is not valid UTF-8", remedy: "save the file as UTF-8").with(code: "file-encoding"))
    }
    var diagnostics: [Diagnostic] = []
    var line = 0
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count, diagnostics.count < 50 {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      defer { start = end + 1 }
      line += 1
      let row = Row(line: line, cells: Self.cells(of: start..<end, in: bytes), range: start..<end)
      let texts = row.cells.map { String(decoding: bytes[$0], as: UTF8.self) }
      if line == 1 {
        if texts != columns { diagnostics.append(Self.header(texts, file: file, columns: columns)) }
        if texts != columns { break }
        continue
      }
      if texts.allSatisfy(\.isEmpty) { continue }
      if texts == columns {
        diagnostics.append(
          Diagnostic(file: file, line: line, column: 1, "the header row stands here again", remedy: "delete this row")
            .with(code: "table-header-again", edits: [.init(start..<min(end + 1, bytes.count), [])]))
      } else if texts.count != columns.count {
        diagnostics.append(TermTable.columnCount(row.cells, bytes, file: file, line: line, columns: columns, end: row.cells.last?.upperBound ?? end))
      } else {
        for (number, text) in texts.enumerated() where text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") {
          diagnostics.append(Self.quoted(row, number, bytes, file: file))
        }
        rows.append(row)
      }
    }
    if line == 0 {
      diagnostics.append(
        Diagnostic(file: file, "is empty", remedy: "add the header row: " + columns.joined(separator: " ") + ", separated by tabs")
          .with(code: "file-empty"))
    }
    if !diagnostics.isEmpty { throw RulesError(diagnostics) }
  }

  /// The text of a cell.
  package func text(_ row: Row, _ column: Int) -> String { String(decoding: bytes[row.cells[column]], as: UTF8.self) }

  /// A diagnostic at a cell.
  package func diagnostic(
    _ row: Row, _ column: Int, _ message: String, remedy: String, level: Diagnostic.Level = .error
  ) -> Diagnostic {
    let start = row.range.lowerBound
    let place = String(decoding: bytes[start..<row.cells[column].lowerBound], as: UTF8.self).count + 1
    return Diagnostic(level, file: file, line: row.line, column: place, message, remedy: remedy)
  }

  private static func cells(of line: Range<Int>, in bytes: [UInt8]) -> [Range<Int>] {
    var end = line.upperBound
    if end > line.lowerBound, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    var cells: [Range<Int>] = []
    var start = line.lowerBound
    for index in line.lowerBound...end where index == end || bytes[index] == UInt8(ascii: "\t") {
      cells.append(trimmed(start..<index, in: bytes))
      start = index + 1
    }
    return cells
  }

  /// Without spaces and no-break spaces at its ends.
  package static func trimmed(_ range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      if bytes[low] == UInt8(ascii: " ") {
        low += 1
      } else if low + 1 < high, bytes[low] == 0xC2, bytes[low + 1] == 0xA0 {
        low += 2
      } else {
        break
      }
    }
    while low < high {
      if bytes[high - 1] == UInt8(ascii: " ") {
        high -= 1
      } else if high - 2 >= low, bytes[high - 2] == 0xC2, bytes[high - 1] == 0xA0 {
        high -= 2
      } else {
        break
      }
    }
    return low..<high
  }

  private static func header(_ found: [String], file: String, columns: [String]) -> Diagnostic {
    Diagnostic(
      file: file, line: 1, column: 1, "the header row is not the expected one",
      remedy: "begin the file with these columns, separated by tabs: " + columns.joined(separator: " ")
    ).with(code: "table-header", excerpt: found.joined(separator: " | "))
  }

  private static func quoted(_ row: Row, _ number: Int, _ bytes: [UInt8], file: String) -> Diagnostic {
    let cell = row.cells[number]
    let column = String(decoding: bytes[row.range.lowerBound..<cell.lowerBound], as: UTF8.self).count + 1
    return TermTable.quotedCell(bytes, cell, file: file, line: row.line, column: column)
  }
}
