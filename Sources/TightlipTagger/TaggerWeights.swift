/// What the tagger learned: a row of small whole numbers for each hashed feature.
package struct TaggerWeights: Sendable {
  /// Changes with the features; a file of another version is refused.
  package static let formatVersion = 4

  /// A power of two of them.
  package let rows: [TaggerRow]
  /// 64 less the number of bits of a row number.
  package let shift: UInt64
  /// How many units of a weight make the odds e times as great.
  package let scale: Int
  /// Everyday words that never begin a finding, folded: they need no scoring.
  package let quietWords: [[UInt8]]
  /// Words with weights of their own, folded; all others count as one unknown word.
  package let knownWords: [[UInt8]]

  /// Weights in memory.
  ///
  /// - Precondition: the number of rows is a power of two, at least 2.
  package init(rows: [TaggerRow], scale: Int, quietWords: [[UInt8]], knownWords: [[UInt8]]) {
    precondition(rows.count >= 2 && rows.count & (rows.count - 1) == 0, "a power of two")
    self.rows = rows
    self.scale = scale
    self.quietWords = quietWords
    self.knownWords = knownWords
    shift = UInt64(64 - rows.count.trailingZeroBitCount)
  }
}

/// Why a weights file cannot be used.
package struct TaggerWeightsError: Error, Sendable, Hashable {
  /// Counted from 1; 0 where the whole file is meant.
  package var line: Int
  package var message: String

  package init(line: Int, message: String) {
    self.line = line
    self.message = message
  }
}

extension TaggerWeights {
  /// Reads a weights file: comments, a few settings, the words, and one line for each row that
  /// is not all zeros.
  ///
  /// - Complexity: linear; 2 MB take some milliseconds.
  package init(reading bytes: [UInt8]) throws(TaggerWeightsError) {
    var reader = WeightsReader(bytes)
    try reader.read()
    guard reader.hasFormat, reader.rows.count >= 2 else {
      throw TaggerWeightsError(line: 0, message: "does not say \"format\" and \"rows\"")
    }
    self.init(
      rows: reader.rows, scale: reader.scale, quietWords: reader.quietWords, knownWords: reader.knownWords)
  }

  /// The file's text.
  ///
  /// - Parameter comments: lines about what the weights were learned from, without the "#".
  package func text(comments: [String]) -> [UInt8] {
    var out: [UInt8] = []
    for comment in comments { out += Array("# \(comment)\n".utf8) }
    out += Array("format\t\(Self.formatVersion)\nrows\t\(rows.count)\nscale\t\(scale)\n".utf8)
    out += Array("labels".utf8)
    for label in TaggerLabel.allCases { out += Array("\t\(label.name)".utf8) }
    out.append(UInt8(ascii: "\n"))
    for word in quietWords { out += Array("quiet\t".utf8) + word + [UInt8(ascii: "\n")] }
    for word in knownWords { out += Array("known\t".utf8) + word + [UInt8(ascii: "\n")] }
    for (number, row) in rows.enumerated() where row != TaggerRow() {
      out += Array(String(number).utf8)
      var gap = 1
      for label in TaggerLabel.allCases {
        if row[label] != 0 {
          out.append(contentsOf: repeatElement(UInt8(ascii: "\t"), count: gap))
          out += Array(String(row[label]).utf8)
          gap = 0
        }
        gap += 1
      }
      out.append(UInt8(ascii: "\n"))
    }
    return out
  }
}

/// Reads the lines of a weights file.
private struct WeightsReader {
  private let bytes: [UInt8]
  private var line = 1
  private var position = 0
  private(set) var hasFormat = false
  private(set) var rows: [TaggerRow] = []
  private(set) var scale = 1
  private(set) var quietWords: [[UInt8]] = []
  private(set) var knownWords: [[UInt8]] = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private static let newline = UInt8(ascii: "\n")
  private static let tab = UInt8(ascii: "\t")

  mutating func read() throws(TaggerWeightsError) {
    while position < bytes.count {
      let first = bytes[position]
      if first &- UInt8(ascii: "0") < 10 {
        try readRow()
      } else if first == UInt8(ascii: "#") || first == Self.newline {
        skipLine()
      } else {
        try readSetting()
      }
      line += 1
    }
  }

  private func problem(_ message: String) -> TaggerWeightsError {
    TaggerWeightsError(line: line, message: message)
  }

  private mutating func skipLine() {
    while position < bytes.count, bytes[position] != Self.newline { position += 1 }
    position += 1
  }

  private mutating func field() -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count, bytes[position] != Self.tab, bytes[position] != Self.newline { position += 1 }
    return bytes[start..<position]
  }

  private mutating func readSetting() throws(TaggerWeightsError) {
    let key = String(decoding: field(), as: UTF8.self)
    var values: [String] = []
    while position < bytes.count, bytes[position] == Self.tab {
      position += 1
      values.append(String(decoding: field(), as: UTF8.self))
    }
    position += 1
    switch key {
    case "format":
      guard values.first == String(TaggerWeights.formatVersion) else {
        throw problem("belongs to another version of the tagger's features")
      }
      hasFormat = true
    case "rows":
      guard let count = values.first.flatMap({ Int($0) }), (2...(1 << 20)).contains(count), count & (count - 1) == 0
      else { throw problem("the number of rows is no power of two") }
      rows = Array(repeating: TaggerRow(), count: count)
    case "scale":
      guard let scale = values.first.flatMap({ Int($0) }), (1...1000).contains(scale) else {
        throw problem("the scale is not from 1 to 1000")
      }
      self.scale = scale
    case "labels":
      guard values == TaggerLabel.allCases.map(\.name) else {
        throw problem("the labels are not those of this version")
      }
    case "known": if let word = values.first { knownWords.append(Array(word.utf8)) }
    case "quiet": if let word = values.first { quietWords.append(Array(word.utf8)) }
    default: throw problem("unknown setting \"\(key)\"")
    }
  }

  private mutating func readRow() throws(TaggerWeightsError) {
    let number = digits(below: 1 << 24)
    guard number < rows.count else { throw problem("row \(number) is beyond the last") }
    var row = TaggerRow()
    var lane = -1
    while position < bytes.count, bytes[position] == Self.tab {
      position += 1
      lane += 1
      let isNegative = position < bytes.count && bytes[position] == UInt8(ascii: "-")
      if isNegative { position += 1 }
      let value = digits(below: 1000)
      guard value <= 127, let label = TaggerLabel(rawValue: UInt8(lane & 0xFF)) else {
        throw problem("a weight is out of range")
      }
      row[label] = Int8(isNegative ? -value : value)
    }
    guard position >= bytes.count || bytes[position] == Self.newline else {
      throw problem("is no row of weights")
    }
    position += 1
    rows[number] = row
  }

  private mutating func digits(below limit: Int) -> Int {
    var value = 0
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10, value < limit {
      value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
      position += 1
    }
    return value
  }
}
