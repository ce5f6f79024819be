import Foundation
import Testing
import TightlipCoding
import TightlipCore

struct RewriteTests {
  private func rewrite(
    _ line: String, _ pointer: String = "/text", _ action: Action = .redact,
    _ text: String = "[PERSON] \"ok\""
  ) throws -> String {
    var reader = RequestReader(
      options: RequestOptions(textPointer: try #require(TextPointer(pointer)), rewrites: true))
    var message = Message()
    let bytes = Array(line.utf8)
    try reader.read(bytes.span, into: &message)
    var verdict = Verdict()
    verdict.completeness = .complete
    verdict.action = action
    verdict.text = action == .pass ? message.text : Array(text.utf8)
    var output: [UInt8] = []
    var writer = VerdictWriter(ruleNames: [])
    let location = reader.rewriteLocation
    writer.rewrite(
      bytes.span, try #require(location), verdict, on: message.text, to: &output)
    #expect(output.last == 0x0A)
    return string(Array(output.dropLast()))
  }

  /// `@` marks the text's literal.
  @Test(arguments: [
    ("/text", #"{"text":@}"#), ("/text", " { \"text\" :\t@ , \"id\":1.50 } "),
    ("/text", #"{"a":"}\"{[,:\\","text":@,"b":"\\\"tightlip\\"}"#),
    ("/text", #"{"a":[{"text":"no"},[[]],"]"],"o":{"text":"no"},"te\u0078t":@,"e":-0.0e-0}"#),
    ("/body/text", #"{"text":"no","body":{"x":{},"text":@},"z":null}"#),
    ("/m/2/1", #"{"m":[0,[1,"no"],["a",@ ],true]}"#),
    ("/m/0", #"{"m":[@],"big":12345678901234567890,"f":1E+2}"#),
    ("/\u{e9}/~1", #"{"e":1,"\u00e9":{"~1":1,"/":@}}"#),
    ("/", #"{"":@}"#), ("/text", "{\"a\":\"\u{2028}\u{7f}é\",\"text\":@}\r"),
    ("/text", #"{"a":{},"b":[],"c":"","d":[""],"text":@,"u":{"v":{"w":[{}]}}}"#),
  ])
  func `replaces the text's literal and nothing else`(pointer: String, pattern: String) throws {
    for literal in [
      #""""#, #""x""#, #""a\"b\\""#, #""\u0022},{\ud83d\ude00 é""#, #""\\\\\"""#, #""@""#,
    ] {
      let parts = pattern.split(separator: "@", omittingEmptySubsequences: false).map { String($0) }
      let line = parts[0] + literal + parts[1]
      for (action, expected) in [
        (Action.pass, literal), (.redact, #""[PERSON] \"ok\"""#), (.block, #""""#),
      ] {
        let output = try rewrite(line, pointer, action)
        let brace = try #require(parts[1].lastIndex(of: "}"))
        let start =
          parts[0] + expected + parts[1][..<brace] + #","tightlip":{"action":"\#(action.name)","#
        #expect(output.utf8.starts(with: start.utf8), "\(line)")
        #expect(output.hasSuffix("}" + parts[1][brace...]))
        let written = try object(output.utf8)
        let verdict = try #require(written["tightlip"] as? [String: Any])
        #expect(verdict["text"] == nil && verdict["id"] == nil)
      }
    }
  }

  @Test func `random documents come back as they were, but for the text`() throws {
    var random = SplitMix(state: 99)
    for _ in 0..<500 {
      var keys = Array(0..<Int.random(in: 0...6, using: &random)).map { "\"k\($0)\"" }
      keys.insert("\"text\"", at: Int.random(in: 0...keys.count, using: &random))
      var line = "{"
      for (index, key) in keys.enumerated() {
        let value = key == "\"text\"" ? "\"TEXT\"" : randomValue(3, &random)
        line +=
          (index == 0 ? "" : ",") + space(&random) + key + space(&random) + ":" + space(&random)
          + value
      }
      line += space(&random) + "}"
      let expected = line.replacingOccurrences(of: "\"TEXT\"", with: "\"\"").dropLast()
      #expect(try rewrite(line, "/text", .block).hasPrefix(expected))
    }
  }

  private func space(_ random: inout SplitMix) -> String {
    ["", "", " ", "\t ", "  "].randomElement(using: &random)!
  }

  private func randomValue(_ depth: Int, _ random: inout SplitMix) -> String {
    let scalars = [
      "1", "-0.5e3", "true", "null", "\"\"", #""\\""#, #""\"""#, #""}{][,:""#, #""\\\"""#,
    ]
    switch Int.random(in: 0..<(depth > 0 ? 4 : 2), using: &random) {
    case 2:
      return "["
        + (0..<Int.random(in: 0...3, using: &random)).map { _ in
          space(&random) + randomValue(depth - 1, &random)
        }.joined(separator: ",") + space(&random) + "]"
    case 3:
      return "{"
        + (0..<Int.random(in: 0...3, using: &random)).map { index in
          space(&random) + "\"\(index)\\\\\":" + randomValue(depth - 1, &random)
        }.joined(separator: ",") + space(&random) + "}"
    default: return scalars.randomElement(using: &random)!
    }
  }

  @Test func `refuses an object that has the answer's member`() {
    let options = RequestOptions(rewrites: true)
    #expect(read(#"{"text":"x","tightlip":1}"#, options).reading == .error(.reservedMember))
    #expect(read(#"{"text":"x","\u0074ightlip":1}"#, options).reading == .error(.reservedMember))
    #expect(read(#"{"text":"x","a":{"tightlip":1}}"#, options).reading == .text("x"))
    #expect(read(#"{"text":"x","tightlip":1}"#).reading == .text("x"))
  }

  @Test func `an incomplete verdict empties the text`() throws {
    var reader = RequestReader(options: RequestOptions(rewrites: true))
    var message = Message()
    let bytes = Array(#"{"text":"x"}"#.utf8)
    try reader.read(bytes.span, into: &message)
    var verdict = Verdict()
    verdict.action = .pass
    var output: [UInt8] = []
    var writer = VerdictWriter(ruleNames: [])
    let location = reader.rewriteLocation
    writer.rewrite(
      bytes.span, try #require(location), verdict, on: message.text, to: &output)
    #expect(string(output).hasPrefix(#"{"text":"","tightlip":{"action":"block","#))
  }
}
