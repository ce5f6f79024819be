import Testing
import Tightlip
import TightlipCore
import TightlipRecognition

/// Overlaps are settled by one total order that does not depend on the order of rules.
struct ResolutionTests {
  private static let entities: [EntityType] = [
    .person, .dateTime, .otherID, .usSSN, .diagnosis, .organization, .topicHIVSTI, .topicCrisis, .location,
  ]

  private func random(_ generator: inout SeededGenerator, length: Int) -> Candidate {
    let start = Int.random(in: 0..<length, using: &generator)
    let end = min(length, start + Int.random(in: 1...8, using: &generator))
    let scores = [300, 500, 699, 700, 899, 900, 1000]
    return Candidate(
      entity: Self.entities.randomElement(using: &generator)!, start: start, end: end,
      score: Score(thousandths: scores.randomElement(using: &generator)!),
      rule: RuleID(UInt16.random(in: 0..<4, using: &generator)))
  }

  private func resolve(_ candidates: [Candidate], _ text: [UInt8], threshold: Double = 0.5) -> [Candidate] {
    var resolver = Resolver()
    var result: [Candidate] = []
    resolver.resolve(candidates, threshold: Score(threshold), text: text.span, into: &result)
    return result
  }

  @Test func `the order is total`() {
    var generator = SeededGenerator(seed: 11)
    let candidates = (0..<70).map { _ in random(&generator, length: 6) }
    func precedes(_ a: Candidate, _ b: Candidate) -> Bool { Resolver.precedes(a, b) }
    for a in candidates {
      #expect(!precedes(a, a))
      for b in candidates {
        #expect(!(precedes(a, b) && precedes(b, a)))
        if !precedes(a, b), !precedes(b, a) { #expect(a == b) }
        for c in candidates where precedes(a, b) && precedes(b, c) {
          // Not an #expect for each of 300,000 triples: they cost more than the comparison.
          if !precedes(a, c) { Issue.record("\(a) \(b) \(c)") }
        }
      }
    }
  }

  @Test(arguments: 0..<40)
  func `the order of candidates does not matter`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let text = Array("ab cd 12-34 x, e.f (gh) 5678 ijkl m nop".utf8)
    var candidates = (0..<Int.random(in: 1...90, using: &generator)).map { _ in random(&generator, length: text.count) }
    let expected = resolve(candidates, text)
    for _ in 0..<5 {
      candidates.shuffle(using: &generator)
      #expect(resolve(candidates, text) == expected)
    }
  }

