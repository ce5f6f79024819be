/// Reads a pack image, checked as a whole before anything of it is given out.
@safe
package struct ImageReader: Sendable {
  private struct Section: Sendable {
    var range: Range<Int>
    var layout: UInt64
  }

  private let image: Table<UInt8>
  private let memory: TableMemory
  private let sections: [String: Section]

  /// Checks an image: what it is, its length, and every checksum.
  ///
  /// - Parameter memory: the whole image, aligned to 64 bytes.
  /// - Complexity: linear in the image, some gigabytes a second.
  package init(_ memory: TableMemory) throws(ImageError) {
    let bytes = unsafe memory.bytes
    typealias Format = PackImageFormat
    guard UInt32(littleEndian: 1) == 1 else { throw .byteOrder }
    guard bytes.count >= Format.magic.count, unsafe bytes.prefix(Format.magic.count).elementsEqual(Format.magic) else {
      throw .foreign
    }
    guard bytes.count >= Format.headerLength else { throw .length }
    // First, since a later format may have another header.
    let version = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
    guard version == Format.version else { throw .format(version) }
    guard unsafe Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<56])) == bytes.loadUnaligned(fromByteOffset: 56, as: UInt64.self)
    else { throw .damaged }
    let count = unsafe Int(bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
    let length = unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    guard length == UInt64(bytes.count) else { throw .length }
    let end = Format.headerLength + count * Format.entryLength
    guard count <= Format.mostSections, end <= bytes.count else { throw .damaged }
    let directory = unsafe UnsafeRawBufferPointer(rebasing: bytes[Format.headerLength..<end])
    guard unsafe Checksum.of(directory) == bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self) else { throw .damaged }
    var sections: [String: Section] = [:]
    var place = end
    for number in 0..<count {
      let entry = number * Format.entryLength
      let name = unsafe String(decoding: directory[entry..<entry + Format.nameLength].prefix { $0 != 0 }, as: UTF8.self)
      func word(_ index: Int) -> UInt64 {
        unsafe directory.loadUnaligned(fromByteOffset: entry + Format.nameLength + index * 8, as: UInt64.self)
      }
      guard word(0) == UInt64(place), word(1) <= UInt64(bytes.count - place) else { throw .damaged }
      let length = Int(word(1))
      let padded = (length + Format.alignment - 1) / Format.alignment * Format.alignment
      guard padded <= bytes.count - place,
        unsafe Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[place..<place + padded])) == word(3)
      else { throw .damaged }
      sections[name] = Section(range: place..<place + length, layout: word(2))
      place += padded
    }
    guard place == bytes.count, sections.count == count else { throw .damaged }
    unsafe image = Table(bytes.assumingMemoryBound(to: UInt8.self), owner: memory)
    self.memory = memory
    self.sections = sections
  }

  private func section(_ name: String, _ layout: UInt64) throws(ImageError) -> Range<Int> {
    guard let section = sections[name], section.layout == layout else { throw .layout(name) }
    return section.range
  }

  /// Whether it has a section.
  package func has(_ name: String) -> Bool { sections[name] != nil }

  /// A table, used where it lies.
  package func table<Element: ImageRecord>(_ name: String, of _: Element.Type = Element.self) throws(ImageError) -> Table<Element> {
    let range = try section(name, Element.imageLayout)
    let stride = MemoryLayout<Element>.stride
    guard range.count % stride == 0 else { throw .layout(name) }
    return unsafe image.withBytes { bytes in
      // SAFETY: sections begin at multiples of 64 bytes of memory that is aligned to 64, and the layout is the element's.
      let elements = unsafe UnsafeRawBufferPointer(rebasing: bytes[range]).assumingMemoryBound(to: Element.self)
      return unsafe Table(elements, owner: memory)
    }
  }

  /// A copy of a table.
  package func array<Element: ImageRecord>(_ name: String, of element: Element.Type = Element.self) throws(ImageError) -> [Element] {
    try table(name, of: element).array
  }

  /// A section to be read piece by piece.
  package func record(_ name: String) throws(ImageError) -> RecordReader {
    let range = try section(name, 0)
    return RecordReader(image, range, name: name)
  }
}

/// Reads what a ``RecordWriter`` wrote.
package struct RecordReader {
  private let source: Table<UInt8>
  private var position: Int
  private let end: Int
  private let name: String

  init(_ bytes: Table<UInt8>, _ range: Range<Int>, name: String) {
    source = bytes
    position = range.lowerBound
    end = range.upperBound
    self.name = name
  }

  /// The record says something that this engine does not know.
  package var unknown: ImageError { .layout(name) }

  private mutating func take(_ count: Int) throws(ImageError) -> Range<Int> {
    guard count <= end - position else { throw unknown }
    defer { position += count }
    return position..<position + count
  }

  private mutating func word(_ size: Int) throws(ImageError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    for index in try take(size) {
      value |= UInt64(source[index]) << shift
      shift += 8
    }
    return value
  }

  package mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(ImageError) -> Value {
    Value(truncatingIfNeeded: try word(MemoryLayout<Value>.size))
  }

  package mutating func int() throws(ImageError) -> Int { Int(truncatingIfNeeded: try word(8)) }

  package mutating func bool() throws(ImageError) -> Bool { try word(1) != 0 }

  package mutating func bytes() throws(ImageError) -> [UInt8] {
    let range = try take(Int(try word(4)))
    return unsafe source.withBytes { unsafe Array($0[range]) }
  }

  package mutating func string() throws(ImageError) -> String {
    let range = try take(Int(try word(4)))
    return unsafe source.withBytes { unsafe String(decoding: $0[range], as: UTF8.self) }
  }

  /// What was written as many words.
  package mutating func words() throws(ImageError) -> [UInt32] {
    let count = Int(try word(4))
    let range = try take(count * 4)
    return unsafe source.withBytes { bytes in
      unsafe Array(unsafeUninitializedCapacity: count) { room, filled in
        unsafe UnsafeMutableRawBufferPointer(room).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        filled = count
      }
    }
  }

  /// A list with its length.
  package mutating func list<Value>(
    _ body: (inout RecordReader) throws(ImageError) -> Value
  ) throws(ImageError) -> [Value] {
    let count = Int(try word(4))
    // Every entry takes a byte at least.
    guard count <= end - position else { throw unknown }
    var result: [Value] = []
    result.reserveCapacity(count)
    for _ in 0..<count { result.append(try body(&self)) }
    return result
  }

  /// A value that may be missing.
  package mutating func optional<Value>(
    _ body: (inout RecordReader) throws(ImageError) -> Value
  ) throws(ImageError) -> Value? {
    try bool() ? try body(&self) : nil
  }
}
