internal import Foundation
package import Tightlip
internal import TightlipCore
package import TightlipTagger

/// Learns the tagger's weights: multinomial logistic regression over hashed features, one word at
/// a time, with AdaGrad, and the average of the later passes. The same seed and texts give the
/// same weights.
///
/// A corpus that does not annotate a label says nothing of it: the gradient then only asks that the
/// labels which may be right together gain on those which cannot.
package struct TaggerTrainer {
  package struct Options {
    package var passes = 6
    package var seed: UInt64 = 1
    /// Bits of a row number.
    package var bits = 17
    package var rate: Float = 0.08
    /// How much a weight shrinks with each step, as a share of it.
    package var decay: Float = 0
    /// Units of a weight for a factor of e in the odds.
    package var scale = 24
    /// Percent of words that pretend to be in no list, and that pretend to be unknown.
    package var listDropout = 12
    package var wordDropout = 15
    /// Percent of texts of which no rule says anything.
    package var ruleDropout = 30
    /// In how many texts a word must stand for weights of its own.
    package var minimumTexts = 3
    /// Groups of features left out, for finding out what each buys: their positions.
    package var withoutFeatures: Set<Int> = []

    package init() {}
  }

  private let options: Options
  private let shift: UInt64
  private var weights: [SIMD16<Float>]
  private var squares: [SIMD16<Float>]
  private var sum: [SIMD16<Float>]
  private var summed = 0
  private var random: SeededRandom
  private var quietWords: [[UInt8]] = []
  private var knownWords: [[UInt8]] = []
  private var known = WordSet([])

  package init(_ options: Options = Options()) {
    self.options = options
    shift = UInt64(64 - options.bits)
    weights = Array(repeating: SIMD16(repeating: 0), count: 1 << options.bits)
    squares = Array(repeating: SIMD16(repeating: 1), count: 1 << options.bits)
    sum = weights
    random = SeededRandom(seed: options.seed)
  }

  /// Learns from texts with a filter that has no tagger.
  ///
  /// - Parameters:
  ///   - heldOut: texts that are not learned from; the loss on them is reported.
  ///   - report: told the mean loss after each pass.
  package mutating func train(
    _ texts: [LearningText], heldOut: [LearningText] = [], filter: Filter, report: (String) -> Void
  ) -> TaggerWeights {
    let augmenter = Augmenter(texts, lists: filter)
    var scanner = Tightlip.Scanner(filter)
    findWords(texts, &scanner)
    var order = Array(texts.indices)
    var facts = TaggerFacts()
    var places: [ByteRange] = []
    for pass in 0..<options.passes {
      random.shuffle(&order)
      var loss = 0.0
      var words = 0
      for number in order {
        let text = random.chance(85) ? augmenter.vary(texts[number], &random) : texts[number]
        guard let gold = prepare(text, &scanner, &facts, &places) else { continue }
        learn(&facts, gold, pass: pass, &loss, &words)
      }
      if pass >= options.passes / 2 {
        for row in sum.indices { sum[row] += weights[row] }
        summed += 1
      }
      var line = "pass \(pass + 1): loss \(Self.figure(loss / Double(max(1, words)))) over \(words) words"
      for ours in [true, false] {
        let other = heldOut.filter { $0.isOurs == ours }
        guard !other.isEmpty else { continue }
        line += ours ? "; held out, ours " : "; others' "
        line += Self.figure(meanLoss(other, &scanner))
      }
      report(line)
    }
    return quantized()
  }

  private static func figure(_ value: Double) -> String { String(format: "%.4f", value) }

  /// The facts of a text's words, and for each word the labels that are right.
  private func prepare(
    _ text: LearningText, _ scanner: inout Tightlip.Scanner, _ facts: inout TaggerFacts, _ places: inout [ByteRange]
  ) -> [LabelSet]? {
    var bytes: [UInt8] = []
    var spans: [(start: Int, end: Int, labels: LabelSet)] = []
    for piece in text.pieces {
      let start = bytes.count
      bytes += Array(piece.text.utf8)
      if piece.labels != 0 { spans.append((start, bytes.count, piece.labels)) }
    }
    guard scanner.gather(bytes, into: &facts, words: &places) else { return nil }
    if !knownWords.isEmpty { facts.forgetWords(notIn: known) }
    var gold: [LabelSet] = []
    var span = 0
    for (index, place) in places.enumerated() {
      while span < spans.count, spans[span].end <= place.start { span += 1 }
      let word = facts.words[index + TaggerFacts.edgeCount]
      guard span < spans.count, spans[span].start < place.end else {
        gold.append(outside(text, word))
        continue
      }
      var labels = spans[span].labels
      // Others annotate "Mr. Feng"; titles stay outside here.
      if !text.isOurs, labels == TaggerLabel.person.bit, word.cuesEnding & Self.titles != 0, word.name & 3 < 3 {
        labels |= TaggerLabel.outside.bit
      }
      gold.append(labels)
    }
    return gold
  }

  private static let titles: UInt32 = [TermClass.cueTitle, .cueProviderTitle, .cueRelation]
    .reduce(0) { $0 | 1 << UInt32($1.rawValue - TermClass.cuePatient.rawValue) }

  /// The labels that are right for a word outside all spans.
  private func outside(_ text: LearningText, _ word: TokenFacts) -> LabelSet {
    guard text.absent != 0 else { return text.outside }
    var maybe: LabelSet = 0
    if word.name & 3 >= 2 || word.name >> 2 >= 2 { maybe |= TaggerLabel.person.bit }
    if word.place & 0b0010_1111 != 0 {
      maybe |= TaggerLabel.location.bit | TaggerLabel.organization.bit | TaggerLabel.streetAddress.bit
    }
    if word.health & 3 >= 2 { maybe |= TaggerLabel.diagnosis.bit }
    if word.health >> 2 & 3 >= 2 { maybe |= TaggerLabel.medication.bit }
    if word.health >> 4 & 15 >= 2 { maybe |= TaggerLabel.procedure.bit | TaggerLabel.labResult.bit }
    if word.rule != 0 { maybe = TaggerLabel.everything }
    return text.outside & ~(text.absent & ~maybe)
  }

  private mutating func learn(
    _ facts: inout TaggerFacts, _ gold: [LabelSet], pass: Int, _ loss: inout Double, _ words: inout Int
  ) {
    forget(&facts)
    var rows: [Int32] = []
    var previous = TaggerLabel.outside
    var second = TaggerLabel.outside
    for (index, allowed) in gold.enumerated() {
      let place = index + TaggerFacts.edgeCount
      var label = TaggerLabel.structured
      if let fixed = facts.words[place].fixed {
        label = fixed
      } else {
        collect(facts, place, previous, second, &rows)
        var points = SIMD16<Float>(repeating: 0)
        for row in rows { points += weights[Int(row)] }
        // What it would have said itself stands before the next word half of the time, so that it
        // learns to go on after its own mistakes.
        let isOwnChoice = pass > 0 && random.chance(50)
        label = Self.best(points, among: isOwnChoice ? TaggerLabel.everything : allowed)
        if allowed != TaggerLabel.everything {
          words += 1
          loss += update(rows, points, allowed)
        }
      }
      second = previous
      previous = label
    }
  }

  private func collect(
    _ facts: borrowing TaggerFacts, _ place: Int, _ previous: TaggerLabel, _ second: TaggerLabel, _ rows: inout [Int32]
  ) {
    TaggerFeatures.collect(facts, at: place, previous: previous, second: second, shift: shift, into: &rows)
    guard !options.withoutFeatures.isEmpty else { return }
    rows = rows.indices.filter { !options.withoutFeatures.contains($0) }.map { rows[$0] }
  }

  /// Some words pretend to be in no list, or to be unknown, so that those which really are find
  /// weights that know the shape and the neighbours.
  private mutating func forget(_ facts: inout TaggerFacts) {
    let edges = TaggerFacts.edgeCount
    guard facts.words.count > 2 * edges else { return }
    // Where rules keep silent, it learns itself what they find, which is like what they do not find.
    if random.chance(options.ruleDropout) {
      for place in edges..<(facts.words.count - edges) {
        guard let fixed = facts.words[place].fixed, fixed.entity != nil else { continue }
        facts.words[place].fixed = nil
        facts.words[place].rule = 0
      }
    }
    for place in edges..<(facts.words.count - edges) where facts.words[place].fixed == nil {
      if facts.words[place].isListed || facts.words[place].ruleIsDoubtful, random.chance(options.listDropout) {
        facts.words[place].forgetLists()
      }
      if facts.words[place].isWord, random.chance(options.wordDropout) {
        facts.words[place].word = TokenFacts.unknownWord
      }
    }
  }

  private static func best(_ points: SIMD16<Float>, among allowed: LabelSet) -> TaggerLabel {
    var best = -1
    for lane in 0..<Int(TaggerLabel.structured.rawValue) where allowed >> LabelSet(lane) & 1 == 1 {
      if best < 0 || points[lane] > points[best] { best = lane }
    }
    return TaggerLabel(rawValue: UInt8(max(0, best))) ?? .outside
  }

  /// The gradient and the loss.
  private static func chances(
    _ points: SIMD16<Float>, _ allowed: LabelSet
  ) -> (gradient: SIMD16<Float>, loss: Double) {
    var chances = SIMD16<Float>(repeating: 0)
    var top = points[0]
    let lanes = Int(TaggerLabel.structured.rawValue)
    for lane in 1..<lanes { top = max(top, points[lane]) }
    var total: Float = 0
    var right: Float = 0
    for lane in 0..<lanes {
      chances[lane] = Float(exp(Double(points[lane] - top)))
      total += chances[lane]
      if allowed >> LabelSet(lane) & 1 == 1 { right += chances[lane] }
    }
    right = max(right, total * 1e-6)
    var gradient = SIMD16<Float>(repeating: 0)
    for lane in 0..<lanes {
      gradient[lane] = chances[lane] / total
      if allowed >> LabelSet(lane) & 1 == 1 { gradient[lane] -= chances[lane] / right }
    }
    return (gradient, -log(Double(right / total)))
  }

  /// One step; returns the loss before it.
  private mutating func update(_ rows: [Int32], _ points: SIMD16<Float>, _ allowed: LabelSet) -> Double {
    let (gradient, loss) = Self.chances(points, allowed)
    guard loss > 1e-3 else { return loss }
    let square = gradient * gradient
    for row in rows {
      let row = Int(row)
      squares[row] += square
      weights[row] -= gradient * options.rate / squares[row].squareRoot() + weights[row] * options.decay
    }
    return loss
  }

  /// The mean loss over texts as they are written, with the labels before each word as they should
  /// be, by the weights averaged so far.
  private mutating func meanLoss(_ texts: [LearningText], _ scanner: inout Tightlip.Scanner) -> Double {
    var facts = TaggerFacts()
    var places: [ByteRange] = []
    var rows: [Int32] = []
    var loss = 0.0
    var words = 0
    let divisor = Float(max(1, summed))
    for text in texts {
      guard let gold = prepare(text, &scanner, &facts, &places) else { continue }
      var previous = TaggerLabel.outside
      var second = TaggerLabel.outside
      for (index, allowed) in gold.enumerated() {
        let place = index + TaggerFacts.edgeCount
        var label = TaggerLabel.structured
        if let fixed = facts.words[place].fixed {
          label = fixed
        } else {
          collect(facts, place, previous, second, &rows)
          var points = SIMD16<Float>(repeating: 0)
          for row in rows { points += summed > 0 ? sum[Int(row)] / divisor : weights[Int(row)] }
          label = Self.best(points, among: allowed)
          if allowed != TaggerLabel.everything {
            words += 1
            loss += Self.chances(points, allowed).loss
          }
        }
        second = previous
        previous = label
      }
    }
    return loss / Double(max(1, words))
  }

  /// Finds the words to learn weights for, which are those of several texts, and the everyday words
  /// that no annotation begins with, though they are often seen.
  private mutating func findWords(_ texts: [LearningText], _ scanner: inout Tightlip.Scanner) {
    var counts: [[UInt8]: (ours: Int, texts: Int, found: Int, isEveryday: Bool, hash: UInt32, last: Int)] = [:]
    var facts = TaggerFacts()
    var places: [ByteRange] = []
    for (number, text) in texts.enumerated() {
      guard let gold = prepare(text, &scanner, &facts, &places) else { continue }
      let bytes = text.pieces.flatMap { Array($0.text.utf8) }
      var previous = TaggerLabel.outside.bit
      for (index, allowed) in gold.enumerated() {
        let word = facts.words[index + TaggerFacts.edgeCount]
        defer { previous = allowed }
        guard word.isWord else { continue }
        let spelling = String(decoding: bytes[places[index].start..<places[index].end], as: UTF8.self)
          .lowercased()
        guard spelling.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else { continue }
        var count = counts[Array(spelling.utf8)] ?? (0, 0, 0, false, word.word, -1)
        // Repetitions of a text are one text.
        let isNew =
          count.last < 0 || count.last != number && texts[count.last].pieces.map(\.text) != text.pieces.map(\.text)
        count.last = number
        if isNew { count.texts += 1 }
        if previous & 1 == 1, word.shape == 0, word.fixed == nil {
          if word.number >= 0 { count.isEveryday = true }
          if text.isOurs, isNew { count.ours += 1 }
          if allowed & 1 == 0 { count.found += 1 }
        }
        counts[Array(spelling.utf8)] = count
      }
    }
    let sorted = counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    quietWords = sorted.filter { _, count in
      count.isEveryday && count.found == 0 && (count.ours >= 4 || count.ours >= 1 && count.texts >= 25)
    }.map(\.key)
    let seen = sorted.filter { $0.value.texts >= options.minimumTexts }
    knownWords = seen.map(\.key)
    known = WordSet(seen.map(\.value.hash))
  }

  private func quantized() -> TaggerWeights {
    let rows = sum.map { row in
      var small = TaggerRow()
      for label in TaggerLabel.allCases {
        let value = row[Int(label.rawValue)] / Float(max(1, summed)) * Float(options.scale)
        small[label] = Int8(max(-127, min(127, value.rounded())))
      }
      return small
    }
    return TaggerWeights(rows: rows, scale: options.scale, quietWords: quietWords, knownWords: knownWords)
  }
}
