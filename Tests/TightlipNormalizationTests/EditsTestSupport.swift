// SPDX-License-Identifier: Apache-2.0

import CICUEdits
import CTightlipICU
import Testing
import TightlipNormalization

/// NFKC_Casefold of a text, with ICU's own record of where each byte went.
struct ICUEdits {
  private(set) var destination: [UInt8] = []
  private(set) var spans: [CICUEdit] = []

  init(_ source: [UInt8]) throws {
    destination = [UInt8](repeating: 0, count: source.count * 12 + 16)
    spans = [CICUEdit](repeating: CICUEdit(), count: source.count + 1)
    var length: Int32 = 0
    var count: Int32 = 0
    let isDone = unsafe cicu_nfkc_casefold(
      source, Int32(source.count), &destination, Int32(destination.count), &length, &spans,
      Int32(spans.count), &count)
    try #require(isDone, "ICU failed")
    destination.removeLast(destination.count - Int(length))
    spans.removeLast(spans.count - Int(count))
  }

  func result(of span: CICUEdit) -> [UInt8] {
    [UInt8](destination[Int(span.destination_start)..<Int(span.destination_end)])
  }
}

/// A code point alone on its line: our fold of it, and our fold of what ICU makes of it.
struct FoldAlone {
  let scalar: Unicode.Scalar
  let isChangedByICU: Bool
  let bytes: ArraySlice<UInt8>
  let afterICU: ArraySlice<UInt8>

  /// Every assigned code point but the line feed, outside surrogates and private use.
  ///
  /// They are the lines of one text, as one call costs a tenth of many in a debug build; a line
  /// feed neither changes nor joins its neighbors.
  static let all = Result { try lines() }

  /// The code points that fold to something else before NFKC_Casefold than after it.
  static let exceptions = Result {
    try Set(all.get().lazy.filter { $0.bytes != $0.afterICU }.map(\.scalar))
  }

  /// The code points that leave nothing.
  static let removed = Result {
    try Set(all.get().lazy.filter(\.bytes.isEmpty).map(\.scalar))
  }

  private static func lines() throws -> [FoldAlone] {
    let scalars = [0..<0x0A, 0x0B..<0xD800, 0xE000..<0x11_0000].joined().compactMap {
      (value: UInt32) -> Unicode.Scalar? in
      let category = tightlip_icu_general_category(value)
      let isAssigned =
        category != TIGHTLIP_ICU_UNASSIGNED && category != TIGHTLIP_ICU_PRIVATE_USE_CHAR
      return isAssigned ? Unicode.Scalar(value) : nil
    }
    var source: [UInt8] = [0x0A]
    for scalar in scalars {
      source += UTF8.encode(scalar)!
      source.append(0x0A)
    }
    let destination = try ICUEdits(source).destination
    var before = try FoldedLines(source)
    var after = try FoldedLines(destination)
    return try scalars.map { scalar in
      let (original, bytes, removedEnd) = try before.next()
      let (result, afterICU, _) = try after.next()
      // What is removed belongs to the line feed before it, and nothing else does.
      if removedEnd != (bytes.isEmpty ? original.endIndex : original.startIndex) {
        Issue.record("U+\(String(scalar.value, radix: 16)) leaves a gap in the map")
      }
      return FoldAlone(
        scalar: scalar, isChangedByICU: original != result, bytes: bytes, afterICU: afterICU)
    }
  }

  /// Walks over the lines of a text and the folded bytes that our map says came from each.
  private struct FoldedLines {
    private let text: [UInt8]
    private let normalized: NormalizedText
    private var position = 1
    private var index = 1

    init(_ text: [UInt8]) throws {
      self.text = text
      normalized = try TightlipNormalizationTests.normalized(text)
    }

    /// The next line, its fold, and where what was removed at its start ends.
    mutating func next() throws -> (
      line: ArraySlice<UInt8>, folded: ArraySlice<UInt8>, removedEnd: Int
    ) {
      let start = position
      let end = try #require(text[start...].firstIndex(of: 0x0A))
      let first = index
      while normalized.starts[index] < end { index += 1 }
      let folded = normalized.folded[first..<index]
      let removedEnd = Int(normalized.ends[first - 1])
      index += 1
      position = end + 1
      return (text[start..<end], folded, removedEnd)
    }
  }
}

