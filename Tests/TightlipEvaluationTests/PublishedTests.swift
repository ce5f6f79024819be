import Foundation
import Testing
import TightlipEvaluation

/// The same predictions judged by seqeval 1.2.2 and presidio-evaluator 0.3.2; `Tests/Cases/evaluation/published/make.py` made the data.
struct PublishedTests {
  struct Figures: Decodable {
    struct Strict: Decodable {
      var precision: Double
      var recall: Double
      var f1: Double
      var gold: Double
    }
    struct Counted: Decodable {
      var right: Int
      var found: Int
      var gold: Int
      var precision: Double
      var recall: Double
      var f2: Double
    }
    struct Anything: Decodable {
      var precision: Double
      var recall: Double
      var f2: Double
    }
    struct Level: Decodable {
      var types: [String: Counted]
      var any: Anything
    }
    var seqeval: [String: Strict]
    var span: [String: Level]
    var token: Level
    enum CodingKeys: String, CodingKey {
      case seqeval
      case span = "presidio span"
      case token = "presidio token"
    }
  }

  static let figures = try! JSONDecoder().decode(
    Figures.self, from: Data(contentsOf: URL(filePath: Files.path("published/figures.json"))))

  private func report(iou: Double) throws -> CorpusReport {
    let corpus = try CorpusReader().read(Files.path("published/corpus.ndjson"))
    let answers = try PredictionFile.read(Files.path("published/predictions.ndjson"), for: corpus, .identity, offsets: nil)
    let evaluation = Evaluation(try JudgedCorpus(corpus, .identity), answers, overlapThreshold: iou)
    return CorpusReport(evaluation, Bootstrap(samples: 0))
  }

  private func isSame(_ ours: Estimate?, _ theirs: Double) -> Bool { abs((ours?.value ?? -1) - theirs) < 1e-9 }

  @Test func `strict figures are those of seqeval`() throws {
    let report = try report(iou: 0.5)
    var seen = 0
    for row in report.rows {
      guard let theirs = Self.figures.seqeval[row.name], let ours = row.levels["strict"] else { continue }
      seen += 1
      #expect(ours.gold == Int(theirs.gold), "\(row.name)")
      #expect(isSame(ours.precision, theirs.precision) && isSame(ours.recall, theirs.recall) && isSame(ours.f1, theirs.f1), "\(row.name)")
    }
    #expect(seen == 6)
    let micro = try #require(Self.figures.seqeval["micro avg"])
    let all = try #require(report.all.levels["strict"])
    #expect(isSame(all.precision, micro.precision) && isSame(all.recall, micro.recall) && isSame(all.f1, micro.f1))
    #expect(micro.f1 > 0.3 && micro.f1 < 0.9, "the data show something")
  }

  @Test(arguments: [0.5, 0.75]) func `overlap figures are those of presidio-evaluator`(threshold: Double) throws {
    let published = try #require(Self.figures.span[String(threshold)])
    try compare(try report(iou: threshold), "overlap", published)
  }

  @Test func `token figures are those of presidio-evaluator`() throws {
    try compare(try report(iou: 0.5), "token", Self.figures.token)
  }

  private func compare(_ report: CorpusReport, _ level: String, _ published: Figures.Level) throws {
    var seen = 0
    for row in report.rows {
      guard let theirs = published.types[row.name], let ours = row.levels[level] else { continue }
      seen += 1
      #expect(ours.gold == theirs.gold && ours.predicted == theirs.found && ours.right == theirs.right, "\(row.name)")
      #expect(isSame(ours.precision, theirs.precision) && isSame(ours.recall, theirs.recall) && isSame(ours.f2, theirs.f2), "\(row.name)")
    }
    #expect(seen == 6)
    let any = try #require(report.anyType.levels[level])
    #expect(isSame(any.precision, published.any.precision) && isSame(any.recall, published.any.recall) && isSame(any.f2, published.any.f2))
  }
}
