/// Comma-separated values (RFC 4180).
package enum SeparatedValues {
  /// One record, and the line it begins on, from 1.
  package struct Record: Hashable, Sendable {
    package var line: Int
    package var fields: [String]
  }

  /// Why a text is no CSV.
  package struct Problem: Error, Hashable, Sendable {
    package var line: Int
    package var message: String
  }

  /// Reads all records. Lines end with CR LF or LF; a byte order mark is skipped, and so are empty
  /// lines.
  ///
  /// - Throws: ``Problem`` where quotation marks do not fit, or the text is not UTF-8.
  /// - Complexity: linear in the text.
  package static func read(_ bytes: [UInt8]) throws(Problem) -> [Record] {
    var records: [Record] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var line = 1
    var recordLine = 1
    var wasQuoted = false
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0

    func endField() throws(Problem) {
      guard let text = String(validating: field, as: UTF8.self) else {
        throw Problem(line: recordLine, message: "is not UTF-8")
      }
      fields.append(text)
      field.removeAll(keepingCapacity: true)
      wasQuoted = false
    }
    func endRecord() throws(Problem) {
      if fields.isEmpty, field.isEmpty, !wasQuoted { return }
      try endField()
      records.append(Record(line: recordLine, fields: fields))
      fields.removeAll(keepingCapacity: true)
    }

    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard field.isEmpty, !wasQuoted else {
          throw Problem(line: line, message: "has a quotation mark inside a field; write the field in quotation marks and double it")
        }
        wasQuoted = true
        let start = line
        while true {
          guard index < bytes.count else {
            throw Problem(line: start, message: "has a quotation mark that is never closed")
          }
          let inner = bytes[index]
          index += 1
          if inner == UInt8(ascii: "\"") {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { break }
            index += 1
          }
          if inner == 10 { line += 1 }
          field.append(inner)
        }
      case UInt8(ascii: ","): try endField()
      case 13 where index < bytes.count && bytes[index] == 10: continue
      case 10:
        try endRecord()
        line += 1
        recordLine = line
      default:
        guard !wasQuoted else { throw Problem(line: line, message: "has characters behind a closing quotation mark") }
        field.append(byte)
      }
    }
    try endRecord()
    return records
  }

  /// One record as a line with CR LF.
  package static func line(_ fields: [String]) -> String {
    fields.map { field in
      let needsQuotes = field.utf8.contains { $0 == 10 || $0 == 13 || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
        || fields.count == 1 && field.isEmpty
      guard needsQuotes else { return field }
      return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }.joined(separator: ",") + "\r\n"
  }
}
