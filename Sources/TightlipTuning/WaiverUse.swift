package import Tightlip
import TightlipCore
package import TightlipRules

/// Which waivers took effect in a corpus.
package enum WaiverUse {
  /// A warning for each waiver that let nothing pass.
  package static func unused(_ filter: Filter, corpus file: String) throws -> [Diagnostic] {
    guard !filter.waivers.isEmpty else { return [] }
    var scanner = Tightlip.Scanner(filter)
    var verdict = Verdict()
    var count = 0
    try MessageStream.forEach(in: file) { message, _, _ in
      scanner.scan(message, into: &verdict)
      count += 1
    }
    return zip(filter.waivers.waivers, scanner.waiverUses).compactMap { waiver, uses in
      guard uses == 0 else { return nil }
      return Diagnostic(
        .warning, file: waiver.file, line: waiver.line, column: 1,
        "the waiver let nothing pass in \(count) messages of \(file)",
        remedy: "delete it, or correct its words and entity"
      ).with(code: "waiver-unused", reason: "what nobody needs only widens what gets out by mistake")
    }
  }
}
