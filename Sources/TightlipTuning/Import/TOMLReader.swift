/// The part of TOML that allow lists are written in: tables, arrays of tables, strings of all four
/// kinds, arrays, numbers, booleans. Anything else is an error that names its line, never passed over.
///
/// TOML 1.0.0 (toml.io). A package that reads all of TOML would bring a C++ library with it, for files of
/// which only strings matter here.
struct TOMLReader {
  indirect enum Value: Equatable {
    case string(String)
    case array([Value])
    case table([String: Value])
    /// A number, a boolean or a date, as written.
    case other(String)
  }

  struct Failure: Error {
    var line: Int
    var problem: String
  }

  private var scalars: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var root: [String: Value] = [:]
  private var path: [String] = []

  /// Reads a document.
  static func read(_ text: String) throws(Failure) -> [String: Value] {
    var reader = TOMLReader(scalars: Array(text.unicodeScalars))
    try reader.document()
    return reader.root
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func advance() {
    if current == "\n" { line += 1 }
    index += 1
  }

  private func failure(_ problem: String) -> Failure { Failure(line: line, problem: problem) }

  private mutating func skip(lines: Bool) {
    while let scalar = current {
      if scalar == " " || scalar == "\t" || (lines && (scalar == "\n" || scalar == "\r")) {
        advance()
      } else if scalar == "#" {
        while let scalar = current, scalar != "\n" { _ = scalar; advance() }
      } else {
        return
      }
    }
  }

  private mutating func document() throws(Failure) {
    while true {
      skip(lines: true)
      guard let scalar = current else { return }
      if scalar == "[" { try header() } else { try pair() }
      skip(lines: false)
      if let scalar = current, scalar != "\n", scalar != "\r" { throw failure("something follows the value on its line") }
    }
  }

  private mutating func header() throws(Failure) {
    advance()
    let isArray = current == "["
    if isArray { advance() }
    path = try keys()
    for _ in 0..<(isArray ? 2 : 1) {
      skip(lines: false)
      guard current == "]" else { throw failure("the header of a table has no ]") }
      advance()
    }
    try Self.insert(into: &root, path[...], isArray ? .array([.table([:])]) : .table([:]), appends: isArray, line)
  }

  private mutating func keys() throws(Failure) -> [String] {
    var keys: [String] = []
    while true {
      skip(lines: false)
      if current == "\"" || current == "'" {
        guard case .string(let key) = try value() else { throw failure("a key is no word") }
        keys.append(key)
      } else {
        var key = ""
        while let scalar = current, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-" {
          key.unicodeScalars.append(scalar)
          advance()
        }
        guard !key.isEmpty else { throw failure("a key is missing") }
        keys.append(key)
      }
      skip(lines: false)
      guard current == "." else { return keys }
      advance()
    }
  }

  private mutating func pair() throws(Failure) {
    let keys = try keys()
    guard current == "=" else { throw failure("a key has no = behind it") }
    advance()
    skip(lines: false)
    let start = line
    let value = try value()
    try Self.insert(into: &root, (path + keys)[...], value, appends: false, start)
  }

  /// Puts a value at a path; in an array of tables the last is meant.
  private static func insert(
    into table: inout [String: Value], _ path: ArraySlice<String>, _ value: Value, appends: Bool, _ line: Int
  ) throws(Failure) {
    guard let key = path.first else { return }
    let rest = path.dropFirst()
    if rest.isEmpty {
      switch (table[key], value) {
      case (nil, _): table[key] = value
      case (.array(let held), .array(let more)) where appends: table[key] = .array(held + more)
      case (.table, .table([:])): break
      default: throw Failure(line: line, problem: "\"\(key)\" stands twice")
      }
      return
    }
    switch table[key] {
    case nil:
      var inner: [String: Value] = [:]
      try insert(into: &inner, rest, value, appends: appends, line)
      table[key] = .table(inner)
    case .table(var inner):
      try insert(into: &inner, rest, value, appends: appends, line)
      table[key] = .table(inner)
    case .array(var items):
      guard case .table(var inner) = items.last else { throw Failure(line: line, problem: "\"\(key)\" is no table") }
      try insert(into: &inner, rest, value, appends: appends, line)
      items[items.count - 1] = .table(inner)
      table[key] = .array(items)
    default: throw Failure(line: line, problem: "\"\(key)\" is no table")
    }
  }

