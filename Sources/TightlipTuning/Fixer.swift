internal import Foundation
package import TightlipRules

/// Applies what `check` is certain of.
package enum Fixer {
  /// What was mended in one file.
  package struct Change: Sendable, Hashable {
    package var file: String
    package var count: Int
  }

  /// Applies the edits of diagnostics, each file at once and atomically: a file is mended or as it was.
  ///
  /// Edits that overlap wait for the next round.
  ///
  /// - Throws: ``RulesError`` where a file cannot be read or written.
  package static func apply(_ diagnostics: [Diagnostic]) throws -> [Change] {
    var changes: [Change] = []
    let byFile = Dictionary(grouping: diagnostics.filter { !$0.edits.isEmpty }, by: \.file)
    for (file, found) in byFile.sorted(by: { $0.key < $1.key }) {
      let bytes = try SourceFile.read(file)
      var taken: [Diagnostic.Edit] = []
      var count = 0
      for diagnostic in found {
        let isFree = diagnostic.edits.allSatisfy { edit in
          edit.range.upperBound <= bytes.count
            && !taken.contains { $0.range.overlaps(edit.range) || $0.range == edit.range || touch($0.range, edit.range) }
        }
        guard isFree else { continue }
        taken += diagnostic.edits
        count += 1
      }
      var mended: [UInt8] = []
      mended.reserveCapacity(bytes.count)
      var position = 0
      for edit in taken.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
        mended += bytes[position..<edit.range.lowerBound]
        mended += edit.replacement
        position = edit.range.upperBound
      }
      mended += bytes[position...]
      do {
        try Data(mended).write(to: URL(fileURLWithPath: file), options: .atomic)
      } catch {
        throw RulesError(Diagnostic(file: file, "cannot be written", remedy: "check who may write to the file and its folder"))
      }
      changes.append(Change(file: file, count: count))
    }
    return changes
  }

  /// An insertion inside or at the edge of a deletion would be lost or doubled.
  private static func touch(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    (left.isEmpty && left.lowerBound >= right.lowerBound && left.lowerBound <= right.upperBound)
      || (right.isEmpty && right.lowerBound >= left.lowerBound && right.lowerBound <= left.upperBound)
  }
}
