// SPDX-License-Identifier: Apache-2.0

import CICUEdits
import CTightlipICU
import Testing
import TightlipNormalization

/// Our map against `icu::Edits`: the table that replaces ICU at run time must tell the same.
struct EditsTests {
  @Test func `every code point alone folds as what ICU's NFKC_Casefold makes of it`() throws {
    var kinds: [FoldException: Int] = [:]
    let all = try FoldAlone.all.get()
    for fold in all where fold.bytes != fold.afterICU {
      guard let kind = try FoldException(fold) else {
        Issue.record("U+\(String(fold.scalar.value, radix: 16)) folds to \(fold.bytes)")
        continue
      }
      kinds[kind, default: 0] += 1
    }
    // ICU 72 has 149 250 code points; the exceptions are 65, 104, 16, 168 and 6 of them.
    #expect(all.count > 149_000)
    #expect(kinds[.iotaSubscript, default: 0] <= 70)
    #expect(kinds[.unenclosed, default: 0] <= 110)
    #expect(kinds[.quote, default: 0] <= 20)
    #expect(kinds[.casedLookalike, default: 0] <= 190)
    #expect(kinds[.listed, default: 0] <= FoldException.list.count)
  }

  @Test func `every code point that ICU changes maps to all of itself`() throws {
    for fold in try FoldAlone.all.get() where fold.isChangedByICU {
      let source = [UInt8](UTF8.encode(fold.scalar)!)
      let text = try normalized(source)
      let isWhole =
        text.isIdentity
        || text.starts.allSatisfy { $0 == 0 } && text.ends.allSatisfy { $0 == UInt32(source.count) }
      let range = text.originalRange(text.folded.indices)
      let isSound =
        text.folded[...] == fold.bytes && isWhole
        && range == (text.folded.isEmpty ? 0..<0 : source.indices)
      if !isSound { Issue.record("U+\(String(fold.scalar.value, radix: 16))") }
    }
  }

  @Test func `the map agrees with ICU's edits on random texts`() throws {
    var comparison = EditsComparison()
    var generator = SeededGenerator(seed: 7)
    for round in 0..<1_200 {
      let length = Int.random(in: 1..<32, using: &generator)
      let text =
        round % 2 == 0
        ? RandomText.make(length: length, using: &generator)
        : try FamilyText.make(length: length, using: &generator)
      try comparison.compare([UInt8](text.utf8))
    }
    #expect(comparison.changes > 4_000)
    #expect(Double(comparison.exceptions) < 0.1 * Double(comparison.changes))
  }

  @Test func `the map agrees with ICU's edits on the corpus`() throws {
    var comparison = EditsComparison()
    var count = 0
    for text in try Corpus.texts() where text.contains(where: { $0 >= 0x80 }) {
      try comparison.compare(text)
      count += 1
    }
    #expect(count > 300)
    #expect(comparison.changes > 600)
    #expect(comparison.exceptions <= 10)
  }
}

/// Why a code point folds to something else before NFKC_Casefold than after it: `FoldRules` looks
/// at the original first, and removes the iota subscript as a mark.
enum FoldException: Hashable {
  /// NFKC_Casefold makes U+0345 a letter of its own, iota.
  case iotaSubscript
  /// Of ⑴ and ⒈ the parentheses and the full stop are dropped.
  case unenclosed
  /// Primes and spacing accents, which NFKC_Casefold makes two primes or a space and a mark.
  case quote
  /// Resembles ASCII as it is, and not, or other ASCII, once its case is folded: Н, Β, 𝚬.
  case casedLookalike
  /// One of ``list``.
  case listed

  /// L with middle dot (the dot is dropped), a with half ring (likewise), ogonek, radical slash,
  /// halfwidth vertical line.
  static let list: Set<Unicode.Scalar> = [
    "\u{13F}", "\u{140}", "\u{1E9A}", "\u{2DB}", "\u{2F03}", "\u{FFE8}",
  ]

  init?(_ fold: FoldAlone) throws {
    let parts = try decomposedByICU(String(fold.scalar)).unicodeScalars
    if parts.contains("\u{345}") || fold.scalar == "\u{37A}" {
      let rest = String(String.UnicodeScalarView(parts.filter { $0 != "\u{345}" }))
      guard try fold.scalar == "\u{37A}" || normalized(rest).folded[...] == fold.bytes else {
        return nil
      }
      self = .iotaSubscript
      return
    }
    guard let ascii = String(validating: fold.bytes, as: UTF8.self), !ascii.isEmpty,
      ascii.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    let unenclosed = String(decoding: fold.afterICU, as: UTF8.self).filter {
      !"().,〔〕".contains($0)
    }
    if FoldException.list.contains(fold.scalar) {
      self = .listed
    } else if unenclosed == ascii {
      self = .unenclosed
    } else if ascii == "'" || ascii == "\"" {
      self = .quote
    } else if tightlip_icu_has_property(
      fold.scalar.value, TIGHTLIP_ICU_CHANGES_WHEN_NFKC_CASEFOLDED),
      ascii.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 &- 0x61 < 26 })
    {
      self = .casedLookalike
    } else {
      return nil
    }
  }
}

