// SPDX-License-Identifier: Apache-2.0

/// What was done to a place of a text to read it again.
package struct RereadMarks: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Only spaces or line ends were taken out, as any program that wraps lines puts them in.
  package static var spacing: RereadMarks { RereadMarks(rawValue: 1) }
  /// What stood between its characters was taken out.
  package static var separated: RereadMarks { RereadMarks(rawValue: 2) }
  /// It was written in characters that nobody sees.
  package static var hidden: RereadMarks { RereadMarks(rawValue: 4) }
  /// It was written backwards.
  package static var reordered: RereadMarks { RereadMarks(rawValue: 8) }
  /// It was written in a code made for machines.
  package static var decoded: RereadMarks { RereadMarks(rawValue: 16) }
  /// It was spelt with other characters or in words.
  package static var respelled: RereadMarks { RereadMarks(rawValue: 32) }
}

/// Another reading of a text, with the place in the original of each of its bytes.
///
/// Valid UTF-8, with capitals. Places need not ascend: what was written backwards is read forwards.
package struct RereadText: Sendable {
  package private(set) var bytes: [UInt8] = []
  /// For each byte, where what it was read from starts and ends in the original.
  package private(set) var starts: [UInt32] = []
  package private(set) var ends: [UInt32] = []
  package private(set) var marks: [RereadMarks] = []
  /// All marks together; empty where the text reads as it stands.
  package private(set) var allMarks: RereadMarks = []

  /// What was left out since the last byte, for the byte that comes.
  private var pending: RereadMarks = []
  private var pendingStart = UInt32.max

  package init() {}

  package var count: Int { bytes.count }

  /// Forgets the text, keeping the storage.
  package mutating func reset() {
    bytes.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    marks.removeAll(keepingCapacity: true)
    allMarks = []
    pending = []
    pendingStart = .max
  }

  /// Takes a text as it stands.
  package mutating func load(_ text: Span<UInt8>) {
    reset()
    let count = UInt32(truncatingIfNeeded: text.count)
    bytes.reserveCapacity(text.count)
    for index in text.indices { bytes.append(text[index]) }
    starts.append(contentsOf: 0..<count)
    ends.append(contentsOf: 1..<(count + 1))
    marks.append(contentsOf: repeatElement([], count: text.count))
  }

  /// Adds a byte read from a place.
  package mutating func put(_ byte: UInt8, _ start: UInt32, _ end: UInt32, _ mark: RereadMarks) {
    bytes.append(byte)
    starts.append(min(start, pendingStart))
    ends.append(end)
    marks.append(mark | pending)
    allMarks = allMarks | mark
    pending = []
    pendingStart = .max
  }

  /// Adds a code point read from a place.
  package mutating func put(codePoint: UInt32, _ start: UInt32, _ end: UInt32, _ mark: RereadMarks) {
    switch codePoint {
    case 0..<0x80: put(UInt8(codePoint), start, end, mark)
    case 0x80..<0x800:
      put(UInt8(0xC0 | codePoint >> 6), start, end, mark)
      put(UInt8(0x80 | codePoint & 0x3F), start, end, mark)
    case 0xD800..<0xE000: put(UInt8(ascii: " "), start, end, mark)
    case 0x800..<0x1_0000:
      put(UInt8(0xE0 | codePoint >> 12), start, end, mark)
      put(UInt8(0x80 | codePoint >> 6 & 0x3F), start, end, mark)
      put(UInt8(0x80 | codePoint & 0x3F), start, end, mark)
    case 0x1_0000..<0x11_0000:
      put(UInt8(0xF0 | codePoint >> 18), start, end, mark)
      put(UInt8(0x80 | codePoint >> 12 & 0x3F), start, end, mark)
      put(UInt8(0x80 | codePoint >> 6 & 0x3F), start, end, mark)
      put(UInt8(0x80 | codePoint & 0x3F), start, end, mark)
    default: put(UInt8(ascii: " "), start, end, mark)
    }
  }

  /// Adds byte `index` of another reading.
  package mutating func copy(_ source: borrowing RereadText, _ index: Int, _ mark: RereadMarks = []) {
    put(source.bytes[index], source.starts[index], source.ends[index], source.marks[index] | mark)
  }

  /// Adds bytes of another reading.
  package mutating func copy(_ source: borrowing RereadText, _ range: Range<Int>, _ mark: RereadMarks = []) {
    guard range.count >= 8, mark.isEmpty, pending.isEmpty, pendingStart == .max, source.allMarks.isEmpty else {
      for index in range { copy(source, index, mark) }
      return
    }
    bytes.append(contentsOf: source.bytes[range])
    starts.append(contentsOf: source.starts[range])
    ends.append(contentsOf: source.ends[range])
    marks.append(contentsOf: source.marks[range])
  }

  /// Notes that something between the last byte and the next is left out.
  package mutating func omit(_ mark: RereadMarks) {
    if let last = marks.indices.last { marks[last] = marks[last] | mark }
    pending = pending | mark
    allMarks = allMarks | mark
  }

  /// Notes that what comes begins no later than here.
  package mutating func extendNext(from start: UInt32) { pendingStart = min(pendingStart, start) }

  /// Takes back the last code point; what comes stands in its place too.
  package mutating func eraseLast(_ mark: RereadMarks) {
    while let last = bytes.last {
      pendingStart = min(pendingStart, starts[starts.count - 1])
      bytes.removeLast()
      starts.removeLast()
      ends.removeLast()
      marks.removeLast()
      if last & 0xC0 != 0x80 { break }
    }
    pending = pending | mark
    allMarks = allMarks | mark
  }

  /// The place in the original that a range of bytes was read from.
  package func original(_ range: Range<Int>) -> Range<Int> {
    var start = UInt32.max
    var end: UInt32 = 0
    for index in range {
      start = min(start, starts[index])
      end = max(end, ends[index])
    }
    return start < end ? Int(start)..<Int(end) : 0..<0
  }

  /// What was done to a range of bytes.
  package func marks(in range: Range<Int>) -> RereadMarks {
    var result: RereadMarks = []
    for index in range { result = result | marks[index] }
    return result
  }

  /// The code point that begins at a byte, and its length; the text is valid.
  package func codePoint(at index: Int) -> (codePoint: UInt32, length: Int) {
    let lead = bytes[index]
    func tail(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset] & 0x3F) }
    switch lead {
    case 0xF0...: return (UInt32(lead & 7) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
    case 0xE0...: return (UInt32(lead & 15) << 12 | tail(1) << 6 | tail(2), 3)
    case 0xC0...: return (UInt32(lead & 31) << 6 | tail(1), 2)
    default: return (UInt32(lead), 1)
    }
  }

  /// Whether bytes can be a text: valid UTF-8 without controls.
  package static func isText(_ bytes: [UInt8]) -> Bool {
    guard !bytes.isEmpty else { return false }
    var index = 0
    while index < bytes.count {
      let lead = bytes[index]
      if lead < 0x80 {
        guard lead >= 0x20 && lead < 0x7F || lead == 0x09 || lead == 0x0A || lead == 0x0D else { return false }
        index += 1
        continue
      }
      let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
      guard lead >= 0xC2, lead < 0xF5, index + length <= bytes.count else { return false }
      for offset in 1..<length where bytes[index + offset] & 0xC0 != 0x80 { return false }
      let second = bytes[index + 1]
      if lead == 0xE0, second < 0xA0 { return false }
      if lead == 0xED, second >= 0xA0 { return false }
      if lead == 0xF0, second < 0x90 { return false }
      if lead == 0xF4, second >= 0x90 { return false }
      index += length
    }
    return true
  }
}

extension RereadMarks {
  package static func | (left: RereadMarks, right: RereadMarks) -> RereadMarks {
    RereadMarks(rawValue: left.rawValue | right.rawValue)
  }
}
