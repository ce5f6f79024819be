package import TightlipCore

/// Counts UTF-16 code units and code points up to places in a text.
///
/// - Complexity: One pass over the text for all ranges together, where they are sorted and do not
///   overlap; a range that begins before an earlier one begins the count afresh.
package struct OffsetCounter: Sendable {
  /// A place in a text, in three units.
  package struct Place: Hashable, Sendable {
    package var utf8 = 0
    package var utf16 = 0
    package var codePoint = 0
  }

  private var start = Place()
  private var end = Place()

  /// A counter at the start of a text.
  package init() {}

  /// The ends of a range in all units. Inside a scalar, the scalar counts as begun.
  package mutating func count(_ range: ByteRange, in text: Span<UInt8>) -> (Place, Place) {
    if range.start >= end.utf8 {
      start = end
    } else if range.start < start.utf8 {
      start = Place()
    }
    Self.advance(&start, to: range.start, text)
    if range.end < end.utf8 || end.utf8 < start.utf8 { end = start }
    Self.advance(&end, to: range.end, text)
    return (start, end)
  }

  @inline(__always)
  private static func advance(_ place: inout Place, to target: Int, _ text: Span<UInt8>) {
    let target = min(target, text.count)
    guard target > place.utf8 else { return }
    var scalars = 0
    var pairs = 0
    for index in place.utf8..<target {
      let byte = text[index]
      scalars += byte & 0xC0 != 0x80 ? 1 : 0
      pairs += byte >= 0xF0 ? 1 : 0
    }
    place.utf8 = target
    place.codePoint += scalars
    place.utf16 += scalars + pairs
  }
}