/// Holds the map of texts to ICU's edits of them, and counts.
struct EditsComparison {
  /// Spans that ICU changes.
  private(set) var changes = 0
  /// Spans whose bytes differ because of a code point of ``FoldAlone/exceptions``.
  private(set) var exceptions = 0

  /// Stands between results of ICU: an ideograph that no text here holds and no fold yields.
  private static let separator = [UInt8]("\u{2A6D6}".utf8)

  mutating func compare(_ source: [UInt8]) throws {
    let edits = try ICUEdits(source)
    let map = try CodePointMap(source)
    let comment: Comment = "\(String(decoding: source, as: UTF8.self).debugDescription)"
    #expect(map.isMonotoneAndCovers, comment)
    #expect(edits.coversAll(of: source), comment)

    let expected = try folds(of: edits)
    try #require(expected.count == edits.spans.count, comment)
    var index = 0
    for (span, expected) in zip(edits.spans, expected) {
      let original = Int(span.source_start)..<Int(span.source_end)
      #expect(map.isBoundary(original.lowerBound) && map.isBoundary(original.upperBound), comment)
      let first = index
      while index < map.text.folded.count, map.starts[index] < original.upperBound {
        // A code point never reaches into the next span, except with what was removed there.
        #expect(map.isRemoved(from: original.upperBound, to: map.ends[index]), comment)
        index += 1
      }
      if span.is_changed { changes += 1 }
      let folded = map.text.folded[first..<index]
      if !folded.isEmpty {
        // What a finding's range is made of holds all of it.
        let range = map.text.originalRange(first..<index)
        let holdsAll =
          range.contains(map.starts[first]) && range.upperBound >= map.ends[index - 1]
        #expect(holdsAll, comment)
      }
      if folded == expected { continue }
      let scalars = String(decoding: source[original], as: UTF8.self).unicodeScalars
      let known = try FoldAlone.exceptions.get()
      #expect(span.is_changed && scalars.contains(where: known.contains), comment)
      #expect(try scalars.flatMap { try normalized(String($0)).folded } == [UInt8](folded), comment)
      exceptions += 1
    }
    #expect(index == map.text.folded.count, comment)
  }

  /// Our fold of ICU's result for each span, without help of our map.
  private func folds(of edits: ICUEdits) throws -> [ArraySlice<UInt8>] {
    let separator = EditsComparison.separator
    let folded = try normalized(
      edits.spans.flatMap { edits.result(of: $0) + separator }
    ).folded
    var folds: [ArraySlice<UInt8>] = []
    var start = 0
    for index in folded.indices
    where folded[index] == separator[0] && folded[index...].starts(with: separator) {
      folds.append(folded[start..<index])
      start = index + separator.count
    }
    return folds
  }
}

extension ICUEdits {
  /// Whether the spans follow one another from start to end.
  fileprivate func coversAll(of source: [UInt8]) -> Bool {
    var end: (source: Int32, destination: Int32) = (0, 0)
    for span in spans {
      guard span.source_start == end.source, span.destination_start == end.destination else {
        return false
      }
      end = (span.source_end, span.destination_end)
    }
    return end == (Int32(source.count), Int32(destination.count))
  }
}

/// Our map of a text, with the first code point where it is, without what was removed before it.
private struct CodePointMap {
  let text: NormalizedText
  let starts: [Int]
  let ends: [Int]
  let isMonotoneAndCovers: Bool
  private let source: [UInt8]
  /// For each byte of the source, whether it belongs to a code point that leaves nothing.
  private let removed: [Bool]

  init(_ source: [UInt8]) throws {
    self.source = source
    text = try normalized(source)
    let vanishing = try FoldAlone.removed.get()
    removed = String(decoding: source, as: UTF8.self).unicodeScalars.flatMap {
      [Bool](repeating: vanishing.contains($0), count: UTF8.width($0))
    }
    let leading = removed.firstIndex(of: false) ?? source.count
    starts = text.isIdentity ? Array(source.indices) : text.starts.map { max(Int($0), leading) }
    ends = text.isIdentity ? source.indices.map { $0 + 1 } : text.ends.map { Int($0) }

    // Whole code points that follow one another; the first one also has what was removed before it.
    var isSound = text.folded.count == starts.count && text.folded.count == ends.count
    if !text.isIdentity, let first = text.starts.first { isSound = isSound && first == 0 }
    var previous = (start: -1, end: leading)
    for next in zip(starts, ends) where next != previous {
      isSound = isSound && next.0 == previous.end && next.0 < next.1
      isSound = isSound && CodePointMap.isBoundary(next.1, source)
      previous = next
    }
    isMonotoneAndCovers = isSound && previous.end == source.count
  }

  func isBoundary(_ offset: Int) -> Bool { CodePointMap.isBoundary(offset, source) }

  /// Whether all from `start` on vanishes; true if `end` is not beyond `start`.
  func isRemoved(from start: Int, to end: Int) -> Bool {
    end <= start || removed[start..<end].allSatisfy(\.self)
  }

  private static func isBoundary(_ offset: Int, _ bytes: [UInt8]) -> Bool {
    offset == bytes.count || bytes[offset] & 0xC0 != 0x80
  }
}
