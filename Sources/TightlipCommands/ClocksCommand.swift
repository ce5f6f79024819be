internal import ArgumentParser
internal import Foundation
import Tightlip
import TightlipCore
import TightlipPolicy
import TightlipStore

struct ClocksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clocks",
    abstract: "Shows which patients wait for an answer, and since when; and with --policy, who waits too long.",
    discussion: """
      A patient's message opens a clock, an answer that leaves closes it. With --policy the wait is also counted in \
      the practice's business time and held against clocks.answerWithin: late is who waited longer, odd hour an \
      answer outside business hours. --late shows just those, and ends with exit code 1 where somebody waits too \
      long at this moment.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

  @OptionGroup var options: StoreOptions

  @Option(help: ArgumentHelp("Also those who were answered since then: 2026-11-01, a time with its offset, or 24h, 7d.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("The policy that says how long a patient may wait, and when the practice answers.", valueName: "file"))
  var policy: String?

  @Flag(help: "Only who waits, or waited, too long, and answers at odd hours. Needs --policy.")
  var late = false

  @Option(help: ArgumentHelp("Judge as of this time instead of now; for reports of the past.", valueName: "time"))
  var at: String?

  @Option(help: "text, or ndjson for tools.")
  var format: Format = .text

  func run() throws {
    let now = try at.map { try AuditReportCommand.instant($0, option: "--at") } ?? .now
    let judge = try policy.map { try ClockJudge(Filter.readPolicy($0), file: $0, now: now) }
    guard judge != nil || !late else {
      throw ConfigurationProblem("--late needs --policy, which says what is late\n  to mend it: add --policy FILE")
    }
    let since = try since.map { try AuditReportCommand.instant($0, option: "--since") }
    var lines = try Ledger(options.store, .read).clocks(closedSince: since).map { Line($0, now, judge) }
    if late { lines.removeAll { $0.late != true && $0.oddHour != true } }
    switch format {
    case .text: try StandardStreams.print(lines.isEmpty ? (late ? "nobody waits too long" : "nobody waits for an answer") : table(lines))
    case .ndjson:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      for line in lines { try StandardStreams.write(Array(try encoder.encode(line)) + [10]) }
    }
    if late, lines.contains(where: { $0.closedAt == nil && $0.late == true }) { throw ProblemsFound() }
  }

  private func table(_ lines: [Line]) -> String {
    let isJudged = policy != nil
    var table = TextTable(
      ["thread", "patient", "since", "answered", "waited"] + (isJudged ? ["business time", "found"] : []), right: [4, 5])
    for line in lines {
      var cells = [line.thread, line.patient, line.openedAt, line.closedAt ?? "", Self.duration(line.waitedSeconds)]
      if isJudged {
        cells.append(line.businessSeconds.map(Self.duration) ?? "")
        cells.append([line.late == true ? "late" : nil, line.oddHour == true ? "odd hour" : nil].compactMap(\.self).joined(separator: ", "))
      }
      table.add(cells)
    }
    return table.text
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
    var businessSeconds: Int64?
    var late: Bool?
    var oddHour: Bool?

    init(_ clock: ResponseClock, _ now: Instant, _ judge: ClockJudge?) {
      thread = clock.thread
      patient = clock.patient
      openedAt = clock.openedAt.text
      closedAt = clock.closedAt?.text
      waitedSeconds = max(0, (clock.closedAt ?? now).seconds - clock.openedAt.seconds)
      guard let judge else { return }
      businessSeconds = judge.businessSeconds(clock)
      late = judge.isLate(clock)
      oddHour = clock.closedAt.map { !judge.isBusinessTime($0) }
    }
  }
}

/// Judges waits as the filter does when the answer comes.
private final class ClockJudge {
  private let practice: PracticeClock
  private let limit: Int64
  private let now: Instant
  private var zones = ZoneClock()

  init(_ policy: Policy, file: String, now: Instant) throws {
    guard let minutes = policy.clocks.answerMinutes else {
      throw ConfigurationProblem(
        "\(file): says nothing of how long a patient may wait\n  to mend it: add clocks: { answerWithin: 120 }, in minutes of business time")
    }
    limit = Int64(minutes) * 60
    practice = PracticeClock(policy)
    self.now = now
  }

  /// Counted to the end, up to a year.
  func businessSeconds(_ clock: ResponseClock) -> Int64 {
    practice.businessSeconds(from: clock.openedAt, to: clock.closedAt ?? now, limit: 366 * 86_400, &zones)
  }

  func isLate(_ clock: ResponseClock) -> Bool {
    practice.businessSeconds(from: clock.openedAt, to: clock.closedAt ?? now, limit: limit, &zones) > limit
  }

  func isBusinessTime(_ time: Instant) -> Bool { practice.isBusinessTime(time, &zones) }
}
