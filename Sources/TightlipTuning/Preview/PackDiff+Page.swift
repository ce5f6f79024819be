import TightlipEvaluation

extension PackDiff {
  /// One page that needs nothing but itself: no script, no font and no picture from elsewhere.
  package func page(title: String = "What the change does") -> String {
    var body = "<header><h1>\(Self.escaped(title))</h1>"
    body += "<p class=sides><b>before</b> \(Self.escaped(old))<br><b>after</b> \(Self.escaped(new))</p>"
    body += "<p class=\"lead \(isWorse ? "bad" : "good")\">\(Self.escaped(summary))</p></header>"
    body += section("Verdicts", "Each bar is what a verdict was before; its parts are what it is now.", flowChart())
    if types.contains(where: \.isChanged) {
      body += section(
        "Detection",
        "Recall and precision in percent: ○ before, ● after; the line is the 95 % interval of the value after (bootstrap over messages).",
        qualityChart())
    }
    if !rules.isEmpty { body += section("By rule", nil, table(rules)) }
    if !terms.isEmpty { body += section("By term", nil, table(terms)) }
    if !examples.isEmpty {
      let hint = examples.contains { $0.text == nil } ? "Messages are shown by --reveal." : nil
      body += section("The most telling examples", hint, "<ol>" + examples.map(Self.item).joined() + "</ol>")
    }
    return "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
      + "<title>\(Self.escaped(title))</title><style>\(Self.style)</style><body>\(body)</body></html>\n"
  }

  private func section(_ title: String, _ hint: String?, _ content: String) -> String {
    "<section><h2>\(title)</h2>" + (hint.map { "<p class=hint>\($0)</p>" } ?? "") + content + "</section>"
  }

  // MARK: Charts

  private static let colors = ["pass": "#3b8f5a", "redact": "#d99a1c", "block": "#c0392b"]
  private static let order = ["pass", "redact", "block"]

  private func flowChart() -> String {
    let width = 640.0
    let total = Double(max(1, Self.order.map { sum($0) }.max() ?? 1))
    var svg = ""
    var y = 8.0
    for before in Self.order {
      svg += Self.label(before, x: 70, y: y + 19, anchor: "end")
      var x = 80.0
      for after in Self.order {
        let count = actions[before]?[after] ?? 0
        guard count > 0 else { continue }
        // Few are never invisible: what flips is what the page is about.
        let part = max(before == after ? 1 : 4, Double(count) / total * (width - 100))
        svg += "<rect x=\(Self.number(x)) y=\(Self.number(y)) width=\(Self.number(part)) height=28 fill=\"\(Self.colors[after]!)\""
          + (before == after ? " opacity=.35" : "") + "><title>\(before) → \(after): \(Figure.count(count))</title></rect>"
        x += part
      }
      let flipped = Self.order.filter { $0 != before && (actions[before]?[$0] ?? 0) > 0 }
      let told = flipped.map { "\(Figure.count(actions[before]?[$0] ?? 0)) → \($0)" }.joined(separator: ", ")
      svg += Self.label("\(Figure.count(sum(before)))" + (told.isEmpty ? "" : "  (\(told))"), x: x + 8, y: y + 19, anchor: "start")
      y += 38
    }
    var x = 80.0
    for action in Self.order {
      svg += "<rect x=\(Self.number(x)) y=\(Self.number(y + 4)) width=12 height=12 fill=\"\(Self.colors[action]!)\"/>"
      svg += Self.label("\(action) now", x: x + 17, y: y + 15, anchor: "start")
      x += 110
    }
    return Self.svg(svg, width: width + 240, height: y + 26, name: "Verdicts before and after")
  }

  private func sum(_ before: String) -> Int { actions[before]?.values.reduce(0, +) ?? 0 }

  private func qualityChart() -> String {
    let shown = types.filter(\.isChanged).prefix(24)
    var svg = ""
    let left = 190.0
    let span = 260.0
    let gap = 60.0
    // From a round figure below the lowest, so that small changes can be seen.
    let least = shown.flatMap { [$0.recallBefore, $0.recallAfter, $0.precisionBefore, $0.precisionAfter] }
      .compactMap { $0.low ?? $0.value }.min() ?? 0
    let floor = max(0, min(0.9, (least * 10 - 0.01).rounded(.down) / 10))
    let step = (1 - floor) / 4
    for (number, title) in ["recall", "precision"].enumerated() {
      let x = left + Double(number) * (span + gap)
      svg += Self.label(title, x: x + span / 2, y: 12, anchor: "middle")
      for tick in 0...4 {
        let at = x + span * Double(tick) / 4
        svg += "<line x1=\(Self.number(at)) x2=\(Self.number(at)) y1=22 y2=\(28 + shown.count * 26) stroke=\"#ddd\"/>"
        svg += Self.label(Self.tick(floor + step * Double(tick)), x: at, y: Double(44 + shown.count * 26), anchor: "middle")
      }
    }
    for (row, quality) in shown.enumerated() {
      let y = 38.0 + Double(row) * 26
      svg += Self.label("\(quality.name) (\(quality.gold))", x: left - 14, y: y + 4, anchor: "end")
      for (number, pair) in [(quality.recallBefore, quality.recallAfter), (quality.precisionBefore, quality.precisionAfter)].enumerated() {
        let x = left + Double(number) * (span + gap)
        func at(_ share: Double) -> String { Self.number(x + span * max(0, (share - floor) / (1 - floor))) }
        guard let after = pair.1.value else { continue }
        if let low = pair.1.low, let high = pair.1.high {
          svg += "<line x1=\(at(low)) x2=\(at(high)) y1=\(y) y2=\(y) stroke=\"#7a8aa0\" stroke-width=2 />"
        }
        let title = "\(quality.name): \(Figure.percent(pair.0.value)) → \(Figure.percent(after))"
        if let before = pair.0.value {
          svg += "<circle cx=\(at(before)) cy=\(y) r=5 fill=\"#fff\" stroke=\"#234\" stroke-width=1.5><title>\(Self.escaped(title))</title></circle>"
        }
        let isWorse = (pair.0.value ?? 0) > after
        svg += "<circle cx=\(at(after)) cy=\(y) r=4.5 fill=\"\(isWorse ? "#c0392b" : "#1f5fa8")\"><title>\(Self.escaped(title))</title></circle>"
      }
    }
    return Self.svg(svg, width: left + 2 * span + gap + 30, height: Double(52 + shown.count * 26), name: "Recall and precision before and after")
  }

