internal import Dispatch
internal import Histogram
package import Tightlip
import TightlipCoding
import TightlipCore

/// Measures a filter on messages.
package struct CostTrial: Sendable {
  package let filter: Filter
  package let measured: MeasuredMessages
  /// How often each thing is measured; medians are reported.
  package let rounds: Int

  /// - Parameter rounds: At least 1.
  package init(_ filter: Filter, _ measured: MeasuredMessages, rounds: Int) {
    self.filter = filter
    self.measured = measured
    self.rounds = max(1, rounds)
  }

  /// The messages and what comes out of them, and nothing measured yet. Warms up caches.
  package func begin() throws(FilterError) -> CostReport {
    var scanner = try RequestScanner(filter)
    var outcome = CostReport.Outcome()
    var answer: [UInt8] = []
    for range in measured.lines {
      answer.removeAll(keepingCapacity: true)
      scanner.answer(request: measured.storage.span.extracting(range), to: &answer)
      switch scanner.verdict.action {
      case .pass: outcome.pass += 1
      case .redact: outcome.redact += 1
      case .block: outcome.block += 1
      }
      outcome.findings += scanner.verdict.findings.count
    }
    return CostReport(messages: measured.summary, outcome: outcome)
  }

  /// How many messages are answered in a second, by one worker or several at once, each with an equal part.
  package func throughput(workers: Int) throws(FilterError) -> CostReport.Throughput {
    let size = measured.requestBytes
    let ends = (0...workers).map { worker in
      let line = measured.lines.count * worker / workers
      return line < measured.lines.count ? measured.lines[line].lowerBound : size
    }
    let options = RequestScanner.Options()
    // What is wrong with the options shows before workers are started.
    _ = try RequestScanner(filter, options: options)
    let count = Double(max(1, measured.lines.count))
    var rates: [Double] = []
    var work: [Double] = []
    for _ in 0..<rounds {
      let start = Stopwatch.wall()
      let before = Stopwatch.workOfAll()
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        guard var scanner = try? RequestScanner(filter, options: options) else { return }
        var answers: [UInt8] = []
        let part = measured.storage.span.extracting(ends[worker]..<ends[worker + 1])
        var begin = 0
        while let (line, next) = FramedLine.next(in: part, from: begin, maxBytes: scanner.maximumBytes) {
          scanner.answer(line, in: part, to: &answers)
          // As much as the program writes at once.
          if answers.count >= 256 << 10 { answers.removeAll(keepingCapacity: true) }
          begin = next
        }
      }
      work.append(Double(Stopwatch.workOfAll() - before) / count)
      rates.append(count * 1e9 / Double(max(1, Stopwatch.wall() - start)))
    }
    let spread = CostReport.Spread(rates)
    return CostReport.Throughput(
      workers: workers, messagesPerSecond: spread,
      requestBytesPerSecond: spread.median * Double(size) / count, workPerMessage: CostReport.Spread(work))
  }

  /// How long one message takes, from the request's bytes to the verdict's, in memory.
  package func latency() throws(FilterError) -> CostReport.Latency {
    var scanner = try RequestScanner(filter)
    var recorder = LatencyRecorder()
    var answer: [UInt8] = []
    for _ in 0..<rounds {
      for range in measured.lines {
        answer.removeAll(keepingCapacity: true)
        let start = Stopwatch.wall()
        scanner.answer(request: measured.storage.span.extracting(range), to: &answer)
        recorder.record(Stopwatch.wall() - start)
      }
    }
    return recorder.latency
  }
}

/// Gathers times of single messages; holds as much memory for a million as for one.
package struct LatencyRecorder {
  /// To a minute, with three digits.
  private var histogram = Histogram<UInt64>(
    highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: .three)

  package init() {}

  /// - Parameter nanoseconds: What is longer than a minute counts as one.
  package mutating func record(_ nanoseconds: UInt64) { histogram.record(min(nanoseconds, 60_000_000_000)) }

  package var latency: CostReport.Latency {
    CostReport.Latency(
      count: Int(histogram.totalCount), p50: histogram.valueAtPercentile(50), p90: histogram.valueAtPercentile(90),
      p99: histogram.valueAtPercentile(99), p999: histogram.valueAtPercentile(99.9), maximum: histogram.max)
  }
}
