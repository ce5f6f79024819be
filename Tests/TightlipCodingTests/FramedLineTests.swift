import Testing
import TightlipCoding

/// Lines cut from a whole buffer against the lines that ``LineFramer`` cuts from a stream.
struct FramedLineTests {
  private func framed(_ bytes: [UInt8], maxBytes: Int) -> [(text: [UInt8], ending: FramedLine.Ending, isTooLong: Bool)] {
    var framer = LineFramer(maxBytes: maxBytes)
    var batch = LineBatch()
    framer.append(bytes.span)
    framer.finish()
    framer.takeLines(into: &batch)
    return batch.lines.map { (Array(batch.storage[$0.range]), $0.ending, $0.isTooLong) }
  }

  @Test func `a buffer has the lines of a stream`() {
    let alphabet: [UInt8] = [0x0A, 0x0D, 0x61, 0x62]
    // Every string of up to eight of the four bytes that matter.
    for length in 0...8 {
      for number in 0..<(1 << (2 * length)) {
        let bytes = (0..<length).map { alphabet[number >> (2 * $0) & 3] }
        for limit in [0, 1, 3, 100] {
          let wanted = framed(bytes, maxBytes: limit)
          var start = 0
          var index = 0
          while let (line, next) = FramedLine.next(in: bytes.span, from: start, maxBytes: limit) {
            guard index < wanted.count else {
              Issue.record("a line too many in \(bytes)")
              return
            }
            let isSame =
              Array(bytes[line.range]) == wanted[index].text && line.ending == wanted[index].ending
              && line.isTooLong == wanted[index].isTooLong
            if !isSame {
              Issue.record("\(bytes) with \(limit): line \(index) is \(line), wanted \(wanted[index])")
              return
            }
            index += 1
            start = next
          }
          if index != wanted.count {
            Issue.record("\(bytes) with \(limit): \(index) lines, wanted \(wanted.count)")
            return
          }
        }
      }
    }
  }

  @Test(arguments: [("", 0), ("\n", 0), ("\r\n", 0), ("a", 1), ("a\n", 1), ("a\r\n", 1), ("a\r", 2), ("\r", 1), ("a\n\n", 2), ("a\nb", 3)])
  func `a whole buffer is one line without its ending`(text: String, count: Int) {
    let bytes = Array(text.utf8)
    let line = FramedLine(whole: bytes.span, maxBytes: 10)
    #expect(line.range == 0..<count && !line.isTooLong)
    let short = FramedLine(whole: bytes.span, maxBytes: max(0, count - 1))
    #expect(short.isTooLong == (count > 0) && (count == 0 || short.range.isEmpty))
  }

  @Test(arguments: [("ok", nil), ("", nil), ("a\0b", "request.nul"), ("much too long", "request.too-long")] as [(String, String?)])
  func `a bare text must be what a request may hold`(text: String, code: String?) {
    func check(_ bytes: [UInt8]) -> String? {
      do throws(RequestError) {
        try BareText.check(bytes.span, maxBytes: 8)
        return nil
      } catch { return "\(error.code.name)" }
    }
    #expect(check(Array(text.utf8)) == code)
    #expect(check([0x61, 0xFF]) == "request.invalid-utf8")
    #expect(check([0xED, 0xA0, 0x80]) == "request.invalid-utf8")
  }
}
