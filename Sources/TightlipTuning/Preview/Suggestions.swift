package import Tightlip
import TightlipCore
package import TightlipEvaluation
import TightlipNormalization
import TightlipRules

/// Terms and exceptions that the misses and false alarms of a corpus speak for, each with its evidence.
package struct Suggestions: Encodable, Sendable {
  /// One proposal.
  package struct Item: Encodable, Sendable {
    package enum Kind: String, Encodable, Sendable {
      /// A row for a term table.
      case addTerm = "add-term"
      /// The same term with a flag, in the overlay, in the place of the shipped row.
      case needContext = "need-context"
      /// A waiver for a phrase in which the word means something else.
      case waivePhrase = "waive-phrase"
    }
    package var kind: Kind
    package var words: String
    package var entity: String
    package var flags: String
    /// Messages in which it was missed, or found wrongly.
    package var speaksFor: Int
    /// Messages in which it would be wrong: the words unannotated, or rightly found.
    package var speaksAgainst: Int
    /// The rules that found it wrongly.
    package var rules: [String]
    /// Some of the messages that speak for it.
    package var messages: [String]

    /// In one sentence.
    package var why: String {
      switch kind {
      case .addTerm:
        "missed in \(speaksFor) message\(speaksFor == 1 ? "" : "s")"
          + (speaksAgainst == 0 ? ", and stands nowhere else" : "; stands in \(speaksAgainst) others where it is not \(entity)")
      case .needContext: "found wrongly in \(speaksFor) messages by \(rules.joined(separator: ", ")), rightly in \(speaksAgainst)"
      case .waivePhrase: "found wrongly in \(speaksFor) messages with these words, rightly in none"
      }
    }
  }

  package private(set) var messages = 0
  package private(set) var items: [Item] = []

  private struct Evidence {
    var entity: EntityType
    var for_: [String] = []
    var rules: Set<String> = []
    /// Phrases around the words: with the word before, with the words behind.
    var phrases: [String: Int] = [:]
  }

  /// - Parameter least: Proposals that fewer messages speak for are left out.
  /// - Complexity: one scan of each message, and one look at its words for each length of a proposed term.
  package init(_ filter: Filter, corpora: [JudgedCorpus], least: Int = 2) throws {
    var folder = TermFolder(normalizer: try Normalizer())
    var missed: [Key: Evidence] = [:]
    var wrong: [Key: Evidence] = [:]
    var rightly: [Key: Int] = [:]
    var rightPhrases: Set<String> = []
    for judged in corpora {
      var scanner = Scanner(filter)
      var verdict = Verdict()
      for (text, annotated) in zip(judged.corpus.texts, judged.texts) {
        messages += 1
        scanner.scan(text.message, into: &verdict)
        let bytes = text.message.text
        for span in annotated.gold {
          let isFound = verdict.findings.contains { finding in span.ranges.contains { $0.overlaps(finding.range) } }
          guard !isFound, let entity = span.types.types.first, let words = Self.plain(bytes, span.extent, &folder) else { continue }
          missed[Key(words: words, entity: entity), default: Evidence(entity: entity)].for_.append(text.id)
        }
        for finding in verdict.findings where finding.entity.entityClass != .topic {
          guard let words = Self.plain(bytes, finding.range, &folder) else { continue }
          let key = Key(words: words, entity: finding.entity)
          let phrases = Self.phrases(around: finding.range, in: bytes, &folder)
          let isRight = annotated.gold.contains { gold in gold.ranges.contains { $0.overlaps(finding.range) } }
          if isRight {
            rightly[key, default: 0] += 1
            rightPhrases.formUnion(phrases)
          } else if annotated.judgedTypes.contains(TypeSet(finding.entity)),
            !annotated.ignored.contains(where: { $0.overlaps(finding.range) })
          {
            var evidence = wrong[key] ?? Evidence(entity: finding.entity)
            evidence.for_.append(text.id)
            evidence.rules.insert(filter.name(of: finding.rule))
            for phrase in phrases { evidence.phrases[phrase, default: 0] += 1 }
            wrong[key] = evidence
          }
        }
      }
    }
    let elsewhere = Self.countElsewhere(missed, corpora, &folder)
    for (key, evidence) in missed { propose(key, evidence, elsewhere[key] ?? 0, least) }
    for (key, evidence) in wrong { propose(against: key, evidence, rightly[key] ?? 0, rightPhrases, least) }
    items.sort { ($1.speaksFor - $1.speaksAgainst, $0.words, $0.kind.rawValue) < ($0.speaksFor - $0.speaksAgainst, $1.words, $1.kind.rawValue) }
  }

  private struct Key: Hashable {
    var words: String
    var entity: EntityType
  }

  /// The list for words of a type; nil for types that no list finds.
  private static func list(_ entity: EntityType) -> String? {
    switch entity {
    case .diagnosis, .medication, .procedure, .organization: entity.name
    case .location: "CITY"
    default: nil
    }
  }

  private static func plain(_ text: [UInt8], _ range: ByteRange, _ folder: inout TermFolder) -> String? {
    guard range.end <= text.count, folder.fold(Array(text[range.start..<range.end]).span) else { return nil }
    let plain = TermKey.plain(folder.folded)
    return plain.isEmpty ? nil : String(decoding: plain, as: UTF8.self)
  }

  /// Words that stand beside everything: a waiver for "the rash" would be one for every rash.
  private static let little: Set<String> = [
    "the", "your", "her", "his", "our", "their", "and", "for", "with", "from", "that", "this", "una", "las", "los", "has", "had",
    "was", "are", "you", "she", "but", "not", "any", "some",
  ]

  /// The words of a finding with the word before and with one and two words behind.
  private static func phrases(around range: ByteRange, in text: [UInt8], _ folder: inout TermFolder) -> [String] {
    func words(_ range: Range<Int>) -> [String] {
      plain(text, ByteRange(start: range.lowerBound, end: range.upperBound), &folder)?.split(separator: " ").map(String.init) ?? []
    }
    let inner = words(range.start..<range.end)
    guard !inner.isEmpty else { return [] }
    // Only as far as the sentence goes.
    let stops: Set<UInt8> = Set(".!?;\n".utf8)
    let before = words((text[..<range.start].lastIndex(where: stops.contains).map { $0 + 1 } ?? 0)..<range.start)
    let after = words(range.end..<(text[range.end...].firstIndex(where: stops.contains) ?? text.count))
    var phrases: [String] = []
    func tells(_ word: String?) -> Bool { word.map { $0.count >= 3 && !little.contains($0) } ?? false }
    if let last = before.last, tells(last) { phrases.append(([last] + inner).joined(separator: " ")) }
    if after.count > 0, tells(after.first) { phrases.append((inner + after.prefix(1)).joined(separator: " ")) }
    if after.count > 1, tells(after[1]) { phrases.append((inner + after.prefix(2)).joined(separator: " ")) }
    return phrases
  }

  /// In how many messages proposed words stand outside annotated spans of their type.
  private static func countElsewhere(
    _ missed: [Key: Evidence], _ corpora: [JudgedCorpus], _ folder: inout TermFolder
  ) -> [Key: Int] {
    let byWords = Dictionary(grouping: missed.keys.filter { list($0.entity) != nil }, by: \.words)
    var result: [Key: Int] = [:]
    for judged in corpora {
      for (text, annotated) in zip(judged.corpus.texts, judged.texts) {
        var bytes = text.message.text
        // Annotated spans are cut out, so that only what stands outside them is counted.
        for span in annotated.gold {
          for range in span.ranges { for byte in range.start..<range.end { bytes[byte] = UInt8(ascii: ".") } }
        }
        guard folder.fold(bytes.span) else { continue }
        let words = TermKey.plain(folder.folded).split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        var seen: Set<String> = []
        for start in words.indices {
          var phrase = ""
          for end in start..<min(words.count, start + 5) {
            phrase += (end == start ? "" : " ") + words[end]
            guard let keys = byWords[phrase], seen.insert(phrase).inserted else { continue }
            for key in keys { result[key, default: 0] += 1 }
          }
        }
      }
    }
    return result
  }

  private mutating func propose(_ key: Key, _ evidence: Evidence, _ against: Int, _ least: Int) {
    let words = key.words.split(separator: " ")
    guard let list = Self.list(key.entity), evidence.for_.count >= least, words.count <= 5, key.words.utf8.count >= 3,
      key.words.contains(where: \.isLetter), against <= 2 * evidence.for_.count
    else { return }
    items.append(
      Item(
        kind: .addTerm, words: key.words, entity: list, flags: against == 0 ? "" : "needs-context",
        speaksFor: evidence.for_.count, speaksAgainst: against, rules: [], messages: Array(evidence.for_.prefix(5))))
  }

  private mutating func propose(
    against key: Key, _ evidence: Evidence, _ right: Int, _ rightPhrases: Set<String>, _ least: Int
  ) {
    guard evidence.for_.count >= least else { return }
    let phrase = evidence.phrases.filter { $0.value >= least && !rightPhrases.contains($0.key) && $0.value * 2 > evidence.for_.count }
      .max { ($0.value, $1.key) < ($1.value, $0.key) }
    if let phrase {
      items.append(
        Item(
          kind: .waivePhrase, words: phrase.key, entity: key.entity.name, flags: "", speaksFor: phrase.value,
          speaksAgainst: 0, rules: evidence.rules.sorted(), messages: Array(evidence.for_.prefix(5))))
    } else if let list = Self.list(key.entity), list != "CITY", evidence.for_.count > right,
      evidence.rules.contains(where: { $0.hasPrefix("health.") })
    {
      items.append(
        Item(
          kind: .needContext, words: key.words, entity: list, flags: "needs-context", speaksFor: evidence.for_.count,
          speaksAgainst: right, rules: evidence.rules.sorted(), messages: Array(evidence.for_.prefix(5))))
    }
  }

  // MARK: Text

  /// For a terminal.
  ///
  /// - Parameter reveal: Show words of types that may identify somebody.
  package func text(reveal: Bool) -> String {
    guard !items.isEmpty else { return "Nothing to suggest from \(Figure.count(messages)) messages." }
    var lines = ["\(items.count) suggestions from \(Figure.count(messages)) messages"]
    for item in items.prefix(40) {
      let isShown = reveal || EntityType(name: item.entity)?.entityClass != .identifier
      let words = isShown ? "\"\(item.words)\"" : "(\(item.words.count) letters, shown by --reveal)"
      switch item.kind {
      case .addTerm: lines.append("  add \(words) as \(item.entity)\(item.flags.isEmpty ? "" : ", \(item.flags)")")
      case .needContext: lines.append("  let \(words) (\(item.entity)) need context")
      case .waivePhrase: lines.append("  let \(words) pass, where it reads as \(item.entity)")
      }
      lines.append(PackDiff.wrapped(item.why + " (\(item.messages.prefix(3).joined(separator: ", ")))", indent: "      "))
    }
    if items.count > 40 { lines.append("  and \(items.count - 40) more, shown by --format json") }
    return lines.joined(separator: "\n")
  }

  /// The rows that a table of an overlay takes: terms to add and to change.
  package var rows: String {
    items.filter { $0.kind != .waivePhrase }
      .map { [$0.words, $0.entity, "0.9", $0.flags, "", "suggested", $0.why].joined(separator: "\t") }
      .joined(separator: "\n")
  }

  /// For tools.
  ///
  /// - Parameter reveal: Show words of types that may identify somebody.
  package func json(reveal: Bool) throws -> [UInt8] {
    var shown = self
    if !reveal {
      shown.items = items.map { item in
        var item = item
        if EntityType(name: item.entity)?.entityClass == .identifier { item.words = "" }
        return item
      }
    }
    return try LintReport.encode(shown)
  }
}
