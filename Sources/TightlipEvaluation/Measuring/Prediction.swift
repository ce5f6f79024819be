package import TightlipCore

/// What a detector says of a stretch of a text.
package struct Prediction: Hashable, Sendable {
  /// What it may be; several types where a detector does not tell them apart.
  package var types: TypeSet
  package var range: ByteRange
  package var score: Score
  /// The rule that found it, or the other detector's label.
  package var rule: String

  package init(types: TypeSet, range: ByteRange, score: Score = Score(1), rule: String = "") {
    self.types = types
    self.range = range
    self.score = score
    self.rule = rule
  }
}

/// What a detector says of one message.
package struct Answer: Sendable {
  package var predictions: [Prediction] = []
  /// The action, where the detector has a policy.
  package var action: Action?
  package var topics: TypeSet = []
  /// The message could not be looked through completely.
  package var isIncomplete = false

  package init() {}
}
