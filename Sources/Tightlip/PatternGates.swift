import TightlipPatterns

/// What a message must have for each group of patterns to be matched at all.
///
/// Flat tables of plain values: passing a group over touches no reference count and a few cache
/// lines. Groups keep their order.
struct PatternGates: Sendable {
  /// What one group asks for, beside what the masks hold.
  private struct Gate: Sendable {
    var minimumLength: Int32
    /// How many digits a match takes at least.
    var digits: Int32
    /// The classes of a byte that must be there; 0: any.
    var requiredClass: UInt32
    /// The classes of the bytes with which a match begins.
    var firstClasses: UInt32
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
  private var clauses: [Clause] = []
  private var contextLists: [Int32] = []
  private var strings = StringSets()

  // A bit for each group, in rows of `width` words.
  private var width = 1
  /// By the classes of the first two bytes at an edge, and of the second and third.
  private var firstPairs: [UInt64] = []
  private var secondPairs: [UInt64] = []
  /// Those that may begin anywhere.
  private var anywhere: [UInt64] = []
  /// By how many digits the message has, and how long its longest run of word bytes is.
  private var byDigits: [UInt64] = []
  private var byRun: [UInt64] = []

  private static let mostDigits = 15
  private static let longestRun = 31

  init() {}

  /// Gates for groups in their order.
  ///
  /// - Parameter lists: for each group, the context lists of which one must have a word; empty: no matter.
  init(_ groups: [(facts: PatternFacts, lists: [Int32])]) {
    width = max(1, (groups.count + 63) / 64)
    firstPairs = Array(repeating: 0, count: 1024 * width)
    secondPairs = Array(repeating: 0, count: 1024 * width)
    anywhere = Array(repeating: 0, count: width)
    byDigits = Array(repeating: 0, count: (Self.mostDigits + 1) * width)
    byRun = Array(repeating: 0, count: (Self.longestRun + 1) * width)
    for (number, group) in groups.enumerated() { append(group.facts, group.lists, number) }
  }

  private mutating func append(_ facts: PatternFacts, _ lists: [Int32], _ number: Int) {
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
    gates.append(
      Gate(
        minimumLength: Int32(clamping: facts.minimumLength), digits: Int32(facts.needs.digits),
        requiredClass: facts.requiredByte.map { 1 << UInt32(StartClasses.table[Int($0)]) } ?? 0,
        firstClasses: facts.firstBytes.map(StartClasses.classes(of:)) ?? .max,
        clauses: firstClause..<Int32(clauses.count), contextLists: firstList..<Int32(contextLists.count)))
    let word = number / 64
    let bit: UInt64 = 1 << UInt64(number % 64)
    for digits in min(facts.needs.digits, Self.mostDigits)...Self.mostDigits { byDigits[digits * width + word] |= bit }
    for run in min(facts.needs.wordRun, Self.longestRun)...Self.longestRun { byRun[run * width + word] |= bit }
    guard let starts = facts.needs.starts, starts.isAtEdge else {
      anywhere[word] |= bit
      return
    }
    var thirdsBySecond = Array(repeating: UInt32(0), count: 32)
    for (pair, thirds) in starts.rows.enumerated() where thirds != 0 {
      firstPairs[pair * width + word] |= bit
      thirdsBySecond[pair & 31] |= thirds
    }
    for (second, thirds) in thirdsBySecond.enumerated() {
      var rest = thirds
      while rest != 0 {
        secondPairs[(second << 5 | rest.trailingZeroBitCount) * width + word] |= bit
        rest &= rest - 1
      }
    }
  }

  /// Begins a message: which groups have a place to begin at, and enough digits and long words to hope for.
  ///
  /// - Complexity: linear in the text.
  func begin(_ text: Span<UInt8>, _ scratch: inout GateScratch) {
    scratch.starts.fill(text)
    scratch.strings.reset()
    findOpen(scratch.starts, &scratch.open, &scratch.openAtEdges)
  }

