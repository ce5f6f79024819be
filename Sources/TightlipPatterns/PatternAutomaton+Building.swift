import TightlipCore

extension PatternAutomaton {
  /// States that are thought through at most for each automaton; a row takes 128 bytes. With 309 rules and half as many
  /// states street.us and its like were tried in vain twice as often: 18.4 µs a message in place of 17.2, for 0.2 s
  /// less at a start from the folder of a pack (2026-11-23). Beyond it little is gained.
  ///
  /// Code that is not optimized takes minutes for so many; fewer change no verdict.
  #if DEBUG
    package static let mostStates = 1_024
  #else
    package static let mostStates = 24_576
  #endif

  /// An automaton for patterns in their order; of those that are not understood it says that they may match
  /// anywhere.
  ///
  /// - Complexity: each state takes a step for each of its nodes and each class of bytes.
  package init(_ patterns: [String], mostStates: Int = Self.mostStates) {
    var machine = PatternMachine()
    var anywhere: [Int] = []
    // Look-aheads with which a pattern begins are parts of their own: all of them must hold.
    var looks: [Range<Int>] = []
    var lookTrees: [PatternTree] = []
    for (number, pattern) in patterns.enumerated() {
      let tree = PatternTree(of: pattern) ?? .anything
      let first = patterns.count + lookTrees.count
      machine.append(tree)
      if machine.acceptsAtOnce {
        machine.forgetLast()
        anywhere.append(number)
      } else {
        lookTrees += tree.leadingLooks
      }
      looks.append(first..<patterns.count + lookTrees.count)
    }
    // One that tells nothing is held from the beginning.
    for tree in lookTrees { machine.append(tree) }
    var own: [Int] = []
    var wide: [Int] = []
    for pattern in patterns.indices where !anywhere.contains(pattern) {
      if machine.goesOverAnyWord(pattern) { wide.append(pattern) } else { own.append(pattern) }
    }
    self.init(
      count: patterns.count,
      machines: [own, wide].filter { !$0.isEmpty }.map { members in
        var builder = MachineBuilder(machine, members: members, looks: looks, mostStates: mostStates)
        builder.run()
        return builder.layout()
      }, anywhere: anywhere)
  }
}

/// Makes the states of a ``StartMachine`` by the subset construction, the likeliest first.
private struct MachineBuilder {
  /// A set of nodes, with the patterns that are accepted on the way to it.
  private struct State {
    /// Where both stand in `held`: the nodes, and behind them the patterns.
    var nodes: Range<Int>
    var accepted: Range<Int>
    var likelihood = 0.0
    /// What follows each class of byte; nil where it was not thought through.
    var row: [Int32]?
    /// The next state of the same hash, or -1.
    var next: Int32
  }

  private let machine: PatternMachine
  private let members: [Int]
  private let looks: [Range<Int>]
  private let mostStates: Int
  /// For each part the pattern that it belongs to.
  private let patternOf: [Int]
  /// For each part whether its pattern has several; and those patterns.
  private let isJoined: [Bool]
  private let joined: [Int]
  /// Sets of classes that as the byte before make no difference.
  private var blocks: [UInt64] = [.max]
  private let frequency = TextClass.frequency

  private var states: [State] = []
  /// Those with rows, the likeliest first: what is needed together lies together.
  private var thought: [Int] = []
  private var held: [Int32] = []
  private var numbers: [UInt64: Int32] = [:]
  private var starts: [Int32] = []
  private var heap = LikelihoodHeap()
  // What a row writes: sets of classes that it tells apart, and the masks by which.
  private var parts: [UInt64] = []
  private var masks: [UInt64] = []
  // What one step writes: which nodes were come by, behind the byte and before it.
  private var stamp: Int32 = 0
  private var reached: [Int32]
  private var passed: [Int32]
  private var toReach: [Int32] = []
  private var toPass: [Int32] = []
  // Which parts of joined patterns are followed, and which were accepted.
  private var following: [Int32]
  private var holding: [Int32]
  private var nodes: [Int32] = []
  private var accepted: [UInt16] = []

