package import TightlipCore

/// What the tagger writes while it runs: one per worker, reused.
package struct TaggerScratch: Sendable {
  package var facts = TaggerFacts()
  fileprivate var result = TaggerLabels()

  package init() {}
}

/// What the tagger makes of each word.
private struct TaggerLabels: Sendable {
  var labels: [TaggerLabel] = []
  /// For every label, thresholds counted in.
  var points: [TaggerPoints] = []
  /// Without what the labels before say.
  var own: [TaggerPoints] = []
  var isRead: [Bool] = []

  mutating func reset(_ count: Int) {
    labels.removeAll(keepingCapacity: true)
    labels.append(contentsOf: repeatElement(.outside, count: count))
    isRead.removeAll(keepingCapacity: true)
    isRead.append(contentsOf: repeatElement(false, count: count))
    let missing = count - points.count
    guard missing > 0 else { return }
    points.append(contentsOf: repeatElement(TaggerPoints(), count: missing))
    own.append(contentsOf: repeatElement(TaggerPoints(), count: missing))
  }
}

/// Reads the words of a message from left to right and calls each a name, a place, a drug, or
/// nothing: a linear model over what lists, rules, cues and shapes say of the word and its
/// neighbours.
///
/// Immutable; every worker shares it.
package struct Tagger: Sendable {
  /// What a pack may set.
  package struct Options: Sendable {
    /// Added for each label, in hundredths of log odds: above 0 more is found and less leaks, below
    /// 0 less is redacted for nothing.
    package var lean: [TaggerLabel: Int] = [:]
    /// From how many hundredths of log odds on a candidate of a doubtful rule with a score of 0.5 is
    /// put aside; more for higher scores.
    package var veto = 200

    package init() {}
  }

  private let weights: TaggerWeights
  private let lists: Table<WordInfo>
  private let known: WordSet
  /// By word number: it never begins a finding.
  private let isQuiet: [Bool]
  /// By rule number: its candidates may be put in question.
  private let doubtful: [Bool]
  /// The number of the first rule of the tagger in the filter's table.
  private let firstRule: UInt16
  private let lean: TaggerPoints
  private let veto: Int

  /// - Parameters:
  ///   - lists: what the lists say of each word number.
  ///   - quiet: numbers of the weights' quiet words; negative ones are unknown to the lists.
  ///   - known: hashes of the weights' known words.
  ///   - doubtful: for each rule of the filter, whether its candidates may be doubted.
  package init(
    _ weights: TaggerWeights, lists: Table<WordInfo>, quiet: [Int32], known: WordSet, doubtful: [Bool],
    firstRule: UInt16, options: Options = Options()
  ) {
    self.weights = weights
    self.lists = lists
    self.known = known
    var isQuiet = Array(repeating: false, count: lists.count)
    for word in quiet where word >= 0 { isQuiet[Int(word)] = true }
    self.isQuiet = isQuiet
    self.doubtful = doubtful
    self.firstRule = firstRule
    // The label of structured words never wins.
    var lean = TaggerPoints()
    for label in TaggerLabel.found { lean[label] = (options.lean[label] ?? 0) * weights.scale / 100 }
    lean[.structured] = -16_000
    self.lean = lean
    veto = options.veto * weights.scale / 100
  }

  /// Adds what the tagger finds, and lowers candidates of doubtful rules that it does not believe.
  ///
  /// Candidates of patterns stand as they are.
  ///
  /// - Complexity: linear in the words; each takes ``TaggerFeatures/count`` look-ups.
  package func refine(
    _ text: Span<UInt8>, _ message: borrowing TokenizedText, candidates: inout [Candidate],
    scratch: inout TaggerScratch
  ) {
    guard !message.tokens.isEmpty else { return }
    scratch.facts.gather(text, message, lists: lists, candidates: candidates, doubtful: doubtful)
    scratch.facts.forgetWords(notIn: known)
    tag(scratch.facts, &scratch.result)
    doubt(message, &candidates, scratch)
    addCandidates(message, &candidates, scratch)
    doubtLonelyHealth(&candidates)
  }

  /// Puts aside a diagnosis or procedure that only the tagger sees, and barely, where nothing else in the message
  /// speaks of health: figures of speech look so ("smiles when trouble pours like rain").
  private func doubtLonelyHealth(_ candidates: inout [Candidate]) {
    var only = -1
    for number in candidates.indices where candidates[number].entity.entityClass == .health {
      guard candidates[number].score.thousandths >= 500 else { continue }
      if only >= 0 { return }
      only = number
    }
    guard only >= 0, candidates[only].evidence == .tagger, candidates[only].score.thousandths < Self.lonelyScore,
      candidates[only].entity == .diagnosis || candidates[only].entity == .procedure
    else { return }
    candidates[only].score = Score(thousandths: Int(candidates[only].score.thousandths) / 2)
    candidates[only].evidence.insert(.taggerAgainst)
  }

  /// What a finding of health scores at least to stand alone on the tagger's word. On the dev split, of such findings under
  /// it as many were wrong as right.
  private static let lonelyScore: Int16 = 600

  /// Labels every word.
  ///
  /// A quarter of the rows took three quarters of the time, and found less (2026-11-22). Deciding words
  /// after the 14 features of the word itself, where "nothing" led by 3 units of log odds, spared 40 % of
  /// them, and leaked 0.2 points more (2026-11-23).
  private func tag(_ facts: borrowing TaggerFacts, _ scratch: inout TaggerLabels) {
    let messageCase = facts.messageCase
    let words = facts.words.span
    let count = max(0, words.count - 2 * TaggerFacts.edgeCount)
    scratch.reset(count)
    // First all that does not hang on labels, and what nearly always follows of it: that the two words before
    // are nothing. So rows of several words are fetched at once, where one word after the other waited for
    // its own.
    for number in 0..<count {
      let word = words[number + TaggerFacts.edgeCount]
      if word.fixed != nil || isSkipped(word, .outside, messageCase) { continue }
      read(words, messageCase, number, &scratch)
    }
    var previous = TaggerLabel.outside
    var second = TaggerLabel.outside
    for number in 0..<count {
      let word = words[number + TaggerFacts.edgeCount]
      var label = TaggerLabel.outside
      if let fixed = word.fixed {
        label = fixed
        scratch.points[number] = lean
      } else if isSkipped(word, previous, messageCase) {
        scratch.points[number] = lean
      } else {
        if previous != .outside || second != .outside {
          if !scratch.isRead[number] { read(words, messageCase, number, &scratch) }
          var points = scratch.own[number]
          addLabelled(words, number, previous, second, &points)
          scratch.points[number] = points
        }
        label = scratch.points[number].best
      }
      scratch.labels[number] = label
      second = previous
      previous = label
    }
  }

  /// Adds up what a word's own features say, and what they say behind two words that are nothing.
  @inline(__always)
  private func read(_ words: Span<TokenFacts>, _ messageCase: MessageCase, _ number: Int, _ scratch: inout TaggerLabels) {
    let rows = weights.rows.span
    var points = lean
    TaggerFeatures.forEachOwn(words, messageCase: messageCase, at: number + TaggerFacts.edgeCount, shift: weights.shift) { row in
      // SAFETY: here and below, a row number has as many bits as the number of rows allows.
      points.add(unsafe rows[unchecked: row])
    }
    scratch.own[number] = points
    addLabelled(words, number, .outside, .outside, &points)
    scratch.points[number] = points
    scratch.isRead[number] = true
  }

  @inline(__always)
  private func addLabelled(
    _ words: Span<TokenFacts>, _ number: Int, _ previous: TaggerLabel, _ second: TaggerLabel, _ points: inout TaggerPoints
  ) {
    let rows = weights.rows.span
    TaggerFeatures.forEachLabelled(
      words, at: number + TaggerFacts.edgeCount, previous: previous, second: second, shift: weights.shift
    ) { row in
      points.add(unsafe rows[unchecked: row])
    }
  }

  /// Most words of a message are everyday words that never begin a finding. Where nothing has
  /// capitals, those that are also names are looked at all the same.
  @inline(__always)
  private func isSkipped(_ facts: TokenFacts, _ previous: TaggerLabel, _ messageCase: MessageCase) -> Bool {
    guard facts.number >= 0, facts.isLower, isQuiet[Int(facts.number)], facts.rule == 0, facts.health == 0,
      previous == .outside || previous == .structured
    else { return false }
    return messageCase == .mixed || facts.name == 0
  }

  /// Lowers candidates of doubtful rules whose every word the tagger calls something else.
  private func doubt(
    _ message: borrowing TokenizedText, _ candidates: inout [Candidate], _ scratch: borrowing TaggerScratch
  ) {
    for number in candidates.indices {
      let candidate = candidates[number]
      guard doubtful[Int(candidate.rule.index)] else { continue }
      let claimed = TaggerLabel(candidate.entity)
      var index = message.firstToken(endingAfter: Int(candidate.start))
      var isDoubted = index < message.tokens.count
      // A sure candidate asks for a clearer word against it.
      let needed = veto * Int(candidate.score.thousandths) / 500
      while isDoubted, index < message.tokens.count, message.tokens[index].start < UInt32(candidate.end) {
        let label = scratch.result.labels[index]
        let points = scratch.result.points[index]
        if label == claimed || label == .structured
          || label == .outside && points[label] - points[claimed] < needed
        {
          isDoubted = false
        }
        index += 1
      }
      guard isDoubted else { continue }
      candidates[number].score = Score(thousandths: Int(candidate.score.thousandths) / 2)
      candidates[number].evidence.insert(.taggerAgainst)
    }
  }

  private func addCandidates(
    _ message: borrowing TokenizedText, _ candidates: inout [Candidate], _ scratch: borrowing TaggerScratch
  ) {
    let edges = TaggerFacts.edgeCount
    var index = 0
    while index < scratch.result.labels.count {
      let label = scratch.result.labels[index]
      var end = index + 1
      guard let entity = label.entity else {
        index = end
        continue
      }
      while let next = Self.continuation(of: label, at: end, message, scratch.result.labels) { end = next }
      var sum = 0
      var learned = 0
      for word in index..<end where scratch.result.labels[word] == label && scratch.facts.words[word + edges].fixed == nil {
        sum += scratch.result.points[word][label] - scratch.result.points[word][.outside]
        learned += 1
      }
      // What patterns found alone is a candidate already.
      if learned > 0 {
        let score = Self.score(margin: sum / learned, scale: weights.scale)
        let rule = RuleID(firstRule + UInt16(label.rawValue))
        var first = index
        for word in index..<end where Self.isPostcode(message.tokens[word], of: label, isFirst: word == index) {
          if first < word {
            add(
              Candidate(
                entity: entity, start: Int(message.tokens[first].start), end: label.end(message.tokens[word - 1]), score: score,
                rule: rule, evidence: .tagger),
              to: &candidates)
          }
          add(
            Candidate(
              entity: .zipCode, start: Int(message.tokens[word].start), end: Int(message.tokens[word].end), score: score, rule: rule,
              evidence: .tagger),
            to: &candidates)
          first = word + 1
        }
        if first < end {
          add(
            Candidate(
              entity: entity, start: Int(message.tokens[first].start), end: label.end(message.tokens[end - 1]), score: score,
              rule: rule, evidence: .tagger),
            to: &candidates)
        }
      }
      index = end
    }
  }

  /// Whether a number inside a place or an address is its postcode ("Duluth 55802", "Lindenweg 4, 3007").
  private static func isPostcode(_ token: Token, of label: TaggerLabel, isFirst: Bool) -> Bool {
    guard token.kind == .number else { return false }
    return switch label {
    case .location: (4...6).contains(token.count)
    case .streetAddress: !isFirst && (token.count == 5 || token.before.contains(.comma) && (4...6).contains(token.count))
    default: false
    }
  }

  /// Adds what the tagger found. Where a rule found the same thing in the same place, the tagger only
  /// makes it surer: a rule says why, and the tagger cannot.
  private func add(_ found: Candidate, to candidates: inout [Candidate]) {
    for number in candidates.indices.reversed().prefix(32) {
      let candidate = candidates[number]
      guard candidate.entity == found.entity, candidate.start == found.start, candidate.end == found.end,
        candidate.score.thousandths >= 300
      else { continue }
      candidates[number].score = max(candidate.score, found.score)
      candidates[number].evidence.insert(.tagger)
      return
    }
    candidates.append(found)
  }

  /// The word behind the next one that belongs to a finding, or nil. A result may leave
  /// out a word or two ("scan came back all clear"), a symptom one ("red and puffy").
  private static func continuation(
    of label: TaggerLabel, at end: Int, _ message: borrowing TokenizedText, _ labels: borrowing [TaggerLabel]
  ) -> Int? {
    let slack = label == .labResult ? 2 : label == .diagnosis ? 1 : 0
    for next in end..<min(end + slack + 1, labels.count) {
      guard label.joins(message.tokens[next].before, after: message.tokens[next - 1].count) else { return nil }
      if labels[next] == label { return next + 1 }
      guard labels[next] == .outside else { return nil }
    }
    return nil
  }

  /// Thousandths for margins of 0, ½, 1, … units of log odds: the logistic curve, held to what a
  /// single reader may claim.
  private static let curve: [Int] = [500, 622, 731, 818, 881, 924, 953, 971, 980]

  static func score(margin: Int, scale: Int) -> Score {
    let halves = max(0, margin) * 2
    let step = halves / scale
    guard step < curve.count - 1 else { return Score(thousandths: curve[curve.count - 1]) }
    let rest = halves - step * scale
    return Score(thousandths: curve[step] + (curve[step + 1] - curve[step]) * rest / scale)
  }
}
