// SPDX-License-Identifier: Apache-2.0

import CTightlipICU
import Testing
import TightlipNormalization

struct FoldPropertyTests {
  /// Scalars whose fold is that of their NFKC_Casefold; the others resemble ASCII themselves.
  private static func plainScalars() throws -> [Unicode.Scalar] {
    try RandomText.scalars.filter {
      try folded(String($0)) == folded(caseFoldedByICU(String($0)))
    }
  }

  @Test func `folding code point by code point equals folding ICU's NFKC_Casefold of the text`()
    throws
  {
    let scalars = try FoldPropertyTests.plainScalars()
    #expect(Double(scalars.count) > 0.95 * Double(RandomText.scalars.count))
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<1_500 {
      let text = RandomText.make(length: 24, from: scalars, using: &generator)
      let reference = try caseFoldedByICU(text)
      #expect(
        try folded(text) == folded(reference),
        "\(text.unicodeScalars.map { String($0.value, radix: 16) })")
    }
  }

  @Test func `folding twice changes nothing`() throws {
    for scalar in RandomText.scalars {
      let once = try normalized(String(scalar))
      let twice = try normalized(once.folded)
      if twice.folded != once.folded { Issue.record("U+\(String(scalar.value, radix: 16))") }
    }
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<1_500 {
      let once = try normalized(RandomText.make(length: 24, using: &generator))
      #expect(try normalized(once.folded).folded == once.folded)
    }
  }

  @Test func `the map is monotone, on code point boundaries and covers the text`() throws {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<1_500 {
      let original = RandomText.make(length: 24, using: &generator)
      let bytes = [UInt8](original.utf8)
      let text = try normalized(bytes)
      guard !text.isIdentity, !text.folded.isEmpty else { continue }
      #expect(text.starts.count == text.folded.count && text.ends.count == text.folded.count)
      #expect(text.upper.count == text.folded.count)
      #expect(text.starts.first == 0 && text.ends.last == UInt32(bytes.count))
      let isSound = text.folded.indices.allSatisfy { index in
        let start = Int(text.starts[index])
        let end = Int(text.ends[index])
        guard start < end, isBoundary(start, bytes), isBoundary(end, bytes) else { return false }
        guard index > 0 else { return true }
        let followsInPlace = text.starts[index] == text.ends[index - 1]
        let sharesCodePoint =
          text.starts[index] == text.starts[index - 1] && text.ends[index] == text.ends[index - 1]
        return followsInPlace || sharesCodePoint
      }
      #expect(isSound, "\(original.debugDescription)")
    }
  }

  @Test func `original ranges are whole grapheme clusters`() throws {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<2_000 {
      let original = RandomText.make(length: 16, using: &generator)
      try expectWholeClusters(original, clusterBoundaries(original), "\(original.debugDescription)")
    }
  }

  @Test func `original ranges keep the clusters of Unicode's test data`() throws {
    guard let rows = try SharedCases.rows("unicode-grapheme_break.ndjson") else { return }
    for row in rows {
      let values = try #require(row.numbers["text_u"])
      let breaks = try #require(row.numbers["breaks"])
      let scalars = values.compactMap { Unicode.Scalar(UInt32($0)) }
      guard scalars.count == values.count else { continue }
      var offsets = [0]
      for scalar in scalars { offsets.append(offsets.last! + scalar.utf8.count) }
      let text = String(String.UnicodeScalarView(scalars))
      try expectWholeClusters(
        text, Set(breaks.map { offsets[$0] }), Comment(rawValue: row.string("id")))
    }
  }

  @Test func `emoji survive and keep the map`() throws {
    guard let rows = try SharedCases.rows("unicode-emoji.ndjson") else { return }
    for row in rows {
      let original = try row.string("text")
      let text = try normalized("call\n\(original)\n555")
      let end = text.folded.count
      #expect(text.folded.suffix(4).elementsEqual("\n555".utf8))
      let emoji = text.originalRange(5..<end - 4)
      #expect(emoji == 5..<5 + original.utf8.count, "\(original)")
      #expect(text.originalRange(5..<6) == emoji || original.count > 1, "\(original)")
      #expect(text.originalRange(end - 3..<end).count == 3)
    }
  }

  @Test func `bytes are refused exactly when they are not UTF-8`() throws {
    let normalizer = try sharedNormalizer.get()
    var generator = SeededGenerator(seed: 5)
    let pieces: [[UInt8]] = [
      [0x41], [0xC3, 0xA9], [0xE2, 0x80, 0x99], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0x80],
      [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF], [0xF4, 0x90, 0x80, 0x80],
      [0xF5], [0xFF], [0x80], [0xC3], [0xE2, 0x80], [0xF0, 0x9F, 0x98], [0xEF, 0xBF, 0xBE],
    ]
    for round in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<12, using: &generator) {
        if round % 2 == 0 {
          bytes.append(UInt8.random(in: 0...255, using: &generator))
        } else {
          bytes += pieces.randomElement(using: &generator)!
        }
      }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      do throws(NormalizationError) {
        var result = NormalizedText()
        try normalizer.normalize(bytes.span, into: &result)
        #expect(isValid, "\(bytes)")
      } catch {
        #expect(!isValid, "\(bytes)")
        #expect(error.code == .invalidUTF8)
        // What comes before the offset is valid, and the sequence at the offset is not.
        #expect(String(validating: bytes[..<error.utf8Offset], as: UTF8.self) != nil)
        for length in 1...4 where error.utf8Offset + length <= bytes.count {
          let sequence = bytes[error.utf8Offset..<error.utf8Offset + length]
          #expect(String(validating: sequence, as: UTF8.self) == nil)
        }
      }
    }
  }

  @Test func `an error empties the result`() throws {
    let normalizer = try sharedNormalizer.get()
    var result = NormalizedText()
    try normalizer.normalize("héllo e\u{301}".utf8Span.span, into: &result)
    #expect(throws: NormalizationError.invalidUTF8(at: 3)) {
      try normalizer.normalize(([0x61, 0xC3, 0xA9, 0xFF] as [UInt8]).span, into: &result)
    }
    #expect(result.folded.isEmpty && result.upper.isEmpty && result.isIdentity)
    #expect(result.starts.isEmpty && result.ends.isEmpty)
  }

  @Test func `a result is the same whatever was in it before`() throws {
    let normalizer = try sharedNormalizer.get()
    var generator = SeededGenerator(seed: 6)
    var reused = NormalizedText()
    for round in 0..<2_000 {
      let length = Int.random(in: 0..<60, using: &generator)
      let text =
        round % 3 == 0
        ? String(repeating: "Ab ", count: length)
        : RandomText.make(length: length, using: &generator)
      try normalizer.normalize(text.utf8Span.span, into: &reused)
      let fresh = try normalized(text)
      #expect(reused.folded == fresh.folded && reused.upper == fresh.upper)
      #expect(reused.starts == fresh.starts && reused.ends == fresh.ends)
      #expect(reused.isIdentity == fresh.isIdentity && reused.evasion == fresh.evasion)
      let all = 0..<fresh.folded.count
      #expect(reused.originalRange(all) == fresh.originalRange(all))
    }
  }

  @Test func `texts that expand most fit`() throws {
    let text = try normalized(String(repeating: "\u{FDFA}", count: 5_000))
    #expect(text.folded.count > 100_000)
    #expect(text.originalRange(0..<text.folded.count) == 0..<15_000)
  }

  @Test func `piled-up marks cost linear time`() throws {
    func seconds(pairs: Int) throws -> Double {
      let normalizer = try sharedNormalizer.get()
      let bytes = [UInt8](("a" + String(repeating: "\u{315}\u{300}", count: pairs)).utf8)
      var result = NormalizedText()
      let clock = ContinuousClock()
      let best = try (0..<5).map { _ in
        try clock.measure { try normalizer.normalize(bytes.span, into: &result) }
      }.min()!
      #expect(result.folded == [0x61])
      #expect(result.originalRange(0..<1) == 0..<bytes.count)
      #expect(result.evasion.combiningMarks == 2 * pairs)
      return Double(best.components.attoseconds) / 1e18 + Double(best.components.seconds)
    }
    // Quadratic cost would be 64 times as much; the bound leaves room for a busy machine.
    #expect(try seconds(pairs: 80_000) < 24 * seconds(pairs: 10_000))
  }

  // MARK: References

  private func isBoundary(_ offset: Int, _ bytes: [UInt8]) -> Bool {
    offset == bytes.count || bytes[offset] & 0xC0 != 0x80
  }

  private func expectWholeClusters(
    _ original: String, _ boundaries: Set<Int>, _ comment: Comment
  ) throws {
    let text = try normalized(original)
    let isWhole = text.folded.indices.allSatisfy { index in
      let range = text.originalRange(index..<index + 1)
      return boundaries.contains(range.lowerBound) && boundaries.contains(range.upperBound)
    }
    #expect(isWhole, comment)
  }
}
