// SPDX-License-Identifier: Apache-2.0

/// Prepares texts for matching: one form for all the ways to write the same characters.
///
/// Immutable, so that all workers can share one; each brings its own ``NormalizedText``.
///
/// For example:
///
///     let normalizer = try Normalizer()
///     var text = NormalizedText()
///     try normalizer.normalize("Пациент №８".utf8Span.span, into: &text)
package struct Normalizer: Sendable {
  let table: FoldTable

  /// Makes the tables from ICU's data.
  ///
  /// - Throws: ``NormalizationError/Code/icuUnavailable`` if ICU or its data is missing.
  /// - Complexity: 10 to 25 ms, of which ICU takes 5; make one for each process.
  package init() throws(NormalizationError) {
    table = try FoldTable()
  }

  /// Folds `text` into `result`, whose former content is lost.
  ///
  /// Small letters, ASCII digits, spaces, hyphens, quotes and letters in the place of everything
  /// that stands for them; invisible characters and marks are gone. Folding a folded text changes
  /// nothing.
  ///
  /// - Parameter text: UTF-8 bytes, validated here.
  /// - Throws: ``NormalizationError/Code/invalidUTF8`` with the offset of the first ill-formed
  ///   sequence; `result` is then empty. ``NormalizationError/Code/textTooLong`` from 4 GiB on.
  /// - Complexity: O(*n*) in the length of the text, whatever it holds.
  package func normalize(
    _ text: Span<UInt8>, into result: inout NormalizedText
  ) throws(NormalizationError) {
    guard text.count < Int(UInt32.max) else {
      result.removeAll()
      throw .textTooLong
    }
    if Normalizer.isASCII(text) {
      Normalizer.foldASCII(text, into: &result)
      return
    }
    do {
      try foldUnicode(text, into: &result)
    } catch {
      result.removeAll()
      throw error
    }
  }

  private static func isASCII(_ text: Span<UInt8>) -> Bool {
    var bits: UInt8 = 0
    for index in text.indices { bits |= text[index] }
    return bits < 0x80
  }

  private static func foldASCII(_ text: Span<UInt8>, into result: inout NormalizedText) {
    result.becomeIdentity(count: text.count)
    // Straight loops without branches, one array each, which the compiler vectorizes; a
    // conditional expression becomes a branch and costs 150 ns a message more (2026-11-22).
    var folded = result.folded.mutableSpan
    for index in text.indices { folded[index] = ASCIIByte(text[index]).folded }
    var upper = result.upper.mutableSpan
    for index in text.indices { upper[index] = ASCIIByte(text[index]).isUpper }
  }
}

/// A byte below 0x80, asked in arithmetic: the answers are in bit 7 until they are shifted down.
struct ASCIIByte {
  private let byte: UInt8

  init(_ byte: UInt8) {
    self.byte = byte
  }

  /// 1 for A to Z, else 0.
  var isUpper: UInt8 { (atLeast(0x41) & ~atLeast(0x5B)) >> 7 }

  var lowerCase: UInt8 { byte | isUpper << 5 }

  /// In lower case; a control becomes a space, but for tab, line feed and carriage return.
  var folded: UInt8 {
    let control = (~atLeast(0x20) | atLeast(0x7F)) & differs(0x09) & differs(0x0A) & differs(0x0D)
    let mask = 0 &- control >> 7
    return lowerCase & ~mask | 0x20 & mask
  }

  private func atLeast(_ limit: UInt8) -> UInt8 { byte &+ (0x80 &- limit) }

  private func differs(_ other: UInt8) -> UInt8 { (byte ^ other) &+ 0x7F }
}
