/// Keyed hashes of ids, remembered: practices write to the same patients from the same senders.
///
/// One for each worker. Holds a fixed number of hashes; one that collides takes the other's place.
package struct KeyedIdentifiers {
  private struct Slot {
    var subject: UInt8 = 0
    var identifier: [UInt8] = []
    var digest: [UInt8] = []
  }

  private let key: RecordsKey
  private var slots: [Slot]
  /// Longer ids are hashed anew each time: what is remembered must stay small.
  private static let longest = 128

  package init(_ key: RecordsKey, slots count: Int = 4096) {
    self.key = key
    slots = Array(repeating: Slot(), count: count)
  }

  /// Appends the hash of an id.
  package mutating func append(_ identifier: [UInt8], _ subject: RecordsKey.Subject, to output: inout [UInt8]) {
    // No two messages have the same id, so those would only push the others out.
    guard identifier.count <= Self.longest, subject != .message else {
      output.append(contentsOf: key.digest(of: identifier, subject))
      return
    }
    // FNV-1a: only places a slot; the ids themselves are compared.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(subject.rawValue)
    for byte in identifier { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let index = Int(truncatingIfNeeded: (hash ^ hash >> 32) % UInt64(slots.count))
    if slots[index].subject != subject.rawValue || slots[index].identifier != identifier {
      slots[index] = Slot(
        subject: subject.rawValue, identifier: identifier, digest: key.digest(of: identifier, subject))
    }
    output.append(contentsOf: slots[index].digest)
  }
}
