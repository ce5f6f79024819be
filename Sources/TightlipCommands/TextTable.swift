/// A table for a terminal: columns side by side, as wide as their widest entry.
struct TextTable {
  private var rows: [[String]]
  private let isRight: [Bool]

  /// - Parameter right: the columns, from 0, that hold numbers.
  init(_ header: [String], right: Set<Int> = []) {
    rows = [header]
    isRight = header.indices.map(right.contains)
  }

  mutating func add(_ row: [String]) { rows.append(row.map(Self.printable)) }

  /// The table without its last line break. Columns that are empty below their header are left out.
  var text: String {
    let columns = isRight.indices.filter { column in rows.dropFirst().contains { !$0[column].isEmpty } }
    let widths = isRight.indices.map { column in rows.map { $0[column].unicodeScalars.count }.max() ?? 0 }
    return rows.map { row in
      var line = columns.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].unicodeScalars.count)
        return isRight[column] ? space + row[column] : row[column] + space
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// Ids and words come from outside: no escape sequence of theirs may reach a terminal.
  static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control || $0.properties.generalCategory == .format ? "\u{FFFD}" : $0 }))
  }
}
