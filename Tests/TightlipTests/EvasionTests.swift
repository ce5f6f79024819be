import Foundation
import Testing
import Tightlip
import TightlipCore

/// A row of `Tests/Cases/evasion/generated.ndjson`, which `generate.py` beside it writes.
struct DisguisedCase: Decodable, Sendable {
  struct Span: Decodable, Sendable {
    var type: String
    var value: String
    /// Code points.
    var start: Int
    var end: Int
  }

  var id: String
  var `class`: String
  var difficulty: String
  var text: String
  var spans: [Span]

  static let all: [DisguisedCase] = {
    let file = Repository.root.appending(path: "Tests/Cases/evasion/generated.ndjson")
    let text = try! String(contentsOf: file, encoding: .utf8)
    return text.split(separator: "\n").map { try! JSONDecoder().decode(DisguisedCase.self, from: Data($0.utf8)) }
  }()

  static let types: [String: Set<EntityType>] = [
    "SSN": [.usSSN, .usITIN], "PHONE": [.phoneNumber, .faxNumber], "DOB": [.dateOfBirth], "MRN": [.medicalRecordNumber],
    "EMAIL": [.emailAddress], "DRUG": [.medication], "CONDITION": [.diagnosis], "NAME": [.person],
  ]

  /// The text with the value written plainly, and where that stands, in bytes.
  func plain(_ span: Span) -> (text: String, place: Range<Int>) {
    let scalars = Array(text.unicodeScalars)
    let before = scalars[..<span.start].map(String.init).joined()
    let after = scalars[span.end...].map(String.init).joined()
    return (before + span.value + after, before.utf8.count..<before.utf8.count + span.value.utf8.count)
  }

  /// Where the disguise stands, in bytes.
  func place(_ span: Span) -> Range<Int> {
    let scalars = Array(text.unicodeScalars)
    let start = scalars[..<span.start].reduce(0) { $0 + String($1).utf8.count }
    return start..<start + scalars[span.start..<span.end].reduce(0) { $0 + String($1).utf8.count }
  }
}

struct EvasionTests {
  private func covers(_ verdict: Verdict, _ place: Range<Int>, _ types: Set<EntityType>) -> Bool {
    verdict.findings.contains {
      types.contains($0.entity) && $0.range.start < place.upperBound && place.lowerBound < $0.range.end
    }
  }

  /// Every class of difficulty reaches its share of what is found when written plainly.
  @Test(arguments: [("D1", 100.0), ("D2", 97.0), ("D3", 90.0), ("D4", 90.0)])
  func `disguised values are found`(difficulty: String, percent: Double) throws {
    var scanner = Scanner(ShippedPack.filter)
    var verdict = Verdict()
    var total = 0
    var found = 0
    var missed: [String] = []
    for row in DisguisedCase.all where row.difficulty == difficulty {
      let span = try #require(row.spans.first)
      let types = try #require(DisguisedCase.types[span.type])
      let plain = row.plain(span)
      scanner.scan(plain.text, into: &verdict)
      guard covers(verdict, plain.place, types) else { continue }
      total += 1
      scanner.scan(row.text, into: &verdict)
      let isEncoded = difficulty > "D2" && covers(verdict, row.place(span), [.encodedText])
      if covers(verdict, row.place(span), types) || isEncoded { found += 1 } else { missed.append("\(row.class) \(row.text.debugDescription)") }
    }
    #expect(total >= 60, "the controls are found")
    #expect(Double(found) * 100 >= Double(total) * percent, "\(found) of \(total); missed: \(missed.prefix(8))")
  }

  /// No finding begins or ends inside what people see as one character, none is left over in the text
  /// that may leave, and what holds for every verdict holds here.
  @Test func `disguises are taken whole`() throws {
    let filter = ShippedPack.filter
    var scanner = Scanner(filter)
    var verdict = Verdict()
    for row in DisguisedCase.all {
      scanner.scan(row.text, into: &verdict)
      expectInvariants(verdict, Tests.message(row.text), filter)
      var edges = Set([0])
      var position = 0
      for character in row.text {
        position += String(character).utf8.count
        edges.insert(position)
      }
      for finding in verdict.findings where finding.entity.entityClass != .topic {
        #expect(edges.contains(finding.range.start) && edges.contains(finding.range.end), "\(row.text.debugDescription)")
      }
      guard verdict.action == .redact, let span = row.spans.first else { continue }
      let left = string(verdict.text).lowercased()
      #expect(!left.contains(span.value.lowercased()), "\(row.text.debugDescription)")
    }
  }

