import Testing
import TightlipCore
import TightlipEvaluation

struct ErrorTests {
  private func errors(_ exchange: Exchange) throws -> [DetectionError] {
    ErrorFinder(try Evaluation([exchange]), filter: nil).find()
  }

  @Test func `what is right is no error`() throws {
    let dana = Placed(.person, 3, 7)
    #expect(try errors(Exchange(text: "Hi Dana", gold: [dana], found: [dana])).isEmpty)
    // Nine tenths covered are covered.
    let id = Exchange(text: "1234567890", gold: [Placed(.accountNumber, 0, 10)], found: [Placed(.accountNumber, 0, 9)])
    #expect(try errors(id).isEmpty)
  }

  @Test func `misses by cause`() throws {
    let gold = [Placed(.person, 0, 7)]
    func cause(_ found: [Placed]) throws -> [DetectionError.Cause] {
      try errors(Exchange(text: "Ann Lee is here", gold: gold, found: found)).filter { $0.kind == .miss }.map(\.cause)
    }
    #expect(try cause([]) == [.notFound])
    #expect(try cause([Placed(.location, 0, 7)]) == [.wrongType])
    #expect(try cause([Placed(.person, 0, 3)]) == [.foundInPart])
    #expect(try cause([Placed(.location, 0, 3)]) == [.foundInPart])
  }

  @Test func `false alarms by cause`() throws {
    let gold = [Placed(.person, 0, 3)]
    func cause(_ found: Placed) throws -> [DetectionError.Cause] {
      try errors(Exchange(text: "Ann walks over the hill", gold: gold, found: [found])).filter { $0.kind == .falseAlarm }.map(\.cause)
    }
    #expect(try cause(Placed(.person, 4, 9)) == [.onNothing])
    #expect(try cause(Placed(.location, 0, 3)) == [.onAnotherType])
    #expect(try cause(Placed(.person, 0, 14)) == [.wrongBoundaries])
  }

  @Test func `the list groups by cause, counts all and shows some`() throws {
    let exchanges = (0..<7).map { _ in Exchange(text: "Dear Ann,\nhello", gold: [Placed(.person, 5, 8)], found: []) }
    let evaluation = try Evaluation(exchanges)
    let list = ErrorList(ErrorFinder(evaluation, filter: nil).find(), evaluation.judged.corpus, limit: 3)
    #expect(list.sections.map(\.count) == [7])
    #expect(list.sections[0].groups.map(\.name) == ["PERSON"])
    #expect(list.sections[0].groups[0].errors.count == 3)
    // One line each, whatever the message holds.
    #expect(list.text.split(separator: "\n").count { $0.contains("Dear [[Ann]],\\nhello") } == 3)
  }

  @Test(arguments: 1...4) func `details count every span and finding once`(seed: UInt64) throws {
    let exchanges = PropertyTests.exchanges(seed: seed)
    let details = CorpusDetails(try Evaluation(exchanges), filter: nil, overlapThreshold: 0.5)
    let gold = exchanges.reduce(0) { $0 + $1.gold.count }
    let found = exchanges.reduce(0) { $0 + $1.found.count }
    #expect(details.confusion.filter { $0.annotated != CorpusDetails.nothing }.reduce(0) { $0 + $1.count } == gold)
    #expect(details.rules.reduce(0) { $0 + $1.found } == found)
    #expect(details.scores.reduce(0) { $0 + $1.right + $1.wrong } == found)
    #expect(details.rules.allSatisfy { $0.right <= $0.found })
    // Every score is 1 here: no threshold changes anything.
    #expect(details.curve.count == 19 && Set(details.curve.map(\.recall)).count == 1)
  }
}
