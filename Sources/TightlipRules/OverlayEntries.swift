package import TightlipCore

/// Something of the shipped pack that a practice switched off: a term or a rule.
package struct DisabledEntry: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable { case term, rule }

  package var file: String
  package var line: Int
  package var kind: Kind
  /// The term as written, or the rule's id.
  package var name: String
  /// The list of the term; nil for rules.
  package var termClass: TermClass?
  package var topic: EntityType?
  package var owner: String
  package var reason: String
  /// Until when; nil for as long as it stands there.
  package var expires: ExpiryDay?

  package static let columns = ["kind", "name", "entity", "owner", "reason", "expires"]
}

/// A waiver: what would be found may pass in these words, on somebody's responsibility and for a time.
package struct Waiver: Sendable, Hashable {
  package var file: String
  package var line: Int
  /// The words, or empty where only their keyed hash is kept.
  package var text: String
  /// The keyed hash of the words; for words that are PHI themselves.
  package var digest: UInt64?
  /// The only type it is for; nil for all types. Always given with a hash.
  package var entity: EntityType?
  package var owner: String
  package var reason: String
  package var expires: ExpiryDay

  package static let columns = ["text", "hash", "entity", "owner", "reason", "expires"]

  /// The hash as it stands in a table: 16 hexadecimal digits.
  package static func written(_ digest: UInt64) -> String {
    let digits = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// A message with what must come out of it: the tests of word lists.
package struct MessageExample: Sendable, Hashable {
  package enum Expectation: String, Sendable, CaseIterable { case found, nothing, pass, redact, block }

  package var file: String
  package var line: Int
  /// The message; with `found`, what is to be found stands in double square brackets.
  package var message: String
  package var expect: Expectation
  /// The type it is about; nil with pass, redact and block, and where nothing at all may be found.
  package var entity: EntityType?

  package static let columns = ["message", "expect", "entity", "note"]
}

extension DelimitedTable {
  /// The entries of a table of disabled terms and rules.
  package static func disabled(file: String, bytes: [UInt8]) throws(RulesError) -> [DisabledEntry] {
    let table = try DelimitedTable(file: file, bytes: bytes, columns: DisabledEntry.columns)
    return try table.entries { row throws(RulesError) in
      let kind = try table.word(row, 0, DisabledEntry.Kind.self)
      try table.require(row, 1, "name of the term or rule")
      try table.require(row, 3, "owner", "write who answers for it")
      try table.require(row, 4, "reason", "write why, so that the next person can judge it")
      var entry = DisabledEntry(
        file: file, line: row.line, kind: kind, name: table.text(row, 1), owner: table.text(row, 3),
        reason: table.text(row, 4))
      if kind == .term {
        let name = table.text(row, 2)
        if name.hasPrefix("TOPIC_"), let topic = EntityType(name: name) {
          entry.termClass = .topic
          entry.topic = topic
        } else if let known = TermClass(name: name), known != .topic, known != .patternContext {
          entry.termClass = known
        } else {
          throw RulesError(
            table.diagnostic(
              row, 2, "unknown entity \"\(name)\"",
              remedy: "write the entity of the row that is to be switched off, for example DIAGNOSIS"))
        }
      }
      if !row.cells[5].isEmpty { entry.expires = try table.day(row, 5) }
      return entry
    }
  }

  /// The entries of a table of waivers.
  package static func waivers(file: String, bytes: [UInt8]) throws(RulesError) -> [Waiver] {
    let table = try DelimitedTable(file: file, bytes: bytes, columns: Waiver.columns)
    return try table.entries { row throws(RulesError) in
      let text = table.text(row, 0)
      let hash = table.text(row, 1)
      guard text.isEmpty != hash.isEmpty else {
        throw RulesError(
          table.diagnostic(
            row, 0, text.isEmpty ? "a waiver has neither words nor a hash" : "a waiver has both words and their hash",
            remedy: "write the words, or, where they are somebody's name or number, their hash alone (tightlip waive makes it)"))
      }
      try table.require(row, 3, "owner", "write who answers for it")
      try table.require(row, 4, "reason", "write why, so that the next person can judge it")
      try table.require(row, 5, "day until which it holds", "write for example 2027-06-30; no waiver is for ever")
      var waiver = Waiver(
        file: file, line: row.line, text: text, owner: table.text(row, 3), reason: table.text(row, 4),
        expires: try table.day(row, 5))
      if !hash.isEmpty {
        guard hash.utf8.count == 16, let digest = UInt64(hash, radix: 16), !hash.hasPrefix("+") else {
          throw RulesError(
            table.diagnostic(
              row, 1, "the hash is not one of 16 digits and letters from a to f",
              remedy: "make it again with tightlip waive; a spreadsheet may have turned it into a number (set the column to Text)"
            ).with(code: "waiver-hash", excerpt: hash))
        }
        waiver.digest = digest
        try table.require(row, 2, "entity", "write the type of finding, for example PERSON: a hash holds for one type")
      }
      if !row.cells[2].isEmpty { waiver.entity = try table.entity(row, 2) }
      return waiver
    }
  }

  /// The entries of a table of examples.
  package static func examples(file: String, bytes: [UInt8]) throws(RulesError) -> [MessageExample] {
    let table = try DelimitedTable(file: file, bytes: bytes, columns: MessageExample.columns)
    return try table.entries { row throws(RulesError) in
      try table.require(row, 0, "message")
      let expect = try table.word(row, 1, MessageExample.Expectation.self)
      var example = MessageExample(file: file, line: row.line, message: table.text(row, 0), expect: expect)
      if !row.cells[2].isEmpty { example.entity = try table.entity(row, 2) }
      if expect == .found {
        try table.require(row, 2, "entity", "write what kind of thing is to be found, for example MEDICATION")
        guard example.message.firstRange(of: "[[") != nil, example.message.firstRange(of: "]]") != nil else {
          throw RulesError(
            table.diagnostic(
              row, 0, "the message does not mark what is to be found",
              remedy: "put it in double square brackets: Is [[metformin]] ready?"))
        }
      }
      return example
    }
  }

  private func entries<Entry>(_ read: (Row) throws(RulesError) -> Entry) throws(RulesError) -> [Entry] {
    var result: [Entry] = []
    var diagnostics: [Diagnostic] = []
    for row in rows where diagnostics.count < 50 {
      do throws(RulesError) {
        result.append(try read(row))
      } catch {
        diagnostics += error.diagnostics
      }
    }
    if !diagnostics.isEmpty { throw RulesError(diagnostics) }
    return result
  }

  private func require(_ row: Row, _ column: Int, _ what: String, _ remedy: String = "write one, or delete the row") throws(RulesError) {
    if row.cells[column].isEmpty { throw RulesError(diagnostic(row, column, "has no \(what)", remedy: remedy)) }
  }

  private func word<Word: RawRepresentable & CaseIterable>(_ row: Row, _ column: Int, _ type: Word.Type) throws(RulesError) -> Word
  where Word.RawValue == String {
    let text = self.text(row, column)
    if let word = Word(rawValue: text) { return word }
    let known = Word.allCases.map(\.rawValue)
    throw RulesError(
      diagnostic(
        row, column, "unknown word \"\(text)\"",
        remedy: nearest(to: text, among: known).map { "did you mean \($0)?" } ?? "use one of: " + known.joined(separator: ", ")
      ).with(
        code: "table-word",
        edits: known.first { $0 == text.lowercased() }.map { [.init(row.cells[column], $0.utf8)] } ?? []))
  }

  private func entity(_ row: Row, _ column: Int) throws(RulesError) -> EntityType {
    let text = self.text(row, column)
    if let entity = EntityType(name: text) { return entity }
    let known = EntityType.allCases.map(\.name)
    throw RulesError(
      diagnostic(
        row, column, "unknown entity \"\(text)\"",
        remedy: nearest(to: text, among: known).map { "did you mean \($0)?" } ?? "use a name from the table of entity types"
      ).with(
        code: "table-entity",
        edits: known.first { $0 == text.uppercased() }.map { [.init(row.cells[column], $0.utf8)] } ?? []))
  }

  private func day(_ row: Row, _ column: Int) throws(RulesError) -> ExpiryDay {
    let text = self.text(row, column)
    if let day = ExpiryDay(text) { return day }
    let certain = ExpiryDay.certain(text)
    throw RulesError(
      diagnostic(
        row, column, "\"\(text)\" is not a day written as year, month and day",
        remedy: certain.map { "write \($0), or run tightlip check --fix" } ?? "write for example 2027-06-30"
      ).with(
        code: "table-day", reason: "spreadsheets rewrite dates in the way of their country",
        edits: certain.map { [.init(row.cells[column], $0.utf8)] } ?? []))
  }
}
