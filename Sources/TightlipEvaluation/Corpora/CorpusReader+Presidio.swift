internal import Foundation
internal import TightlipCore

extension CorpusReader {
  private struct Sample: Decodable {
    struct Span: Decodable {
      var entity_type: String
      var entity_value: String?
      var start_position: Int
      var end_position: Int
    }
    var full_text: String
    var spans: [Span]
    var sample_id: RowIdentifier?
    var id: RowIdentifier?
  }

  /// presidio-research's JSON: offsets are code points, as Python counts.
  func readPresidio(_ path: String) throws(EvaluationError) -> [AnnotatedText] {
    let bytes = try Self.bytes(path)
    let samples: [Sample]
    do {
      samples = try JSONDecoder().decode([Sample].self, from: bytes)
    } catch {
      throw EvaluationError(
        path, "is not presidio-research's JSON",
        remedy: "give a list of objects with full_text and spans: [{entity_type, start_position, end_position}]")
    }
    var texts: [AnnotatedText] = []
    for (number, sample) in samples.enumerated() {
      let message = Self.message(sample.full_text)
      var converter = OffsetConverter(message.text)
      var spans: [AnnotatedSpan] = []
      for span in sample.spans {
        let range = converter.range(span.start_position, span.end_position, in: offsets ?? .codepoint)
        guard let range, Self.agrees(span.entity_value, message.text, [range]) else {
          throw EvaluationError(
            "\(path): sample \(number)", "a span does not cover its entity_value",
            remedy: "correct start_position and end_position, or give their unit with --offsets (code points without it)")
        }
        spans.append(AnnotatedSpan(label: span.entity_type, ranges: [range]))
      }
      let id = sample.id?.text ?? sample.sample_id?.text ?? "sample-\(number)"
      texts.append(AnnotatedText(id: id, message: message, spans: spans))
    }
    return texts
  }

  /// Whether a span covers what its annotation quotes; white space may differ, since formats fold it.
  static func agrees(_ quoted: String?, _ text: [UInt8], _ ranges: [ByteRange]) -> Bool {
    guard let quoted, !quoted.isEmpty else { return true }
    func solid(_ bytes: some Sequence<UInt8>) -> [UInt8] { bytes.filter { !Self.isSpace($0) } }
    let covered = ranges.flatMap { text[$0.start..<$0.end] }
    return solid(covered) == solid(quoted.utf8)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
