// SPDX-License-Identifier: Apache-2.0

/// A code point's part in the grapheme cluster rules of UAX #29, numbered as ICU numbers
/// `Grapheme_Cluster_Break`, with Extended_Pictographic in the place of a retired value.
enum GraphemeClass {
  static let other: UInt32 = 0
  static let control: UInt32 = 1
  static let carriageReturn: UInt32 = 2
  static let extend: UInt32 = 3
  static let hangulL: UInt32 = 4
  static let lineFeed: UInt32 = 5
  static let hangulLV: UInt32 = 6
  static let hangulLVT: UInt32 = 7
  static let hangulT: UInt32 = 8
  static let hangulV: UInt32 = 9
  static let spacingMark: UInt32 = 10
  static let prepend: UInt32 = 11
  static let regionalIndicator: UInt32 = 12
  static let pictographic: UInt32 = 13
  static let zeroWidthJoiner: UInt32 = 15
}

/// Follows a text code point by code point and says which ones continue a grapheme cluster.
struct GraphemeClusters {
  private(set) var previous = GraphemeClass.control
  /// Regional indicators in a row up to now.
  private(set) var regionalIndicators = 0
  private var pictographicBeforeJoiner = false
  private var followsPictographic = false
  private var isInEmoji = false

  /// Whether the last code point was an emoji or an invisible part of one.
  var endsInEmoji: Bool { isInEmoji }

  /// Takes a code point of class `.other`; the result is whether it continues a cluster.
  mutating func appendOther() -> Bool {
    let joins = previous == GraphemeClass.prepend
    previous = GraphemeClass.other
    regionalIndicators = 0
    pictographicBeforeJoiner = false
    followsPictographic = false
    isInEmoji = false
    return joins
  }

  /// Takes a code point; the result is whether it continues the cluster of the one before.
  mutating func append(_ next: UInt32) -> Bool {
    let joins = continues(next)
    let isExtending = next == GraphemeClass.extend || next == GraphemeClass.zeroWidthJoiner
    pictographicBeforeJoiner = next == GraphemeClass.zeroWidthJoiner && followsPictographic
    followsPictographic =
      next == GraphemeClass.pictographic || next == GraphemeClass.extend && followsPictographic
    regionalIndicators = next == GraphemeClass.regionalIndicator ? regionalIndicators + 1 : 0
    isInEmoji =
      next == GraphemeClass.pictographic || next == GraphemeClass.regionalIndicator
      || isExtending && isInEmoji
    previous = next
    return joins
  }

  /// The rules GB3 to GB13; at the start of the text `previous` is a control, so nothing joins.
  private func continues(_ next: UInt32) -> Bool {
    switch (previous, next) {
    case (GraphemeClass.carriageReturn, GraphemeClass.lineFeed):
      true
    case (GraphemeClass.control, _), (GraphemeClass.carriageReturn, _),
      (GraphemeClass.lineFeed, _),
      (_, GraphemeClass.control), (_, GraphemeClass.carriageReturn), (_, GraphemeClass.lineFeed):
      false
    case (_, GraphemeClass.extend), (_, GraphemeClass.zeroWidthJoiner),
      (_, GraphemeClass.spacingMark), (GraphemeClass.prepend, _):
      true
    case (GraphemeClass.hangulL, GraphemeClass.hangulL),
      (GraphemeClass.hangulL, GraphemeClass.hangulV),
      (GraphemeClass.hangulL, GraphemeClass.hangulLV),
      (GraphemeClass.hangulL, GraphemeClass.hangulLVT),
      (GraphemeClass.hangulLV, GraphemeClass.hangulV),
      (GraphemeClass.hangulLV, GraphemeClass.hangulT),
      (GraphemeClass.hangulV, GraphemeClass.hangulV),
      (GraphemeClass.hangulV, GraphemeClass.hangulT),
      (GraphemeClass.hangulLVT, GraphemeClass.hangulT),
      (GraphemeClass.hangulT, GraphemeClass.hangulT):
      true
    case (GraphemeClass.zeroWidthJoiner, GraphemeClass.pictographic):
      pictographicBeforeJoiner
    case (GraphemeClass.regionalIndicator, GraphemeClass.regionalIndicator):
      regionalIndicators % 2 == 1
    default:
      false
    }
  }
}
