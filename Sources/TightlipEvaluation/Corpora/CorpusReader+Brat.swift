internal import Foundation
internal import TightlipCore

extension CorpusReader {
  /// brat standoff: entity lines `T1<tab>LABEL START END[;START END]…<tab>TEXT`, in code points.
  /// Relations, events, attributes, normalizations and notes say nothing of spans.
  func readBrat(_ path: String) throws(EvaluationError) -> AnnotatedText {
    let message = Self.message(try Self.text(Self.sibling(path, ".txt")))
    var converter = OffsetConverter(message.text)
    var spans: [AnnotatedSpan] = []
    var number = 0
    for line in try Self.text(path).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      guard line.first == "T" else { continue }
      let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      let words = fields.count > 1 ? fields[1].split(separator: " ", maxSplits: 1) : []
      let ranges = words.count == 2 ? ranges(words[1], &converter) : nil
      guard let ranges, Self.agrees(fields.count > 2 ? String(fields[2]) : nil, message.text, ranges) else {
        throw EvaluationError(
          "\(path):\(number)", "is no entity of the text beside it",
          remedy: "write T1, a tab, the label with its offsets in code points, a tab, and the text they cover")
      }
      spans.append(AnnotatedSpan(label: String(words[0]), ranges: ranges))
    }
    return AnnotatedText(id: Self.name(of: path), message: message, spans: spans)
  }

  private func ranges(_ text: Substring, _ converter: inout OffsetConverter) -> [ByteRange]? {
    var ranges: [ByteRange] = []
    for fragment in text.split(separator: ";") {
      let numbers = fragment.split(separator: " ").compactMap { Int($0) }
      guard numbers.count == 2,
        let range = converter.range(numbers[0], numbers[1], in: offsets ?? .codepoint)
      else { return nil }
      ranges.append(range)
    }
    return ranges.isEmpty ? nil : ranges.sorted { $0.start < $1.start }
  }
}
