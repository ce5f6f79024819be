// SPDX-License-Identifier: Apache-2.0

import CTightlipICU

extension FoldTable {
  /// Builds the table from ICU's data.
  ///
  /// - Throws: ``NormalizationError/Code/icuUnavailable`` if ICU or its data is missing.
  /// - Complexity: some milliseconds; every code point that may change is asked about once.
  init() throws(NormalizationError) {
    var builder = FoldTableBuilder()
    try builder.addPlanesWithChanges()
    builder.fillRemainingPlanes()
    self.init(blocks: builder.blocks, entries: builder.entries, pool: builder.pool)
  }
}

/// Collects entries block by block; blocks of one repeated entry are stored once.
private struct FoldTableBuilder {
  var blocks = [UInt32](repeating: 0, count: FoldTable.blockCount)
  var entries: [UInt32] = []
  var pool: [UInt8] = []
  /// Where the block that repeats an entry starts.
  private var uniformBlocks: [UInt32: UInt32] = [:]

  /// Planes 0 to 3 and 14: all that Unicode 15 assigns, outside private use.
  mutating func addPlanesWithChanges() throws(NormalizationError) {
    let ranges: [Range<UInt32>] = [0..<0x4_0000, 0xE_0000..<0xE_1000]
    var mapped: [UInt32] = []
    mapped.reserveCapacity(50_000)
    var simple: [UInt32] = []
    simple.reserveCapacity(0x4_1000)
    for range in ranges {
      for codePoint in range {
        let entry = codePoint < 0x80 ? asciiEntry(codePoint) : simpleEntry(codePoint)
        simple.append(entry ?? 0)
        if entry == nil { mapped.append(codePoint) }
      }
    }
    let rules = try FoldRules(for: mapped)
    for (index, codePoint) in mapped.enumerated() {
      let position = codePoint < 0xE_0000 ? codePoint : codePoint - 0xE_0000 + 0x4_0000
      simple[Int(position)] = entry(rules.fold(at: index), codePoint)
    }
    var position = 0
    for range in ranges {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: FoldTable.blockSize) {
        addBlock(simple[position..<position + FoldTable.blockSize], at: start)
        position += FoldTable.blockSize
      }
    }
  }

  /// Planes without assigned characters: private use, unassigned, noncharacters.
  mutating func fillRemainingPlanes() {
    let unreadable = FoldEntry(
      graphemeClass: GraphemeClass.other, action: FoldEntry.Action.byte,
      evasion: FoldEntry.Evasion.unreadable, payload: 0x20)
    let uniform = [UInt32](repeating: unreadable.bits, count: FoldTable.blockSize)
    var last = uniform
    for index in FoldTable.blockSize - 2..<FoldTable.blockSize {
      last[index] = noncharacterEntry.bits
    }
    let remaining = [0x4_0000..<0xE_0000, 0xE_1000..<0x11_0000] as [Range<UInt32>]
    for range in remaining {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: FoldTable.blockSize) {
        let endsPlane = start & 0xFFFF == 0x1_0000 - UInt32(FoldTable.blockSize)
        addBlock(endsPlane ? last[...] : uniform[...], at: start)
      }
    }
  }

  private mutating func addBlock(_ block: ArraySlice<UInt32>, at codePoint: UInt32) {
    let index = Int(codePoint) >> FoldTable.blockShift
    guard let first = block.first, block.allSatisfy({ $0 == first }) else {
      blocks[index] = UInt32(entries.count)
      entries += block
      return
    }
    if let start = uniformBlocks[first] {
      blocks[index] = start
      return
    }
    blocks[index] = UInt32(entries.count)
    uniformBlocks[first] = UInt32(entries.count)
    entries += block
  }

  private func asciiEntry(_ codePoint: UInt32) -> UInt32 {
    FoldEntry(
      graphemeClass: UnicodeData.graphemeClass(codePoint), action: FoldEntry.Action.byte,
      isUpper: codePoint &- 0x41 < 26, payload: Int(ASCIIByte(UInt8(codePoint)).folded)
    ).bits
  }

  /// The entry of a code point that needs no mapping, or `nil`.
  private func simpleEntry(_ codePoint: UInt32) -> UInt32? {
    switch UnicodeData.generalCategory(codePoint) {
    case TIGHTLIP_ICU_UNASSIGNED:
      return unassignedEntry(codePoint).bits
    case TIGHTLIP_ICU_PRIVATE_USE_CHAR:
      return FoldEntry(
        graphemeClass: GraphemeClass.other, action: FoldEntry.Action.byte,
        evasion: FoldEntry.Evasion.unreadable, payload: 0x20
      ).bits
    case TIGHTLIP_ICU_SURROGATE:
      return noncharacterEntry.bits
    case TIGHTLIP_ICU_OTHER_LETTER where codePoint >= 0x3400:
      if UnicodeData.has(TIGHTLIP_ICU_UNIFIED_IDEOGRAPH, codePoint) {
        return FoldEntry(graphemeClass: GraphemeClass.other, action: FoldEntry.Action.keep).bits
      }
      guard HangulLetters(of: codePoint) != nil else { return nil }
      return FoldEntry(
        graphemeClass: UnicodeData.graphemeClass(codePoint), action: FoldEntry.Action.hangul
      ).bits
    default:
      return nil
    }
  }

  private var noncharacterEntry: FoldEntry {
    FoldEntry(
      graphemeClass: GraphemeClass.other, action: FoldEntry.Action.remove,
      evasion: FoldEntry.Evasion.invisible)
  }

  /// Reserved invisibles and noncharacters vanish, reserved emoji stay, the rest becomes a space.
  private func unassignedEntry(_ codePoint: UInt32) -> FoldEntry {
    let graphemeClass = UnicodeData.graphemeClass(codePoint)
    if UnicodeData.has(TIGHTLIP_ICU_DEFAULT_IGNORABLE_CODE_POINT, codePoint)
      || UnicodeData.has(TIGHTLIP_ICU_NONCHARACTER_CODE_POINT, codePoint)
    {
      return FoldEntry(
        graphemeClass: graphemeClass, action: FoldEntry.Action.remove,
        evasion: FoldEntry.Evasion.invisible)
    }
    if graphemeClass == GraphemeClass.pictographic {
      return FoldEntry(graphemeClass: graphemeClass, action: FoldEntry.Action.keep)
    }
    return FoldEntry(
      graphemeClass: graphemeClass, action: FoldEntry.Action.byte,
      evasion: FoldEntry.Evasion.unreadable, payload: 0x20)
  }

  private mutating func entry(_ fold: Fold, _ codePoint: UInt32) -> UInt32 {
    let graphemeClass = UnicodeData.graphemeClass(codePoint)
    let category = UnicodeData.generalCategory(codePoint)
    let isUpper =
      category == TIGHTLIP_ICU_TITLECASE_LETTER
      || category != TIGHTLIP_ICU_OTHER_LETTER && UnicodeData.has(TIGHTLIP_ICU_UPPERCASE, codePoint)
    switch fold.result {
    case .keep:
      return FoldEntry(
        graphemeClass: graphemeClass, action: FoldEntry.Action.keep, isUpper: isUpper,
        evasion: fold.evasion
      ).bits
    case .remove:
      return FoldEntry(
        graphemeClass: graphemeClass, action: FoldEntry.Action.remove, evasion: fold.evasion
      ).bits
    case .replace(let bytes) where bytes.count == 1:
      return FoldEntry(
        graphemeClass: graphemeClass, action: FoldEntry.Action.byte, isUpper: isUpper,
        evasion: fold.evasion, payload: Int(bytes[0])
      ).bits
    case .replace(let bytes):
      precondition(bytes.count <= FoldTable.maximumReplacement, "a fold longer than its room")
      let offset = pool.count
      pool.append(UInt8(bytes.count))
      pool += bytes
      return FoldEntry(
        graphemeClass: graphemeClass, action: FoldEntry.Action.pool, isUpper: isUpper,
        evasion: fold.evasion, payload: offset
      ).bits
    }
  }
}
