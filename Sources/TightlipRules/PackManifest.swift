/// `pack.yaml`: what a pack is called and which files belong to it.
package struct PackManifest: Sendable {
  package var name: String
  package var version: String
  package var terms: [String]
  package var patterns: [String]
  /// Files of words by which messages say something about texting.
  package var intents: [String] = []
  /// The hours of states, and the zones in which they lie.
  package var stateWindows: String?
  package var stateZones: String?
  /// Tables of messages with what must come out of them.
  package var examples: [String] = []
  /// How often words stand in benign messages, if the pack tells.
  package var benign: String?
  /// The tagger's weights, if the pack has any.
  package var weights: String?
  /// The classes of words that are used alike, if the pack has any.
  package var wordClasses: String?
  /// For labels of the tagger: hundredths of log odds by which it leans towards finding.
  package var lean: [String: Int] = [:]
  /// From how many hundredths of log odds on the tagger puts a doubtful candidate of a rule aside.
  package var veto: Int?

  private static let keys = [
    "name", "version", "licence", "language", "terms", "patterns", "intents", "stateWindows", "stateZones",
    "weights", "word-classes", "lean", "veto", "examples", "benign",
  ]

  /// Reads the manifest.
  package init(file: String, bytes: [UInt8]) throws(RulesError) {
    let document = try YAMLDocument(file: file, bytes: bytes)
    do throws(Diagnostic) {
      let members = try document.members(of: document.root, "pack.yaml", known: Self.keys)
      func required(_ key: String) throws(Diagnostic) -> Node {
        guard let member = members[key] else {
          throw Diagnostic(file: file, "has no \(key)", remedy: "add a line \(key): …")
        }
        return member.value
      }
      name = try document.string(try required("name"), "name")
      version = try document.string(try required("version"), "version")
      terms = try document.strings(try required("terms"), "terms")
      patterns = try document.strings(try required("patterns"), "patterns")
      if let node = members["intents"]?.value { intents = try document.strings(node, "intents") }
      if let node = members["stateWindows"]?.value { stateWindows = try document.string(node, "stateWindows") }
      if let node = members["stateZones"]?.value { stateZones = try document.string(node, "stateZones") }
      if let node = members["examples"]?.value { examples = try document.strings(node, "examples") }
      if let node = members["benign"]?.value { benign = try document.string(node, "benign") }
      if let node = members["weights"]?.value { weights = try document.string(node, "weights") }
      if let node = members["word-classes"]?.value { wordClasses = try document.string(node, "word-classes") }
      if let node = members["veto"]?.value { veto = try document.integer(node, "veto", in: 0...10_000) }
      if let lean = members["lean"]?.value {
        for (label, value) in try document.pairs(of: lean, "lean") {
          self.lean[label] = try document.integer(value, "the lean of \(label)", in: -1000...1000)
        }
      }
      for path in files where path.hasPrefix("/") || path.firstRange(of: "..") != nil {
        throw Diagnostic(
          file: file, "names a file outside the pack: \(path)",
          remedy: "name files below the folder of pack.yaml")
      }
    } catch {
      throw RulesError(error)
    }
  }

  /// Every file that belongs to the pack beside the manifest itself.
  package var files: [String] {
    terms + patterns + intents + examples + [weights, wordClasses, benign, stateWindows, stateZones].compactMap(\.self)
  }
}
