import Foundation
import Synchronization
import Testing
import Tightlip
import TightlipCore
import TightlipPatterns
import TightlipRules

/// Images of compiled packs: the same verdicts as from the files, and nothing of an image that is not whole.
struct PackImageTests {
  /// A folder with a pack, and a place for images beside it.
  private final class Place {
    let pack: String
    let image: String

    init(_ pack: TestPack = .small) throws {
      self.pack = try pack.write()
      image = FileManager.default.temporaryDirectory.appending(path: "tightlip-\(UUID().uuidString).image").path()
    }

    deinit {
      try? FileManager.default.removeItem(atPath: pack)
      try? FileManager.default.removeItem(atPath: image)
    }
  }

  private static let texts = [
    "Hi Dana, your A1c came back at 9.1", "SSN 219-09-9998, chart 00418823", "she is taking metformine 500 mg",
    "m e t f o r m i n for Maria Whitfield", "dob 4/2/1961", "you idiot", "mettforrmin", "Diabétes? call us at 303-555-0142",
    "See you Tuesday at 2:30 pm", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  ]

  private static func bytes(_ filter: Filter, _ text: String) throws -> [UInt8] {
    var options = RequestScanner.Options()
    options.givesAllOffsets = true
    var scanner = try RequestScanner(filter, options: options)
    var output: [UInt8] = []
    scanner.answer(text: Array(text.utf8).span, to: &output)
    return output
  }

  private static func problem(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch let error as FilterError {
      return error.problems.joined(separator: "\n")
    } catch {
      return "\(error)"
    }
  }

  private static var hashing: Filter.Options {
    var options = Filter.Options()
    options.contentHash = SumOfBytes()
    return options
  }

  /// Enough to see which was used.
  private struct SumOfBytes: ContentHash {
    func digest(of bytes: [UInt8]) -> [UInt8] { [bytes.reduce(0, &+)] }
  }

  @Test func `a filter of an image is that of the folder, with all it tells about itself`() throws {
    let place = try Place()
    try PackImage.write(pack: place.pack, to: place.image)
    let fromFiles = try Filter(pack: place.pack)
    let fromImage = try Filter(pack: place.image)
    #expect(fromFiles.packHash == nil && fromImage.packHash != nil)
    #expect(try PackHash(pack: place.image) == PackHash(pack: place.pack))
    #expect(fromImage.packName == "test" && fromImage.packVersion == fromFiles.packVersion)
    #expect(fromImage.ruleNames == fromFiles.ruleNames)
    #expect(fromImage.rules.map(\.pattern) == fromFiles.rules.map(\.pattern))
    for text in Self.texts { #expect(try Self.bytes(fromImage, text) == Self.bytes(fromFiles, text), "\(text)") }
    var withoutGates = Filter.Options()
    withoutGates.usesGates = false
    let reference = try Filter(pack: place.image, options: withoutGates)
    for text in Self.texts { #expect(try Self.bytes(reference, text) == Self.bytes(fromFiles, text), "\(text)") }
  }

  @Test func `the shipped pack judges every corpus from an image as from its files, to the byte`() throws {
    let image = FileManager.default.temporaryDirectory.appending(path: "tightlip-\(UUID().uuidString).image").path()
    defer { try? FileManager.default.removeItem(atPath: image) }
    try PackImage.write(pack: Repository.pack, to: image)
    let fromImage = try Filter(pack: image)
    #expect(fromImage.packHash != nil && ShippedPack.filter.packHash == nil)
    var options = RequestScanner.Options()
    options.givesAllOffsets = true
    var one = try RequestScanner(ShippedPack.filter, options: options)
    var other = try RequestScanner(fromImage, options: options)
    var lines = 0
    let corpora = try FileManager.default.contentsOfDirectory(
      at: Repository.root.appending(path: "Corpus"), includingPropertiesForKeys: nil)
    for file in corpora where file.pathExtension == "ndjson" {
      for line in try Data(contentsOf: file).split(separator: 10) {
        let request = Array(line)
        var first: [UInt8] = []
        var second: [UInt8] = []
        one.answer(request: request.span, to: &first)
        other.answer(request: request.span, to: &second)
        #expect(first == second, "\(file.lastPathComponent)")
        lines += 1
      }
    }
    #expect(lines > 20_000)
  }

  @Test func `the same pack gives the same image, wherever it lies`() throws {
    let (one, other) = (try Place(), try Place())
    for file in try FileManager.default.contentsOfDirectory(atPath: one.pack) {
      for place in [one, other] {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: place.pack + "/" + file)
      }
    }
    #expect(try PackImage.make(pack: one.pack) == PackImage.make(pack: other.pack))
  }

  // MARK: Overlays

  private static func overlay(_ files: [String: String]) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-overlay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    return folder.path()
  }

