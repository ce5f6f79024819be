import TightlipCore
import TightlipPatterns
import TightlipRecognition
import TightlipRules

/// One rule of a pattern, ready to judge what the pattern matched.
struct CompiledRule: Sendable {
  var id: RuleID
  var entity: EntityType
  var score: Score
  var validator: Validator?
  /// The number of its context list, or -1.
  var context: Int32
  var contextScore: Score
  var isContextRequired: Bool
  var before: Int
  var after: Int
  /// The number of its list of words against it, or -1.
  var against: Int32
  var againstScore: Score
}

/// A pattern and the rules that share it. Rules with the same text are matched once.
struct PatternGroup: Sendable {
  var pattern: CompiledPattern
  var rules: [CompiledRule]
  /// Every rule asks for a context word, so without one there is nothing to match for.
  var needsContext: Bool
}

/// All patterns of a pack.
struct PatternSet: Sendable {
  var groups: [PatternGroup]
  /// Where they may match.
  let automaton: PatternAutomaton
  /// The words of each context list, as written in the pack.
  var contextLists: [[String]]
  /// For each group the lists of which one must have a word in the message; none: no matter.
  private let neededLists: [[Int32]]

  /// Compiles the rules of a pack, which are sorted by name.
  ///
  /// - Parameters:
  ///   - automaton: one that was made before for the same rules.
  ///   - compile: makes the pattern of a text.
  init(
    _ rules: [PatternRule], automaton: PatternAutomaton? = nil,
    compile: (String) throws(PatternError) -> CompiledPattern = { text throws(PatternError) in
      try CompiledPattern(text, triesStarts: true)
    }
  ) throws(FilterError) {
    var groups: [PatternGroup] = []
    var lists = ContextLists()
    var groupNumbers: [String: Int] = [:]
    var problems: [Diagnostic] = []
    for (number, rule) in rules.enumerated() {
      var validator: Validator?
      if let name = rule.validator {
        validator = Validator(rawValue: name)
        if validator == nil {
          let known = Validator.allCases.map(\.rawValue)
          problems.append(
            Diagnostic(
              file: rule.file, line: rule.validatorLine, "unknown validator \"\(name)\"",
              remedy: nearest(to: name, among: known).map { "did you mean \($0)?" }
                ?? "use one of: " + known.joined(separator: ", ")
            ).with(code: "pattern-validator"))
          continue
        }
      }
      let compiled = CompiledRule(
        id: RuleID(UInt16(number)), entity: rule.entity, score: rule.score, validator: validator,
        context: lists.number(of: rule.context), contextScore: rule.contextScore,
        isContextRequired: rule.isContextRequired, before: rule.before, after: rule.after,
        against: lists.number(of: rule.against), againstScore: rule.againstScore)
      if let group = groupNumbers[rule.pattern] {
        groups[group].rules.append(compiled)
        groups[group].needsContext = groups[group].needsContext && rule.isContextRequired
        continue
      }
      do throws(PatternError) {
        let pattern = try compile(rule.pattern)
        groupNumbers[rule.pattern] = groups.count
        groups.append(
          PatternGroup(pattern: pattern, rules: [compiled], needsContext: rule.isContextRequired))
      } catch {
        problems.append(
          Diagnostic(
            file: rule.file, line: rule.patternLine, column: rule.patternColumn,
            "rule \"\(rule.id)\": the pattern is wrong at byte \(error.utf8Offset): \(error.reason)",
            remedy: "mend the pattern; PCRE2's syntax applies"
          ).with(code: "pattern-syntax", excerpt: rule.pattern))
      }
    }
    if !problems.isEmpty { throw FilterError(problems) }
    self.groups = groups
    contextLists = lists.lists
    neededLists = groups.map { $0.needsContext ? $0.rules.map(\.context) : [] }
    self.automaton = automaton ?? PatternAutomaton(groups.map(\.pattern.source))
  }

  /// The same patterns, each of which PCRE2 looks for by itself from the beginning of a text to its end: the plain way,
  /// which the automaton is held against.
  func lookedForByPCRE2() throws(FilterError) -> PatternSet {
    var plain = self
    do throws(PatternError) {
      for index in groups.indices { plain.groups[index].pattern = try CompiledPattern(groups[index].pattern.source) }
    } catch {
      throw FilterError(.unavailable, ["PCRE2 refuses a pattern that it took before: \(error.reason)"])
    }
    return plain
  }
}

