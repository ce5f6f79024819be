package import TightlipCore

extension Lexicon {
  /// Writes its tables into an image.
  package func encode(into image: inout ImageWriter) {
    image.add("lexicon.words", words)
    image.add("lexicon.meanings", meanings)
    image.add("lexicon.terms.bytes", termBytes)
    image.add("lexicon.terms.starts", termStarts)
    wordNumbers.encode("lexicon.numbers", into: &image)
    phraseEdges.encode("lexicon.edges", into: &image)
    image.add("lexicon.nodes", nodes)
    exactForms.encode(into: &image)
    typos.encode(into: &image)
  }

  /// The lexicon in an image, whose tables are used where they lie.
  package init(reading image: ImageReader) throws(ImageError) {
    words = try image.table("lexicon.words")
    meanings = try image.table("lexicon.meanings")
    termBytes = try image.table("lexicon.terms.bytes")
    termStarts = try image.table("lexicon.terms.starts")
    wordNumbers = try HashTable("lexicon.numbers", reading: image)
    phraseEdges = try HashTable("lexicon.edges", reading: image)
    nodes = try image.table("lexicon.nodes")
    exactForms = try ExactForms(reading: image)
    typos = try TypoIndex(reading: image)
  }
}

extension Lexicon.PhraseNode: ImageRecord {
  static var imageFields: [ImageField] { [field(\.firstMeaning), field(\.meaningCount), field(\.hasChildren)] }
}

extension TypoIndex {
  func encode(into image: inout ImageWriter) {
    image.add("lexicon.typos.bytes", bytes)
    image.add("lexicon.typos.starts", starts)
    image.add("lexicon.typos.meanings", meanings)
    halves.encode("lexicon.typos.halves", into: &image)
    image.add("lexicon.typos.filed", filed)
  }

  init(reading image: ImageReader) throws(ImageError) {
    self.init(
      bytes: try image.table("lexicon.typos.bytes"), starts: try image.table("lexicon.typos.starts"),
      meanings: try image.table("lexicon.typos.meanings"), halves: try HashTable("lexicon.typos.halves", reading: image),
      filed: try image.table("lexicon.typos.filed"))
    guard starts.count == meanings.count + 1 else { throw .layout("lexicon.typos.starts") }
  }
}
