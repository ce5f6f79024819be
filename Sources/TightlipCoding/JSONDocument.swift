internal import CTightlipJSON

/// simdjson's parser, grown as needed up to a limit and never shrunk.
///
/// Costs about fourteen bytes for each byte of the longest line it met.
@safe
struct JSONParser: ~Copyable {
  private let parser: OpaquePointer?
  private let maxDepth: Int
  private let maxBytes: Int
  private var capacity = 0

  /// The bytes that must be readable after a document.
  static let padding = tightlip_json_padding()
  /// The instruction set simdjson chose, for diagnostics.
  static var kernel: String { unsafe String(cString: tightlip_json_kernel()) }

  init(maxBytes: Int, maxDepth: Int) {
    self.maxBytes = maxBytes
    self.maxDepth = maxDepth
    unsafe parser = tightlip_json_create(max(maxBytes, 1 << 12))
  }

  deinit { unsafe tightlip_json_destroy(parser) }

  /// Parses a document that ``padding`` readable bytes follow.
  ///
  /// The document's strings stay where they are until the next call.
  mutating func parse(
    _ bytes: UnsafeRawBufferPointer, into document: inout JSONDocument
  ) -> tightlip_json_status {
    guard let parser = unsafe parser else { return tightlip_json_status(TIGHTLIP_JSON_MEMORY) }
    guard let base = bytes.baseAddress, bytes.count > 0 else {
      return tightlip_json_status(TIGHTLIP_JSON_EMPTY)
    }
    if bytes.count > capacity {
      let room = max(1 << 12, min(bytes.count * 2, max(maxBytes, bytes.count)))
      let status = unsafe tightlip_json_reserve(parser, room, maxDepth)
      capacity = status == TIGHTLIP_JSON_OK ? room : 0
      guard status == TIGHTLIP_JSON_OK else { return status }
    }
    return unsafe tightlip_json_parse(
      parser, base.assumingMemoryBound(to: UInt8.self), bytes.count, &document.raw)
  }
}

// SAFETY: the parser is owned by one value and every use goes through `mutating`.
extension JSONParser: @unchecked Sendable {}

/// A parsed document. Elements are named by their index; ``root`` is the whole.
///
/// Never outlives the next parse: ``RequestReader`` keeps it inside one call.
@safe
struct JSONDocument {
  fileprivate var raw = unsafe tightlip_json_document()

  /// The kinds of element.
  enum Kind { case object, array, string, number, `true`, `false`, null, end }

  static let root = 1

  @inline(__always)
  func kind(_ index: Int) -> Kind {
    switch unsafe tightlip_json_type(raw, index) {
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "t"): .true
    case UInt8(ascii: "f"): .false
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): .number
    default: .end
    }
  }

  /// The index after an element and all it holds.
  @inline(__always)
  func after(_ index: Int) -> Int { unsafe tightlip_json_after(raw, index) }

  /// The members of an object, or of the array's elements, end before this index.
  @inline(__always)
  func end(_ index: Int) -> Int { unsafe tightlip_json_after(raw, index) - 1 }

  /// The bytes of a string, unescaped.
  @inline(__always)
  func string(_ index: Int) -> JSONString {
    let bytes = unsafe tightlip_json_string(raw, index)
    return unsafe JSONString(bytes: bytes, count: tightlip_json_string_length(bytes))
  }
}

/// An unescaped string of a document; at least eight bytes after its start are readable.
@safe
struct JSONString {
  fileprivate let bytes: UnsafePointer<UInt8>
  let count: Int

  @unsafe var buffer: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: bytes, count: count)
  }

  fileprivate init(bytes: UnsafePointer<UInt8>, count: Int) {
    unsafe self.bytes = unsafe bytes
    self.count = count
  }

  /// A number that is the same for equal strings, and mostly another for others.
  @inline(__always)
  var signature: UInt64 {
    // SAFETY: a length stands before the string and simdjson's padding after the last one.
    let first = unsafe UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self).littleEndian
    if count < 8 { return first & ((1 << UInt64(count * 8)) - 1) ^ UInt64(count) << 57 }
    let last = unsafe UnsafeRawPointer(bytes + count - 8).loadUnaligned(as: UInt64.self)
    return (first &* 0x9E37_79B9_7F4A_7C15) ^ last.littleEndian ^ UInt64(count) << 57
  }

  static func == (left: JSONString, right: JSONString) -> Bool {
    unsafe left.count == right.count && left.buffer.elementsEqual(right.buffer)
  }

  static func < (left: JSONString, right: JSONString) -> Bool {
    unsafe left.buffer.lexicographicallyPrecedes(right.buffer)
  }

  @inline(__always)
  static func == (left: JSONString, right: StaticString) -> Bool {
    guard left.count == right.utf8CodeUnitCount else { return false }
    let other = unsafe right.utf8Start
    for index in 0..<left.count where unsafe left.bytes[index] != other[index] { return false }
    return true
  }

  @inline(__always)
  func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where unsafe bytes[index] != other[index] { return false }
    return true
  }

  func equals(_ other: [UInt8]) -> Bool {
    unsafe other.withUnsafeBufferPointer { unsafe equals($0) }
  }

  /// Whether the byte occurs.
  @inline(__always)
  func contains(_ byte: UInt8) -> Bool { unsafe tightlip_json_find(bytes, count, byte) < count }

  /// Puts the bytes in the place of the array's own, in its storage where that is large enough.
  @inline(__always)
  func copy(to array: inout [UInt8]) {
    if !array.isEmpty { array.removeAll(keepingCapacity: true) }
    unsafe array.append(contentsOf: buffer)
  }
}
