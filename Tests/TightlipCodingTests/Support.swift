import Foundation
import Testing
import TightlipCoding
import TightlipCore

/// What became of a line.
enum Reading: Equatable, CustomStringConvertible {
  case text(String)
  case error(RequestError.Code)

  var description: String {
    switch self {
    case .text(let text): "text(\(text.count) characters)"
    case .error(let code): "\(code.name)"
    }
  }
}

/// Reads one line with a fresh reader, once copied and once in place, and checks they agree.
func read(
  _ line: [UInt8], _ options: RequestOptions = RequestOptions(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> (reading: Reading, message: Message) {
  var reader = RequestReader(options: options)
  var message = Message()
  message.text = Array("left over".utf8)
  let copied = reading(&message) { message throws(RequestError) in
    try reader.read(line.span, into: &message)
  }
  // In place, followed by bytes that must not matter.
  let buffer = Array("\"}".utf8) + line + Array(repeating: UInt8(ascii: "\""), count: 64)
  var other = Message()
  let inPlace = reading(&other) { message throws(RequestError) in
    try reader.read(2..<2 + line.count, of: buffer.span, into: &message)
  }
  #expect(copied == inPlace, sourceLocation: sourceLocation)
  #expect(message.identifierJSON == other.identifierJSON, sourceLocation: sourceLocation)
  return (copied, message)
}

func read(
  _ line: String, _ options: RequestOptions = RequestOptions(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> (reading: Reading, message: Message) {
  read(Array(line.utf8), options, sourceLocation: sourceLocation)
}

private func reading(
  _ message: inout Message, _ body: (inout Message) throws(RequestError) -> Void
) -> Reading {
  do throws(RequestError) {
    try body(&message)
    return .text(string(message.text))
  } catch {
    #expect(message.text.isEmpty, "an error leaves no text")
    return .error(error.code)
  }
}

func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A JSON object as another decoder sees it.
func object(_ bytes: some Sequence<UInt8>) throws -> [String: Any] {
  try #require(
    try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
}

/// Small, seeded, the same everywhere.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The hostile sets that are not part of the repository.
enum Shared {
  static let directory: URL? = {
    let candidates = [
      ProcessInfo.processInfo.environment["TIGHTLIP_SHARED"].map { URL(fileURLWithPath: $0) },
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared"),
    ]
    return candidates.compactMap(\.self).first {
      FileManager.default.fileExists(atPath: $0.appendingPathComponent("hostile").path)
    }
  }()

  static let isMissing: Bool = {
    if directory == nil {
      print("notice: no shared/hostile (set TIGHTLIP_SHARED): its tests are skipped")
    }
    return directory == nil
  }()

  struct Case: Decodable {
    var id: String
    var expect: String
    var base64: String?
    var file: String?
    var `class`: String?

    enum CodingKeys: String, CodingKey {
      case id, expect, file, `class`
      case base64 = "raw_b64"
    }

    var bytes: [UInt8]? { base64.flatMap { Data(base64Encoded: $0) }.map { Array($0) } }
  }

  static func cases(_ name: String) throws -> [Case] {
    let file = try #require(directory).appendingPathComponent("hostile/\(name).ndjson")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Case.self, from: Data($0.utf8))
    }
  }
}
