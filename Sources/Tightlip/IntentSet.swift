import TightlipCore
import TightlipPatterns
import TightlipRules

/// The rules by which a message says something about texting itself, compiled.
struct IntentSet: Sendable {
  private struct Compiled: Sendable {
    var pattern: CompiledPattern
    var meaning: IntentRule.Meaning
  }

  let rules: [IntentRule]
  private let compiled: [Compiled]
  /// The pattern of each rule.
  var patterns: [CompiledPattern] { compiled.map(\.pattern) }
  /// Which of them may match.
  let automaton: PatternAutomaton
  let isEmpty: Bool

  /// - Parameters:
  ///   - automaton: one that was made before for the same rules.
  ///   - compile: makes the pattern of a text.
  init(
    _ rules: [IntentRule], automaton: PatternAutomaton? = nil,
    compile: (String) throws(PatternError) -> CompiledPattern = { text throws(PatternError) in try CompiledPattern(text) }
  ) throws(FilterError) {
    var compiled: [Compiled] = []
    var problems: [String] = []
    for rule in rules {
      do throws(PatternError) {
        let pattern = try compile(rule.pattern)
        compiled.append(Compiled(pattern: pattern, meaning: rule.meaning))
      } catch {
        problems.append(
          Diagnostic(
            file: rule.file, line: rule.patternLine, column: rule.patternColumn,
            "intent \"\(rule.id)\": the pattern is wrong at byte \(error.utf8Offset): \(error.reason)",
            remedy: "mend the pattern; PCRE2's syntax applies").description)
      }
    }
    if !problems.isEmpty { throw FilterError(.configuration, problems) }
    self.rules = rules
    self.compiled = compiled
    self.automaton = automaton ?? PatternAutomaton(compiled.map(\.pattern.source))
    isEmpty = compiled.isEmpty
  }

  /// What a message wants: the kind that stands first in ``MessageIntent/Kind`` wins, and of one kind
  /// the rule that stands first.
  ///
  /// - Returns: the rule's number and its span in the text; nil where no rule matches.
  /// - Throws: ``MatchLimitError`` where PCRE2 gave up.
  func intent(
    in text: Span<UInt8>, _ scratch: inout IntentScratch
  ) throws(MatchLimitError) -> (rule: Int, span: Range<Int>)? {
    var best: (rule: Int, span: Range<Int>, kind: UInt8)?
    scratch.places.find(automaton, in: text)
    for number in compiled.indices {
      guard case .intent(let kind) = compiled[number].meaning, kind.rawValue < best?.kind ?? .max else { continue }
      if let span = try match(number, text, &scratch) { best = (number, span, kind.rawValue) }
    }
    return best.map { ($0.rule, $0.span) }
  }

  /// Whether an outbound message tells how to opt out.
  func tellsOptOut(_ text: Span<UInt8>, _ scratch: inout IntentScratch) throws(MatchLimitError) -> Bool {
    scratch.places.find(automaton, in: text)
    for number in compiled.indices where compiled[number].meaning == .optOutNotice {
      if try match(number, text, &scratch) != nil { return true }
    }
    return false
  }

  /// Whether one rule matches; for checking rules against their examples.
  func matches(_ rule: Int, _ text: Span<UInt8>, _ scratch: inout IntentScratch) throws(MatchLimitError) -> Bool {
    scratch.places.find(automaton, in: text)
    return try match(rule, text, &scratch) != nil
  }

  private func match(
    _ number: Int, _ text: Span<UInt8>, _ scratch: inout IntentScratch
  ) throws(MatchLimitError) -> Range<Int>? {
    guard scratch.places.isOpen(number) else { return nil }
    guard let (span, _) = try compiled[number].pattern.firstMatch(in: text, from: 0, scratch: scratch.match),
      !span.isEmpty
    else { return nil }
    return span
  }
}

/// What recognizing intents writes: one per worker.
struct IntentScratch: ~Copyable {
  let match = MatchScratch()
  var places = PatternPlaces()
}
