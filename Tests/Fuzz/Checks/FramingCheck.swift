import TightlipCoding

enum FramingCheck {
  private struct Line: Equatable {
    var content: [UInt8]
    var ending: FramedLine.Ending
    var isTooLong: Bool
  }

  static func problem(_ input: inout FuzzInput) -> String? {
    let maxBytes = Int(input.byte()) % 70
    var seed = UInt32(input.byte()) << 8 | UInt32(input.byte())
    let stream = input.rest()
    let wanted = reference(stream, maxBytes)
    if whole(stream, maxBytes) != wanted { return "lines of a whole buffer differ" }

    var framer = LineFramer(maxBytes: maxBytes)
    var batch = LineBatch()
    var lines: [Line] = []
    var position = 0
    while position < stream.count {
      seed = seed &* 1_664_525 &+ 1_013_904_223
      let size = min(stream.count - position, Int(seed >> 24) % 40 + 1)
      framer.append(stream.span.extracting(position..<position + size))
      position += size
      // Sometimes several pieces come before the lines are taken.
      if seed >> 20 & 3 != 0, let problem = take(&framer, &batch, &lines) { return problem }
    }
    framer.finish()
    if let problem = take(&framer, &batch, &lines) { return problem }
    if framer.hasUnfinishedLine { return "a line is left behind the end" }
    return lines == wanted ? nil : "lines depend on the pieces"
  }

  private static func take(_ framer: inout LineFramer, _ batch: inout LineBatch, _ lines: inout [Line]) -> String? {
    framer.takeLines(into: &batch)
    for line in batch.lines {
      if batch.storage.count - line.range.upperBound < LineFramer.padding { return "no room behind a line" }
      lines.append(Line(content: Array(batch.storage[line.range]), ending: line.ending, isTooLong: line.isTooLong))
    }
    return nil
  }

  private static func whole(_ stream: [UInt8], _ maxBytes: Int) -> [Line] {
    var lines: [Line] = []
    var start = 0
    while let (line, next) = FramedLine.next(in: stream.span, from: start, maxBytes: maxBytes) {
      lines.append(Line(content: Array(stream[line.range]), ending: line.ending, isTooLong: line.isTooLong))
      start = next
    }
    return lines
  }

  /// The plain way.
  private static func reference(_ stream: [UInt8], _ maxBytes: Int) -> [Line] {
    var parts = stream.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    let last = parts.removeLast()
    var lines = parts.map { part in
      part.last == 0x0D
        ? Line(content: part.dropLast(), ending: .carriageReturnLineFeed, isTooLong: false)
        : Line(content: part, ending: .lineFeed, isTooLong: false)
    }
    if !last.isEmpty { lines.append(Line(content: last, ending: .endOfInput, isTooLong: false)) }
    return lines.map { $0.content.count > maxBytes ? Line(content: [], ending: $0.ending, isTooLong: true) : $0 }
  }
}