  init(_ machine: PatternMachine, members: [Int], looks: [Range<Int>], mostStates: Int) {
    self.machine = machine
    self.members = members
    self.looks = looks
    self.mostStates = mostStates
    let patternOf = machine.beginnings.indices.map { part in looks.firstIndex { $0.contains(part) } ?? part }
    self.patternOf = patternOf
    isJoined = patternOf.map { !looks[$0].isEmpty }
    joined = members.filter { !looks[$0].isEmpty }
    following = Array(repeating: 0, count: patternOf.count)
    holding = following
    reached = Array(repeating: 0, count: machine.nodes.count)
    passed = reached
    // Classes that no node asks apart, as the byte before, are thought through once.
    var masks: Set<UInt64> = [TextClass.word]
    for node in machine.nodes where node.step == .before || node.step == .notBefore { masks.insert(node.mask) }
    for mask in masks.sorted() { Self.part(&blocks, by: mask) }
  }

  /// Parts sets of classes into what a mask has of them and what it has not.
  private static func part(_ blocks: inout [UInt64], by mask: UInt64) {
    for index in blocks.indices where blocks[index] & mask != 0 && blocks[index] & ~mask != 0 {
      blocks.append(blocks[index] & ~mask)
      blocks[index] &= mask
    }
  }

  mutating func run() {
    // State 0: nothing is possible.
    begin()
    _ = number(likelihood: 0)
    for before in 0..<TextClass.count { starts.append(start(before: before)) }
    for state in starts where states[Int(state)].row == nil { think(through: Int(state)) }
    while thought.count < mostStates, let state = heap.popLikeliest() {
      if states[state].row == nil { think(through: state) }
    }
  }

  private mutating func think(through state: Int) {
    thought.append(state)
    states[state].row = row(of: state)
  }

  private mutating func start(before: Int) -> Int32 {
    begin()
    for pattern in members {
      let count = nodes.count
      reach(machine.beginnings[pattern], before: before)
      // A look-ahead of a pattern that cannot begin here tells nothing.
      guard nodes.count > count else { continue }
      for look in looks[pattern] { reach(machine.beginnings[look], before: before) }
    }
    let isUsual = before == Int(TextClass.end) || TextClass.word >> UInt64(before) & 1 == 0
    return finish(likelihood: isUsual ? TextClass.frequency[before] : 0.01)
  }

  private mutating func row(of state: Int) -> [Int32] {
    let numbers = Array(held[states[state].nodes])
    let likelihood = states[state].likelihood
    var followed: UInt64 = 0
    parts.removeAll(keepingCapacity: true)
    parts += blocks
    masks.removeAll(keepingCapacity: true)
    for number in numbers {
      let node = machine.nodes[Int(number)]
      if node.step == .match { continue }
      guard node.step == .consume else {
        // What may come behind it is not looked at here: every class by itself.
        followed = .max
        parts = (0..<UInt64(TextClass.count)).map { 1 << $0 }
        break
      }
      followed |= node.mask
      guard !masks.contains(node.mask) else { continue }
      masks.append(node.mask)
      Self.part(&parts, by: node.mask)
    }
    var row = Array(repeating: Int32(0), count: TextClass.count)
    let places = parts
    for part in places where part & followed != 0 {
      begin()
      for node in numbers {
        if machine.nodes[Int(node)].step == .match { nodes.append(node) } else { pass(node, part.trailingZeroBitCount) }
      }
      var share = 0.0
      forEach(part) { share += frequency[$0] }
      let next = finish(likelihood: likelihood * share)
      forEach(part) { row[$0] = next }
    }
    return row
  }

  private func forEach(_ mask: UInt64, _ body: (Int) -> Void) {
    var rest = mask
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }

  // MARK: One step

  private mutating func begin() {
    stamp += 1
    nodes.removeAll(keepingCapacity: true)
    accepted.removeAll(keepingCapacity: true)
  }

