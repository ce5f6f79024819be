import Testing
import TightlipCore

import TightlipStore

struct SeparatedValuesTests {
  @Test(arguments: [
    ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
    ("\u{FEFF}a\n", [["a"]]), ("", []), ("\n\r\n", []), ("a,\n", [["a", ""]]), (",", [["", ""]]),
    ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]), ("\"a\r\nb\"\nc", [["a\r\nb"], ["c"]]), ("\"\"\n", [[""]]),
    ("\"\",\"\"", [["", ""]]), (" a , b ", [[" a ", " b "]]), ("ä,😀", [["ä", "😀"]]), ("a\rb\n", [["a\rb"]]),
  ])
  func `tables are read as RFC 4180 says`(text: String, fields: [[String]]) throws {
    #expect(try SeparatedValues.read([UInt8](text)).map(\.fields) == fields)
  }

  @Test(arguments: [
    ("a\n\"b", 2), ("a\"b", 1), ("a\n\n\"b\"c", 3), ("\"a\nb\"\n\"c\"\"", 3),
  ])
  func `a mistake is named with its line`(text: String, line: Int) {
    #expect {
      try SeparatedValues.read([UInt8](text))
    } throws: {
      ($0 as? SeparatedValues.Problem)?.line == line
    }
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    #expect(throws: SeparatedValues.Problem.self) { try SeparatedValues.read([0x61, 0xFF, 10]) }
  }

  @Test func `what is written is read back`() throws {
    let samples = ["", "a", "a,b", "a\"b", "\"", "a\nb", "a\r\nb", "\r", " a", "ä", "\"\"", "=1+2"]
    for first in samples {
      #expect(try SeparatedValues.read([UInt8](SeparatedValues.line([first]))).map(\.fields) == [[first]], "\(first.debugDescription)")
      for second in samples {
        #expect(try SeparatedValues.read([UInt8](SeparatedValues.line([first, second]))).map(\.fields) == [[first, second]])
      }
    }
  }
}

struct ConsentTableTests {
  private let now = Instant("2026-11-22T12:00:00Z")

  private func read(_ text: String, _ format: ConsentTable.Format = .csv) throws -> [ConsentEvent] {
    try ConsentTable.read([UInt8](text), as: format, name: "t", now: now)
  }

  @Test(arguments: ConsentTable.Format.allCases)
  func `what is exported is imported as it was`(format: ConsentTable.Format) throws {
    var full = ConsentEvent(.granted, "2026-01-01T10:00:00Z", scope: .purposes(["directions", "call-us"]), disclosure: true)
    full.expiry = Expiry(text: "2027-12-31")
    full.preferredChannel = "portal"
    full.wording = "Form \"B\", page 2\nof 2"
    full.source = "paper, form"
    full.patient = "+1 (555) 010-0199, \"Dana\""
    var until = ConsentEvent(.granted, "2026-01-01T10:00:00Z", scope: .all, disclosure: false)
    until.expiry = Expiry(text: "2027-12-31T10:00:00Z")
    let events = ConsentEvent.Kind.allCases.map { ConsentEvent($0, "2026-01-01T10:00:00Z", scope: $0 == .granted ? .all : nil) } + [full, until]
    let text = ConsentTable.write(events, as: format)
    #expect(try read(text, format) == events)
  }

  @Test func `columns may stand in any order, and times have their own offsets`() throws {
    let events = try read("time,patient,status,scope\n2026-11-22T05:00:00-07:00,p-1,granted,all\n")
    #expect(events[0].time == Instant("2026-11-22T12:00:00Z"))
    #expect(events[0].scope == .all)
    #expect(events[0].source == "import")
  }

  @Test(arguments: [
    ("patient,status\np,granted\n", "t:1: has no column time"),
    ("patient,status,time,name\n", "t:1: column 4 has a name that does not exist"),
    ("patient,status,time,time\n", "t:1: has the column time twice"),
    ("patient,status,time\np,granted\n", "t:2: has 2 fields, and the header 3"),
    ("patient,status,time\n,revoked,2026-01-01T00:00:00Z\n", "t:2: has no patient"),
    ("patient,status,time\np,yes,2026-01-01T00:00:00Z\n", "t:2: has a status that does not exist"),
    ("patient,status,time\np,revoked,2026-01-01\n", "t:2: has a time that cannot be read"),
    ("patient,status,time\np,revoked,2026-01-01T00:00:00\n", "t:2: has a time that cannot be read"),
    ("patient,status,time\np,revoked,2026-02-30T00:00:00Z\n", "t:2: has a time that cannot be read"),
    ("patient,status,time\np,revoked,2027-01-01T00:00:00Z\n", "t:2: has a time that lies ahead"),
    ("patient,status,time\np,granted,2026-01-01T00:00:00Z\n", "t:2: grants, but says not what for"),
    ("patient,status,time,expires\np,revoked,2026-01-01T00:00:00Z,soon\n", "t:2: has an end that cannot be read"),
    ("patient,status,time,disclosureAcknowledged\np,revoked,2026-01-01T00:00:00Z,perhaps\n", "t:2: does not say whether"),
    ("patient,status,time\n\"p,revoked,2026-01-01T00:00:00Z\n", "t:2: has a quotation mark that is never closed"),
  ])
  func `a mistake is named, and nothing of the table is used`(text: String, problem: String) {
    #expect {
      try read(text)
    } throws: {
      ($0 as? ConsentTable.Problems)?.descriptions.contains { $0.hasPrefix(problem) && $0.contains("to mend it: ") } == true
    }
  }

  @Test(arguments: [
    ("[]", "t:1: is no JSON object"), ("{\"patient\":\"p\"}\nx", "t:2: is no JSON object"),
    ("{\"patient\":1,\"status\":\"revoked\",\"time\":\"2026-01-01T00:00:00Z\"}", "t:1: patient has the wrong type"),
    ("{\"who\":\"p\"}", "t:1: has a member that does not exist"), ("{\"status\":\"revoked\"}", "t:1: has no patient"),
  ])
  func `a mistake in NDJSON is named too`(text: String, problem: String) {
    #expect {
      try read(text, .ndjson)
    } throws: {
      ($0 as? ConsentTable.Problems)?.descriptions.contains { $0.hasPrefix(problem) } == true
    }
  }

  @Test func `NDJSON may give purposes as a list`() throws {
    let events = try read(
      "{\"patient\":\"p\",\"status\":\"granted\",\"time\":\"2026-01-01T00:00:00Z\",\"scope\":[\"directions\",\"call-us\"],\"disclosureAcknowledged\":true}\n\n",
      .ndjson)
    #expect(events[0].scope == .purposes(["directions", "call-us"]))
    #expect(events[0].disclosureIsAcknowledged == true)
  }
}
