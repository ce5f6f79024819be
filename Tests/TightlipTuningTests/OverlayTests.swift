import Foundation
import Testing
import Tightlip
import TightlipCore
import TightlipRedaction
import TightlipRules
import TightlipTuning

/// What overlays and waivers do to verdicts.
struct OverlayTests {
  private static func folder(_ files: String) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-overlay-\(UUID().uuidString)")
    try LintCase.unpack(Data(files.utf8), to: folder)
    return folder
  }

  private static let day = 86_400.0

  /// A day so many days from today.
  private static func day(_ offset: Int) -> String {
    String(Date(timeIntervalSinceNow: Double(offset) * day).ISO8601Format().prefix(10))
  }

  private static func findings(
    _ text: String, _ files: String, options: Filter.Options = .init(), known: String? = nil
  ) throws -> [EntityType] {
    let folder = try folder(files)
    defer { try? FileManager.default.removeItem(at: folder) }
    let filter = try Filter(
      pack: folder.appending(path: "pack").path(), overlays: [folder.appending(path: "overlay").path()], options: options)
    var scanner = Scanner(filter)
    var verdict = Verdict()
    var message = Message()
    message.text = Array(text.utf8)
    if let known { message.known.names = [Array(known.utf8)] }
    scanner.scan(message, into: &verdict)
    return verdict.findings.map(\.entity)
  }

  private static let header = "term\tentity\tweight\tflags\tcode\tsource\tnote\n"
  private static let plain = "-- overlay/overlay.yaml --\noverlay: own\n"

  @Test func `a row is added to the pack's`() throws {
    let files = Self.plain + "terms: [t.tsv]\n-- overlay/t.tsv --\n\(Self.header)calmora\tMEDICATION\t0.9\t\t\tx\t\n"
    #expect(try Self.findings("take calmora and metformin", files) == [.medication, .medication])
    #expect(try Self.findings("take calmora and metformin", Self.plain) == [.medication])
  }

  @Test func `a row takes the place of the pack's rows for the same term and entity`() throws {
    let files = Self.plain + "terms: [t.tsv]\n-- overlay/t.tsv --\n\(Self.header)Diabetes\tDIAGNOSIS\t0.9\tneeds-context\t\tx\t\n"
    #expect(try Self.findings("a word on diabetes", Self.plain) == [.diagnosis])
    #expect(try Self.findings("a word on diabetes", files) == [])
  }

  @Test(arguments: [("", false), ("-1", true), ("+1", false)])
  func `a term or rule that is switched off is not found until that expires`(expiry: String, isFound: Bool) throws {
    let expires = expiry.isEmpty ? "" : Self.day(Int(expiry)!)
    let header = "kind\tname\tentity\towner\treason\texpires\n"
    let files = Self.plain + "disabled: [d.tsv]\n-- overlay/d.tsv --\n" + header
      + "term\tdiabetes\tDIAGNOSIS\tme\ttest\t\(expires)\nrule\tnumber.ssn\t\tme\ttest\t\(expires)\n"
    #expect(try Self.findings("ssn 219-09-9998 diabetes", files) == (isFound ? [.usSSN, .diagnosis] : []))
  }

  private static func waiver(_ text: String, _ hash: String, _ entity: String, _ offset: Int) -> String {
    plain + "waivers: [w.tsv]\n-- overlay/w.tsv --\ntext\thash\tentity\towner\treason\texpires\n"
      + "\(text)\t\(hash)\t\(entity)\tme\ttest\t\(day(offset))\n"
  }

  @Test func `a waiver holds inside its words, and nowhere else`() throws {
    let files = Self.waiver("diabetes educator", "", "DIAGNOSIS", 30)
    #expect(try Self.findings("ask the Diabetes-Educator", files) == [])
    #expect(try Self.findings("ask the diabetes educator on diabetes", files) == [.diagnosis])
    #expect(try Self.findings("diabetes. educator", files) == [.diagnosis])
  }

  @Test func `a waiver for one type leaves others`() throws {
    #expect(try Self.findings("ask on diabetes", Self.waiver("diabetes", "", "MEDICATION", 30)) == [.diagnosis])
    #expect(try Self.findings("ask on diabetes", Self.waiver("diabetes", "", "", 30)) == [])
  }

  @Test func `an expired waiver does nothing`() throws {
    #expect(try Self.findings("ask on diabetes", Self.waiver("diabetes", "", "", -1)) == [.diagnosis])
  }

  @Test func `what the gateway knows as the patient's is found whatever a waiver says`() throws {
    let files = Self.waiver("dana whitfield", "", "PERSON", 30)
    #expect(try Self.findings("Dana Whitfield called", files) == [])
    #expect(try Self.findings("Dana Whitfield called", files, known: "Dana Whitfield") == [.person])
  }

  /// Not cryptographic: enough to see that the words go in and the type tells hashes apart.
  private struct TestHash: KeyedHash {
    func digest(of value: Span<UInt8>, entity: EntityType) -> UInt64 {
      var hash: UInt64 = 14_695_981_039_346_656_037 &+ UInt64(entity.rawValue)
      for index in value.indices { hash = (hash ^ UInt64(value[index])) &* 1_099_511_628_211 }
      return hash
    }
  }

  @Test func `a waiver kept by hash holds for the whole finding, however it is written`() throws {
    var options = Filter.Options()
    options.keyedHash = TestHash()
    let digest = try #require(WaiverSet.digest(of: "dana  WHITFIELD", entity: .person, keyedHash: TestHash()))
    let files = Self.waiver("", Waiver.written(digest), "PERSON", 30)
    #expect(try Self.findings("Dana Whitfield called", files, options: options) == [])
    #expect(try Self.findings("dana called Dana  Whitfield", files, options: options).count <= 1)
    #expect(try Self.findings("ssn 219-09-9998", files, options: options) == [.usSSN])
    let other = Self.waiver("", Waiver.written(digest ^ 1), "PERSON", 30)
    #expect(try Self.findings("Dana Whitfield called", other, options: options) == [.person])
  }

  @Test func `a waiver by hash without a key stops the program`() throws {
    #expect(throws: FilterError.self) { try Self.findings("x", Self.waiver("", "0123456789abcdef", "PERSON", 30)) }
  }

  @Test func `a later overlay goes over an earlier one`() throws {
    let folder = try Self.folder(
      Self.plain + "terms: [t.tsv]\n-- overlay/t.tsv --\n\(Self.header)calmora\tMEDICATION\t0.9\t\t\tx\t\n"
        + "-- second/overlay.yaml --\noverlay: second\ndisabled: [d.tsv]\n-- second/d.tsv --\n"
        + "kind\tname\tentity\towner\treason\texpires\nterm\tcalmora\tMEDICATION\tme\ttest\t\n")
    defer { try? FileManager.default.removeItem(at: folder) }
    func count(_ overlays: [String]) throws -> Int {
      var scanner = Scanner(
        try Filter(pack: folder.appending(path: "pack").path(), overlays: overlays.map { folder.appending(path: $0).path() }))
      var verdict = Verdict()
      scanner.scan("take calmora", into: &verdict)
      return verdict.findings.count
    }
    #expect(try count(["overlay"]) == 1)
    #expect(try count(["overlay", "second"]) == 0)
    #expect(try count(["second", "overlay"]) == 1)
  }
}
