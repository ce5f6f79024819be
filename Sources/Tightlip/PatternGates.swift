import TightlipPatterns

/// What a message must have for each group of patterns to be matched at all.
///
/// Flat tables of plain values: passing a group over touches no reference count and a few cache
/// lines. Groups keep their order.
struct PatternGates: Sendable {
  /// What one group asks for.
  private struct Gate: Sendable {
    var minimumLength: Int32
    /// A byte, or -1.
    var requiredByte: Int16
    var digits: UInt8
    var wordRun: UInt8
    var firstBytes: ByteSet
    var clauses: Range<Int32>
    /// One of these lists must have a word in the message; empty: no matter.
    var contextLists: Range<Int32>
  }

  private struct Clause: Sendable {
    var pairs: ByteSet
    /// The set of strings of which the message may hold one instead, or -1.
    var stringSet: Int32
  }

  private var gates: [Gate] = []
  /// The groups that may match without a digit in the message.
  private var withoutDigits: [Int32] = []
  private var clauses: [Clause] = []
  private var contextLists: [Int32] = []
  /// For each set the strings, for each string the slots of its trigrams.
  private var stringSets: [Range<Int32>] = []
  private var strings: [Range<Int32>] = []
  private var slots: [Int32] = []
  private var setNumbers: [[[UInt8]]: Int32] = [:]

  /// Adds the gate of the next group.
  ///
  /// - Parameter lists: one of these context lists must have a word; empty: no matter.
  mutating func append(_ facts: PatternFacts, contextLists lists: [Int32]) {
    var every = ByteSet()
    for byte in UInt8.min...UInt8.max { every.insert(byte) }
    let firstClause = Int32(clauses.count)
    for clause in facts.needs.clauses {
      clauses.append(Clause(pairs: clause.pairs.bits, stringSet: number(ofSet: clause.strings)))
    }
    let firstList = Int32(contextLists.count)
    contextLists += lists
    if facts.needs.digits == 0 { withoutDigits.append(Int32(gates.count)) }
    gates.append(
      Gate(
        minimumLength: Int32(clamping: facts.minimumLength), requiredByte: facts.requiredByte.map(Int16.init) ?? -1,
        digits: UInt8(clamping: facts.needs.digits), wordRun: UInt8(clamping: facts.needs.wordRun),
        firstBytes: facts.firstBytes ?? every, clauses: firstClause..<Int32(clauses.count),
        contextLists: firstList..<Int32(contextLists.count)))
  }

  private mutating func number(ofSet set: [[UInt8]]) -> Int32 {
    guard !set.isEmpty else { return -1 }
    if let known = setNumbers[set] { return known }
    let number = Int32(stringSets.count)
    setNumbers[set] = number
    let first = Int32(strings.count)
    for string in set {
      let firstSlot = Int32(slots.count)
      slots += Trigrams.slots(of: string)
      strings.append(firstSlot..<Int32(slots.count))
    }
    stringSets.append(first..<Int32(strings.count))
    return number
  }

  /// The next group behind `number` that can match, or the number of groups; never passes over one
  /// that does match.
  ///
  /// - Parameter hasList: for each context list, whether the message has a word of it.
  func nextOpen(
    after number: Int, _ text: Span<UInt8>, hasList: borrowing [Bool], _ scratch: inout GateScratch
  ) -> Int {
    if scratch.facts.digits > 0 {
      var next = number + 1
      while next < gates.count, !isOpen(next, text, hasList, &scratch) { next += 1 }
      return next
    }
    while scratch.next < withoutDigits.count {
      let next = Int(withoutDigits[scratch.next])
      scratch.next += 1
      if isOpen(next, text, hasList, &scratch) { return next }
    }
    return gates.count
  }

  private func isOpen(
    _ number: Int, _ text: Span<UInt8>, _ hasList: borrowing [Bool], _ scratch: inout GateScratch
  ) -> Bool {
    let gate = gates[number]
    guard scratch.facts.count >= Int(gate.minimumLength), scratch.facts.digits >= Int(gate.digits),
      scratch.facts.wordRun >= Int(gate.wordRun), gate.firstBytes.intersects(scratch.facts.bytes),
      gate.requiredByte < 0 || scratch.facts.bytes.contains(UInt8(truncatingIfNeeded: gate.requiredByte))
    else { return false }
    if !gate.contextLists.isEmpty {
      var isNamed = false
      for place in gate.contextLists where hasList[Int(contextLists[Int(place)])] { isNamed = true }
      if !isNamed { return false }
    }
    for place in gate.clauses {
      let clause = clauses[Int(place)]
      if clause.pairs.intersects(scratch.facts.pairs.bits) { continue }
      if clause.stringSet < 0 || !hasString(ofSet: Int(clause.stringSet), text, &scratch) { return false }
    }
    return true
  }

  /// Whether the message may hold one of a set's strings. Asked once for each set and message, since
  /// many patterns need the same (the names of the months).
  private func hasString(ofSet set: Int, _ text: Span<UInt8>, _ scratch: inout GateScratch) -> Bool {
    if !scratch.isPrepared { scratch.prepare(text, sets: stringSets.count) }
    if scratch.answers[set] != 0 { return scratch.answers[set] == 2 }
    var found = false
    search: for string in stringSets[set] {
      for slot in strings[Int(string)] where !scratch.trigrams.contains(slots[Int(slot)]) { continue search }
      found = true
      break
    }
    scratch.answers[set] = found ? 2 : 1
    return found
  }
}

/// What the gates know of one message: one per worker.
struct GateScratch {
  fileprivate var facts = TextFacts()
  /// The next place in the list of groups that need no digit.
  fileprivate var next = 0
  fileprivate var isPrepared = false
  fileprivate var trigrams = Trigrams()
  /// For each set of strings: 0 not asked yet, 1 not in the message, 2 perhaps in it.
  fileprivate var answers: [UInt8] = []

  /// Begins a message.
  mutating func begin(_ text: Span<UInt8>) {
    facts = TextFacts(text)
    next = 0
    isPrepared = false
  }

  fileprivate mutating func prepare(_ text: Span<UInt8>, sets: Int) {
    trigrams.fill(from: text)
    if answers.count != sets {
      answers = Array(repeating: 0, count: sets)
    } else {
      for index in answers.indices { answers[index] = 0 }
    }
    isPrepared = true
  }
}

/// Which runs of three bytes a text holds, with chance collisions: a no is certain, a yes is not.
struct Trigrams {
  private static let bits = 14
  private var words = [UInt64](repeating: 0, count: 1 << (bits - 6))

  @inline(__always)
  private static func slot(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int32 {
    let key = UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16
    return Int32(bitPattern: (key &* 0x9e37_79b1) >> UInt32(32 - bits))
  }

  /// The slots of all trigrams of a string of three bytes or more.
  static func slots(of string: [UInt8]) -> [Int32] {
    (0..<(string.count - 2)).map { slot(string[$0], string[$0 + 1], string[$0 + 2]) }
  }

  mutating func fill(from text: Span<UInt8>) {
    for index in words.indices { words[index] = 0 }
    guard text.count >= 3 else { return }
    for index in 0..<(text.count - 2) {
      let slot = Self.slot(text[index], text[index + 1], text[index + 2])
      words[Int(slot >> 6)] |= 1 << UInt64(slot & 63)
    }
  }

  @inline(__always)
  func contains(_ slot: Int32) -> Bool { words[Int(slot >> 6)] & (1 << UInt64(slot & 63)) != 0 }
}
