import TightlipRules

/// Small damage that every reader mends for itself: named, so that nobody wonders, and taken away by
/// `check --fix`.
enum FileTidiness {
  static func notes(file: String, bytes: [UInt8]) -> [Diagnostic] {
    var notes: [Diagnostic] = []
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      notes.append(
        Diagnostic(
          .note, file: file, line: 1, column: 1, "begins with an invisible byte order mark, as some spreadsheets write",
          remedy: "nothing has to be done; tightlip check --fix takes it away"
        ).with(code: "file-bom", reason: "it is read as if it were not there", edits: [.init(0..<3, [])]))
    }
    var returns: [Int] = []
    let text = bytes.span
    for index in text.indices where text[index] == UInt8(ascii: "\r") { returns.append(index) }
    if !returns.isEmpty {
      notes.append(
        Diagnostic(
          .note, file: file, line: 1, "has Windows line ends (\(returns.count) of them)",
          remedy: "nothing has to be done; tightlip check --fix makes them plain"
        ).with(
          code: "file-crlf", reason: "they are read like any other; a comparison of two versions shows every line as changed",
          edits: returns.map { .init($0..<$0 + 1, []) }))
    }
    if file.hasSuffix(".yaml") { notes += typography(file: file, bytes: bytes) }
    return notes
  }

  /// Curly quotation marks around values, and no-break spaces where YAML wants plain ones: what word
  /// processors and web pages put into a file when somebody copies from them.
  static func typography(file: String, bytes: [UInt8]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var start = 0
    var line = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      line += 1
      defer { start = end + 1 }
      guard bytes[start..<end].contains(where: { $0 >= 0x80 }) else { continue }
      // Where a value begins: behind the indentation, a dash, or a key and its colon.
      var index = start
      var isValue = true
      while index < end {
        let rest = bytes[index..<end]
        if isValue, rest.starts(with: [0xC2, 0xA0]) {
          found.append(
            Diagnostic(
              file: file, line: line, column: String(decoding: bytes[start..<index], as: UTF8.self).count + 1,
              "a no-break space stands where YAML wants a plain one", remedy: "write a space, or run tightlip check --fix"
            ).with(code: "yaml-space", reason: "it becomes part of the word beside it", edits: [.init(index..<index + 2, " ".utf8)]))
          index += 2
          continue
        }
        if isValue, let mark = curly(rest) {
          let closing = (index + 3..<end).last { curly(bytes[$0..<end]) == mark }
          found.append(
            Diagnostic(
              file: file, line: line, column: String(decoding: bytes[start..<index], as: UTF8.self).count + 1,
              "a value stands in curly quotation marks", remedy: "write plain ones, or run tightlip check --fix"
            ).with(
              code: "yaml-quotes", excerpt: String(decoding: rest, as: UTF8.self),
              reason: "the marks become part of the value",
              edits: closing.map { [.init(index..<index + 3, [mark]), .init($0..<$0 + 3, [mark])] } ?? []))
          break
        }
        switch bytes[index] {
        case UInt8(ascii: " "): break
        case UInt8(ascii: "-"), UInt8(ascii: ":"): isValue = true
        case UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "'"): index = end
        default: isValue = false
        }
        index += 1
      }
    }
    return found
  }

  /// The plain mark for a curly one.
  private static func curly(_ rest: ArraySlice<UInt8>) -> UInt8? {
    guard rest.starts(with: [0xE2, 0x80]), rest.count >= 3 else { return nil }
    switch rest[rest.startIndex + 2] {
    case 0x98, 0x99: return UInt8(ascii: "'")
    case 0x9C, 0x9D: return UInt8(ascii: "\"")
    default: return nil
    }
  }
}
