internal import Glibc

/// Why the practice's records cannot be used. Never holds text of a message, a name or an id.
package struct RecordsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What follows from it.
  package enum Kind: Sendable, Hashable {
    /// An option, a key or an imported file is wrong; nothing was changed.
    case configuration
    /// A file is not what was last written: changed, cut, replaced, or not ours.
    case damaged
    /// The system refused: no space, no permission, no such file, a failing disk.
    case unavailable
  }

  /// What follows from it.
  package var kind: Kind
  /// The file, and what is wrong with it.
  package var message: String
  /// How to mend it.
  package var remedy: String

  /// An error.
  package init(_ kind: Kind, _ message: String, remedy: String) {
    self.kind = kind
    self.message = message
    self.remedy = remedy
  }

  /// An error of a system call on a file.
  init(_ path: String, _ what: String, number: Int32, remedy: String) {
    // SAFETY: strerror's string is copied at once.
    self.init(.unavailable, "\(path): \(what): \(unsafe String(cString: strerror(number)))", remedy: remedy)
  }

  /// Two lines for people: what is wrong, and how to mend it.
  package var description: String { "\(message)\n  to mend it: \(remedy)" }
}
