/// A growing buffer of bytes that JSON is written into. Keeps its memory.
@safe
struct ByteSink: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 1 << 10) {
    self.capacity = capacity
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
  }

  deinit { unsafe base.deallocate() }

  /// What was written. Valid until the next write.
  @unsafe var bytes: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: count)
  }

  @inline(__always)
  mutating func removeAll() { count = 0 }

  /// Makes room for `extra` more bytes.
  @inline(__always)
  private mutating func reserve(_ extra: Int) {
    if _slowPath(capacity - count < extra) { grow(extra) }
  }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    let wanted = max(capacity * 2, count + extra)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
    unsafe larger.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = unsafe larger
    capacity = wanted
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  @inline(__always)
  mutating func append(_ string: StaticString) {
    let length = string.utf8CodeUnitCount
    reserve(length)
    unsafe (base + count).copyMemory(from: string.utf8Start, byteCount: length)
    count += length
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe (base + count).copyMemory(from: start, byteCount: bytes.count)
    count += bytes.count
  }

  @inline(__always)
  mutating func append(_ array: [UInt8]) {
    unsafe array.withUnsafeBufferPointer { unsafe append($0) }
  }

  /// A whole number, in decimal.
  @inline(__always)
  mutating func append(decimal number: Int) {
    reserve(20)
    if number >= 0 && number < 10 {
      append(0x30 + UInt8(truncatingIfNeeded: number))
      return
    }
    var rest = number.magnitude
    var length = number < 0 ? 1 : 0
    var power = rest
    repeat {
      length += 1
      power /= 10
    } while power != 0
    if number < 0 { unsafe base.storeBytes(of: 0x2D, toByteOffset: count, as: UInt8.self) }
    var end = count + length
    count = end
    repeat {
      end -= 1
      unsafe base.storeBytes(
        of: 0x30 + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: end, as: UInt8.self)
      rest /= 10
    } while rest != 0
  }

  /// Thousandths as a fraction of two decimals, rounded half up; what is above zero never reads
  /// 0.00.
  @inline(__always)
  mutating func append(hundredthsOf thousandths: Int) {
    let held = max(0, min(1000, thousandths))
    let hundredths = held == 0 ? 0 : max(1, (held + 5) / 10)
    append(0x30 + UInt8(truncatingIfNeeded: hundredths / 100))
    append(UInt8(ascii: "."))
    append(0x30 + UInt8(truncatingIfNeeded: hundredths / 10 % 10))
    append(0x30 + UInt8(truncatingIfNeeded: hundredths % 10))
  }
}

// SAFETY: the memory is owned by one value, and every write is `mutating`.
extension ByteSink: @unchecked Sendable {}