/// Texts of two families of code points each, with ASCII and marks between.
enum FamilyText {
  private static let families: [[ClosedRange<UInt32>]] = [
    [0xA1...0x17F, 0x1E00...0x1EFF],  // Latin with accents
    [0x180...0x24F],
    [0xFF01...0xFFDC],  // full and half width
    [0xFB00...0xFB4F],  // ligatures
    [0xAC00...0xD7A3],  // Hangul
    [0x1100...0x11FF, 0x3131...0x318E],
    [0x370...0x3FF, 0x1F00...0x1FFE],  // Greek
    [0x400...0x52F],  // Cyrillic
    [0x660...0x669, 0x966...0x96F, 0xE50...0xE59, 0x1D7CE...0x1D7FF],  // digits
    [0xAD...0xAD, 0x34F...0x34F, 0x200B...0x200F, 0x2060...0x2064, 0xFE00...0xFE0F],  // ignorables
    [0x115F...0x1160, 0x3164...0x3164, 0xE0020...0xE007F],
    [0x1F1E6...0x1F1FF, 0x1F300...0x1F6D7, 0x200D...0x200D],  // emoji
    [0xFDF0...0xFDFC, 0x3300...0x33FF, 0x3200...0x321E],  // long expansions
    [0x2460...0x24FF, 0x1F100...0x1F1AD],  // enclosed
    [0x1D400...0x1D7CB],  // mathematical
    [0x621...0x64A, 0x64B...0x65F, 0xFE70...0xFEFC],  // Arabic
    [0x915...0x94D, 0x9DC...0x9DF],  // Devanagari, Bengali
    [0x3041...0x30FE, 0x3099...0x309A],  // kana
  ]

  static func make(length: Int, using generator: inout SeededGenerator) throws -> String {
    let chosen = [
      families.randomElement(using: &generator)!, families.randomElement(using: &generator)!,
    ]
    var text = String.UnicodeScalarView()
    while text.count < length {
      let range: ClosedRange<UInt32> =
        switch Int.random(in: 0..<8, using: &generator) {
        case 0, 1: 0x20...0x7E
        case 2: 0x300...0x36F
        default:
          chosen.randomElement(using: &generator)!.randomElement(using: &generator)!
        }
      let value = UInt32.random(in: range, using: &generator)
      let scalar = try #require(Unicode.Scalar(value))
      guard scalar.properties.generalCategory != .unassigned else { continue }
      if Bool.random(using: &generator) {
        text.append(scalar)
      } else {
        // What ICU composes again: letters and accents, Hangul letters, kana and voicing marks.
        text += try decomposedByICU(String(scalar)).unicodeScalars
      }
    }
    return String(text)
  }
}

/// The messages of the corpus.
enum Corpus {
  static func texts() throws -> [[UInt8]] {
    try ["train", "dev", "test", "sample", "generated"].flatMap { name in
      let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
      let bytes = try #require(SharedCases.contents("\(root)/Corpus/\(name).ndjson"))
      return try bytes.split(separator: 0x0A).map(text(ofLine:))
    }
  }

  /// The member "text" of a line, which `Corpus/build.py` writes without spaces.
  private static func text(ofLine line: ArraySlice<UInt8>) throws -> [UInt8] {
    let name = [UInt8](#""text":""#.utf8)
    let start = try #require(
      line.indices.first { line[$0...].starts(with: name) }, "a line without a text")
    var rest = line[(start + name.count)...]
    var text: [UInt8] = []
    while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      let escaped = rest.popFirst()
      switch try #require(escaped) {
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"):
        let value = UInt32(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16)
        let scalar = try #require(value.flatMap(Unicode.Scalar.init), "a surrogate")
        text += UTF8.encode(scalar)!
        rest = rest.dropFirst(4)
      case let other: text.append(other)
      }
    }
    return text
  }
}
