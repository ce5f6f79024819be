internal import TightlipCore

/// A report as one self-contained page: no script, no font, no picture from elsewhere. Light or dark as the
/// reader's system is. Holds text of messages only where errors were asked for.
package struct HTMLReport {
  private var out = HTMLWriter()
  private let report: EvaluationReport

  /// Writes the page.
  ///
  /// - Parameter errors: lists to show, by name of the corpus.
  package static func page(_ report: EvaluationReport, errors: [ErrorList] = []) -> String {
    var page = HTMLReport(report)
    page.write(errors)
    return page.out.html
  }

  private init(_ report: EvaluationReport) { self.report = report }

  private mutating func write(_ errors: [ErrorList]) {
    out.add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")
    out.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
    let names = report.corpora.map(\.name).joined(separator: ", ")
    out.add("title", "tightlip eval: \(names)")
    out.add("<style>\n\(HTMLStyle.css)\n</style>\n</head>\n<body>")
    out.add("h1", "Detection, measured")
    out.add("p", "\(report.detector) · \(report.tool)", class: "dim")
    if !errors.isEmpty {
      out.add("p", "This page holds text of messages. Keep it as you keep them.", class: "warning")
    }
    if report.corpora.count > 1 { writeOverview() }
    for corpus in report.corpora {
      write(corpus)
      if let list = errors.first(where: { $0.corpus.name == corpus.name }) { write(list) }
    }
    for comparison in report.comparisons ?? [] { write(comparison) }
    writeDefinitions()
    out.add("</body>\n</html>")
  }

  private func escaped(_ text: String) -> String { HTMLWriter.escaped(text) }

  /// A table; columns named in `text` are flush left; cells that begin with "<svg" stand as they are.
  private mutating func table(_ header: [String], text: Set<Int>, _ rows: [[String]], sums: Int = 0) {
    out.add("<div class=\"table\"><table><tr>")
    for (column, name) in header.enumerated() { out.add("<th\(text.contains(column) ? " class=\"text\"" : "")>\(escaped(name))</th>") }
    out.add("</tr>")
    for (number, row) in rows.enumerated() {
      let cells = row.enumerated().map { column, cell in
        "<td\(text.contains(column) ? " class=\"text\"" : "")>\(cell.hasPrefix("<svg") ? cell : escaped(cell))</td>"
      }
      out.add("<tr\(number >= rows.count - sums ? " class=\"sum\"" : "")>" + cells.joined() + "</tr>")
    }
    out.add("</table></div>")
  }

  private func anchor(_ name: String) -> String {
    "corpus-" + String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  // MARK: All corpora

  private mutating func writeOverview() {
    out.add("<nav>" + report.corpora.map { "<a href=\"#\(anchor($0.name))\">\(escaped($0.name))</a>" }.joined() + "</nav>")
    table(
      ["corpus", "messages", "with PHI", "leak", "strict leak", "over", "recall", "precision", "F2", "false alarm"], text: [0],
      report.corpora.map { corpus in
        let all = corpus.all.levels[MatchLevel.covered.name]
        return [
          corpus.name, Figure.count(corpus.messages), Figure.count(corpus.withPHI), Figure.percent(corpus.leak.value),
          Figure.percent(corpus.strictLeak.value), Figure.percent(corpus.over.value), Figure.percent(all?.recall.value),
          Figure.percent(all?.precision.value), Figure.percent(all?.f2.value), Figure.percent(corpus.falseAlarm.value),
        ]
      })
  }

  // MARK: One corpus

  private mutating func write(_ corpus: CorpusReport) {
    out.add("<h2 id=\"\(anchor(corpus.name))\">\(escaped(corpus.name))</h2>")
    let part = corpus.part == CorpusPart.all.rawValue ? "" : " (\(corpus.part) part)"
    out.add("p", "\(Figure.count(corpus.messages)) messages\(part), \(Figure.count(corpus.withPHI)) with annotated PHI", class: "dim")
    writeCards(corpus)
    let isAnnotated = corpus.withPHI > 0
    if let details = corpus.details, isAnnotated { writeCharts(details) }
    if isAnnotated { writeTypes(corpus) }
    if let details = corpus.details, isAnnotated {
      writeConfusion(details)
      writeRules(details)
    }
    writeActions(corpus)
    if !isAnnotated { writeFindings(corpus) }
    if !corpus.labels.allSatisfy({ $0.types == [$0.name] }) { writeLabels(corpus) }
    if !corpus.unjudged.isEmpty {
      let names = corpus.unjudged.sorted { $0.key < $1.key }.map { "\($0.key) \(Figure.count($0.value))" }
      out.add("p", "Not judged: " + names.joined(separator: ", "), class: "dim")
    }
  }

  private mutating func writeCards(_ corpus: CorpusReport) {
    let all = corpus.all.levels[MatchLevel.covered.name]
    let none = Estimate(nil)
    out.add("<div class=\"cards\">")
    func card(_ name: String, _ estimate: Estimate, _ what: String, _ style: String = "") {
      guard estimate.value != nil else { return }
      let interval = Figure.interval(estimate)
      out.add(
        "<div class=\"card\"><span>\(name)</span><b class=\"\(style)\">\(Figure.percent(estimate.value)) %</b>"
          + "<small>\(interval.isEmpty ? "" : "95 %: \(interval)<br>")\(what)</small></div>")
    }
    card("Leak", corpus.leak, "of messages with PHI", "leak")
    card("Strict leak", corpus.strictLeak, "of messages with PHI", "leak")
    card("Over-redaction", corpus.over, "of letters outside PHI")
    if corpus.withPHI > 0 {
      card("Recall", all?.recall ?? none, "of annotated spans")
      card("Precision", all?.precision ?? none, "of findings")
      card("F2", all?.f2 ?? none, "recall counts twice")
    }
    card("False alarms", corpus.falseAlarm, "of messages that should pass")
    card("Right action", corpus.actionAccuracy, "of outbound messages")
    out.add("</div>")
  }

  private mutating func writeTypes(_ corpus: CorpusReport) {
    out.add("<div class=\"legend\"><span><i style=\"background:var(--good)\"></i>recall</span><span><i style=\"background:var(--bad)\"></i>precision, each with its 95 % interval</span></div>")
    let rows = (corpus.rows + [corpus.all, corpus.anyType]).compactMap { row -> [String]? in
      guard let level = row.levels[MatchLevel.covered.name] else { return nil }
      return [
        row.name, Figure.count(level.gold), Figure.percent(level.recall.value), Figure.count(level.predicted),
        Figure.percent(level.precision.value), HTMLChart.whiskers(level.recall, level.precision), Figure.percent(level.f2.value),
        Figure.percent(row.levels[MatchLevel.strict.name]?.f2.value), Figure.percent(row.levels[MatchLevel.overlap.name]?.f2.value),
        Figure.percent(row.levels[MatchLevel.token.name]?.f2.value), Figure.percent(row.levels[MatchLevel.character.name]?.f2.value),
      ]
    }
    table(
      ["type", "annotated", "recall", "found", "precision", "0 … 100 %", "F2", "strict F2", "overlap F2", "token F2", "character F2"],
      text: [0, 5], rows, sums: 2)
  }

  private mutating func writeActions(_ corpus: CorpusReport) {
    guard let confusion = corpus.actionConfusion, let inbound = corpus.inboundActions else { return }
    let names = Action.allCases.map(\.name)
    out.add("h3", "What happened to messages that should be passed, redacted or blocked")
    table(
      ["should be"] + names.map { "was: " + $0 }, text: [0],
      names.map { name in [name] + names.map { Figure.count(confusion[name]?[$0] ?? 0) } }
        + [["inbound"] + names.map { Figure.count(inbound[$0] ?? 0) }])
  }

  private mutating func writeFindings(_ corpus: CorpusReport) {
    let sorted = corpus.findings.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard !sorted.isEmpty else { return }
    out.add("h3", "What was found, though nothing is annotated")
    table(
      ["type", "findings", "per 1,000 messages"], text: [0],
      sorted.map { [$0.key, Figure.count($0.value), Figure.decimal(1000 * Double($0.value) / Double(corpus.messages), places: 1)] })
  }

  private mutating func writeLabels(_ corpus: CorpusReport) {
    out.add("h3", "By the corpus's own labels")
    table(
      ["label", "annotated", "recall", "95 %", "as any type"], text: [0],
      corpus.labels.map {
        [$0.name, Figure.count($0.gold), Figure.percent($0.recall.value), Figure.interval($0.recall), Figure.percent($0.recallAsAnything.value)]
      })
  }

  private mutating func writeRules(_ details: CorpusDetails) {
    let wrong = details.rules.filter { $0.right < $0.found }
    guard !wrong.isEmpty else { return }
    out.add("h3", "Rules with the most wrong findings")
    table(
      ["rule", "type", "wrong", "found", "precision", "95 %"], text: [0, 1],
      wrong.prefix(20).map { rule in
        let share = Double(rule.right) / Double(rule.found)
        return [
          rule.name, rule.type, Figure.count(rule.found - rule.right), Figure.count(rule.found), Figure.percent(share),
          Figure.interval(Self.wilson(rule.right, of: rule.found)),
        ]
      })
  }

  /// Wilson's score interval (1927) of a share.
  private static func wilson(_ right: Int, of count: Int) -> Estimate {
    let z = 1.959964
    let n = Double(count)
    let share = Double(right) / n
    let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return Estimate(share, low: max(0, middle - half), high: min(1, middle + half))
  }

  private mutating func writeConfusion(_ details: CorpusDetails) {
    // Types that are ever taken for another; the diagonal alone confuses nobody.
    var errors: [String: Int] = [:]
    for cell in details.confusion where cell.annotated != cell.found {
      errors[cell.annotated, default: 0] += cell.count
      errors[cell.found, default: 0] += cell.count
    }
    let special = [CorpusDetails.missed, CorpusDetails.nothing]
    let types = errors.keys.filter { !special.contains($0) }.sorted { (errors[$1]!, $0) < (errors[$0]!, $1) }.prefix(16)
    guard !types.isEmpty else { return }
    let counts = Dictionary(details.confusion.map { ([$0.annotated, $0.found], $0.count) }, uniquingKeysWith: +)
    let most = Double(details.confusion.filter { $0.annotated != $0.found }.map(\.count).max() ?? 1)
    out.add("h3", "What was taken for what")
    out.add("p", "Rows are annotated types, columns what was found there. The types with the most confusion, \(types.count) of them.", class: "dim")
    out.add("<div class=\"table\"><table class=\"matrix\"><tr><th></th>")
    for name in types + [CorpusDetails.missed] { out.add("<th class=\"turned\"><span>\(escaped(name))</span></th>") }
    out.add("</tr>")
    for row in types + [CorpusDetails.nothing] {
      out.add("<tr><th class=\"text\">\(escaped(row))</th>")
      for column in types + [CorpusDetails.missed] {
        let count = counts[[row, column]] ?? 0
        let isRight = row == column
        let share = isRight ? 0.16 : count == 0 ? 0 : 0.12 + 0.6 * (Double(count) / most).squareRoot()
        let color = isRight ? "var(--good)" : column == CorpusDetails.missed ? "var(--leak)" : "var(--bad)"
        let style = count == 0 ? "" : " style=\"background:color-mix(in srgb, \(color) \(Figure.decimal(share * 100, places: 0))%, transparent)\""
        out.add("<td\(style) title=\"\(escaped(row)) found as \(escaped(column))\">\(count == 0 ? "" : Figure.count(count))</td>")
      }
      out.add("</tr>")
    }
    out.add("</table></div>")
  }

  // MARK: Errors, comparisons, definitions

  private mutating func write(_ list: ErrorList) {
    for section in list.sections {
      out.add("<details><summary>\(escaped(ErrorList.title(section.kind))): \(escaped(section.cause.title)) (\(Figure.count(section.count)))</summary>")
      for group in section.groups {
        out.add("<p><b>\(escaped(group.name))</b> \(Figure.count(group.count))</p><ul>")
        for error in group.errors {
          let (before, inside, after) = list.context(error)
          out.add(
            "<li>\(escaped(before))<mark>\(escaped(inside))</mark>\(escaped(after)) <small>\(escaped(error.detail)) "
              + "\(escaped(list.corpus.texts[error.message].id))</small></li>")
        }
        out.add("</ul>")
      }
      out.add("</details>")
    }
  }

  private mutating func write(_ comparison: Comparison) {
    out.add("h2", "\(comparison.corpus): A against B")
    out.add("p", "A: \(comparison.first). B: \(comparison.second). The difference is in percentage points.", class: "dim")
    table(
      ["", "A", "B", "A - B", "95 %", "p"], text: [0],
      comparison.shownLines.map {
        [$0.name, Figure.percent($0.first), Figure.percent($0.second), Figure.signed($0.difference.value),
         Figure.signedInterval($0.difference), $0.p.map { Figure.decimal($0, places: 3) } ?? "–"]
      })
    out.add(
      "p",
      "Leaking messages: only A \(Figure.count(comparison.leak.onlyFirst)), only B \(Figure.count(comparison.leak.onlySecond)); "
        + "McNemar's exact p = \(Figure.decimal(comparison.leak.p, places: 3)).")
  }

  private mutating func writeDefinitions() {
    out.add("h2", "What the figures mean")
    for line in [
      "Only letters and digits count. Leak: share of messages with annotated PHI in which a span is less than 90 % covered by findings of whatever type. Strict leak: in which a single letter or digit of a span is not covered. Over-redaction: share of letters and digits outside annotated spans that are covered by findings of types the corpus annotates.",
      "Recall: share of annotated spans at least half covered by findings of a type that is right for them. Precision: share of findings at least half covered by such spans. F2 weighs recall twice as much as precision. Strict: same boundaries. Overlap: intersection over union of at least \(Figure.decimal(report.overlapThreshold, places: 2)), one to one. “any type”: types do not matter.",
      "Intervals: percentile bootstrap over messages, \(Figure.count(report.bootstrapSamples)) samples, seed \(report.seed); where all or none are right, the exact bound. A figure measured on few messages has a wide one; believe the interval.",
    ] { out.add("p", line, class: "dim") }
  }

  private mutating func writeCharts(_ details: CorpusDetails) {
    out.add("<div class=\"charts\">")
    for (title, caption, chart) in HTMLFigures(details).all {
      out.add("<figure\(chart.contains("class=\"small\"") ? " class=\"wide\"" : "")><h3>\(escaped(title))</h3><figcaption>\(escaped(caption))</figcaption>\(chart)</figure>")
    }
    out.add("</div>")
  }
}
