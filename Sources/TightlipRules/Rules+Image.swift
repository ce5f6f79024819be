package import TightlipCore

// What rules, waivers and examples say, as they stand in a pack image: with the places in the files that
// they came from, so that explanations and checks tell the same as from the files themselves.

extension PatternRule {
  package func encode(into record: inout RecordWriter) {
    record.write(file)
    for number in [line, patternLine, patternColumn, validatorLine, before, after] { record.write(number) }
    record.write(id)
    record.write(entity.rawValue)
    record.write(pattern)
    for score in [score, contextScore, againstScore] { record.write(score.thousandths) }
    record.write(validator) { $0.write($1) }
    record.write(context) { $0.write($1) }
    record.write(against) { $0.write($1) }
    record.write(isContextRequired)
    record.write(hasSource)
    record.write(examples)
    record.write(counterexamples)
  }

  package init(reading record: inout RecordReader) throws(ImageError) {
    let file = try record.string()
    let (line, patternLine, patternColumn) = (try record.int(), try record.int(), try record.int())
    let (validatorLine, before, after) = (try record.int(), try record.int(), try record.int())
    let id = try record.string()
    guard let entity = EntityType(rawValue: try record.integer()) else { throw record.unknown }
    let pattern = try record.string()
    let (score, contextScore, againstScore) = (try record.score(), try record.score(), try record.score())
    self.init(
      file: file, line: line, patternLine: patternLine, patternColumn: patternColumn, id: id, entity: entity,
      pattern: pattern, score: score, validator: try record.optional { record throws(ImageError) in try record.string() },
      validatorLine: validatorLine, contextScore: contextScore, before: before, after: after, againstScore: againstScore)
    context = try record.list { record throws(ImageError) in try record.string() }
    against = try record.list { record throws(ImageError) in try record.string() }
    isContextRequired = try record.bool()
    hasSource = try record.bool()
    examples = try record.examples()
    counterexamples = try record.examples()
  }
}

extension IntentRule {
  package func encode(into record: inout RecordWriter) {
    record.write(file)
    for number in [line, patternLine, patternColumn] { record.write(number) }
    record.write(id)
    switch meaning {
    case .intent(let kind): record.write(kind.rawValue)
    case .optOutNotice: record.write(UInt8.max)
    }
    record.write(language)
    record.write(pattern)
    record.write(examples)
    record.write(counterexamples)
  }

  package init(reading record: inout RecordReader) throws(ImageError) {
    let file = try record.string()
    let (line, patternLine, patternColumn) = (try record.int(), try record.int(), try record.int())
    let id = try record.string()
    let meaning: Meaning
    let number: UInt8 = try record.integer()
    if number == .max {
      meaning = .optOutNotice
    } else if let kind = MessageIntent.Kind(rawValue: number) {
      meaning = .intent(kind)
    } else {
      throw record.unknown
    }
    self.init(
      file: file, line: line, patternLine: patternLine, patternColumn: patternColumn, id: id, meaning: meaning,
      language: try record.string(), pattern: try record.string(), examples: try record.examples(),
      counterexamples: try record.examples())
  }
}

extension Waiver {
  package func encode(into record: inout RecordWriter) {
    record.write(file)
    record.write(line)
    record.write(text)
    record.write(digest) { $0.write($1) }
    record.write(entity) { $0.write($1.rawValue) }
    record.write(owner)
    record.write(reason)
    record.write(expires.end)
  }

  package init(reading record: inout RecordReader) throws(ImageError) {
    self.init(
      file: try record.string(), line: try record.int(), text: try record.string(),
      digest: try record.optional { record throws(ImageError) in try record.integer() },
      entity: try record.optional { record throws(ImageError) in try record.entity() }, owner: try record.string(),
      reason: try record.string(), expires: ExpiryDay(end: try record.integer()))
  }
}

extension MessageExample {
  package func encode(into record: inout RecordWriter) {
    record.write(file)
    record.write(line)
    record.write(message)
    record.write(expect.rawValue)
    record.write(entity) { $0.write($1.rawValue) }
  }

  package init(reading record: inout RecordReader) throws(ImageError) {
    let (file, line, message) = (try record.string(), try record.int(), try record.string())
    guard let expect = Expectation(rawValue: try record.string()) else { throw record.unknown }
    self.init(
      file: file, line: line, message: message, expect: expect,
      entity: try record.optional { record throws(ImageError) in try record.entity() })
  }
}

extension TimingData {
  package func encode(into record: inout RecordWriter) {
    record.write(windows) { record, window in
      record.write(window.state.code)
      record.write(window.weekdays)
      record.write(window.minutes.start)
      record.write(window.minutes.end)
    }
    record.write(zones.sorted { $0.key.index < $1.key.index }) { record, zone in
      record.write(zone.key.code)
      record.write(zone.value) { $0.write($1) }
    }
  }

  package init(reading record: inout RecordReader) throws(ImageError) {
    self.init()
    windows = try record.list { record throws(ImageError) in
      guard let state = USState(try record.string()) else { throw record.unknown }
      return Window(state: state, weekdays: try record.integer(), minutes: .init(try record.int(), try record.int()))
    }
    let zones = try record.list { record throws(ImageError) in
      guard let state = USState(try record.string()) else { throw record.unknown }
      return (state: state, names: try record.list { record throws(ImageError) in try record.string() })
    }
    for zone in zones { self.zones[zone.state] = zone.names }
  }
}

extension RecordWriter {
  fileprivate mutating func write(_ examples: [(line: Int, text: String)]) {
    write(examples) { record, example in
      record.write(example.line)
      record.write(example.text)
    }
  }
}

extension RecordReader {
  fileprivate mutating func examples() throws(ImageError) -> [(line: Int, text: String)] {
    try list { record throws(ImageError) in (line: try record.int(), text: try record.string()) }
  }

  fileprivate mutating func score() throws(ImageError) -> Score {
    var score = Score(thousandths: 0)
    score.thousandths = try integer()
    guard (0...1000).contains(score.thousandths) else { throw unknown }
    return score
  }

  fileprivate mutating func entity() throws(ImageError) -> EntityType {
    guard let entity = EntityType(rawValue: try integer()) else { throw unknown }
    return entity
  }
}
