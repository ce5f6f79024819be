// SPDX-License-Identifier: Apache-2.0

import CTightlipICU

/// What becomes of one code point.
struct Fold: Equatable {
  enum Result: Equatable {
    case keep
    case remove
    /// UTF-8, never empty.
    case replace([UInt8])
  }

  var result: Result
  var evasion = FoldEntry.Evasion.none
}

/// Decides the fold of code points above U+007F from ICU's properties and mappings.
///
/// The result for a text is that of these steps, and one code point at a time gives the same:
/// NFKC_Casefold, canonical decomposition, removal of marks and invisibles, look-alikes to ASCII.
/// That holds because NFKC_Casefold maps code points one by one and then only composes and
/// reorders marks, and the decomposition and removal undo both. So no message needs ICU, piles of
/// marks cost nothing, and the map back is exact for every code point, where ICU's `Edits` give
/// spans. A capital that resembles ASCII when its small letter does not (Cyrillic Н) folds too,
/// whatever marks follow it.
///
/// One mark is removed that NFKC_Casefold makes a letter: U+0345, the Greek iota subscript.
struct FoldRules {
  private let codePoints: [UInt32]
  private let casefolded: CodePointMapping
  private let decomposed: CodePointMapping
  private let skeletons: CodePointMapping
  private let lookalikes: LookalikeTargets

  /// Prepares the rules for `codePoints`, in ascending order, all assigned and above U+007F.
  init(for codePoints: [UInt32]) throws(NormalizationError) {
    self.codePoints = codePoints
    casefolded = try .casefolding(codePoints)
    decomposed = try .decomposition(codePoints)
    skeletons = try .skeleton(codePoints)
    lookalikes = try LookalikeTargets()
  }

  /// The fold of the code point at `index` of the list.
  func fold(at index: Int) -> Fold {
    let codePoint = codePoints[index]
    let category = UnicodeData.generalCategory(codePoint)
    if let fold = separatorOrControl(codePoint, category) ?? removal(codePoint, category)
      ?? digit(codePoint, category) ?? canonicalParts(at: index) ?? punctuation(at: index, category)
    {
      return fold
    }
    guard casefolded.changes(codePoint, at: index) || skeletons.changes(codePoint, at: index) else {
      return namedLetter(codePoint, category) ?? Fold(result: .keep)
    }
    let parts = parts(at: index)
    return compatibility(at: index, parts)
      ?? lookalike(at: index, category)
      ?? namedLetter(codePoint, category)
      ?? caseAndParts(codePoint, parts)
      ?? Fold(result: .keep)
  }

  // MARK: The steps, in order of precedence

  private func separatorOrControl(_ codePoint: UInt32, _ category: tightlip_icu_category) -> Fold? {
    switch category {
    case TIGHTLIP_ICU_LINE_SEPARATOR, TIGHTLIP_ICU_PARAGRAPH_SEPARATOR: return .ascii("\n")
    case TIGHTLIP_ICU_SPACE_SEPARATOR: return .ascii(" ")
    case TIGHTLIP_ICU_CONTROL_CHAR:
      return codePoint == 0x85 ? .ascii("\n") : .ascii(" ", FoldEntry.Evasion.unreadable)
    default:
      // Braille blank, object replacement, replacement character, null notehead: shown blank or as a box.
      let isBlank =
        codePoint == 0x2800 || codePoint == 0xFFFC || codePoint == 0xFFFD || codePoint == 0x1D159
      return isBlank ? .ascii(" ", FoldEntry.Evasion.unreadable) : nil
    }
  }

  private func removal(_ codePoint: UInt32, _ category: tightlip_icu_category) -> Fold? {
    let isInvisible =
      UnicodeData.has(TIGHTLIP_ICU_DEFAULT_IGNORABLE_CODE_POINT, codePoint)
      || category == TIGHTLIP_ICU_FORMAT_CHAR
        && !UnicodeData.has(TIGHTLIP_ICU_PREPENDED_CONCATENATION_MARK, codePoint)
    if isInvisible { return Fold(result: .remove, evasion: FoldEntry.Evasion.invisible) }
    if FoldRules.isMark(codePoint, category) {
      return Fold(result: .remove, evasion: FoldEntry.Evasion.mark)
    }
    return nil
  }

  private func digit(_ codePoint: UInt32, _ category: tightlip_icu_category) -> Fold? {
    if let value = UnicodeData.decimalDigit(codePoint) {
      return Fold(result: .replace([0x30 + value]), evasion: FoldEntry.Evasion.digit)
    }
    guard category == TIGHTLIP_ICU_OTHER_NUMBER,
      UnicodeData.isDigitForm(codePoint) || FoldRules.isEnclosed(codePoint),
      let value = UnicodeData.smallNumber(codePoint)
    else { return nil }
    return Fold(
      result: .replace([UInt8](String(value).utf8)), evasion: FoldEntry.Evasion.compatibility)
  }

