internal import Foundation
import TightlipCoding
package import TightlipCore
import TightlipEvaluation
package import TightlipRules

/// Requests to measure with, held in memory as they would come over a pipe.
package struct MeasuredMessages: Sendable {
  /// The requests, a line each; the bytes that reading may look at follow.
  package private(set) var storage: [UInt8]
  /// Where each line stands, without its ending.
  package private(set) var lines: [Range<Int>] = []
  /// What could be read of them.
  package private(set) var messages: [Message] = []
  private(set) var unreadable = 0

  /// How many bytes the lines have, with their endings; what follows them in the storage is not theirs.
  package var requestBytes: Int { storage.count - RequestReader.padding }

  /// Reads requests of the line protocol.
  ///
  /// - Parameter most: Of more, so many are drawn, the same ones every time.
  /// - Throws: ``RulesError`` where a file cannot be read.
  package init(files: [String], most: Int) throws(RulesError) {
    var bytes: [UInt8] = []
    for file in files {
      bytes += try SourceFile.read(file)
      if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    }
    self.init(bytes, most: most)
  }

  /// Makes requests of texts.
  package init(texts: [[UInt8]], most: Int) throws {
    struct Request: Encodable { var id: String, text: String }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    var bytes: [UInt8] = []
    for (number, text) in texts.enumerated() {
      bytes += try encoder.encode(Request(id: "m-\(number + 1)", text: String(decoding: text, as: UTF8.self)))
      bytes.append(UInt8(ascii: "\n"))
    }
    self.init(bytes, most: most)
  }

  private init(_ bytes: [UInt8], most: Int) {
    var all: [Range<Int>] = []
    var start = 0
    while let (line, next) = FramedLine.next(in: bytes.span, from: start, maxBytes: .max) {
      if !line.range.isEmpty { all.append(line.range) }
      start = next
    }
    storage = []
    // Drawn, the same ones every time: every n-th would go along with whatever order the messages have.
    var random = SeededRandom(seed: 1)
    for (number, range) in all.enumerated() where random.below(all.count - number) < most - lines.count {
      lines.append(storage.count..<storage.count + range.count)
      storage += bytes[range]
      storage.append(UInt8(ascii: "\n"))
    }
    storage.append(contentsOf: repeatElement(0, count: RequestReader.padding))
    var reader = RequestReader()
    for range in lines {
      var message = Message()
      do throws(RequestError) {
        try reader.read(range, of: storage.span, into: &message)
        messages.append(message)
      } catch {
        unreadable += 1
      }
    }
  }

  var summary: CostReport.Messages {
    CostReport.Messages(
      count: lines.count, unreadable: unreadable, textBytes: messages.reduce(0) { $0 + $1.text.count },
      requestBytes: requestBytes,
      nonASCII: messages.count { $0.text.contains { $0 >= 0x80 } })
  }
}
