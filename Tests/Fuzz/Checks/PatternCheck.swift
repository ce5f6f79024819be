import TightlipPatterns

enum PatternCheck {
  /// Where PCRE2 finds a match, the automaton tells that there may be one.
  static func problem(_ input: inout FuzzInput) -> String? {
    let source = String(decoding: input.line(), as: UTF8.self)
    let text = input.rest()
    // PCRE2 takes its time to compile repetitions of repetitions.
    guard source.utf8.count <= 200, text.count <= 400 else { return nil }
    let pattern: CompiledPattern
    do throws(PatternError) {
      pattern = try CompiledPattern(source, triesStarts: true)
    } catch {
      return error.reason.isEmpty || error.utf8Offset > source.utf8.count ? "refused without a place" : nil
    }
    let scratch = MatchScratch()
    let automaton = PatternAutomaton([source], mostStates: 2_000)
    var places = PatternPlaces()
    places.find(automaton, in: text.span)
    for position in text.indices {
      let found: (span: Range<Int>, end: Int)?
      do throws(MatchLimitError) {
        found = try pattern.firstMatch(in: text.span, from: position, scratch: scratch)
      } catch {
        return nil
      }
      guard let found else { continue }
      guard found.span.upperBound <= text.count, found.end <= text.count else { return "a match beyond the text" }
      guard places.isOpen(0) else { return "a match is hidden" }
      guard pattern.isAnchored, automaton.tells(0) else { continue }
      var isTold = false
      places.forEach(of: 0) { if $0 == position { isTold = true } }
      if !isTold { return "the place of a match is hidden" }
    }
    return nil
  }
}
