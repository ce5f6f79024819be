package import TightlipCore

extension CompiledPattern {
  /// Writes what is known of the pattern. PCRE2's own code is left out: it can be used by no other version
  /// of PCRE2, cannot be checked before use, and holds no JIT, which takes the greater part of the time.
  package func encode(into record: inout RecordWriter) {
    record.write(captureCount)
    record.write(isAnchored)
    record.write(facts.minimumLength)
    record.write(facts.digits)
  }

  /// A pattern in an image; compiled when it is first needed.
  package convenience init(_ source: String, reading record: inout RecordReader) throws(ImageError) {
    let captureCount = try record.int()
    let isAnchored = try record.bool()
    let facts = PatternFacts(minimumLength: try record.int(), digits: try record.int())
    guard (0...Self.mostCaptures).contains(captureCount) else { throw record.unknown }
    self.init(source, facts: facts, captureCount: captureCount, isAnchored: isAnchored)
  }
}
