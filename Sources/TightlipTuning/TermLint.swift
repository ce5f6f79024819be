import Tightlip
import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipRules

/// Looks through all terms of a pack and its overlays for what the reader of one table cannot see:
/// rows that repeat, hide or contradict each other, everyday words, and what a spreadsheet did.
struct TermLint {
  private let sources: TuningSources
  private let benign: BenignTable?
  private var entries: [Entry] = []
  /// The first entry of each term of a class.
  private var firstEntry: [UInt64: Int] = [:]
  /// Words that are common in everyday English.
  private var commonWords: Set<UInt64> = []
  private(set) var diagnostics: [Diagnostic] = []

  private struct Entry {
    var layer: Int
    var table: Int
    var row: Int
    /// Of term, class and topic.
    var key: UInt64
    /// Of the term alone.
    var term: UInt64
    var words: Int
  }

  init(_ sources: TuningSources, benign: BenignTable?) throws(NormalizationError) {
    self.sources = sources
    self.benign = benign ?? sources.benign
    try gather()
    lookForRepeats()
    lookAtOverlayRows()
    lookForEverydayWords()
    lookForSpreadsheets()
  }

  // MARK: Gathering

  private mutating func gather() throws(NormalizationError) {
    var folder = TermFolder(normalizer: try Normalizer())
    for (layerNumber, layer) in sources.layers.enumerated() {
      for (tableNumber, table) in layer.tables.enumerated() {
        for (rowNumber, row) in table.rows.enumerated() {
          guard folder.fold(Array(table.bytes[row.term]).span) else { continue }
          let plain = TermKey.plain(folder.folded)
          let term = Self.hash(plain)
          let key = Self.key(term, row)
          let words = plain.reduce(1) { $0 + ($1 == UInt8(ascii: " ") ? 1 : 0) }
          if firstEntry[key] == nil { firstEntry[key] = entries.count }
          if row.termClass == .commonWord, row.weight >= 60 { commonWords.insert(term) }
          entries.append(Entry(layer: layerNumber, table: tableNumber, row: rowNumber, key: key, term: term, words: words))
        }
      }
    }
  }

  private static func hash(_ plain: [UInt8]) -> UInt64 {
    var hash = WordHash()
    for byte in plain { hash.add(byte) }
    return hash.mixed
  }

  private static func key(_ term: UInt64, _ row: TermRow) -> UInt64 {
    (term ^ (UInt64(row.termClass.rawValue) << 8 | UInt64(row.topic?.rawValue ?? 0xFF))) &* 0x9e37_79b9_7f4a_7c15
  }

  private func table(_ entry: Entry) -> TermTable { sources.layers[entry.layer].tables[entry.table] }
  private func row(_ entry: Entry) -> TermRow { table(entry).rows[entry.row] }
  private func text(_ entry: Entry) -> String { String(decoding: table(entry).bytes[row(entry).term], as: UTF8.self) }
  private func place(_ entry: Entry) -> String { "\(table(entry).file):\(row(entry).line)" }
  private func isShipped(_ entry: Entry) -> Bool { sources.layers[entry.layer].isPack }

  private func diagnostic(_ level: Diagnostic.Level, _ entry: Entry, _ message: String, remedy: String) -> Diagnostic {
    Diagnostic(level, file: table(entry).file, line: row(entry).line, column: 1, message, remedy: remedy)
  }

  // MARK: Repeats, contradictions, shadows

  private static let context: TermFlags = .needsContext | .needsStrongContext

