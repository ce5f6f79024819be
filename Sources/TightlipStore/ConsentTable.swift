internal import Foundation
package import TightlipCore

/// Consent events as a table, CSV (RFC 4180) or NDJSON: the same columns, in any order.
package enum ConsentTable {
  /// The form of a table.
  package enum Format: String, CaseIterable, Sendable { case csv, ndjson }

  /// Every column.
  package enum Column: String, CaseIterable, Sendable {
    case patient, status, time, scope, expires, preferredChannel, disclosureAcknowledged, wording, source

    var isRequired: Bool { self == .patient || self == .status || self == .time }
  }

  /// One or more rows that keep a table from being imported; nothing of it is then used.
  package struct Problems: Error, Sendable {
    /// `file:line: what is wrong`, and how to mend it.
    package var descriptions: [String]
  }

  /// Writes events.
  package static func write(_ events: [ConsentEvent], as format: Format) -> String {
    let columns = Column.allCases
    switch format {
    case .csv:
      return SeparatedValues.line(columns.map(\.rawValue))
        + events.map { event in SeparatedValues.line(columns.map { value($0, of: event) ?? "" }) }.joined()
    case .ndjson:
      var output: [UInt8] = []
      for event in events {
        for (index, column) in columns.enumerated() {
          guard let value = value(column, of: event) else { continue }
          output.append(UInt8(ascii: index == 0 ? "{" : ","))
          JSONText.append(string: column.rawValue, to: &output)
          output.append(UInt8(ascii: ":"))
          if column == .disclosureAcknowledged {
            output.append(contentsOf: value.utf8)
          } else {
            JSONText.append(string: value, to: &output)
          }
        }
        output.append(contentsOf: "}\n".utf8)
      }
      return String(decoding: output, as: UTF8.self)
    }
  }

  /// Reads events.
  ///
  /// - Parameters:
  ///   - name: what the table is called in problems.
  ///   - now: a time more than a day behind it is refused: it would outweigh everything said until then.
  /// - Throws: ``Problems``, at most twenty.
  package static func read(
    _ bytes: [UInt8], as format: Format, name: String, now: Instant
  ) throws(Problems) -> [ConsentEvent] {
    var problems: [String] = []
    var events: [ConsentEvent] = []
    let rows: [(line: Int, values: [String: String])]
    switch format {
    case .csv: rows = try readCSV(bytes, name)
    case .ndjson: rows = try readNDJSON(bytes, name)
    }
    for row in rows {
      do throws(RowProblem) {
        events.append(try event(row.values, now: now))
      } catch {
        problems.append("\(name):\(row.line): \(error.message)\n  to mend it: \(error.remedy)")
        if problems.count == 20 { break }
      }
    }
    guard problems.isEmpty else { throw Problems(descriptions: problems) }
    return events
  }

  private struct RowProblem: Error {
    var message: String
    var remedy: String
  }

  private static func value(_ column: Column, of event: ConsentEvent) -> String? {
    switch column {
    case .patient: event.patient
    case .status: event.kind.rawValue
    case .time: event.time.text
    case .scope: event.scope?.text
    case .expires: event.expiry?.text
    case .preferredChannel: event.preferredChannel
    case .disclosureAcknowledged: event.disclosureIsAcknowledged.map { $0 ? "true" : "false" }
    case .wording: event.wording
    case .source: event.source
    }
  }

  private static func event(_ row: [String: String], now: Instant) throws(RowProblem) -> ConsentEvent {
    func text(_ column: Column) -> String? { row[column.rawValue].flatMap { $0.isEmpty ? nil : $0 } }
    func required(_ column: Column, _ remedy: String) throws(RowProblem) -> String {
      guard let value = text(column) else { throw RowProblem(message: "has no \(column.rawValue)", remedy: remedy) }
      return value
    }
    let patient = try required(.patient, "write the id that the gateway gives as recipient.id")
    let status = try required(.status, "write granted, revoked, never, opt-out or opt-in")
    guard let kind = ConsentEvent.Kind(rawValue: status) else {
      throw RowProblem(message: "has a status that does not exist", remedy: "write granted, revoked, never, opt-out or opt-in")
    }
    guard let time = Instant(text: try required(.time, "write when it was said")) else {
      throw RowProblem(
        message: "has a time that cannot be read", remedy: "write it with its offset, for example 2026-11-22T14:03:00-07:00")
    }
    guard time <= now.adding(seconds: 86_400) else {
      throw RowProblem(message: "has a time that lies ahead", remedy: "write when it was said, not until when it holds (expires)")
    }
    var event = ConsentEvent(patient: patient, kind: kind, time: time, source: text(.source) ?? "import")
    if let scope = text(.scope) {
      guard let read = ConsentEvent.Scope(text: scope) else {
        throw RowProblem(message: "has an empty scope", remedy: "write all, or purposes with a space between")
      }
      event.scope = read
    } else if kind == .granted {
      throw RowProblem(message: "grants, but says not what for", remedy: "write as scope all, or purposes with a space between")
    }
    if let expires = text(.expires) {
      guard let expiry = Expiry(text: expires) else {
        throw RowProblem(message: "has an end that cannot be read", remedy: "write 2027-12-31, or a time with its offset")
      }
      event.expiry = expiry
    }
    event.preferredChannel = text(.preferredChannel)
    event.wording = text(.wording)
    switch text(.disclosureAcknowledged)?.lowercased() {
    case nil: break
    case "true", "yes", "1": event.disclosureIsAcknowledged = true
    case "false", "no", "0": event.disclosureIsAcknowledged = false
    default:
      throw RowProblem(message: "does not say whether the disclosure was acknowledged", remedy: "write true or false")
    }
    return event
  }

  private static func readCSV(_ bytes: [UInt8], _ name: String) throws(Problems) -> [(line: Int, values: [String: String])] {
    let records: [SeparatedValues.Record]
    do throws(SeparatedValues.Problem) {
      records = try SeparatedValues.read(bytes)
    } catch {
      throw Problems(descriptions: ["\(name):\(error.line): \(error.message)\n  to mend it: write the table as RFC 4180 says, in UTF-8"])
    }
    guard let header = records.first else { return [] }
    let known = Column.allCases.map(\.rawValue)
    var problems: [String] = []
    for (index, column) in header.fields.enumerated() {
      if !known.contains(column) {
        problems.append("\(name):\(header.line): column \(index + 1) has a name that does not exist\n  to mend it: name the columns \(known.joined(separator: ", "))")
      } else if header.fields[..<index].contains(column) {
        problems.append("\(name):\(header.line): has the column \(column) twice\n  to mend it: leave one out")
      }
    }
    for column in Column.allCases where column.isRequired && !header.fields.contains(column.rawValue) {
      problems.append("\(name):\(header.line): has no column \(column.rawValue)\n  to mend it: the first line names the columns")
    }
    guard problems.isEmpty else { throw Problems(descriptions: problems) }
    var rows: [(line: Int, values: [String: String])] = []
    for record in records.dropFirst() {
      guard record.fields.count == header.fields.count else {
        problems.append(
          "\(name):\(record.line): has \(record.fields.count) fields, and the header \(header.fields.count)\n  to mend it: put fields with commas or line breaks into quotation marks")
        if problems.count == 20 { break }
        continue
      }
      rows.append((record.line, Dictionary(uniqueKeysWithValues: zip(header.fields, record.fields))))
    }
    guard problems.isEmpty else { throw Problems(descriptions: problems) }
    return rows
  }

  private static func readNDJSON(_ bytes: [UInt8], _ name: String) throws(Problems) -> [(line: Int, values: [String: String])] {
    let known = Column.allCases.map(\.rawValue)
    var rows: [(line: Int, values: [String: String])] = []
    var problems: [String] = []
    for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) { continue }
      let place = "\(name):\(index + 1)"
      guard let object = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any] else {
        problems.append("\(place): is no JSON object\n  to mend it: write one object on each line")
        continue
      }
      var values: [String: String] = [:]
      for (key, value) in object {
        if !known.contains(key) {
          problems.append("\(place): has a member that does not exist\n  to mend it: use \(known.joined(separator: ", "))")
        } else if let text = value as? String {
          values[key] = text
        } else if key == Column.disclosureAcknowledged.rawValue, let flag = value as? Bool {
          values[key] = flag ? "true" : "false"
        } else if key == Column.scope.rawValue, let words = value as? [String] {
          values[key] = words.joined(separator: " ")
        } else {
          problems.append("\(place): \(key) has the wrong type\n  to mend it: write it as text")
        }
      }
      rows.append((index + 1, values))
      if problems.count >= 20 { break }
    }
    guard problems.isEmpty else { throw Problems(descriptions: problems) }
    return rows
  }
}