  private mutating func value() throws(Failure) -> Value {
    guard let scalar = current else { throw failure("a value is missing") }
    switch scalar {
    case "\"", "'": return .string(try string(scalar))
    case "[": return try array()
    case "{": return try inlineTable()
    default:
      var word = ""
      while let scalar = current, !" \t\r\n,]}#".unicodeScalars.contains(scalar) {
        word.unicodeScalars.append(scalar)
        advance()
      }
      guard !word.isEmpty, word.unicodeScalars.allSatisfy({ $0.isASCII }) else { throw failure("a value is missing") }
      guard word == "true" || word == "false" || "+-0123456789in".unicodeScalars.contains(word.unicodeScalars.first!) else {
        throw failure("\"\(word)\" is no value; texts stand in quotation marks")
      }
      return .other(word)
    }
  }

  private mutating func array() throws(Failure) -> Value {
    advance()
    var items: [Value] = []
    while true {
      skip(lines: true)
      if current == "]" {
        advance()
        return .array(items)
      }
      items.append(try value())
      skip(lines: true)
      if current == "," { advance() } else if current != "]" { throw failure("an array has no ] or comma") }
    }
  }

  private mutating func inlineTable() throws(Failure) -> Value {
    advance()
    var table: [String: Value] = [:]
    while true {
      skip(lines: true)
      if current == "}" {
        advance()
        return .table(table)
      }
      let keys = try keys()
      guard current == "=" else { throw failure("a key has no = behind it") }
      advance()
      skip(lines: false)
      try Self.insert(into: &table, keys[...], try value(), appends: false, line)
      skip(lines: true)
      if current == "," { advance() } else if current != "}" { throw failure("a table has no } or comma") }
    }
  }

  private mutating func string(_ quote: Unicode.Scalar) throws(Failure) -> String {
    let isLong = index + 2 < scalars.count && scalars[index + 1] == quote && scalars[index + 2] == quote
    for _ in 0..<(isLong ? 3 : 1) { advance() }
    if isLong, current == "\r" { advance() }
    if isLong, current == "\n" { advance() }
    var text = String.UnicodeScalarView()
    while let scalar = current {
      if scalar == quote {
        if !isLong {
          advance()
          return String(text)
        }
        if index + 2 < scalars.count, scalars[index + 1] == quote, scalars[index + 2] == quote {
          for _ in 0..<3 { advance() }
          return String(text)
        }
      }
      if scalar == "\n", !isLong { throw failure("a text has no closing \(quote)") }
      if scalar == "\\", quote == "\"" {
        try escape(into: &text)
      } else {
        text.append(scalar)
        advance()
      }
    }
    throw failure("a text has no closing \(quote)")
  }

  private mutating func escape(into text: inout String.UnicodeScalarView) throws(Failure) {
    advance()
    guard let scalar = current else { throw failure("a text ends in \\") }
    advance()
    switch scalar {
    case "b": text.append("\u{8}")
    case "t": text.append("\t")
    case "n": text.append("\n")
    case "f": text.append("\u{C}")
    case "r": text.append("\r")
    case "\"", "\\": text.append(scalar)
    case "u", "U":
      var number: UInt32 = 0
      for _ in 0..<(scalar == "u" ? 4 : 8) {
        guard let digit = current.flatMap({ Character($0).hexDigitValue }) else { throw failure("\\\(scalar) needs hexadecimal digits") }
        number = number << 4 | UInt32(digit)
        advance()
      }
      guard let decoded = Unicode.Scalar(number) else { throw failure("\\\(scalar) names no character") }
      text.append(decoded)
    case "\n", " ", "\t", "\r": skip(lines: true)
    default: throw failure("\\\(scalar) means nothing")
    }
  }
}
