internal import ArgumentParser
import Tightlip
import TightlipCore
import TightlipStore

/// Where a command that changes what a filter does writes that it did.
struct AuditTrailOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The log of decisions, in which this change is noted too. Needs --audit-key-file.", valueName: "log"))
  var audit: String?

  @Option(help: ArgumentHelp("The file of the audit key.", valueName: "file"))
  var auditKeyFile: String?

  /// The trail of a command; nil where none is asked for.
  ///
  /// - Parameter command: the command's name, for the log.
  func open(_ command: String) throws -> AuditTrail? {
    guard (audit == nil) == (auditKeyFile == nil) else {
      throw ConfigurationProblem("--audit and --audit-key-file belong together\n  to mend it: give both, or none")
    }
    guard let audit, let auditKeyFile else { return nil }
    return try AuditTrail(audit, key: try RecordsKey(file: auditKeyFile), command: command)
  }
}

/// Writes what a command did into the audit log, beside the filters that write to it.
final class AuditTrail {
  private let records: Records
  private let key: RecordsKey
  private let command: String

  init(_ path: String, key: RecordsKey, command: String) throws {
    self.key = key
    self.command = command
    var opened = AuditEvent(.opened, at: .now)
    opened.by = command
    opened.engine = TightlipVersion.number
    records = try Records(ledger: nil, log: try AuditLog(path, key: key), quarantine: nil, judges: opened)
  }

  /// Writes an event, and returns when it is on the disk.
  func note(_ kind: AuditEvent.Kind, _ change: (inout AuditEvent) -> Void = { _ in }) throws {
    var event = AuditEvent(kind, at: .now)
    event.by = command
    change(&event)
    try records.write(event)
  }

  /// The hash under which the log knows a patient.
  func hash(ofPatient id: String) -> String {
    String(decoding: key.digest(of: Array(id.utf8), .patient), as: UTF8.self)
  }
}