  /// Comes to a node behind a byte of a class.
  ///
  /// Nodes that are still to be come to stand in a list: long alternatives would exhaust a thread's stack.
  private mutating func reach(_ first: Int32, before: Int) {
    let before = UInt64(before)
    let bottom = toReach.count
    toReach.append(first)
    while toReach.count > bottom {
      let number = toReach.removeLast()
      guard reached[Int(number)] != stamp else { continue }
      reached[Int(number)] = stamp
      let node = machine.nodes[Int(number)]
      switch node.step {
      case .consume, .notNext: nodes.append(number)
      case .match: accepted.append(machine.owners[Int(number)])
      case .split:
        toReach.append(node.other)
        toReach.append(node.out)
      case .boundary: toReach.append(TextClass.word >> before & 1 == 1 ? node.out : node.other)
      case .notBefore: if node.mask >> before & 1 == 0 { toReach.append(node.out) }
      case .before: if node.mask >> before & 1 == 1 { toReach.append(node.out) }
      }
    }
  }

  /// Goes on from a node over a byte of a class. What is asked of the byte before behind what is asked of
  /// the next is taken as fulfilled.
  private mutating func pass(_ first: Int32, _ kind: Int) {
    toPass.append(first)
    while let number = toPass.popLast() {
      guard passed[Int(number)] != stamp else { continue }
      passed[Int(number)] = stamp
      let node = machine.nodes[Int(number)]
      switch node.step {
      case .consume: if node.mask >> UInt64(kind) & 1 == 1 { reach(node.out, before: kind) }
      case .notNext: if node.mask >> UInt64(kind) & 1 == 0 { toPass.append(node.out) }
      case .match: accepted.append(machine.owners[Int(number)])
      case .split, .boundary:
        toPass.append(node.out)
        toPass.append(node.other)
      case .notBefore, .before: toPass.append(node.out)
      }
    }
  }

  /// The state that a step led to.
  private mutating func finish(likelihood: Double) -> Int32 {
    if nodes.isEmpty, accepted.isEmpty { return 0 }
    if !accepted.isEmpty {
      if accepted.count > 1 { accepted = Set(accepted).sorted() }
      // A part that was accepted need not be followed any further.
      nodes.removeAll { accepted.contains(machine.owners[Int($0)]) }
    }
    joinLooks()
    nodes.sort()
    return number(likelihood: likelihood)
  }

  /// A pattern with look-aheads is accepted when they are, too. Until then the node with which a part ends
  /// stands for it; where a part is lost, nothing of the pattern is followed any further.
  private mutating func joinLooks() {
    var isTouched = false
    for node in nodes where isJoined[Int(machine.owners[Int(node)])] {
      let part = Int(machine.owners[Int(node)])
      following[part] = stamp
      if node == machine.ends[part] { holding[part] = stamp }
      isTouched = true
    }
    for part in accepted where isJoined[Int(part)] {
      holding[Int(part)] = stamp
      isTouched = true
    }
    guard isTouched else { return }
    for pattern in joined {
      let all = looks[pattern]
      let held = (holding[pattern] == stamp ? 1 : 0) + all.count { holding[$0] == stamp }
      var isLost = holding[pattern] != stamp && following[pattern] != stamp
      for look in all where holding[look] != stamp && following[look] != stamp { isLost = true }
      let isWhole = held == all.count + 1
      if held > 0 { accepted.removeAll { patternOf[Int($0)] == pattern } }
      if isWhole { accepted.append(UInt16(pattern)) }
      if isWhole || isLost {
        nodes.removeAll { patternOf[Int(machine.owners[Int($0)])] == pattern }
      } else if held > 0 {
        for part in [pattern] + all where holding[part] == stamp && following[part] != stamp {
          nodes.append(machine.ends[part])
        }
      }
    }
    accepted.sort()
  }

