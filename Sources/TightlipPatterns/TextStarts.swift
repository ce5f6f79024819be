/// What a text holds of the things that patterns need, and where they may begin: one per worker, filled
/// for each message in one pass.
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
  package private(set) var pairs = ClassPairs()

  /// How many digits stand before each edge.
  package private(set) var digitsBefore: [Int32] = []

  package init() {}

  /// Fills the tables for a folded text.
  ///
  /// - Complexity: linear in the text.
  package mutating func fill(_ text: Span<UInt8>) {
    count = text.count
    if keys.count < count + 2 {
      keys = Array(repeating: 0, count: max(256, count + 2))
      edges = Array(repeating: 0, count: max(256, count + 2))
      digitsBefore = Array(repeating: 0, count: max(256, count + 2))
    }
    (edgeCount, classes, digits, wordRun) = Self.read(text, &keys, &edges, &digitsBefore, &pairs)
  }

  private static func read(
    _ text: Span<UInt8>, _ allKeys: inout [UInt16], _ allEdges: inout [Int32], _ allDigits: inout [Int32],
    _ pairs: inout ClassPairs
  ) -> (edgeCount: Int, classes: UInt32, digits: Int, wordRun: Int) {
    var keys = allKeys.mutableSpan
    var edges = allEdges.mutableSpan
    var digitsBefore = allDigits.mutableSpan
    let count = text.count
    // Held first: a debug build does not let the view of a global outlive its line.
    let startTable = StartClasses.table
    let startClasses = startTable.span
    let pairTable = ByteClasses.table
    let pairClasses = pairTable.span
    // Two sets of rows in turn, so that a row need not wait for the byte before.
    var pairRows: InlineArray<32, UInt16> = InlineArray(repeating: 0)
    var previous = Int(ByteClasses.edge)
    var turn = 0
    var key: UInt16 = 0
    var edgeCount = 0
    var isEdge = true
    var seen: UInt32 = 0
    var digits = 0
    var run = 0
    var longest = 0
    // SAFETY: here and below, the tables have a place for every byte and class, and keys and edges were made
    // longer than the text. Checked, a byte took 59 instructions.
    for index in 0..<count {
      let byte = unsafe Int(text[unchecked: index])
      let pairClass = unsafe pairClasses[unchecked: byte]
      unsafe pairRows[unchecked: previous | turn] |= 1 << UInt16(truncatingIfNeeded: pairClass & 15)
      previous = Int(pairClass)
      turn ^= 16
      let kind = unsafe startClasses[unchecked: byte]
      unsafe edges[unchecked: edgeCount] = Int32(truncatingIfNeeded: index)
      unsafe digitsBefore[unchecked: edgeCount] = Int32(truncatingIfNeeded: digits)
      edgeCount &+= isEdge ? 1 : 0
      let bit: UInt32 = 1 &<< UInt32(kind)
      isEdge = bit & StartClasses.word == 0
      seen |= bit
      digits &+= kind == StartClasses.digit ? 1 : 0
      run = bit & runs == 0 ? 0 : run &+ 1
      longest = max(longest, run)
      key = (key << 5 | UInt16(kind)) & 0x7FFF
      // The key of a place is whole two bytes later.
      if index >= 2 { unsafe keys[unchecked: index - 2] = key }
    }
    if count >= 2 { keys[count - 2] = key << 5 & 0x7FFF }
    if count >= 1 { keys[count - 1] = key << 10 & 0x7FFF }
    pairRows[previous | turn] |= 1 << UInt16(ByteClasses.edge)
    var words: InlineArray<4, UInt64> = InlineArray(repeating: 0)
    for row in 0..<16 { words[row >> 2] |= UInt64(pairRows[row] | pairRows[row + 16]) << (UInt64(row & 3) * 16) }
    pairs.bits.words = (words[0], words[1], words[2], words[3])
    return (edgeCount, seen, digits, longest)
  }

  private static let runs = (StartClasses.word | 1 << UInt32(StartClasses.beyondASCII)) & ~(1 << UInt32(StartClasses.underscore))
}
