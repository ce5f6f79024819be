package import TightlipCore

/// An annotated span, ready for judging.
package struct GoldSpan: Hashable, Sendable {
  /// The label's position in the layout.
  package var label: Int
  /// The types that are right for it.
  package var types: TypeSet
  package var ranges: [ByteRange]
  package var row: Int

  /// From the first byte to the last.
  package var extent: ByteRange { ByteRange(start: ranges[0].start, end: ranges[ranges.count - 1].end) }
}

/// The annotations of a text as a judge needs them.
package struct JudgedText: Sendable {
  package var gold: [GoldSpan] = []
  /// Spans whose label is not judged: neither right nor wrong.
  package var ignored: [ByteRange] = []
  /// Types whose findings are held against the detector.
  package var judgedTypes: TypeSet = []
}

/// A corpus with its label map applied.
package struct JudgedCorpus: Sendable {
  package let corpus: Corpus
  package let layout: CountLayout
  package let texts: [JudgedText]
  /// Labels left unjudged, with how many of their spans there are.
  package let unjudged: [String: Int]
  /// Labels of the map that no text has.
  package let unseen: [String]

  /// Applies a label map.
  ///
  /// - Parameter types: judge only labels that stand for one of these types; annotations of others are
  ///   neither right nor wrong.
  /// - Throws: ``EvaluationError`` naming the labels that the map does not have.
  package init(_ corpus: Corpus, _ map: LabelMap, types: TypeSet? = nil) throws(EvaluationError) {
    let (unknown, unseen) = map.check(corpus.texts)
    guard unknown.isEmpty else { throw Self.unknownLabels(unknown, corpus, map) }
    // Of a corpus without any annotation nothing is known of what is outside them.
    let isAnnotated = corpus.format == .tightlip || corpus.texts.contains { !$0.spans.isEmpty }
    let map = isAnnotated ? map : LabelMap(labels: [:])
    // A label is judged for the types it stands for, not for those that are only like them: who finds no
    // record numbers is not judged on them because they count like Social Security numbers here.
    let labels = map.labels.filter { label, right in
      !right.isEmpty && (types.map { !$0.isDisjoint(with: map.ownTypes[label] ?? []) } ?? true)
    }
    let judgedTypes = types == nil ? map.annotated : labels.values.reduce([]) { $0.union($1) }
    let layout = CountLayout(labels: labels, annotated: judgedTypes)
    let numbers = Dictionary(uniqueKeysWithValues: layout.labels.enumerated().map { ($1, $0) })
    let calendar = map.judgesCalendarDatesOnly ? CalendarDate() : nil
    let dates = TypeSet([EntityType.dateTime, .dateOfBirth])
    var unjudged: [String: Int] = [:]
    var texts: [JudgedText] = []
    texts.reserveCapacity(corpus.texts.count)
    for text in corpus.texts {
      var judged = JudgedText()
      judged.judgedTypes = map.annotated(in: text).intersection(judgedTypes)
      for span in text.spans {
        let right = map.labels[span.label] ?? []
        if right.isEmpty {
          unjudged[span.label, default: 0] += 1
          judged.ignored += span.ranges
        } else if let calendar, right.isSubset(of: dates), !calendar.contains(Self.covered(span, text)) {
          unjudged[span.label + " (relative or bare)", default: 0] += 1
          judged.ignored += span.ranges
        } else if let label = numbers[span.label], let row = layout.row(of: right) {
          judged.gold.append(GoldSpan(label: label, types: right, ranges: span.ranges, row: row))
        } else {
          judged.ignored += span.ranges
        }
      }
      texts.append(judged)
    }
    self.corpus = corpus
    self.layout = layout
    self.texts = texts
    self.unjudged = unjudged
    self.unseen = unseen
  }

  private static func covered(_ span: AnnotatedSpan, _ text: AnnotatedText) -> String {
    span.ranges.map { String(decoding: text.message.text[$0.start..<$0.end], as: UTF8.self) }.joined(separator: " ")
  }

  private static func unknownLabels(_ labels: [String], _ corpus: Corpus, _ map: LabelMap) -> EvaluationError {
    let names = labels.map { "\"\($0)\"" }.joined(separator: ", ")
    if let file = map.file {
      return EvaluationError(
        file, "has no entry for what \(corpus.path) calls \(names)",
        remedy: "add a line \(labels[0]): [TYPE] under labels, or \(labels[0]): [] for a label that is not to be judged")
    }
    return EvaluationError(
      corpus.path, "nothing says what its labels mean: \(names)",
      remedy: "write a label map (as Corpus/labels/asq_phi.yaml) and name it with --labels")
  }
}
