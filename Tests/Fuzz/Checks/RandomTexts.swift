import Foundation
import Tightlip
import TightlipCore

/// Short texts put together at random from what the pack knows, from disguises, hostile pieces and noise; the same
/// for the same seed.
package struct RandomTexts {
  private var state: UInt64
  private let pieces: [[UInt8]]
  /// What hides, joins, parts or encodes.
  private static let hostile = [
    "\u{200B}", "\u{AD}", "\u{2060}", "\u{202E}", "\u{202C}", "\u{2066}", "\u{301}", "\u{20E3}", "\u{FE0F}", "\u{E0041}", "\u{A0}", "\u{3000}",
    "&#65;", "&nbsp;", "&amp", "%41", "%2525", "\\u0041", "\\x32", "=3D", "=?utf-8?B?aGk=?=", "+AGg-", "aGVsbG8gd29ybGQh", "68 69", "<b>", "<!--",
    "a\u{8}", "\u{1B}[8m", "\u{1}", "\r\n", "ﬁ", "Ⅷ", "①", "２", "٣", "а", "е", "ο", "ɐ", "🇺🇸", "👩‍⚕️", "😀", "h*i*v", "d1ab", "b u", "one two",
    "((", "-1", "/1/2", "****", "@", "..", "://", "'", "\"", "{", "|", "_", "\\", "^", "~",
  ].map { Array($0.utf8) }
  private static let gaps = [" ", " ", " ", ", ", ". ", "\n", "-", "", "/", ": ", "  ", "\u{A0}", "@", "#", "(", ")"].map { Array($0.utf8) }

  package init(seed: UInt64) throws {
    state = seed
    pieces = try Self.gather()
  }

  private mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ mixed >> 31) % UInt64(bound))
  }

  /// The next text, one to eight pieces long.
  package mutating func next(into text: inout [UInt8]) {
    text.removeAll(keepingCapacity: true)
    for _ in 0...next(next(3) == 0 ? 8 : 3) {
      let start = text.count
      switch next(32) {
      case 0...3: text += Self.hostile[next(Self.hostile.count)]
      case 4: for _ in 0...next(8) { text.append(0x20 + UInt8(next(0x5F))) }
      case 5: for _ in 0...next(3) { if let scalar = Unicode.Scalar(UInt32(next(0x3_0000))) { text += Array(String(scalar).utf8) } }
      case 6 where next(8) == 0: for _ in 0...next(5) { text.append(UInt8(next(256))) }
      default: text += pieces[next(pieces.count)]
      }
      // Other digits and letters in the places of those that stand there: other values of the same shapes.
      let change = next(4)
      if change < 2 {
        for index in start..<text.count where next(change == 0 ? 3 : 9) == 0 {
          let byte = text[index]
          if byte &- 0x30 < 10 { text[index] = 0x30 + UInt8(next(10)) } else if byte &- 0x61 < 26 { text[index] = 0x61 + UInt8(next(26)) }
        }
      }
      text += Self.gaps[next(Self.gaps.count)]
    }
  }

  /// Words, pairs of words and whole short texts of the corpus, every example of every pattern, the generated
  /// disguises, and one of every few terms of the pack.
  private static func gather() throws -> [[UInt8]] {
    struct Row: Decodable { var text: String }
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    var result: Set<[UInt8]> = []
    for (path, step) in [("Corpus/train.ndjson", 3), ("Tests/Cases/evasion/generated.ndjson", 2)] {
      let lines = try String(contentsOf: root.appending(path: path), encoding: .utf8).split(separator: "\n")
      for number in stride(from: 0, to: lines.count, by: step) {
        let words = try JSONDecoder().decode(Row.self, from: Data(lines[number].utf8)).text.split(separator: " ")
        var index = 0
        while index < words.count {
          let length = number % 4 + 1
          result.insert(Array(words[index..<min(words.count, index + length)].joined(separator: " ").utf8))
          index += length
        }
      }
    }
    let folder = root.appending(path: "Lexicons/patterns")
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /\[\[(.+?)\]\]/) { result.insert(Array(match.1.utf8)) }
    }
    for name in ["terms", "topics", "context"] {
      let folder = root.appending(path: "Lexicons/\(name)")
      for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) where file.pathExtension == "tsv" {
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        for row in rows.enumerated() where row.offset % 40 == 0 { result.insert(Array(row.element.prefix { $0 != "\t" }.utf8)) }
      }
    }
    // In order, so that a seed means the same everywhere.
    return result.sorted { $0.lexicographicallyPrecedes($1) }
  }
}

/// The engine with gates against the plain way without, on many random texts.
package enum GateComparison {
  /// Compares so many texts.
  ///
  /// - Returns: how many were compared, and the first that differs, with what does.
  package static func run(_ count: Int, seed: UInt64) throws -> (compared: Int, difference: (text: [UInt8], problem: String)?) {
    var texts = try RandomTexts(seed: seed)
    var fast = Tightlip.Scanner(VerdictCheck.gated)
    var slow = Tightlip.Scanner(VerdictCheck.plain)
    var message = Message()
    message.sentAt = Instant(seconds: 1_800_000_000)
    for number in 0..<count {
      texts.next(into: &message.text)
      message.direction = number % 5 == 0 ? .inbound : .outbound
      message.channelIsEncrypted = number % 3 == 0
      message.deviceIsEncrypted = number % 3 == 0
      if let problem = VerdictCheck.difference(message, &fast, &slow) { return (number + 1, (message.text, problem)) }
    }
    return (count, nil)
  }
}