  private func punctuation(at index: Int, _ category: tightlip_icu_category) -> Fold? {
    let codePoint = codePoints[index]
    guard category == TIGHTLIP_ICU_MODIFIER_LETTER || !FoldRules.isLetter(category) else { return nil }
    if UnicodeData.has(TIGHTLIP_ICU_DASH, codePoint) { return .ascii("-") }
    if let quote = lookalikes.quote(for: skeletons[index]) {
      return Fold(result: .replace([quote]))
    }
    if UnicodeData.has(TIGHTLIP_ICU_QUOTATION_MARK, codePoint) {
      let words = UnicodeData.name(codePoint).split(separator: UInt8(ascii: " "))
      if words.contains(where: { $0.elementsEqual("SINGLE".utf8) }) { return .ascii("'") }
      if words.contains(where: { $0.elementsEqual("DOUBLE".utf8) }) { return .ascii("\"") }
    }
    return nil
  }

  /// NFKC_Casefold without marks, where that is ASCII.
  private func compatibility(at index: Int, _ parts: [UInt32]) -> Fold? {
    guard !parts.isEmpty, parts.allSatisfy({ $0 < 0x80 }) else { return nil }
    let codePoint = codePoints[index]
    var ascii = parts.map(FoldRules.lowerCase)
    if !ascii.contains(where: FoldRules.isAlphanumeric),
      lookalikes.target(for: skeletons[index], isLetter: true) != nil
    {
      // Spacing accents, which NFKC makes a space, can resemble a letter (U+02DB, i).
      return nil
    }
    if FoldRules.isEnclosed(codePoint) {
      let unenclosed = ascii.filter(FoldRules.isAlphanumeric)
      if !unenclosed.isEmpty { ascii = unenclosed }
    }
    let isForm =
      UnicodeData.has(TIGHTLIP_ICU_NFKD_INERT, codePoint) == false
      && UnicodeData.has(TIGHTLIP_ICU_NFD_INERT, codePoint)
      && ascii.contains(where: FoldRules.isAlphanumeric)
    return Fold(
      result: .replace(ascii),
      evasion: isForm ? FoldEntry.Evasion.compatibility : FoldEntry.Evasion.none)
  }

  /// Latin letters with strokes and hooks, small capitals, and letters in circles and squares,
  /// which have no mapping: their names tell the letter.
  private func namedLetter(_ codePoint: UInt32, _ category: tightlip_icu_category) -> Fold? {
    let isLatin =
      FoldRules.isLetter(category)
      && UnicodeData.script(codePoint) == Int32(TIGHTLIP_ICU_SCRIPT_LATIN)
    guard isLatin || FoldRules.isEnclosed(codePoint),
      let named = FoldRules.letter(inName: UnicodeData.name(codePoint))
    else { return nil }
    let isPlain = isLatin && named.hasAddition
    return Fold(
      result: .replace([named.letter]),
      evasion: isPlain ? FoldEntry.Evasion.none : FoldEntry.Evasion.lookalike)
  }

  private func lookalike(at index: Int, _ category: tightlip_icu_category) -> Fold? {
    let skeleton = skeletons[index]
    guard skeletons.changes(codePoints[index], at: index) else { return nil }
    let isLetter = FoldRules.isLetter(category)
    if let target = lookalikes.target(for: skeleton, isLetter: isLetter) {
      let resolved = target == UInt8(ascii: "l") ? capitalI(at: index) ?? target : target
      return Fold(result: .replace([resolved]), evasion: FoldEntry.Evasion.lookalike)
    }
    guard isLetter else { return nil }
    let base = skeleton.filter { !FoldRules.isMark($0) }
    guard !base.isEmpty, base.allSatisfy({ $0 < 0x80 }) else { return nil }
    if let target = lookalikes.target(for: base[...], isLetter: true) {
      // "l with stroke" is what UTS #39 says of Ɨ; its name says I, as its small letter does.
      if let named = namedLetter(codePoints[index], category) { return named }
      return Fold(result: .replace([target]))
    }
    let letters = base.map(FoldRules.lowerCase)
    return letters.allSatisfy(FoldRules.isAlphanumeric) ? Fold(result: .replace(letters)) : nil
  }

  /// `i` for a capital that resembles l, I, 1 and | when its small letter resembles i.
  private func capitalI(at index: Int) -> UInt8? {
    let small = casefolded[index]
    guard small.count == 1, let codePoint = small.first, codePoint != codePoints[index],
      let smallIndex = self.index(of: codePoint)
    else { return nil }
    return lookalikes.target(for: skeletons[smallIndex], isLetter: true)
      .flatMap { $0 == UInt8(ascii: "i") ? $0 : nil }
  }

  /// The folds of the canonical decomposition without its marks, if there is one.
  private func canonicalParts(at index: Int) -> Fold? {
    guard decomposed.changes(codePoints[index], at: index) else { return nil }
    return fold(decomposed[index].filter { !FoldRules.isMark($0) })
  }