/// The context lists of a pack's rules, each once.
private struct ContextLists {
  private(set) var lists: [[String]] = []
  private var numbers: [[String]: Int32] = [:]

  /// The number of a list, or -1 for none.
  mutating func number(of words: [String]) -> Int32 {
    guard !words.isEmpty else { return -1 }
    if let known = numbers[words] { return known }
    let number = Int32(lists.count)
    numbers[words] = number
    lists.append(words)
    return number
  }
}

/// What pattern matching writes: one per worker.
struct PatternScratch: ~Copyable {
  let match = MatchScratch()
  /// The context words of the message, in order: first token, last token, list.
  var contextHits: [(first: Int32, last: Int32, list: Int32)] = []
  var hasList: [Bool] = []
  var places = PatternPlaces()
}

extension PatternSet {
  /// Adds candidates for everything the patterns match.
  ///
  /// - Returns: false where a limit was hit; the message must then not pass.
  /// - Complexity: one walk over the text, and a match for each place of it at which a pattern may match
  ///   whose context words the message has.
  func match(
    _ text: Span<UInt8>, _ message: borrowing TokenizedText, usesGates: Bool,
    candidates: inout [Candidate], scratch: inout PatternScratch
  ) -> Bool {
    gatherContext(message, &scratch)
    var isComplete = true
    var number = -1
    if usesGates { scratch.places.find(automaton, in: text) }
    while true {
      number = usesGates ? scratch.places.nextOpen(after: number) : number + 1
      guard number < groups.count else { return isComplete }
      if usesGates, !hasContext(for: number, scratch.hasList) { continue }
      do throws(MatchLimitError) {
        try match(number, text, message, &candidates, scratch)
      } catch {
        isComplete = false
      }
    }
  }

  /// Whether a group asks for no context word, or the message has one.
  func hasContext(for group: Int, _ hasList: borrowing [Bool]) -> Bool {
    if neededLists[group].isEmpty { return true }
    for list in neededLists[group] where hasList[Int(list)] { return true }
    return false
  }

  private func gatherContext(_ message: borrowing TokenizedText, _ scratch: inout PatternScratch) {
    if scratch.hasList.count != contextLists.count {
      scratch.hasList = Array(repeating: false, count: contextLists.count)
    }
    for hit in scratch.contextHits { scratch.hasList[Int(hit.list)] = false }
    scratch.contextHits.removeAll(keepingCapacity: true)
    guard message.classes & TermClass.patternContext.bit != 0 else { return }
    for hit in message.hits where hit.meaning.termClass == .patternContext {
      scratch.hasList[Int(hit.meaning.code)] = true
      scratch.contextHits.append((hit.firstToken, hit.endToken - 1, Int32(hit.meaning.code)))
    }
  }

  private func match(
    _ number: Int, _ text: Span<UInt8>, _ message: borrowing TokenizedText, _ candidates: inout [Candidate],
    _ scratch: borrowing PatternScratch
  ) throws(MatchLimitError) {
    let group = groups[number]
    let pattern = group.pattern
    guard pattern.isAnchored else {
      var position = 0
      while position <= text.count,
        let match = try pattern.firstMatch(in: text, from: position, scratch: scratch.match)
      {
        position = take(match, at: position, group, text, message, &candidates, scratch)
      }
      return
    }
    guard automaton.tells(number) else {
      var position = 0
      while position < text.count {
        if let match = try pattern.firstMatch(in: text, from: position, scratch: scratch.match) {
          position = take(match, at: position, group, text, message, &candidates, scratch)
        } else {
          position += 1
        }
      }
      return
    }
    var from = 0
    try scratch.places.forEach(of: number) { position throws(MatchLimitError) in
      guard position >= from, let match = try pattern.firstMatch(in: text, from: position, scratch: scratch.match)
      else { return }
      from = take(match, at: position, group, text, message, &candidates, scratch)
    }
  }

  /// Judges a match, and tells where to look for the next.
  private func take(
    _ match: (span: Range<Int>, end: Int), at position: Int, _ group: borrowing PatternGroup, _ text: Span<UInt8>,
    _ message: borrowing TokenizedText, _ candidates: inout [Candidate], _ scratch: borrowing PatternScratch
  ) -> Int {
    // Rules that share a pattern see the same value; the one whose cue is nearest has it.
    var best: (candidate: Candidate, cue: Cue?)?
    if !match.span.isEmpty {
      for rule in group.rules {
        guard let judged = judge(rule, match.span, text, message, scratch) else { continue }
        if let held = best, !Self.precedes(judged, held) { continue }
        best = judged
      }
    }
    if let best { candidates.append(best.candidate) }
    // What was refused may hide a match that begins inside it.
    return best != nil ? max(match.end, position + 1) : max(match.span.lowerBound + 1, position + 1)
  }

