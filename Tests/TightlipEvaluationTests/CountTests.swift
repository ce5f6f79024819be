import Foundation
import Testing
import TightlipCore
import TightlipEvaluation

/// Counts worked by hand, in `Tests/Cases/evaluation/counts.json`: gold, found, predicted, right.
struct CountTests {
  struct Case: Decodable, CustomTestStringConvertible {
    struct Span: Decodable {
      var placed: Placed
      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        let type = try #require(EntityType(name: try list.decode(String.self)))
        placed = Placed(type, try list.decode(Int.self), try list.decode(Int.self))
      }
    }
    var name: String
    var text: String
    var gold: [Span]
    var found: [Span]
    var counts: [String: [Int]]
    var anyType: [String: [Int]]?
    var leak: Int
    var strictLeak: Int
    var outside: Int
    var over: Int
    var testDescription: String { name }
  }

  static let cases = try! JSONDecoder().decode([Case].self, from: Data(contentsOf: URL(filePath: Files.path("counts.json"))))

  @Test(arguments: cases) func `counts are those worked by hand`(_ item: Case) throws {
    let evaluation = try Evaluation([
      Exchange(text: item.text, gold: item.gold.map(\.placed), found: item.found.map(\.placed))
    ])
    for level in MatchLevel.allCases {
      #expect(evaluation.sum(level) == item.counts[level.name], "\(level)")
      if let anyType = item.anyType { #expect(evaluation.sum(level, anyType: true) == anyType[level.name], "\(level), any type") }
    }
    #expect(evaluation.whole(.leaking) == item.leak)
    #expect(evaluation.whole(.strictlyLeaking) == item.strictLeak)
    #expect(evaluation.whole(.outside) == item.outside)
    #expect(evaluation.whole(.over) == item.over)
    #expect(evaluation.whole(.withPHI) == (item.gold.isEmpty ? 0 : 1))
  }

  @Test func `the threshold of the overlap counts`() throws {
    let half = Exchange(text: "Ann Lee ok", gold: [Placed(.person, 0, 7)], found: [Placed(.person, 0, 3)])
    #expect(try Evaluation([half], overlapThreshold: 0.5).sum(.overlap) == [1, 1, 1, 1])
    #expect(try Evaluation([half], overlapThreshold: 0.51).sum(.overlap) == [1, 0, 1, 0])
  }

  @Test func `F2 weighs recall twice`() {
    // 5 · 0.5 · 0.8 / (4 · 0.5 + 0.8)
    #expect(abs(Metric.f(2, precision: 0.5, recall: 0.8) - 2.0 / 2.8) < 1e-12)
    #expect(abs(Metric.f(1, precision: 0.5, recall: 0.8) - 0.8 / 1.3) < 1e-12)
    #expect(Metric.f(2, precision: 0, recall: 0) == 0)
    #expect(Metric.f(2, precision: 1, recall: 1) == 1)
  }

  @Test func `an action that was not annotated is judged by whether there is PHI`() throws {
    func text(_ id: String, _ action: Action?, _ direction: Direction = .outbound, spans: [AnnotatedSpan] = []) -> AnnotatedText {
      var message = CorpusReader.message("Hi Dana")
      message.direction = direction
      return AnnotatedText(id: id, message: message, spans: spans, action: action)
    }
    let dana = AnnotatedSpan(label: "PERSON", ranges: [ByteRange(start: 3, end: 7)])
    let texts = [
      text("a", .pass), text("b", .pass), text("c", .block), text("d", .pass, .inbound), text("e", nil), text("f", nil, spans: [dana]),
    ]
    let corpus = Corpus(name: "made", path: "made", format: .tightlip, part: .all, texts: texts)
    let answers = [Action.pass, .block, .redact, .block, .redact, .redact].map { action in
      var answer = Answer()
      answer.action = action
      return answer
    }
    let evaluation = Evaluation(try JudgedCorpus(corpus, .identity), answers, overlapThreshold: 0.5)
    // a, b and e should pass; b and e did not. a, b and c have an action and are outbound; a is right.
    #expect(evaluation.whole(.shouldPass) == 3)
    #expect(evaluation.whole(.stopped) == 2)
    #expect(evaluation.whole(.judgedActions) == 3)
    #expect(evaluation.whole(.rightActions) == 1)
    let taken = evaluation.actions()
    #expect(taken.outbound == [[1, 0, 1], [0, 0, 0], [0, 1, 0]])
    #expect(taken.inbound == [0, 0, 1])
  }
}
