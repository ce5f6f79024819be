import Tightlip
import TightlipCore
import TightlipPatterns

extension CostTrial {
  /// What each pattern costs, the dearest first, on the messages on which it is tried.
  ///
  /// Measured alone, one pattern after the other over all texts, so that a bad one stands out. Patterns do
  /// their matching here as in a scan; context words and validators, which judge what matched, are not run.
  ///
  /// - Complexity: Every pattern at the places where it is tried, as often as there are rounds.
  package func rules() -> [CostReport.Rule] {
    var probe = CostProbe(filter)
    let names = probe.patterns
    var texts = FoldedTexts()
    var tried = names.map { _ in [(text: Int, positions: [Int])]() }
    var tries: [(pattern: Int, positions: [Int])] = []
    for message in measured.messages {
      guard probe.run(message, through: .lexicon) >= 0 else { continue }
      tries.removeAll(keepingCapacity: true)
      probe.tries(into: &tries)
      for (pattern, positions) in tries { tried[pattern].append((texts.count, positions)) }
      texts.append(probe.folded)
    }
    let count = Double(max(1, texts.count))
    var rules: [CostReport.Rule] = []
    for pattern in names.indices {
      var matches = 0
      var limitHits = 0
      var times: [Double] = []
      for round in 0..<rounds {
        times.append(
          timed {
            for (text, positions) in tried[pattern] {
              let found = probe.matches(of: pattern, in: texts.bytes.span.extracting(texts.ranges[text]), at: positions)
              if round == 0, let found { matches += found }
              if round == 0, found == nil { limitHits += 1 }
            }
          })
      }
      let time = CostReport.Spread(times).median
      let attempts = tried[pattern].reduce(0) { $0 + $1.positions.count }
      rules.append(
        CostReport.Rule(
          rules: names[pattern], perMessage: time / count, tried: Double(tried[pattern].count) / count,
          perTry: time / Double(max(1, attempts)), tries: attempts, matches: matches, limitHits: limitHits))
    }
    return rules.sorted { $0.perMessage > $1.perMessage }
  }
}

/// Folded texts one behind the other, as a scan would find them in its scratch.
struct FoldedTexts {
  /// All texts, and for each byte whether it was a capital.
  private(set) var bytes: [UInt8] = []
  private(set) var capitals: [UInt8] = []
  /// Where each text stands in both.
  private(set) var ranges: [Range<Int>] = []

  var count: Int { ranges.count }

  mutating func append(_ folded: (text: [UInt8], upper: [UInt8])) {
    ranges.append(bytes.count..<bytes.count + folded.text.count)
    bytes += folded.text
    capitals += folded.upper
  }
}
