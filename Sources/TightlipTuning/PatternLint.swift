import TightlipPatterns
import TightlipRules

/// Looks at patterns for what their examples may not show: that they match nothing at all, or take
/// very long.
enum PatternLint {
  /// Texts of this many bytes are tried, and more steps than this for each of them are slow. A message
  /// of ordinary length then stays far below the limit at which the filter gives up and blocks it.
  static let bytes = 2000
  static let stepsForEachByte = 40

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
      if let pump = slowText(pattern, rule) {
        result.append(
          place(
            .warning, "is slow: a message of \(bytes) bytes takes it more than \(bytes * stepsForEachByte) steps (such as \(pump))",
            "avoid repeats inside repeats, and two repeats of the same characters side by side; give repeats an end, as in {1,20}"
          ).with(
            code: "pattern-slow", excerpt: rule.pattern,
            reason: "somebody can write a message that takes so long that the filter gives up and blocks it"))
      }
    }
    return result
  }

  /// A repeated piece of text that takes the pattern very long, in quotation marks; nil where none does.
  private static func slowText(_ pattern: CompiledPattern, _ rule: PatternRule) -> String? {
    var pieces = ["a", "1", " ", "a ", "1 ", "1-", "a-", "a.", "1.", "1/", "a@", "1a", "a1", "a, ", "a's "]
    for example in rule.examples {
      let marked = MarkedText(example.text)
      pieces += marked.parts + marked.parts.map { String($0.dropLast()) } + [marked.text]
    }
    // Each sign of what is to be found, in a long row.
    pieces += Set(rule.examples.flatMap { MarkedText($0.text).parts.joined() }).map { String($0) }.sorted()
    // What a match must hold stands at the end, out of reach: without it PCRE2 would not even begin.
    let end = "|" + (rule.examples.first.map { MarkedText($0.text).text.lowercased() } ?? "")
    for piece in pieces where !piece.isEmpty {
      let lower = piece.lowercased()
      let text = String(repeating: lower, count: max(1, bytes / lower.utf8.count)) + end
      if pattern.takesMoreSteps(than: bytes * stepsForEachByte, in: Array(text.utf8)) {
        return "\"\(String(repeating: lower, count: 3))…\""
      }
    }
    return nil
  }
}
