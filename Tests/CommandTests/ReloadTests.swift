import Foundation
import Glibc
import Testing

extension ProgramTests {
  /// Packs and policies that change under a filter that runs.
  struct ReloadTests {
    /// A pack that finds one of two words, and says which by its version.
    private struct TwoPacks {
      let folder: URL
      let versions: [String: [String: Data]]

      init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-reload-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let small = URL(filePath: Program.pack)
        let terms = try String(contentsOf: small.appending(path: "terms.tsv"), encoding: .utf8)
        var versions: [String: [String: Data]] = [:]
        for (version, word) in [("A", "alphaword"), ("B", "bravoword")] {
          try Data("name: test\nversion: \(version)\nterms: [terms.tsv]\npatterns: [patterns.yaml]\n".utf8)
            .write(to: folder.appending(path: "pack.yaml"))
          // The word stands in the last row: a table that was cut short has lost it.
          try Data((terms + "\(word)\tMEDICATION\t0.95\t\t\ttest\t\n").utf8).write(to: folder.appending(path: "terms.tsv"))
          try Data(contentsOf: small.appending(path: "patterns.yaml")).write(to: folder.appending(path: "patterns.yaml"))
          let sealed = try run(["check", folder.path(), "--seal"])
          // The small pack's patterns say no source, which is a warning; the seal is written all the same when asked for.
          if sealed.status != 0 { Issue.record("\(sealed.lines)") }
          var files: [String: Data] = [:]
          for name in ["pack.yaml", "terms.tsv", "patterns.yaml", "SHA256SUMS"] {
            files[name] = try Data(contentsOf: folder.appending(path: name))
          }
          versions[version] = files
        }
        self.versions = versions
        try write("A")
      }

      /// Writes a version file by file, in place, as a plain copy does.
      func write(_ version: String) throws {
        for (name, data) in versions[version]! { try data.write(to: folder.appending(path: name)) }
      }

      func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    private static func wait(_ seconds: Double) { usleep(UInt32(seconds * 1_000_000)) }

    @Test func `SIGHUP takes a new pack and policy into use, and a verdict names both`() throws {
      let packs = try TwoPacks()
      defer { packs.remove() }
      let policy = Program.file("policy.yaml", "policy: first\n")
      let running = try Running(["filter", "--verdict-pack", "--policy", policy], pack: packs.folder.path())
      func ask() -> String {
        running.send("{\"text\":\"take alphaword and bravoword\"}\n")
        return running.nextLine() ?? ""
      }
      let before = ask()
      #expect(before.contains("\"utf8\":[5,14]") && before.contains("\"pack\":\"test A #") && before.contains("\"policy\":\"first 1 #"), "\(before)")
      try packs.write("B")
      try Data("policy: second\nentities:\n  MEDICATION: block\n".utf8).write(to: URL(filePath: policy))
      kill(running.process.processIdentifier, SIGHUP)
      var after = ""
      for _ in 0..<100 where !after.contains("test B") {
        Self.wait(0.1)
        after = ask()
      }
      #expect(after.contains("\"utf8\":[19,28]") && after.contains("\"policy\":\"second 1 #") && after.contains("\"action\":\"block\""), "\(after)")
      let outcome = running.finish()
      #expect(outcome.status == 0)
      #expect(outcome.errors == "", "nothing is said while all is well")
    }

    @Test(arguments: ["policy: second\nhalt: maybe\n", "", "policy: x\n<<<<<<< HEAD\n", "entities: {}\n"])
    func `a policy with a mistake is refused with the reason, and the old one goes on`(text: String) throws {
      let policy = Program.file("policy.yaml", "policy: first\n")
      let running = try Running(["filter", "--verdict-pack", "--watch", "--policy", policy])
      running.send("{\"text\":\"hi\"}\n")
      #expect(running.nextLine()?.contains("first") == true)
      try Data(text.utf8).write(to: URL(filePath: policy))
      Self.wait(1.5)
      running.send("{\"text\":\"hi\"}\n")
      #expect(running.nextLine()?.contains("first") == true)
      let outcome = running.finish()
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("reload refused") && outcome.errors.contains("policy.yaml"), "\(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "reload refused").count == 2, "said once for one change")
    }