  private func judge(
    _ rule: CompiledRule, _ span: Range<Int>, _ text: Span<UInt8>, _ message: borrowing TokenizedText,
    _ scratch: borrowing PatternScratch
  ) -> (candidate: Candidate, cue: Cue?)? {
    if let validator = rule.validator, !validator.accepts(text.extracting(span)) { return nil }
    var evidence: Evidence = rule.validator == nil ? .shape : .shape | .validator
    var score = rule.score
    var cueToken = -1
    var cue = rule.context >= 0 ? nearestCue(
        rule.context, span, before: rule.before, after: rule.after, message, scratch) : nil
    let against = rule.against >= 0 ? nearestCue(
        rule.against, span, before: rule.before, after: min(rule.after, 1), message, scratch) : nil
    // "visa, last four of my ssn": the nearer word says what the value is.
    if let held = cue, let against, against.distance < held.distance { cue = nil }
    if let cue {
      // Between rules of different patterns for one value the nearer cue has the higher score.
      score = Score(thousandths: max(Int(rule.score.thousandths), Int(rule.contextScore.thousandths) - cue.distance * 8))
      evidence.insert(cue.isBefore ? .contextBefore : .contextAfter)
      cueToken = cue.token
    } else if rule.isContextRequired {
      return nil
    } else if let against {
      score = rule.againstScore
      evidence.insert(.against)
      cueToken = against.token
    }
    let candidate = Candidate(
      entity: rule.entity, start: span.lowerBound, end: span.upperBound, score: score, rule: rule.id,
      evidence: evidence, cueToken: cueToken)
    return (candidate, cue)
  }

  /// A context word near a value.
  private struct Cue {
    /// Its last word.
    var token: Int
    var distance: Int
    var isBefore: Bool
    /// How many words it has; "fax number" says more than "number".
    var length: Int
  }

  private static func precedes(
    _ left: (candidate: Candidate, cue: Cue?), _ right: (candidate: Candidate, cue: Cue?)
  ) -> Bool {
    switch (left.cue, right.cue) {
    case (nil, nil): break
    case (_?, nil): return true
    case (nil, _?): return false
    case (let leftCue?, let rightCue?):
      // "Blue Cross id 4471": a general word for numbers gives way to a special one just before it.
      let leftDistance = leftCue.distance + (left.candidate.entity == .otherID ? 2 : 0)
      let rightDistance = rightCue.distance + (right.candidate.entity == .otherID ? 2 : 0)
      if leftDistance != rightDistance { return leftDistance < rightDistance }
      if leftCue.length != rightCue.length { return leftCue.length > rightCue.length }
    }
    return Resolver.precedes(left.candidate, right.candidate)
  }

  private func nearestCue(
    _ list: Int32, _ span: Range<Int>, before: Int, after: Int, _ message: borrowing TokenizedText,
    _ scratch: borrowing PatternScratch
  ) -> Cue? {
    guard scratch.hasList[Int(list)] else { return nil }
    let first = message.firstToken(endingAfter: span.lowerBound)
    let last = message.firstToken(endingAfter: span.upperBound - 1)
    var best: Cue?
    // Context words stand in order of position; a window of them is enough.
    var low = 0
    var high = scratch.contextHits.count
    while low < high {
      let middle = (low + high) / 2
      if Int(scratch.contextHits[middle].last) < first - before - 4 { low = middle + 1 } else { high = middle }
    }
    while low < scratch.contextHits.count {
      let hit = scratch.contextHits[low]
      low += 1
      if Int(hit.first) > last + after { break }
      guard hit.list == list else { continue }
      var distance: Int
      let isBefore = Int(hit.last) < first
      if isBefore {
        distance = first - Int(hit.last) - 1
        guard distance < before else { continue }
      } else if Int(hit.first) > last {
        distance = Int(hit.first) - last
        guard distance <= after else { continue }
        distance += 1
      } else {
        // Glued to the value ("mrn00418823" is one word) or inside it.
        distance = 0
      }
      let length = Int(hit.last - hit.first) + 1
      if let held = best, (held.distance, -held.length) <= (distance, -length) { continue }
      best = Cue(token: Int(hit.last), distance: distance, isBefore: isBefore, length: length)
    }
    return best
  }

}
