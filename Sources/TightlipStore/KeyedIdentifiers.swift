/// Keyed hashes of ids, remembered: practices write to the same patients from the same senders.
///
/// One for each worker. Holds a fixed number of hashes; one that collides takes the other's place.
package struct KeyedIdentifiers {
  /// Longer ids are hashed anew each time: what is remembered must stay small, and stand in one place.
  private static let longest = 40

  private struct Slot {
    var subject: UInt8 = 0
    var count: UInt8 = 0
    var identifier = InlineArray<40, UInt8>(repeating: 0)
    var digits = InlineArray<16, UInt8>(repeating: 0)

    func holds(_ bytes: Span<UInt8>, _ subject: UInt8) -> Bool {
      guard self.subject == subject, Int(count) == bytes.count else { return false }
      for index in bytes.indices where identifier[index] != bytes[index] { return false }
      return true
    }
  }

  private let key: RecordsKey
  private var slots: [Slot]

  package init(_ key: RecordsKey, slots count: Int = 1 << 13) {
    self.key = key
    slots = Array(repeating: Slot(), count: count)
  }

  /// Appends the hash of an id.
  package mutating func append(_ identifier: [UInt8], _ subject: RecordsKey.Subject, to output: inout [UInt8]) {
    // No two messages have the same id, so those would only push the others out.
    guard identifier.count <= Self.longest, subject != .message else {
      key.append(digestOf: identifier, subject, to: &output)
      return
    }
    let bytes = identifier.span
    // FNV-1a: only places a slot; the ids themselves are compared.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(subject.rawValue)
    for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
    let index = Int(truncatingIfNeeded: (hash ^ hash >> 32) % UInt64(slots.count))
    if !slots[index].holds(bytes, subject.rawValue) {
      let start = output.count
      key.append(digestOf: identifier, subject, to: &output)
      slots[index].subject = subject.rawValue
      slots[index].count = UInt8(bytes.count)
      for place in bytes.indices { slots[index].identifier[place] = bytes[place] }
      for place in 0..<16 { slots[index].digits[place] = output[start + place] }
      return
    }
    for place in 0..<16 { output.append(slots[index].digits[place]) }
  }
}
