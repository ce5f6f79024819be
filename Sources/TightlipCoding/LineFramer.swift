internal import CTightlipJSON

/// One line of a ``LineBatch``.
package struct FramedLine: Hashable, Sendable {
  /// How a line ends.
  package enum Ending: UInt8, Sendable {
    /// LF.
    case lineFeed
    /// CR and LF.
    case carriageReturnLineFeed
    /// The input ended.
    case endOfInput

    /// The bytes to end the answer with: the same, and LF at the end of input.
    package var bytes: StaticString { self == .carriageReturnLineFeed ? "\r\n" : "\n" }
  }

  /// Where the line stands in the batch's storage, without its ending; empty when too long.
  package var range: Range<Int>
  /// How it ends.
  package var ending: Ending
  /// Whether it was over the limit. It was thrown away while it was read, and takes one place here.
  package var isTooLong: Bool
}

/// Lines in the order of the input, in one stretch of memory. Used again and again.
package struct LineBatch: Sendable {
  /// The lines.
  package fileprivate(set) var lines: [FramedLine] = []
  /// What the lines' ranges are of. At least ``LineFramer/padding`` bytes follow the last line, so
  /// that each can be read where it stands.
  package fileprivate(set) var storage: [UInt8] = []

  /// No lines.
  package init() {}
}

/// Cuts a stream of bytes into lines.
///
/// A line ends with LF; one CR directly before it belongs to the ending. What follows the last LF
/// is a line too, unless it is empty. Nothing else ends a line. Where the stream was cut into
/// pieces makes no difference to the lines.
///
/// Memory is bounded by the piece being read and the longest line allowed: a longer one is thrown
/// away as it comes, and reported in its place.
///
/// ```
/// while true {
///   let count = framer.read(upTo: 1 << 18) { … read(2) into it … }
///   if count == 0 { framer.finish() }
///   framer.takeLines(into: &batch)
///   for line in batch.lines { … }
///   if count == 0 { break }
/// }
/// ```
package struct LineFramer: Sendable {
  /// The readable bytes after the last line of a batch.
  package static var padding: Int { JSONParser.padding }

  private let maxBytes: Int
  /// Bytes not yet given out stand at 0..<count; the rest is room.
  private var storage: [UInt8] = []
  private var count = 0
  /// Where the unfinished line begins.
  private var lineStart = 0
  /// Up to where it has been searched for its end.
  private var searched = 0
  private var lines: [FramedLine] = []
  /// Whether the rest of an overlong line is being thrown away.
  private var isDiscarding = false
  private var discardedLast: UInt8 = 0

  /// A framer for lines of up to `maxBytes` bytes, the ending not counted.
  package init(maxBytes: Int = 1 << 20) { self.maxBytes = max(0, maxBytes) }

  /// Whether bytes of an unfinished line are held or being thrown away.
  package var hasUnfinishedLine: Bool { isDiscarding || lineStart < count }

  /// Takes bytes from `body`, which writes them into the room it is given and returns how many.
  ///
  /// - Returns: What `body` returned.
  package mutating func read<Failure: Error>(
    upTo room: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> Int {
    let wanted = count + max(1, room) + Self.padding
    if storage.count < wanted {
      storage.append(contentsOf: repeatElement(0, count: wanted - storage.count))
    }
    let start = count
    var span = storage.mutableSpan
    // SAFETY: the room lies within the storage, which was grown to hold it; copies stay within both arrays, and
    // no pointer outlives its closure.
    let taken = try unsafe span.withUnsafeMutableBytes { bytes throws(Failure) -> Int in
      try unsafe body(UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + max(1, room)]))
    }
    precondition(taken >= 0 && taken <= max(1, room), "more bytes than there was room for")
    count += taken
    frame()
    return taken
  }

  /// Takes a piece of the input.
  package mutating func append(_ piece: Span<UInt8>) {
    if piece.isEmpty { return }
    _ = unsafe read(upTo: piece.count) { room in
      unsafe piece.withUnsafeBytes { unsafe room.copyMemory(from: $0) }
      return piece.count
    }
  }

  /// The input has ended: what is left is the last line.
  package mutating func finish() {
    if isDiscarding {
      isDiscarding = false
      lines.append(FramedLine(range: 0..<0, ending: .endOfInput, isTooLong: true))
    } else if lineStart < count {
      if count - lineStart > maxBytes {
        lines.append(FramedLine(range: 0..<0, ending: .endOfInput, isTooLong: true))
      } else {
        lines.append(
          FramedLine(range: lineStart..<count, ending: .endOfInput, isTooLong: false))
      }
    }
    lineStart = count
    searched = count
  }

  /// Gives out every whole line, in exchange for the batch's old storage.
  ///
  /// - Complexity: Constant, but for the bytes of the unfinished line, which are copied once.
  package mutating func takeLines(into batch: inout LineBatch) {
    batch.lines.removeAll(keepingCapacity: true)
    if lines.isEmpty { return }
    swap(&lines, &batch.lines)
    swap(&storage, &batch.storage)
    let rest = count - lineStart
    if storage.count < rest + Self.padding {
      storage.append(contentsOf: repeatElement(0, count: rest + Self.padding - storage.count))
    }
    if rest > 0 {
      let start = lineStart
      unsafe batch.storage.withUnsafeBytes { from in
        unsafe storage.withUnsafeMutableBytes { to in
          unsafe to.copyMemory(from: UnsafeRawBufferPointer(rebasing: from[start..<start + rest]))
        }
      }
    }
    searched -= lineStart
    lineStart = 0
    count = rest
  }

  /// Looks for line ends in what is new.
  private mutating func frame() {
    while searched < count {
      let end = find(from: searched)
      if end == count { break }
      if isDiscarding {
        let last = end > searched ? storage[end - 1] : discardedLast
        isDiscarding = false
        appendLine(0..<0, isCRLF: last == 0x0D, isTooLong: true)
      } else {
        let isCRLF = end > lineStart && storage[end - 1] == 0x0D
        let range = lineStart..<(isCRLF ? end - 1 : end)
        let isTooLong = range.count > maxBytes
        appendLine(isTooLong ? 0..<0 : range, isCRLF: isCRLF, isTooLong: isTooLong)
      }
      searched = end + 1
      lineStart = searched
    }
    // Only a CR that may belong to the ending is allowed beyond the limit.
    let pending = count - lineStart
    if !isDiscarding, pending > maxBytes,
      pending > maxBytes + 1 || storage[count - 1] != 0x0D
    {
      isDiscarding = true
    }
    if isDiscarding, count > lineStart {
      discardedLast = storage[count - 1]
      count = lineStart
    }
    searched = count
  }

  private mutating func appendLine(_ range: Range<Int>, isCRLF: Bool, isTooLong: Bool) {
    lines.append(
      FramedLine(
        range: range, ending: isCRLF ? .carriageReturnLineFeed : .lineFeed, isTooLong: isTooLong))
  }

  private func find(from start: Int) -> Int {
    unsafe storage.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return start }
      return unsafe start + tightlip_json_find(base + start, count - start, 0x0A)
    }
  }
}
