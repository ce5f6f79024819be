package import TightlipCore

extension TaggerWeights {
  /// Writes the rows into an image; the words go with the lexicon's numbers (``WordSet``).
  package func encode(into image: inout ImageWriter) {
    image.add("tagger.rows", rows)
    var record = RecordWriter()
    record.write(Self.formatVersion)
    record.write(scale)
    record.write(TaggerLabel.allCases) { $0.write($1.name) }
    image.add("tagger", record)
  }

  /// The weights in an image, without the words, which only learning needs.
  package init(reading image: ImageReader) throws(ImageError) {
    var record = try image.record("tagger")
    guard try record.int() == Self.formatVersion else { throw record.unknown }
    let scale = try record.int()
    let labels = try record.list { record throws(ImageError) in try record.string() }
    let rows = try image.array("tagger.rows", of: TaggerRow.self)
    guard labels == TaggerLabel.allCases.map(\.name), rows.count >= 2, rows.count & (rows.count - 1) == 0 else {
      throw record.unknown
    }
    self.init(rows: rows, scale: scale, quietWords: [], knownWords: [])
  }
}

extension TaggerRow: ImageRecord {
  package static var imageFields: [ImageField] { [ImageField(offset: 0, size: MemoryLayout<TaggerRow>.size)] }
}

extension WordSet {
  package func encode(into image: inout ImageWriter) { image.add("tagger.known", bits) }

  /// The words in an image.
  package init(reading image: ImageReader) throws(ImageError) {
    bits = try image.array("tagger.known")
    guard bits.count == Int(Self.size / 64) else { throw .layout("tagger.known") }
  }
}
