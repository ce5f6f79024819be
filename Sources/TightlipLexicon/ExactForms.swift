import TightlipCore

/// How case-sensitive terms are written, by term.
struct ExactForms: Sendable {
  /// In ascending order.
  let terms: Table<UInt32>
  /// Where each form begins, and where the last one ends.
  let starts: Table<UInt32>
  let bytes: Table<UInt8>

  init(_ forms: [UInt32: [UInt8]]) {
    let terms = forms.keys.sorted()
    var starts: [UInt32] = [0]
    var bytes: [UInt8] = []
    for term in terms {
      bytes += forms[term] ?? []
      starts.append(UInt32(bytes.count))
    }
    self.terms = Table(terms)
    self.starts = Table(starts)
    self.bytes = Table(bytes)
  }

  init(reading image: ImageReader) throws(ImageError) {
    terms = try image.table("lexicon.exact.terms")
    starts = try image.table("lexicon.exact.starts")
    bytes = try image.table("lexicon.exact.bytes")
    guard starts.count == terms.count + 1 else { throw .layout("lexicon.exact.starts") }
  }

  func encode(into image: inout ImageWriter) {
    image.add("lexicon.exact.terms", terms)
    image.add("lexicon.exact.starts", starts)
    image.add("lexicon.exact.bytes", bytes)
  }

  /// The form of a term, or nil where it matches in any case.
  ///
  /// - Complexity: O(log n) in the number of case-sensitive terms; allocates nothing.
  subscript(term: UInt32) -> Slice<Table<UInt8>>? {
    var low = 0
    var high = terms.count
    while low < high {
      let middle = (low + high) / 2
      if terms[middle] < term { low = middle + 1 } else { high = middle }
    }
    guard low < terms.count, terms[low] == term else { return nil }
    return bytes[Int(starts[low])..<Int(starts[low + 1])]
  }
}
