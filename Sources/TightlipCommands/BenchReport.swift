internal import Foundation
import Tightlip
import TightlipTuning

/// What `tightlip bench` tells. No text of a message is in it.
struct BenchReport: Encodable {
  /// One message at a time through the program's standard input and output, in nanoseconds.
  struct ThroughPipe: Encodable {
    /// From the start of the program to its first verdict.
    var firstVerdict: CostReport.Spread
    var latency: CostReport.Latency
  }

  var machine: Machine
  var pack: String
  var policy: String
  var from: String
  var rounds: Int
  var cost: CostReport
  var pipe: ThroughPipe?

  /// For people.
  func table(top: Int) -> String {
    let messages = cost.messages
    let outcome = cost.outcome
    let count = Double(max(1, messages.count))
    var parts = [
      """
      \(machine.processor), \(machine.processors) processors, load \(machine.load)
      \(pack), policy \(policy), tightlip \(machine.version)
      \(messages.count) messages from \(from): \(figure(Double(messages.textBytes) / count, 0)) bytes of text on average, \
      \(figure(100 * Double(messages.nonASCII) / count, 1)) % not ASCII\(messages.unreadable > 0 ? ", \(messages.unreadable) that cannot be read" : "")
      \(outcome.pass) pass, \(outcome.redact) redact, \(outcome.block) block; \(outcome.findings) findings
      medians of \(rounds) rounds\(cost.stages == nil ? "" : "; for stages the fastest")
      """
    ]
    if !cost.throughput.isEmpty { parts.append(throughputTable) }
    if cost.latency != nil || pipe != nil { parts.append(latencyTable) }
    if let stages = cost.stages { parts.append(table(of: stages)) }
    if let rules = cost.rules { parts.append(table(of: rules, top)) }
    if let lists = cost.lists { parts.append(table(of: lists, top)) }
    return parts.joined(separator: "\n\n")
  }

  private var throughputTable: String {
    var table = TextTable(["workers", "messages/s", "least", "most", "MB/s", "ns of work a message", "times one worker"], right: Set(0...6))
    for row in cost.throughput {
      let rate = row.messagesPerSecond
      let alone = cost.throughput[0].messagesPerSecond.median
      table.add([
        "\(row.workers)", figure(rate.median, 0), figure(rate.minimum, 0), figure(rate.maximum, 0),
        figure(row.requestBytesPerSecond / 1e6, 1), figure(row.workPerMessage.median, 0),
        row.workers > 1 ? figure(rate.median / max(1, alone), 2) : "",
      ])
    }
    return "Throughput, requests to verdicts in memory\n" + table.text
  }

  private var latencyTable: String {
    var table = TextTable(["one message, µs", "median", "90 %", "99 %", "99.9 %", "most"], right: Set(1...5))
    func add(_ name: String, _ latency: CostReport.Latency?) {
      guard let latency else { return }
      table.add([name] + [latency.p50, latency.p90, latency.p99, latency.p999, latency.maximum].map { figure(Double($0) / 1000, 1) })
    }
    add("in memory", cost.latency)
    add("through a pipe", pipe?.latency)
    var text = "Latency\n" + table.text
    if let start = pipe?.firstVerdict {
      text += "\nfrom start to first verdict \(figure(start.median / 1e6, 1)) ms (\(figure(start.minimum / 1e6, 1))–\(figure(start.maximum / 1e6, 1)))"
    }
    return text
  }

  private func table(of stages: [CostReport.Stage]) -> String {
    var table = TextTable(["stage", "ns/message", "share"], right: [1, 2])
    for stage in stages { table.add([stage.name, figure(stage.perMessage, 0), figure(100 * stage.share, 1) + " %"]) }
    table.add(["together", figure(stages.reduce(0) { $0 + $1.perMessage }, 0), ""])
    return "Where the time goes\n" + table.text
  }

  private func table(of rules: [CostReport.Rule], _ top: Int) -> String {
    var table = TextTable(["ns/message", "tried on", "tries", "ns a try", "matches", "limits", "rules"], right: Set(0...5))
    for rule in rules.prefix(top) {
      table.add([
        figure(rule.perMessage, 1), figure(100 * rule.tried, 1) + " %", "\(rule.tries)", figure(rule.perTry, 0),
        "\(rule.matches)", rule.limitHits > 0 ? "\(rule.limitHits)" : "", rule.rules.joined(separator: ", "),
      ])
    }
    let all = rules.reduce(0) { $0 + $1.perMessage }
    return "Patterns, the dearest first: all \(rules.count) take \(figure(all, 0)) ns a message, beside finding their places\n" + table.text
  }

  private func table(of lists: [CostReport.List], _ top: Int) -> String {
    var table = TextTable(["ns/message", "terms", "hits", "list"], right: [0, 1, 2])
    for list in lists.prefix(top) { table.add([figure(list.perMessage, 1), "\(list.terms)", "\(list.hits)", list.file]) }
    return "Term lists, the dearest first, each looked up alone\n" + table.text
  }

  private func figure(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}

/// What the figures were measured on.
struct Machine: Encodable {
  var processor: String
  var processors: Int
  /// The machine's load over the last minute when measuring began: other work makes figures worse.
  var load: String
  var version: String

  static var current: Machine {
    let lines = ((try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "").split(separator: "\n")
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { $0.drop { $0 == " " } }
    let load = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8))?.split(separator: " ").first
    return Machine(
      processor: model.map(String.init) ?? "unknown processor", processors: ProcessInfo.processInfo.activeProcessorCount,
      load: load.map(String.init) ?? "unknown", version: TightlipVersion.number)
  }
}