  @Test func `an image holds its overlays, and takes no others`() throws {
    let place = try Place()
    let overlay = try Self.overlay([
      "overlay.yaml": "overlay: lakeside\nterms: [terms.tsv]\ndisabled: [disabled.tsv]\nwaivers: [waivers.tsv]\n",
      "terms.tsv": TestPack.table([("zorbaline", "MEDICATION", "0.95", "")]),
      "disabled.tsv": "kind\tname\tentity\towner\treason\texpires\nterm\tmetformin\tMEDICATION\tA. Stone\ttest\t\n",
      "waivers.tsv": "text\thash\tentity\towner\treason\texpires\ndiabetes walk\t\t\tA. Stone\ttest\t2999-12-31\n",
    ])
    defer { try? FileManager.default.removeItem(atPath: overlay) }
    try PackImage.write(pack: place.pack, overlays: [overlay], to: place.image)
    let fromFiles = try Filter(pack: place.pack, overlays: [overlay])
    let fromImage = try Filter(pack: place.image)
    #expect(fromImage.overlayNames == ["lakeside"])
    #expect(try PackHash(pack: place.image) != PackHash(pack: place.pack))
    for text in Self.texts + ["your zorbaline and metformin", "the diabetes walk", "diabetes"] {
      #expect(try Self.bytes(fromImage, text) == Self.bytes(fromFiles, text), "\(text)")
    }
    #expect(try Self.bytes(fromImage, "your zorbaline") != Self.bytes(Filter(pack: place.pack), "your zorbaline"))
    #expect(Self.problem { _ = try Filter(pack: place.image, overlays: [overlay]) }.contains("compile pack and overlays together"))
    #expect(Self.problem { try PackImage.write(pack: place.image, to: place.image + ".2") }.contains("is compiled already"))
  }

  @Test func `what was switched off for a time comes back with the files, so its image ends then`() throws {
    let place = try Place()
    let soon = Date(timeIntervalSinceNow: 86_400).formatted(.iso8601.year().month().day())
    let overlay = try Self.overlay([
      "overlay.yaml": "overlay: lakeside\ndisabled: [disabled.tsv]\n",
      "disabled.tsv": "kind\tname\tentity\towner\treason\texpires\nterm\tmetformin\tMEDICATION\tA. Stone\ttest\t\(soon)\n",
    ])
    defer { try? FileManager.default.removeItem(atPath: overlay) }
    let image = try PackImage.make(pack: place.pack, overlays: [overlay])
    let origin = try PackImage.Origin(reading: ImageReader(Self.memory(image)))
    #expect(origin.validUntil > Int64(Date().timeIntervalSince1970) && origin.validUntil <= Int64(Date().timeIntervalSince1970) + 3 * 86_400)
    var expired = ImageWriter()
    PackImage.Origin(engine: origin.engine, files: [], validUntil: Int64(Date().timeIntervalSince1970) - 1).encode(into: &expired)
    #expect(throws: ImageError.expired) { try PackImage.Origin(reading: ImageReader(Self.memory(expired.image()))) }
  }

  // MARK: In a folder

  @Test func `an image in the pack's folder is used until a file changes, and never against it`() throws {
    let place = try Place()
    let inFolder = place.pack + "/" + PackImage.name
    let names = place.pack + "/names.tsv"
    let written = try String(contentsOfFile: names, encoding: .utf8)
    let old = Date(timeIntervalSince1970: 1_700_000_000)
    for file in try FileManager.default.contentsOfDirectory(atPath: place.pack) {
      try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: place.pack + "/" + file)
    }
    try PackImage.write(pack: place.pack, to: inFolder)
    #expect(try Filter(pack: place.pack).packHash != nil)
    var files = Filter.Options()
    files.usesImageInFolder = false
    #expect(try Filter(pack: place.pack, options: files).packHash == nil)
    let overlay = try Self.overlay(["overlay.yaml": "overlay: lakeside\n"])
    defer { try? FileManager.default.removeItem(atPath: overlay) }
    #expect(try Filter(pack: place.pack, overlays: [overlay]).packHash == nil)

