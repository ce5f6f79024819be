package import TightlipCore

/// What the policy stage knows of a message beside the findings.
package struct PolicyInput: Sendable {
  package var direction: Direction = .outbound
  package var facts = MessageFacts()
  package var envelope = EnvelopeFacts()
  package var history = PatientHistory()
  /// What the clock on the wall shows, or what stands for it when archives are judged.
  package var wallClock = Instant(seconds: 0)
  /// When the message is sent.
  package var now = Instant(seconds: 0)
  package var isMonitoring = false
  /// The policy, a halt file or a signal halts messages of this direction.
  package var isHalted = false
  /// Letters and digits in the text.
  package var alphanumericCount = 0
  /// What the healthcare limits ask of the text; only looked at where they are switched on.
  package var codePointCount = 0
  package var namesPractice = false
  package var namesContact = false
  package var tellsOptOut = false

  package init() {}
}

/// What one finding means for the policy, found out once for all rules.
package struct FindingFacts: Sendable {
  /// The number of words of two letters or more; a full name has at least two.
  package var wordCount = 0
  /// Letters and digits covered.
  package var alphanumericCount = 0
  /// Written so that it is hard to recognize.
  package var isDisguised = false
  /// To be taken out, if the message is redacted.
  package var isToRedact = false

  package init(wordCount: Int, alphanumericCount: Int) {
    self.wordCount = wordCount
    self.alphanumericCount = alphanumericCount
  }
}

/// What the judge writes beside the verdict: one per worker, reused.
package struct PolicyScratch: ~Copyable {
  package var clock = ZoneClock()
  var zones: [Int] = []
  /// The message leaves sealed, with a notice as its text.
  package var isToSeal = false
  /// What the message adds to its thread.
  package private(set) var parts = PatientHistory.Parts(rawValue: 0)

  /// Notes what findings add to their thread.
  package mutating func addParts(of findings: [Finding], _ judge: PolicyJudge) {
    parts = judge.parts(of: findings)
  }

  package init() {}
}
