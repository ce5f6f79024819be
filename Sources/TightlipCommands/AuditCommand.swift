internal import ArgumentParser
internal import Foundation
internal import Glibc
import TightlipCore
import TightlipStore

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Verifies and counts the log of decisions.",
    subcommands: [AuditVerifyCommand.self, AuditReportCommand.self, AuditCheckpointCommand.self])
}

struct AuditVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Says whether the log is as it was written, and where it is not.",
    discussion: """
      Exit code 0 when it is whole, 1 when it was changed, cut or replaced, 2 when it could not be \
      read. That the end was cut off, or an old copy put back, only a checkpoint from elsewhere shows.
      """)

  @Option(help: ArgumentHelp("The audit key; with it, who made the seals is checked too.", valueName: "file"))
  var auditKeyFile: String?

  @Option(help: ArgumentHelp("Checkpoints that were kept elsewhere; may be repeated.", valueName: "file"))
  var checkpoint: [String] = []

  @Argument(help: ArgumentHelp("The audit log.", valueName: "log"))
  var log: String

  func run() throws {
    let key = try auditKeyFile.map { try RecordsKey(file: $0) }
    let checkpoints = try checkpoint.flatMap { try AuditCheckpoint.read($0) }
    let result: AuditInspection
    do {
      result = try AuditVerifier(key: key, checkpoints: checkpoints).inspect(log)
    } catch let error as RecordsError {
      // What could not be looked at is neither whole nor broken.
      throw ConfigurationProblem(error.description)
    }
    var lines: [String] = []
    if let found = result.firstBreak {
      lines.append("\(log): BROKEN at byte \(found.offset), behind record \(found.after): \(found.message)")
      lines.append("\(log): \(result.records) records in \(result.blocks) blocks before it are whole")
    } else {
      lines.append(
        "\(log): whole: \(result.records) records in \(result.blocks) blocks"
          + (result.isAuthenticated ? ", sealed with this audit key" : "; who sealed them was not checked (--audit-key-file)"))
    }
    for missing in result.missing {
      lines.append(
        "\(log): CUT OR REPLACED: it once had \(missing.records) records, and this is not the log that had them")
    }
    for remnant in result.remnants {
      lines.append("\(log): at byte \(remnant.offset): \(remnant.bytes) bytes of an interrupted write, sealed later; no verdict left for them")
    }
    if result.isWhole, !checkpoints.isEmpty { lines.append("\(log): holds all \(checkpoints.count) checkpoints") }
    try StandardStreams.print(lines.joined(separator: "\n"))
    if !result.isWhole { throw ProblemsFound() }
  }
}

struct AuditCheckpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "Prints the log's last seal, to be kept where nobody can change it.",
    discussion: "Verifies the log first; prints nothing and ends with 1 where it is not whole.")

  @Option(help: ArgumentHelp("The audit key.", valueName: "file"))
  var auditKeyFile: String?

  @Argument(help: ArgumentHelp("The audit log.", valueName: "log"))
  var log: String

  func run() throws {
    let key = try auditKeyFile.map { try RecordsKey(file: $0) }
    let result = try AuditVerifier(key: key).inspect(log)
    guard result.isWhole, let head = result.head else {
      try StandardStreams.print("\(log): is not whole; see tightlip audit verify", to: STDERR_FILENO)
      throw ProblemsFound()
    }
    try StandardStreams.print(AuditCheckpoint(head).line)
  }
}

struct AuditReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Counts decisions by reason, role, purpose, hour and day.",
    discussion: "Counts what is whole. Exit code 1 where the log is not, with the report of what comes before.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, html, json }

  @Option(help: ArgumentHelp("Leave out what is older: 2026-11-01, a time with its offset, or 24h, 7d.", valueName: "time"))
  var since: String?

  @Option(help: "text, html (one file that needs no other), or json.")
  var format: Format = .text

  @Option(help: ArgumentHelp("The audit key.", valueName: "file"))
  var auditKeyFile: String?

  @Argument(help: ArgumentHelp("The audit log.", valueName: "log"))
  var log: String

  func run() throws {
    let key = try auditKeyFile.map { try RecordsKey(file: $0) }
    let report: AuditReport
    do {
      report = try AuditReport(of: log, since: try since.map { try Self.instant($0, option: "--since") }, key: key)
    } catch let error as RecordsError {
      throw ConfigurationProblem(error.description)
    }
    switch format {
    case .text: try StandardStreams.print(AuditReportText(report).text)
    case .html: try StandardStreams.write(Array(AuditReportPage(report).html.utf8))
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try StandardStreams.write(Array(try encoder.encode(AuditReportRecord(report))) + [10])
    }
    if !report.inspection.isWhole { throw ProblemsFound() }
  }

  /// The instant that a person named.
  static func instant(_ text: String, option: String) throws -> Instant {
    if let instant = Instant(text: text) { return instant }
    if let day = Expiry(text: text), case .endOfDay(let calendarDay) = day {
      return Instant(seconds: Int64(calendarDay.number) * 86_400)
    }
    let units: [Character: Int64] = ["m": 60, "h": 3600, "d": 86_400]
    if let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), (0...100_000).contains(count) {
      return Instant.now.adding(seconds: -count * unit)
    }
    throw ConfigurationProblem("\(option) is no time: \(text)\n  to mend it: write 2026-11-01, 2026-11-01T08:00:00-07:00, 24h or 7d")
  }
}
