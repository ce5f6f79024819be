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
  private var strings = StringSets()

  /// Adds the gate of the next group.
  ///
  /// - Parameter lists: one of these context lists must have a word; empty: no matter.
  mutating func append(_ facts: PatternFacts, contextLists lists: [Int32]) {
    var every = ByteSet()
    for byte in UInt8.min...UInt8.max { every.insert(byte) }
    let firstClause = Int32(clauses.count)
    for clause in facts.needs.clauses {
      var set: Int32 = -1
      if !clause.strings.isEmpty {
        // More sets than can be told apart: the clause goes unasked, which costs time and hides nothing.
        guard let number = strings.number(of: clause.strings) else { continue }
        set = Int32(number)
      }
      clauses.append(Clause(pairs: clause.pairs.bits, stringSet: set))
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

  /// Begins a message.
  func begin(_ text: Span<UInt8>, _ scratch: inout GateScratch) {
    scratch.facts = TextFacts(text, strings: strings)
    scratch.next = 0
  }

  /// The next group behind `number` that can match, or the number of groups; never passes over one
  /// that does match.
  ///
  /// - Parameter hasList: for each context list, whether the message has a word of it.
  func nextOpen(
    after number: Int, hasList: borrowing [Bool], _ scratch: inout GateScratch
  ) -> Int {
    if scratch.facts.digits > 0 {
      var next = number + 1
      while next < gates.count, !isOpen(next, hasList, scratch.facts) { next += 1 }
      return next
    }
    while scratch.next < withoutDigits.count {
      let next = Int(withoutDigits[scratch.next])
      scratch.next += 1
      if isOpen(next, hasList, scratch.facts) { return next }
    }
    return gates.count
  }

  private func isOpen(
    _ number: Int, _ hasList: borrowing [Bool], _ facts: TextFacts
  ) -> Bool {
    let gate = gates[number]
    guard facts.count >= Int(gate.minimumLength), facts.digits >= Int(gate.digits),
      facts.wordRun >= Int(gate.wordRun), gate.firstBytes.intersects(facts.bytes),
      gate.requiredByte < 0 || facts.bytes.contains(UInt8(truncatingIfNeeded: gate.requiredByte))
    else { return false }
    if !gate.contextLists.isEmpty {
      var isNamed = false
      for place in gate.contextLists where hasList[Int(contextLists[Int(place)])] { isNamed = true }
      if !isNamed { return false }
    }
    for place in gate.clauses {
      let clause = clauses[Int(place)]
      guard clause.pairs.intersects(facts.pairs.bits) || clause.stringSet >= 0 && facts.holdsString(ofSet: Int(clause.stringSet))
      else { return false }
    }
    return true
  }
}

/// What the gates know of one message: one per worker.
struct GateScratch {
  fileprivate var facts = TextFacts()
  /// The next place in the list of groups that need no digit.
  fileprivate var next = 0
}
