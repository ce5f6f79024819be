internal import CTightlipJSON

extension FramedLine {
  /// A whole buffer as one line by itself; an ending, if it has one, is not part of the line.
  package init(whole buffer: Span<UInt8>, maxBytes: Int) {
    var count = buffer.count
    if count > 0, buffer[count - 1] == 0x0A {
      count -= 1
      if count > 0, buffer[count - 1] == 0x0D { count -= 1 }
    }
    let isTooLong = count > maxBytes
    self.init(range: 0..<(isTooLong ? 0 : count), ending: .endOfInput, isTooLong: isTooLong)
  }

  /// The line that begins at `start` of a buffer that holds the whole input, and where the next one
  /// begins; nil at the end. The lines are those of ``LineFramer``.
  ///
  /// - Complexity: Linear in the line.
  package static func next(
    in buffer: Span<UInt8>, from start: Int, maxBytes: Int
  ) -> (line: FramedLine, next: Int)? {
    guard start < buffer.count else { return nil }
    let rest = buffer.extracting(start..<buffer.count)
    // SAFETY: the shims read `count` bytes of a live span.
    let length = unsafe rest.withUnsafeBufferPointer {
      unsafe $0.baseAddress.map { unsafe tightlip_json_find($0, rest.count, 0x0A) } ?? rest.count
    }
    let end = start + length
    guard end < buffer.count else {
      let isTooLong = length > maxBytes
      return (
        FramedLine(range: isTooLong ? 0..<0 : start..<end, ending: .endOfInput, isTooLong: isTooLong), end
      )
    }
    let isCRLF = length > 0 && buffer[end - 1] == 0x0D
    let range = start..<(isCRLF ? end - 1 : end)
    let isTooLong = range.count > maxBytes
    return (
      FramedLine(
        range: isTooLong ? 0..<0 : range, ending: isCRLF ? .carriageReturnLineFeed : .lineFeed,
        isTooLong: isTooLong), end + 1
    )
  }
}

/// What a text that comes by itself, without a request around it, must be: the same as inside one.
package enum BareText {
  /// Refuses what a request may not hold either.
  ///
  /// - Throws: `request.too-long`, `request.invalid-utf8` or `request.nul`.
  /// - Complexity: Linear in the text.
  package static func check(_ text: Span<UInt8>, maxBytes: Int) throws(RequestError) {
    if text.count > maxBytes { throw RequestError(.tooLong) }
    if text.isEmpty { return }
    let (isUTF8, hasNUL) = unsafe text.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return (true, false) }
      return unsafe (
        tightlip_json_is_utf8(base, bytes.count), tightlip_json_find(base, bytes.count, 0) < bytes.count
      )
    }
    if !isUTF8 { throw RequestError(.invalidUTF8) }
    if hasNUL { throw RequestError(.nul) }
  }
}
