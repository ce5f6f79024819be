// SPDX-License-Identifier: Apache-2.0

import CTightlipICU

/// What the fold tables are made from: ICU's properties and mappings, asked at start only.
enum UnicodeData {
  static func generalCategory(_ codePoint: UInt32) -> tightlip_icu_category {
    tightlip_icu_general_category(codePoint)
  }

  static func combiningClass(_ codePoint: UInt32) -> Int32 {
    tightlip_icu_combining_class(codePoint)
  }

  static func has(_ property: tightlip_icu_property, _ codePoint: UInt32) -> Bool {
    tightlip_icu_has_property(codePoint, property)
  }

  static func script(_ codePoint: UInt32) -> Int32 {
    tightlip_icu_script(codePoint)
  }

  static func block(_ codePoint: UInt32) -> Int32 {
    tightlip_icu_block(codePoint)
  }

  /// The value of a decimal digit (Nd), or `nil`.
  static func decimalDigit(_ codePoint: UInt32) -> UInt8? {
    let value = tightlip_icu_decimal_digit(codePoint)
    return value >= 0 ? UInt8(value) : nil
  }

  /// The value of a number sign that is a whole number from 0 to 99, or `nil`.
  static func smallNumber(_ codePoint: UInt32) -> Int? {
    let value = tightlip_icu_numeric_value(codePoint)
    // Not `Int(exactly:)`, which needs libm linked.
    guard value >= 0, value <= 99, Double(Int(value)) == value else { return nil }
    return Int(value)
  }

  /// Whether the code point has the numeric type Digit, as superscript and circled digits do.
  static func isDigitForm(_ codePoint: UInt32) -> Bool {
    tightlip_icu_numeric_type(codePoint) == Int32(TIGHTLIP_ICU_NUMERIC_TYPE_DIGIT)
  }

  /// The class in the rules for grapheme clusters, as in ``GraphemeClass``.
  static func graphemeClass(_ codePoint: UInt32) -> UInt32 {
    let value = UInt32(tightlip_icu_grapheme_class(codePoint))
    if value == UInt32(TIGHTLIP_ICU_GRAPHEME_CLASS_ZWJ) { return GraphemeClass.zeroWidthJoiner }
    if value == GraphemeClass.other, has(TIGHTLIP_ICU_EXTENDED_PICTOGRAPHIC, codePoint) {
      return GraphemeClass.pictographic
    }
    return value
  }

  /// The Unicode name, in ASCII; empty if there is none.
  static func name(_ codePoint: UInt32) -> [UInt8] {
    var status = Int32(0)
    // SAFETY: ICU writes no more than the capacity it is given; its objects are closed once, and its constant
    // objects never.
    let name = unsafe [UInt8](unsafeUninitializedCapacity: 128) { buffer, count in
      let length = unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
        unsafe tightlip_icu_name(codePoint, buffer.baseAddress, 128, &status)
      }
      count = tightlip_icu_failed(status) ? 0 : Int(length)
    }
    return name
  }
}

/// A mapping from single code points to sequences, made by one call of ICU for all of them.
struct CodePointMapping {
  /// A call of ICU from UTF-16 to UTF-16 that answers the length of the result.
  typealias Transform = ([UInt16], inout [UInt16], inout Int32) -> Int32

  private var sequences: [UInt32] = []
  private var sequenceEnds: [Int] = []

