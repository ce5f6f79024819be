package import TightlipCore

/// The 64-bit hash of a word, fed byte by byte.
///
/// Equal hashes are taken for equal words. Among 200,000 words two share a hash with a
/// probability of about 10⁻⁹; a message whose writer searched for a collision gains a false
/// alarm, never a miss.
package struct WordHash {
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  /// Adds a byte of the folded word.
  @inline(__always)
  package mutating func add(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  /// The hash, mixed so that its low bits can index a table.
  @inline(__always)
  package var mixed: UInt64 {
    var h = value
    h ^= h >> 32
    h = h &* 0xd6e8_feb8_6659_fd93
    h ^= h >> 32
    return h
  }
}

/// A table from 64-bit keys to 32-bit numbers that grows, for compiling a pack. Key 0 marks an empty
/// slot; a key of 0 is stored as 1.
package struct GrowingTable {
  private var keys: [UInt64]
  private var values: [Int32]
  private var mask: Int
  package private(set) var count = 0

  /// An empty table with room for so many keys at a load of at most a half.
  package init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    keys = Array(repeating: 0, count: size)
    values = Array(repeating: -1, count: size)
    mask = size - 1
  }

  /// The number stored for a key, or -1.
  @inline(__always)
  package func find(_ rawKey: UInt64) -> Int32 {
    let key = rawKey == 0 ? 1 : rawKey
    var slot = Int(truncatingIfNeeded: key) & mask
    while true {
      let found = keys[slot]
      if found == key { return values[slot] }
      if found == 0 { return -1 }
      slot = (slot + 1) & mask
    }
  }

  /// Stores a number for a key, replacing an earlier one.
  package mutating func set(_ rawKey: UInt64, _ value: Int32) {
    if (count + 1) * 2 > keys.count { grow() }
    let key = rawKey == 0 ? 1 : rawKey
    var slot = Int(truncatingIfNeeded: key) & mask
    while keys[slot] != 0 && keys[slot] != key { slot = (slot + 1) & mask }
    if keys[slot] == 0 { count += 1 }
    keys[slot] = key
    values[slot] = value
  }

  /// Calls `body` with every key and its number.
  func forEach(_ body: (UInt64, Int32) -> Void) {
    for (slot, key) in keys.enumerated() where key != 0 { body(key, values[slot]) }
  }

  private mutating func grow() {
    var larger = GrowingTable(capacity: keys.count)
    for (slot, key) in keys.enumerated() where key != 0 { larger.set(key, values[slot]) }
    self = larger
  }
}

/// An open-addressing table from 64-bit keys to numbers, for matching: built once, then only read.
///
/// A slot holds forty bits of its key beside the number, and where it stands tells the low bits, so
/// that a look-up touches one cache line. Two keys that agree in both count as equal; among a million
/// keys that happens with a probability of about 10⁻⁶.
package struct HashTable: Sendable {
  /// Key bits << 24 | number + 1; 0 marks an empty slot.
  private let slots: Table<UInt64>
  private let mask: Int

  /// Numbers must be smaller.
  package static let mostNumbers = 1 << 24 - 1
  private static let numberMask: UInt64 = 1 << 24 - 1

  /// A table of the same keys.
  ///
  /// - Parameter number: what becomes of each number.
  /// - Precondition: numbers are from 0 to less than ``mostNumbers``.
  package init(_ table: GrowingTable, number: (Int32) -> Int32 = { $0 }) {
    var size = 16
    while size < table.count * 2 { size *= 2 }
    let mask = size - 1
    var slots = Array(repeating: UInt64(0), count: size)
    table.forEach { key, value in
      let value = number(value)
      precondition(value >= 0 && value < Self.mostNumbers, "a pack holds at most 16 million words")
      var place = Int(truncatingIfNeeded: key) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = key & ~Self.numberMask | UInt64(value) + 1
    }
    self.slots = Table(slots)
    self.mask = mask
  }

  /// Its slots, for writing an image.
  package func encode(_ name: String, into image: inout ImageWriter) { image.add(name, slots) }

  /// A table in an image.
  package init(_ name: String, reading image: ImageReader) throws(ImageError) {
    slots = try image.table(name)
    mask = slots.count - 1
    // A power of two; without an empty slot a look-up would never end.
    guard slots.count >= 16, slots.count & mask == 0, slots.contains(0) else { throw .layout(name) }
  }

  /// The number stored for a key, or -1.
  @inline(__always)
  package func find(_ rawKey: UInt64) -> Int32 {
    let key = rawKey == 0 ? 1 : rawKey
    var place = Int(truncatingIfNeeded: key) & mask
    while true {
      let slot = slots[place]
      if (slot ^ key) & ~Self.numberMask == 0, slot != 0 {
        return Int32(truncatingIfNeeded: slot & Self.numberMask) - 1
      }
      if slot == 0 { return -1 }
      place = (place + 1) & mask
    }
  }
}