  /// The number of the state with the nodes and patterns at hand.
  private mutating func number(likelihood: Double) -> Int32 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for node in nodes { hash = (hash ^ UInt64(node)) &* 0x9fb2_1c65_1e98_df25 }
    for pattern in accepted { hash = (hash ^ ~UInt64(pattern)) &* 0x9fb2_1c65_1e98_df25 }
    let first = numbers[hash] ?? -1
    var number = first
    while number >= 0, !isAtHand(states[Int(number)]) { number = states[Int(number)].next }
    if number < 0 {
      number = Int32(states.count)
      numbers[hash] = number
      let start = held.count
      held += nodes
      held += accepted.lazy.map(Int32.init)
      let end = start + nodes.count
      states.append(
        State(nodes: start..<end, accepted: end..<held.count, row: nodes.isEmpty ? [] : nil, next: first))
    }
    guard states[Int(number)].row == nil else { return number }
    states[Int(number)].likelihood += likelihood
    heap.push(Int(number), likelihood: states[Int(number)].likelihood)
    return number
  }

  private func isAtHand(_ state: State) -> Bool {
    guard state.nodes.count == nodes.count, state.accepted.count == accepted.count else { return false }
    for (place, node) in zip(state.nodes, nodes) where held[place] != node { return false }
    for (place, pattern) in zip(state.accepted, accepted) where held[place] != Int32(pattern) { return false }
    return true
  }

  // MARK: The tables

  /// The states in their last order: those with rows, those of them that accept, and those behind which
  /// nothing comes.
  func layout() -> StartMachine {
    let plain = thought.filter { states[$0].accepted.isEmpty }
    let accepting = thought.filter { !states[$0].accepted.isEmpty }
    let firstAccepting = 1 + plain.count
    let firstFinal = firstAccepting + accepting.count
    var place = Array(repeating: 0, count: states.count)
    for (number, state) in (plain + accepting).enumerated() { place[state] = number + 1 }

    // Where a state was not thought through, all that is possible is accepted.
    var finals: [[UInt16]: Int] = [:]
    var finalLists = [members.map(UInt16.init)]
    for (number, state) in states.enumerated() where number > 0 && state.row?.isEmpty != false {
      let list = Set(accepted(by: state) + alive(in: state)).sorted()
      // More than have numbers share one that accepts everything.
      if finals[list] == nil, firstFinal + finalLists.count < Int(UInt16.max) {
        finals[list] = finalLists.count
        finalLists.append(list)
      }
      place[number] = firstFinal + (finals[list] ?? 0)
    }

    var rows = Array(repeating: UInt16(0), count: firstFinal * TextClass.count)
    var alive: [UInt32] = [0, 0]
    var listed: [UInt16] = []
    for (number, state) in (plain + accepting).enumerated() {
      for (kind, next) in (states[state].row ?? []).enumerated() {
        rows[(number + 1) * TextClass.count + kind] = UInt16(place[Int(next)])
      }
      listed += self.alive(in: states[state])
      alive.append(UInt32(listed.count))
    }
    var accepted = [UInt32(listed.count)]
    for list in accepting.map({ self.accepted(by: states[$0]) }) + finalLists {
      listed += list
      accepted.append(UInt32(listed.count))
    }
    return StartMachine(
      starts: Table(starts.map { UInt16(place[Int($0)]) }), rows: Table(rows), firstAccepting: firstAccepting,
      firstFinal: firstFinal, accepted: Table(accepted), alive: Table(alive), patterns: Table(listed))
  }

  private func accepted(by state: State) -> [UInt16] { held[state.accepted].map(UInt16.init) }

  private func alive(in state: State) -> [UInt16] {
    Set(held[state.nodes].map { UInt16(patternOf[Int(machine.owners[Int($0)])]) }).sorted()
  }
}

/// Numbers by their likelihood; a number may be pushed again when it has grown.
private struct LikelihoodHeap {
  private var items: [(likelihood: Double, number: Int)] = []

  mutating func push(_ number: Int, likelihood: Double) {
    items.append((likelihood, number))
    var index = items.count - 1
    while index > 0, precedes(index, (index - 1) / 2) {
      items.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func popLikeliest() -> Int? {
    guard let first = items.first else { return nil }
    items.swapAt(0, items.count - 1)
    items.removeLast()
    var index = 0
    while true {
      var best = index
      for child in [2 * index + 1, 2 * index + 2] where child < items.count && precedes(child, best) { best = child }
      if best == index { return first.number }
      items.swapAt(index, best)
      index = best
    }
  }

  /// Of two as likely the older one, so that the same patterns always make the same tables.
  private func precedes(_ left: Int, _ right: Int) -> Bool {
    items[left].likelihood != items[right].likelihood
      ? items[left].likelihood > items[right].likelihood : items[left].number < items[right].number
  }
}
