import TightlipCore

/// The slow way: every term is compared with every run of words. Says what ``Lexicon`` must find.
struct ReferenceMatcher {
  struct Word {
    var text: String
    var original: String
    /// What stands between it and the word before, as written.
    var gap: String
    var isWord: Bool
  }

  /// All forms of all terms, with the plural ones spelled out.
  let forms: [(words: [String], term: Int)]
  let terms: [Term]
  let vocabulary: Set<String>

  init(_ terms: [Term]) {
    self.terms = terms
    var forms: [(words: [String], term: Int)] = []
    for (number, term) in terms.enumerated() {
      let words = Self.split(term.text).map { Self.bare($0.original) }
      forms.append((words, number))
      guard term.flags.contains(.plural), let last = words.last, let letter = last.last else { continue }
      let plural: String
      if "sxzh".contains(letter) {
        plural = last + "es"
      } else if letter == "y", last.count > 2, !"aeiou".contains(last.dropLast().last!) {
        plural = last.dropLast() + "ies"
      } else {
        plural = last + "s"
      }
      forms.append((words.dropLast() + [plural], number))
    }
    self.forms = forms
    vocabulary = Set(forms.flatMap(\.words))
  }

  private static func bare(_ word: String) -> String { word.lowercased().filter { $0 != "'" } }

  /// Words are runs of letters and digits; an apostrophe between a word and a letter belongs to it.
  private static func split(_ text: String) -> [(gap: String, original: String)] {
    let characters = Array(text.unicodeScalars)
    var words: [(String, String)] = []
    var gap = ""
    var word = ""
    for (index, scalar) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      let isApostrophe = scalar == "'" && !word.isEmpty && next.properties.isAlphabetic
      if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || isApostrophe {
        word.unicodeScalars.append(scalar)
        continue
      }
      if !word.isEmpty {
        words.append((gap, word))
        (gap, word) = ("", "")
      }
      gap.unicodeScalars.append(scalar)
    }
    if !word.isEmpty { words.append((gap, word)) }
    return words
  }

  private func words(of text: String) -> [Word] {
    Self.split(text).map { gap, original in
      var written = original
      var word = Self.bare(original)
      if !vocabulary.contains(word), original.lowercased().hasSuffix("'s") {
        written = String(original.dropLast(2))
        word = Self.bare(written)
      }
      return Word(
        text: word, original: written, gap: gap,
        isWord: !original.contains { ("0"..."9").contains($0) })
    }
  }

  private static func joins(_ gap: String, after word: Word) -> Bool {
    if gap.isEmpty { return false }
    if gap.allSatisfy({ " \t\n-/".contains($0) }) { return true }
    if gap.allSatisfy({ $0 == "." }) { return true }
    return gap.allSatisfy({ $0 == "." || $0 == " " || $0 == "\t" }) && word.original.utf8.count <= 2
  }

  /// Hits without typos, and for each unknown word the terms one edit away.
  func hits(in text: String) -> (exact: [Hit], typos: [Int: Set<Int>]) {
    let words = words(of: text)
    var exact: [Hit] = []
    var typos: [Int: Set<Int>] = [:]
    for first in words.indices {
      for (form, term) in forms {
        let end = first + form.count
        guard end <= words.count, form == words[first..<end].map(\.text) else { continue }
        guard (first + 1..<end).allSatisfy({ Self.joins(words[$0].gap, after: words[$0 - 1]) }) else { continue }
        if [.commonWord, .givenName, .surname].contains(terms[term].termClass) { continue }
        if terms[term].flags.contains(.caseSensitive) {
          let written = Self.split(terms[term].text).map(\.original)
          let isExact = zip(written, words[first..<end].map(\.original)).allSatisfy { $1.hasPrefix($0) }
          guard isExact else { continue }
        }
        exact.append(Hit(first: first, end: end, term: term))
      }
      if !vocabulary.contains(words[first].text), words[first].isWord {
        for (number, term) in terms.enumerated() where term.flags.contains(.oneTypo) {
          let split = Self.split(term.text)
          guard split.count == 1, let form = split.first?.original, form.utf8.count >= 7 else { continue }
          if Self.isOneEdit(Array(Self.bare(form).utf8), Array(words[first].original.lowercased().utf8)) {
            typos[first, default: []].insert(number)
          }
        }
      }
    }
    return (exact.sorted(), typos)
  }

  /// Optimal string alignment distance of one in bytes, by the textbook table.
  static func isOneEdit(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.first == b.first else { return false }
    var d = (0...a.count).map { i in (0...b.count).map { j in i == 0 ? j : j == 0 ? i : 0 } }
    for i in 1...a.count {
      for j in 1...max(1, b.count) where j <= b.count {
        d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1) }
      }
    }
    return d[a.count][b.count] == 1
  }
}
