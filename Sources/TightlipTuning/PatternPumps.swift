/// Texts that may make a pattern slow, read from the pattern itself: for each of its repeats what leads to it,
/// and what it repeats.
///
/// A repeat is slow where what it repeats can be read in several ways, or from many places, and the match then
/// fails. So what stands before the repeat is spelt once, what it repeats many times, and what follows not at all.
/// The reading is a rough one: a text that does not fit costs a trial, and one that is not thought of is not found.
struct PatternPumps {
  struct Pump: Hashable {
    /// What must stand before the repeat for it to be reached.
    var lead: [UInt8]
    /// What is repeated.
    var piece: [UInt8]
  }

  private indirect enum Node {
    /// One byte out of a few that stand for a class.
    case byte([UInt8])
    case sequence([Node])
    case choice([Node])
    case repeated(Node, least: Int, isLong: Bool)
  }

  private var bytes: [UInt8]
  private var index = 0
  private var depth = 0

  /// The pumps of a pattern, in order and without repetitions; none where it is not understood.
  static func pumps(of pattern: String) -> [Pump] {
    var reader = PatternPumps(bytes: Array(pattern.utf8))
    guard let node = reader.alternatives(), reader.index == reader.bytes.count else { return [] }
    var found: [Pump] = []
    collect(node, lead: [], into: &found)
    var seen: Set<Pump> = []
    return found.filter { !$0.piece.isEmpty && seen.insert($0).inserted }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  // MARK: From the tree to texts

  private static let mostPumps = 120

  private static func collect(_ node: Node, lead: [UInt8], into found: inout [Pump]) {
    guard found.count < mostPumps, lead.count < 200 else { return }
    switch node {
    case .byte: return
    case .choice(let branches):
      for branch in branches { collect(branch, lead: lead, into: &found) }
    case .sequence(let parts):
      var lead = lead
      for part in parts {
        collect(part, lead: lead, into: &found)
        lead += sample(part, 0)
      }
    case .repeated(let body, _, let isLong):
      if isLong {
        for variant in 0..<3 { found.append(Pump(lead: lead, piece: sample(body, variant))) }
        // And a text that begins a match over and over.
        if !lead.isEmpty { found.append(Pump(lead: [], piece: lead + sample(body, 1))) }
      }
      collect(body, lead: lead, into: &found)
    }
  }

  /// A text that the part matches; another for each variant, where there is one. What may be left out is there in
  /// every second variant.
  private static func sample(_ node: Node, _ variant: Int) -> [UInt8] {
    switch node {
    case .byte(let samples): samples.isEmpty ? [] : [samples[variant % samples.count]]
    case .choice(let branches): branches.isEmpty ? [] : sample(branches[variant % branches.count], variant)
    case .sequence(let parts): parts.flatMap { sample($0, variant) }
    case .repeated(let body, let least, _):
      Array(repeating: sample(body, variant), count: max(min(least, 30), variant % 2)).flatMap { $0 }
    }
  }

  // MARK: From the pattern to a tree

  private func peek(_ offset: Int = 0) -> UInt8? { index + offset < bytes.count ? bytes[index + offset] : nil }

  private func isNext(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

  private mutating func alternatives() -> Node? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 60, let first = sequence() else { return nil }
    var branches = [first]
    while peek() == UInt8(ascii: "|") {
      index += 1
      guard let branch = sequence() else { return nil }
      branches.append(branch)
    }
    return branches.count == 1 ? first : .choice(branches)
  }

  private mutating func sequence() -> Node? {
    var parts: [Node] = []
    while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      guard let part = part() else { return nil }
      parts.append(repeats(part))
    }
    return .sequence(parts)
  }

