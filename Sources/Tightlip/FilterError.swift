package import TightlipRules

/// Why a filter could not be made. Nothing of a pack or policy with a mistake is ever used.
public struct FilterError: Error, Sendable {
  /// What kind of problem it is.
  public enum Kind: Sendable, Hashable {
    /// A file of the pack or the policy is wrong, missing or unreadable.
    case configuration
    /// The machine lacks what matching needs (PCRE2's JIT compiler, ICU's data).
    case unavailable
  }

  /// The kind.
  public var kind: Kind
  /// One line or more for each problem: file, line, column, what is wrong, how to mend it.
  public var problems: [String]

  /// The problems in parts, for tools; empty where they are not about files.
  package var diagnostics: [Diagnostic] = []

  package init(_ kind: Kind, _ problems: [String]) {
    self.kind = kind
    self.problems = problems
  }

  /// Files of a pack, an overlay or a policy are wrong.
  init(_ diagnostics: [Diagnostic]) {
    kind = .configuration
    problems = diagnostics.map(\.description)
    self.diagnostics = diagnostics
  }
}