  /// Maps each of `codePoints`, none of which may be a line feed.
  ///
  /// They go to ICU as lines of one text: a line feed neither changes nor interacts with its
  /// neighbors, and one long call costs a tenth of many short ones.
  init(
    of codePoints: [UInt32],
    by transform: Transform
  ) throws(NormalizationError) {
    let lines = CodePointMapping.lines(of: codePoints)
    let mapped = try CodePointMapping.mapped(lines, by: transform)
    sequences.reserveCapacity(mapped.count)
    sequenceEnds.reserveCapacity(codePoints.count)
    var index = 0
    while index < mapped.count {
      let unit = UInt32(mapped[index])
      index += 1
      if unit == 0x0A {
        sequenceEnds.append(sequences.count)
      } else if unit & 0xFC00 == 0xD800, index < mapped.count {
        sequences.append(0x1_0000 + (unit & 0x3FF) << 10 + UInt32(mapped[index]) & 0x3FF)
        index += 1
      } else {
        sequences.append(unit)
      }
    }
    guard sequenceEnds.count == codePoints.count else {
      throw .icuUnavailable("a mapping lost a code point")
    }
  }

  /// What the code point at `index` of the list maps to.
  subscript(index: Int) -> ArraySlice<UInt32> {
    sequences[(index == 0 ? 0 : sequenceEnds[index - 1])..<sequenceEnds[index]]
  }

  /// Whether the code point at `index` of the list, `codePoint`, maps to anything but itself.
  func changes(_ codePoint: UInt32, at index: Int) -> Bool {
    let start = index == 0 ? 0 : sequenceEnds[index - 1]
    return sequenceEnds[index] != start + 1 || sequences[start] != codePoint
  }

  private static func lines(of codePoints: [UInt32]) -> [UInt16] {
    var lines: [UInt16] = []
    lines.reserveCapacity(codePoints.count * 3)
    for codePoint in codePoints {
      if codePoint < 0x1_0000 {
        lines.append(UInt16(codePoint))
      } else {
        lines.append(UInt16(0xD7C0 + codePoint >> 10))
        lines.append(UInt16(0xDC00 + codePoint & 0x3FF))
      }
      lines.append(0x0A)
    }
    return lines
  }

  private static func mapped(
    _ lines: [UInt16],
    by transform: Transform
  ) throws(NormalizationError) -> [UInt16] {
    var status = Int32(0)
    // The longest mapping, of U+FDFA, has 18 units; four a unit is plenty for a whole plane.
    var mapped = [UInt16](repeating: 0, count: lines.count * 4 + 64)
    let length = transform(lines, &mapped, &status)
    try check(status)
    mapped.removeLast(mapped.count - Int(length))
    return mapped
  }

  /// Throws if ICU reported a failure.
  private static func check(_ status: Int32) throws(NormalizationError) {
    guard tightlip_icu_failed(status) else { return }
    throw .icuUnavailable(unsafe String(cString: tightlip_icu_error_name(status)))
  }
}

extension CodePointMapping {
  /// NFKC_Casefold of each code point.
  static func casefolding(_ codePoints: [UInt32]) throws(NormalizationError) -> CodePointMapping {
    try CodePointMapping(of: codePoints) { source, destination, status in
      let normalizer = unsafe tightlip_icu_nfkc_casefold_instance(&status)
      return unsafe tightlip_icu_normalize(
        normalizer, source, Int32(source.count), &destination, Int32(destination.count), &status)
    }
  }

  /// The full canonical decomposition of each code point.
  static func decomposition(_ codePoints: [UInt32]) throws(NormalizationError) -> CodePointMapping {
    try CodePointMapping(of: codePoints) { source, destination, status in
      let normalizer = unsafe tightlip_icu_nfd_instance(&status)
      return unsafe tightlip_icu_normalize(
        normalizer, source, Int32(source.count), &destination, Int32(destination.count), &status)
    }
  }

  /// The UTS #39 skeleton of each code point.
  static func skeleton(_ codePoints: [UInt32]) throws(NormalizationError) -> CodePointMapping {
    try CodePointMapping(of: codePoints) { source, destination, status in
      let checker = unsafe tightlip_icu_spoof_open(&status)
      defer { unsafe tightlip_icu_spoof_close(checker) }
      return unsafe tightlip_icu_skeleton(
        checker, source, Int32(source.count), &destination, Int32(destination.count), &status)
    }
  }
}