  private mutating func part() -> Node? {
    guard let byte = peek() else { return nil }
    index += 1
    switch byte {
    case UInt8(ascii: "("): return group()
    case UInt8(ascii: "["): return characterClass()
    case UInt8(ascii: "\\"):
      guard let next = peek() else { return nil }
      index += 1
      if let set = Self.members(named: next) { return .byte(Self.samples(set)) }
      switch next {
      case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "Z"), UInt8(ascii: "K"), UInt8(ascii: "G"):
        return .sequence([])
      case UInt8(ascii: "n"), UInt8(ascii: "R"): return .byte([0x0A])
      case UInt8(ascii: "r"): return .byte([0x0D])
      case UInt8(ascii: "t"): return .byte([0x09])
      case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "Q"), UInt8(ascii: "N"): return nil
      // What a group matched is not known here.
      case UInt8(ascii: "1")...UInt8(ascii: "9"): return .sequence([])
      default: return .byte([next])
      }
    case UInt8(ascii: "."): return .byte(Self.samples([Bool](repeating: true, count: 256)))
    case UInt8(ascii: "^"), UInt8(ascii: "$"): return .sequence([])
    default: return .byte([byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte])
    }
  }

  /// The part with the quantifier behind it, if there is one.
  private mutating func repeats(_ part: Node) -> Node {
    var node = part
    while let byte = peek() {
      var least = 0
      var isLong = true
      switch byte {
      case UInt8(ascii: "*"): index += 1
      case UInt8(ascii: "+"):
        least = 1
        index += 1
      case UInt8(ascii: "?"):
        isLong = false
        index += 1
      case UInt8(ascii: "{"):
        var end = index + 1
        var numbers: [Int?] = [nil]
        while end < bytes.count, bytes[end] == UInt8(ascii: ",") || bytes[end] &- 0x30 < 10 {
          if bytes[end] == UInt8(ascii: ",") { numbers.append(nil) } else {
            numbers[numbers.count - 1] = min(10_000, (numbers[numbers.count - 1] ?? 0) * 10 + Int(bytes[end]) - 48)
          }
          end += 1
        }
        // Anything else in braces is text.
        guard end < bytes.count, bytes[end] == UInt8(ascii: "}"), let first = numbers[0], numbers.count <= 2 else { return node }
        least = first
        isLong = (numbers.count == 2 ? numbers[1] ?? .max : first) >= 20
        index = end + 1
      default: return node
      }
      // Lazy and possessive.
      if peek() == UInt8(ascii: "?") || peek() == UInt8(ascii: "+") { index += 1 }
      node = .repeated(node, least: least, isLong: isLong)
    }
    return node
  }

  private mutating func group() -> Node? {
    var isAssertion = false
    if peek() == UInt8(ascii: "*") { return nil }
    if peek() == UInt8(ascii: "?") {
      index += 1
      if isNext("#") {
        while let byte = peek(), byte != UInt8(ascii: ")") { index += 1 }
        index += 1
        return .sequence([])
      } else if isNext("<=") || isNext("<!") {
        isAssertion = true
        index += 2
      } else if isNext("=") || isNext("!") {
        isAssertion = true
        index += 1
      } else if isNext(":") || isNext(">") || isNext("|") {
        index += 1
      } else if isNext("<") || isNext("P<") || isNext("'") {
        while let byte = peek(), byte != UInt8(ascii: ">"), byte != UInt8(ascii: "'") || isNext("'") { index += 1 }
        index += 1
      } else {
        // Options, up to a colon or the end; whatever else there is stays unread.
        while let byte = peek(), (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "-") { index += 1 }
        if peek() == UInt8(ascii: ")") {
          index += 1
          return .sequence([])
        }
        guard peek() == UInt8(ascii: ":") else { return nil }
        index += 1
      }
    }
    guard let inner = alternatives(), peek() == UInt8(ascii: ")") else { return nil }
    index += 1
    return isAssertion ? .sequence([]) : inner
  }

  private mutating func characterClass() -> Node? {
    var set = [Bool](repeating: false, count: 256)
    var isNegated = false
    if peek() == UInt8(ascii: "^") {
      isNegated = true
      index += 1
    }
    var isFirst = true
    var previous: UInt8?
    while let byte = peek() {
      if byte == UInt8(ascii: "]"), !isFirst {
        index += 1
        return .byte(Self.samples(isNegated ? set.map { !$0 } : set))
      }
      isFirst = false
      index += 1
      if byte == UInt8(ascii: "["), peek() == UInt8(ascii: ":") {
        while let next = peek(), next != UInt8(ascii: "]") { index += 1 }
        index += 1
        for member in 0..<128 where Self.isWord(UInt8(member)) { set[member] = true }
        previous = nil
      } else if byte == UInt8(ascii: "\\"), let next = peek() {
        index += 1
        if let members = Self.members(named: next) {
          for member in 0..<256 where members[member] { set[member] = true }
          previous = nil
        } else {
          set[Int(next)] = true
          previous = next
        }
      } else if byte == UInt8(ascii: "-"), let from = previous, let to = peek(), to != UInt8(ascii: "]"), to >= from {
        for member in from...to { set[Int(member)] = true }
        index += 1
        previous = nil
      } else {
        set[Int(byte)] = true
        previous = byte
      }
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
  }

  /// The bytes of a named class; nil for what is none.
  private static func members(named letter: UInt8) -> [Bool]? {
    func set(_ isMember: (UInt8) -> Bool) -> [Bool] { (UInt8.min...UInt8.max).map(isMember) }
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
    return switch letter {
    case UInt8(ascii: "d"): set { $0 &- 0x30 < 10 }
    case UInt8(ascii: "D"): set { $0 &- 0x30 >= 10 }
    case UInt8(ascii: "w"): set(isWord)
    case UInt8(ascii: "W"): set { !isWord($0) }
    case UInt8(ascii: "s"), UInt8(ascii: "h"): set(isBlank)
    case UInt8(ascii: "S"): set { !isBlank($0) }
    default: nil
    }
  }

  /// A few bytes of a class, of different kinds, as they stand in a folded text.
  private static func samples(_ set: [Bool]) -> [UInt8] {
    let kinds = ["ax", "1", " \t", ".-_/:@,'", "!\"#$%&()*+;<=>?[\\]^`{|}~", "bcdefghijklmnopqrstuvwyz", "02345678 9", "\n"]
    var samples: [UInt8] = []
    for kind in kinds {
      if let byte = kind.utf8.first(where: { set[Int($0)] }) { samples.append(byte) }
      if samples.count == 3 { break }
    }
    return samples
  }
}
