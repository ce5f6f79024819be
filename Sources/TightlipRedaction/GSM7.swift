/// The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1), and what a text
/// costs as SMS.
package enum GSM7 {
  /// How a text travels.
  package enum Encoding: Hashable, Sendable {
    /// Seven bits a character, two septets for one of the extension table.
    case gsm7
    /// UTF-16; one character outside the alphabet is enough for the whole message.
    case ucs2
  }

  /// The septets that a character takes: 1 in the basic table, 2 in the extension table, 0 if the
  /// alphabet lacks it.
  ///
  /// Mind `[ ] { } \ ^ ~ |` and `€` at two septets, and the backtick, which is absent. The escape
  /// itself is no character, and 0x09 of the table is the capital `Ç`. National language shift
  /// tables are not counted: few carriers use them.
  package static func septets(of scalar: Unicode.Scalar) -> Int {
    switch scalar {
    case "a"..."z", " "..."Z", "_", "\n", "\r": 1
    case "[", "\\", "]", "^", "{", "|", "}", "~", "\u{0C}", "€": 2
    case "¡", "£", "¤", "¥", "§", "¿": 1
    case "Ä", "Å", "Æ", "Ç", "É", "Ñ", "Ö", "Ø", "Ü", "ß": 1
    case "à", "ä", "å", "æ", "è", "é", "ì", "ñ", "ò", "ö", "ø", "ù", "ü": 1
    case "Γ", "Δ", "Θ", "Λ", "Ξ", "Π", "Σ", "Φ", "Ψ", "Ω": 1
    default: 0
    }
  }

  /// How a text travels, its length in septets or UTF-16 units, and the number of segments.
  ///
  /// One segment holds 160 septets or 70 units; of several, each holds 153 or 67, and a character
  /// of two septets or units is never split between them. The empty text has no segment. A byte
  /// that is no UTF-8 counts as one unit of UCS-2.
  ///
  /// - Complexity: O(*n*), no allocation.
  package static func segments(
    of text: Span<UInt8>
  ) -> (encoding: Encoding, units: Int, segments: Int) {
    var septets = SegmentCounter(single: 160, concatenated: 153)
    var units = SegmentCounter(single: 70, concatenated: 67)
    var isGSM7 = true
    var offset = 0
    while offset < text.count {
      let point = CodePoint(in: text, at: offset, end: text.count)
      let count = point.scalar.map(septets(of:)) ?? 0
      if count == 0 { isGSM7 = false }
      septets.add(count)
      units.add((point.scalar?.value ?? 0) > 0xFFFF ? 2 : 1)
      offset += point.utf8Count
    }
    return isGSM7
      ? (.gsm7, septets.units, septets.segments) : (.ucs2, units.units, units.segments)
  }

  /// Adds characters up to segments.
  private struct SegmentCounter {
    let single: Int
    let concatenated: Int
    var units = 0
    private var fullSegments = 0
    private var used = 0

    init(single: Int, concatenated: Int) {
      self.single = single
      self.concatenated = concatenated
    }

    mutating func add(_ count: Int) {
      units += count
      used += count
      guard used > concatenated else { return }
      fullSegments += 1
      used = count
    }

    var segments: Int {
      units == 0 ? 0 : units <= single ? 1 : fullSegments + 1
    }
  }
}
