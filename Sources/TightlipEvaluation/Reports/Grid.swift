/// A table of texts: the first column flush left, the others flush right unless said otherwise.
package struct Grid {
  private var header: [String]
  private var rows: [[String]] = []
  private var leftColumns: Set<Int>

  package init(_ header: [String], left: Set<Int> = [0]) {
    self.header = header
    leftColumns = left
  }

  package mutating func add(_ cells: [String]) { rows.append(cells) }

  package var isEmpty: Bool { rows.isEmpty }

  /// For a terminal: columns two spaces apart.
  package func text(indent: String = "") -> String {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      var line = indent
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? "" : "  "
        line += leftColumns.contains(column) ? cell + space : space + cell
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// For Markdown.
  package var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.map(Self.escaped).joined(separator: " | ") + " |" }
    let rule = header.indices.map { leftColumns.contains($0) ? "---" : "---:" }
    return ([line(header), "|" + rule.joined(separator: "|") + "|"] + rows.map(line)).joined(separator: "\n")
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if character == "|" || character == "\\" { result.append("\\") }
      result.append(character)
    }
    return result
  }
}

/// Figures as people read them.
package enum Figure {
  /// A share in percent with one place, a dash for none.
  package static func percent(_ share: Double?) -> String {
    guard let share else { return "–" }
    return decimal(share * 100, places: 1)
  }

  /// "93.9–98.4".
  package static func interval(_ estimate: Estimate) -> String {
    guard let low = estimate.low, let high = estimate.high else { return "" }
    return percent(low) + "–" + percent(high)
  }

  /// A difference in percentage points, with its sign.
  static func signed(_ share: Double?) -> String {
    guard let share else { return "–" }
    let text = decimal(share * 100, places: 1)
    return share > 0 && text != "0.0" ? "+" + text : text
  }

  static func signedInterval(_ estimate: Estimate) -> String {
    guard let low = estimate.low, let high = estimate.high else { return "" }
    return signed(low) + " to " + signed(high)
  }

  /// A number with so many places, rounded half away from zero.
  package static func decimal(_ value: Double, places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let rounded = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && rounded > 0 ? "-" : ""
    guard places > 0 else { return sign + String(rounded) }
    let fraction = String(rounded % scale)
    return sign + String(rounded / scale) + "." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// A number with commas between thousands.
  package static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.count - position) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return (value < 0 ? "-" : "") + result
  }
}
