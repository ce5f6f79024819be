/// A YAML file with the places of its parts, for diagnostics that name line and column.
struct YAMLDocument {
  let file: String
  let root: Node

  /// Parses a file.
  ///
  /// - Throws: ``RulesError`` naming line and column of a syntax error.
  init(file: String, bytes: [UInt8]) throws(RulesError) {
    self.file = file
    try FileDamage.check(file: file, bytes: bytes)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw RulesError(
        Diagnostic(file: file, "is not valid UTF-8", remedy: "save the file as UTF-8"))
    }
    do throws(YAMLComposer.Failure) {
      guard let node = try YAMLComposer.compose(bytes) else {
        throw YAMLComposer.Failure(message: "is empty", remedy: "write the file, or take it out of the pack")
      }
      root = node
    } catch {
      throw RulesError(
        Diagnostic(
          file: file, line: error.mark?.line ?? 0, column: error.mark?.column ?? 0, error.message,
          remedy: error.remedy))
    }
  }

  /// An error at a node.
  func diagnostic(
    _ node: Node, _ message: String, remedy: String, level: Diagnostic.Level = .error
  ) -> Diagnostic {
    Diagnostic(
      level, file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, message,
      remedy: remedy)
  }

  /// The members of a mapping with known keys.
  ///
  /// - Throws: a diagnostic where it is no mapping, a key is unknown (with the nearest known one),
  ///   or a key stands twice.
  func members(
    of node: Node, _ what: String, known: [String]
  ) throws(Diagnostic) -> [String: (key: Node, value: Node)] {
    guard case .mapping(let mapping) = node else {
      throw diagnostic(node, "\(what) must be a mapping", remedy: "write lines of the form key: value")
    }
    var result: [String: (key: Node, value: Node)] = [:]
    for (key, value) in mapping {
      guard let name = key.string else {
        throw diagnostic(key, "a key must be a word", remedy: "use one of: " + known.joined(separator: ", "))
      }
      guard known.contains(name) else {
        throw diagnostic(
          key, "unknown key \"\(name)\" in \(what)",
          remedy: nearest(to: name, among: known).map { "did you mean \($0)?" }
            ?? "use one of: " + known.joined(separator: ", "))
      }
      guard result.updateValue((key, value), forKey: name) == nil else {
        throw diagnostic(key, "\"\(name)\" stands twice in \(what)", remedy: "delete one of the two")
      }
    }
    return result
  }

  /// The members of a mapping whose keys are free, in order.
  func pairs(of node: Node, _ what: String) throws(Diagnostic) -> [(key: String, value: Node)] {
    guard case .mapping(let mapping) = node else {
      throw diagnostic(node, "\(what) must be a mapping", remedy: "write lines of the form key: value")
    }
    var result: [(key: String, value: Node)] = []
    for (key, value) in mapping {
      let name = try string(key, "a key of \(what)")
      guard !result.contains(where: { $0.key == name }) else {
        throw diagnostic(key, "\"\(name)\" stands twice in \(what)", remedy: "delete one of the two")
      }
      result.append((name, value))
    }
    return result
  }

  func string(_ node: Node, _ what: String) throws(Diagnostic) -> String {
    guard case .scalar(let scalar) = node else {
      throw diagnostic(node, "\(what) must be a text", remedy: "write it on the same line, in quotes")
    }
    return scalar.string
  }

  func strings(_ node: Node, _ what: String) throws(Diagnostic) -> [String] {
    guard case .sequence(let sequence) = node else {
      throw diagnostic(node, "\(what) must be a list", remedy: "write [one, two], or lines that begin with a dash")
    }
    var result: [String] = []
    for item in sequence { result.append(try string(item, "an entry of \(what)")) }
    return result
  }

  /// The entries of a list.
  func items(of node: Node, _ what: String) throws(Diagnostic) -> [Node] {
    guard case .sequence(let sequence) = node else {
      throw diagnostic(node, "\(what) must be a list", remedy: "write [one, two], or lines that begin with a dash")
    }
    return Array(sequence)
  }

  func fraction(_ node: Node, _ what: String) throws(Diagnostic) -> Double {
    guard let value = node.float, value >= 0, value <= 1 else {
      throw diagnostic(node, "\(what) must be a number from 0 to 1", remedy: "write for example 0.85")
    }
    return value
  }

  func integer(_ node: Node, _ what: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int {
    guard let value = node.int, range.contains(value) else {
      throw diagnostic(
        node, "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound)",
        remedy: "write for example \(range.lowerBound)")
    }
    return value
  }

  func boolean(_ node: Node, _ what: String) throws(Diagnostic) -> Bool {
    // Only the two words: YAML 1.1 would also take "no", "off" and "n", and a policy must not turn
    // on how a word is spelt.
    guard case .scalar(let scalar) = node, scalar.style == .plain,
      scalar.string == "true" || scalar.string == "false"
    else {
      throw diagnostic(node, "\(what) must be true or false", remedy: "write true or false, without quotes")
    }
    return scalar.string == "true"
  }
}
