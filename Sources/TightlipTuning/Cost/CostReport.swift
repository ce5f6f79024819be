/// What a filter costs on a machine: what `tightlip bench` tells. Times are in nanoseconds unless they say otherwise.
package struct CostReport: Encodable, Sendable {
  /// Several measurements of one thing.
  package struct Spread: Encodable, Sendable {
    package var minimum: Double
    package var median: Double
    package var maximum: Double

    /// - Parameter values: At least one.
    package init(_ values: [Double]) {
      let sorted = values.sorted()
      minimum = sorted.first ?? 0
      maximum = sorted.last ?? 0
      median = sorted.isEmpty ? 0 : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
  }

  /// The messages that were measured with.
  package struct Messages: Encodable, Sendable {
    package var count: Int
    /// Lines that are no requests, and were answered with an error.
    package var unreadable: Int
    package var textBytes: Int
    package var requestBytes: Int
    package var nonASCII: Int
  }

  /// What came out. Two runs that are to be compared must agree in it.
  package struct Outcome: Encodable, Sendable, Equatable {
    package var pass = 0
    package var redact = 0
    package var block = 0
    package var findings = 0
    package init() {}
  }

  /// Requests in, verdicts out, in memory.
  package struct Throughput: Encodable, Sendable {
    package var workers: Int
    package var messagesPerSecond: Spread
    package var requestBytesPerSecond: Double
    /// Processor time of all workers: what other programs on the machine do does not count.
    package var workPerMessage: Spread
  }

  /// From a request to its verdict, one message at a time, in nanoseconds.
  package struct Latency: Encodable, Sendable {
    package var count: Int
    package var p50: UInt64
    package var p90: UInt64
    package var p99: UInt64
    package var p999: UInt64
    package var maximum: UInt64
  }

  /// One stage's part of the time a message takes.
  package struct Stage: Encodable, Sendable {
    package var name: String
    package var perMessage: Double
    /// Of the whole, 0…1.
    package var share: Double
  }

  /// A pattern and the rules that share it.
  package struct Rule: Encodable, Sendable {
    package var rules: [String]
    /// Spread over all messages.
    package var perMessage: Double
    /// Of the messages, those on which it is tried, 0…1.
    package var tried: Double
    /// What one try at one place takes.
    package var perTry: Double
    /// At how many places of all messages it is tried.
    package var tries: Int
    package var matches: Int
    /// On how many messages a limit was hit.
    package var limitHits: Int
  }

  /// A term list.
  package struct List: Encodable, Sendable {
    package var file: String
    package var terms: Int
    package var hits: Int
    /// What looking words up takes with this list alone, beyond splitting the text into words.
    package var perMessage: Double
  }

  package var messages: Messages
  package var outcome: Outcome
  package var throughput: [Throughput] = []
  package var latency: Latency?
  package var stages: [Stage]?
  package var rules: [Rule]?
  package var lists: [List]?
}
