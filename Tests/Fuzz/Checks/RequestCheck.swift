import Foundation
import TightlipCoding
import TightlipCore

enum RequestCheck {
  private static let pointers = ["/text", "/body/text", "/messages/0/text", "/a~1b"].map { TextPointer($0)! }

  static func problem(_ input: inout FuzzInput) -> String? {
    let flags = input.byte()
    var options = RequestOptions(
      textPointer: pointers[Int(flags & 3)], rewrites: flags & 4 != 0, readsEnvelope: flags & 8 == 0, maxBytes: 1 << 16)
    if flags & 16 != 0 { options.maxDepth = 8 }
    // A line holds no line feed; what holds one comes by itself, and is refused before it is read.
    let line = input.line()

    var reader = RequestReader(options: options)
    var message = Message()
    let copied = read(&reader, line, 0..<line.count, &message)
    // In place, by a reader that has read before, among bytes that must not matter.
    let buffer = Array(#"{"text":"before"}"#.utf8) + line + Array(repeating: UInt8(ascii: "\""), count: 64)
    var other = RequestReader(options: options)
    var message2 = Message()
    _ = read(&other, buffer, 0..<17, &message2)
    let inPlace = read(&other, buffer, 17..<17 + line.count, &message2)
    guard copied == inPlace, message.text == message2.text, message.identifierJSON == message2.identifierJSON,
      message.direction == message2.direction, message.known.names == message2.known.names,
      reader.rewriteLocation == other.rewriteLocation
    else { return "a line reads differently in place" }

    if let problem = identifierProblem(message.identifierJSON) { return problem }
    guard copied == nil else {
      return message.text.isEmpty && reader.rewriteLocation == nil ? nil : "an error leaves a text"
    }
    guard line.isUTF8, message.text.isUTF8, !message.text.contains(0) else { return "a text was read that is none" }
    if flags & 3 == 0, let problem = foundationProblem(line, message.text) { return problem }
    return rewritingProblem(reader, line, options, message)
  }

  private static func read(
    _ reader: inout RequestReader, _ buffer: [UInt8], _ range: Range<Int>, _ message: inout Message
  ) -> RequestError.Code? {
    do throws(RequestError) {
      try reader.read(range, of: buffer.span, into: &message)
      return nil
    } catch {
      return error.code
    }
  }

  /// The id is echoed as it came, so it must be JSON, on one line.
  private static func identifierProblem(_ identifier: [UInt8]) -> String? {
    if identifier.isEmpty { return nil }
    if identifier.contains(0x0A) || identifier.contains(0x0D) { return "an id breaks the line" }
    var message = Message()
    var reader = RequestReader()
    let line = Array(#"{"text":"","id":"#.utf8) + identifier + Array("}".utf8)
    if read(&reader, line, 0..<line.count, &message) != nil { return "an id is no JSON" }
    return message.identifierJSON == identifier ? nil : "an id changes when it is read again"
  }

  /// What was read as a request, Foundation reads too, with the same text.
  private static func foundationProblem(_ line: [UInt8], _ text: [UInt8]) -> String? {
    guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
      return "Foundation refuses what was read"
    }
    guard let other = object["text"] as? String else { return "Foundation finds no text" }
    return Array(other.utf8) == text ? nil : "Foundation reads another text"
  }

  /// A rewritten object is a request again, with the text that may leave in the old one's place.
  private static func rewritingProblem(
    _ reader: borrowing RequestReader, _ line: [UInt8], _ options: RequestOptions, _ message: Message
  ) -> String? {
    guard options.rewrites, let location = reader.rewriteLocation else { return nil }
    var writer = VerdictWriter(ruleNames: [])
    for action in [Action.block, .redact, .pass] {
      var verdict = Verdict()
      verdict.completeness = .complete
      verdict.action = action
      verdict.text = action == .redact ? Array("[NAME] \"\\\n\u{1}".utf8) : action == .pass ? message.text : []
      var output: [UInt8] = []
      writer.rewrite(line.span, location, verdict, on: message.text, to: &output)
      guard output.last == 0x0A, output.count(where: { $0 == 0x0A }) == 1 else { return "a rewritten line is not one line" }
      var again = Message()
      var next = RequestReader(
        options: RequestOptions(
          textPointer: options.textPointer, readsEnvelope: options.readsEnvelope, maxBytes: 1 << 20, maxDepth: 1024))
      let outcome = read(&next, output, 0..<output.count - 1, &again)
      guard outcome == nil else { return "a rewritten line is no request" }
      if again.text != verdict.text { return "a rewritten line holds another text" }
    }
    return nil
  }
}