  @Test func `other languages and harmless disguises are not blocked`() {
    var scanner = Scanner(ShippedPack.filter)
    var verdict = Verdict()
    var labelled = 0
    var total = 0
    for row in DisguisedCase.all where row.difficulty.hasPrefix("N") {
      scanner.scan(row.text, into: &verdict)
      #expect(verdict.action != .block, "\(row.text)")
      guard row.difficulty == "N2" else { continue }
      total += 1
      let everyday: Set<EntityType> = [.dateTime, .location, .organization, .encodedText]
      if verdict.findings.contains(where: { !everyday.contains($0.entity) }) { labelled += 1 }
    }
    #expect(labelled * 20 <= total, "\(labelled) of \(total)")
  }

  /// Words that begin like codes and lead nowhere are not each read to the end of the text; what is not looked at
  /// is not called clean.
  @Test(arguments: ["21 22 ", "AB=", ". ", "00100001 ", "password="])
  func `a text that begins codes over and over is a code`(unit: String) {
    var scanner = Scanner(ShippedPack.filter)
    var verdict = Verdict()
    let hidden = "NTEyLTM4LTQ0NzE="
    scanner.scan(String(repeating: unit, count: 4000) + " SSN " + hidden, into: &verdict)
    #expect(verdict.action != .pass)
    #expect(!string(verdict.text).contains(hidden), "\(verdict.findings.suffix(3))")
    // A few are everyday writing.
    scanner.scan("rooms 21 22 23 and x=1, y=2 . . . ok", into: &verdict)
    #expect(verdict.action == .pass)
  }

  /// A day named in odd letters is nobody's date where nothing else was found; beside a name it is one.
  @Test(arguments: ["fRiDaY", "f\u{AD}r\u{AD}i\u{AD}d\u{AD}a\u{AD}y", "fгіԁау"])
  func `a day in odd letters is play until it may be somebody's`(day: String) {
    let filter = ShippedPack.filter
    #expect(filter.verdict(on: "happy \(day) everyone").findings.isEmpty)
    #expect(filter.verdict(on: "happy friday everyone").findings.map(\.entity) == [.dateTime])
    let linked = filter.verdict(on: "Dana Whitfield comes \(day)")
    #expect(linked.findings.contains { $0.entity == .dateTime } && linked.findings.contains { $0.entity == .person })
    #expect(filter.verdict(on: "happy \(day) 11/02/2026").findings.contains { $0.entity == .dateTime })
  }

  /// A letter that stands for another by its neighbours (ӏ for l, not the i of its code chart) is read so at once.
  @Test func `everyday words in letters of another script are no names`() {
    for text in ["рӏеаѕе Ьгіпց ап цmЬгеӏӏа тоmоггоԝ", "ѕее уоц ат ӏцпсһ", "рӏеаѕе саӏӏ ԝһеп уоц сап"] {
      let verdict = ShippedPack.filter.verdict(on: text)
      #expect(!verdict.findings.contains { $0.entity == .person }, "\(ShippedPack.filter.description(of: verdict))")
    }
    // A real name so written is one, and a text in the other script's own language is no disguise.
    #expect(ShippedPack.filter.verdict(on: "Dапа ԜһітfіеӏԀ һаѕ dіаbеtеѕ").action == .block)
    #expect(ShippedPack.filter.verdict(on: "до свидания, увидимся завтра").action != .block)
  }

  /// What was hidden has a rule and a reason of its own, and `explain` shows what was read.
  @Test(arguments: [
    ("SSN 5~1~2~3~8~4~4~7~1", "evasion.separated"), ("SSN NTEyLTM4LTQ0NzE=", "evasion.decoded"),
    ("SSN 5 one 2 three 8 four 4 seven 1", "evasion.respelled"),
    ("SSN \u{202E}1744-83-215\u{202C}", "evasion.reordered"), ("SSN 5\u{1}1\u{1}2\u{1}-38-4471", "evasion.hidden"),
  ])
  func `a disguise is named`(text: String, rule: String) {
    var scanner = Scanner(ShippedPack.filter)
    let explanation = scanner.explain(Tests.message(text))
    let verdict = explanation.verdict
    #expect(verdict.action == .block)
    #expect(verdict.reasons.contains { $0.code == .evasionDisguised && $0.severity == .block })
    #expect(verdict.findings.contains { $0.entity == .usSSN && ShippedPack.filter.name(of: $0.rule) == rule }, "\(ShippedPack.filter.description(of: verdict))")
    #expect(explanation.readings.contains { $0.contains("512-38-4471") }, "\(explanation.readings)")
  }

