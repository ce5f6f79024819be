/// The charts of a corpus.
struct HTMLFigures {
  private let details: CorpusDetails

  init(_ details: CorpusDetails) { self.details = details }

  /// Title, caption and markup of each chart.
  var all: [(title: String, caption: String, chart: String)] {
    var charts: [(String, String, String)] = []
    if details.scores.contains(where: { $0.right + $0.wrong > 0 }) {
      charts.append(
        ("Scores of findings", "Right and wrong findings by score. Below the dashed threshold nothing is reported.", scores))
    }
    guard details.curve.count > 1 else { return charts }
    charts.append(
      ("Leak against over-redaction", "Each point is a threshold. Further left less is redacted for nothing, further down less leaks.", tradeOff))
    charts.append(
      ("Leak and over-redaction by threshold", "Of messages with PHI, and of letters and digits outside it.", byThreshold))
    charts.append(
      ("Precision against recall", "Each point is a threshold; all types together, spans at least half covered.", precisionRecall))
    if !rowsWithEnough.isEmpty {
      charts.append(
        ("By type and threshold", "Recall and precision when the threshold moves from 0 to 1; types that it changes.", small))
    }
    return charts
  }

  private static func percent(_ share: Double) -> String {
    let percent = share * 100
    return Figure.decimal(percent, places: abs(percent - percent.rounded()) < 1e-6 ? 0 : 1) + " %"
  }

  /// A legend of colour and name.
  private static func legend(_ items: [(String, String)]) -> String {
    "<div class=\"legend\">" + items.map { "<span><i style=\"background:var(--\($0.0))\"></i>\(HTMLWriter.escaped($0.1))</span>" }.joined()
      + "</div>"
  }

  private var scores: String {
    let most = Double(details.scores.map { $0.right + $0.wrong }.max() ?? 1)
    var chart = HTMLChart(x: 0...1, y: 0...most * 1.05)
    chart.axes("score", "findings", xLabel: { Figure.decimal($0, places: 1) }, yLabel: { Figure.count(Int($0.rounded())) })
    for bin in details.scores {
      let title = "\(Figure.decimal(bin.from, places: 2)) to \(Figure.decimal(bin.from + 0.05, places: 2)): \(bin.right) right, \(bin.wrong) wrong"
      chart.bar(bin.from, bin.from + 0.05, 0, Double(bin.wrong), "bad", title: title)
      chart.bar(bin.from, bin.from + 0.05, Double(bin.wrong), Double(bin.wrong + bin.right), "good", title: title)
    }
    if let threshold = details.threshold { chart.now(threshold, "threshold") }
    return Self.legend([("good", "right"), ("bad", "wrong")]) + chart.svg("Distribution of scores of right and wrong findings")
  }

  /// Whether a point is the threshold in force.
  private func isNow(_ point: CorpusDetails.Point) -> Bool {
    details.threshold.map { abs($0 - point.threshold) < 0.0001 } ?? false
  }

  /// Some thresholds bear their number.
  private func isLabelled(_ point: CorpusDetails.Point) -> Bool {
    let thousandths = Int((point.threshold * 1000).rounded())
    return isNow(point) || [50, 300, 700, 800, 900, 950].contains(thousandths)
  }

  private func curve(
    _ xName: String, _ yName: String, _ style: String, _ line: String, _ description: String,
    _ place: (CorpusDetails.Point) -> (Double, Double)?
  ) -> String {
    let points = details.curve.compactMap { point in place(point).map { (point, $0) } }
    var chart = HTMLChart(x: HTMLChart.range(points.map(\.1.0)), y: HTMLChart.range(points.map(\.1.1)), left: 66)
    chart.axes(xName, yName, xLabel: Self.percent, yLabel: Self.percent)
    chart.line(points.map(\.1), line)
    // The threshold in force bears its number; others do where they are not on top of one.
    var labelled = points.filter { isNow($0.0) }.map(\.1)
    for (point, at) in points {
      let title = "threshold \(Figure.decimal(point.threshold, places: 2)): \(xName) \(Figure.percent(at.0)) %, \(yName) \(Figure.percent(at.1)) %"
      chart.dot(at.0, at.1, style, title: title)
      if isNow(point) { chart.dot(at.0, at.1, "ring", title: title, radius: 7) }
      let isFree = labelled.allSatisfy { chart.distance($0, at) > 42 }
      if isNow(point) || isLabelled(point) && isFree {
        chart.label(at.0, at.1, Figure.decimal(point.threshold, places: 2), strong: isNow(point))
        labelled.append(at)
      }
    }
    return chart.svg(description)
  }

  private var tradeOff: String {
    curve("over-redaction", "leak", "leakfill", "lleak", "Leak against over-redaction by threshold") { point in
      point.over.flatMap { over in point.leak.map { (over, $0) } }
    }
  }

  private var byThreshold: String {
    let lines: [(KeyPath<CorpusDetails.Point, Double?>, String, String, String)] = [
      (\.leak, "leakfill", "lleak", "leak"), (\.over, "bad", "lbad", "over-redaction"),
    ]
    let highest = details.curve.flatMap { [$0.leak ?? 0, $0.over ?? 0] }.max() ?? 1
    var chart = HTMLChart(x: 0...1, y: 0...min(1, max(0.02, highest * 1.08)), left: 66)
    chart.axes("threshold", "", xLabel: { Figure.decimal($0, places: 1) }, yLabel: Self.percent)
    for (path, dot, line, name) in lines {
      let points = details.curve.compactMap { point in point[keyPath: path].map { (point.threshold, $0) } }
      chart.line(points, line)
      for point in points {
        chart.dot(point.0, point.1, dot, title: "threshold \(Figure.decimal(point.0, places: 2)): \(name) \(Figure.percent(point.1)) %", radius: 2.5)
      }
    }
    if let threshold = details.threshold { chart.now(threshold, "threshold") }
    return Self.legend([("leak", "leak"), ("bad", "over-redaction")]) + chart.svg("Leak and over-redaction by threshold")
  }

  private var precisionRecall: String {
    curve("recall", "precision", "good", "lgood", "Precision against recall by threshold") { point in
      point.recall.flatMap { recall in point.precision.map { (recall, $0) } }
    }
  }

  /// Types whose recall takes more than a few values, by name; the others' curves would say nothing.
  private var rowsWithEnough: [String] {
    guard let first = details.curve.first else { return [] }
    return first.rows.map(\.name).filter { name in
      let found = details.curve.compactMap { point in point.rows.first { $0.name == name }?.recall }
      return Set(found).count > 3
    }
  }

  private var small: String {
    var html = Self.legend([("good", "recall"), ("bad", "precision")]) + "<div class=\"small\">"
    for name in rowsWithEnough.prefix(15) {
      var chart = HTMLChart(x: 0...1, y: 0...1, width: 220, height: 110, left: 34, bottom: 22)
      chart.axes("", "", xLabel: { Figure.decimal($0, places: 1) }, yLabel: { Figure.decimal($0 * 100, places: 0) })
      func points(_ value: (CorpusDetails.Point.Row) -> Double?) -> [(Double, Double)] {
        details.curve.compactMap { point in
          point.rows.first { $0.name == name }.flatMap(value).map { (point.threshold, $0) }
        }
      }
      chart.line(points(\.recall), "lgood")
      chart.line(points(\.precision), "lbad")
      if let threshold = details.threshold { chart.now(threshold, "") }
      html += "<div>\(HTMLWriter.escaped(name))\(chart.svg("Recall and precision of \(name) by threshold"))</div>"
    }
    return html + "</div>"
  }
}
