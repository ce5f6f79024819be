import Tightlip
import TightlipNormalization
package import TightlipRules

/// How often single words and pairs of words stand in messages that nothing has to be taken out of:
/// what a term that needs no context would do to them.
package struct BenignTable: Sendable {
  /// The number of messages that were counted.
  package private(set) var total = 0
  private var counts: [String: Int] = [:]

  package static let columns = ["words", "messages"]

  /// Reads a table. The row `*` gives the number of all messages.
  ///
  /// - Throws: ``RulesError`` for each row that is not words and a count.
  package init(file: String, bytes: [UInt8]) throws(RulesError) {
    let table = try DelimitedTable(file: file, bytes: bytes, columns: Self.columns)
    var diagnostics: [Diagnostic] = []
    for row in table.rows {
      guard let count = Int(table.text(row, 1)), count > 0 else {
        diagnostics.append(
          table.diagnostic(row, 1, "is not a number of messages", remedy: "build the table again (Lexicons/build/benign.py)"))
        continue
      }
      let words = table.text(row, 0)
      if words == "*" { total = count } else { counts[words] = count }
    }
    if total == 0 {
      diagnostics.append(
        Diagnostic(file: file, "has no row * with the number of all messages", remedy: "build the table again (Lexicons/build/benign.py)"))
    }
    if !diagnostics.isEmpty { throw RulesError(diagnostics) }
  }

  /// In how many of the messages the words stand; nil where they are more than two, which the table
  /// does not tell.
  ///
  /// - Parameter words: folded, one space between two.
  package func messages(with words: String) -> Int? {
    if let count = counts[words] { return count }
    return words.split(separator: " ").count <= 2 ? 0 : nil
  }
}

extension BenignTable {
  /// Counts the words of a corpus: of the messages that should pass, or, where it does not say, of all.
  ///
  /// - Throws: ``RulesError`` where a line is no message, or no message should pass.
  package init(corpus file: String) throws {
    guard var folder = (try? Normalizer()).map({ TermFolder(normalizer: $0) }) else {
      throw RulesError(Diagnostic(file: file, "cannot be folded: ICU or its data is missing", remedy: "install ICU's data"))
    }
    try MessageStream.forEach(in: file) { message, _, line in
      guard message.direction == .outbound, MessageStream.word("action", in: line).map({ $0 == "pass" }) ?? true,
        folder.fold(message.text.span)
      else { return }
      total += 1
      var seen: Set<String> = []
      let words = TermKey.plain(folder.folded).split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      for (number, word) in words.enumerated() {
        seen.insert(word)
        if number > 0 { seen.insert(words[number - 1] + " " + word) }
      }
      for word in seen { counts[word, default: 0] += 1 }
    }
    guard total > 0 else {
      throw RulesError(
        Diagnostic(file: file, "holds no outbound message that should pass", remedy: "name a corpus with messages that nothing is wrong with"))
    }
  }
}