  private static func svg(_ content: String, width: Double, height: Double, name: String) -> String {
    "<svg role=img aria-label=\"\(name)\" viewBox=\"0 0 \(number(width)) \(number(height))\" width=\(number(width)) height=\(number(height))>\(content)</svg>"
  }

  private static func label(_ text: String, x: Double, y: Double, anchor: String) -> String {
    "<text x=\(number(x)) y=\(number(y)) text-anchor=\(anchor)>\(escaped(text))</text>"
  }

  /// A share as percent, with a decimal only where it has one.
  private static func tick(_ share: Double) -> String {
    let text = Figure.decimal(share * 100, places: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func number(_ value: Double) -> String { Figure.decimal(value, places: 1) }

  // MARK: Tables and examples

  private func table(_ rows: [Row]) -> String {
    let most = Double(max(1, rows.map { $0.gained + $0.lost }.max() ?? 1))
    var html = "<table><tr><th><th>flips<th>found now<th>no longer<th><th>right<th>wrong</tr>"
    for row in rows.prefix(40) {
      let gained = Double(row.gained) / most * 160
      let lost = Double(row.lost) / most * 160
      let bar = "<svg width=170 height=12 aria-hidden=true><rect x=0 y=1 width=\(Self.number(gained)) height=10 fill=\"#1f5fa8\"/>"
        + "<rect x=\(Self.number(gained)) y=1 width=\(Self.number(lost)) height=10 fill=\"#b0b8c4\"/></svg>"
      html += "<tr><td>\(Self.escaped(row.name))<td>\(row.flips)<td>\(row.gained)<td>\(row.lost)<td>\(bar)<td>\(row.right)<td>\(row.wrong)</tr>"
    }
    html += "</table>"
    if rows.count > 40 { html += "<p class=hint>and \(rows.count - 40) more</p>" }
    return html
  }

  private static func item(_ example: Example) -> String {
    func badge(_ action: String) -> String { "<span class=badge style=\"background:\(colors[action] ?? "#555")\">\(action)</span>" }
    var html = "<li class=\(example.way.rawValue)>\(badge(example.before)) → \(badge(example.after))"
    if let expected = example.expected { html += " <span class=hint>should be \(expected)</span>" }
    html += " <code>\(escaped(example.id))</code>"
    if let text = example.text { html += "<blockquote>\(escaped(printable(text)))</blockquote>" }
    html += "<ul>"
    for cause in example.causes.prefix(6) {
      let term = cause.term.map { " “\(escaped(printable($0)))”" } ?? ""
      html += "<li>\(cause.isNew ? "found now" : "no longer found"): \(cause.entity)\(term) <code>\(escaped(cause.rule))</code>"
    }
    return html + "</ul>"
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }

  private static let style = """
    :root{color-scheme:light;font:15px/1.5 system-ui,sans-serif;color:#1c2430}
    body{max-width:60rem;margin:2rem auto;padding:0 1.5rem}h1{margin:0 0 .5rem}h2{margin:2rem 0 .5rem;font-size:1.15rem}
    .sides{color:#4b5768}.lead{font-size:1.15rem;border-left:4px solid;padding:.4rem .8rem;background:#f5f7fa}
    .lead.bad{border-color:#c0392b}.lead.good{border-color:#3b8f5a}.hint{color:#5b6678;font-size:.9rem}
    svg{max-width:100%;height:auto}svg text{font:13px system-ui,sans-serif;fill:#1c2430}
    table{border-collapse:collapse}td,th{padding:.25rem .8rem;text-align:right;border-bottom:1px solid #e3e7ed}
    td:first-child{text-align:left}.badge{color:#fff;border-radius:3px;padding:.05rem .45rem;font-size:.85rem}
    blockquote{margin:.4rem 0;padding:.4rem .8rem;background:#f5f7fa;border-left:3px solid #cdd4de}
    ol>li{margin:0 0 1rem;padding-left:.5rem;border-left:3px solid #cdd4de}ol>li.wrong{border-color:#c0392b}
    ol>li.right{border-color:#3b8f5a}code{font-size:.85rem;color:#4b5768}ul{margin:.2rem 0}
    """
}
