/// Where the parts of a policy stand in its file that only a filter with its pack and time zones can judge.
package struct PolicyPlaces: Sendable {
  /// The policy's file; empty where it was read from none.
  package private(set) var file = ""
  private var marks: [String: Node.Mark] = [:]

  /// Of a policy that was read from no file.
  package init() {}

  init(file: String, _ marks: [String: Node.Mark]) {
    self.file = file
    self.marks = marks
  }

  /// A diagnostic of the part with a path like `instead.text`, or nil where it does not stand in a file.
  package func diagnostic(_ path: String, _ message: String, remedy: String) -> Diagnostic? {
    guard let mark = marks[path] else { return nil }
    return Diagnostic(file: file, line: mark.line, column: mark.column, message, remedy: remedy)
  }
}