    // The same bytes at another time: still the pack of the image.
    try Data(written.utf8).write(to: URL(filePath: names))
    #expect(try Filter(pack: place.pack).packHash != nil)
    // As many other bytes.
    let other = written.replacing("whitfield", with: "lockwoods")
    try Data(other.utf8).write(to: URL(filePath: names))
    let edited = try Filter(pack: place.pack)
    #expect(edited.packHash == nil)
    #expect(edited.verdict(on: "Dana Lockwoods called").findings.first?.range.end == 14)
    // More bytes, and the old time.
    try Data((written + "zorba\tSURNAME\t0.9\t\t\ttest\t\n").utf8).write(to: URL(filePath: names))
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: names)
    #expect(try Filter(pack: place.pack).packHash == nil)
    // A file is gone: its absence is told, not covered up.
    try FileManager.default.removeItem(atPath: names)
    #expect(Self.problem { _ = try Filter(pack: place.pack) }.contains("names.tsv"))
    try Data(written.utf8).write(to: URL(filePath: names))
    #expect(try Filter(pack: place.pack).packHash != nil)

    // Damaged, the image is as good as none.
    var bytes = try Data(contentsOf: URL(filePath: inFolder))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: inFolder))
    let rebuilt = try Filter(pack: place.pack)
    #expect(rebuilt.packHash == nil)
    #expect(try Self.bytes(rebuilt, "Hi Dana") == Self.bytes(TestPack.filter, "Hi Dana"))
  }

  @Test func `a file written just before the image is held against its bytes, not its time`() throws {
    let place = try Place()
    try PackImage.write(pack: place.pack, to: place.image)
    let data = try Data(contentsOf: URL(filePath: place.image))
    let origin = try PackImage.Origin(reading: ImageReader(Self.memory(Array(data))))
    #expect(!origin.files.isEmpty && origin.files.allSatisfy { $0.modified == -1 })
    #expect(origin.isCurrent(in: place.pack))
  }

  // MARK: Damage

  private static func memory(_ bytes: [UInt8]) -> TableMemory {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 64)
    unsafe room.copyBytes(from: bytes)
    return unsafe TableMemory(UnsafeRawBufferPointer(rebasing: room[..<bytes.count])) { unsafe UnsafeRawBufferPointer($0).deallocate() }
  }

  private static func isRefused(_ bytes: [UInt8]) -> Bool {
    do {
      _ = try ImageReader(memory(bytes))
      return false
    } catch {
      return true
    }
  }

  @Test func `an image that was cut short, lengthened or altered anywhere is refused`() throws {
    let place = try Place()
    let image = try PackImage.make(pack: place.pack)
    #expect(!Self.isRefused(image))
    let sections = Int(image[12]) | Int(image[13]) << 8
    var edges = [0, 1, 7, 8, 63, 64, image.count - 1]
    for number in 0..<sections {
      let entry = 64 + number * 64
      func word(_ index: Int) -> Int { (0..<8).reduce(0) { $0 | Int(image[entry + 24 + index * 8 + $1]) << ($1 * 8) } }
      let (start, length) = (word(0), word(1))
      edges += [start - 1, start, start + length / 2, start + length]
      // A byte of each section, at its beginning, inside and at its end, and of what fills it up.
      for place in Set([start, start + length / 2, start + max(0, length - 1), min(start + length, image.count - 1)]) where place < image.count {
        var altered = image
        altered[place] ^= 0x10
        #expect(Self.isRefused(altered), "section \(number), byte \(place)")
      }
    }
    for edge in edges + stride(from: 0, to: image.count, by: image.count / 97) where edge < image.count {
      #expect(Self.isRefused(Array(image[..<edge])), "cut to \(edge) bytes")
    }
    #expect(Self.isRefused(image + [0]) && Self.isRefused(image + Array(repeating: 0, count: 64)))
    for place in 0..<64 + sections * 64 {
      var altered = image
      altered[place] ^= 1 << UInt8(place % 8)
      #expect(Self.isRefused(altered), "byte \(place) of header and directory")
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      var altered = image
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        altered[Int.random(in: 0..<image.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      }
      #expect(altered == image || Self.isRefused(altered))
    }
    // Two words exchanged.
    var exchanged = image
    let middle = image.count / 2 / 8 * 8
    for index in 0..<8 { exchanged.swapAt(middle + index, middle + 64 + index) }
    #expect(exchanged == image || Self.isRefused(exchanged))
  }

  @Test func `what is no image, or another engine's, is refused with what to do`() throws {
    let place = try Place()
    let image = try PackImage.make(pack: place.pack)
    func refusal(_ bytes: [UInt8]) throws -> String {
      try Data(bytes).write(to: URL(filePath: place.image))
      return Self.problem { _ = try Filter(pack: place.image) }
    }
    #expect(try refusal(image).isEmpty)
    #expect(try refusal(Array("name: test\n".utf8)).contains("is no pack image"))
    #expect(try refusal([]).contains("is no pack image"))
    #expect(try refusal(Array(image[..<5000])).contains("cut short"))
    var damaged = image
    damaged[image.count - 100] ^= 4
    let text = try refusal(damaged)
    #expect(text.contains("damaged") && text.contains("to mend it: compile it again") && text.hasPrefix(place.image))
    var newer = image
    newer[8] = 200
    #expect(try refusal(newer).contains("a newer Tightlip made"))
    var foreign = ImageWriter()
    PackImage.Origin(engine: "tightlip 9.9.9", files: [], validUntil: .max).encode(into: &foreign)
    #expect(try refusal(foreign.image()).contains("made by tightlip 9.9.9"))
    var hollow = ImageWriter()
    PackImage.Origin(engine: PackImage.Origin.thisEngine, files: [], validUntil: .max).encode(into: &hollow)
    #expect(try refusal(hollow.image()).contains("is missing or of another form"))
    // A table with another layout.
    var bent = ImageWriter()
    bent.add("fold.blocks", [UInt64(1)])
    let reader = try ImageReader(Self.memory(bent.image()))
    #expect(throws: ImageError.layout("fold.blocks")) { try reader.table("fold.blocks", of: UInt32.self) }
    #expect(throws: ImageError.layout("fold.pool")) { try reader.table("fold.pool", of: UInt8.self) }
    #expect(try reader.array("fold.blocks", of: UInt64.self) == [1])
    #expect(Self.problem { _ = try Filter(pack: "/dev/null") }.contains("is no pack image"))
    #expect(Self.problem { try PackImage.write(pack: place.pack, to: "/nowhere/pack.image") }.contains("cannot be written"))
  }

  @Test func `all that is known of each pattern comes back`() throws {
    var record = RecordWriter()
    var patterns: [CompiledPattern] = []
    for rule in ShippedPack.filter.rules { patterns.append(try CompiledPattern(rule.pattern, triesStarts: true)) }
    for rule in ShippedPack.filter.intentRules { patterns.append(try CompiledPattern(rule.pattern)) }
    for pattern in patterns { pattern.encode(into: &record) }
    var image = ImageWriter()
    image.add("patterns", record)
    var reader = try ImageReader(Self.memory(image.image())).record("patterns")
    #expect(patterns.count > 150)
    for pattern in patterns {
      let read = try CompiledPattern("", reading: &reader)
      #expect(read.facts == pattern.facts)
      #expect(read.captureCount == pattern.captureCount && read.isAnchored == pattern.isAnchored)
    }
  }

  @Test func `every stored property of a value in an image is written`() {
    #expect(Mirror(reflecting: WordInfo()).children.count == WordInfo.imageFields.count)
    let meaning = TermMeaning(termClass: .city, flags: [], weight: 1, code: 2, term: 3)
    #expect(Mirror(reflecting: meaning).children.count == TermMeaning.imageFields.count)
    #expect((WordInfo.imageFields + TermMeaning.imageFields).allSatisfy { $0.offset >= 0 })
  }

  @Test func `checksums of texts that differ in a byte differ`() {
    var seen: Set<UInt64> = []
    for count in [0, 1, 7, 8, 31, 32, 33, 64, 1000] {
      var bytes = Array(repeating: UInt8(0), count: count)
      #expect(seen.insert(unsafe bytes.withUnsafeBytes { Checksum.of($0) }).inserted)
      for index in bytes.indices {
        bytes[index] = 1
        #expect(seen.insert(unsafe bytes.withUnsafeBytes { Checksum.of($0) }).inserted, "\(index) of \(count)")
        bytes[index] = 0
      }
    }
  }

  // MARK: Threads

  @Test func `patterns compiled at their first need serve all workers at once`() throws {
    let place = try Place()
    try PackImage.write(pack: place.pack, to: place.image)
    let wanted = try Self.texts.map { try Self.bytes(TestPack.filter, $0) }
    for _ in 0..<20 {
      let filter = try Filter(pack: place.image)
      let wrong = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        for (text, bytes) in zip(Self.texts, wanted) where (try? Self.bytes(filter, text)) != bytes {
          wrong.add(1, ordering: .relaxed)
        }
      }
      #expect(wrong.load(ordering: .relaxed) == 0)
    }
  }
}
