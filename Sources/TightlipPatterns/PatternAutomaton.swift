import TightlipCore

/// Tells where patterns may match: deterministic automata for all of them, run from each place of a text at
/// which a match can begin.
///
/// It says yes wherever a pattern matches, and seldom elsewhere, so that PCRE2 is asked about few places; what
/// is found is the same as without. Built ahead, with a bounded number of states, the likeliest first: from
/// states that were not thought through every pattern that is still possible is a yes.
///
/// Patterns that go on over any word, such as addresses of mail, have an automaton of their own. Together with
/// those that begin with words of their own there were five times as many states, and of 16,384 states most
/// were not thought through, so that 69 tries a message were left of 110 (2026-11-23).
package struct PatternAutomaton: Sendable {
  /// How many patterns there are.
  package let count: Int
  let machines: [StartMachine]
  /// Patterns that may match anywhere, for all that is known.
  let anywhere: [Int]

  /// How far a walk goes, in bytes; what is still possible then is a yes. Bounds the work for hostile texts.
  static let longestWalk = 128

  /// Whether places of a pattern are told; if not, it may match anywhere.
  package func tells(_ pattern: Int) -> Bool { !anywhere.contains(pattern) }
}

/// One of the automata.
struct StartMachine: Sendable {
  /// By the class of the byte before: the state to begin with; 0 where nothing can begin.
  var starts: Table<UInt16>
  /// For each state a row of what follows each class of byte. State 0 is the end of all hope.
  var rows: Table<UInt16>
  /// From this state on something is accepted, and from that one on nothing more can be.
  var firstAccepting: Int
  var firstFinal: Int
  /// For each accepting state where those it accepts begin in `patterns`, and behind the last where they end.
  var accepted: Table<UInt32>
  /// The same for each state with a row, of those that are still possible.
  var alive: Table<UInt32>
  var patterns: Table<UInt16>
}

/// Where the patterns may match a text: one per worker.
package struct PatternPlaces: Sendable {
  /// The class of each byte, and behind them that of the end.
  private var classes: [UInt8] = []
  private var found = FoundPlaces()

  package init() {}

  /// Looks where patterns may match a text.
  ///
  /// - Complexity: linear in the text.
  package mutating func find(_ automaton: borrowing PatternAutomaton, in text: Span<UInt8>) {
    found.begin(automaton)
    fill(text)
    // Held apart from self; no copy is made.
    let classes = classes
    for machine in automaton.machines { found.walk(machine, classes.span, text.count) }
  }

  /// The next pattern behind `number` that may match, or the number of patterns.
  @inline(__always)
  package func nextOpen(after number: Int) -> Int {
    var next = number + 1
    while next >> 6 < found.open.count {
      let rest = found.open[next >> 6] >> UInt64(next & 63)
      if rest != 0 { return next + rest.trailingZeroBitCount }
      next = (next | 63) + 1
    }
    return found.first.count
  }

  /// Whether a pattern may match.
  package func isOpen(_ pattern: Int) -> Bool { found.open[pattern >> 6] >> UInt64(pattern & 63) & 1 == 1 }

  /// Calls `body` with each place at which a pattern may begin, from left to right.
  @inline(__always)
  package func forEach<Failure: Error>(of pattern: Int, _ body: (Int) throws(Failure) -> Void) throws(Failure) {
    var number = found.first[pattern]
    while number >= 0 {
      let place = found.places[Int(number)]
      try body(Int(place.position))
      number = place.next
    }
  }

  private mutating func fill(_ text: Span<UInt8>) {
    let count = text.count
    if classes.count <= count { classes = Array(repeating: 0, count: max(256, count + 1)) }
    var classes = classes.mutableSpan
    let kinds = TextClass.table
    let table = kinds.span
    // SAFETY: the table has a place for each byte, and the classes were made longer than the text.
    for index in 0..<count { unsafe classes[unchecked: index] = table[unchecked: Int(text[unchecked: index])] }
    classes[count] = TextClass.end
  }
}

/// What the walks over a text came across.
private struct FoundPlaces: Sendable {
  /// A bit for each pattern that may match.
  var open: [UInt64] = []
  /// By pattern its first and its last place, as numbers in `places`.
  var first: [Int32] = []
  private var last: [Int32] = []
  /// Places in the text, each with the number of the pattern's next one, or -1.
  var places: [(position: Int32, next: Int32)] = []

  mutating func begin(_ automaton: borrowing PatternAutomaton) {
    if first.count != automaton.count {
      first = Array(repeating: -1, count: automaton.count)
      last = Array(repeating: -1, count: automaton.count)
      open = Array(repeating: 0, count: (automaton.count + 63) / 64)
    }
    for word in open.indices { open[word] = 0 }
    for pattern in automaton.anywhere { open[pattern >> 6] |= 1 << UInt64(pattern & 63) }
    places.removeAll(keepingCapacity: true)
  }

  /// Walks from each place at which something can begin.
  mutating func walk(_ machine: borrowing StartMachine, _ classes: Span<UInt8>, _ count: Int) {
    let rows = machine.rows
    let starts = machine.starts
    let firstAccepting = machine.firstAccepting
    let firstFinal = machine.firstFinal
    var before = Int(TextClass.end)
    for position in 0..<count {
      var state = Int(starts[before])
      // SAFETY: here and below, the classes go on behind the text by that of the end, and no walk goes further.
      before = unsafe Int(classes[unchecked: position])
      guard state != 0 else { continue }
      var index = position
      let end = min(position + PatternAutomaton.longestWalk, count + 1)
      while true {
        state = unsafe Int(rows[state << 6 | Int(classes[unchecked: index])])
        if state == 0 { break }
        if state >= firstAccepting {
          note(machine.accepted, state - firstAccepting, machine.patterns, position)
          if state >= firstFinal { break }
        }
        index += 1
        if index == end {
          note(machine.alive, state, machine.patterns, position)
          break
        }
      }
    }
  }

  private mutating func note(
    _ ranges: borrowing Table<UInt32>, _ number: Int, _ patterns: borrowing Table<UInt16>, _ position: Int
  ) {
    for place in Int(ranges[number])..<Int(ranges[number + 1]) { add(Int(patterns[place]), position) }
  }

  private mutating func add(_ pattern: Int, _ position: Int) {
    let number = Int32(places.count)
    let bit: UInt64 = 1 << UInt64(pattern & 63)
    if open[pattern >> 6] & bit == 0 {
      open[pattern >> 6] |= bit
      first[pattern] = number
    } else {
      // A pattern that was accepted is no longer followed, but a walk that is cut off may name it again.
      guard places[Int(last[pattern])].position < Int32(position) else { return }
      places[Int(last[pattern])].next = number
    }
    places.append((Int32(position), -1))
    last[pattern] = number
  }
}
