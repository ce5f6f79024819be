package import TightlipCore

/// Reads `timing/*.tsv`: the hours and zones of states.
package enum TimingFile {
  /// The header of the table of hours.
  package static let windowColumns = ["state", "weekdays", "from", "until", "checked", "source", "note"]
  /// The header of the table of zones.
  package static let zoneColumns = ["state", "zones", "source", "note"]

  private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// Adds the rows of a table of hours.
  ///
  /// - Throws: ``RulesError`` with a diagnostic for every bad row.
  package static func readWindows(
    file: String, bytes: [UInt8], into data: inout TimingData
  ) throws(RulesError) {
    var problems: [Diagnostic] = []
    for row in try rows(file, bytes, windowColumns) {
      func problem(_ column: Int, _ message: String, _ remedy: String) {
        problems.append(
          Diagnostic(file: file, line: row.line, column: row.columns[column], message, remedy: remedy))
      }
      guard let state = USState(row.fields[0]) else {
        problem(0, "unknown state \"\(row.fields[0])\"", "use the two letters of the Postal Service")
        continue
      }
      guard let days = days(row.fields[1]) else {
        problem(1, "unknown weekdays \"\(row.fields[1])\"", "write for example mon-fri, sat or mon-sun")
        continue
      }
      guard let from = minutes(row.fields[2]), let until = minutes(row.fields[3]), from < until else {
        problem(2, "the hours \"\(row.fields[2])\" to \"\(row.fields[3])\" are none", "write for example 08:00 and 20:00")
        continue
      }
      let checked = Array(row.fields[4].utf8)
      guard CalendarDay(checked.span) != nil else {
        problem(4, "\"\(row.fields[4])\" is no date", "write the day on which the row was last checked, as 2026-11-22")
        continue
      }
      guard !row.fields[5].isEmpty else {
        problem(5, "the row names no source", "name the statute")
        continue
      }
      data.windows.append(
        TimingData.Window(state: state, weekdays: days, minutes: Policy.ClosedMinutes(from, until)))
    }
    if !problems.isEmpty { throw RulesError(problems) }
  }

  /// Adds the rows of a table of zones. Names are not looked up here; see ``unknownZones(in:known:)``.
  ///
  /// - Throws: ``RulesError`` with a diagnostic for every bad row.
  package static func readZones(
    file: String, bytes: [UInt8], known: NameTable, into data: inout TimingData
  ) throws(RulesError) {
    var problems: [Diagnostic] = []
    for row in try rows(file, bytes, zoneColumns) {
      func problem(_ column: Int, _ message: String, _ remedy: String) {
        problems.append(
          Diagnostic(file: file, line: row.line, column: row.columns[column], message, remedy: remedy))
      }
      guard let state = USState(row.fields[0]) else {
        problem(0, "unknown state \"\(row.fields[0])\"", "use the two letters of the Postal Service")
        continue
      }
      guard data.zones[state] == nil else {
        problem(0, "the state \(state.code) stands twice", "put all its zones into one row")
        continue
      }
      let names = row.fields[1].split(separator: " ").map(String.init)
      if names.isEmpty { problem(1, "the row names no zone", "name one IANA zone or more, separated by spaces") }
      for name in names where known.number(of: name) == nil {
        problem(
          1, "unknown time zone \"\(name)\"",
          nearest(to: name, among: (0..<known.count).map(known.name)).map { "did you mean \($0)?" }
            ?? "use a name of the IANA time zone database")
      }
      data.zones[state] = names
    }
    if !problems.isEmpty { throw RulesError(problems) }
  }

  /// Minutes of the day in a text `HH:MM`, `24:00` included; nil where it is none.
  package static func minutes(_ text: some StringProtocol) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
    var digits: [Int] = []
    for index in [0, 1, 3, 4] {
      guard (0x30...0x39).contains(bytes[index]) else { return nil }
      digits.append(Int(bytes[index] - 0x30))
    }
    let hour = digits[0] * 10 + digits[1]
    let minute = digits[2] * 10 + digits[3]
    guard minute < 60, hour < 24 || hour == 24 && minute == 0 else { return nil }
    return hour * 60 + minute
  }

  private static func days(_ text: String) -> UInt8? {
    let parts = text.split(separator: "-").map(String.init)
    guard parts.count == 1 || parts.count == 2, let first = weekdays.firstIndex(of: parts[0]),
      let last = weekdays.firstIndex(of: parts[parts.count - 1]), first <= last
    else { return nil }
    return (first...last).reduce(0) { $0 | 1 << UInt8($1) }
  }

  private struct Row {
    var line: Int
    var fields: [String]
    var columns: [Int]
  }

  private static func rows(_ file: String, _ bytes: [UInt8], _ header: [String]) throws(RulesError) -> [Row] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RulesError(Diagnostic(file: file, "is not valid UTF-8", remedy: "save the file as UTF-8"))
    }
    var rows: [Row] = []
    var problems: [Diagnostic] = []
    // Characters join CR and LF; splitting by them keeps either kind of line end out.
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (number, line) in lines.enumerated() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if number == 0 {
        guard fields == header else {
          throw RulesError(
            Diagnostic(
              file: file, line: 1, column: 1, "the header row is not the expected one",
              remedy: "begin the file with these columns, separated by tabs: " + header.joined(separator: " ")))
        }
        continue
      }
      if line.isEmpty { continue }
      guard fields.count == header.count else {
        problems.append(
          Diagnostic(
            file: file, line: number + 1, column: 1, "has \(fields.count) columns instead of \(header.count)",
            remedy: "separate the columns by single tabs: " + header.joined(separator: " ")))
        continue
      }
      var columns: [Int] = []
      var column = 1
      for field in fields {
        columns.append(column)
        column += field.count + 1
      }
      rows.append(Row(line: number + 1, fields: fields, columns: columns))
    }
    if !problems.isEmpty { throw RulesError(problems) }
    return rows
  }
}
