internal import Foundation
internal import TightlipCore
package import TightlipRules

/// What the labels of a corpus mean in our entity types, ready for judging.
///
/// Types that a corpus does not tell apart count as alike (`alike` in the map): an address of theirs
/// may be a street, a place or a ZIP code of ours, and neither is then wrong.
package struct LabelMap: Sendable {
  /// Their label → the types of ours that are right for it; empty where the label is not judged.
  package private(set) var labels: [String: TypeSet] = [:]
  /// Their label → the types it stands for, without those that are only alike.
  private(set) var ownTypes: [String: TypeSet] = [:]
  /// Types that the corpus annotates. Findings of others are not held against anybody.
  package private(set) var annotated: TypeSet = .placed
  /// Judge only dates that hold a weekday, a clock time or a day number.
  package private(set) var judgesCalendarDatesOnly = false
  /// The member of a row that names what alone is labelled in it, and what its values mean.
  package private(set) var rowMember: String?
  package private(set) var rowKinds: [String: TypeSet] = [:]
  /// What the offsets of the corpus count, where the map says.
  package private(set) var offsets: OffsetUnit?
  /// The file it was read from; nil for ``identity``.
  package private(set) var file: String?

  /// Labels are our own names of entity types.
  package static let identity: LabelMap = {
    var map = LabelMap()
    for type in TypeSet.placed.types { map.labels[type.name] = TypeSet(type) }
    map.ownTypes = map.labels
    return map
  }()

  /// A map from labels to types, every type told apart.
  package init(labels: [String: TypeSet]) {
    self.labels = labels
    ownTypes = labels
    annotated = labels.values.reduce([]) { $0.union($1) }
  }

  private init() {}

  /// A map as it stands in a file.
  ///
  /// - Throws: ``EvaluationError`` where the file cannot be read or has a mistake.
  package init(file: String) throws(EvaluationError) {
    let read: LabelMapFile
    do throws(RulesError) {
      read = try LabelMapFile.read(file)
    } catch {
      var problem = EvaluationError(file, "", remedy: "")
      problem.description = error.diagnostics.map(\.description).joined(separator: "\n")
      throw problem
    }
    self.init(read)
    self.file = file
  }

  package init(_ file: LabelMapFile) {
    let groups = file.alike.map { Self.types($0) }
    func widened(_ names: [String]) -> TypeSet {
      let types = Self.types(names)
      return groups.reduce(types) { $1.isDisjoint(with: types) ? $0 : $0.union($1) }
    }
    for (label, names) in file.labels {
      labels[label] = file.unjudged.contains(label) ? [] : widened(names)
      ownTypes[label] = Self.types(names)
    }
    rowKinds = file.rowKinds.mapValues(widened)
    annotated = labels.values.reduce([]) { $0.union($1) }
    judgesCalendarDatesOnly = file.judgesCalendarDatesOnly
    rowMember = file.rowLabel
    offsets = file.offsets.flatMap(OffsetUnit.init(rawValue:))
  }

  private static func types(_ names: [String]) -> TypeSet {
    TypeSet(names.compactMap { EntityType(name: $0) })
  }

  /// The types that are annotated in one text.
  package func annotated(in text: AnnotatedText) -> TypeSet {
    guard rowMember != nil else { return annotated }
    var types = text.onlyLabelled.flatMap { labels[$0] ?? rowKinds[$0] } ?? []
    for span in text.spans { types.formUnion(labels[span.label] ?? []) }
    return types
  }

  /// Labels of a corpus that the map does not have, and labels of the map that no text has.
  package func check(_ texts: [AnnotatedText]) -> (unknown: [String], unseen: [String]) {
    var seen = Set<String>()
    for text in texts {
      for span in text.spans { seen.insert(span.label) }
    }
    let unseen = file == nil ? [] : labels.keys.filter { !seen.contains($0) }
    return (seen.filter { labels[$0] == nil }.sorted(), unseen.sorted())
  }
}