  @Test func `a code without a meaning is taken out, and patients may write as they like`() {
    let text = "the code is dGhlIHByaW50ZXIgbmVlZHMgcGFwZXI= ok"
    var message = Tests.message(text)
    var verdict = ShippedPack.filter.verdict(on: message)
    #expect(verdict.action == .redact)
    #expect(string(verdict.text) == "the code is [CODE] ok")
    #expect(verdict.reasons.map(\.code) == [.evasionEncoded])
    message.direction = .inbound
    verdict = ShippedPack.filter.verdict(on: message)
    #expect(verdict.action == .pass)
  }

  @Test func `a practice decides what becomes of disguises`() throws {
    var policy = Policy.shippedDefault
    policy.disguisedAction = .redact
    let filter = try Filter(pack: Repository.pack, policy: policy)
    let verdict = filter.verdict(on: Tests.message("my SSN is 5~1~2~3~8~4~4~7~1 ok"))
    #expect(verdict.action == .redact)
    #expect(string(verdict.text) == "my SSN is [SSN] ok")
  }

  /// A text of nothing visible has no place to take anything out of.
  @Test func `a message hidden whole is blocked`() {
    let hidden = "SSN 512-38-4471".unicodeScalars.map { String(Unicode.Scalar(0xE0000 + $0.value)!) }.joined()
    let verdict = ShippedPack.filter.verdict(on: Tests.message(hidden))
    #expect(verdict.action == .block)
    #expect(verdict.completeness == .limitHit)
  }

  /// Written without any word, behind the last one: where a text is read by its words there is nothing.
  @Test(arguments: [
    { (text: String) in text.unicodeScalars.map { String(Unicode.Scalar(0xE0000 + $0.value)!) }.joined() },
    { $0.utf8.map { byte in (0..<8).map { byte << $0 & 0x80 == 0 ? "\u{200B}" : "\u{200C}" }.joined() }.joined() },
    { $0.split(separator: " ").map { $0.map { morse[$0]! }.joined(separator: " ") }.joined(separator: " / ") },
  ] as [@Sendable (String) -> String])
  func `a value without words behind the last word is found`(hide: @Sendable (String) -> String) {
    for value in ["dana whitfield", "diabetes", "512-38-4471"] {
      for text in ["hello \(hide(value))", "your aunt is \(hide(value))", "hello \(hide(value)) and so on", hide(value)] {
        var message = Tests.message(text)
        let verdict = ShippedPack.filter.verdict(on: message)
        // A text of nothing visible is blocked for that.
        let isSeen = verdict.completeness == .complete
        #expect(!verdict.findings.isEmpty || !isSeen, "\(text.debugDescription)")
        if value != "diabetes" { #expect(verdict.action != .pass, "\(ShippedPack.filter.description(of: verdict))") }
        message.direction = .inbound
        #expect(ShippedPack.filter.verdict(on: message).findings.isEmpty != isSeen)
      }
    }
  }

  private static let morse: [Character: String] = [
    "a": ".-", "b": "-...", "d": "-..", "e": ".", "f": "..-.", "h": "....", "i": "..", "l": ".-..", "n": "-.", "r": ".-.", "s": "...",
    "t": "-", "w": ".--", "1": ".----", "2": "..---", "3": "...--", "4": "....-", "5": ".....", "7": "--...", "8": "---..", "-": "-....-",
  ]

  @Test(arguments: [
    "Hi Dana, see you Tuesday at 10:30", "Call (303) 555-0148 or text 303-555-0149", "Reminder: database upgrade tonight",
    "K..k..i'm also fine:)when will you complete the course?", "Great!!! See you @ 5", "bring 2 forms + ID", "A B C school is closed",
    "Buy 1, get 1 free! 50% off", "http://example.com/a%20b%20c?x=1&y=2", "it's 72° & sunny — enjoy :)", "10, 20, 30, 40, 50",
    "w/ or w/o insurance", "R.S.V.P. by 5 p.m.", "see p. 12-14, 18, 21", "5' 10\" tall", "the WiFi code is on the wall",
  ])
  func `ordinary writing is no disguise`(text: String) {
    let verdict = ShippedPack.filter.verdict(on: Tests.message(text))
    #expect(!verdict.findings.contains { ShippedPack.filter.name(of: $0.rule).hasPrefix("evasion.") }, "\(ShippedPack.filter.description(of: verdict))")
    #expect(!verdict.reasons.contains { $0.code == .evasionDisguised || $0.code == .evasionEncoded })
  }
}
