import Testing
import Tightlip

struct AsyncAdapterTests {
  private static let texts = ["see you", "Dana has diabetes", "my ssn", "ok"]

  private static func message(_ text: String) -> Message {
    var message = Message()
    message.text = Array(text.utf8)
    return message
  }

  @Test func `a stream of messages is judged in order`() async throws {
    let filter = try TestPack.small.filter()
    let stream = AsyncStream<Message> { continuation in
      for text in Self.texts { continuation.yield(Self.message(text)) }
      continuation.finish()
    }
    var scanner = Scanner(filter)
    var seen = 0
    for await judged in stream.judged(by: filter) {
      var wanted = Verdict()
      scanner.scan(judged.message, into: &wanted)
      #expect(judged.message.text == Array(Self.texts[seen].utf8))
      #expect(judged.verdict.action == wanted.action && judged.verdict.findings == wanted.findings)
      seen += 1
    }
    #expect(seen == Self.texts.count)
  }

  @Test func `one message is judged before the next is asked for`() async throws {
    let filter = try TestPack.small.filter()
    let (stream, continuation) = AsyncStream<Message>.makeStream()
    var iterator = stream.judged(by: filter).makeAsyncIterator()
    continuation.yield(Self.message("Dana has diabetes"))
    #expect(await iterator.next(isolation: nil)?.verdict.action == .block)
    continuation.yield(Self.message("ok"))
    #expect(await iterator.next(isolation: nil)?.verdict.action == .pass)
    continuation.finish()
    #expect(await iterator.next(isolation: nil) == nil)
  }

  private struct Broken: Error, Equatable {}

  @Test func `a source that fails ends the stream with its error`() async throws {
    let filter = try TestPack.small.filter()
    let stream = AsyncThrowingStream<Message, any Error> { continuation in
      continuation.yield(Self.message("ok"))
      continuation.finish(throwing: Broken())
    }
    var seen = 0
    await #expect(throws: Broken.self) {
      for try await judged in stream.judged(by: filter) {
        #expect(judged.verdict.action == .pass)
        seen += 1
      }
    }
    #expect(seen == 1)
  }

  @Test func `requests are answered with lines`() async throws {
    let filter = try TestPack.small.filter()
    let lines = [#"{"id":1,"text":"ok"}"#, #"{"id":2,"text":"Dana has diabetes"}"# + "\r\n", "", "{\"text\":\"ok\"}\n{\"text\":\"ok\"}"]
    let stream = AsyncStream<[UInt8]> { continuation in
      for line in lines { continuation.yield(Array(line.utf8)) }
      continuation.finish()
    }
    var answers: [String] = []
    for await answer in try stream.answered(by: filter) { answers.append(String(decoding: answer, as: UTF8.self)) }
    #expect(answers.count == 4)
    #expect(answers.allSatisfy { $0.hasSuffix("}\n") && $0.count(where: \.isNewline) == 1 })
    #expect(answers[0].hasPrefix(#"{"id":1,"action":"pass""#))
    #expect(answers[1].hasPrefix(#"{"id":2,"action":"block""#))
    #expect(answers[2].contains("request.empty"))
    #expect(answers[3].contains(#""action":"block""#) && answers[3].contains("request.malformed-json"))
  }

  @Test func `wrong options are refused before a message is read`() throws {
    let filter = try TestPack.small.filter()
    var options = RequestScanner.Options()
    options.textField = "text"
    let stream = AsyncStream<[UInt8]> { $0.finish() }
    #expect(throws: FilterError.self) { _ = try stream.answered(by: filter, options: options) }
  }
}
