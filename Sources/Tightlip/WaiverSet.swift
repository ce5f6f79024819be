package import TightlipCore
import TightlipLexicon
import TightlipNormalization
package import TightlipRedaction
package import TightlipRules

/// The waivers of all overlays, ready to be applied to a message.
///
/// A waiver in words holds inside each mention of these words, so that "stroke of luck" is no stroke
/// and every other stroke is. One by keyed hash holds for a candidate whose whole text has that hash.
/// What the gateway knows as the patient's is found whatever a waiver says, and an expired waiver does
/// nothing, also where it expires while the filter runs.
package struct WaiverSet: Sendable {
  /// As read, in order; a waiver's position is its number.
  package let waivers: [Waiver]

  private var phrases: [Phrase] = []
  /// The numbers of the phrases that begin with a word, by its hash as tokens have it: messages are looked
  /// through without storage of their own.
  private var phrasesByHash: [UInt32: [Int]] = [:]
  private var hashed: [HashKey: Int] = [:]
  private var hashedEntities: UInt64 = 0
  private let keyedHash: (any KeyedHash)?

  private struct Phrase: Sendable {
    var words: [[UInt8]]
    var waiver: Int
  }

  private struct HashKey: Hashable, Sendable {
    var entity: EntityType
    var digest: UInt64
  }

  package var isEmpty: Bool { waivers.isEmpty }
  package var count: Int { waivers.count }

  /// - Throws: ``FilterError`` where a waiver can never hold: no letter or digit, or a hash and no key.
  init(
    _ waivers: [Waiver], normalizer: Normalizer, lexicon: Lexicon, keyedHash: (any KeyedHash)?
  ) throws(FilterError) {
    self.waivers = waivers
    self.keyedHash = keyedHash
    var folder = TermFolder(normalizer: normalizer)
    var problems: [Diagnostic] = []
    for (number, waiver) in waivers.enumerated() {
      if let digest = waiver.digest, let entity = waiver.entity {
        hashed[HashKey(entity: entity, digest: digest)] = number
        hashedEntities |= 1 << UInt64(entity.rawValue)
        if keyedHash == nil, !problems.contains(where: { $0.code == "waiver-key" }) {
          problems.append(
            Diagnostic(
              file: waiver.file, line: waiver.line, "the waiver is kept by keyed hash, but no key was given",
              remedy: "name the file with the key by --hash-key-file").with(code: "waiver-key"))
        }
        continue
      }
      folder.fold(Array(waiver.text.utf8).span)
      let words = Self.words(of: folder.folded)
      guard let first = words.first else {
        problems.append(
          Diagnostic(
            file: waiver.file, line: waiver.line, column: 1, "the words of the waiver hold no letter or digit",
            remedy: "write what may pass, or delete the row").with(code: "waiver-empty"))
        continue
      }
      phrasesByHash[lexicon.hash(of: first.span), default: []].append(phrases.count)
      phrases.append(Phrase(words: words, waiver: number))
    }
    if !problems.isEmpty { throw FilterError(problems) }
  }

  private static func words(of folded: [UInt8]) -> [[UInt8]] {
    var words: [[UInt8]] = []
    let text = folded.span
    Tokenizer.forEachWord(in: text) { range in words.append(plain(text, range)) }
    return words
  }

  private static func plain(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var word: [UInt8] = []
    for index in range where text[index] != UInt8(ascii: "'") { word.append(text[index]) }
    return word
  }

  /// Takes away the candidates that waivers let pass.
  ///
  /// - Complexity: linear in the words of the text and the candidates; nothing where there are no
  ///   candidates.
  func apply(
    to candidates: inout [Candidate], in text: Span<UInt8>, _ message: borrowing TokenizedText, now: Int64,
    uses: inout [Int]
  ) {
    guard !candidates.isEmpty else { return }
    if !phrases.isEmpty {
      for first in message.tokens.indices {
        let token = message.tokens[first]
        guard let found = phrasesByHash[token.hash] else { continue }
        for number in found where Self.isWord(phrases[number].words[0], text, token) {
          guard let end = self.end(of: phrases[number], from: first, text, message) else { continue }
          remove(
            from: &candidates, inside: Int(token.start)..<end, waiver: phrases[number].waiver, now: now, uses: &uses)
        }
      }
    }
    if let keyedHash, hashedEntities != 0 { removeHashed(&candidates, text, keyedHash, now: now, uses: &uses) }
  }

  /// Whether a token is a word, apostrophes left out.
  private static func isWord(_ word: [UInt8], _ text: Span<UInt8>, _ token: Token) -> Bool {
    var matched = 0
    for index in Int(token.start)..<Int(token.end) where text[index] != UInt8(ascii: "'") {
      guard matched < word.count, text[index] == word[matched] else { return false }
      matched += 1
    }
    return matched == word.count
  }

  private func end(
    of phrase: Phrase, from first: Int, _ text: Span<UInt8>, _ message: borrowing TokenizedText
  ) -> Int? {
    guard first + phrase.words.count <= message.tokens.count else { return nil }
    for (offset, word) in phrase.words.enumerated().dropFirst() {
      let token = message.tokens[first + offset]
      let before = message.tokens[first + offset - 1]
      guard token.before.joinsPhrase || (token.before == .stop | .space && before.count <= 2),
        Self.isWord(word, text, token)
      else { return nil }
    }
    return Int(message.tokens[first + phrase.words.count - 1].end)
  }

  private func remove(
    from candidates: inout [Candidate], inside range: Range<Int>, waiver number: Int, now: Int64, uses: inout [Int]
  ) {
    let waiver = waivers[number]
    if waiver.expires.isOver(at: now) { return }
    candidates.removeAll { candidate in
      let isWaived =
        Int(candidate.start) >= range.lowerBound && Int(candidate.end) <= range.upperBound
        && (waiver.entity == nil || waiver.entity == candidate.entity) && !candidate.evidence.contains(.knownPatient)
      if isWaived { uses[number] += 1 }
      return isWaived
    }
  }

  private func removeHashed(
    _ candidates: inout [Candidate], _ text: Span<UInt8>, _ keyedHash: any KeyedHash, now: Int64, uses: inout [Int]
  ) {
    candidates.removeAll { candidate in
      guard hashedEntities & 1 << UInt64(candidate.entity.rawValue) != 0,
        !candidate.evidence.contains(.knownPatient)
      else { return false }
      let digest = Self.digest(
        of: text.extracting(Int(candidate.start)..<Int(candidate.end)), candidate.entity, keyedHash)
      guard let number = hashed[HashKey(entity: candidate.entity, digest: digest)],
        !waivers[number].expires.isOver(at: now)
      else { return false }
      uses[number] += 1
      return true
    }
  }

  /// The hash under which words are waived: of their letters and digits as folded, one space between
  /// words, in a domain of its own, so that it is never the hash that redaction writes for them.
  private static func digest(of folded: Span<UInt8>, _ entity: EntityType, _ keyedHash: any KeyedHash) -> UInt64 {
    var bytes: [UInt8] = []
    for index in folded.indices { bytes.append(folded[index]) }
    let value = Array("waiver\u{1F}".utf8) + TermKey.plain(bytes)
    return keyedHash.digest(of: value.span, entity: entity)
  }

  /// The hash to be kept in a table in the place of words; nil where they hold no letter or digit.
  package static func digest(of words: String, entity: EntityType, keyedHash: any KeyedHash) -> UInt64? {
    guard let normalizer = try? Normalizer() else { return nil }
    var folder = TermFolder(normalizer: normalizer)
    guard folder.fold(Array(words.utf8).span), !TermKey.plain(folder.folded).isEmpty else { return nil }
    return digest(of: folder.folded.span, entity, keyedHash)
  }
}
