internal import TightlipCore

/// A corpus held against a detector's answers: all counts, message by message.
package struct Evaluation: Sendable {
  package let judged: JudgedCorpus
  package let answers: [Answer]
  package let table: CountTable

  /// Judges.
  ///
  /// - Parameter overlapThreshold: from which intersection over union on spans overlap enough.
  /// - Precondition: one answer for each text.
  package init(_ judged: JudgedCorpus, _ answers: [Answer], overlapThreshold: Double) {
    precondition(judged.texts.count == answers.count, "one answer for each text")
    var table = CountTable(judged.layout)
    var judge = MessageJudge(judged.layout, overlapThreshold: overlapThreshold)
    for (number, answer) in answers.enumerated() {
      judge.judge(judged.corpus.texts[number], judged.texts[number], answer)
      table.append(judge.counts)
    }
    self.judged = judged
    self.answers = answers
    self.table = table
  }

  /// How many messages that should get one action got another: `[should][got]`, outbound only; and what
  /// happened to inbound messages.
  package func actions() -> (outbound: [[Int]], inbound: [Int], all: [Int], isAnnotated: Bool) {
    let none = [Int](repeating: 0, count: Action.allCases.count)
    var outbound = Action.allCases.map { _ in none }
    var inbound = none
    var all = none
    var isAnnotated = false
    for (text, answer) in zip(judged.corpus.texts, answers) {
      guard let action = answer.action else { continue }
      all[Int(action.rawValue)] += 1
      guard let expected = text.action else { continue }
      isAnnotated = true
      if text.message.direction == .outbound {
        outbound[Int(expected.rawValue)][Int(action.rawValue)] += 1
      } else {
        inbound[Int(action.rawValue)] += 1
      }
    }
    return (outbound, inbound, all, isAnnotated)
  }
}
