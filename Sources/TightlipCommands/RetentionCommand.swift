internal import ArgumentParser
import TightlipCore
import TightlipStore

struct RetentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention",
    abstract: "Removes records whose time is over.",
    discussion: """
      From the store: answered clocks from before, and contacts after eight days; consents stay, they \
      prove what was permitted. From the quarantine: files whose messages are all from before. The \
      audit log is a chain and stays whole; begin a new one, and file the old one away.
      """)

  @Option(help: ArgumentHelp("The practice's records.", valueName: "file"))
  var store: String?

  @Option(help: ArgumentHelp("The folder of the quarantine.", valueName: "dir"))
  var quarantine: String?

  @Option(help: ArgumentHelp("What is from before this time goes: 2026-01-01, a time with its offset, or 365d.", valueName: "time"))
  var before: String

  func run() throws {
    guard store != nil || quarantine != nil else {
      throw ConfigurationProblem("nothing to look through was named\n  to mend it: give --store, --quarantine or both")
    }
    let time = try AuditReportCommand.instant(before, option: "--before")
    if let store {
      let expired = try Ledger(store, .existing).expire(closedBefore: time, now: .now)
      try StandardStreams.print("\(store): removed \(expired.clocks) clocks and \(expired.contacts) contacts")
    }
    if let quarantine {
      let count = try QuarantineReader(folder: quarantine).expire(before: time)
      try StandardStreams.print("\(quarantine): removed \(count) files")
    }
  }
}
