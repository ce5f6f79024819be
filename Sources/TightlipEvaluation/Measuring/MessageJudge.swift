internal import TightlipCore

/// Holds what a detector said of a message against what is annotated in it, and counts.
///
/// Every definition of a figure begins here; `Evaluation.md` tells them in words.
struct MessageJudge {
  let layout: CountLayout
  /// From which intersection over union on two spans overlap enough.
  let overlapThreshold: Double

  private var letters = LetterCount()
  /// By byte: the types of the annotated spans, those of all predictions.
  private var goldTypes: [UInt64] = []
  private var foundTypes: [UInt64] = []
  private var isIgnored: [Bool] = []
  private(set) var counts: MessageCounts
  /// Whether each prediction of the last message is right as its type (covered); nil where it is not judged.
  private(set) var isRight: [Bool?] = []

  init(_ layout: CountLayout, overlapThreshold: Double) {
    self.layout = layout
    self.overlapThreshold = overlapThreshold
    counts = MessageCounts(layout)
  }

  /// Judges one message; the result stands in `counts` until the next.
  mutating func judge(_ text: AnnotatedText, _ judged: JudgedText, _ answer: Answer) {
    counts.reset()
    paint(text.message.text, judged, answer)
    judgeWhole(text, judged, answer)
    judgeCovered(judged, answer)
    judgePairs(judged, answer, isTyped: true)
    judgePairs(judged, answer, isTyped: false)
    judgeCharacters(judged)
    judgeTokens(judged)
  }

  // MARK: Coverage

  private mutating func paint(_ text: [UInt8], _ judged: JudgedText, _ answer: Answer) {
    letters.read(text)
    func clear<Value>(_ array: inout [Value], _ value: Value) {
      array.removeAll(keepingCapacity: true)
      array.append(contentsOf: repeatElement(value, count: text.count))
    }
    clear(&goldTypes, 0)
    clear(&foundTypes, 0)
    clear(&isIgnored, false)
    for span in judged.gold {
      for range in span.ranges {
        for byte in range.start..<range.end { goldTypes[byte] |= span.types.rawValue }
      }
    }
    for prediction in answer.predictions {
      for byte in prediction.range.start..<prediction.range.end { foundTypes[byte] |= prediction.types.rawValue }
    }
    for range in judged.ignored {
      for byte in range.start..<range.end { isIgnored[byte] = true }
    }
  }

  /// How many letters and digits of the ranges have one of the types.
  private func covered(_ ranges: [ByteRange], _ painted: [UInt64], _ types: UInt64) -> Int {
    var count = 0
    for range in ranges {
      for byte in range.start..<range.end where painted[byte] & types != 0 { count += letters.begins(byte) }
    }
    return count
  }

  private func size(_ ranges: [ByteRange]) -> Int { ranges.reduce(0) { $0 + letters.count($1) } }

  /// How many letters and digits of the range are annotated, judged or not.
  private func annotated(_ range: ByteRange) -> Int {
    var count = 0
    for byte in range.start..<range.end where goldTypes[byte] != 0 || isIgnored[byte] {
      count += letters.begins(byte)
    }
    return count
  }

  // MARK: The message as a whole

  private mutating func judgeWhole(_ text: AnnotatedText, _ judged: JudgedText, _ answer: Answer) {
    counts.add(to: layout.slot(.messages))
    var leaks = false
    var leaksStrictly = false
    for span in judged.gold {
      let size = size(span.ranges)
      let covered = covered(span.ranges, foundTypes, .max)
      if 10 * covered < 9 * size { leaks = true }
      if covered < size { leaksStrictly = true }
    }
    if !judged.gold.isEmpty {
      counts.add(to: layout.slot(.withPHI))
      if leaks { counts.add(to: layout.slot(.leaking)) }
      if leaksStrictly { counts.add(to: layout.slot(.strictlyLeaking)) }
    }
    var outside = 0
    var over = 0
    // Where nothing is annotated nothing says what is outside.
    for byte in layout.labels.isEmpty ? 0..<0 : goldTypes.indices where letters.isLetter[byte] == 1 && goldTypes[byte] == 0 && !isIgnored[byte] {
      outside += 1
      if foundTypes[byte] & judged.judgedTypes.rawValue != 0 { over += 1 }
    }
    counts.add(outside, to: layout.slot(.outside))
    counts.add(over, to: layout.slot(.over))
    guard let action = answer.action else { return }
    if let expected = text.action {
      guard text.message.direction == .outbound else { return }
      counts.add(to: layout.slot(.judgedActions))
      if expected == action { counts.add(to: layout.slot(.rightActions)) }
      if expected == .pass { count(shouldPass: action) }
    } else if text.spans.isEmpty {
      count(shouldPass: action)
    }
  }