  private func findOpen(_ starts: borrowing TextStarts, _ allOpen: inout [UInt64], _ openAtEdges: inout [UInt64]) {
    allOpen.removeAll(keepingCapacity: true)
    for word in 0..<width { allOpen.append(anywhere[word]) }
    let size = starts.edgeCount * width
    if openAtEdges.count < size { openAtEdges = Array(repeating: 0, count: max(256, size)) }
    var open = allOpen.mutableSpan
    var atEdges = openAtEdges.mutableSpan
    let keys = starts.keys.span
    let edges = starts.edges.span
    let first = firstPairs.span
    let second = secondPairs.span
    var place = 0
    for number in 0..<starts.edgeCount {
      let key = Int(keys[Int(edges[number])])
      let firstRow = (key >> 5) * width
      let secondRow = (key & 0x3FF) * width
      for word in 0..<width {
        // SAFETY: keys have 15 bits and the tables 1024 rows; the other places were made large enough above.
        unsafe atEdges[unchecked: place] = first[unchecked: firstRow + word] & second[unchecked: secondRow + word]
        unsafe open[unchecked: word] |= atEdges[unchecked: place]
        place += 1
      }
    }
    let digits = min(starts.digits, Self.mostDigits) * width
    let run = min(starts.wordRun, Self.longestRun) * width
    for word in 0..<width { open[word] &= byDigits[digits + word] & byRun[run + word] }
  }

  /// Calls `body` with each edge at which a group may begin, as far as two pairs of classes tell.
  @inline(__always)
  func forEachEdge(
    of group: Int, _ scratch: borrowing GateScratch, _ body: (Int) throws(MatchLimitError) -> Void
  ) throws(MatchLimitError) {
    let edges = scratch.starts.edges.span
    let atEdges = scratch.openAtEdges.span
    let digitsBefore = scratch.starts.digitsBefore.span
    let shift = UInt64(group & 63)
    // A match takes its digits from what stands behind its beginning.
    let most = Int32(scratch.starts.digits) - gates[group].digits
    var place = group >> 6
    for number in 0..<scratch.starts.edgeCount {
      if digitsBefore[number] > most { return }
      if atEdges[place] >> shift & 1 == 1 { try body(Int(edges[number])) }
      place += width
    }
  }

  /// The next group behind `number` that can match, or the number of groups; never passes over one
  /// that does match.
  ///
  /// - Parameter hasList: for each context list, whether the message has a word of it.
  func nextOpen(
    after number: Int, hasList: borrowing [Bool], _ scratch: inout GateScratch
  ) -> Int {
    var next = number + 1
    while next < gates.count {
      let rest = scratch.open[next >> 6] >> UInt64(next & 63)
      if rest == 0 {
        next = (next | 63) + 1
        continue
      }
      next += rest.trailingZeroBitCount
      if passes(next, hasList, &scratch) { return next }
      next += 1
    }
    return gates.count
  }

  /// Whether a group can match the message that was begun; never false where it does.
  func isOpen(_ number: Int, hasList: borrowing [Bool], _ scratch: inout GateScratch) -> Bool {
    scratch.open[number >> 6] >> UInt64(number & 63) & 1 == 1 && passes(number, hasList, &scratch)
  }

  /// What the masks do not hold.
  private func passes(_ number: Int, _ hasList: borrowing [Bool], _ scratch: inout GateScratch) -> Bool {
    let gate = gates[number]
    guard scratch.starts.count >= Int(gate.minimumLength),
      gate.requiredClass == 0 || scratch.starts.classes & gate.requiredClass != 0,
      gate.firstClasses == .max || scratch.starts.classes & gate.firstClasses != 0
    else { return false }
    if !gate.contextLists.isEmpty {
      var isNamed = false
      for place in gate.contextLists where hasList[Int(contextLists[Int(place)])] { isNamed = true }
      if !isNamed { return false }
    }
    for place in gate.clauses {
      let clause = clauses[Int(place)]
      guard
        clause.pairs.intersects(scratch.starts.pairs.bits)
          || clause.stringSet >= 0 && scratch.strings.mayHold(Int(clause.stringSet), of: strings, scratch.starts)
      else { return false }
    }
    return true
  }
}

/// What the gates know of one message: one per worker.
struct GateScratch: Sendable {
  var starts = TextStarts()
  fileprivate var strings = StringScratch()
  /// A bit for each group that may match.
  fileprivate var open: [UInt64] = []
  /// The same for each edge.
  fileprivate var openAtEdges: [UInt64] = []
}
