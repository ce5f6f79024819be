/// Something wrong in a file that a person edits: where, what, and how to mend it.
package struct Diagnostic: Error, Hashable, Sendable {
  /// How bad it is.
  package enum Level: String, Sendable, Comparable, CaseIterable {
    case error, warning
    /// Worth knowing; nothing has to be done.
    case note

    package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    private var rank: Int { self == .error ? 0 : self == .warning ? 1 : 2 }
  }

  /// A change to a file that certainly mends what a diagnostic says: these bytes become those.
  package struct Edit: Hashable, Sendable {
    package var range: Range<Int>
    package var replacement: [UInt8]

    package init(_ range: Range<Int>, _ replacement: some Sequence<UInt8>) {
      self.range = range
      self.replacement = Array(replacement)
    }
  }

  package var level: Level
  package var file: String
  /// Counted from 1; 0 where the whole file is meant.
  package var line: Int
  /// Counted from 1, in characters; 0 where the whole line is meant.
  package var column: Int
  /// What is wrong.
  package var message: String
  /// How to mend it.
  package var remedy: String
  /// The code of what a file's reader refuses and no check of its own names.
  package static let readersCode = "unreadable"

  /// What kind of problem it is, stable, for tools: `term-duplicate`.
  package var code = readersCode
  /// The text that is meant, or empty where the message holds it already.
  package var excerpt = ""
  /// Why it matters, or empty where that is plain.
  package var reason = ""
  /// Where the remedy is certain, the changes that are it.
  package var edits: [Edit] = []

  package init(
    _ level: Level = .error, file: String, line: Int = 0, column: Int = 0, _ message: String,
    remedy: String
  ) {
    self.level = level
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.remedy = remedy
  }

  /// `file:line:column: error: message (remedy)`, the form editors and CI systems understand.
  package var description: String {
    let place = line == 0 ? file : column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
    var text = "\(place): \(level.rawValue): \(message)"
    if !excerpt.isEmpty { text += "\n  the text: \(excerpt)" }
    if !reason.isEmpty { text += "\n  why it matters: \(reason)" }
    return text + "\n  to mend it: \(remedy)"
  }
}

extension Diagnostic {
  /// The same with its kind, the text meant, why it matters, and the certain remedy.
  package func with(
    code: String, excerpt: String = "", reason: String = "", edits: [Edit] = []
  ) -> Diagnostic {
    var result = self
    result.code = code
    result.excerpt = excerpt
    result.reason = reason
    result.edits = edits
    return result
  }
}

/// One or more diagnostics that keep a pack or policy from being used.
package struct RulesError: Error, Sendable {
  package var diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
  package init(_ diagnostic: Diagnostic) { diagnostics = [diagnostic] }
}

/// The known word nearest to a misspelt one, for remedies; nil where none is near.
package func nearest(to word: String, among known: [String]) -> String? {
  var best: (distance: Int, word: String)?
  for candidate in known {
    let distance = editDistance(Array(word.lowercased().utf8), Array(candidate.lowercased().utf8))
    if distance <= max(2, candidate.utf8.count / 3), distance < best?.distance ?? Int.max {
      best = (distance, candidate)
    }
  }
  return best?.word
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let above = row[j + 1]
      row[j + 1] = a == b ? diagonal : 1 + min(diagonal, above, row[j])
      diagonal = above
    }
  }
  return row[right.count]
}
