internal import Foundation
package import TightlipCore

/// What an audit log says, counted.
package struct AuditReport: Sendable {
  /// Messages by what happened to them.
  package struct Counts: Sendable, Hashable {
    package var passed: Int
    package var redacted: Int
    package var blocked: Int

    package var total: Int { passed + redacted + blocked }

    package init(passed: Int = 0, redacted: Int = 0, blocked: Int = 0) {
      self.passed = passed
      self.redacted = redacted
      self.blocked = blocked
    }

    mutating func add(_ action: String) {
      switch action {
      case "pass": passed += 1
      case "redact": redacted += 1
      default: blocked += 1
      }
    }
  }

  /// Where the log stands.
  package var path: String
  /// Records before this instant are left out.
  package var since: Instant?
  package var total = Counts()
  package var outbound = Counts()
  package var inbound = Counts()
  /// How often each reason was given, by its code; errors of requests among them.
  package var reasons: [String: Counts] = [:]
  package var roles: [String: Counts] = [:]
  package var purposes: [String: Counts] = [:]
  /// What patients said about texting: `opt-out`, `opt-in`, `doubtful`; and `… (not recorded)`.
  package var wishes: [String: Counts] = [:]
  /// By hour of the day, UTC.
  package var hours = Array(repeating: Counts(), count: 24)
  /// By day, UTC: `YYYY-MM-DD`.
  package var days: [String: Counts] = [:]
  /// What happened beside messages, the last hundred.
  package var events: [AuditEvent] = []
  /// Messages blocked because no record could be written.
  package var unrecorded = 0
  package var first: String?
  package var last: String?
  package var inspection = AuditInspection()

  private struct Record: Decodable {
    var at: String
    var event: AuditEvent.Kind?
    var action: String?
    var direction: String?
    var role: String?
    var purpose: String?
    var error: String?
    var optOut: String?
    var recorded: Bool?
    var block: [String]?
    var redact: [String]?
    var warning: [String]?
  }

  /// Counts what a log holds.
  ///
  /// Only records whose block is whole are counted.
  ///
  /// - Throws: ``RecordsError`` where the log cannot be read.
  package init(of path: String, since: Instant?, key: RecordsKey?) throws {
    self.path = path
    self.since = since
    let from = since?.text ?? ""
    var report = self
    let decoder = JSONDecoder()
    let inspection = try AuditVerifier(key: key).inspect(path) { _, line in
      let bytes = Data(line)
      guard let record = try? decoder.decode(Record.self, from: bytes), record.at >= from else { return }
      if report.first.map({ record.at < $0 }) ?? true { report.first = record.at }
      if report.last.map({ record.at > $0 }) ?? true { report.last = record.at }
      if record.event != nil {
        if let event = try? decoder.decode(AuditEvent.self, from: bytes) { report.add(event) }
      } else {
        report.add(record)
      }
    }
    report.inspection = inspection
    self = report
  }

  private mutating func add(_ event: AuditEvent) {
    if event.event == .interrupted { unrecorded += event.count ?? 0 }
    if events.count == 100 { events.removeFirst() }
    events.append(event)
  }

  private mutating func add(_ record: Record) {
    let action = record.action ?? "block"
    total.add(action)
    if record.direction == "inbound" { inbound.add(action) } else { outbound.add(action) }
    var codes = Set((record.block ?? []) + (record.redact ?? []) + (record.warning ?? []))
    if let error = record.error { codes.insert(error) }
    for code in codes { reasons[code, default: Counts()].add(action) }
    let nobody = record.error != nil ? "unreadable" : record.direction == "inbound" ? "patient" : "none given"
    roles[record.role ?? nobody, default: Counts()].add(action)
    if let purpose = record.purpose { purposes[purpose, default: Counts()].add(action) }
    if let wish = record.optOut {
      wishes[record.recorded == true || wish == "doubtful" ? wish : wish + " (not recorded)", default: Counts()].add(action)
    }
    // 2026-11-22T14:03:00Z
    days[String(record.at.prefix(10)), default: Counts()].add(action)
    if let hour = Int(record.at.dropFirst(11).prefix(2)), hours.indices.contains(hour) { hours[hour].add(action) }
  }

  /// The entries of a table, the most frequent first.
  package static func ordered(_ table: [String: Counts]) -> [(name: String, counts: Counts)] {
    table.map { (name: $0.key, counts: $0.value) }
      .sorted { ($1.counts.total, $0.name) < ($0.counts.total, $1.name) }
  }
}
