import Foundation
import Testing
import TightlipCore
import TightlipEvaluation
import TightlipTagger

// Whole, not `import class`: a scoped import makes the compiler look into ICU's headers, which
// contradict the copy that Foundation brings.
import Tightlip

private let root = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Messages in which an unlisted word after "take" is a drug, and after "park by" is none.
private func toyCorpus() throws -> String {
  var lines = ""
  for number in 0..<60 {
    let word = "qu" + String(number, radix: 3).map { "\("aio".dropFirst(Int(String($0)) ?? 0).first ?? "u")x" }.joined()
    let drug = "take \(word) now"
    lines += #"{"text":"\#(drug)","spans":[{"entity_type":"MEDICATION","utf8":[5,\#(5 + word.utf8.count)]}]}"# + "\n"
    lines += #"{"text":"park by \#(word) now","spans":[]}"# + "\n"
  }
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("toy-\(UUID().uuidString).ndjson")
  try lines.write(to: file, atomically: true, encoding: .utf8)
  return file.path
}

struct TrainingTests {
  @Test func `learns from a toy corpus, and the same from the same seed`() throws {
    let corpus = try toyCorpus()
    defer { try? FileManager.default.removeItem(atPath: corpus) }
    var options = Filter.Options()
    options.usesTagger = false
    let filter = try Filter(pack: root.appendingPathComponent("Lexicons").path, options: options)
    func train() throws -> TaggerWeights {
      var reader = LearningReader()
      try reader.addOwn(corpus, repetitions: 1)
      var options = TaggerTrainer.Options()
      options.passes = 6
      options.bits = 12
      var trainer = TaggerTrainer(options)
      return trainer.train(reader.texts, filter: filter) { _ in }
    }
    let weights = try train()
    #expect(try train().text(comments: []) == weights.text(comments: []))

    // The points for a word no text had, by what stands before it.
    func points(_ text: String) throws -> TaggerPoints {
      var scanner = Tightlip.Scanner(filter)
      var facts = TaggerFacts()
      var words: [ByteRange] = []
      try #require(scanner.gather(Array(text.utf8), into: &facts, words: &words))
      facts.forgetWords(notIn: WordSet([]))
      // "take", "park" and "by" are known words.
      var learned = TaggerFacts()
      try #require(scanner.gather(Array(text.utf8), into: &learned, words: &words))
      let place = TaggerFacts.edgeCount + words.count - 2
      learned.words[place].word = TokenFacts.unknownWord
      var rows: [Int32] = []
      TaggerFeatures.collect(
        learned, at: place, previous: .outside, second: .outside, shift: weights.shift, into: &rows)
      var sum = TaggerPoints()
      for row in rows {
        for label in TaggerLabel.allCases { sum[label] += Int(weights.rows[Int(row)][label]) }
      }
      return sum
    }
    let drug = try points("take quuvvux now")
    let spot = try points("park by quuvvux now")
    #expect(drug[.medication] > drug[.outside])
    #expect(spot[.outside] > spot[.medication])
  }
}
