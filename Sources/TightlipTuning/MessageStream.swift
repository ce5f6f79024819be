import TightlipCoding
package import TightlipCore
import TightlipRules

/// Reads the messages of an NDJSON corpus one after the other, by the engine's own reader: 100,000 of
/// them in a fraction of a second, which a general JSON decoder does not do.
package enum MessageStream {
  /// Calls `body` with each message, its line number and its line.
  ///
  /// - Throws: ``RulesError`` naming the first line that is no message: one left out silently would
  ///   make every figure wrong.
  /// - Complexity: linear in the file, which is held in memory.
  package static func forEach(
    in file: String, _ body: (_ message: Message, _ number: Int, _ line: Span<UInt8>) throws -> Void
  ) throws {
    var bytes = try SourceFile.read(file)
    let count = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: RequestReader.padding))
    var reader = RequestReader(options: RequestOptions(maxBytes: 1 << 30))
    var message = Message()
    let all = bytes.span
    var start = 0
    var number = 0
    while start < count {
      var end = start
      while end < count, all[end] != UInt8(ascii: "\n") { end += 1 }
      defer { start = end + 1 }
      number += 1
      var last = end
      while last > start, [0x20, 0x09, 0x0D].contains(all[last - 1]) { last -= 1 }
      if last == start { continue }
      do throws(RequestError) {
        try reader.read(start..<last, of: all, into: &message)
      } catch {
        throw RulesError(
          Diagnostic(
            file: file, line: number, "is no message: \(error.message)",
            remedy: "write one JSON object a line, with a member text"
          ).with(code: "corpus-line"))
      }
      try body(message, number, all.extracting(start..<last))
    }
  }

  /// The value of a member that is a plain word, as `"action":"pass"`; nil where the line has none.
  ///
  /// Inside a text the quotation marks would be escaped, so that a text cannot pretend to be a member.
  package static func word(_ member: StaticString, in line: Span<UInt8>) -> String? {
    let name = Array("\"\(member)\"".utf8)
    var index = 0
    search: while index + name.count < line.count {
      for offset in name.indices where line[index + offset] != name[offset] {
        index += 1
        continue search
      }
      if index > 0, line[index - 1] == UInt8(ascii: "\\") {
        index += 1
        continue
      }
      index += name.count
      while index < line.count, line[index] == UInt8(ascii: " ") || line[index] == UInt8(ascii: ":") { index += 1 }
      guard index < line.count, line[index] == UInt8(ascii: "\"") else { return nil }
      var value: [UInt8] = []
      index += 1
      while index < line.count, line[index] != UInt8(ascii: "\"") {
        value.append(line[index])
        index += 1
      }
      return String(decoding: value, as: UTF8.self)
    }
    return nil
  }
}
