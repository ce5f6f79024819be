import Testing
import TightlipCoding

struct LineFramerTests {
  struct Line: Equatable {
    var text: [UInt8]
    var ending: FramedLine.Ending
    var isTooLong = false
  }

  /// The plain definition, to compare with.
  private func reference(_ input: [UInt8], _ maxBytes: Int) -> [Line] {
    var lines: [Line] = []
    var line: [UInt8] = []
    func add(_ text: [UInt8], _ ending: FramedLine.Ending) {
      let isTooLong = text.count > maxBytes
      lines.append(Line(text: isTooLong ? [] : text, ending: ending, isTooLong: isTooLong))
    }
    for byte in input {
      if byte != 0x0A {
        line.append(byte)
      } else if line.last == 0x0D {
        add(line.dropLast(), .carriageReturnLineFeed)
        line = []
      } else {
        add(line, .lineFeed)
        line = []
      }
    }
    if !line.isEmpty { add(line, .endOfInput) }
    return lines
  }

  private func framed(
    _ input: [UInt8], _ maxBytes: Int, takeEvery: Int = 1, _ piece: () -> Int
  ) -> [Line] {
    var framer = LineFramer(maxBytes: maxBytes)
    var batch = LineBatch()
    var lines: [Line] = []
    func take() {
      framer.takeLines(into: &batch)
      for line in batch.lines {
        #expect(batch.storage.count - line.range.upperBound >= LineFramer.padding)
        lines.append(
          Line(
            text: Array(batch.storage[line.range]), ending: line.ending, isTooLong: line.isTooLong))
      }
    }
    var start = 0
    var count = 0
    while start < input.count {
      let end = min(input.count, start + piece())
      framer.append(input.span.extracting(start..<end))
      start = end
      count += 1
      if count % takeEvery == 0 { take() }
    }
    framer.finish()
    take()
    take()
    #expect(!framer.hasUnfinishedLine)
    return lines
  }

  @Test(arguments: [
    "", "\n", "\n\n", "a", "a\n", "a\nb", "a\r\nb\r\n", "\r", "\r\n", "\r\r\n", "a\r", "a\r\r\nb",
    "abc\n", "abcd\n", "abc\r\n", "abcd\r\n", "abc\r", "abcd", "abcdefgh\nab\nabcdefgh\r\nabc",
    "abcdefgh\r", "abcde\r\r\n", "abc\r\r\n", "abc\rx\n", "a\u{0}b\n\u{85}\u{b}\u{c}\n",
    "abcd\r\n\r\n\n", "abcdefgh",
  ])
  func `cuts lines as defined, however the input is cut`(input: String) {
    let input = Array(input.utf8)
    for maxBytes in [0, 1, 3, 4, 100] {
      let expected = reference(input, maxBytes)
      for piece in 1...max(1, input.count) {
        for takeEvery in 1...3 {
          #expect(framed(input, maxBytes, takeEvery: takeEvery) { piece } == expected)
        }
      }
    }
  }

  @Test func `pieces of every size give the same lines`() {
    var random = SplitMix(state: 21)
    for round in 0..<30 {
      var input: [UInt8] = []
      while input.count < 200_000 {
        let count =
          round % 3 == 0
          ? Int.random(in: 0...90_000, using: &random) : Int.random(in: 0...200, using: &random)
        input += (0..<count).map { _ in [0x41, 0x0D, 0xC3, 0x00].randomElement(using: &random)! }
        input += Bool.random(using: &random) ? [0x0A] : [0x0D, 0x0A]
      }
      if Bool.random(using: &random) { input += [0x42, 0x0D] }
      let maxBytes = [100, 150, 65_536, 1 << 20].randomElement(using: &random)!
      let expected = reference(input, maxBytes)
      let fixed = [1, 2, 7, 63, 64, 65, 4095, 4096, 65_535, 65_536, 65_537, 1 << 20][round % 12]
      #expect(framed(input, maxBytes) { fixed } == expected)
      #expect(
        framed(input, maxBytes, takeEvery: 5) { Int.random(in: 1...65_537, using: &random) }
          == expected)
    }
  }

  @Test func `an endless line takes no endless memory`() {
    var framer = LineFramer(maxBytes: 1000)
    var batch = LineBatch()
    let piece = [UInt8](repeating: 0x41, count: 4096)
    for _ in 0..<2000 {
      framer.append(piece.span)
      framer.takeLines(into: &batch)
      #expect(batch.lines.isEmpty)
    }
    framer.append([0x0A, 0x62, 0x0A].span)
    framer.takeLines(into: &batch)
    #expect(batch.lines.map(\.isTooLong) == [true, false])
    #expect(batch.storage.count < 20_000)
    #expect(Array(batch.storage[batch.lines[1].range]) == [0x62])
  }

  @Test func `lines are read where they stand`() throws {
    var framer = LineFramer()
    framer.append(Array("{\"text\":\"a\"}\r\n{\"text\":\"b\"}\n{\"text\":\"c\"}".utf8).span)
    framer.finish()
    var batch = LineBatch()
    framer.takeLines(into: &batch)
    let count = unsafe framer.read(upTo: 10) { room in
      #expect(room.count == 10)
      return 0
    }
    #expect(count == 0)
    #expect(batch.lines.map(\.ending) == [.carriageReturnLineFeed, .lineFeed, .endOfInput])
    #expect(batch.lines.map { string(Array(batch.storage[$0.range])) }.last == #"{"text":"c"}"#)
  }
}
