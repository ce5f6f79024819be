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
    "corpus", "licence", "source", "labels", "annotated", "absent", "doubtful", "repetitions",
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
    annotated = try list("annotated")
    absent = try list("absent")
    doubtful = try list("doubtful")
    repetitions = 1
    if let node = members["repetitions"]?.value {
      repetitions = try document.integer(node, "repetitions", in: 0...100)
    }
    labels = [:]
    if let node = members["labels"]?.value {
      for (label, types) in try document.pairs(of: node, "labels") {
        labels[label] = try document.strings(types, label)
      }
    }
  }
}
