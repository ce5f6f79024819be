internal import Foundation
package import Tightlip
import TightlipCore
import TightlipEvaluation
import TightlipLexicon
import TightlipNormalization
package import TightlipRules

/// What one new term would do to a corpus.
///
/// The whole corpus is only split into words and searched for the term, as the engine itself does it;
/// the messages that hold it are then judged twice. So 100,000 messages take a fraction of a second.
package struct TermTrial: Encodable, Sendable {
  /// A term as its table would have it.
  package struct Term: Encodable, Sendable {
    package var text: String
    /// The entity of the row; nil to see only where the words stand.
    package var entity: String?
    package var weight: String
    package var flags: String

    package init(text: String, entity: String?, weight: String, flags: String) {
      self.text = text
      self.entity = entity
      self.weight = weight
      self.flags = flags
    }

    /// The row of a term table.
    package var row: String { [text, entity ?? "", weight, flags, "", "trial", ""].joined(separator: "\t") }
  }

  /// A message that the term changes.
  package struct Example: Encodable, Sendable {
    package var id: String
    package var before: String
    package var after: String
    package var expected: String?
    package var text: String?
  }

  package private(set) var term: Term
  package private(set) var messages = 0
  /// Messages that hold the words.
  package private(set) var hits = 0
  /// Outbound messages that should pass, and those of them that hold the words. Zero where the corpus
  /// does not say what should pass.
  package private(set) var benign = 0
  package private(set) var benignHits = 0
  /// Hits that were judged twice; all but in very large corpora.
  package private(set) var judged = 0
  /// Of these: the words are found already, would be found now, are not found even with the row.
  package private(set) var foundAlready = 0
  package private(set) var foundNow = 0
  package private(set) var notFound = 0
  /// Of those found now: the words stand in an annotated span of this type, or in none.
  package private(set) var annotated = 0
  package private(set) var notAnnotated = 0
  package private(set) var isAnnotated = false
  /// `before → after`: how many verdicts.
  package private(set) var flips: [String: Int] = [:]
  package private(set) var right = 0
  package private(set) var wrong = 0
  package private(set) var examples: [Example] = []

  /// More messages with the words are not judged: what they do is plain by then.
  package static let mostJudged = 5000

  private struct Hit {
    var message: Message
    var line: [UInt8]
    var number: Int
  }

  /// - Parameters:
  ///   - filter: What judges now.
  ///   - makeFilter: Makes the filter with an overlay that holds the term.
  ///   - reveal: Show messages.
  /// - Throws: ``RulesError`` where the row is wrong or the corpus cannot be read.
  package init(
    _ term: Term, corpus file: String, filter: Filter, reveal: Bool, makeFilter: (Overlay) throws -> Filter
  ) throws {
    self.term = term
    let header = TermTable.columns.joined(separator: "\t")
    let probe = Term(text: term.text, entity: term.entity ?? "DIAGNOSIS", weight: term.weight, flags: term.flags)
    let table = try TermTable(file: "the new term", bytes: Array((header + "\n" + probe.row + "\n").utf8))
    guard let row = table.rows.first else { return }
    let hits = try search(row, table, file)
    guard term.entity != nil else {
      examples = Self.every(hits, atMost: 10).map {
        Example(id: Self.id($0), before: "", after: "", expected: nil, text: reveal ? String(decoding: $0.message.text, as: UTF8.self) : nil)
      }
      return
    }
    var overlay = Overlay(name: "trial")
    overlay.tables = [table]
    judge(Self.every(hits, atMost: Self.mostJudged), row, filter, try makeFilter(overlay), reveal: reveal)
  }

  private mutating func search(_ row: TermRow, _ table: TermTable, _ file: String) throws -> [Hit] {
    let normalizer = try Normalizer()
    var folder = TermFolder(normalizer: normalizer)
    var builder = LexiconBuilder()
    let written = Array(table.bytes[row.term])
    folder.fold(written.span)
    // As a class whose hits are reported, whatever the row's own is.
    let isUsable = builder.add(
      folded: folder.folded.span, written: written, termClass: .diagnosis, flags: row.flags, weight: row.weight)
    guard isUsable else {
      throw RulesError(
        Diagnostic(file: "the new term", "holds no letter or digit", remedy: "write a word"))
    }
    let lexicon = builder.build()
    var text = NormalizedText()
    var tokenized = TokenizedText()
    var hits: [Hit] = []
    try MessageStream.forEach(in: file) { message, number, line in
      messages += 1
      let isBenign = message.direction == .outbound && MessageStream.word("action", in: line) == "pass"
      if isBenign { benign += 1 }
      guard (try? normalizer.normalize(message.text.span, into: &text)) != nil else { return }
      lexicon.match(text.folded.span, upper: text.upper.span, into: &tokenized)
      guard !tokenized.hits.isEmpty else { return }
      if isBenign { benignHits += 1 }
      var bytes: [UInt8] = []
      for index in line.indices { bytes.append(line[index]) }
      hits.append(Hit(message: message, line: bytes, number: number))
    }
    self.hits = hits.count
    return hits
  }

  private struct Row: Decodable {
    struct Span: Decodable {
      var entity_type: String?
      var utf8: [Int]?
    }
    var spans: [Span]?
  }

  private mutating func judge(_ hits: [Hit], _ row: TermRow, _ old: Filter, _ new: Filter, reveal: Bool) {
    var oldScanner = Scanner(old)
    var newScanner = Scanner(new)
    var before = Verdict()
    var after = Verdict()
    judged = hits.count
    for hit in hits {
      oldScanner.scan(hit.message, into: &before)
      newScanner.scan(hit.message, into: &after)
      let gained = after.findings.filter { finding in
        !before.findings.contains { $0.entity == finding.entity && $0.range == finding.range }
      }
      if gained.isEmpty, before.action == after.action {
        let words = Self.mentions(of: term.text, in: hit.message.text)
        let isFound = before.findings.contains { finding in words.contains { $0.overlaps(finding.range) } }
        if isFound { foundAlready += 1 } else { notFound += 1 }
        continue
      }
      foundNow += 1
      let spans = (try? JSONDecoder().decode(Row.self, from: Data(hit.line)))?.spans
      if let spans {
        isAnnotated = true
        let isRight = gained.contains { finding in
          finding.entity.entityClass == .topic
            || spans.contains { span in
              guard span.entity_type == finding.entity.name, let pair = span.utf8, pair.count == 2 else { return false }
              return pair[0] < finding.range.end && pair[1] > finding.range.start
            }
        }
        if isRight { annotated += 1 } else { notAnnotated += 1 }
      }
      guard before.action != after.action else { continue }
      flips["\(before.action.name) → \(after.action.name)", default: 0] += 1
      let expected = MessageStream.word("action", in: hit.line.span).flatMap { Action(name: $0) }
      if let expected, hit.message.direction == .outbound {
        func distance(_ action: Action) -> Int { abs(Int(action.rawValue) - Int(expected.rawValue)) }
        if distance(after.action) < distance(before.action) { right += 1 } else { wrong += 1 }
      }
      if examples.count < 10, !examples.contains(where: { $0.id == Self.id(hit) }) {
        examples.append(
          Example(
            id: Self.id(hit), before: before.action.name, after: after.action.name, expected: expected?.name,
            text: reveal ? String(decoding: hit.message.text, as: UTF8.self) : nil))
      }
    }
  }

  /// Where the words stand in a text, near enough to tell whether a finding covers them.
  private static func mentions(of term: String, in text: [UInt8]) -> [ByteRange] {
    let wanted = Array(term.lowercased().utf8.prefix(4))
    let lower = text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    guard !wanted.isEmpty, lower.count >= wanted.count else { return [] }
    return (0...(lower.count - wanted.count)).filter { Array(lower[$0..<$0 + wanted.count]) == wanted }
      .map { ByteRange(start: $0, end: min(lower.count, $0 + term.utf8.count)) }
  }

  private static func id(_ hit: Hit) -> String {
    let raw = String(decoding: hit.message.identifierJSON, as: UTF8.self)
    return raw.isEmpty ? "line \(hit.number)" : raw.hasPrefix("\"") ? String(raw.dropFirst().dropLast()) : raw
  }

  /// So many of a list, evenly spread over it.
  private static func every(_ hits: [Hit], atMost most: Int) -> [Hit] {
    guard hits.count > most else { return hits }
    return (0..<most).map { hits[$0 * hits.count / most] }
  }

  // MARK: Text

  /// For a terminal.
  package var text: String {
    var lines = ["\"\(PackDiff.printable(term.text))\"" + (term.entity.map { " as \($0)\(term.flags.isEmpty ? "" : " (\(term.flags))")" } ?? "")]
    lines.append("  stands in \(Figure.count(hits)) of \(Figure.count(messages)) messages" + Self.rate(hits, messages))
    if benign > 0 { lines.append("  and in \(Figure.count(benignHits)) of \(Figure.count(benign)) that should pass as they are" + Self.rate(benignHits, benign)) }
    guard term.entity != nil else {
      lines.append("  Say what it is with --entity to see what it would change.")
      return lines.joined(separator: "\n")
    }
    if judged < hits { lines.append("  \(Figure.count(judged)) of them, evenly spread, were judged") }
    lines.append("  found already: \(foundAlready), found now: \(foundNow), not found even so: \(notFound)")
    if isAnnotated { lines.append("  of those found now: \(annotated) rightly, \(notAnnotated) wrongly (by the corpus's annotations)") }
    if flips.isEmpty { lines.append("  No verdict flips.") } else {
      for (flip, count) in flips.sorted(by: { $0.key < $1.key }) { lines.append("  \(flip): \(Figure.count(count))") }
      if right + wrong > 0 { lines.append("  \(right) the right way, \(wrong) the wrong way") }
    }
    for example in examples {
      lines.append("    \(example.before) → \(example.after)\(example.expected.map { ", should be \($0)" } ?? "")  \(example.id)")
      if let text = example.text { lines.append(PackDiff.wrapped(PackDiff.printable(text), indent: "      ")) }
    }
    return lines.joined(separator: "\n")
  }

  private static func rate(_ count: Int, _ total: Int) -> String {
    total == 0 ? "" : " (\(Figure.decimal(Double(count) * 1000 / Double(total), places: 1)) of 1,000)"
  }

  /// For tools.
  package func json() throws -> [UInt8] { try LintReport.encode(self) }
}

extension PackDiff {
  /// For tools.
  package func json() throws -> [UInt8] { try LintReport.encode(self) }
}