  private mutating func count(shouldPass action: Action) {
    counts.add(to: layout.slot(.shouldPass))
    if action != .pass { counts.add(to: layout.slot(.stopped)) }
  }

  // MARK: Spans

  private mutating func judgeCovered(_ judged: JudgedText, _ answer: Answer) {
    let any = layout.anyTypeRow
    for span in judged.gold {
      let size = size(span.ranges)
      let isFound = 2 * covered(span.ranges, foundTypes, span.types.rawValue) >= size
      let isFoundAsAnything = 2 * covered(span.ranges, foundTypes, .max) >= size
      for row in [span.row, any] { counts.add(to: layout.slot(row, .covered, .gold)) }
      counts.add(to: layout.slot(label: span.label, .gold))
      if isFound {
        counts.add(to: layout.slot(span.row, .covered, .found))
        counts.add(to: layout.slot(label: span.label, .found))
      }
      if isFoundAsAnything {
        counts.add(to: layout.slot(any, .covered, .found))
        counts.add(to: layout.slot(label: span.label, .foundAsAnything))
      }
    }
    isRight.removeAll(keepingCapacity: true)
    for prediction in answer.predictions {
      isRight.append(nil)
      guard !prediction.types.isDisjoint(with: judged.judgedTypes) else { continue }
      let size = letters.count(prediction.range)
      let isRight = 2 * covered([prediction.range], goldTypes, prediction.types.rawValue) >= size
      let isOnAnnotated = 2 * annotated(prediction.range) >= size
      let isOnGold = 2 * covered([prediction.range], goldTypes, .max) >= size
      // On a span that is not judged: neither right nor wrong.
      if !isRight, isOnAnnotated, !isOnGold { continue }
      self.isRight[self.isRight.count - 1] = isRight
      let row = row(of: prediction, isRight: isRight, judged)
      counts.add(to: layout.slot(row, .covered, .predicted))
      counts.add(to: layout.slot(any, .covered, .predicted))
      if isRight { counts.add(to: layout.slot(row, .covered, .right)) }
      if isOnAnnotated { counts.add(to: layout.slot(any, .covered, .right)) }
    }
  }

  /// The row in which a prediction counts: that of the span it is right on, else that of its type.
  private func row(of prediction: Prediction, isRight: Bool, _ judged: JudgedText) -> Int {
    let row = layout.row(of: prediction.types.intersection(judged.judgedTypes)) ?? layout.severalRow
    guard row == layout.severalRow, isRight else { return row }
    for span in judged.gold where !span.types.isDisjoint(with: prediction.types) {
      if span.ranges.contains(where: { $0.overlaps(prediction.range) }) { return span.row }
    }
    return row
  }

  private struct Pair {
    var gold: Int
    var prediction: Int
    var overlap: Double
  }

  /// Strict and overlapping pairs, one to one.
  private mutating func judgePairs(_ judged: JudgedText, _ answer: Answer, isTyped: Bool) {
    var pairs: [Pair] = []
    for (g, span) in judged.gold.enumerated() {
      for (p, prediction) in answer.predictions.enumerated()
      where !prediction.types.isDisjoint(with: judged.judgedTypes) && prediction.range.overlaps(span.extent)
        && (!isTyped || !prediction.types.isDisjoint(with: span.types))
      {
        let shared = span.ranges.reduce(0) { sum, range in
          let start = max(range.start, prediction.range.start)
          let end = min(range.end, prediction.range.end)
          return start < end ? sum + letters.count(ByteRange(start: start, end: end)) : sum
        }
        let union = size(span.ranges) + letters.count(prediction.range) - shared
        let isSame = span.ranges.count == 1 && span.ranges[0] == prediction.range
        let overlap = union == 0 ? (isSame ? 1 : 0) : Double(shared) / Double(union)
        // An exact pair comes before every other, even one with the same letters and digits.
        if isSame || overlap > 0 { pairs.append(Pair(gold: g, prediction: p, overlap: isSame ? 2 : overlap)) }
      }
    }
    if pairs.count > 1 {
      pairs.sort { ($1.overlap, $0.gold, $0.prediction) < ($0.overlap, $1.gold, $1.prediction) }
    }
    for level in [MatchLevel.strict, .overlap] {
      count(pairs, level, judged, answer, isTyped: isTyped)
    }
  }

