internal import Foundation
import TightlipCore
import TightlipStore

/// The report of an audit log for a terminal.
struct AuditReportText {
  private let report: AuditReport

  init(_ report: AuditReport) { self.report = report }

  var text: String {
    var parts = [heading]
    parts.append(table("", [("all", report.total), ("outbound", report.outbound), ("inbound", report.inbound)]))
    parts.append(table("reason", AuditReport.ordered(report.reasons).map { ($0.name, $0.counts) }))
    parts.append(table("role", AuditReport.ordered(report.roles).map { ($0.name, $0.counts) }))
    parts.append(table("purpose", AuditReport.ordered(report.purposes).map { ($0.name, $0.counts) }))
    parts.append(table("about texting", AuditReport.ordered(report.wishes).map { ($0.name, $0.counts) }))
    let hours = report.hours.enumerated().filter { $0.element.total > 0 }
    parts.append(table("hour (UTC)", hours.map { (Self.hour($0.offset), $0.element) }))
    parts.append(table("day (UTC)", report.days.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    if !report.events.isEmpty {
      var table = TextTable(["at", "event", "by", "engine", "pack", "policy", "count"], right: [6])
      for event in report.events.suffix(20) {
        table.add([
          event.at, Self.name(event), event.by ?? "", event.engine ?? "", Self.short(event.pack, event.packHash),
          Self.short(event.policy, event.policyHash), event.count.map(String.init) ?? "",
        ])
      }
      parts.append(table.text)
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var heading: String {
    var lines = ["\(report.path): \(Self.state(report.inspection))"]
    if let since = report.since { lines.append("since \(since.text)") }
    if let first = report.first, let last = report.last { lines.append("records from \(first) to \(last)") }
    if report.unrecorded > 0 { lines.append("\(report.unrecorded) messages were blocked because no record could be written") }
    return lines.joined(separator: "\n")
  }

  private func table(_ name: String, _ rows: [(String, AuditReport.Counts)]) -> String {
    guard !rows.isEmpty else { return "" }
    var table = TextTable([name.isEmpty ? "messages" : name, "pass", "redact", "block", "total"], right: [1, 2, 3, 4])
    for (label, counts) in rows {
      table.add([label, String(counts.passed), String(counts.redacted), String(counts.blocked), String(counts.total)])
    }
    return table.text
  }

  /// "consent: revoked (9ad30ff1)", with the beginning of the patient's hash.
  static func name(_ event: AuditEvent) -> String {
    var name = event.event.rawValue
    if let consent = event.consent { name += ": " + consent }
    if let patient = event.patient { name += " (\(patient.prefix(8)))" }
    return name
  }

  static func hour(_ hour: Int) -> String { hour < 10 ? "0\(hour):00" : "\(hour):00" }

  static func state(_ inspection: AuditInspection) -> String {
    if let found = inspection.firstBreak { return "BROKEN behind record \(found.after): \(found.message)" }
    return "whole, \(inspection.records) records"
      + (inspection.isAuthenticated ? "" : " (who sealed them was not checked)")
  }

  /// "default 1 (1f0c9a2b)"
  static func short(_ name: String?, _ hash: String?) -> String {
    guard let name else { return "" }
    return hash.map { "\(name) (\($0.prefix(8)))" } ?? name
  }
}

/// The report as JSON.
struct AuditReportRecord: Encodable {
  struct Counts: Encodable {
    var pass: Int
    var redact: Int
    var block: Int
    var total: Int

    init(_ counts: AuditReport.Counts) {
      pass = counts.passed
      redact = counts.redacted
      block = counts.blocked
      total = counts.total
    }
  }

  var log: String
  var isWhole: Bool
  var isAuthenticated: Bool
  var records: Int
  var brokenBehindRecord: Int?
  var problem: String?
  var since: String?
  var first: String?
  var last: String?
  var unrecorded: Int
  var all: Counts
  var outbound: Counts
  var inbound: Counts
  var reasons: [String: Counts]
  var roles: [String: Counts]
  var purposes: [String: Counts]
  var aboutTexting: [String: Counts]
  var hours: [Counts]
  var days: [String: Counts]
  var events: [AuditEvent]

  init(_ report: AuditReport) {
    log = report.path
    isWhole = report.inspection.isWhole
    isAuthenticated = report.inspection.isAuthenticated
    records = report.inspection.records
    brokenBehindRecord = report.inspection.firstBreak?.after
    problem = report.inspection.firstBreak?.message
    since = report.since?.text
    first = report.first
    last = report.last
    unrecorded = report.unrecorded
    all = Counts(report.total)
    outbound = Counts(report.outbound)
    inbound = Counts(report.inbound)
    reasons = report.reasons.mapValues(Counts.init)
    roles = report.roles.mapValues(Counts.init)
    purposes = report.purposes.mapValues(Counts.init)
    aboutTexting = report.wishes.mapValues(Counts.init)
    hours = report.hours.map(Counts.init)
    days = report.days.mapValues(Counts.init)
    events = report.events
  }
}
