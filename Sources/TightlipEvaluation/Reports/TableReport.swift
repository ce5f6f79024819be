internal import TightlipCore

/// A report for a terminal, at most 100 columns wide, or in Markdown.
package struct TableReport {
  /// How it is written.
  package enum Style: Sendable { case terminal, markdown }

  private let report: EvaluationReport
  private let style: Style
  private let level: MatchLevel
  private var parts: [String] = []

  /// Writes a report.
  ///
  /// - Parameter level: the level of the figures by type.
  package static func text(_ report: EvaluationReport, style: Style, level: MatchLevel) -> String {
    var table = TableReport(report: report, style: style, level: level)
    table.write()
    return table.parts.joined(separator: "\n\n")
  }

  private init(report: EvaluationReport, style: Style, level: MatchLevel) {
    self.report = report
    self.style = style
    self.level = level
  }

  private mutating func write() {
    if report.corpora.count > 1 { writeOverview() }
    for corpus in report.corpora { write(corpus) }
    for comparison in report.comparisons ?? [] { write(comparison) }
  }

  private mutating func title(_ text: String) { parts.append(style == .markdown ? "## " + text : text) }

  private mutating func add(_ grid: Grid) { parts.append(style == .markdown ? grid.markdown : grid.text()) }

  // MARK: All corpora

  private mutating func writeOverview() {
    title("\(Figure.count(report.corpora.reduce(0) { $0 + $1.messages })) messages in \(report.corpora.count) corpora, percent")
    var grid = Grid(["corpus", "messages", "with PHI", "leak", "strict", "over", "recall", "precision", "F2", "stopped"])
    for corpus in report.corpora {
      let all = corpus.all.levels[level.name]
      grid.add([
        corpus.name, Figure.count(corpus.messages), Figure.count(corpus.withPHI), Figure.percent(corpus.leak.value),
        Figure.percent(corpus.strictLeak.value), Figure.percent(corpus.over.value), Figure.percent(all?.recall.value),
        Figure.percent(all?.precision.value), Figure.percent(all?.f2.value), Figure.percent(corpus.falseAlarm.value),
      ])
    }
    add(grid)
  }

  // MARK: One corpus

  private mutating func write(_ corpus: CorpusReport) {
    let part = corpus.part == CorpusPart.all.rawValue ? "" : ", \(corpus.part) part"
    title("\(corpus.name)\(part): \(Figure.count(corpus.messages)) messages, \(Figure.count(corpus.withPHI)) with PHI")
    writeHeadline(corpus)
    if corpus.rows.contains(where: { ($0.levels[level.name]?.gold ?? 0) > 0 }) {
      writeTypes(corpus)
      writeLevels(corpus)
    }
    let ownLabels = corpus.labels.allSatisfy { $0.types == [$0.name] }
    if !ownLabels { writeLabels(corpus) }
    if corpus.actionConfusion != nil { writeActions(corpus) }
    if corpus.withPHI == 0 { writeFindings(corpus) }
    writeNotes(corpus)
  }

  private mutating func writeHeadline(_ corpus: CorpusReport) {
    var grid = Grid(["", "%", "95 %", "of"], left: [0, 2, 3])
    func row(_ name: String, _ estimate: Estimate, _ what: String) {
      if estimate.value != nil { grid.add([name, Figure.percent(estimate.value), Figure.interval(estimate), what]) }
    }
    row("leak", corpus.leak, "messages with PHI: a span is less than 90 % covered")
    row("strict leak", corpus.strictLeak, "messages with PHI: a letter or digit is not covered")
    row("over", corpus.over, "letters and digits outside PHI: covered")
    row("false alarm", corpus.falseAlarm, "messages that should pass: redacted or blocked")
    row("action", corpus.actionAccuracy, "outbound messages: right")
    if !grid.isEmpty { add(grid) }
    if corpus.incomplete > 0 { parts.append("\(Figure.count(corpus.incomplete)) messages hit a limit and were blocked.") }
  }

  private mutating func writeTypes(_ corpus: CorpusReport) {
    var grid = Grid(["type (\(levelName(level)))", "gold", "recall", "95 %", "found", "precision", "95 %", "F1", "F2"], left: [0, 3, 6])
    for row in corpus.rows + [corpus.all, corpus.anyType] {
      guard let level = row.levels[level.name] else { continue }
      grid.add([
        row.name, Figure.count(level.gold), Figure.percent(level.recall.value), Figure.interval(level.recall),
        Figure.count(level.predicted), Figure.percent(level.precision.value), Figure.interval(level.precision),
        Figure.percent(level.f1.value), Figure.percent(level.f2.value),
      ])
    }
    add(grid)
  }

  private func levelName(_ level: MatchLevel) -> String {
    level == .overlap ? "overlap \(Figure.decimal(report.overlapThreshold, places: 2))" : level.name
  }

  private mutating func writeLevels(_ corpus: CorpusReport) {
    var grid = Grid(["all types, matched by", "recall", "95 %", "precision", "95 %", "F1", "F2", "F2 any type"], left: [0, 2, 4])
    for level in MatchLevel.allCases {
      guard let all = corpus.all.levels[level.name] else { continue }
      grid.add([
        levelName(level), Figure.percent(all.recall.value), Figure.interval(all.recall), Figure.percent(all.precision.value),
        Figure.interval(all.precision), Figure.percent(all.f1.value), Figure.percent(all.f2.value),
        Figure.percent(corpus.anyType.levels[level.name]?.f2.value),
      ])
    }
    add(grid)
  }

  private mutating func writeLabels(_ corpus: CorpusReport) {
    var grid = Grid(["label", "gold", "recall", "95 %", "as any type"], left: [0, 3])
    for label in corpus.labels {
      grid.add([
        label.name, Figure.count(label.gold), Figure.percent(label.recall.value), Figure.interval(label.recall),
        Figure.percent(label.recallAsAnything.value),
      ])
    }
    add(grid)
  }

  private mutating func writeActions(_ corpus: CorpusReport) {
    guard let confusion = corpus.actionConfusion, let inbound = corpus.inboundActions else { return }
    let names = Action.allCases.map(\.name)
    var grid = Grid(["should be"] + names)
    for name in names { grid.add([name] + names.map { Figure.count(confusion[name]?[$0] ?? 0) }) }
    grid.add(["inbound"] + names.map { Figure.count(inbound[$0] ?? 0) })
    add(grid)
  }

  private mutating func writeFindings(_ corpus: CorpusReport) {
    var grid = Grid(["type", "findings", "per 1,000 messages"])
    for (name, count) in corpus.findings.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      let rate = 1000 * Double(count) / Double(corpus.messages)
      grid.add([name, Figure.count(count), Figure.decimal(rate, places: 1)])
    }
    if !grid.isEmpty { add(grid) }
  }

  private mutating func write(_ comparison: Comparison) {
    title("\(comparison.corpus): \(comparison.first) (A) against \(comparison.second) (B)")
    var grid = Grid(["", "A", "B", "A - B", "95 %", "p", ""], left: [0, 4, 6])
    for line in comparison.shownLines {
      grid.add([
        line.name, Figure.percent(line.first), Figure.percent(line.second), Figure.signed(line.difference.value),
        Figure.signedInterval(line.difference), line.p.map { Figure.decimal($0, places: 3) } ?? "–", Self.judgement(line),
      ])
    }
    add(grid)
    for (name, test) in [("leak", comparison.leak), ("strict leak", comparison.strictLeak)] {
      parts.append(
        "\(name): only A leaks \(Figure.count(test.onlyFirst)) messages, only B \(Figure.count(test.onlySecond)); "
          + "McNemar's exact p \(test.p < 0.0005 ? "< 0.001" : "= " + Figure.decimal(test.p, places: 3))")
    }
  }

  /// In words, where chance alone would hardly do it.
  private static func judgement(_ line: Comparison.Line) -> String {
    guard let difference = line.difference.value, difference != 0, let p = line.p, p < 0.05 else { return "" }
    return (difference < 0) == line.isBetterLow ? "A is better" : "B is better"
  }

  private mutating func writeNotes(_ corpus: CorpusReport) {
    var lines: [String] = []
    if !corpus.unjudged.isEmpty {
      let names = corpus.unjudged.sorted { $0.key < $1.key }.map { "\($0.key) \(Figure.count($0.value))" }
      lines += Self.wrapped("not judged: " + names.joined(separator: ", "))
    }
    if !corpus.unseen.isEmpty {
      lines += Self.wrapped("note: in the label map but in no message: " + corpus.unseen.joined(separator: ", "))
    }
    if !lines.isEmpty { parts.append(lines.joined(separator: "\n")) }
  }

  /// Lines of at most 100 columns; all but the first indented.
  static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in text.split(separator: " ") {
      if !current.isEmpty, current.count + 1 + word.count > 100 {
        lines.append(current)
        current = " "
      }
      current += (current.isEmpty ? "" : " ") + word
    }
    if !current.isEmpty { lines.append(current) }
    return lines
  }
}
