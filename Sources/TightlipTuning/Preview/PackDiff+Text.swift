import TightlipEvaluation

extension PackDiff {
  private static let actions = ["pass", "redact", "block"]

  /// Whether anything flips the wrong way.
  package var isWorse: Bool { wrong > 0 }

  /// In one sentence.
  package var summary: String {
    if flips + otherChanges == 0 { return "No verdict of \(Figure.count(messages)) changes." }
    var parts = ["\(Figure.count(flips)) of \(Figure.count(messages)) verdicts flip"]
    if otherChanges > 0 { parts.append("in \(Figure.count(otherChanges)) other things are taken out") }
    var ways: [String] = []
    if right > 0 { ways.append("\(right) the right way") }
    if wrong > 0 { ways.append("\(wrong) the wrong way") }
    if open > 0 { ways.append("\(open) stricter than before, for a person to judge") }
    return parts.joined(separator: ", ") + ": " + ways.joined(separator: ", ") + "."
  }

  /// For a terminal, at most 80 columns wide.
  package var text: String {
    var parts = ["before  \(old)", "after   \(new)", "", Self.wrapped(summary, indent: "")]
    if flips > 0 {
      var grid = Grid(["before \\ after"] + Self.actions)
      for before in Self.actions {
        grid.add([before] + Self.actions.map { Figure.count(actions[before]?[$0] ?? 0) })
      }
      parts += ["", grid.text(indent: "  ")]
    }
    let shown = types.filter { $0.isChanged }
    if !shown.isEmpty {
      var grid = Grid(["", "gold", "recall", "→", "(95 %)", "precision", "→", "(95 %)"])
      for row in shown.prefix(20) {
        grid.add([
          row.name, Figure.count(row.gold), Figure.percent(row.recallBefore.value), Figure.percent(row.recallAfter.value),
          Figure.interval(row.recallAfter), Figure.percent(row.precisionBefore.value), Figure.percent(row.precisionAfter.value),
          Figure.interval(row.precisionAfter),
        ])
      }
      parts += ["", "Detection, in percent", grid.text(indent: "  ")]
    }
    for (title, rows) in [("By rule", rules), ("By term", terms)] where !rows.isEmpty {
      var grid = Grid(["", "flips", "found now", "no longer", "right", "wrong"])
      for row in rows.prefix(15) {
        grid.add([Self.cut(row.name, 36), "\(row.flips)", "\(row.gained)", "\(row.lost)", "\(row.right)", "\(row.wrong)"])
      }
      parts += ["", title, grid.text(indent: "  ")]
      if rows.count > 15 { parts.append("  and \(rows.count - 15) more") }
    }
    if !examples.isEmpty {
      parts += ["", examples.count == 1 ? "The most telling example" : "The \(examples.count) most telling examples"]
      for example in examples { parts += Self.lines(of: example) }
      if examples.contains(where: { $0.text == nil }) {
        parts += ["", "Messages, and words that may identify somebody, are shown by --reveal."]
      }
    }
    return parts.joined(separator: "\n")
  }

  private static func lines(of example: Example) -> [String] {
    let should = example.expected.map { ", should be \($0)" } ?? ""
    let way = example.way == .wrong ? "wrong way" : example.way == .right ? "right way" : "to be judged"
    var lines = ["  \(example.before) → \(example.after)\(should) (\(way))  \(example.id)"]
    for cause in example.causes.prefix(4) {
      let what = [cause.entity, cause.term.map { "\"\(printable($0))\"" } ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
      lines.append(wrapped("\(cause.isNew ? "+" : "-") \(what) \(what.isEmpty ? cause.rule : "by " + cause.rule)", indent: "      "))
    }
    if let text = example.text { lines.append(wrapped(printable(text), indent: "      ")) }
    return lines
  }

  static func cut(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : String(text.prefix(width - 1)) + "…"
  }

  static func wrapped(_ text: String, indent: String) -> String {
    var lines: [String] = []
    var line = indent
    for word in text.split(separator: " ") {
      if line.count + word.count + 1 > 80, line != indent {
        lines.append(line)
        line = indent
      }
      line += (line == indent ? "" : " ") + word
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }

  /// Without characters that drive a terminal or turn the reading direction.
  static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: " "
      default: scalar
      }
    }))
  }
}