    @Test(.timeLimit(.minutes(3)))
    func `no message is judged by a partial pack and none is lost while packs are replaced, cut short and corrupted`() throws {
      let packs = try TwoPacks()
      defer { packs.remove() }
      let output = FileManager.default.temporaryDirectory.appending(path: "tightlip-reload-\(UUID().uuidString).ndjson")
      defer { try? FileManager.default.removeItem(at: output) }
      _ = FileManager.default.createFile(atPath: output.path(), contents: nil)
      let handle = try FileHandle(forWritingTo: output)
      let running = try Running(["filter", "--verdict-pack", "--watch"], pack: packs.folder.path(), output: handle)
      let mischief = Mischief(folder: packs.folder, process: running.process.processIdentifier, write: packs.write)
      // The signal is held from the first thing the command does; before that it would end the program.
      running.send("{\"id\":\"m-0\",\"text\":\"take alphaword and bravoword\"}\n")
      for _ in 0..<200 where (try Data(contentsOf: output)).isEmpty { Self.wait(0.1) }
      let group = DispatchGroup()
      DispatchQueue.global().async(group: group) { mischief.run() }
      var sent = 1
      let start = Date()
      while group.wait(timeout: .now()) == .timedOut {
        var chunk = Data()
        for _ in 0..<1000 {
          chunk += Data("{\"id\":\"m-\(sent)\",\"text\":\"take alphaword and bravoword\"}\n".utf8)
          sent += 1
        }
        running.send(chunk)
        // Not more than 100,000 a second: what the test is about is the swaps.
        let ahead = Double(sent) / 100_000 - Date().timeIntervalSince(start)
        if ahead > 0 { Self.wait(ahead) }
      }
      let seconds = Date().timeIntervalSince(start)
      let outcome = running.finish()
      #expect(outcome.status == 0)
      #expect(mischief.problem == nil)
      let counts = try Self.judge(try Data(contentsOf: output))
      #expect(counts.lines == sent, "\(sent) sent, \(counts.lines) answered")
      #expect(counts.outOfOrder == 0)
      #expect(counts.partial == 0)
      #expect(counts.first > 0 && counts.second > 0, "both packs were in force")
      let refused = outcome.errors.components(separatedBy: "reload refused").count - 1
      #expect(refused > 0, "what was wrong was told")
      print(
        "reload test: \(sent) messages in \(Int(seconds)) s (\(Int(Double(sent) / seconds)) a second), \(mischief.rounds) changes,"
          + " \(counts.swaps) swaps, \(refused) refused, \(counts.partial) judged by a partial pack, \(sent - counts.lines) lost")
    }

    private struct Counts {
      var lines = 0
      var outOfOrder = 0
      var partial = 0
      var first = 0
      var second = 0
      var swaps = 0
    }

    private enum Judged { case first, second, partial }

    /// Holds each verdict to the pack that it names. But for their ids most verdicts are alike, and each kind is
    /// looked at once.
    private static func judge(_ data: Data) throws -> Counts {
      var counts = Counts()
      var known: [Data: Judged] = [:]
      var last: Judged?
      for line in data.split(separator: 10) {
        let start = Data("{\"id\":\"m-\(counts.lines)\",".utf8)
        if !line.starts(with: start) { counts.outOfOrder += 1 }
        counts.lines += 1
        let rest = Data(line.dropFirst(start.count))
        let judged = known[rest] ?? judge(rest: String(decoding: rest, as: UTF8.self))
        known[rest] = judged
        switch judged {
        case .first: counts.first += 1
        case .second: counts.second += 1
        case .partial: counts.partial += 1
        }
        if last != nil, last != judged { counts.swaps += 1 }
        last = judged
      }
      return counts
    }

    private static func judge(rest text: String) -> Judged {
      let findings = text.components(separatedBy: "\"entity_type\":\"MEDICATION\",\"utf8\"").count - 1
      guard findings == 1, text.contains("\"complete\":true") else { return .partial }
      if text.contains("\"pack\":\"test A #"), text.contains("\"utf8\":[5,14]") { return .first }
      if text.contains("\"pack\":\"test B #"), text.contains("\"utf8\":[19,28]") { return .second }
      return .partial
    }

    /// Replaces, truncates, corrupts and removes files of a pack for some seconds.
    // SAFETY: run() is called once, by one thread; what it wrote is read after the group was left.
    private final class Mischief: @unchecked Sendable {
      let folder: URL
      let process: pid_t
      let write: (String) throws -> Void
      private(set) var rounds = 0
      private(set) var problem: String?

      init(folder: URL, process: pid_t, write: @escaping (String) throws -> Void) {
        self.folder = folder
        self.process = process
        self.write = write
      }

      func run() {
        do {
          for round in 0..<16 {
            let version = round % 2 == 0 ? "B" : "A"
            rounds += 1
            try spoil(round)
            kill(process, SIGHUP)
            ReloadTests.wait(0.1)
            try write(version)
            kill(process, SIGHUP)
            ReloadTests.wait(0.3)
          }
        } catch {
          problem = "\(error)"
        }
      }

      private func spoil(_ round: Int) throws {
        let terms = folder.appending(path: "terms.tsv")
        let data = try Data(contentsOf: terms)
        switch round % 8 {
        // Cut at the end of a row: reads well, and has lost the last rows.
        case 0: try Data(data.prefix(upTo: (data.dropLast().lastIndex(of: 10) ?? 0) + 1)).write(to: terms)
        case 1: try Data(data.prefix(data.count / 2)).write(to: terms)
        case 2: try Data().write(to: terms)
        case 3: try Data(data.map { $0 == 9 ? 32 : $0 }).write(to: terms)
        case 4: try FileManager.default.removeItem(at: terms)
        case 5: try Data([0xFF, 0xFE] + data).write(to: terms)
        case 6: try Data("patterns: [".utf8).write(to: folder.appending(path: "patterns.yaml"))
        default: try FileManager.default.removeItem(at: folder.appending(path: "SHA256SUMS")); try Data("name: x\n".utf8).write(to: folder.appending(path: "pack.yaml"))
        }
      }
    }
  }
}
