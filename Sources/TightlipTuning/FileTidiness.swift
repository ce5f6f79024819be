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
    return notes
  }
}
