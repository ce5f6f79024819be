internal import ArgumentParser
internal import Foundation
import Tightlip
import TightlipCore
import TightlipRules
import TightlipTuning

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures throughput, latency, and what each stage, rule and term list costs on this machine.",
    discussion: """
      Without messages the train split beside the pack is measured with, or, where that is not there, the \
      examples of the pack's rules; your own tell more. Pin the program to one processor for figures that \
      repeat: taskset -c 1 tightlip bench. With --jobs 2 leave it two. No text of a message is shown.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }
  enum Part: String, ExpressibleByArgument, CaseIterable { case throughput, latency, pipe, stages, rules, lists }

  @Argument(help: ArgumentHelp("Messages: requests, one JSON object a line, as filter reads them.", valueName: "file"))
  var files: [String] = []

  @OptionGroup var setup: SetupOptions

  @Option(help: ArgumentHelp("Measure with so many messages; of more, so many are drawn.", valueName: "n"))
  var messages = 20_000

  @Option(help: ArgumentHelp("Measure everything so often, and tell the median (of stages the least).", valueName: "n"))
  var rounds = 5

  @Option(help: ArgumentHelp("Also measure with so many workers at once.", valueName: "n"))
  var jobs = 1

  @Option(help: ArgumentHelp("Write so many messages through a pipe, one at a time.", valueName: "n"))
  var exchanges = 10_000

  @Option(help: ArgumentHelp("Measure only this; may be repeated: throughput, latency, pipe, stages, rules or lists.", valueName: "part"))
  var only: [Part] = []

  @Option(help: ArgumentHelp("Show so many of the dearest rules and lists; 0 for all. JSON has all.", valueName: "n"))
  var top = 15

  @Option(help: "table, or json for tools.")
  var format: Format = .table

  func validate() throws {
    guard messages > 0, rounds > 0, exchanges > 0, top >= 0 else {
      throw ValidationError("--messages, --rounds and --exchanges are above 0")
    }
    guard (1...256).contains(jobs) else { throw ValidationError("--jobs is from 1 to 256") }
  }

  func run() throws {
    let source = try setup.makeSource()
    let loaded = try source.build()
    let sources = TuningSources(pack: source.pack, overlays: source.overlays)
    let (measured, origin) = try read(source, sources)
    guard !measured.lines.isEmpty else {
      throw ConfigurationProblem("there is no message to measure with\n  to mend it: name a file of requests, one JSON object a line")
    }
    let parts = Set(only.isEmpty ? Part.allCases : only)
    let trial = CostTrial(loaded.filter, measured, rounds: rounds)
    var report = BenchReport(machine: Machine.current, pack: loaded.packIdentity, policy: loaded.policyIdentity, from: origin, rounds: rounds, cost: try trial.begin())
    if parts.contains(.throughput) {
      report.cost.throughput = [try trial.throughput(workers: 1)]
      if jobs > 1 { report.cost.throughput.append(try trial.throughput(workers: jobs)) }
    }
    if parts.contains(.latency) { report.cost.latency = try trial.latency() }
    if parts.contains(.pipe) { report.pipe = try throughPipe(source, measured) }
    if parts.contains(.stages) { report.cost.stages = try trial.stages() }
    if parts.contains(.rules) { report.cost.rules = trial.rules() }
    if parts.contains(.lists) { report.cost.lists = try trial.lists(sources) }
    switch format {
    case .table: try StandardStreams.print(report.table(top: top == 0 ? .max : top))
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try StandardStreams.write(Array(try encoder.encode(report)) + [UInt8(ascii: "\n")])
    }
  }

  /// The messages, and where they come from.
  private func read(_ source: FilterSource, _ sources: TuningSources) throws -> (MeasuredMessages, String) {
    if !files.isEmpty { return (try MeasuredMessages(files: files, most: messages), files.joined(separator: ", ")) }
    let corpus = source.pack + "/../Corpus/train.ndjson"
    var texts: [[UInt8]] = []
    if SourceFile.exists(corpus) {
      try MessageStream.forEach(in: corpus) { message, _, _ in texts.append(message.text) }
      return (try MeasuredMessages(texts: texts, most: messages), "the train split")
    }
    for layer in sources.layers {
      for rule in layer.rules { texts += (rule.examples + rule.counterexamples).map { Array($0.text.utf8) } }
    }
    return (try MeasuredMessages(texts: texts, most: messages), "the examples of the pack's rules")
  }

  private func throughPipe(_ source: FilterSource, _ measured: MeasuredMessages) throws -> BenchReport.ThroughPipe {
    var arguments = ["--pack", source.pack]
    for overlay in source.overlays { arguments += ["--overlay", overlay] }
    if let policy = source.policy { arguments += ["--policy", policy] }
    if let key = setup.hashKeyFile { arguments += ["--hash-key-file", key] }
    if let halt = source.haltFile { arguments += ["--halt-file", halt] }
    var starts: [Double] = []
    for _ in 0..<rounds {
      var trial = try PipeTrial(arguments)
      defer { trial.end() }
      starts.append(Double(try trial.coldStart(measured.storage[measured.lines[0]])))
    }
    var trial = try PipeTrial(arguments)
    defer { trial.end() }
    return BenchReport.ThroughPipe(
      firstVerdict: CostReport.Spread(starts), latency: try trial.latency(measured, count: exchanges))
  }
}
