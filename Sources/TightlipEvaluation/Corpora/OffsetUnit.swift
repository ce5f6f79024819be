package import TightlipCore

/// What the offsets of a span count.
package enum OffsetUnit: String, CaseIterable, Sendable {
  /// UTF-8 bytes.
  case utf8
  /// Unicode code points, as Python counts.
  case codepoint
  /// UTF-16 code units, as Java and JavaScript count.
  case utf16
}

/// Turns offsets of one text into UTF-8 bytes.
package struct OffsetConverter {
  private let text: [UInt8]
  package let isASCII: Bool
  private var tables: [OffsetUnit: [Int32]] = [:]

  package init(_ text: [UInt8]) {
    self.text = text
    isASCII = text.allSatisfy { $0 < 0x80 }
  }

  /// A range in UTF-8 bytes, or nil where it runs backwards, leaves the text or cuts a character.
  package mutating func range(_ start: Int, _ end: Int, in unit: OffsetUnit) -> ByteRange? {
    guard 0 <= start, start <= end else { return nil }
    if isASCII || unit == .utf8 {
      guard end <= text.count, isBoundary(start), isBoundary(end) else { return nil }
      return ByteRange(start: start, end: end)
    }
    let table = tables[unit] ?? makeTable(unit)
    tables[unit] = table
    guard end < table.count, table[start] >= 0, table[end] >= 0 else { return nil }
    return ByteRange(start: Int(table[start]), end: Int(table[end]))
  }

  private func isBoundary(_ offset: Int) -> Bool {
    offset == text.count || text[offset] & 0xC0 != 0x80
  }

  /// The byte at which each unit begins, -1 for the second half of a surrogate pair.
  private func makeTable(_ unit: OffsetUnit) -> [Int32] {
    var table: [Int32] = []
    table.reserveCapacity(text.count + 1)
    for (position, byte) in text.enumerated() where byte & 0xC0 != 0x80 {
      table.append(Int32(position))
      if unit == .utf16, byte >= 0xF0 { table.append(-1) }
    }
    table.append(Int32(text.count))
    return table
  }
}
