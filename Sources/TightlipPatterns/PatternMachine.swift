/// The patterns as one nondeterministic machine over classes of bytes: what a ``PatternAutomaton`` is made of.
///
/// It accepts whatever the patterns match, and more: look-arounds that are longer than a byte are taken as
/// fulfilled, long repetitions as endless. Each pattern is a part, and so is each look-ahead with which a
/// pattern begins.
struct PatternMachine {
  enum Step: UInt8 { case consume, split, notNext, notBefore, before, boundary, match }

  struct Node: Hashable {
    var step: Step
    /// Classes: that are consumed, that must not follow, that must not or must be before.
    var mask: UInt64 = 0
    var out: Int32 = -1
    var other: Int32 = -1
  }

  private(set) var nodes: [Node] = []
  /// The part that each node belongs to.
  private(set) var owners: [UInt16] = []
  /// Where each part begins, and the node with which it ends.
  private(set) var beginnings: [Int32] = []
  private(set) var ends: [Int32] = []

  private var numbers: [Node: Int32] = [:]
  private var part: UInt16 = 0
  private var end: Int32 = -1
  private var caps = Caps.all[0]

  /// How long repetitions may be that are written out; beyond, they have no end.
  private struct Caps {
    var least: Int
    var most: Int

    static let all = [Caps(least: 24, most: 5), Caps(least: 8, most: 4), Caps(least: 2, most: 1), Caps(least: 1, most: 0)]
  }

  /// More nodes are not written out for one part.
  private static let mostNodes = 6_000

  /// Adds a part.
  mutating func append(_ tree: PatternTree) {
    part = UInt16(beginnings.count)
    end = add(Node(step: .match))
    ends.append(end)
    for caps in Caps.all {
      self.caps = caps
      if size(of: tree) <= Self.mostNodes {
        beginnings.append(build(tree, end))
        return
      }
    }
    // Too big to be written out: it may match everywhere.
    beginnings.append(end)
  }

  /// Whether the part added last is accepted before it consumed a byte: where it may match the empty string,
  /// begins with something that is not understood, or is too big to be written out.
  var acceptsAtOnce: Bool {
    var seen = Set<Int32>()
    var rest = beginnings.suffix(1)
    while let number = rest.popLast() {
      guard seen.insert(number).inserted else { continue }
      let node = nodes[Int(number)]
      switch node.step {
      case .match: return true
      case .consume: break
      case .split, .boundary: rest += [node.out, node.other]
      case .notNext, .notBefore, .before: rest.append(node.out)
      }
    }
    return false
  }

  /// Makes the part added last one that never matches.
  mutating func forgetLast() {
    beginnings[beginnings.count - 1] = add(Node(step: .consume, out: ends[ends.count - 1]))
  }

  /// Whether a part goes on over a word that is not one of its own, as addresses of mail do.
  func goesOverAnyWord(_ part: Int) -> Bool {
    var nodes: Set<Int32> = [beginnings[part]]
    // Letters that stand side by side in no word.
    for letter in "qjq".utf8 {
      var seen = Set<Int32>()
      var next = Set<Int32>()
      var rest = Array(nodes)
      while let number = rest.popLast() {
        guard seen.insert(number).inserted else { continue }
        let node = self.nodes[Int(number)]
        switch node.step {
        case .match: break
        case .consume: if node.mask >> UInt64(TextClass.table[Int(letter)]) & 1 == 1 { next.insert(node.out) }
        case .split, .boundary: rest += [node.out, node.other]
        case .notNext, .notBefore, .before: rest.append(node.out)
        }
      }
      nodes = next
    }
    return !nodes.isEmpty
  }

  private func size(of tree: PatternTree) -> Int {
    switch tree {
    case .sequence(let parts), .choice(let parts): return parts.reduce(1) { min(1_000_000, $0 + size(of: $1)) }
    case .repeated(let part, let least, let most):
      let (least, more) = limited(least, most)
      return min(1_000_000, size(of: part) * (least + (more ?? 1)) + 1)
    default: return 1
    }
  }

  private func limited(_ least: Int, _ most: Int?) -> (least: Int, more: Int?) {
    guard let most, least <= caps.least, most - least <= caps.most else { return (min(least, caps.least), nil) }
    return (least, max(0, most - least))
  }

  private mutating func add(_ node: Node) -> Int32 {
    // Equal nodes are one: what follows a node says what part it belongs to.
    if node.step != .match, let known = numbers[node] { return known }
    let number = Int32(nodes.count)
    nodes.append(node)
    owners.append(part)
    numbers[node] = number
    return number
  }

  /// The node with which a tree begins that is followed by a node.
  private mutating func build(_ tree: PatternTree, _ next: Int32) -> Int32 {
    switch tree {
    case .empty: return next
    // At the end of a pattern what must follow is as good as matched; elsewhere it is taken as fulfilled.
    case .ahead(let part): return next == end ? build(part, next) : next
    case .anything: return end
    case .one(let set): return add(Node(step: .consume, mask: TextClass.mask(touching: set), out: next))
    case .sequence(let parts): return parts.reversed().reduce(next) { build($1, $0) }
    case .choice(let branches):
      var first: Int32 = -1
      for branch in branches.reversed() {
        let start = build(branch, next)
        first = first < 0 ? start : add(Node(step: .split, out: start, other: first))
      }
      return first
    case .notNext(let set):
      let mask = TextClass.mask(within: set)
      return mask == 0 ? next : add(Node(step: .notNext, mask: mask, out: next))
    case .notBefore(let set):
      let mask = TextClass.mask(within: set)
      return mask == 0 ? next : add(Node(step: .notBefore, mask: mask, out: next))
    case .before(let set): return add(Node(step: .before, mask: TextClass.mask(touching: set), out: next))
    case .boundary:
      // Behind a byte of \w none may follow; behind another one must.
      let wordEnds = add(Node(step: .notNext, mask: TextClass.word, out: next))
      let wordBegins = add(Node(step: .notNext, mask: ~TextClass.word, out: next))
      return add(Node(step: .boundary, out: wordEnds, other: wordBegins))
    case .repeated(let part, let least, let most):
      let (least, more) = limited(least, most)
      var start = next
      if let more {
        for _ in 0..<more { start = add(Node(step: .split, out: build(part, start), other: next)) }
      } else {
        // A loop has a node of its own, which no other may be taken for.
        let loop = Int32(nodes.count)
        nodes.append(Node(step: .split, other: next))
        owners.append(self.part)
        nodes[Int(loop)].out = build(part, loop)
        start = loop
      }
      for _ in 0..<least { start = build(part, start) }
      return start
    }
  }
}
