/// Classes of words that are used alike: a line for each, its number (`GROUP.CLASS`, from 0.1 to 63.1023),
/// a tab, and its words, folded, parted by spaces. Lines that begin with # are comments.
package struct WordClassFile: Sendable {
  /// One class of words.
  package struct WordClass: Sendable {
    /// The group in the upper six bits, the class in the lower ten.
    package var number: UInt16
    package var words: [[UInt8]]
  }

  package private(set) var classes: [WordClass] = []

  /// Reads the file.
  ///
  /// - Complexity: linear.
  package init(file: String, bytes: [UInt8]) throws(RulesError) {
    try FileDamage.checkUTF8(file: file, bytes: bytes)
    var lineNumber = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      lineNumber += 1
      if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
      let fields = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1, omittingEmptySubsequences: false)
      let numbers = fields[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        .map { UInt16(String(decoding: $0, as: UTF8.self)) }
      guard fields.count == 2, numbers.count == 2, let group = numbers[0], let number = numbers[1], group < 64,
        (1..<1024).contains(number)
      else {
        throw RulesError(
          Diagnostic(
            file: file, line: lineNumber, "is no class of words",
            remedy: "write GROUP.CLASS (0.1 to 63.1023), a tab, and words parted by spaces"))
      }
      classes.append(
        WordClass(
          number: group << 10 | number, words: fields[1].split(separator: UInt8(ascii: " ")).map { Array($0) }))
    }
  }
}
