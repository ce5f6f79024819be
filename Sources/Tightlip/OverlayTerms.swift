package import TightlipCore
import TightlipNormalization
import TightlipRules

internal import Glibc

/// A term of one list: what an overlay's row takes the place of.
package struct TermKey: Hashable, Sendable {
  private let folded: [UInt8]
  private let termClass: TermClass
  private let topic: EntityType?

  /// - Parameter folded: the term as the normalizer folds it; apostrophes, hyphens and spaces do not tell
  ///   terms apart, as they do not when messages are matched.
  package init(_ folded: [UInt8], _ termClass: TermClass, _ topic: EntityType?) {
    self.folded = Self.plain(folded)
    self.termClass = termClass
    self.topic = topic
  }

  /// Without apostrophes, and with one space between words.
  package static func plain(_ folded: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(folded.count)
    var isPending = false
    for byte in folded where byte != UInt8(ascii: "'") {
      guard byte.isFoldedAlphanumeric else {
        isPending = true
        continue
      }
      if isPending, !result.isEmpty { result.append(UInt8(ascii: " ")) }
      isPending = false
      result.append(byte)
    }
    return result
  }
}

/// Which terms of each layer the overlays above it change or switch off.
struct OverlayTerms {
  /// By layer: the pack, then each overlay.
  private(set) var keys: [Set<TermKey>]

  init(_ overlays: [Overlay], _ folder: inout TermFolder) {
    keys = Array(repeating: [], count: overlays.count + 1)
    var above: Set<TermKey> = []
    let now = Int64(time(nil))
    for number in overlays.indices.reversed() {
      keys[number + 1] = above
      let overlay = overlays[number]
      for table in overlay.tables {
        for row in table.rows where folder.fold(Array(table.bytes[row.term]).span) {
          above.insert(TermKey(folder.folded, row.termClass, row.topic))
        }
      }
      for entry in overlay.disabled where entry.kind == .term && entry.expires?.isOver(at: now) != true {
        guard let termClass = entry.termClass, folder.fold(Array(entry.name.utf8).span) else { continue }
        above.insert(TermKey(folder.folded, termClass, entry.topic))
      }
      keys[number] = above
    }
  }

  /// The rules that overlays switch off.
  static func disabledRules(_ overlays: [Overlay]) -> Set<String> {
    let now = Int64(time(nil))
    return Set(
      overlays.flatMap(\.disabled).filter { $0.kind == .rule && $0.expires?.isOver(at: now) != true }.map(\.name))
  }
}