  @Test(arguments: 0..<40)
  func `no byte above the threshold is given back, and no two findings share one`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed) &+ 1000)
    let text = Array("ab cd 12-34 x, e.f (gh) 5678 ijkl m nop".utf8)
    let candidates = (0..<Int.random(in: 1...30, using: &generator)).map { _ in random(&generator, length: text.count) }
    let result = resolve(candidates, text)
    var covered = [Int](repeating: 0, count: text.count)
    for found in result where found.entity.entityClass != .topic {
      for index in Int(found.start)..<Int(found.end) { covered[index] += 1 }
      #expect(candidates.contains { $0.entity == found.entity && $0.rule == found.rule && $0.start <= found.start && found.end <= $0.end })
    }
    #expect(covered.allSatisfy { $0 <= 1 })
    for candidate in candidates where candidate.score >= Score(0.5) && candidate.entity.entityClass != .topic {
      // Single letters may be left between findings, each by a candidate of its own.
      var run = 0
      for index in Int(candidate.start)..<Int(candidate.end) {
        run = covered[index] == 0 && isAlphanumeric(text[index]) ? run + 1 : 0
        #expect(run <= 3, "byte \(index) of \(candidate)")
      }
    }
    #expect(result.filter { $0.entity.entityClass != .topic }.map(\.start) == result.filter { $0.entity.entityClass != .topic }.map(\.start).sorted())
    #expect(result.allSatisfy { $0.score >= Score(0.5) })
  }

  private func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (48...57).contains(byte) || (97...122).contains(byte)
  }

  @Test func `of several of one topic the best stays, and a topic takes no bytes`() {
    let text = Array("hiv test result".utf8)
    let candidates = [
      Candidate(entity: .topicHIVSTI, start: 0, end: 3, score: Score(0.6), rule: RuleID(0)),
      Candidate(entity: .topicHIVSTI, start: 0, end: 8, score: Score(0.95), rule: RuleID(1)),
      Candidate(entity: .labResult, start: 0, end: 15, score: Score(0.7), rule: RuleID(2)),
      Candidate(entity: .topicTestResults, start: 4, end: 15, score: Score(0.4), rule: RuleID(3)),
    ]
    let result = resolve(candidates, text)
    #expect(result.map(\.entity) == [.labResult, .topicHIVSTI])
    #expect(result[0].start == 0 && result[0].end == 15)
    #expect(result[1].end == 8)
  }

  /// The documented order, a step at a time: the first of each pair wins.
  @Test(arguments: [
    ((EntityType.usSSN, 0, 4, 700), (EntityType.url, 0, 9, 1000)),
    ((EntityType.url, 0, 9, 1000), (EntityType.usSSN, 0, 4, 699)),
    ((EntityType.person, 0, 4, 900), (EntityType.person, 0, 9, 899)),
    ((EntityType.person, 0, 9, 700), (EntityType.diagnosis, 0, 4, 899)),
    ((EntityType.person, 0, 4, 800), (EntityType.diagnosis, 0, 4, 799)),
    ((EntityType.usSSN, 0, 4, 800), (EntityType.otherID, 0, 4, 800)),
    ((EntityType.person, 0, 4, 800), (EntityType.person, 2, 6, 800)),
  ])
  func `the order is the documented one`(
    winner: (EntityType, Int, Int, Int), loser: (EntityType, Int, Int, Int)
  ) {
    func candidate(_ values: (EntityType, Int, Int, Int)) -> Candidate {
      Candidate(entity: values.0, start: values.1, end: values.2, score: Score(thousandths: values.3), rule: RuleID(0))
    }
    #expect(Resolver.precedes(candidate(winner), candidate(loser)))
    #expect(!Resolver.precedes(candidate(loser), candidate(winner)))
  }

  @Test func `what is left of a covered candidate stays a finding of its own`() {
    let text = Array("dana whitfield 219-09-9998".utf8)
    let result = resolve(
      [
        Candidate(entity: .usSSN, start: 15, end: 26, score: Score(0.99), rule: RuleID(0)),
        Candidate(entity: .person, start: 0, end: 20, score: Score(0.7), rule: RuleID(1)),
      ], text)
    #expect(result.map(\.entity) == [.person, .usSSN])
    #expect(result[0].start == 0 && result[0].end == 14)
  }

  @Test func `a single letter that one candidate leaves is there for the next`() {
    let text = Array("ab9".utf8)
    let result = resolve(
      [
        Candidate(entity: .usSSN, start: 0, end: 2, score: Score(0.99), rule: RuleID(0)),
        Candidate(entity: .person, start: 0, end: 3, score: Score(0.7), rule: RuleID(1)),
        Candidate(entity: .age, start: 2, end: 3, score: Score(0.6), rule: RuleID(2)),
      ], text)
    #expect(result.map(\.entity) == [.usSSN, .age])
  }

  @Test func `every byte of a candidate above the threshold is covered in the original text`() {
    var scanner = Scanner(TestPack.filter)
    var verdict = Verdict()
    for text in RandomTexts.all where text.utf8.allSatisfy({ $0 < 0x80 }) {
      scanner.scan(text, into: &verdict)
      guard verdict.completeness == .complete else { continue }
      let bytes = folded(text)
      var covered = [Bool](repeating: false, count: bytes.count)
      for finding in verdict.findings where finding.entity.entityClass != .topic {
        for index in finding.range.start..<finding.range.end { covered[index] = true }
      }
      for (candidate, range) in scanner.considered().candidates
      where candidate.score >= TestPack.filter.policy.threshold && candidate.entity.entityClass != .topic {
        for index in range.start..<range.end where !covered[index] && isAlphanumeric(bytes[index]) {
          let before = index > range.start && !covered[index - 1] && isAlphanumeric(bytes[index - 1])
          let after = index + 1 < range.end && !covered[index + 1] && isAlphanumeric(bytes[index + 1])
          #expect(!before && !after, "byte \(index) of \(text.debugDescription)")
        }
      }
    }
  }

  private func folded(_ text: String) -> [UInt8] { text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 } }
}

/// The order of files and rules in a pack is a matter of taste.
struct PackOrderTests {
  @Test func `a pack with its files and rules in another order gives the same verdicts`() throws {
    var generator = SeededGenerator(seed: 99)
    let texts = RandomTexts.all.prefix(200)
    let original = TestPack.filter
    let expected = texts.map { original.description(of: original.verdict(on: $0)) }
    for _ in 0..<3 {
      var pack = TestPack.small
      pack.termFiles.shuffle(using: &generator)
      pack.patternFiles.shuffle(using: &generator)
      pack.patternFiles = pack.patternFiles.map { file in
        var rules = file.text.split(separator: "\n\n").map { String($0) }
        rules[0].removeFirst("patterns:\n".count)
        rules.shuffle(using: &generator)
        return (file.name, "patterns:\n" + rules.joined(separator: "\n\n") + "\n")
      }
      let filter = try pack.filter()
      for (text, wanted) in zip(texts, expected) {
        #expect(filter.description(of: filter.verdict(on: text)) == wanted, "\(text.debugDescription)")
      }
    }
  }

  @Test func `a word one edit from two terms is the same in any order of files`() throws {
    var pack = TestPack.small
    pack.termFiles.append(("one", TestPack.table([("cardizem", "MEDICATION", "0.9", "one-typo")])))
    pack.termFiles.append(("two", TestPack.table([("cardizen", "DIAGNOSIS", "0.9", "one-typo")])))
    let forwards = try pack.filter()
    pack.termFiles.reverse()
    let backwards = try pack.filter()
    let text = "she has cardizek now"
    #expect(forwards.description(of: forwards.verdict(on: text)) == backwards.description(of: backwards.verdict(on: text)))
  }
}
