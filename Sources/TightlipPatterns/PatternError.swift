/// Why a pattern could not be compiled. Holds text of the pattern, never of a message.
package struct PatternError: Error, Hashable {
  /// What PCRE2 says.
  package var reason: String
  /// Where in the pattern, in bytes.
  package var utf8Offset: Int

  package init(reason: String, utf8Offset: Int) {
    self.reason = reason
    self.utf8Offset = utf8Offset
  }
}

/// A match that could not be carried to its end. The message must then not pass.
package struct MatchLimitError: Error, Hashable {
  /// PCRE2's error number.
  package var code: Int32

  package init(code: Int32) { self.code = code }
}