  /// The folds of what NFKC_Casefold makes of the code point, if it changes it.
  private func caseAndParts(_ codePoint: UInt32, _ parts: [UInt32]) -> Fold? {
    guard parts.count != 1 || parts[0] != codePoint else { return nil }
    return fold(parts)
  }

  /// One after the other, the folds of code points.
  private func fold(_ parts: [UInt32]) -> Fold {
    var bytes: [UInt8] = []
    var evasion = FoldEntry.Evasion.none
    for part in parts {
      guard part >= 0x80 else {
        bytes.append(FoldRules.lowerCase(part))
        continue
      }
      let fold = index(of: part).map(fold(at:)) ?? Fold(result: .keep)
      evasion = max(evasion, fold.evasion)
      switch fold.result {
      case .keep: FoldRules.appendUTF8(part, to: &bytes)
      case .remove: break
      case .replace(let replacement): bytes += replacement
      }
    }
    return bytes.isEmpty
      ? Fold(result: .remove, evasion: FoldEntry.Evasion.mark)
      : Fold(result: .replace(bytes), evasion: evasion)
  }

  // MARK: Facts

  /// NFKC_Casefold of the code point, decomposed, without marks.
  private func parts(at index: Int) -> [UInt32] {
    var parts: [UInt32] = []
    parts.reserveCapacity(4)
    for folded in casefolded[index] {
      if let letters = HangulLetters(of: folded) {
        parts += letters.codePoints
      } else if folded >= 0x80, let index = self.index(of: folded) {
        parts += decomposed[index].lazy.filter { !FoldRules.isMark($0) }
      } else {
        parts.append(folded)
      }
    }
    return parts
  }

  /// Where a code point is in the list.
  private func index(of codePoint: UInt32) -> Int? {
    var low = 0
    var high = codePoints.count
    while low < high {
      let middle = (low + high) / 2
      if codePoints[middle] < codePoint { low = middle + 1 } else { high = middle }
    }
    return low < codePoints.count && codePoints[low] == codePoint ? low : nil
  }

  /// Marks that are removed: all that do not space, and the few spacing ones that reorder.
  static func isMark(_ codePoint: UInt32, _ category: tightlip_icu_category) -> Bool {
    category == TIGHTLIP_ICU_NON_SPACING_MARK || category == TIGHTLIP_ICU_ENCLOSING_MARK
      || category == TIGHTLIP_ICU_COMBINING_SPACING_MARK && UnicodeData.combiningClass(codePoint) != 0
  }

  static func isMark(_ codePoint: UInt32) -> Bool {
    codePoint >= 0x300 && isMark(codePoint, UnicodeData.generalCategory(codePoint))
  }

  private static func isLetter(_ category: tightlip_icu_category) -> Bool {
    (TIGHTLIP_ICU_UPPERCASE_LETTER.rawValue...TIGHTLIP_ICU_OTHER_LETTER.rawValue).contains(category.rawValue)
  }

  private static func isEnclosed(_ codePoint: UInt32) -> Bool {
    let block = UnicodeData.block(codePoint)
    return block == Int32(TIGHTLIP_ICU_BLOCK_ENCLOSED_ALPHANUMERICS)
      || block == Int32(TIGHTLIP_ICU_BLOCK_ENCLOSED_ALPHANUMERIC_SUPPLEMENT)
      || block == Int32(TIGHTLIP_ICU_BLOCK_DINGBATS)
  }

  static func lowerCase(_ ascii: UInt32) -> UInt8 {
    let byte = UInt8(truncatingIfNeeded: ascii)
    return byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
  }

  /// The letter X of a name such as "LATIN SMALL LETTER X WITH STROKE", "LATIN LETTER SMALL
  /// CAPITAL X" or "NEGATIVE SQUARED LATIN CAPITAL LETTER X", in lower case.
  static func letter(inName name: [UInt8]) -> (letter: UInt8, hasAddition: Bool)? {
    let words = name.split(separator: UInt8(ascii: " "))
    guard let position = words.lastIndex(where: { $0.elementsEqual("LETTER".utf8) }) else {
      return nil
    }
    var rest = words[(position + 1)...]
    let isSmallCapital =
      rest.count > 1 && rest.first?.elementsEqual("SMALL".utf8) == true
      && rest.dropFirst().first?.elementsEqual("CAPITAL".utf8) == true
    if isSmallCapital { rest = rest.dropFirst(2) }
    guard let word = rest.popFirst(), word.count == 1, let letter = word.first,
      letter &- 0x41 < 26,
      rest.isEmpty || rest.first?.elementsEqual("WITH".utf8) == true
    else { return nil }
    return (letter | 0x20, !rest.isEmpty)
  }

  static func appendUTF8(_ codePoint: UInt32, to bytes: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(codePoint) else { return }
    bytes += UTF8.encode(scalar)!
  }
}

extension Fold {
  fileprivate static func ascii(
    _ character: Unicode.Scalar, _ evasion: UInt32 = FoldEntry.Evasion.none
  ) -> Fold {
    Fold(result: .replace([UInt8(ascii: character)]), evasion: evasion)
  }
}
