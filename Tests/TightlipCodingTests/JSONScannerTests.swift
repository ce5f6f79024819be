import Testing
import TightlipCoding

/// Where a value's literal stands. The scanner is asked about lines that simdjson has accepted; here it is asked about
/// others too, since it must never point anywhere where the two do not agree.
struct JSONScannerTests {
  private func literal(_ path: [Int], _ line: String) -> String? {
    var scanner = JSONScanner()
    let bytes = Array(line.utf8)
    return scanner.literal(at: path, in: bytes.span).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test(arguments: [
    ([], #" {"a":1} "#, #"{"a":1}"#),
    ([0], #"{"a":1}"#, "1"),
    ([1], #"{"a":1,"b":"x,y"}"#, #""x,y""#),
    ([2], "{\"a\" : [1,{\"b\":2}] ,\t\"c\":{},\n\"d\" : null }", "null"),
    ([0, 1, 0], #"{"a":[1,{"b":"}\"]"}]}"#, #""}\"]""#),
    ([1, 2], #"[[],[true,-2.5e3,"\\"]]"#, #""\\""#),
    ([1], #"{"a\"":{"x":"{"},"b":"é\u00e9"}"#, #""é\u00e9""#),
  ])
  func `the literal at a path`(path: [Int], line: String, expected: String) {
    #expect(literal(path, line) == expected)
  }

  @Test(arguments: [
    // No container to go into, or none any more.
    ([0], "7"), ([0, 0], #"{"a":7}"#), ([0], ""), ([], ""), ([], "  "),
    // A member that is no string, has no colon or no value.
    ([0], "{7:1}"), ([0], "{}"), ([0], #"{"a" 1}"#), ([0], #"{"a":}"#), ([1], #"{"a":,"b":1}"#),
    // No comma, or nothing behind it.
    ([1], #"{"a":1}"#), ([1], #"{"a":1;"b":2}"#), ([1], "[1]"), ([2], "[1,2"), ([1], #"{"a":1,}"#),
    // What is open stays open.
    ([0], #"{"a"#), ([0], #"{"a":"b"#), ([0], #"{"a":"b\"#), ([0], #"{"a":[1,2"#), ([0], #"{"a":{"b":"c"#), ([], #"["a"#),
    ([1], #"{"a":"b,"c":1}"#), ([1], #"{"a":["x],"c":1}"#),
  ])
  func `a broken line has none`(path: [Int], line: String) {
    #expect(literal(path, line) == nil)
  }

  @Test(arguments: [
    (#""\ud83d\ude42""#, false), (#""\uD83D\uDE42""#, false), (#""\\ud800""#, false), (#""\\\ud800""#, true), (#""\ud800""#, true),
    (#""\udc00""#, true), (#""\ud83d\ud83d\ude42""#, true), (#""\ud83d x \ude42""#, true), (#""\ud83d\n""#, true), (#""\u00e9 \n""#, false),
    (#""\ud83""#, false), (#""\ud8zz""#, false), ("", false), (#"\"#, false), (#""\ud7ff\ue000""#, false),
  ])
  func `half of a surrogate pair is seen`(line: String, expected: Bool) {
    #expect(JSONScanner.hasLoneSurrogate(Array(line.utf8).span) == expected)
  }

  @Test func `an answer ends as its line did`() {
    #expect(FramedLine.Ending.lineFeed.bytes.description == "\n")
    #expect(FramedLine.Ending.carriageReturnLineFeed.bytes.description == "\r\n")
    #expect(FramedLine.Ending.endOfInput.bytes.description == "\n")
  }

  /// How the reader of requests is told which kernel it has, and how far it may read.
  @Test func `the parser names itself`() {
    #expect(!RequestReader.kernel.isEmpty)
    #expect(RequestReader.padding >= 32)
    // Three bytes that some parsers skip are no part of JSON.
    #expect(read([0xEF, 0xBB, 0xBF] + Array(#"{"text":"a"}"#.utf8)).reading == .error(.malformedJSON))
  }
}
