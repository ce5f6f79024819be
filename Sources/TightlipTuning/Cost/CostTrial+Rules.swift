import Tightlip
import TightlipCore
import TightlipPatterns

extension CostTrial {
  /// What each pattern costs, the dearest first: on the messages on which it is tried, and what it would cost
  /// on all.
  ///
  /// Measured alone, one pattern after the other over all texts, so that a bad one stands out. Patterns do
  /// their matching here as in a scan; context words and validators, which judge what matched, are not run.
  ///
  /// - Complexity: Every pattern over every message once, and as often as there are rounds over those that
  ///   need it.
  package func rules() -> [CostReport.Rule] {
    var probe = CostProbe(filter)
    let names = probe.patterns
    var texts = FoldedTexts()
    var tried = names.map { _ in [Int]() }
    var open: [Int] = []
    for message in measured.messages {
      guard probe.run(message, through: .lexicon) >= 0 else { continue }
      probe.openPatterns(into: &open)
      for pattern in open { tried[pattern].append(texts.count) }
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
            for text in tried[pattern] {
              let found = probe.matches(
                of: pattern, in: texts.bytes.span.extracting(texts.ranges[text]), texts.starts[text])
              if round == 0, let found { matches += found }
              if round == 0, found == nil { limitHits += 1 }
            }
          })
      }
      var inAll = 0
      let ungated = timed {
        for (text, range) in texts.ranges.enumerated() {
          inAll &+= probe.matches(of: pattern, in: texts.bytes.span.extracting(range), texts.starts[text]) ?? 0
        }
      }
      let time = CostReport.Spread(times).median
      rules.append(
        CostReport.Rule(
          rules: names[pattern], perMessage: time / count, tried: Double(tried[pattern].count) / count,
          perTry: time / Double(max(1, tried[pattern].count)), ungatedPerMessage: ungated / count, matches: matches,
          limitHits: limitHits))
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
  /// Where patterns may begin in each.
  private(set) var starts: [TextStarts] = []

  var count: Int { ranges.count }

  mutating func append(_ folded: (text: [UInt8], upper: [UInt8])) {
    ranges.append(bytes.count..<bytes.count + folded.text.count)
    var places = TextStarts()
    places.fill(folded.text.span)
    starts.append(places)
    bytes += folded.text
    capitals += folded.upper
  }
}
