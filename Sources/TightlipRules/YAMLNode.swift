/// A part of a YAML file: a text, a list or a mapping.
indirect enum Node: Sendable {
  case scalar(Scalar)
  case sequence(Sequence)
  case mapping(Mapping)

  /// A place in a file; both numbers are counted from 1, columns in characters.
  struct Mark: Sendable, Hashable {
    var line: Int
    var column: Int
  }

  /// A text.
  struct Scalar: Sendable {
    /// How a text is written.
    enum Style: Sendable { case plain, quoted, block }

    var string: String
    var style: Style
    var mark: Mark
  }

  /// A list.
  struct Sequence: Sendable, RandomAccessCollection {
    var nodes: [Node] = []
    var mark: Mark

    var startIndex: Int { 0 }
    var endIndex: Int { nodes.count }
    subscript(index: Int) -> Node { nodes[index] }
  }

  /// Keys and values, in the order of the file.
  struct Mapping: Sendable, RandomAccessCollection {
    var pairs: [(key: Node, value: Node)] = []
    var mark: Mark

    var startIndex: Int { 0 }
    var endIndex: Int { pairs.count }
    subscript(index: Int) -> (key: Node, value: Node) { pairs[index] }
  }

  /// Where it begins.
  var mark: Mark? {
    switch self {
    case .scalar(let scalar): scalar.mark
    case .sequence(let sequence): sequence.mark
    case .mapping(let mapping): mapping.mark
    }
  }

  /// The text; nil where it is none.
  var string: String? {
    guard case .scalar(let scalar) = self else { return nil }
    return scalar.string
  }

  /// The text as a number.
  var float: Double? { string.flatMap { Double($0) } }

  /// The text as a whole number.
  var int: Int? { string.flatMap { Int($0) } }
}

// For files of other tools, whose keys are not all known.
extension Node {
  /// The mapping; nil where it is none.
  var mapping: Mapping? {
    guard case .mapping(let mapping) = self else { return nil }
    return mapping
  }

  /// The list; nil where it is none.
  var sequence: Sequence? {
    guard case .sequence(let sequence) = self else { return nil }
    return sequence
  }

  /// The text as true or false; nil where it is neither.
  var bool: Bool? { string.flatMap { Bool($0.lowercased()) } }
}

extension Node.Mapping {
  /// The value of a key; nil where it is not there.
  subscript(key: String) -> Node? { pairs.first { $0.key.string == key }?.value }
}
