// SPDX-License-Identifier: Apache-2.0

import CTightlipICU
import Testing
import TightlipNormalization

/// One normalizer for all tests: making it takes some milliseconds.
let sharedNormalizer = Result { try Normalizer() }

/// Normalizes a string.
func normalized(_ text: String) throws -> NormalizedText {
  try normalized([UInt8](text.utf8))
}

/// Normalizes bytes, which need not be UTF-8.
func normalized(_ bytes: [UInt8]) throws -> NormalizedText {
  var result = NormalizedText()
  try sharedNormalizer.get().normalize(bytes.span, into: &result)
  return result
}

/// The folded text as a string.
func folded(_ text: String) throws -> String {
  try normalized(text).foldedString
}

extension NormalizedText {
  /// The folded text; a fold that is not UTF-8 is a failed test.
  var foldedString: String {
    get throws { try #require(String(validating: folded, as: UTF8.self)) }
  }
}

/// A small generator with a seed, so that a failure can be repeated (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// Texts from many blocks: each draws from a few neighborhoods, as real texts do.
struct RandomText {
  /// All assigned scalars outside the unified ideographs, which do not fold.
  static let scalars: [Unicode.Scalar] = [0..<0x3_0000, 0xE_0000..<0xE_1000].joined().compactMap {
    (value: UInt32) in
    guard let scalar = Unicode.Scalar(value) else { return nil }
    let category = tightlip_icu_general_category(value)
    let isPlain =
      category == TIGHTLIP_ICU_UNASSIGNED || category == TIGHTLIP_ICU_PRIVATE_USE_CHAR
      || tightlip_icu_has_property(value, TIGHTLIP_ICU_UNIFIED_IDEOGRAPH)
    return isPlain ? nil : scalar
  }

  static func make(
    length: Int, from scalars: [Unicode.Scalar] = scalars, using generator: inout SeededGenerator
  ) -> String {
    var text = String.UnicodeScalarView()
    var center = Int.random(in: scalars.indices, using: &generator)
    for _ in 0..<length {
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: center = Int.random(in: scalars.indices, using: &generator)
      case 1, 2: text.append(Unicode.Scalar(UInt8.random(in: 0..<0x80, using: &generator)))
      case 3: text.append(Unicode.Scalar(UInt32.random(in: 0x300..<0x345, using: &generator))!)
      default: break
      }
      let low = max(0, center - 24)
      let high = min(scalars.count - 1, center + 24)
      text.append(scalars[Int.random(in: low...high, using: &generator)])
    }
    return String(text)
  }
}

/// NFKC_Casefold by ICU's plain function, on the whole text.
func caseFoldedByICU(_ text: String) throws -> String {
  var status = Int32(0)
  return try unsafe normalizedByICU(text, tightlip_icu_nfkc_casefold_instance(&status))
}

/// The canonical decomposition by ICU's plain function, of the whole text.
func decomposedByICU(_ text: String) throws -> String {
  var status = Int32(0)
  return try unsafe normalizedByICU(text, tightlip_icu_nfd_instance(&status))
}

@unsafe private func normalizedByICU(
  _ text: String, _ normalizer: OpaquePointer?
) throws -> String {
  let source = [UInt16](text.utf16)
  var destination = [UInt16](repeating: 0, count: source.count * 20 + 16)
  var status = Int32(0)
  let length = unsafe tightlip_icu_normalize(
    normalizer, source, Int32(source.count), &destination, Int32(destination.count), &status)
  try #require(!tightlip_icu_failed(status))
  return String(decoding: destination[..<Int(length)], as: UTF16.self)
}

/// Where grapheme clusters start and end, in UTF-8 code units, by ICU's break iterator.
func clusterBoundaries(_ text: String) throws -> Set<Int> {
  let units = [UInt16](text.utf16)
  var utf8Offsets = [0]
  for scalar in text.unicodeScalars {
    if scalar.value > 0xFFFF { utf8Offsets.append(-1) }
    utf8Offsets.append(utf8Offsets.last { $0 >= 0 }! + scalar.utf8.count)
  }
  var status = Int32(0)
  var boundaries: Set<Int> = [0]
  unsafe units.withUnsafeBufferPointer { buffer in
    let clusters = unsafe tightlip_icu_clusters_open(
      buffer.baseAddress, Int32(buffer.count), &status)
    defer { unsafe tightlip_icu_clusters_close(clusters) }
    while true {
      let offset = unsafe tightlip_icu_clusters_next(clusters)
      guard offset >= 0 else { break }
      boundaries.insert(utf8Offsets[Int(offset)])
    }
  }
  try #require(!tightlip_icu_failed(status))
  return boundaries
}
