/// Where in a text patterns may begin to match: one per worker, filled for each message in one pass.
package struct TextStarts: Sendable {
  /// The classes of the three bytes at each place (``StartClasses``), 5 bits each.
  package private(set) var keys: [UInt16] = []
  /// The places behind a byte that is no \w, and the beginning.
  package private(set) var edges: [Int32] = []
  package private(set) var count = 0
  package private(set) var edgeCount = 0
  /// A bit for each class that the text has.
  package private(set) var classes: UInt32 = 0
  package private(set) var digits = 0
  /// The longest run of letters, digits and bytes beyond ASCII.
  package private(set) var wordRun = 0

  package init() {}

  /// Fills the tables for a folded text.
  ///
  /// - Complexity: linear in the text.
  package mutating func fill(_ text: Span<UInt8>) {
    count = text.count
    if keys.count < count + 2 {
      keys = Array(repeating: 0, count: max(256, count + 2))
      edges = Array(repeating: 0, count: max(256, count + 2))
    }
    (edgeCount, classes, digits, wordRun) = Self.read(text, &keys, &edges)
  }

  private static func read(
    _ text: Span<UInt8>, _ allKeys: inout [UInt16], _ allEdges: inout [Int32]
  ) -> (edgeCount: Int, classes: UInt32, digits: Int, wordRun: Int) {
    var keys = allKeys.mutableSpan
    var edges = allEdges.mutableSpan
    let count = text.count
    let table = StartClasses.table
    let kinds = table.span
    var key: UInt16 = 0
    var edgeCount = 0
    var isEdge = true
    var seen: UInt32 = 0
    var digits = 0
    var run = 0
    var longest = 0
    for index in text.indices {
      let kind = kinds[Int(text[index])]
      edges[edgeCount] = Int32(truncatingIfNeeded: index)
      edgeCount += isEdge ? 1 : 0
      let bit: UInt32 = 1 << UInt32(kind)
      isEdge = bit & StartClasses.word == 0
      seen |= bit
      digits += kind == StartClasses.digit ? 1 : 0
      run = bit & runs == 0 ? 0 : run + 1
      longest = max(longest, run)
      key = (key << 5 | UInt16(kind)) & 0x7FFF
      // The key of a place is whole two bytes later; the first two of these lie before the text.
      keys[max(0, index - 2)] = key
    }
    if count == 1 { keys[0] = key << 10 & 0x7FFF }
    if count >= 2 {
      keys[count - 2] = key << 5 & 0x7FFF
      keys[count - 1] = key << 10 & 0x7FFF
    }
    return (edgeCount, seen, digits, longest)
  }

  private static let runs = (StartClasses.word | 1 << UInt32(StartClasses.beyondASCII)) & ~(1 << UInt32(StartClasses.underscore))
}