  private mutating func count(
    _ pairs: [Pair], _ level: MatchLevel, _ judged: JudgedText, _ answer: Answer, isTyped: Bool
  ) {
    let least = level == .strict ? 2 : overlapThreshold
    var partner = [Int](repeating: -1, count: answer.predictions.count)
    var isTaken = [Bool](repeating: false, count: judged.gold.count)
    for pair in pairs where pair.overlap >= least && !isTaken[pair.gold] && partner[pair.prediction] < 0 {
      isTaken[pair.gold] = true
      partner[pair.prediction] = pair.gold
    }
    for (g, span) in judged.gold.enumerated() {
      let row = isTyped ? span.row : layout.anyTypeRow
      counts.add(to: layout.slot(row, level, .gold))
      if isTaken[g] { counts.add(to: layout.slot(row, level, .found)) }
    }
    for (p, prediction) in answer.predictions.enumerated() where !prediction.types.isDisjoint(with: judged.judgedTypes) {
      if partner[p] < 0, isOnlyOnIgnored(prediction.range) { continue }
      let row =
        !isTyped ? layout.anyTypeRow
        : partner[p] >= 0 ? judged.gold[partner[p]].row
          : layout.row(of: prediction.types.intersection(judged.judgedTypes)) ?? layout.severalRow
      counts.add(to: layout.slot(row, level, .predicted))
      if partner[p] >= 0 { counts.add(to: layout.slot(row, level, .right)) }
    }
  }

  /// Lies at least half on spans that are not judged, and less on judged ones.
  private func isOnlyOnIgnored(_ range: ByteRange) -> Bool {
    let size = letters.count(range)
    return 2 * annotated(range) >= size && 2 * covered([range], goldTypes, .max) < size
      && isIgnored[range.start..<range.end].contains(true)
  }

  // MARK: Tokens and characters

  /// Counts one unit of the text: a token or a letter.
  private mutating func countUnit(
    _ gold: UInt64, _ found: UInt64, isIgnored: Bool, _ judged: JudgedText, _ level: MatchLevel
  ) {
    let found = found & judged.judgedTypes.rawValue
    guard gold | found != 0 else { return }
    let any = layout.anyTypeRow
    if gold != 0 { counts.add(to: layout.slot(any, level, .gold)) }
    if found != 0, gold != 0 || !isIgnored { counts.add(to: layout.slot(any, level, .predicted)) }
    if gold != 0, found != 0 {
      counts.add(to: layout.slot(any, level, .found))
      counts.add(to: layout.slot(any, level, .right))
    }
    let isRight = gold & found != 0
    var goldRow: Int?
    if gold != 0, let row = layout.row(of: TypeSet(rawValue: gold)) {
      goldRow = row
      counts.add(to: layout.slot(row, level, .gold))
      if isRight { counts.add(to: layout.slot(row, level, .found)) }
    }
    guard found != 0, isRight || gold != 0 || !isIgnored else { return }
    let row = isRight ? goldRow : layout.row(of: TypeSet(rawValue: found))
    counts.add(to: layout.slot(row ?? layout.severalRow, level, .predicted))
    if isRight { counts.add(to: layout.slot(row ?? layout.severalRow, level, .right)) }
  }

  private mutating func judgeCharacters(_ judged: JudgedText) {
    for byte in goldTypes.indices where letters.isLetter[byte] == 1 {
      countUnit(goldTypes[byte], foundTypes[byte], isIgnored: isIgnored[byte], judged, .character)
    }
  }

  /// A token has the types of every span that covers one of its letters.
  private mutating func judgeTokens(_ judged: JudgedText) {
    var gold: UInt64 = 0
    var found: UInt64 = 0
    var ignored = false
    var isInside = false
    for byte in goldTypes.indices {
      if letters.isLetter[byte] == 1 {
        gold |= goldTypes[byte]
        found |= foundTypes[byte]
        ignored = ignored || isIgnored[byte]
        isInside = true
      } else if isInside, !letters.isContinuation(byte) {
        countUnit(gold, found, isIgnored: ignored, judged, .token)
        (gold, found, ignored, isInside) = (0, 0, false, false)
      }
    }
    if isInside { countUnit(gold, found, isIgnored: ignored, judged, .token) }
  }
}
