/// What spreadsheets, editors and unfinished merges do to a text file, told before anything of the
/// file is read: each of these would otherwise show as a puzzling error further on, or not at all.
package enum FileDamage {
  /// Refuses a file that is no plain UTF-8 text with usual line ends.
  ///
  /// A byte order mark and Windows line ends are no damage: every reader takes them.
  ///
  /// - Throws: ``RulesError`` for UTF-16, spreadsheet and other binary files, control characters, line
  ///   ends of a kind no longer used, and marks of a merge that nobody finished.
  /// - Complexity: linear in the size.
  package static func check(file: String, bytes: [UInt8]) throws(RulesError) {
    if let diagnostic = wholeFile(file, bytes) { throw RulesError(diagnostic) }
    var found: [Diagnostic] = []
    if let diagnostic = control(file, bytes) { found.append(diagnostic) }
    found += mergeMarks(file, bytes)
    if !found.isEmpty { throw RulesError(found) }
  }

  /// Refuses a file that is not UTF-8, naming the first line that is not.
  ///
  /// - Complexity: linear in the size.
  package static func checkUTF8(file: String, bytes: [UInt8]) throws(RulesError) {
    guard String(validating: bytes, as: UTF8.self) == nil else { return }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let number = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
    throw RulesError(
      Diagnostic(
        file: file, line: (number ?? 0) + 1, column: 1, "the line is not valid UTF-8", remedy: "save the file as UTF-8"
      ).with(code: "file-encoding"))
  }

  /// Line and column (both from 1, the column in characters) of a byte.
  package static func place(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    var line = 1
    var start = 0
    let text = bytes.span
    for index in 0..<min(offset, bytes.count) where text[index] == UInt8(ascii: "\n") {
      line += 1
      start = index + 1
    }
    return (line, String(decoding: bytes[start..<offset], as: UTF8.self).count + 1)
  }

  // MARK: The file as a whole

  private static func wholeFile(_ file: String, _ bytes: [UInt8]) -> Diagnostic? {
    if let text = fromUTF16(bytes) {
      return Diagnostic(
        file: file, "is saved as UTF-16 (\"Unicode\" in some programs)",
        remedy: "save it as UTF-8, or run tightlip check --fix"
      ).with(
        code: "file-utf16", reason: "only UTF-8 means the same in every program; nothing of the file was used",
        edits: [.init(0..<bytes.count, text)])
    }
    let kinds: [(start: [UInt8], name: String)] = [
      (Array("PK\u{3}\u{4}".utf8), "a spreadsheet or word processor file (.xlsx, .ods, .docx), or another ZIP archive"),
      ([0xD0, 0xCF, 0x11, 0xE0], "a spreadsheet file of an old kind (.xls)"),
      (Array("%PDF".utf8), "a PDF file"), ([0x1F, 0x8B], "a compressed file"),
      (Array("{\\rtf".utf8), "a word processor file (.rtf)"),
    ]
    for kind in kinds where bytes.starts(with: kind.start) {
      return Diagnostic(
        file: file, "is \(kind.name), not a text file",
        remedy: "open it in the program that made it and save it as text: UTF-8, tabs between the columns"
      ).with(code: "file-binary", reason: "the file looks the same on the screen but holds something else")
    }
    return nil
  }

  /// The text of a file in UTF-16 with a byte order mark, as UTF-8; nil where it is none.
  private static func fromUTF16(_ bytes: [UInt8]) -> [UInt8]? {
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard isLittle || bytes.starts(with: [0xFE, 0xFF]), bytes.count.isMultiple(of: 2) else { return nil }
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for index in stride(from: 2, to: bytes.count, by: 2) {
      let first = UInt16(bytes[index])
      let second = UInt16(bytes[index + 1])
      units.append(isLittle ? second << 8 | first : first << 8 | second)
    }
    return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
  }

  // MARK: Characters

  private static func control(_ file: String, _ bytes: [UInt8]) -> Diagnostic? {
    let text = bytes.span
    var hasLineFeed = false
    var firstReturn = -1
    for index in text.indices {
      let byte = text[index]
      if byte >= 0x20, byte != 0x7F { continue }
      switch byte {
      case UInt8(ascii: "\t"): continue
      case UInt8(ascii: "\n"): hasLineFeed = true
      case UInt8(ascii: "\r"):
        if index + 1 == text.count || text[index + 1] != UInt8(ascii: "\n"), firstReturn < 0 { firstReturn = index }
      default:
        let (line, column) = place(of: index, in: bytes)
        let hex = String(byte, radix: 16, uppercase: true)
        return Diagnostic(
          file: file, line: line, column: column,
          "holds a control character (U+00\(hex.count == 1 ? "0" : "")\(hex)), as binary files do",
          remedy: "delete the character; if the file is full of them, save it again as UTF-8 text"
        ).with(code: "file-control", reason: "programs show it as nothing, so that two terms look the same and are not")
      }
    }
    guard firstReturn >= 0 else { return nil }
    let (line, column) = place(of: firstReturn, in: bytes)
    if !hasLineFeed {
      return Diagnostic(
        file: file, line: 1, "has line ends of a kind no longer used (CR alone), and reads as one long line",
        remedy: "save it with the line ends of Unix or Windows, or run tightlip check --fix"
      ).with(
        code: "file-line-ends", reason: "nothing of the file was used",
        edits: [.init(0..<bytes.count, bytes.map { $0 == UInt8(ascii: "\r") ? UInt8(ascii: "\n") : $0 })])
    }
    return Diagnostic(
      file: file, line: line, column: column, "holds a line end (CR alone) in the middle of a line",
      remedy: "make it a real line end, or a space"
    ).with(code: "file-line-ends", reason: "some programs show two lines here and others one")
  }

  // MARK: Merges

  private static func mergeMarks(_ file: String, _ bytes: [UInt8]) -> [Diagnostic] {
    let text = bytes.span
    var found: [Diagnostic] = []
    var isLineStart = true
    var line = 1
    for index in text.indices {
      let byte = text[index]
      if isLineStart, byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">"), index + 7 <= text.count,
        (index..<index + 7).allSatisfy({ text[$0] == byte }),
        index + 7 == text.count || text[index + 7] == UInt8(ascii: " ") || text[index + 7] < 0x20
      {
        found.append(
          Diagnostic(
            file: file, line: line, column: 1,
            byte == UInt8(ascii: "<")
              ? "two versions of the file were put together, and nobody chose between them: they begin here"
              : "the two versions that nobody chose between end here",
            remedy: "keep one of the two versions (between them stands a line =======) and delete the marks"
          ).with(code: "file-merge", reason: "both versions stand in the file; nothing of it was used"))
        if found.count == 10 { return found }
      }
      isLineStart = byte == UInt8(ascii: "\n")
      if isLineStart { line += 1 }
    }
    return found
  }
}
