package import TightlipCore

/// A stretch of a text that an annotator labelled.
package struct AnnotatedSpan: Hashable, Sendable {
  /// The corpus's own label.
  package var label: String
  /// Half-open ranges of UTF-8 bytes in order of position; more than one where the span is
  /// discontinuous.
  package var ranges: [ByteRange]

  package init(label: String, ranges: [ByteRange]) {
    self.label = label
    self.ranges = ranges
  }
}

/// A message of a corpus with what its annotator said of it.
package struct AnnotatedText: Sendable {
  /// The id within the corpus.
  package var id: String
  /// Text and envelope.
  package var message: Message
  /// What is annotated.
  package var spans: [AnnotatedSpan]
  /// What should happen to the message, where the corpus says.
  package var action: Action?
  /// What the message is about, where the corpus says.
  package var topics: [String]
  /// Corpora in the style of unit tests name here what alone is labelled in this text.
  package var onlyLabelled: String?

  package init(
    id: String, message: Message, spans: [AnnotatedSpan] = [], action: Action? = nil,
    topics: [String] = [], onlyLabelled: String? = nil
  ) {
    self.id = id
    self.message = message
    self.spans = spans
    self.action = action
    self.topics = topics
    self.onlyLabelled = onlyLabelled
  }
}

/// Why an evaluation could not be run: a corpus, label map or file of predictions that cannot be
/// used. Holds no text of a message.
package struct EvaluationError: Error, CustomStringConvertible, Sendable {
  /// What is wrong where, and how to mend it.
  package var description: String

  package init(_ place: String, _ problem: String, remedy: String) {
    description = "\(place): error: \(problem)\n  to mend it: \(remedy)"
  }
}
