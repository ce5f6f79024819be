package import TightlipCore

/// One finding to take out of a text, and how.
package struct RedactionItem: Hashable, Sendable {
  /// The position in the message's list of findings.
  package var finding: Int
  /// How it is taken out.
  package var `operator`: RedactionOperator

  /// An item.
  package init(finding: Int, operator: RedactionOperator) {
    self.finding = finding
    self.operator = `operator`
  }
}
