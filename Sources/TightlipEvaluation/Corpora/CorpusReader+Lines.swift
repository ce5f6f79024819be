internal import Foundation
internal import TightlipCoding
internal import TightlipCore

/// A span as the NDJSON formats write it: a range that names its unit, or bare `start` and `end`.
struct SpanRow: Decodable {
  var entity_type: String?
  var label: String?
  var utf8: [Int]?
  var codepoint: [Int]?
  var utf16: [Int]?
  var start: Int?
  var end: Int?
  var score: Double?
  var rule: String?

  /// The range in bytes.
  ///
  /// - Parameter unit: what bare offsets count; nil where nobody said, which is an error in a text
  ///   that is not ASCII.
  func range(_ converter: inout OffsetConverter, bare unit: OffsetUnit?) -> Result<ByteRange, Problem> {
    for (pair, unit) in [(utf8, OffsetUnit.utf8), (codepoint, .codepoint), (utf16, .utf16)] {
      guard let pair else { continue }
      guard pair.count == 2, let range = converter.range(pair[0], pair[1], in: unit) else { return .failure(.outside) }
      return .success(range)
    }
    guard let start, let end else { return .failure(.noRange) }
    guard let unit = unit ?? (converter.isASCII ? .utf8 : nil) else { return .failure(.noUnit) }
    return converter.range(start, end, in: unit).map { .success($0) } ?? .failure(.outside)
  }

  enum Problem: Error {
    case noRange, noUnit, outside

    var message: String {
      switch self {
      case .noRange: "a span has no range"
      case .noUnit: "the text is not ASCII, and nothing says what start and end of its spans count"
      case .outside: "a span runs backwards, leaves its text or cuts a character"
      }
    }

    var remedy: String {
      switch self {
      case .noRange: "give each span start and end, or a range that names its unit: utf8, codepoint or utf16"
      case .noUnit: "give --offsets utf8, codepoint or utf16, or write offsets: … into the label map"
      case .outside: "correct the span, or give the right unit with --offsets"
      }
    }
  }
}

/// An id that is a string or a number.
struct RowIdentifier: Decodable {
  var text: String

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self.text = text
    } else {
      text = String(try container.decode(Int.self))
    }
  }
}

/// A row of the NDJSON formats.
struct CorpusRow: Decodable {
  var id: RowIdentifier?
  var text: String
  var spans: [SpanRow]?
  var action: String?
  var topics: [String]?
  var onlyLabelled: String?

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  static let rowMember = CodingUserInfoKey(rawValue: "rowMember")!
  static let isOurs = CodingUserInfoKey(rawValue: "isOurs")!

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    func member<Value: Decodable>(_ name: String) throws -> Value? {
      try members.decodeIfPresent(Value.self, forKey: Key(stringValue: name))
    }
    id = try member("id")
    text = try members.decode(String.self, forKey: Key(stringValue: "text"))
    spans = try member("spans")
    if decoder.userInfo[Self.isOurs] != nil {
      action = try member("action")
      topics = try member("topics")
    }
    if let name = decoder.userInfo[Self.rowMember] as? String { onlyLabelled = try member(name) }
  }
}

extension CorpusReader {
  /// NDJSON. In our own corpora the rest of a row is the envelope; in others' only the text counts.
  func readLines(_ path: String, isOurs: Bool) throws(EvaluationError) -> [AnnotatedText] {
    let decoder = JSONDecoder()
    if isOurs { decoder.userInfo[CorpusRow.isOurs] = true }
    if let rowMember { decoder.userInfo[CorpusRow.rowMember] = rowMember }
    var requests = RequestReader(options: RequestOptions(maxBytes: 1 << 30))
    var texts: [AnnotatedText] = []
    for (number, line) in try Self.lines(path) {
      let place = "\(path):\(number)"
      let row: CorpusRow
      do {
        row = try decoder.decode(CorpusRow.self, from: line)
      } catch {
        throw EvaluationError(
          place, "is no row of a corpus",
          remedy: "write one JSON object a line, with a text and, where something is annotated, spans: [{start, end, label}]")
      }
      let id = row.id?.text ?? "line-\(number)"
      guard part.contains(id) else { continue }
      var text = AnnotatedText(id: id, message: Self.message(row.text), onlyLabelled: row.onlyLabelled)
      if isOurs {
        do throws(RequestError) {
          try requests.read(Array(line).span, into: &text.message)
        } catch {
          throw EvaluationError(place, "is no request: \(error.code.name)", remedy: "correct the envelope of this message")
        }
        text.topics = row.topics ?? []
        if let name = row.action {
          guard let action = Action(name: name) else {
            throw EvaluationError(place, "has an unknown action", remedy: "write pass, redact or block")
          }
          text.action = action
        }
      }
      text.spans = try spans(row.spans ?? [], text.message.text, place)
      texts.append(text)
    }
    return texts
  }

  /// The lines of a file that are not blank, with their numbers from 1.
  static func lines(_ path: String) throws(EvaluationError) -> [(number: Int, line: Data)] {
    let bytes = Array(try Self.bytes(path))
    var lines: [(number: Int, line: Data)] = []
    var start = 0
    var number = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
      number += 1
      let line = bytes[start..<end]
      if !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { lines.append((number, Data(line))) }
      start = end + 1
    }
    return lines
  }

  private func spans(_ rows: [SpanRow], _ text: [UInt8], _ place: String) throws(EvaluationError) -> [AnnotatedSpan] {
    guard !rows.isEmpty else { return [] }
    var converter = OffsetConverter(text)
    var spans: [AnnotatedSpan] = []
    for row in rows {
      guard let label = row.label ?? row.entity_type else {
        throw EvaluationError(place, "a span has no label", remedy: "give each span a label or entity_type")
      }
      switch row.range(&converter, bare: offsets) {
      case .success(let range): spans.append(AnnotatedSpan(label: label, ranges: [range]))
      case .failure(let problem): throw EvaluationError(place, problem.message, remedy: problem.remedy)
      }
    }
    return spans
  }
}
