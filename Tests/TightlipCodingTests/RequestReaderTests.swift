import Testing
import TightlipCoding
import TightlipCore

struct RequestReaderTests {
  static let whole = #"""
    {"id":"m-17","text":"Hi Dana, your A1c came back at 9.1","direction":"inbound","sender":{"id":"rn-4","role":"nurse"},"recipient":{"id":"p-88","timeZone":"America/Denver","timeZones":["America/Denver","America/Boise"],"state":"ID","known":{"names":["Dana Whitfield","Dana W"],"dateOfBirth":"1961-04-02","identifiers":["00418823"]},"consent":{"status":"granted","scope":["billing"],"preferredChannel":"sms","disclosureAcknowledged":true,"expires":"2027-01-01"}},"channel":{"kind":"sms","encrypted":true,"deviceEncrypted":true,"deviceAttestedAt":"2026-11-22T14:03:00.5-07:00"},"thread":"t-5","sentAt":"2026-11-22T14:03:00Z","purpose":"appointment-reminder","inReplyTo":{"id":"x","receivedAt":"2026-11-22T14:03:00Z"},"unknown":[1,{"a":null}]}
    """#

  @Test func `reads every member`() {
    let (reading, message) = read(Self.whole)
    #expect(reading == .text("Hi Dana, your A1c came back at 9.1"))
    #expect(string(message.identifierJSON) == #""m-17""#)
    #expect(message.direction == .inbound)
    #expect(string(message.senderID) == "rn-4")
    #expect(string(message.senderRole) == "nurse")
    #expect(string(message.recipientID) == "p-88")
    #expect(message.known.names.map(string) == ["Dana Whitfield", "Dana W"])
    #expect(string(message.known.dateOfBirth) == "1961-04-02")
    #expect(message.known.identifiers.map(string) == ["00418823"])
    #expect(string(message.channelKind) == "sms")
    #expect(message.channelIsEncrypted && message.deviceIsEncrypted)
    #expect(string(message.thread) == "t-5")
    #expect(message.sentAt == Instant(seconds: 1_795_356_180))
    #expect(string(message.timeZone) == "America/Denver")
    #expect(message.timeZones.map(string) == ["America/Denver", "America/Boise"])
    #expect(message.state?.code == "ID")
    #expect(message.deviceAttestedAt == Instant(seconds: 1_795_381_380))
    #expect(message.consent.isGiven && message.consent.status == .granted)
    #expect(message.consent.hasScope && !message.consent.coversEverything)
    #expect(message.consent.scope.map(string) == ["billing"])
    #expect(string(message.consent.preferredChannel) == "sms")
    #expect(message.consent.disclosureIsAcknowledged == true)
    #expect(message.consent.expiry == .endOfDay(CalendarDay(year: 2027, month: 1, day: 1)!))
    #expect(message.inReplyTo.isGiven && string(message.inReplyTo.id) == "x")
    #expect(message.inReplyTo.receivedAt == message.sentAt)
    #expect(string(message.purpose) == "appointment-reminder")
  }

  @Test func `only text is required`() {
    let (reading, message) = read(#" {"text" : "a\tb\u00e9\ud83d\ude00"} "#)
    #expect(reading == .text("a\tbé😀"))
    #expect(message.identifierJSON.isEmpty)
    #expect(message.direction == .outbound)
    #expect(!message.channelIsEncrypted && !message.deviceIsEncrypted && message.known.isEmpty)
    #expect(read(#"{"text":""}"#).reading == .text(""))
  }

  @Test func `keeps nothing of the message before`() throws {
    var reader = RequestReader()
    var message = Message()
    for line in [Self.whole, #"{"text":"x"}"#, Self.whole, #"{"text":"#, Self.whole, "{}"] {
      let bytes = Array(line.utf8)
      do throws(RequestError) {
        try reader.read(bytes.span, into: &message)
        if line == Self.whole {
          #expect(message.known.names.count == 2)
          continue
        }
        #expect(string(message.text) == "x")
      } catch {
        #expect(message.text.isEmpty)
      }
      #expect(message.identifierJSON.isEmpty && message.known.isEmpty && message.senderRole.isEmpty)
      #expect(message.senderID.isEmpty && message.recipientID.isEmpty && message.purpose.isEmpty)
      #expect(message.channelKind.isEmpty && message.thread.isEmpty && message.sentAt == nil)
      #expect(message.consent == Consent() && message.inReplyTo == RepliedMessage())
      #expect(message.timeZone.isEmpty && message.timeZones.isEmpty && message.state == nil)
      #expect(message.deviceAttestedAt == nil)
      #expect(!message.channelIsEncrypted && !message.deviceIsEncrypted)
      #expect(message.direction == .outbound)
    }
  }

  @Test(arguments: [
    (#""a\nb\u2028\u0000\/""#, #""a\nb\u2028\u0000/""#), ("1", "1"), ("-0", "-0"), ("1.0", "1.0"),
    ("1e2", "1e2"), ("18446744073709551615", "18446744073709551615"), ("true", "true"),
    ("false", "false"), ("null", "null"), (#""""#, #""""#), (#""é😀""#, #""é😀""#),
  ])
  func `echoes an id of any scalar type`(id: String, echo: String) {
    for line in [
      "{\"id\":\(id),\"text\":\"x\"}", "{\"a\":[\"\\\\\",{}],\"text\":\"x\" , \"id\" : \(id) }",
    ] {
      let (reading, message) = read(line)
      #expect(reading == .text("x"))
      #expect(string(message.identifierJSON) == echo)
    }
  }

  @Test func `drops empty names and numbers`() {
    let (_, message) = read(
      #"{"text":"x","recipient":{"known":{"names":["","A"],"identifiers":[""]}}}"#)
    #expect(message.known.names.map(string) == ["A"])
    #expect(message.known.identifiers.isEmpty)
  }

  static let errors: [(String, RequestError.Code)] = [
    ("", .empty), (" \t\r", .empty),
    ("{", .malformedJSON), ("nul", .malformedJSON), (#"{"text":"x"}{"text":"y"}"#, .malformedJSON),
    (#"{"text":"x"} 1"#, .malformedJSON), (#"{"text":"x",}"#, .malformedJSON),
    (#"{"text":"x","n":1e400}"#, .malformedJSON), (#"{"text":"x","n":012}"#, .malformedJSON),
    (#"{"text":"\q"}"#, .malformedJSON), ("{'text':'x'}", .malformedJSON),
    ("{\"text\":\"a\u{1}b\"}", .malformedJSON), ("\u{FEFF}{\"text\":\"x\"}", .malformedJSON),
    (#"{"text":"x","n":NaN}"#, .malformedJSON), (#"{"text":"x"}//"#, .malformedJSON),
    ("[]", .notAnObject), ("\"text\"", .notAnObject), ("1", .notAnObject), ("null", .notAnObject),
    ("{}", .noText), (#"{" text":"x"}"#, .noText), (#"{"Text":"x"}"#, .noText),
    (#"{"text":1}"#, .textType), (#"{"text":null}"#, .textType), (#"{"text":["x"]}"#, .textType),
    (#"{"text":{"text":"x"}}"#, .textType), (#"{"text":true}"#, .textType),
    (#"{"text":"a\u0000b"}"#, .nul), ("{\"text\":\"a\u{0}b\"}", .nul), ("\u{0}", .nul),
    (#"{"text":"x","purpose":"a\u0000"}"#, .nul),
    (#"{"text":"x","recipient":{"known":{"names":["a\u0000"]}}}"#, .nul),
    (#"{"text":"a","text":"b"}"#, .duplicateMember),
    (#"{"text":"a","te\u0078t":"b"}"#, .duplicateMember),
    (#"{"text":"a","x":{"y":[{"z":1,"z":1}]}}"#, .duplicateMember),
    (#"{"text":"a","":1,"":2}"#, .duplicateMember),
    (#"{"text":"a","sender":{"id":"1","role":"n","\u0069d":"2"}}"#, .duplicateMember),
    (#"{"text":"a","x":[[],{"a\u0000":1,"a":2,"a\u0000":3}]}"#, .duplicateMember),
    (#"{"text":"x","id":[]}"#, .idType), (#"{"text":"x","id":{}}"#, .idType),
    (#"{"text":"x","direction":"sideways"}"#, .direction),
    (#"{"text":"x","direction":1}"#, .direction),
    (#"{"text":"x","direction":"Inbound"}"#, .direction),
    (#"{"text":"x","sentAt":"2026-11-22T14:03:00"}"#, .sentAt),
    (#"{"text":"x","sentAt":1763820180}"#, .sentAt), (#"{"text":"x","sentAt":""}"#, .sentAt),
    (#"{"text":"x","channel":{"deviceAttestedAt":"yesterday"}}"#, .time),
    (#"{"text":"x","inReplyTo":{"receivedAt":"2026-13-01T00:00:00Z"}}"#, .time),
    (#"{"text":"x","recipient":{"consent":{"expires":"soon"}}}"#, .time),
    (#"{"text":"x","recipient":{"known":{"dateOfBirth":"1961-02-29"}}}"#, .date),
    (#"{"text":"x","recipient":{"known":{"dateOfBirth":"4/2/1961"}}}"#, .date),
    (#"{"text":"x","recipient":{"known":{"dateOfBirth":""}}}"#, .date),
    (#"{"text":"x","recipient":{"timeZone":""}}"#, .timeZone),
    (#"{"text":"x","recipient":{"state":"XX"}}"#, .state),
    (#"{"text":"x","recipient":{"state":"Idaho"}}"#, .state),
    (#"{"text":"x","recipient":{"state":""}}"#, .state),
    (#"{"text":"x","recipient":{"timeZones":["Europe/Berlin",""]}}"#, .timeZone),
    (#"{"text":"\ud800"}"#, .loneSurrogate), (#"{"text":"\udc00"}"#, .loneSurrogate),
    (#"{"text":"\ud800\ud800"}"#, .loneSurrogate), (#"{"text":"\ud800A"}"#, .loneSurrogate),
    (#"{"text":"\udc00\ud800"}"#, .loneSurrogate), (#"{"text":"\ud800x"}"#, .loneSurrogate),
    (#"{"text":"x","a":["\uDFFF"]}"#, .loneSurrogate),
    (#"{"text":"x","\uDFFF":1}"#, .loneSurrogate),
    (#"{"text":"\\\udc00"}"#, .loneSurrogate), (#"{"text":"\ud83d\\ude00"}"#, .loneSurrogate),
    (#"{"text":"\ud83d\ude00\ude00"}"#, .loneSurrogate),
    (#"{"text":"x","sender":1}"#, .memberType), (#"{"text":"x","sender":null}"#, .memberType),
    (#"{"text":"x","sender":{"id":4}}"#, .memberType),
    (#"{"text":"x","sender":{"role":["nurse"]}}"#, .memberType),
    (#"{"text":"x","recipient":[]}"#, .memberType),
    (#"{"text":"x","recipient":{"id":1}}"#, .memberType),
    (#"{"text":"x","recipient":{"state":1}}"#, .memberType),
    (#"{"text":"x","recipient":{"timeZone":1}}"#, .memberType),
    (#"{"text":"x","recipient":{"timeZones":"Europe/Berlin"}}"#, .memberType),
    (#"{"text":"x","recipient":{"known":[]}}"#, .memberType),
    (#"{"text":"x","recipient":{"known":{"names":"A"}}}"#, .memberType),
    (#"{"text":"x","recipient":{"known":{"names":[1]}}}"#, .memberType),
    (#"{"text":"x","recipient":{"known":{"identifiers":[null]}}}"#, .memberType),
    (#"{"text":"x","recipient":{"known":{"dateOfBirth":19610402}}}"#, .memberType),
    (#"{"text":"x","recipient":{"consent":"granted"}}"#, .memberType),
    (#"{"text":"x","recipient":{"consent":{"status":"maybe"}}}"#, .memberType),
    (#"{"text":"x","recipient":{"consent":{"scope":"some"}}}"#, .memberType),
    (#"{"text":"x","recipient":{"consent":{"scope":[1]}}}"#, .memberType),
    (#"{"text":"x","recipient":{"consent":{"preferredChannel":1}}}"#, .memberType),
    (#"{"text":"x","recipient":{"consent":{"disclosureAcknowledged":"yes"}}}"#, .memberType),
    (#"{"text":"x","channel":"sms"}"#, .memberType),
    (#"{"text":"x","channel":{"kind":1}}"#, .memberType),
    (#"{"text":"x","channel":{"encrypted":"true"}}"#, .memberType),
    (#"{"text":"x","channel":{"encrypted":null}}"#, .memberType),
    (#"{"text":"x","channel":{"deviceEncrypted":1}}"#, .memberType),
    (#"{"text":"x","thread":5}"#, .memberType), (#"{"text":"x","purpose":{}}"#, .memberType),
    (#"{"text":"x","inReplyTo":"m-1"}"#, .memberType),
    (#"{"text":"x","inReplyTo":{"id":1}}"#, .memberType),
    (String(repeating: "[", count: 100_000), .malformedJSON),
    (String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000), .depth),
    (
      #"{"text":"x","a":"# + String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        + "}", .depth
    ),
  ]

  @Test func `names what is wrong`() {
    for (line, code) in Self.errors {
      #expect(read(line).reading == .error(code), "\(line.prefix(80))")
    }
  }

  @Test func `a zone is read against the list where there is one`() {
    let options = RequestOptions(timeZones: NameTable(["America/Denver", "UTC", "America/Boise"]))
    for name in ["America/Denver", "UTC", "America/Boise"] {
      #expect(read(#"{"text":"x","recipient":{"timeZone":"\#(name)"}}"#, options).reading == .text("x"))
    }
    for name in ["America/Denve", "America/Denverx", "america/denver", "MST", "", " UTC"] {
      for member in [#""timeZone":"\#(name)""#, #""timeZones":["UTC","\#(name)"]"#] {
        #expect(read(#"{"text":"x","recipient":{\#(member)}}"#, options).reading == .error(.timeZone))
      }
    }
  }

  @Test func `a scope is a list of purposes or all of them`() {
    func consent(_ scope: String) -> Consent {
      read(#"{"text":"x","recipient":{"consent":{"scope":\#(scope)}}}"#).message.consent
    }
    #expect(consent(#""all""#).coversEverything)
    #expect(consent(#"["billing","all"]"#).coversEverything)
    #expect(consent(#"["billing","survey"]"#).scope.map(string) == ["billing", "survey"])
    #expect(consent("[]").hasScope && consent("[]").scope.isEmpty)
    #expect(!read(#"{"text":"x","recipient":{"consent":{}}}"#).message.consent.hasScope)
  }

  @Test(
    arguments: [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
    ] as [[UInt8]])
  func `refuses what is not UTF-8, wherever it stands`(bytes: [UInt8]) {
    for line in [
      #"{"text":"a@"}"#, #"{"text":"x","a":"@b"}"#, #"{"text":"x"}@"#, #"@{"text":"x"}"#,
      #"{"te@xt":"x"#,
    ] {
      let parts = line.split(separator: "@", omittingEmptySubsequences: false)
      let line = Array(parts[0].utf8) + bytes + Array(parts[1].utf8)
      #expect(read(line).reading == .error(.invalidUTF8))
    }
  }

  @Test func `refuses lines over the limit, and reads the longest`() {
    let line = #"{"text":"\#(String(repeating: "x", count: 5000))"}"#
    let count = line.utf8.count
    #expect(read(line, RequestOptions(maxBytes: count)).reading != .error(.tooLong))
    #expect(read(line, RequestOptions(maxBytes: count - 1)).reading == .error(.tooLong))
    #expect(read(#"{"text":"x"}"#, RequestOptions(maxBytes: 12)).reading == .text("x"))
    #expect(read(#"{"text":"xy"}"#, RequestOptions(maxBytes: 12)).reading == .error(.tooLong))
  }

  @Test func `reads lines of every length in any order`() {
    var reader = RequestReader(options: RequestOptions(maxBytes: 100_000))
    var message = Message()
    var random = SplitMix(state: 7)
    for _ in 0..<300 {
      let count = Int.random(in: 0...Int.random(in: 0...90_000, using: &random), using: &random)
      let line = Array(#"{"text":"\#(String(repeating: "é", count: count / 2))"}"#.utf8)
      #expect(throws: Never.self) { try reader.read(line.span, into: &message) }
      #expect(message.text.count == count / 2 * 2)
    }
  }

  @Test(arguments: [
    (#"{"id":"k","text":1}"#, #""k""#), (#"{"text":1,"id":7}"#, "7"),
    (#"{"id":"k","a":1,"a":2}"#, #""k""#), (#"{"id":"k","id":"j","text":"x"}"#, ""),
    (#"{"id":"k","i\u0064":"j","text":"x"}"#, ""), (#"{"id":"k","text":"\udc00"}"#, ""),
    (#"{"id":"\udc00","text":"x"}"#, ""), (#"{"id":["k"],"text":"x"}"#, ""),
    (#"{"id":"k","text":"x""#, ""), (#"{"id":"k"}"#, #""k""#), (#"{"x":{"id":"k"}}"#, ""),
  ])
  func `an error keeps the id where it is beyond doubt`(line: String, echo: String) {
    let (reading, message) = read(line)
    guard case .error = reading else {
      Issue.record("\(line) was read")
      return
    }
    #expect(string(message.identifierJSON) == echo)
  }

  @Test func `accepts and refuses times as RFC 3339 does`() {
    let good = [
      "2026-11-22T14:03:00Z", "2026-11-22t14:03:00z", "2026-11-22T14:03:00.123456789+05:45",
      "2024-02-29T00:00:00-00:00", "2000-02-29T23:59:59Z", "2016-12-31T23:59:60Z",
      "2016-12-31T16:59:60-07:00", "2017-01-01T05:44:60+05:45", "0000-01-01T00:00:00+23:59",
    ]
    let bad = [
      "2026-11-22", "2026-11-22T14:03Z", "2026-11-22 14:03:00Z", "2026-11-22T14:03:00",
      "2026-11-22T24:00:00Z", "2026-11-22T14:60:00Z", "2026-11-22T14:03:61Z",
      "2026-11-22T14:03:60Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
      "2026-04-31T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z",
      "2026-11-22T14:03:00.Z", "2026-11-22T14:03:00+24:00", "2026-11-22T14:03:00+05",
      "2026-11-22T14:03:00+0545", "2026-11-22T14:03:00Zx", "26-11-22T14:03:00Z",
      "2026-11-22T14:03:00+05:60", "2026-11-22T14:03:00,5Z", "٢٠٢٦-11-22T14:03:00Z",
      "2026-11-22T14:03:00.5", "2026-11-22T14:03:00+05:45 ",
    ]
    for time in good {
      #expect(read(#"{"text":"x","sentAt":"\#(time)"}"#).reading == .text("x"), "\(time)")
    }
    for time in bad {
      #expect(read(#"{"text":"x","sentAt":"\#(time)"}"#).reading == .error(.sentAt), "\(time)")
    }
  }

  @Test(arguments: [
    ("/body/text", #"{"text":"no","body":{"text":"yes"}}"#, Reading.text("yes")),
    ("/messages/1/t", #"{"messages":[{"t":"a"},{"t":"b"}]}"#, .text("b")),
    ("/messages/2/t", #"{"messages":[{"t":"a"},{"t":"b"}]}"#, .error(.noText)),
    ("/messages/01/t", #"{"messages":[{"t":"a"},{"t":"b"}]}"#, .error(.noText)),
    ("/messages/-/t", #"{"messages":[{"t":"a"}]}"#, .error(.noText)),
    ("/a~1b/c~0d", #"{"a/b":{"c~d":"x"}}"#, .text("x")),
    ("/~01", #"{"~1":"x"}"#, .text("x")), ("/", #"{"":"x"}"#, .text("x")),
    ("/é", #"{"\u00e9":"x"}"#, .text("x")), ("/body/text", #"{"body":"x"}"#, .error(.noText)),
    ("/body", #"{"body":{"text":"x"}}"#, .error(.textType)), ("/1", #"{"1":"x"}"#, .text("x")),
    ("/body", #"{"text":"x"}"#, .error(.noText)),
  ])
  func `finds the text by JSON Pointer`(pointer: String, line: String, expected: Reading) throws {
    let pointer = try #require(TextPointer(pointer))
    #expect(read(line, RequestOptions(textPointer: pointer)).reading == expected)
    #expect(read(line, RequestOptions(textPointer: pointer, rewrites: true)).reading == expected)
  }

  @Test(arguments: ["", "text", "/a~", "/a~2", "/id", "/id/x", "/tightlip", "/tightlip/x"])
  func `refuses a pointer that is none, or that would be echoed`(pointer: String) {
    #expect(TextPointer(pointer) == nil)
  }
}
