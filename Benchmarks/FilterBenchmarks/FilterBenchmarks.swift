import Benchmark
import Foundation
import Tightlip

/// One kind of message each, and the train split as texts and as requests. What the single stages cost, which no other package sees,
/// `tightlip bench --only stages` tells.
///
/// Each one says how many findings its messages have, and fails where they are others: a fast wrong answer is none. The
/// numbers change when detection does; the failure names the new one.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.cpuUser, .wallClock, .throughput, .instructions, .peakMemoryResident],
    warmupIterations: 2, maxDuration: .seconds(3), maxIterations: 2_000)
  // Built by the first benchmark that needs it, in its own process.
  let shared = SharedFilter()

  for kind in Kind.allCases {
    Benchmark("message: \(kind.rawValue)") { benchmark in
      let filter = try shared.filter()
      var scanner = Scanner(filter)
      var verdict = Verdict()
      var message = Message()
      message.text = Array(kind.text.utf8)
      scanner.scan(message, into: &verdict)
      try expect(verdict.findings.count, kind.findings, "\(kind)")
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations {
        for _ in 0..<1000 { scanner.scan(message, into: &verdict) }
      }
      benchmark.stopMeasurement()
      try expect(verdict.findings.count, kind.findings, "\(kind)")
    }
  }

  Benchmark("train split, texts to verdicts") { benchmark in
    let (filter, messages) = (try shared.filter(), try trainSplit())
    var scanner = Scanner(filter)
    var verdict = Verdict()
    var before = 0
    for message in messages {
      scanner.scan(message, into: &verdict)
      before += verdict.findings.count
    }
    guard before > messages.count / 2 else { throw Wrong(description: "\(before) findings in \(messages.count) messages are too few") }
    var findings = 0
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      findings = 0
      for message in messages {
        scanner.scan(message, into: &verdict)
        findings += verdict.findings.count
      }
    }
    benchmark.stopMeasurement()
    try expect(findings, before, "findings")
  }

  Benchmark("train split, requests to verdicts") { benchmark in
    let (filter, messages) = (try shared.filter(), try trainSplit())
    var requests: [UInt8] = []
    for message in messages {
      requests += try JSONEncoder().encode(["text": String(decoding: message.text, as: UTF8.self)]) + [10]
    }
    var scanner = try RequestScanner(filter)
    var answers: [UInt8] = []
    scanner.answer(lines: requests.span, to: &answers)
    let size = answers.count
    try expect(answers.count { $0 == 10 }, messages.count, "verdicts")
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      answers.removeAll(keepingCapacity: true)
      scanner.answer(lines: requests.span, to: &answers)
    }
    benchmark.stopMeasurement()
    try expect(answers.count, size, "bytes of verdicts")
  }

  Benchmark("compiling the shipped pack", configuration: .init(maxIterations: 10)) { benchmark in
    for _ in benchmark.scaledIterations { blackHole(try Filter(pack: Repository.pack)) }
  }
}

/// A message of each kind that takes another way through the filter.
enum Kind: String, CaseIterable {
  case nothing, reminder, identifiers, health, unicode, disguised, long

  var text: String {
    switch self {
    case .nothing: "Can you bring the blue folder when you come by later, thanks so much for all your help with this"
    case .reminder: "Hi Dana, your appointment with Dr. Haddad is Tuesday 3/14 at 2:30 pm. Reply C to confirm or call 303-555-0142."
    case .identifiers: "Dana Whitfield, SSN 219-09-9998, chart 00418823, member ID W123456789, card 4111 1111 1111 1111"
    case .health: "Your A1c came back at 9.1, please keep taking metformin and see us about the diabetes and the high blood pressure"
    case .unicode: "Hola Jos\u{E9}, su cita es el mi\u{E9}rcoles a las 3:30 \u{1F60A} \u{2013} traiga su tarjeta, por favor"
    case .disguised: "h e r  s s n  i s  2 1 9 - 0 9 - 9 9 9 8  and she has d.i.a.b.e.t.e.s"
    case .long: Array(repeating: Kind.nothing.text, count: 40).joined(separator: ". ") + ". " + Kind.identifiers.text
    }
  }

  var findings: Int { expected[rawValue] ?? -1 }
}

/// How many findings each kind of message has.
let expected: [String: Int] = [
  "nothing": 0, "reminder": 4, "identifiers": 5, "health": 5, "unicode": 2, "disguised": 4, "long": 5,
]

struct Wrong: Error, CustomStringConvertible { var description: String }

func expect(_ found: Int, _ expected: Int, _ what: String) throws {
  guard found == expected else { throw Wrong(description: "\(what): \(found), and \(expected) were expected") }
}

enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let pack = root.appending(path: "Lexicons").path()
}

/// One filter for all benchmarks of a process.
final class SharedFilter: @unchecked Sendable {
  // SAFETY: benchmarks run one after the other.
  private var built: Filter?

  func filter() throws -> Filter {
    if let built { return built }
    let filter = try Filter(pack: Repository.pack)
    built = filter
    return filter
  }
}

func trainSplit() throws -> [Message] {
  struct Row: Decodable { var text: String }
  let file = try String(contentsOf: Repository.root.appending(path: "Corpus/train.ndjson"), encoding: .utf8)
  return try file.split(separator: "\n").prefix(2000).map { line in
    var message = Message()
    message.text = Array(try JSONDecoder().decode(Row.self, from: Data(line.utf8)).text.utf8)
    return message
  }
}
