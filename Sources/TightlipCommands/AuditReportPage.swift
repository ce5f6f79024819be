internal import Foundation
import TightlipCore
import TightlipStore

/// The report of an audit log as one HTML page: no script, nothing from elsewhere, fit to be printed
/// and filed.
struct AuditReportPage {
  private let report: AuditReport

  init(_ report: AuditReport) { self.report = report }

  var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>Tightlip audit report</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <main>
    <h1>Audit report</h1>
    \(facts)
    \(summary)
    \(section("By reason", "A message may have several reasons.", "Reason", AuditReport.ordered(report.reasons).map { ($0.name, $0.counts) }))
    \(section("By role of the sender", nil, "Role", AuditReport.ordered(report.roles).map { ($0.name, $0.counts) }))
    \(section("By purpose", nil, "Purpose", AuditReport.ordered(report.purposes).map { ($0.name, $0.counts) }))
    \(section("What patients said about texting", nil, "Wish", AuditReport.ordered(report.wishes).map { ($0.name, $0.counts) }))
    \(hours)
    \(section("By day", "Days are UTC.", "Day", report.days.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    \(events)
    </main>
    </body>
    </html>

    """
  }

  private var facts: String {
    let inspection = report.inspection
    let state = inspection.isWhole ? "whole" : "broken"
    var rows = [
      ("Log", Self.escape(report.path)),
      ("State", "<strong class=\"\(state)\">\(Self.escape(AuditReportText.state(inspection)))</strong>"),
    ]
    if let since = report.since { rows.append(("Since", since.text)) }
    if let first = report.first, let last = report.last {
      rows.append(("Records", "\(Self.escape(first)) to \(Self.escape(last))"))
    }
    if report.unrecorded > 0 {
      rows.append(("Without record", "<strong class=\"broken\">\(report.unrecorded) messages blocked</strong>"))
    }
    return "<dl>" + rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }.joined() + "</dl>"
  }

  private var summary: String {
    func card(_ name: String, _ counts: AuditReport.Counts) -> String {
      """
      <tr><th scope="row">\(name)</th><td>\(counts.passed)</td><td>\(counts.redacted)</td><td>\(counts.blocked)</td>\
      <td>\(counts.total)</td><td class="chart">\(Self.bar(counts, largest: max(1, report.total.total)))</td></tr>
      """
    }
    return """
      <section><h2>Decisions</h2>
      <p class="legend"><span class="pass"></span> pass <span class="redact"></span> redact <span class="block"></span> block</p>
      <table>\(Self.header("Messages"))<tbody>\(card("All", report.total))\(card("Outbound", report.outbound))\(card("Inbound", report.inbound))</tbody></table></section>
      """
  }

  private func section(_ title: String, _ note: String?, _ column: String, _ rows: [(String, AuditReport.Counts)]) -> String {
    guard !rows.isEmpty else { return "" }
    let largest = rows.map(\.1.total).max() ?? 1
    let body = rows.map { name, counts in
      """
      <tr><th scope="row">\(Self.escape(name))</th><td>\(counts.passed)</td><td>\(counts.redacted)</td><td>\(counts.blocked)</td>\
      <td>\(counts.total)</td><td class="chart">\(Self.bar(counts, largest: max(1, largest)))</td></tr>
      """
    }.joined()
    return "<section><h2>\(title)</h2>\(note.map { "<p>\($0)</p>" } ?? "")"
      + "<table>\(Self.header(column))<tbody>\(body)</tbody></table></section>"
  }

  private var hours: String {
    guard report.total.total > 0 else { return "" }
    let largest = max(1, report.hours.map(\.total).max() ?? 1)
    let columns = report.hours.enumerated().map { hour, counts in
      let parts = [("block", counts.blocked), ("redact", counts.redacted), ("pass", counts.passed)].map { name, count in
        "<i class=\"\(name)\" style=\"height:\(Self.percent(count, largest))%\"></i>"
      }.joined()
      let label = "\(AuditReportText.hour(hour)): \(counts.passed) pass, \(counts.redacted) redact, \(counts.blocked) block"
      return "<li title=\"\(label)\"><span class=\"stack\" role=\"img\" aria-label=\"\(label)\">\(parts)</span><b>\(hour)</b></li>"
    }.joined()
    return "<section><h2>By hour of the day</h2><p>Hours are UTC. The highest column is \(largest) messages.</p><ol class=\"hours\">\(columns)</ol></section>"
  }

  private var events: String {
    guard !report.events.isEmpty else { return "" }
    let rows = report.events.map { event in
      """
      <tr><th scope="row">\(Self.escape(event.at))</th><td class="word">\(Self.escape(AuditReportText.name(event)))</td>\
      <td class="word">\(Self.escape(event.by ?? ""))</td>\
      <td class="word">\(Self.escape(event.engine ?? ""))</td>\
      <td class="word">\(Self.escape(AuditReportText.short(event.pack, event.packHash)))</td>\
      <td class="word">\(Self.escape(AuditReportText.short(event.policy, event.policyHash)))</td>\
      <td>\(event.count.map(String.init) ?? "")</td></tr>
      """
    }.joined()
    return """
      <section><h2>Programs, packs, policies and halts</h2><p>Beside each name the beginning of its SHA-256.</p>
      <table><thead><tr><th scope="col">At (UTC)</th><th scope="col" class="word">Event</th><th scope="col" class="word">By</th><th scope="col" class="word">Engine</th>\
      <th scope="col" class="word">Pack</th><th scope="col" class="word">Policy</th><th scope="col">Count</th></tr></thead>\
      <tbody>\(rows)</tbody></table></section>
      """
  }

  private static func header(_ first: String) -> String {
    """
    <thead><tr><th scope="col">\(first)</th><th scope="col">Pass</th><th scope="col">Redact</th><th scope="col">Block</th>\
    <th scope="col">Total</th><th scope="col" class="chart"><span class="hidden">Share</span></th></tr></thead>
    """
  }

  private static func bar(_ counts: AuditReport.Counts, largest: Int) -> String {
    let parts = [("pass", counts.passed), ("redact", counts.redacted), ("block", counts.blocked)]
    return "<span class=\"bar\" aria-hidden=\"true\">"
      + parts.map { "<i class=\"\($0.0)\" style=\"width:\(percent($0.1, largest))%\"></i>" }.joined() + "</span>"
  }

  private static func percent(_ count: Int, _ whole: Int) -> String {
    let tenths = count * 1000 / whole
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func escape(_ text: String) -> String {
    var escaped = ""
    for character in TextTable.printable(text).unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  private static let style = """
    :root{color-scheme:light dark;--ink:#1b2430;--soft:#5b6673;--line:#d9dee4;--paper:#fff;--pass:#3d8f62;--redact:#d29a1e;--block:#c0443a}
    @media (prefers-color-scheme:dark){:root{--ink:#e8ecf0;--soft:#9aa6b2;--line:#36404b;--paper:#161b21}}
    *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
    main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem}h1{font-size:1.6rem;margin:0 0 1rem}h2{font-size:1.1rem;margin:2rem 0 .4rem}
    p{margin:.2rem 0 .6rem;color:var(--soft)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}
    dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}.whole{color:var(--pass)}.broken{color:var(--block)}
    table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right;font-variant-numeric:tabular-nums}
    th:first-child{text-align:left;padding-left:0}th{font-weight:500}thead th{color:var(--soft);font-size:.85rem}.word{text-align:left}
    tbody th{white-space:nowrap}.chart{width:35%;text-align:left}.bar{display:flex;height:.8rem}.bar i{display:block}.pass{background:var(--pass)}.redact{background:var(--redact)}.block{background:var(--block)}
    .legend span{display:inline-block;width:.8rem;height:.8rem;margin:0 .3rem 0 .9rem;vertical-align:-.1rem}.legend span:first-child{margin-left:0}
    .hours{display:flex;gap:.25rem;list-style:none;margin:0;padding:0;height:10rem}.hours li{flex:1;display:flex;flex-direction:column;text-align:center}
    .stack{flex:1;display:flex;flex-direction:column;justify-content:flex-end;border-bottom:1px solid var(--line)}.stack i{display:block}
    .hours b{font-weight:400;font-size:.75rem;color:var(--soft)}.hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
    @media print{main{padding:0}section{break-inside:avoid}*{print-color-adjust:exact}}
    """
}