  private mutating func lookForRepeats() {
    let order = entries.indices.sorted { (entries[$0].key, $0) < (entries[$1].key, $1) }
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, entries[order[end]].key == entries[order[start]].key { end += 1 }
      // In files that are built from sources, rows of two files that agree are no mistake.
      for later in (start + 1)..<max(end, start + 1) {
        compare(entries[order[later]], with: order[start..<later].map { entries[$0] })
      }
      start = end
    }
    for entry in entries where row(entry).flags.contains(.plural) { lookForPlural(of: entry) }
    lookForContradictoryCues()
  }

  private mutating func compare(_ entry: Entry, with earlier: [Entry]) {
    let row = row(entry)
    if let same = earlier.last(where: { $0.layer == entry.layer }) {
      let other = self.row(same)
      let level: Diagnostic.Level = same.table == entry.table || !isShipped(entry) ? .warning : .note
      let differs = row.flags.symmetricDifference(other.flags)
      let name = "\"\(text(entry))\""
      if differs.contains(.caseSensitive), differs.isDisjoint(with: Self.context) {
        let (idle, loud) = row.flags.contains(.caseSensitive) ? (entry, same) : (same, entry)
        diagnostics.append(
          diagnostic(
            level, idle, "\"\(text(idle))\" counts only as written, but \(place(loud)) has it in any case, so this row does nothing",
            remedy: "delete one of the two rows"
          ).with(code: "term-shadowed", reason: "who reads this row thinks that small letters pass"))
      } else if !differs.isDisjoint(with: Self.context) {
        let (weak, strong) = row.flags.isDisjoint(with: Self.context) ? (same, entry) : (entry, same)
        // "AIDS" as written, and "aids" with context, are two things.
        if self.row(strong).flags.contains(.caseSensitive), !self.row(weak).flags.contains(.caseSensitive) { return }
        diagnostics.append(
          diagnostic(
            level, weak, "\(name) needs context here, and none at \(place(strong)); the row without counts",
            remedy: "decide for one, and delete the other row"
          ).with(code: "term-contradiction", reason: "the word is found everywhere, although this row says otherwise"))
      } else {
        let isSpeltAlike = text(entry) == text(same)
        diagnostics.append(
          diagnostic(
            level, entry, isSpeltAlike ? "\(name) stands here again (also \(place(same)))"
              : "\(name) is to the filter the same as \"\(text(same))\" (\(place(same)))",
            remedy: "delete one of the two rows"
          ).with(
            code: "term-duplicate", reason: "a change to one of them would seem to do nothing",
            // Flags that only one has add to what is found; a row without more is certainly idle.
            edits: row.flags.isSubset(of: other.flags) && same.table == entry.table && row.weight == other.weight
              ? [deletion(of: entry)] : []))
      }
    } else if let below = earlier.last, !isShipped(entry) {
      let other = self.row(below)
      let isSame = row.flags == other.flags && row.weight == other.weight
      diagnostics.append(
        diagnostic(
          .note, entry,
          isSame ? "\"\(text(entry))\" stands as here in \(place(below)) already; this row changes nothing"
            : "\"\(text(entry))\" takes the place of \(place(below))",
          remedy: isSame ? "delete this row" : "nothing, if that is meant"
        ).with(code: isSame ? "overlay-idle" : "overlay-changes"))
    }
  }

  private func deletion(of entry: Entry) -> Diagnostic.Edit {
    let bytes = table(entry).bytes
    let start = row(entry).term.lowerBound
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
    return .init(start..<end, [])
  }

  private mutating func lookForPlural(of entry: Entry) {
    let row = row(entry)
    let words = text(entry).lowercased().split(separator: " ")
    guard let last = words.last else { return }
    for ending in LexiconBuilder.pluralEndings(of: Array(last.utf8)) {
      let plural = words.dropLast().map { Array($0.utf8) } + [ending]
      let key = Self.key(Self.hash(TermKey.plain(Array(plural.joined(separator: [UInt8(ascii: " ")])))), row)
      guard let number = firstEntry[key] else { continue }
      let other = entries[number]
      guard other.layer == entry.layer, self.row(other).flags.isSubset(of: row.flags), self.row(other).weight == row.weight,
        self.row(other).flags.intersection(Self.context) == row.flags.intersection(Self.context)
      else { continue }
      diagnostics.append(
        diagnostic(
          isShipped(entry) ? .note : .warning, other, "\"\(text(other))\" is the plural of \"\(text(entry))\" (\(place(entry))), which has the flag plural",
          remedy: "delete this row"
        ).with(code: "term-shadowed", reason: "the row does nothing; a change to it would seem to do nothing either",
          edits: other.table == entry.table ? [deletion(of: other)] : []))
    }
  }

  /// Cues that say opposite things of the same neighbour.
  private static let opposites: [(TermClass, TermClass, String)] = [
    (.cueTitle, .cueProviderTitle, "one says that the name behind it is a patient's, the other that it is of staff"),
    (.cuePracticeContact, .cueHome, "one says that the number beside it is the practice's, the other that it is not"),
    (.cuePracticePlace, .cueHome, "one says that the address beside it is the practice's, the other that it is not"),
    (.cueGeneral, .cuePatient, "one says that the message is for everybody, the other that it is about a patient"),
  ]

  private mutating func lookForContradictoryCues() {
    var byTerm: [UInt64: [Entry]] = [:]
    let meant = Set(Self.opposites.flatMap { [$0.0, $0.1] })
    for entry in entries where meant.contains(row(entry).termClass) { byTerm[entry.term, default: []].append(entry) }
    for group in byTerm.values where group.count > 1 {
      for (left, right, meaning) in Self.opposites {
        guard let first = group.first(where: { row($0).termClass == left }),
          let second = group.first(where: { row($0).termClass == right })
        else { continue }
        diagnostics.append(
          diagnostic(
            .warning, second, "\"\(text(second))\" is \(right.name) here and \(left.name) at \(place(first))",
            remedy: "decide for one, and delete the other row"
          ).with(code: "term-contradiction", reason: meaning))
      }
    }
  }

  // MARK: Rows of overlays

  private mutating func lookAtOverlayRows() {
    var marked: Set<UInt64> = []
    guard var folder = (try? Normalizer()).map({ TermFolder(normalizer: $0) }) else { return }
    for layer in sources.layers {
      for example in layer.examples where example.expect == .found {
        for part in MarkedText(example.message).parts where folder.fold(Array(part.utf8).span) {
          marked.insert(Self.hash(TermKey.plain(folder.folded)))
        }
      }
    }
    for entry in entries where !isShipped(entry) {
      let row = row(entry)
      let table = table(entry)
      let cells = cells(of: entry)
      if cells.count > 5, table.bytes[cells[5]].allSatisfy({ $0 == UInt8(ascii: " ") }) {
        diagnostics.append(
          diagnostic(.warning, entry, "\"\(text(entry))\" has no source", remedy: "write into the column source where it comes from")
            .with(code: "term-no-source", reason: "in a year nobody will know who asked for it, and whether it may go"))
      }
      if Self.isFinding(row.termClass), !marked.contains(entry.term) {
        diagnostics.append(
          diagnostic(
            .warning, entry, "\"\(text(entry))\" has no example",
            remedy: "add a message to the overlay's examples, with the term in double square brackets"
          ).with(code: "term-no-example", reason: "nothing shows that it is found, and nothing will show when it no longer is"))
      }
      if [.givenName, .surname, .commonWord].contains(row.termClass), entry.words > 1 {
        diagnostics.append(
          diagnostic(.warning, entry, "\"\(text(entry))\" has \(entry.words) words; \(row.termClass.name) takes one word a row",
            remedy: "write each word into a row of its own").with(code: "term-idle", reason: "the row does nothing"))
      }
      if row.flags.contains(.oneTypo), entry.words > 1 || !(7...40).contains(row.term.count) {
        diagnostics.append(
          diagnostic(.warning, entry, "the flag one-typo does nothing for \"\(text(entry))\"",
            remedy: "take the flag away, or list the misspellings").with(
            code: "term-idle", reason: "it is for single words of 7 to 40 letters; shorter ones would be found in everything"))
      }
    }
  }

  /// Lists whose words are found themselves, and not only tell about neighbours.
  static func isFinding(_ termClass: TermClass) -> Bool {
    switch termClass {
    case .diagnosis, .medication, .procedure, .organization, .topic: true
    default: false
    }
  }

  private func cells(of entry: Entry) -> [Range<Int>] {
    let bytes = table(entry).bytes
    var cells: [Range<Int>] = []
    var start = row(entry).term.lowerBound
    var index = start
    while true {
      let isEnd = index == bytes.count || bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: "\r")
      if isEnd || bytes[index] == UInt8(ascii: "\t") {
        cells.append(start..<index)
        start = index + 1
      }
      if isEnd { return cells }
      index += 1
    }
  }

  // MARK: Everyday words

  /// From so many of 1,000 benign messages on a word is an everyday word.
  static let everydayRate = 1.0
  /// Of a shipped word, which was weighed against what would be missed without it, this many are a warning.
  static let shippedEverydayRate = 5.0

  private mutating func lookForEverydayWords() {
    for entry in entries {
      let row = row(entry)
      guard Self.isFinding(row.termClass), row.flags.isDisjoint(with: Self.context), !row.flags.contains(.caseSensitive)
      else { continue }
      let table = table(entry)
      let plain = String(decoding: TermKey.plain(Array(String(decoding: table.bytes[row.term], as: UTF8.self).lowercased().utf8)), as: UTF8.self)
      let count = benign?.messages(with: plain)
      let rate = count.flatMap { count in benign.map { Double(count) * 1000 / Double($0.total) } }
      let isCommon = entry.words == 1 && commonWords.contains(entry.term)
      guard (rate ?? 0) >= Self.everydayRate || (isCommon && !isShipped(entry)) else { continue }
      let told = rate.map { "it would be found in \(Self.tenths($0)) of 1,000 benign messages" }
      let isNote = isShipped(entry) && (rate ?? 0) < Self.shippedEverydayRate
      diagnostics.append(
        diagnostic(
          isNote ? .note : .warning, entry, "\"\(text(entry))\" is also an everyday word",
          remedy: "give it the flag needs-context, or write it with the words that always stand beside it"
        ).with(
          code: "term-everyday",
          reason: (told ?? "nobody counted how often it stands in benign messages")
            + (count == 0 ? " counted so far, but it is in the list of common words" : "; each would be stopped for nothing")))
    }
  }

  static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  // MARK: Spreadsheets

  private mutating func lookForSpreadsheets() {
    for entry in entries {
      let range = row(entry).term
      let bytes = table(entry).bytes
      // Cheap questions first: a quarter of a million rows pass here.
      let tidy = DelimitedTable.trimmed(range, in: bytes)
      if tidy != range {
        diagnostics.append(
          diagnostic(.warning, entry, "\"\(text(entry))\" has a blank before or behind it", remedy: "delete the blank, or run tightlip check --fix")
            .with(code: "cell-blank", reason: "it is passed over, but makes two rows look different that are the same",
              edits: [.init(range, bytes[tidy])]))
      }
      if bytes[range].contains(where: { $0 == 0xE2 || $0 == 0xC2 }) { lookForTypography(entry) }
      if let digit = bytes[range].first(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), digit > 0 {
        lookForNumbers(entry)
      }
    }
    for (layerNumber, layer) in sources.layers.enumerated() where !layer.isPack {
      for tableNumber in layer.tables.indices {
        lookForLostZeros(entries.filter { $0.layer == layerNumber && $0.table == tableNumber })
      }
    }
  }

  private static let typography: [(Character, String, String)] = [
    ("\u{2018}", "'", "a curly quotation mark"), ("\u{2019}", "'", "a curly apostrophe"),
    ("\u{201C}", "\"", "a curly quotation mark"), ("\u{201D}", "\"", "a curly quotation mark"),
    ("\u{A0}", " ", "a no-break space"), ("\u{202F}", " ", "a no-break space"),
    ("\u{2013}", "-", "a long dash"), ("\u{2014}", "-", "a long dash"), ("\u{2011}", "-", "a no-break hyphen"),
    ("\u{AD}", "", "an invisible hyphen"), ("\u{200B}", "", "an invisible space"),
  ]

  private mutating func lookForTypography(_ entry: Entry) {
    let written = text(entry)
    guard let found = Self.typography.first(where: { written.contains($0.0) }) else { return }
    let plain = written.reduce(into: "") { result, character in
      result += Self.typography.first { $0.0 == character }?.1 ?? String(character)
    }
    diagnostics.append(
      diagnostic(.warning, entry, "\"\(written)\" holds \(found.2)", remedy: "write \"\(plain)\", or run tightlip check --fix")
        .with(code: "cell-typography", reason: "it is read as the plain sign, but a search in the table will not find the row",
          edits: [.init(row(entry).term, plain.utf8)]))
  }

  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

  private mutating func lookForNumbers(_ entry: Entry) {
    let written = text(entry)
    let parts = written.lowercased().split(separator: "-").map(String.init)
    let isDayMonth =
      parts.count == 2 && parts.contains(where: Self.months.contains)
      && parts.contains { !$0.isEmpty && $0.count <= 2 && $0.allSatisfy(\.isNumber) }
    let slashes = written.split(separator: "/")
    let isDate = slashes.count == 3 && slashes.allSatisfy { $0.allSatisfy(\.isNumber) } && (slashes.last?.count ?? 0) >= 2
    let digits = written.uppercased()
    let isScientific =
      digits.split(separator: "E").count == 2 && (digits.contains("E+") || digits.contains("E-"))
      && digits.allSatisfy { $0.isNumber || "E+-.,".contains($0) }
    guard isDayMonth || isDate || isScientific else { return }
    diagnostics.append(
      diagnostic(
        .warning, entry, "\"\(written)\" looks like a \(isScientific ? "number" : "date") that a spreadsheet made of something else",
        remedy: "write what stood there (perhaps \(isScientific ? "a long number, such as 1200000" : "\"\(Self.guess(parts, written))\"")), and set the column to Text"
      ).with(code: "cell-date", reason: "the term that was meant is no longer found"))
  }

  private static func guess(_ parts: [String], _ written: String) -> String {
    guard parts.count == 2, let month = parts.first(where: months.contains), let day = parts.first(where: { $0 != month }) else {
      return written.split(separator: "/").joined(separator: "-")
    }
    return "\(month.uppercased())\(day)\" or \"\((months.firstIndex(of: month) ?? 0) + 1)-\(day)"
  }

  /// A code with fewer digits than all others of its table, some of which begin with 0.
  private mutating func lookForLostZeros(_ rows: [Entry]) {
    var byLength: [Int: [(Entry, String)]] = [:]
    var zeros: [Int: Int] = [:]
    for entry in rows {
      let cells = cells(of: entry)
      for number in [0, 4] where number < cells.count {
        let value = String(decoding: table(entry).bytes[cells[number]], as: UTF8.self)
        guard value.count >= 3, value.allSatisfy({ ("0"..."9").contains($0) }) else { continue }
        byLength[value.count, default: []].append((entry, value))
        if value.hasPrefix("0") { zeros[value.count, default: 0] += 1 }
      }
    }
    guard let usual = byLength.max(by: { $0.value.count < $1.value.count })?.key, byLength[usual]!.count >= 3, zeros[usual, default: 0] > 0
    else { return }
    for (entry, value) in byLength[usual - 1] ?? [] {
      diagnostics.append(
        diagnostic(
          .warning, entry, "\"\(value)\" has \(usual - 1) digits, and the others of this table have \(usual)",
          remedy: "write 0\(value) if a spreadsheet cut the zero off, and set the column to Text"
        ).with(code: "cell-zero", reason: "a number without its zeros is another number"))
    }
  }
}

/// A message in which double square brackets mark parts.
package struct MarkedText {
  /// The message without the brackets.
  package private(set) var text = ""
  /// The marked parts.
  package private(set) var parts: [String] = []
  /// Where they stand in ``text``, in UTF-8 bytes.
  package private(set) var ranges: [Range<Int>] = []

  package init(_ marked: String) {
    var bytes: [UInt8] = []
    var start = 0
    let source = Array(marked.utf8)
    var index = 0
    while index < source.count {
      let isPair = index + 1 < source.count && source[index] == source[index + 1]
      if isPair, source[index] == UInt8(ascii: "[") {
        start = bytes.count
        index += 2
      } else if isPair, source[index] == UInt8(ascii: "]") {
        ranges.append(start..<bytes.count)
        parts.append(String(decoding: bytes[start...], as: UTF8.self))
        index += 2
      } else {
        bytes.append(source[index])
        index += 1
      }
    }
    text = String(decoding: bytes, as: UTF8.self)
  }
}
