internal import CTightlipYAML

/// Builds the tree of a YAML file from libyaml's events.
@safe
struct YAMLComposer: ~Copyable {
  /// What is wrong with a file, and where.
  struct Failure: Error {
    var message: String
    var mark: Node.Mark?
    var remedy = "check quotes, colons and indentation on this line and the one before"
  }

  /// No file that a person keeps is nested deeper.
  private static let deepest = 64

  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private var anchors: [String: Node] = [:]
  private var depth = 0

  private init() throws(Failure) {
    // SAFETY: the parser reads the bytes only inside this closure; every event is deleted once, and the parser
    // with its owner.
    guard unsafe yaml_parser_initialize(parser) == 1 else { throw Failure(message: "cannot be read for want of memory") }
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
  }

  /// The one document of a file; nil where there is none.
  static func compose(_ bytes: [UInt8]) throws(Failure) -> Node? {
    var composer = try YAMLComposer()
    return try unsafe bytes.withUnsafeBufferPointer { bytes throws(Failure) -> Node? in
      unsafe yaml_parser_set_encoding(composer.parser, YAML_UTF8_ENCODING)
      unsafe yaml_parser_set_input_string(composer.parser, bytes.baseAddress, bytes.count)
      return try composer.document()
    }
  }

  private mutating func document() throws(Failure) -> Node? {
    _ = try next()
    guard case .other(YAML_DOCUMENT_START_EVENT) = try next().kind else { return nil }
    let root = try node(try next())
    _ = try next()
    let end = try next()
    guard case .other(YAML_STREAM_END_EVENT) = end.kind else {
      throw Failure(message: "is not YAML: but found another document", mark: end.mark)
    }
    return root
  }

  private mutating func node(_ event: Event) throws(Failure) -> Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw Failure(message: "is nested more than \(Self.deepest) deep", mark: event.mark)
    }
    let node: Node
    switch event.kind {
    case .alias(let name):
      guard let target = anchors[name] else {
        throw Failure(message: "is not YAML: found undefined alias", mark: event.mark)
      }
      return target
    case .scalar(let string, let style):
      node = .scalar(Node.Scalar(string: string, style: style, mark: event.mark))
    case .sequenceStart:
      var sequence = Node.Sequence(mark: event.mark)
      var item = try next()
      while !item.isEnd {
        sequence.nodes.append(try self.node(item))
        item = try next()
      }
      node = .sequence(sequence)
    case .mappingStart:
      node = .mapping(try mapping(event.mark))
    case .end, .other:
      throw Failure(message: "is not YAML", mark: event.mark)
    }
    if let anchor = event.anchor { anchors[anchor] = node }
    return node
  }

  private mutating func mapping(_ mark: Node.Mark) throws(Failure) -> Node.Mapping {
    var mapping = Node.Mapping(mark: mark)
    var seen: [String: Node.Mark] = [:]
    var event = try next()
    while !event.isEnd {
      let key = try node(event)
      if let name = key.string, let first = seen.updateValue(event.mark, forKey: name) {
        throw Failure(
          message: "\"\(name)\" stands twice in one mapping, first in line \(first.line)", mark: event.mark,
          remedy: "delete one of the two")
      }
      mapping.pairs.append((key, try node(try next())))
      event = try next()
    }
    return mapping
  }

  // MARK: Events

  private struct Event {
    enum Kind {
      case scalar(String, Node.Scalar.Style)
      case alias(String)
      case sequenceStart, mappingStart, end
      case other(yaml_event_type_t)
    }

    var kind: Kind
    var anchor: String?
    var mark: Node.Mark

    var isEnd: Bool {
      if case .end = kind { true } else { false }
    }
  }

  private mutating func next() throws(Failure) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    let mark = unsafe Self.mark(event.start_mark)
    switch unsafe event.type {
    case YAML_ALIAS_EVENT:
      return unsafe Event(kind: .alias(Self.text(event.data.alias.anchor) ?? ""), mark: mark)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let value = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let style: Node.Scalar.Style =
        switch unsafe scalar.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
      return unsafe Event(
        kind: .scalar(String(decoding: value, as: UTF8.self), style), anchor: Self.text(scalar.anchor), mark: mark)
    case YAML_SEQUENCE_START_EVENT:
      return unsafe Event(kind: .sequenceStart, anchor: Self.text(event.data.sequence_start.anchor), mark: mark)
    case YAML_MAPPING_START_EVENT:
      return unsafe Event(kind: .mappingStart, anchor: Self.text(event.data.mapping_start.anchor), mark: mark)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return Event(kind: .end, mark: mark)
    case let type: return Event(kind: .other(type), mark: mark)
    }
  }

  private func failure() -> Failure {
    let state = unsafe parser.pointee
    switch unsafe state.error {
    case YAML_SCANNER_ERROR, YAML_PARSER_ERROR, YAML_COMPOSER_ERROR:
      let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "it cannot be understood"
      return unsafe Failure(message: "is not YAML: \(problem)", mark: Self.mark(state.problem_mark))
    default:
      return Failure(message: "is not YAML")
    }
  }

  private static func mark(_ mark: yaml_mark_t) -> Node.Mark {
    Node.Mark(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  @unsafe private static func text(_ pointer: UnsafePointer<yaml_char_t>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }
}
