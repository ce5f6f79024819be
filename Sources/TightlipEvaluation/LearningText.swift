internal import Crypto
internal import Foundation
internal import TightlipCore
package import TightlipRules
internal import TightlipTagger

/// A set of labels, one bit for each ``TaggerLabel``.
typealias LabelSet = UInt16

extension TaggerLabel {
  var bit: LabelSet { 1 << LabelSet(rawValue) }
  static let everything: LabelSet = (1 << LabelSet(TaggerLabel.structured.rawValue)) - 1
}

/// A stretch of a text, inside or outside an annotated span.
struct TextPiece {
  var text: String
  /// The entity types that the span may be; empty outside spans and where the type is none of ours.
  var types: [EntityType] = []
  /// The labels that are right for its words; 0 outside spans.
  var labels: LabelSet = 0
}

/// A text to learn from: its pieces, and what its corpus says of words outside spans.
package struct LearningText {
  var pieces: [TextPiece]
  /// The labels that are right for a word outside all spans: nothing, and what is not annotated.
  var outside: LabelSet
  /// Labels that are surely absent outside spans unless a list says otherwise.
  var absent: LabelSet
  /// Written for this project, every type annotated.
  var isOurs: Bool
  var corpus: String
}

/// What a set of texts was, for the record in the weights file.
package struct LearningSource {
  package var name: String
  package var licence: String
  package var source: String
  package var texts: Int
}

/// Reads texts to learn from.
package struct LearningReader {
  package private(set) var texts: [LearningText] = []
  package private(set) var sources: [LearningSource] = []

  package init() {}

  private struct OwnRow: Decodable {
    struct Span: Decodable {
      var entity_type: String
      var utf8: [Int]
    }
    var text: String
    var spans: [Span]
  }

  private struct OtherRow: Decodable {
    struct Span: Decodable {
      var start: Int
      var end: Int
      var label: String
    }
    var id: String
    var text: String
    var spans: [Span]?
  }

  /// Adds a corpus of this project (`Corpus/*.ndjson`).
  package mutating func addOwn(_ file: String, repetitions: Int) throws {
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    var count = 0
    for line in try Self.lines(file) {
      let row = try JSONDecoder().decode(OwnRow.self, from: line)
      let text = LearningText(
        pieces: Self.pieces(of: row), outside: TaggerLabel.outside.bit, absent: 0, isOurs: true, corpus: name)
      for _ in 0..<repetitions { texts.append(text) }
      count += 1
    }
    sources.append(
      LearningSource(name: name, licence: "this project's", source: "Corpus/\(name).ndjson", texts: count))
  }

  private static func pieces(of row: OwnRow) -> [TextPiece] {
    let utf8 = Array(row.text.utf8)
    func text(_ range: Range<Int>) -> String { String(decoding: utf8[range], as: UTF8.self) }
    var pieces: [TextPiece] = []
    var position = 0
    for span in row.spans.sorted(by: { $0.utf8[0] < $1.utf8[0] }) where span.utf8[0] >= position {
      guard let type = EntityType(name: span.entity_type) else { continue }
      pieces.append(TextPiece(text: text(position..<span.utf8[0])))
      pieces.append(TextPiece(text: text(span.utf8[0]..<span.utf8[1]), types: [type], labels: labels([type])))
      position = span.utf8[1]
    }
    pieces.append(TextPiece(text: text(position..<utf8.count)))
    return pieces
  }

  /// Adds the part for learning of another corpus: rows whose SHA-256 of the id begins with an even
  /// byte, less those whose second byte is a multiple of ten, which are held back for choosing
  /// thresholds.
  ///
  /// - Parameter heldBack: read that tenth, and nothing else.
  package mutating func addOther(_ file: String, map: LabelMapFile, heldBack: Bool = false) throws {
    // A corpus that is only judged is not read, and not credited in the weights.
    guard map.repetitions > 0 else { return }
    let annotated = Self.labels(map.annotated.compactMap { EntityType(name: $0) })
    let outside = TaggerLabel.everything & ~annotated | TaggerLabel.outside.bit
    let absent = Self.labels(map.absent.compactMap { EntityType(name: $0) }) & outside
    var count = 0
    for line in try Self.lines(file) {
      let row = try JSONDecoder().decode(OtherRow.self, from: line)
      let digest = Array(SHA256.hash(data: Data(row.id.utf8)))
      guard digest[0] % 2 == 0, (digest[1] % 10 == 0) == heldBack else { continue }
      let learning = LearningText(
        pieces: Self.pieces(of: row, map), outside: outside, absent: absent, isOurs: false, corpus: map.corpus)
      for _ in 0..<(heldBack ? min(1, map.repetitions) : map.repetitions) { texts.append(learning) }
      count += 1
    }
    sources.append(LearningSource(name: map.corpus, licence: map.licence, source: map.source, texts: count))
  }

  private static func pieces(of row: OtherRow, _ map: LabelMapFile) -> [TextPiece] {
    let scalars = Array(row.text.unicodeScalars)
    func text(_ range: Range<Int>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return String(view)
    }
    var pieces: [TextPiece] = []
    var position = 0
    for span in (row.spans ?? []).sorted(by: { $0.start < $1.start })
    where span.start >= position && span.start < span.end && span.end <= scalars.count {
      pieces.append(TextPiece(text: text(position..<span.start)))
      let types = (map.labels[span.label] ?? []).compactMap { EntityType(name: $0) }
      var labels = types.isEmpty ? TaggerLabel.everything : Self.labels(types)
      if map.doubtful.contains(span.label) { labels |= TaggerLabel.outside.bit }
      pieces.append(TextPiece(text: text(span.start..<span.end), types: types, labels: labels))
      position = span.end
    }
    pieces.append(TextPiece(text: text(position..<scalars.count)))
    return pieces
  }

  /// The labels under which the tagger should see these types; everything where it never decides
  /// (dates, phone numbers).
  private static func labels(_ types: [EntityType]) -> LabelSet {
    var set: LabelSet = 0
    for type in types {
      let label = TaggerLabel(type)
      if label != .structured { set |= label.bit }
    }
    return set == 0 && !types.isEmpty ? TaggerLabel.everything : set
  }

  private static func lines(_ file: String) throws -> [Data] {
    try Data(contentsOf: URL(fileURLWithPath: file)).split(separator: UInt8(ascii: "\n")).map { Data($0) }
  }
}
