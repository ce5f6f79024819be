package import Tightlip
import TightlipCoding
import TightlipCore

extension CostTrial {
  /// Where the time of a message goes.
  ///
  /// Each stage is what a pass over all messages takes through it, less the pass through the stage before;
  /// no clock is read between stages, which would cost more than some of them. Passes take turns, so that
  /// what the machine does meanwhile falls on all of them, and the fastest of each counts: a difference of
  /// two medians would hold the noise of both.
  package func stages() throws(FilterError) -> [CostReport.Stage] {
    var probe = CostProbe(filter)
    var scanner = try RequestScanner(filter)
    var reader = RequestReader(options: RequestOptions(maxBytes: scanner.maximumBytes))
    var message = Message()
    var answers: [UInt8] = []
    let stages = CostProbe.Stage.allCases
    var reading: [Double] = []
    var through = stages.map { _ in [Double]() }
    var whole: [Double] = []
    var twice: [Double] = []
    var answering: [Double] = []
    var done = 0
    for _ in 0..<rounds {
      reading.append(
        timed {
          for range in measured.lines { try? reader.read(range, of: measured.storage.span, into: &message) }
        })
      for (number, stage) in stages.enumerated() {
        through[number].append(timed { for message in measured.messages { done &+= probe.run(message, through: stage) } })
      }
      whole.append(timed { for message in measured.messages { done &+= probe.scan(message) } })
      twice.append(timed { for message in measured.messages { done &+= probe.scan(message, isReadAgain: true) } })
      answering.append(
        timed {
          answers.removeAll(keepingCapacity: true)
          scanner.answer(lines: measured.storage.span.extracting(0..<measured.requestBytes), to: &answers)
        })
    }
    // Nothing was found in nothing; and no pass may be left out by the compiler.
    guard done > 0 || measured.messages.isEmpty else { return [] }
    let total = least(answering)
    let again = max(0, least(twice) - least(whole))
    var parts: [(String, Double)] = [("reading requests (JSON)", least(reading))]
    var before = 0.0
    for (number, stage) in stages.enumerated() {
      let now = least(through[number])
      parts.append((name(stage), now - before))
      before = now
    }
    parts.append(("looking for disguises", again))
    parts.append(("resolving, risk, policy, redaction", least(whole) - before - again))
    parts.append(("writing verdicts (JSON)", total - least(whole) - least(reading)))
    let count = Double(max(1, measured.lines.count))
    return parts.map { name, time in
      CostReport.Stage(name: name, perMessage: max(0, time) / count, share: total > 0 ? max(0, time) / total : 0)
    }
  }

  private func name(_ stage: CostProbe.Stage) -> String {
    switch stage {
    case .folding: "folding (Unicode)"
    case .lexicon: "words and terms"
    case .patterns: "patterns"
    case .recognition: "names, places, health, topics"
    case .tagging: "tagger"
    }
  }

  private func least(_ values: [Double]) -> Double { values.min() ?? 0 }
}

/// The nanoseconds of work that something takes.
func timed(_ body: () -> Void) -> Double {
  let start = Stopwatch.work()
  body()
  return Double(Stopwatch.work() - start)
}
