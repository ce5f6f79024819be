import Testing
import Tightlip

/// Lakeside's record numbers: LK, six digits, a check digit, with hyphens or spaces anywhere between.
private struct LakesideRecord: Detector {
  let name = "lakeside.record"

  func detect(in text: Span<UInt8>, into detections: inout [Detection]) {
    func isWord(_ index: Int) -> Bool {
      text.indices.contains(index) && (text[index] >= 0x61 || (0x30...0x39).contains(text[index]))
    }
    for start in text.indices.dropLast() where text[start] == 0x6C && text[start + 1] == 0x6B && !isWord(start - 1) {
      var digits: [Int] = []
      var end = start + 2
      while end < text.count, digits.count < 7 {
        if (0x30...0x39).contains(text[end]) {
          digits.append(Int(text[end]) - 0x30)
        } else if text[end] != 0x2D && text[end] != 0x20 {
          break
        }
        end += 1
      }
      guard digits.count == 7, !isWord(end) else { continue }
      guard zip([7, 3, 1, 7, 3, 1], digits).reduce(0, { $0 + $1.0 * $1.1 }) % 10 == digits[6] else { continue }
      detections.append(
        Detection(entity: .medicalRecordNumber, range: ByteRange(start: start, end: end), score: Score(0.97), role: .patient))
    }
  }
}

/// Reports what it was made with, whatever the text.
private struct Fixed: Detector {
  var name = "test.fixed"
  var detections: [Detection]

  func detect(in text: Span<UInt8>, into detections: inout [Detection]) { detections += self.detections }
}

struct DetectorTests {
  private func scan(_ text: String, _ detectors: [any Detector]) throws -> (Verdict, Filter) {
    var policy = Policy.shippedDefault
    // What finds something in every text finds it in the replacement text too, which is then refused.
    policy.insteadText = ""
    let filter = try TestPack.small.filter(policy: policy, detectors: detectors)
    var scanner = Scanner(filter)
    var verdict = Verdict()
    scanner.scan(text, into: &verdict)
    return (verdict, filter)
  }

  @Test(arguments: [
    ("LK-204817-4 is ready", "[RECORD_NUMBER] is ready"), ("see lk 204817 4.", "see [RECORD_NUMBER]."),
    // Folded before the detector sees it: full-width digits, and a zero-width space inside.
    ("no LK-２０４８１７-4", "no [RECORD_NUMBER]"), ("no LK-2\u{200B}04817-4", "no [RECORD_NUMBER]"),
    ("é LK-204817-4 é", "é [RECORD_NUMBER] é"),
  ])
  func `what a detector finds is redacted in the original text`(text: String, redacted: String) throws {
    let (verdict, filter) = try scan(text, [LakesideRecord()])
    #expect(verdict.action == .redact)
    #expect(String(decoding: verdict.text, as: UTF8.self) == redacted)
    #expect(verdict.findings.map { filter.name(of: $0.rule) } == ["lakeside.record"])
    #expect(verdict.findings.first?.role == .patient)
  }

  @Test(arguments: ["LK-204817-5 is ready", "LK-20481", "bulk 204817 4"])
  func `what it does not find stays`(text: String) throws {
    let (verdict, filter) = try scan(text, [LakesideRecord()])
    #expect(!verdict.findings.contains { filter.name(of: $0.rule) == "lakeside.record" })
    #expect(verdict.completeness == .complete)
  }

  @Test func `a range beyond the text blocks the message`() throws {
    let beyond = Detection(entity: .otherID, range: ByteRange(start: 0, end: 3), score: Score(1))
    let (verdict, _) = try scan("ok", [Fixed(detections: [beyond])])
    #expect(verdict.action == .block && verdict.completeness == .limitHit)
    #expect(verdict.reasons.contains { $0.code == .scanIncomplete })
  }

  @Test func `an empty range finds nothing and a low score counts for nothing`() throws {
    let (verdict, _) = try scan(
      "all fine",
      [
        Fixed(detections: [
          Detection(entity: .otherID, range: ByteRange(start: 2, end: 2), score: Score(1)),
          Detection(entity: .otherID, range: ByteRange(start: 0, end: 3), score: Score(0.2)),
        ])
      ])
    #expect(verdict.action == .pass && verdict.findings.isEmpty)
  }

  @Test func `a detector that finds something in the replacement text is refused with it`() {
    let always = Detection(entity: .otherID, range: ByteRange(start: 0, end: 3), score: Score(1))
    #expect(throws: FilterError.self) { _ = try TestPack.small.filter(detectors: [Fixed(detections: [always])]) }
  }

  @Test func `a detector competes with the rules of the pack`() throws {
    let whole = Detection(entity: .otherID, range: ByteRange(start: 0, end: 15), score: Score(0.95))
    let (verdict, filter) = try scan("dana 44 and more", [Fixed(detections: [whole])])
    #expect(verdict.findings.map { filter.name(of: $0.rule) } == ["test.fixed"])
  }

  @Test(arguments: ["", "two words", "näme", "quote\"", "name.single"])
  func `names that cannot stand beside the rules' are refused`(name: String) {
    let error = #expect(throws: FilterError.self) {
      _ = try TestPack.small.filter(detectors: [Fixed(name: name, detections: []), Fixed(name: "name.single", detections: [])])
    }
    #expect(error?.problems.joined().contains("to mend it") == true)
  }

  /// With the tagger, which has a table of all rules.
  @Test func `a detector works beside the shipped pack`() throws {
    let filter = try Filter(pack: Repository.pack, detectors: [LakesideRecord()])
    var scanner = Scanner(filter)
    var verdict = Verdict()
    scanner.scan("It is LK 204817 4, as I said", into: &verdict)
    #expect(string(verdict.text) == "It is [RECORD_NUMBER], as I said")
    #expect(verdict.findings.map { filter.name(of: $0.rule) } == ["lakeside.record"])
  }

  @Test func `explanations name the detector`() throws {
    var scanner = Scanner(try TestPack.small.filter(detectors: [LakesideRecord()]))
    var message = Message()
    message.text = Array("LK-204817-4".utf8)
    let items = scanner.explain(message).items
    #expect(items.contains { $0.rule == "lakeside.record" && $0.finding != nil })
  }

  /// A detector may report signs, behind the last word, too.
  @Test(arguments: EntityType.allCases)
  func `what a detector reports behind the last word is judged`(entity: EntityType) throws {
    for text in ["(:", "your results (:", "call us, dr. (:"] {
      let end = text.utf8.count
      let detection = Detection(entity: entity, range: ByteRange(start: end - 2, end: end), score: Score(0.97))
      let (verdict, _) = try scan(text, [Fixed(detections: [detection])])
      #expect(verdict.findings.contains { $0.entity == entity && $0.range.end == end }, "\(text)")
    }
  }
}
