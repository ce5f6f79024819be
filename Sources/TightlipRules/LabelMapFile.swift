internal import TightlipCore
internal import Yams

/// How the labels of a corpus map to ours (`Corpus/labels/NAME.yaml`), and what may be learned from it.
package struct LabelMapFile: Sendable {
  /// The name of the corpus, and of its file without the ending.
  package var corpus: String
  /// Under which licence it stands, and where it comes from; written into what is learned.
  package var licence: String
  package var source: String
  /// Their label → the entity types of ours that it may be; none where a span says nothing.
  package var labels: [String: [String]]
  /// Entity types that are annotated wherever they occur, so that a word outside their spans is none.
  package var annotated: [String]
  /// Entity types that are not annotated but surely absent, but for words in the lists of names and places.
  package var absent: [String]
  /// Their labels whose spans may also be nothing for us.
  package var doubtful: [String]
  /// How often each text is learned from in one pass; 0 for never.
  package var repetitions: Int
  /// Groups of entity types that the corpus does not tell apart; for judging only. A label that may be
  /// one of a group may be each of them.
  package var alike: [[String]]
  /// Their labels that are learned from but not judged.
  package var unjudged: [String]
  /// Judge only dates that hold a weekday, a clock time or a day number, as ours do.
  package var judgesCalendarDatesOnly: Bool
  /// The member of a row that names what alone is labelled in it, in corpora made of unit tests.
  package var rowLabel: String?
  /// Values of that member that are no label → entity types.
  package var rowKinds: [String: [String]]
  /// What `start` and `end` count: utf8, codepoint or utf16.
  package var offsets: String?

  /// Reads a map.
  package static func read(_ file: String) throws(RulesError) -> LabelMapFile {
    let document = try YAMLDocument(file: file, bytes: try SourceFile.read(file))
    do throws(Diagnostic) {
      return try LabelMapFile(document)
    } catch {
      throw RulesError(error)
    }
  }

  private static let keys = [
    "corpus", "licence", "source", "labels", "annotated", "absent", "doubtful", "repetitions", "alike", "unjudged",
    "calendar-dates", "row-label", "row-kinds", "offsets",
  ]

  private init(_ document: YAMLDocument) throws(Diagnostic) {
    let members = try document.members(of: document.root, "the label map", known: Self.keys)
    func text(_ key: String) throws(Diagnostic) -> String {
      guard let member = members[key] else {
        throw Diagnostic(file: document.file, "has no \(key)", remedy: "add a line \(key): …")
      }
      return try document.string(member.value, key)
    }
    func list(_ key: String) throws(Diagnostic) -> [String] {
      guard let member = members[key] else { return [] }
      return try document.strings(member.value, key)
    }
    corpus = try text("corpus")
    licence = try text("licence")
    source = try text("source")
    func types(_ node: Node, _ what: String) throws(Diagnostic) -> [String] {
      let names = try document.strings(node, what)
      for name in names where EntityType(name: name) == nil {
        throw document.diagnostic(
          node, "\"\(name)\" is no entity type",
          remedy: nearest(to: name, among: EntityType.allCases.map(\.name)).map { "did you mean \($0)?" }
            ?? "use the names that verdicts use, for example PERSON")
      }
      return names
    }
    func typeList(_ key: String) throws(Diagnostic) -> [String] {
      guard let member = members[key] else { return [] }
      return try types(member.value, key)
    }
    annotated = try typeList("annotated")
    absent = try typeList("absent")
    doubtful = try list("doubtful")
    repetitions = 1
    if let node = members["repetitions"]?.value {
      repetitions = try document.integer(node, "repetitions", in: 0...100)
    }
    labels = [:]
    if let node = members["labels"]?.value {
      for (label, names) in try document.pairs(of: node, "labels") { labels[label] = try types(names, label) }
    }
    alike = []
    if let node = members["alike"]?.value {
      for group in try document.items(of: node, "alike") { alike.append(try types(group, "a group of alike")) }
    }
    unjudged = try list("unjudged")
    judgesCalendarDatesOnly = false
    if let node = members["calendar-dates"]?.value {
      judgesCalendarDatesOnly = try document.boolean(node, "calendar-dates")
    }
    if let member = members["row-label"] { rowLabel = try document.string(member.value, "row-label") }
    rowKinds = [:]
    if let node = members["row-kinds"]?.value {
      for (kind, names) in try document.pairs(of: node, "row-kinds") { rowKinds[kind] = try types(names, kind) }
    }
    if let node = members["offsets"]?.value {
      let unit = try document.string(node, "offsets")
      guard ["utf8", "codepoint", "utf16"].contains(unit) else {
        throw document.diagnostic(node, "unknown unit of offsets", remedy: "write utf8, codepoint or utf16")
      }
      offsets = unit
    }
  }
}
