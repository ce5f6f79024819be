internal import Foundation
internal import TightlipCore

/// Answers in a file: NDJSON `{id, action, spans: [{entity_type, utf8, score, rule}]}`, one line for each
/// message, in any order.
///
/// Other detectors' output reads the same way: a range may be named `codepoint` or `utf16`, or stand as
/// bare `start` and `end`; a span may have a `label` of their own, which a label map explains; verdicts of
/// `tightlip filter` (`findings`) are answers too.
package struct PredictionFile: Sendable {
  private struct Row: Decodable {
    var id: RowIdentifier
    var spans: [SpanRow]?
    var findings: [SpanRow]?
    var action: String?
  }

  /// The answers to the texts of a corpus, in their order.
  ///
  /// - Throws: ``EvaluationError`` where a line cannot be read, a label is unknown, or a text has no answer
  ///   or two.
  package static func read(
    _ path: String, for corpus: Corpus, _ map: LabelMap, offsets: OffsetUnit?
  ) throws(EvaluationError) -> [Answer] {
    var positions: [String: Int] = [:]
    for (number, text) in corpus.texts.enumerated() {
      guard positions.updateValue(number, forKey: text.id) == nil else {
        throw EvaluationError(
          corpus.path, "several of its messages have the id \(text.id)", remedy: "give each message an id of its own")
      }
    }
    var answers = [Answer?](repeating: nil, count: corpus.texts.count)
    let decoder = JSONDecoder()
    for (number, line) in try CorpusReader.lines(path) {
      let place = "\(path):\(number)"
      guard let row = try? decoder.decode(Row.self, from: line) else {
        throw EvaluationError(
          place, "is no answer", remedy: "write one object a line: {id, spans: [{label, start, end}]}, or a verdict of tightlip filter")
      }
      // Answers to other parts of the corpus may stand in the same file.
      guard let position = positions[row.id.text] else { continue }
      guard answers[position] == nil else {
        throw EvaluationError(place, "answers a second time to one message", remedy: "leave one answer for each id")
      }
      answers[position] = try answer(row, corpus.texts[position].message.text, map, offsets ?? map.offsets, place)
    }
    guard let missing = answers.firstIndex(where: { $0 == nil }) else { return answers.compactMap { $0 } }
    let count = answers.count { $0 == nil }
    throw EvaluationError(
      path, "has no answer to \(count) messages of \(corpus.path), the first with the id \(corpus.texts[missing].id)",
      remedy: "run the detector on the whole corpus, and write a line for messages without findings too")
  }

  private static func answer(
    _ row: Row, _ text: [UInt8], _ map: LabelMap, _ offsets: OffsetUnit?, _ place: String
  ) throws(EvaluationError) -> Answer {
    var answer = Answer()
    if let name = row.action {
      guard let action = Action(name: name) else {
        throw EvaluationError(place, "has an unknown action", remedy: "write pass, redact or block, or leave it out")
      }
      answer.action = action
    }
    var converter = OffsetConverter(text)
    for span in row.spans ?? row.findings ?? [] {
      guard let label = span.label ?? span.entity_type else {
        throw EvaluationError(place, "a span has no label", remedy: "give each span a label or entity_type")
      }
      if let topic = EntityType(name: label), topic.entityClass == .topic {
        answer.topics.formUnion(TypeSet(topic))
        continue
      }
      guard let types = map.labels[label] else {
        throw EvaluationError(
          map.file ?? place, "has no entry for the predicted label \"\(label)\"",
          remedy: "write a label map for this detector and name it with --prediction-labels; [] for a label not to be judged")
      }
      guard !types.isEmpty else { continue }
      switch span.range(&converter, bare: offsets) {
      case .success(let range):
        answer.predictions.append(
          Prediction(types: types, range: range, score: Score(span.score ?? 1), rule: span.rule ?? label))
      case .failure(let problem): throw EvaluationError(place, problem.message, remedy: problem.remedy)
      }
    }
    return answer
  }

  private struct Line: Encodable {
    struct Span: Encodable {
      var entity_type: String
      var utf8: [Int]
      var score: Double
      var rule: String
    }
    var id: String
    var action: String?
    var spans: [Span]
  }

  /// The answers as a file. Holds no text of any message.
  package static func write(_ answers: [Answer], of corpus: Corpus, to path: String) throws(EvaluationError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      var bytes = Data()
      for (text, answer) in zip(corpus.texts, answers) {
        let spans = answer.predictions.map { prediction in
          Line.Span(
            entity_type: prediction.types.types.first?.name ?? "", utf8: [prediction.range.start, prediction.range.end],
            score: prediction.score.fraction, rule: prediction.rule)
        }
        let topics = answer.topics.types.map { Line.Span(entity_type: $0.name, utf8: [0, 0], score: 1, rule: "") }
        bytes += try encoder.encode(Line(id: text.id, action: answer.action?.name, spans: spans + topics))
        bytes.append(10)
      }
      try bytes.write(to: URL(fileURLWithPath: path))
    } catch {
      throw EvaluationError(path, "cannot be written", remedy: "name a file in a folder that may be written to")
    }
  }
}
