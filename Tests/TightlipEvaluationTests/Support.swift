import Foundation
import TightlipCore
import TightlipEvaluation

enum Files {
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = repository.appending(path: "Tests/Cases/evaluation")

  static func path(_ name: String) -> String { folder.appending(path: name).path() }

  /// A new file with the given text.
  static func temporary(_ name: String, _ text: String) -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-evaluation-\(UUID().uuidString)")
    try! FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: name)
    try! Data(text.utf8).write(to: file)
    return file.path()
  }
}

/// A span or finding of one type.
struct Placed {
  var type: EntityType
  var range: ByteRange

  init(_ type: EntityType, _ start: Int, _ end: Int) {
    self.type = type
    range = ByteRange(start: start, end: end)
  }
}

/// A message with annotations and an answer.
struct Exchange {
  var text: String
  var gold: [Placed]
  var found: [Placed]
}

extension Evaluation {
  /// Judges messages by our own types.
  init(_ exchanges: [Exchange], overlapThreshold: Double = 0.5) throws {
    let texts = exchanges.enumerated().map { number, exchange in
      AnnotatedText(
        id: "m\(number)", message: CorpusReader.message(exchange.text),
        spans: exchange.gold.map { AnnotatedSpan(label: $0.type.name, ranges: [$0.range]) })
    }
    let corpus = Corpus(name: "made", path: "made", format: .tightlip, part: .all, texts: texts)
    let answers = exchanges.map { exchange in
      var answer = Answer()
      answer.predictions = exchange.found.map { Prediction(types: TypeSet($0.type), range: $0.range) }
      return answer
    }
    self.init(try JudgedCorpus(corpus, .identity), answers, overlapThreshold: overlapThreshold)
  }

  func sum(_ level: MatchLevel, anyType: Bool = false) -> [Int] {
    let row: Metric.RowSelection = anyType ? .one(table.layout.anyTypeRow) : .all
    let sums = table.total()
    return CountLayout.Part.allCases.map { Metric.sum(sums, table.layout, row, level, $0) }
  }

  func whole(_ part: CountLayout.Whole) -> Int { table.total()[table.layout.slot(part)] }
}
