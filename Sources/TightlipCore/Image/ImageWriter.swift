/// Gathers the sections of a pack image.
package struct ImageWriter {
  private var sections: [(name: String, layout: UInt64, bytes: [UInt8])] = []

  package init() {}

  /// Adds a table, to be used in place.
  package mutating func add<Element: ImageRecord>(_ name: String, _ table: Table<Element>) {
    // SAFETY: here and below, pointers are used inside their closures only, and every element is a plain value
    // (``ImageRecord``) whose fields lie within its stride.
    unsafe table.withBytes { bytes in unsafe add(name, Element.self, bytes) }
  }

  /// Adds an array, to be copied.
  package mutating func add<Element: ImageRecord>(_ name: String, _ array: [Element]) {
    unsafe array.withUnsafeBytes { bytes in unsafe add(name, Element.self, bytes) }
  }

  /// Adds what is read piece by piece.
  package mutating func add(_ name: String, _ record: RecordWriter) {
    sections.append((name, 0, record.bytes))
  }

  @unsafe private mutating func add<Element: ImageRecord>(
    _ name: String, _: Element.Type, _ source: UnsafeRawBufferPointer
  ) {
    let fields = Element.imageFields
    let stride = MemoryLayout<Element>.stride
    precondition(fields.allSatisfy { $0.offset >= 0 }, "every field is a stored property")
    var bytes: [UInt8]
    if fields.reduce(0, { $0 + $1.size }) == stride {
      bytes = unsafe Array(source)
    } else {
      // What lies between the fields may hold anything; an image is the same each time it is made.
      bytes = Array(repeating: 0, count: source.count)
      var start = 0
      while start < bytes.count {
        for field in fields {
          for index in start + field.offset..<start + field.offset + field.size { bytes[index] = unsafe source[index] }
        }
        start += stride
      }
    }
    sections.append((name, Element.imageLayout, bytes))
  }

  /// The image.
  package consuming func image() -> [UInt8] {
    typealias Format = PackImageFormat
    var place = Format.headerLength + sections.count * Format.entryLength
    var directory = RecordWriter()
    for number in sections.indices {
      let length = sections[number].bytes.count
      let filling = (Format.alignment - length % Format.alignment) % Format.alignment
      sections[number].bytes += repeatElement(0, count: filling)
      var name = Array(sections[number].name.utf8)
      precondition(name.count <= Format.nameLength, "the name of a section is short")
      name += repeatElement(0, count: Format.nameLength - name.count)
      directory.bytes += name
      directory.write(UInt64(place))
      directory.write(UInt64(length))
      directory.write(sections[number].layout)
      directory.write(unsafe sections[number].bytes.withUnsafeBytes { Checksum.of($0) })
      directory.write(UInt64(0))
      place += length + filling
    }
    var header = RecordWriter()
    header.bytes += Format.magic
    header.write(Format.version)
    header.write(UInt32(sections.count))
    header.write(UInt64(place))
    header.write(unsafe directory.bytes.withUnsafeBytes { Checksum.of($0) })
    for _ in 0..<3 { header.write(UInt64(0)) }
    header.write(unsafe header.bytes.withUnsafeBytes { Checksum.of($0) })
    var image = header.bytes
    image.reserveCapacity(place)
    image += directory.bytes
    for section in sections { image += section.bytes }
    return image
  }
}

/// Writes numbers, texts and lists one behind the other.
package struct RecordWriter {
  package fileprivate(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func write(_ value: some FixedWidthInteger) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  package mutating func write(_ value: Int) { write(Int64(value)) }

  package mutating func write(_ value: Bool) { write(UInt8(value ? 1 : 0)) }

  /// A text or other bytes, with their number.
  package mutating func write(_ value: [UInt8]) {
    write(UInt32(value.count))
    bytes += value
  }

  package mutating func write(_ value: String) {
    write(UInt32(value.utf8.count))
    bytes += value.utf8
  }

  /// Many words, by one copy of memory.
  package mutating func write(words: [UInt32]) {
    write(UInt32(words.count))
    unsafe words.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// A list with its length.
  package mutating func write<Value>(_ list: some Collection<Value>, _ body: (inout RecordWriter, Value) -> Void) {
    write(UInt32(list.count))
    for value in list { body(&self, value) }
  }

  /// A value that may be missing.
  package mutating func write<Value>(_ value: Value?, _ body: (inout RecordWriter, Value) -> Void) {
    write(value != nil)
    if let value { body(&self, value) }
  }
}
