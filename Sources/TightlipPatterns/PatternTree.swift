/// What a pattern says, as far as it is understood: never less than it can match.
package indirect enum PatternTree: Hashable {
  /// The empty string.
  case empty
  /// Nothing is known from here on: any bytes, or none.
  case anything
  /// One byte out of a set.
  case one(ByteSet)
  case sequence([PatternTree])
  case choice([PatternTree])
  /// So often at least and at most; nil: without end.
  case repeated(PatternTree, least: Int, most: Int?)
  /// What follows begins as this does.
  case ahead(PatternTree)
  /// The next byte is none of these; the end of the text is well.
  case notNext(ByteSet)
  /// The byte before is none of these; the beginning of the text is well.
  case notBefore(ByteSet)
  /// The byte before is one of these.
  case before(ByteSet)
  /// Of the bytes on both sides one is a byte of \w, and one is not.
  case boundary

  /// One certain byte.
  static func byte(_ byte: UInt8) -> PatternTree { .one(ByteSet(byte)) }

  /// The tree of a pattern's text; nil where something is not understood.
  package init?(of pattern: String) {
    var parser = PatternParser(bytes: Array(pattern.utf8))
    guard let tree = parser.whole() else { return nil }
    self = tree
  }

  /// The bytes that a part matches, where it always matches exactly one.
  var singleBytes: ByteSet? {
    switch self {
    case .one(let set): return set
    case .sequence(let parts): return parts.count == 1 ? parts[0].singleBytes : nil
    case .choice(let branches):
      var union = ByteSet()
      for branch in branches {
        guard let set = branch.singleBytes else { return nil }
        union.formUnion(set)
      }
      return union
    default: return nil
    }
  }

  /// Of the branches of a part those that match exactly one byte, together.
  var singleByteBranches: ByteSet {
    var union = ByteSet()
    switch self {
    case .choice(let branches): for branch in branches { union.formUnion(branch.singleByteBranches) }
    case .sequence(let parts) where parts.count == 1: return parts[0].singleByteBranches
    default: if let set = singleBytes { return set }
    }
    return union
  }

  /// How many digits every match holds at least.
  var digits: Int {
    switch self {
    case .one(let set): ByteSet.digits.contains(set) ? 1 : 0
    case .sequence(let parts): parts.reduce(0) { min(255, $0 + $1.digits) }
    case .choice(let branches): branches.map(\.digits).min() ?? 0
    case .repeated(let part, let least, _): min(255, part.digits * least)
    default: 0
    }
  }

  /// Every match of the part is empty.
  private var isAssertion: Bool {
    switch self {
    case .empty, .ahead, .notNext, .notBefore, .before, .boundary: true
    case .sequence(let parts): parts.allSatisfy(\.isAssertion)
    default: false
    }
  }

  /// What every match must begin with beside what the tree itself says: the look-aheads at its beginning.
  var leadingLooks: [PatternTree] {
    switch self {
    case .ahead(let part): return [part]
    case .sequence(let parts):
      var looks: [PatternTree] = []
      for part in parts {
        looks += part.leadingLooks
        guard part.isAssertion else { break }
      }
      return looks
    default: return []
    }
  }
}
