internal import ArgumentParser
internal import Foundation
import TightlipCore
import TightlipStore

struct ClocksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clocks",
    abstract: "Shows which patients wait for an answer, and since when.",
    discussion: "A patient's message opens a clock, an answer that leaves closes it.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

  @OptionGroup var options: StoreOptions

  @Option(help: ArgumentHelp("Also those who were answered since then: 2026-11-01, a time with its offset, or 24h, 7d.", valueName: "time"))
  var since: String?

  @Option(help: "text, or ndjson for tools.")
  var format: Format = .text

  func run() throws {
    let now = Instant.now
    let clocks = try Ledger(options.store, .read).clocks(closedSince: try since.map { try AuditReportCommand.instant($0, option: "--since") })
    switch format {
    case .text:
      var table = TextTable(["thread", "patient", "since", "answered", "waited"], right: [4])
      for clock in clocks {
        let wait = (clock.closedAt ?? now).seconds - clock.openedAt.seconds
        table.add([
          clock.thread, clock.patient, clock.openedAt.text, clock.closedAt?.text ?? "", Self.duration(max(0, wait)),
        ])
      }
      try StandardStreams.print(clocks.isEmpty ? "nobody waits for an answer" : table.text)
    case .ndjson:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      for clock in clocks { try StandardStreams.write(Array(try encoder.encode(Line(clock, now))) + [10]) }
    }
  }

  /// "2d 3h 5m"
  static func duration(_ seconds: Int64) -> String {
    let parts = [("d", seconds / 86_400), ("h", seconds / 3600 % 24), ("m", seconds / 60 % 60)]
    let shown = parts.drop { $0.1 == 0 }.map { "\($0.1)\($0.0)" }
    return shown.isEmpty ? "0m" : shown.joined(separator: " ")
  }

  private struct Line: Encodable {
    var thread: String
    var patient: String
    var openedAt: String
    var closedAt: String?
    var waitedSeconds: Int64

    init(_ clock: ResponseClock, _ now: Instant) {
      thread = clock.thread
      patient = clock.patient
      openedAt = clock.openedAt.text
      closedAt = clock.closedAt?.text
      waitedSeconds = max(0, (clock.closedAt ?? now).seconds - clock.openedAt.seconds)
    }
  }
}
