package import TightlipCore

extension CompiledPattern {
  /// Writes what is known of the pattern. PCRE2's own code is left out: it can be used by no other version
  /// of PCRE2, cannot be checked before use, and holds no JIT, which takes the greater part of the time.
  package func encode(into record: inout RecordWriter) {
    record.write(captureCount)
    record.write(isAnchored)
    record.write(facts.firstBytes) { $0.write($1) }
    record.write(facts.requiredByte) { $0.write($1) }
    record.write(facts.minimumLength)
    record.write(facts.needs.digits)
    record.write(facts.needs.wordRun)
    record.write(facts.needs.clauses) { record, clause in
      record.write(clause.strings) { $0.write($1) }
      record.write(clause.pairs.bits)
      record.write(clause.weight)
    }
    record.write(facts.needs.starts) { record, starts in
      record.write(starts.isAtEdge)
      record.write(words: starts.rows)
    }
  }

  /// A pattern in an image; compiled when it is first needed.
  package convenience init(_ source: String, reading record: inout RecordReader) throws(ImageError) {
    let captureCount = try record.int()
    let isAnchored = try record.bool()
    let first = try record.optional { record throws(ImageError) in try record.byteSet() }
    let required = try record.optional { record throws(ImageError) in try record.integer(UInt8.self) }
    let minimum = try record.int()
    var needs = PatternNeeds()
    needs.digits = try record.int()
    needs.wordRun = try record.int()
    needs.clauses = try record.list { record throws(ImageError) in
      let strings = try record.list { record throws(ImageError) in try record.bytes() }
      return NeedClause(strings: strings, pairs: ClassPairs(bits: try record.byteSet()), weight: try record.int())
    }
    needs.starts = try record.optional { record throws(ImageError) in
      guard let starts = PatternStarts(isAtEdge: try record.bool(), rows: try record.words()) else { throw record.unknown }
      return starts
    }
    guard (0...Self.mostCaptures).contains(captureCount), !isAnchored || needs.starts != nil else { throw record.unknown }
    self.init(
      source,
      facts: PatternFacts(firstBytes: first, requiredByte: required, minimumLength: minimum, needs: needs),
      captureCount: captureCount, isAnchored: isAnchored)
  }
}

extension RecordWriter {
  fileprivate mutating func write(_ set: ByteSet) {
    for word in [set.words.0, set.words.1, set.words.2, set.words.3] { write(word) }
  }
}

extension RecordReader {
  fileprivate mutating func byteSet() throws(ImageError) -> ByteSet {
    var set = ByteSet()
    set.words = (try integer(), try integer(), try integer(), try integer())
    return set
  }
}
