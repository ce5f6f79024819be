import TightlipPatterns
import TightlipRules

/// Looks at patterns for what their examples may not show: that they match nothing at all, or take
/// very long.
enum PatternLint {
  /// Texts of a few hundred bytes are tried, and longer ones. A pattern is slow where the steps grow faster than the
  /// text: eight times the text must not take more than three times eight times the steps.
  private static let shortText = 500
  private static let growth = 8
  private static let mostGrowth = 24
  /// Fewer steps than this for each byte are never slow.
  private static let stepsForEachByte = 40

  static func diagnostics(of layer: TuningLayer) -> [Diagnostic] {
    var result: [Diagnostic] = []
    for rule in layer.rules {
      let place = { (level: Diagnostic.Level, message: String, remedy: String) in
        Diagnostic(
          level, file: rule.file, line: rule.patternLine, column: rule.patternColumn, "rule \"\(rule.id)\" \(message)",
          remedy: remedy)
      }
      if !rule.hasSource {
        result.append(
          Diagnostic(
            .warning, file: rule.file, line: rule.line, "rule \"\(rule.id)\" does not say where it comes from",
            remedy: "add a line source: …, or note: …"
          ).with(code: "pattern-no-source", reason: "nobody can tell in a year whether it is still right"))
      }
      // One that does not compile is told where the pack is compiled.
      guard let pattern = try? CompiledPattern(rule.pattern) else { continue }
      let texts = [""] + ["a", "1", " ", "-"] + (rule.examples + rule.counterexamples).map { MarkedText($0.text).text }
      if texts.contains(where: { pattern.matchesEmptiness(in: Array($0.lowercased().utf8)) }) {
        result.append(
          place(.error, "matches the empty text", "make one part of it necessary: write + instead of *, or take a ? away")
            .with(code: "pattern-empty", excerpt: rule.pattern, reason: "it matches everywhere and finds nothing; what it was made for goes unseen"))
        continue
      }
      if let pump = slowText(rule) {
        result.append(
          place(
            .warning, "is slow: it takes steps faster than a message grows (such as \(pump))",
            "avoid repeats inside repeats, and two repeats of the same characters side by side; give repeats an end, as in {1,20}"
          ).with(
            code: "pattern-slow", excerpt: rule.pattern,
            reason: "somebody can write a message that takes very long, or so long that the filter gives up and blocks it"))
      }
    }
    return result
  }

  /// The beginning of a text that makes the pattern slow, in quotation marks; nil where none was found.
  private static func slowText(_ rule: PatternRule) -> String? {
    var pieces = ["a", "1", " ", "a ", "1 ", "1-", "a-", "a.", "1.", "1/", "a@", "1a", "a1", "a, ", "a's "]
    for example in rule.examples {
      let marked = MarkedText(example.text)
      pieces += marked.parts + marked.parts.map { String($0.dropLast()) } + [marked.text]
    }
    // Each sign of what is to be found, in a long row.
    pieces += Set(rule.examples.flatMap { MarkedText($0.text).parts.joined() }).map { String($0) }.sorted()
    // A match that fails at the end tries everything before.
    let pumps = pieces.map { PatternPumps.Pump(lead: [], piece: Array($0.lowercased().utf8)) } + PatternPumps.pumps(of: rule.pattern)
    let slow = pumps.first { pump in
      !pump.piece.isEmpty && isSlow(rule.pattern) { pump.text(bytes: $0) + [0x01] }
    }
    return slow.map { "\"\($0.beginning)…\"" }
  }

  private static func isSlow(_ pattern: String, _ text: (Int) -> [UInt8]) -> Bool {
    let short = text(shortText)
    let long = text(shortText * growth)
    let few = short.count * stepsForEachByte
    guard let steps = CompiledPattern.steps(of: pattern, in: short, limit: few * growth) else { return false }
    if steps > few * growth { return true }
    let most = max(long.count * stepsForEachByte, steps * mostGrowth)
    return (CompiledPattern.steps(of: pattern, in: long, limit: most) ?? 0) > most
  }
}

extension PatternPumps.Pump {
  /// What leads to the repeat, and what it repeats, up to about so many bytes.
  func text(bytes count: Int) -> [UInt8] {
    lead + Array(repeatElement(piece, count: max(1, count / piece.count)).joined())
  }

  /// The first bytes, for people.
  fileprivate var beginning: String { String(decoding: lead + piece + piece + piece, as: UTF8.self) }
}
