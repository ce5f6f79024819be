import TightlipPatterns

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

  private static let mostPumps = 120
  /// How often a repeat must be able to go on to be worth a text.
  private static let longRepeat = 20

  /// The pumps of a pattern, in order and without repetitions; none where it is not understood.
  static func pumps(of pattern: String) -> [Pump] {
    guard let tree = PatternTree(of: pattern) else { return [] }
    var found: [Pump] = []
    collect(tree, lead: [], into: &found)
    var seen: Set<Pump> = []
    return found.filter { !$0.piece.isEmpty && seen.insert($0).inserted }
  }

  private static func collect(_ tree: PatternTree, lead: [UInt8], into found: inout [Pump]) {
    guard found.count < mostPumps, lead.count < 200 else { return }
    switch tree {
    case .choice(let branches):
      for branch in branches { collect(branch, lead: lead, into: &found) }
    case .sequence(let parts):
      var lead = lead
      for part in parts {
        collect(part, lead: lead, into: &found)
        lead += sample(part, 0)
      }
    case .repeated(let body, _, let most):
      if most.map({ $0 >= longRepeat }) ?? true {
        for variant in 0..<3 { found.append(Pump(lead: lead, piece: sample(body, variant))) }
        // And a text that begins a match over and over.
        if !lead.isEmpty { found.append(Pump(lead: [], piece: lead + sample(body, 1))) }
      }
      collect(body, lead: lead, into: &found)
    case .ahead(let part): collect(part, lead: lead, into: &found)
    case .empty, .anything, .one, .notNext, .notBefore, .before, .boundary: return
    }
  }

  /// A text that the part matches; another for each variant, where there is one. What may be left out is there in
  /// every second variant.
  private static func sample(_ tree: PatternTree, _ variant: Int) -> [UInt8] {
    switch tree {
    case .one(let set):
      let bytes = samples(set)
      return bytes.isEmpty ? [] : [bytes[variant % bytes.count]]
    case .choice(let branches): return branches.isEmpty ? [] : sample(branches[variant % branches.count], variant)
    case .sequence(let parts): return parts.flatMap { sample($0, variant) }
    case .repeated(let body, let least, _):
      return Array(repeating: sample(body, variant), count: max(min(least, 30), variant % 2)).flatMap { $0 }
    // What a group matched is not known here, and what is only looked at takes no place.
    case .empty, .anything, .ahead, .notNext, .notBefore, .before, .boundary: return []
    }
  }

  /// A few bytes of a set, of different kinds, as they stand in a folded text.
  private static func samples(_ set: ByteSet) -> [UInt8] {
    let kinds = ["ax", "1", " \t", ".-_/:@,'", "!\"#$%&()*+;<=>?[\\]^`{|}~", "bcdefghijklmnopqrstuvwyz", "02345678 9", "\n"]
    var samples: [UInt8] = []
    for kind in kinds {
      if let byte = kind.utf8.first(where: set.contains) { samples.append(byte) }
      if samples.count == 3 { break }
    }
    return samples
  }
}
