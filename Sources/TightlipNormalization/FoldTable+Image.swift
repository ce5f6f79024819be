package import TightlipCore

extension Normalizer {
  /// Writes the tables into an image, with the version of ICU that made them.
  package func encode(into image: inout ImageWriter) {
    image.add("fold.blocks", table.blocks)
    image.add("fold.entries", table.entries)
    image.add("fold.pool", table.pool)
    var record = RecordWriter()
    record.write(Self.origin)
    image.add("fold", record)
  }

  /// The tables in an image.
  ///
  /// - Throws: ``ImageError/otherEngine(made:here:)`` where another ICU made them: the lists in the image were
  ///   folded by it too.
  package init(reading image: ImageReader) throws(ImageError) {
    var record = try image.record("fold")
    let made = try record.string()
    guard made == Self.origin else { throw .otherEngine(made: made, here: Self.origin) }
    table = FoldTable(
      blocks: try image.array("fold.blocks"), entries: try image.array("fold.entries"), pool: try image.array("fold.pool"))
    guard table.blocks.count == FoldTable.blockCount,
      table.blocks.allSatisfy({ Int($0) + FoldTable.blockSize <= table.entries.count })
    else { throw record.unknown }
  }

  private static var origin: String {
    "ICU \(NormalizationLibrary.version) with Unicode \(NormalizationLibrary.unicodeVersion)"
  }
}
