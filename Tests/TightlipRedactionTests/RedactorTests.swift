import Testing
import TightlipCore
import TightlipRedaction

struct RedactorTests {
  @Test func `labels are unique and of capitals`() {
    let labels = EntityType.allCases.map(\.redactionLabel)
    #expect(Set(labels).count == labels.count)
    for label in labels {
      #expect(!label.isEmpty)
      #expect(label.utf8.allSatisfy { (0x41...0x5A).contains($0) || $0 == 0x5F })
    }
  }

  @Test(arguments: EntityType.allCases)
  func `the tag is the label in brackets`(_ type: EntityType) {
    #expect(replacement(of: "value", type, .tag) == "[\(type.redactionLabel)]")
  }

  @Test func `labels of health topics do not name the topic`() {
    for type in EntityType.allCases where type.name.hasPrefix("TOPIC_") && type != .topicCardData {
      #expect(type.redactionLabel.hasPrefix("PRIVATE_"))
    }
  }

  @Test func `replaces the example of the protocol`() {
    #expect(
      redact("Chart 00418823 is ready", [(.medicalRecordNumber, 6..<14, .tag)])
        == "Chart [RECORD_NUMBER] is ready")
  }

  @Test func `replaces several findings, also at both ends and side by side`() {
    #expect(
      redact(
        "DanaWhite 219-09-9998",
        [(.person, 0..<4, .tag), (.person, 4..<9, .mask), (.usSSN, 10..<21, .partial)])
        == "[NAME]***** ***-**-9998")
  }

  @Test func `leaves findings that are not listed`() {
    let text = Array("Dana and Lee".utf8)
    var output: [UInt8] = []
    Redactor(keyedHash: nil).redact(
      text.span, findings: [finding(.person, 0, 4), finding(.person, 9, 12)],
      items: [RedactionItem(finding: 1, operator: .tag)], into: &output)
    #expect(String(decoding: output, as: UTF8.self) == "Dana and [NAME]")
  }

  @Test func `without items the text is unchanged`() {
    #expect(redact("José, 5 €", []) == "José, 5 €")
    #expect(redact("", []) == "")
  }

  @Test(arguments: [
    ("219-09-9998", "***-**-****"),
    ("o'Neil, J.", "*'****, *."),
    ("José", "****"),
    ("Jose\u{301}", "****"),
    ("Дана２７", "******"),
    ("Ⓐⓑ🇺🇸", "****"),
    ("a\u{200D}b\u{E0061}", "**"),
    ("a\u{A0}b—c", "*\u{A0}*—*"),
  ]) func `a mask hides letters and digits, and keeps separators`(value: String, masked: String) {
    #expect(replacement(of: value, .person, .mask) == masked)
  }

  @Test(arguments: [
    ("4111 1111 1111 1234", "**** **** **** 1234"),
    ("1234567", "*******"),
    ("12345678", "****5678"),
    ("1-2-3-4-5-6-7-8", "*-*-*-*-5-6-7-8"),
    ("abcdéfgñ", "****éfgñ"),
    ("abcd12😀34", "****12*34"),
    ("--------------", "--------------"),
  ]) func `partial keeps the last four of at least eight`(value: String, masked: String) {
    #expect(replacement(of: value, .accountNumber, .partial) == masked)
  }

  @Test(arguments: ["`x`", "[está]", "a\nb", "a\rb", "\u{0C}", "✓"])
  func `a fixed text that may not stand in a line of SMS gives way to the tag`(_ fixed: String) {
    #expect(replacement(of: "Dana", .person, .fixed(fixed)) == "[NAME]")
  }

  @Test func `a fixed text replaces the value`() {
    #expect(replacement(of: "Dana", .person, .fixed("(withheld)")) == "(withheld)")
    #expect(replacement(of: "Dana", .person, .fixed("")) == "")
  }

  @Test func `a hash shows the first 32 bits`() {
    let redactor = Redactor(keyedHash: ConstantHash(value: 0x1F0C_9A2B_DEAD_BEEF))
    #expect(replacement(of: "Dana", .person, .hash, with: redactor) == "[NAME:1f0c9a2b]")
    let small = Redactor(keyedHash: ConstantHash(value: 0x0000_0007_FFFF_FFFF))
    #expect(replacement(of: "Dana", .person, .hash, with: small) == "[NAME:00000007]")
  }

  @Test func `a hash is of the value's bytes and the type`() {
    let one = replacement(of: "0041", .accountNumber, .hash)
    #expect(one == replacement(of: "0041", .accountNumber, .hash))
    #expect(one != replacement(of: "0042", .accountNumber, .hash))
    let value = Array("Dana".utf8)
    let digest = String(StubHash().digest(of: value.span, entity: .person) >> 32, radix: 16)
    let padded = String(repeating: "0", count: 8 - digest.count) + digest
    #expect(replacement(of: "Dana", .person, .hash) == "[NAME:\(padded)]")
  }

  @Test func `without a key a hash is a tag`() {
    #expect(
      replacement(of: "Dana", .person, .hash, with: Redactor(keyedHash: nil)) == "[NAME]")
  }

  @Test func `overlapping items become one tag over all they cover`() {
    #expect(
      redact(
        "abcdefghij",
        [(.person, 1..<4, .mask), (.usSSN, 3..<6, .partial), (.age, 8..<9, .mask)])
        == "a[NAME]gh*j")
    #expect(
      redact("abcdefghij", [(.person, 1..<8, .mask), (.usSSN, 3..<5, .partial)]) == "a[NAME]ij")
  }

  @Test func `items out of order are put in order`() {
    #expect(redact("abcdef", [(.usSSN, 4..<5, .mask), (.person, 1..<2, .tag)]) == "a[NAME]cd*f")
  }

  @Test func `a finding listed twice is taken out once`() {
    let text = Array("Hi Dana".utf8)
    var output: [UInt8] = []
    let item = RedactionItem(finding: 0, operator: .mask)
    Redactor(keyedHash: nil).redact(
      text.span, findings: [finding(.person, 3, 7)], items: [item, item], into: &output)
    #expect(String(decoding: output, as: UTF8.self) == "Hi [NAME]")
  }

  @Test func `a range beyond the end takes out the whole text`() {
    #expect(redact("abc", [(.person, 1..<4, .mask)]) == "[NAME]")
    #expect(redact("abc", [(.age, 0..<1, .mask), (.person, 7..<9, .mask)]) == "[NAME]")
  }

  @Test func `a range inside a sequence is widened to all of it`() {
    // "é" is two bytes, "😀" four.
    #expect(redact("aéb", [(.person, 2..<3, .tag)]) == "a[NAME]b")
    #expect(redact("a😀b", [(.person, 0..<3, .tag)]) == "[NAME]b")
    #expect(redact("a😀b", [(.person, 0..<2, .mask), (.age, 3..<6, .mask)]) == "[NAME]")
  }

  @Test func `an empty range writes nothing`() {
    #expect(redact("aéb", [(.person, 2..<2, .tag)]) == "aéb")
    #expect(redact("ab", [(.person, 2..<2, .tag)]) == "ab")
  }

  @Test func `malformed bytes in a value are masked`() {
    let text: [UInt8] = [0x61, 0xFF, 0xE2, 0x82, 0x20, 0x62]
    var output: [UInt8] = []
    Redactor(keyedHash: nil).redact(
      text.span, findings: [finding(.person, 0, 4)],
      items: [RedactionItem(finding: 0, operator: .mask)], into: &output)
    #expect(output == Array("**** b".utf8))
  }

  @Test func `an index that is no finding traps`() async {
    await #expect(processExitsWith: .failure) {
      let text: [UInt8] = []
      var output: [UInt8] = []
      Redactor(keyedHash: nil).redact(
        text.span, findings: [], items: [RedactionItem(finding: 0, operator: .tag)], into: &output)
    }
  }

  @Test func `storage is kept from message to message`() {
    let redactor = Redactor(keyedHash: StubHash())
    let text = Array("Hi Dana Whitfield, 219-09-9998".utf8)
    let findings = [finding(.person, 3, 17), finding(.usSSN, 19, 30)]
    var output: [UInt8] = []
    output.reserveCapacity(256)
    let capacity = output.capacity
    for redaction in allOperators {
      redactor.redact(
        text.span, findings: findings,
        items: [
          RedactionItem(finding: 0, operator: redaction),
          RedactionItem(finding: 1, operator: redaction),
        ], into: &output)
      #expect(output.capacity == capacity)
    }
  }
}
