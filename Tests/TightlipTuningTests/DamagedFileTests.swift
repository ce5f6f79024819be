import Foundation
import Testing
import Tightlip
import TightlipRules
import TightlipTuning

/// Damages every kind of file a person edits as spreadsheets, editors and merges do, thousands of
/// times from a fixed seed: each is read as it stands or refused with a place and a remedy, and no row
/// is ever passed over in silence.
struct DamagedFileTests {
  private struct Random {
    var state: UInt64
    mutating func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(max(1, limit)))
    }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func lines(_ path: String, _ most: Int) throws -> [UInt8] {
    let lines = try Data(contentsOf: root.appending(path: path)).split(separator: 10, omittingEmptySubsequences: false)
    return Array(Data(lines.prefix(most).joined(separator: [10])) + [10])
  }

  private static let tables: [(name: String, bytes: [UInt8])] = {
    let header = { (columns: [String]) in columns.joined(separator: "\t") + "\n" }
    return [
      ("terms", (try? lines("Lexicons/terms/drug_classes.tsv", 12)) ?? []),
      ("terms", (try? lines("Lexicons/context/cues.tsv", 12)) ?? []),
      ("terms", (try? lines("Lexicons/topics/crisis.tsv", 12)) ?? []),
      ("disabled", Array((header(DisabledEntry.columns) + "term\tdiabetes\tDIAGNOSIS\tme\twhy\t2027-01-31\nrule\tx.y\t\tme\twhy\t\n").utf8)),
      ("waivers", Array((header(Waiver.columns) + "stroke of luck\t\tDIAGNOSIS\tme\twhy\t2027-01-31\n\t0123456789abcdef\tPERSON\tme\twhy\t2027-01-31\n").utf8)),
      ("examples", Array((header(MessageExample.columns) + "take [[metformin]]\tfound\tMEDICATION\t\nok\tpass\t\tfine\n").utf8)),
      ("patterns", (try? lines("Lexicons/patterns/codes.yaml", 1000)) ?? []),
      ("policy", (try? lines("Lexicons/policies/default.yaml", 1000)) ?? []),
      ("pack", (try? lines("Lexicons/pack.yaml", 100)) ?? []),
      ("overlay", Array("overlay: own\nowner: me\nterms:\n  - a.tsv\nwaivers: [w.tsv]\n".utf8)),
      ("benign", Array("words\tmessages\n*\t100\nplan\t7\n".utf8)),
    ]
  }()

  /// Reads a file and says how many entries it had.
  private static func read(_ name: String, _ bytes: [UInt8]) throws(RulesError) -> Int {
    switch name {
    case "terms": try TermTable(file: "f", bytes: bytes).rows.count
    case "disabled": try DelimitedTable.disabled(file: "f", bytes: bytes).count
    case "waivers": try DelimitedTable.waivers(file: "f", bytes: bytes).count
    case "examples": try DelimitedTable.examples(file: "f", bytes: bytes).count
    case "patterns": try PatternFile.read(file: "f", bytes: bytes).count
    case "policy": try PolicyFile.read(file: "f", bytes: bytes).name.isEmpty ? 0 : 1
    case "pack": try PackManifest(file: "f", bytes: bytes).terms.count
    case "overlay": try OverlayManifest(directory: "", file: "f", bytes: bytes).files.count
    default: try BenignTable(file: "f", bytes: bytes).total
    }
  }

  private static let pieces: [[UInt8]] = [
    [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [13], [13, 10], [10], [9], [9, 9], [0], [0x1A], [0xC2, 0xA0], [0x22], [0x27],
    Array("\u{201C}".utf8), Array("\u{201D}".utf8), Array("\u{2019}".utf8), Array("\n<<<<<<< HEAD\n".utf8),
    Array("\n=======\n".utf8), Array("\n>>>>>>> theirs\n".utf8), Array("1-Mar".utf8), Array("1.2E+15".utf8), [0xE9],
    Array("   ".utf8), Array("\t\t\t\t\t\t\t\t".utf8), Array("#REF!".utf8), Array("- [".utf8), Array(": {".utf8), Array("&a *a".utf8),
    Array("PK\u{3}\u{4}".utf8), Array("\u{2028}".utf8), Array("\u{FEFF}".utf8), Array("\"\"".utf8), [0xF4, 0x90, 0x80, 0x80],
  ]

  private static func damaged(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.next(3) {
      let place = random.next(bytes.count + 1)
      switch random.next(9) {
      case 0, 1, 2: bytes.insert(contentsOf: pieces[random.next(pieces.count)], at: place)
      case 3: bytes = Array(bytes.prefix(place))
      case 4: if place < bytes.count { bytes.remove(at: place) }
      case 5: if place < bytes.count { bytes[place] = UInt8(random.next(256)) }
      case 6: bytes = bytes.map { $0 == 10 ? 13 : $0 }
      case 7: bytes = Array(bytes.flatMap { $0 == 10 ? [13, 10] : [$0] })
      default:
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        let line = lines[random.next(lines.count)]
        bytes.insert(contentsOf: line + [10], at: min(bytes.count, lines.first.map { $0.count + 1 } ?? 0))
      }
      if bytes.isEmpty { break }
    }
    return bytes
  }

  @Test(.timeLimit(.minutes(2)), arguments: tables.indices)
  func `a damaged file is read or refused with place and remedy`(number: Int) throws {
    let (name, bytes) = Self.tables[number]
    #expect(bytes.count > 20, "the undamaged file is there")
    #expect(try Self.read(name, bytes) > 0)
    var random = Random(state: UInt64(number) &* 7919 &+ 20_261_122)
    var refused = 0
    var accepted = 0
    let end = ContinuousClock.now + .seconds(8)
    for round in 0..<3000 {
      guard ContinuousClock.now < end else { break }
      let damaged = Self.damaged(bytes, &random)
      do throws(RulesError) {
        let count = try Self.read(name, damaged)
        accepted += 1
        // Tables: every line below the header that holds something is an entry.
        guard ["terms", "disabled", "waivers", "examples"].contains(name) else { continue }
        let lines = damaged.split(separator: 10).dropFirst().filter { line in
          line.contains { ![9, 13, 0x20, 0xC2, 0xA0].contains($0) }
        }
        if count != lines.count { Issue.record("round \(round): \(lines.count) lines, \(count) entries") }
      } catch {
        refused += 1
        if error.diagnostics.isEmpty { Issue.record("round \(round): refused without a word") }
        for diagnostic in error.diagnostics where diagnostic.message.isEmpty || diagnostic.remedy.isEmpty || diagnostic.line < 0 {
          Issue.record("round \(round): \(diagnostic.description)")
        }
        for edit in error.diagnostics.flatMap(\.edits) where edit.range.upperBound > damaged.count {
          Issue.record("round \(round): an edit beyond the file")
        }
      }
    }
    #expect(refused > 0 && accepted > 0, "\(name): \(accepted) accepted, \(refused) refused")
  }
}
