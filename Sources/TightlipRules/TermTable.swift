package import TightlipCore

/// One row of a term table.
package struct TermRow {
  package var line: Int
  /// The term's bytes in the table's storage.
  package var term: Range<Int>
  package var termClass: TermClass
  /// The topic, where the class is `.topic`.
  package var topic: EntityType?
  package var flags: TermFlags
  /// 0…100.
  package var weight: UInt8
}

/// A table of terms (`terms/*.tsv`, `context/*.tsv`, `topics/*.tsv`).
package struct TermTable {
  package let file: String
  package let bytes: [UInt8]
  package private(set) var rows: [TermRow] = []

  /// The header every table begins with.
  package static let columns = ["term", "entity", "weight", "flags", "code", "source", "note"]

  /// Reads a table.
  ///
  /// - Throws: ``RulesError`` with a diagnostic for every bad row, ten at most.
  /// - Complexity: linear in the size.
  package init(file: String, bytes: [UInt8]) throws(RulesError) {
    self.file = file
    self.bytes = bytes
    var diagnostics: [Diagnostic] = []
    var line = 0
    var start = 0
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    var fields: [Range<Int>] = []
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      line += 1
      var lineEnd = end
      if lineEnd > start, bytes[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
      fields.removeAll(keepingCapacity: true)
      var fieldStart = start
      for i in start..<lineEnd where bytes[i] == UInt8(ascii: "\t") {
        fields.append(fieldStart..<i)
        fieldStart = i + 1
      }
      fields.append(fieldStart..<lineEnd)
      if line == 1 {
        let header = fields.map { String(decoding: bytes[$0], as: UTF8.self) }
        guard header == Self.columns else {
          throw RulesError(
            Diagnostic(
              file: file, line: 1, column: 1, "the header row is not the expected one",
              remedy: "begin the file with these columns, separated by tabs: "
                + Self.columns.joined(separator: " ")))
        }
      } else if lineEnd > start {
        do throws(Diagnostic) {
          rows.append(try Self.row(fields, bytes, file: file, line: line, start: start))
        } catch {
          diagnostics.append(error)
          // Ten show what kind of mistake it is; a thousand would bury the first.
          if diagnostics.count == 10 {
            diagnostics.append(
              Diagnostic(
                file: file, line: line, "reading stopped after ten problems",
                remedy: "mend these and check again"))
            break
          }
        }
      }
      start = end + 1
    }
    if line == 0 {
      diagnostics.append(
        Diagnostic(file: file, "is empty", remedy: "add the header row, or take it out of pack.yaml"))
    }
    if !diagnostics.isEmpty { throw RulesError(diagnostics) }
  }

  private static func row(
    _ fields: [Range<Int>], _ bytes: [UInt8], file: String, line: Int, start: Int
  ) throws(Diagnostic) -> TermRow {
    func text(_ index: Int) -> Substring {
      Substring(decoding: bytes[fields[index]], as: UTF8.self)
    }
    // In characters, as editors count.
    func column(_ index: Int) -> Int {
      String(decoding: bytes[start..<fields[index].lowerBound], as: UTF8.self).count + 1
    }
    guard fields.count == columns.count else {
      throw Diagnostic(
        file: file, line: line, column: 1,
        "has \(fields.count) columns instead of \(columns.count)",
        remedy: "separate the columns by single tabs: " + columns.joined(separator: " "))
    }
    guard !fields[0].isEmpty else {
      throw Diagnostic(
        file: file, line: line, column: 1, "the term is empty",
        remedy: "write a term, or delete the row")
    }
    var termClass: TermClass
    var topic: EntityType?
    if bytes[fields[1]].starts(with: "TOPIC_".utf8) {
      termClass = .topic
      topic = EntityType(name: text(1))
      guard topic != nil else { throw unknownEntity(text(1), file: file, line: line, column: column(1)) }
    } else if let known = TermClass(name: text(1)), known != .topic, known != .patternContext {
      termClass = known
    } else {
      throw unknownEntity(text(1), file: file, line: line, column: column(1))
    }
    guard let weight = hundredths(bytes[fields[2]]) else {
      throw Diagnostic(
        file: file, line: line, column: column(2), "the weight \"\(text(2))\" is not a number from 0 to 1",
        remedy: "write for example 0.9, with a point")
    }
    var flags: TermFlags = []
    if !fields[3].isEmpty {
      for flag in text(3).split(separator: ",") {
        guard let known = Self.flags[String(flag)] else {
          let names = Self.flags.keys.sorted()
          throw Diagnostic(
            file: file, line: line, column: column(3), "unknown flag \"\(flag)\"",
            remedy: nearest(to: String(flag), among: names).map { "did you mean \($0)?" }
              ?? "use one of: " + names.joined(separator: ", "))
        }
        flags.insert(known)
      }
    }
    return TermRow(
      line: line, term: fields[0], termClass: termClass, topic: topic, flags: flags, weight: weight)
  }

  private static func unknownEntity(
    _ name: Substring, file: String, line: Int, column: Int
  ) -> Diagnostic {
    let names =
      TermClass.allCases.filter { $0 != .topic && $0 != .patternContext }.map(\.name) + EntityType.allCases.filter { $0.entityClass == .topic }.map(\.name)
    return Diagnostic(
      file: file, line: line, column: column, "unknown entity \"\(name)\"",
      remedy: nearest(to: String(name), among: names).map { "did you mean \($0)?" }
        ?? "use an entity type, list class, cue or topic that FORMAT.md lists")
  }

  private static let flags: [String: TermFlags] = [
    "case-sensitive": .caseSensitive, "plural": .plural, "one-typo": .oneTypo,
    "needs-context": .needsContext, "needs-strong-context": .needsStrongContext,
  ]

  /// A decimal number from 0 to 1 in hundredths, without Foundation; nil where it is not one.
  private static func hundredths(_ field: ArraySlice<UInt8>) -> UInt8? {
    let zero = UInt8(ascii: "0")
    var digits = field[...]
    guard let first = digits.popFirst(), first == zero || first == UInt8(ascii: "1") else { return nil }
    var value = Int(first - zero) * 100
    if let point = digits.popFirst() {
      guard point == UInt8(ascii: "."), !digits.isEmpty, digits.count <= 4 else { return nil }
      for (place, digit) in digits.enumerated() {
        guard (zero...UInt8(ascii: "9")).contains(digit) else { return nil }
        if place == 0 { value += Int(digit - zero) * 10 }
        if place == 1 { value += Int(digit - zero) }
        if place > 1, digit != zero, value == 100 { return nil }
      }
    }
    return value <= 100 ? UInt8(value) : nil
  }
}
