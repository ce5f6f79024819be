import TightlipPatterns

enum PatternCheck {
  /// Where PCRE2 finds a match, everything holds that the gate asks for.
  static func problem(_ input: inout FuzzInput) -> String? {
    let source = String(decoding: input.line(), as: UTF8.self)
    let text = input.rest()
    // PCRE2 takes its time to compile repetitions of repetitions.
    guard source.utf8.count <= 200, text.count <= 400 else { return nil }
    let pattern: CompiledPattern
    do throws(PatternError) {
      pattern = try CompiledPattern(source)
    } catch {
      return error.reason.isEmpty || error.utf8Offset > source.utf8.count ? "refused without a place" : nil
    }
    let scratch = MatchScratch()
    var position = 0
    while position <= text.count {
      let found: (span: Range<Int>, end: Int)?
      do throws(MatchLimitError) {
        found = try pattern.firstMatch(in: text.span, from: position, scratch: scratch)
      } catch {
        return nil
      }
      guard let found else { return nil }
      guard found.span.upperBound <= text.count, found.end <= text.count else { return "a match beyond the text" }
      if !isOpen(pattern.facts, text) { return "the gate hides a match" }
      position = max(found.span.lowerBound + 1, position + 1)
    }
    return nil
  }

  /// What the gates ask, in the plain way.
  private static func isOpen(_ gate: PatternFacts, _ text: [UInt8]) -> Bool {
    var sets = StringSets()
    let numbers = gate.needs.clauses.map { $0.strings.isEmpty ? nil : sets.number(of: $0.strings) }
    var facts = TextStarts()
    facts.fill(text.span)
    guard facts.count >= gate.minimumLength, facts.digits >= gate.needs.digits, facts.wordRun >= gate.needs.wordRun,
      gate.firstBytes.map({ set in text.contains { set.contains($0) } }) ?? true,
      gate.requiredByte.map({ text.contains($0) }) ?? true
    else { return false }
    if let starts = gate.needs.starts {
      let places = starts.isAtEdge ? facts.edges.prefix(facts.edgeCount).map(Int.init) : Array(text.indices)
      guard text.isEmpty || places.contains(where: { starts.accepts(facts.keys[$0]) }) else { return false }
    }
    var held = StringScratch()
    return zip(gate.needs.clauses, numbers).allSatisfy { clause, number in
      clause.pairs.bits.intersects(facts.pairs.bits) || number.map { held.mayHold($0, of: sets, facts) } == true
    }
  }
}
