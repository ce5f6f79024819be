import Foundation
import Glibc
import Testing

extension ProgramTests {
  /// Store, audit log and quarantine, through the program.
  struct RecordsCommandTests {
    /// The pack of the other tests, and STOP.
    private static let pack: String = {
      let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-records-\(getpid())")
      try! FileManager.default.copyItem(atPath: Program.pack, toPath: folder.path())
      Program.write(
        "name: test\nversion: 1\nterms: [terms.tsv]\npatterns: [patterns.yaml]\nintents: [intents.yaml]\n",
        folder.appending(path: "pack.yaml"))
      Program.write(
        """
        intents:
          - id: opt-out.keyword
            intent: opt-out
            language: en
            words: [stop]
            examples: ["STOP", "stop"]
            counterexamples: ["go on", "stop it there"]
            source: written for this test
        """, folder.appending(path: "intents.yaml"))
      return folder.path()
    }()

    private static func run(_ arguments: [String], _ input: String = "") throws -> Outcome {
      try Running(arguments, pack: pack).finish([Data(input.utf8)])
    }

    private func run(_ arguments: [String], _ input: String = "") throws -> Outcome { try Self.run(arguments, input) }

    /// A folder with an audit key, an officer's key and an empty store.
    private struct Office: ~Copyable {
      let folder: String
      var store: String { folder + "/records" }
      var log: String { folder + "/audit.log" }
      var all: [String] {
        [
          "filter", "--store", store, "--audit", log, "--audit-key-file", folder + "/audit.key",
          "--quarantine", folder + "/kept", "--quarantine-key", folder + "/officer.pub",
        ]
      }

      init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-office-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder + "/kept", withIntermediateDirectories: true)
        for arguments in [
          ["keys", "generate", "--kind", "audit", folder + "/audit.key"], ["keys", "generate", folder + "/officer"],
          ["consent", "create", "--store", folder + "/records"],
        ] {
          let outcome = try RecordsCommandTests.run(arguments)
          #expect(outcome.status == 0, "\(outcome.errors)")
        }
      }

      deinit { try? FileManager.default.removeItem(atPath: folder) }

      func verify(_ more: [String] = []) throws -> Outcome {
        try RecordsCommandTests.run(["audit", "verify", log, "--audit-key-file", folder + "/audit.key"] + more)
      }
    }

    /// Runs a shell script that calls the program `$T`.
    private func shell(_ script: String, _ input: String = "") throws -> Outcome {
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", script]
      process.environment = ProcessInfo.processInfo.environment.merging(
        ["T": Program.path, "TIGHTLIP_PACK": Self.pack]) { $1 }
      let file = Program.file("input", input)
      process.standardInput = try FileHandle(forReadingFrom: URL(filePath: file))
      let errorFile = Program.file("errors", "")
      process.standardError = try FileHandle(forWritingTo: URL(filePath: errorFile))
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let data = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return Outcome(
        status: process.terminationStatus, output: data,
        errors: try String(contentsOf: URL(filePath: errorFile), encoding: .utf8))
    }

    private func message(_ id: Int, _ text: String = "See you soon.", patient: String = "p-1") -> String {
      #"{"id":\#(id),"text":"\#(text)","recipient":{"id":"\#(patient)"}}"# + "\n"
    }

    private func inbound(_ id: Int, _ text: String, patient: String = "p-1") -> String {
      #"{"id":\#(id),"text":"\#(text)","direction":"inbound","sender":{"id":"\#(patient)"}}"# + "\n"
    }

    private func actions(_ outcome: Outcome) -> [String] { outcome.objects.map { $0["action"] as? String ?? "none" } }

    @Test func `a revocation in another process blocks the very next message`() throws {
      let office = try Office()
      let filter = try Running(office.all, pack: Self.pack)
      filter.send(message(1))
      #expect(filter.nextLine()?.contains(#""action":"pass""#) == true)
      #expect(try run(["consent", "revoke", "--store", office.store, "p-1"]).status == 0)
      filter.send(message(2) + message(3, patient: "p-2"))
      let line = filter.nextLine()
      #expect(line?.contains(#""action":"block""#) == true)
      #expect(line?.contains("consent.revoked") == true)
      #expect(filter.nextLine()?.contains(#""action":"pass""#) == true)
      #expect(try run(["consent", "grant", "--store", office.store, "--scope", "all", "p-1"]).status == 0)
      filter.send(message(4))
      #expect(filter.nextLine()?.contains(#""action":"pass""#) == true)
      #expect(filter.finish().status == 0)
      #expect(try office.verify().status == 0)
    }

    @Test func `where envelope and ledger differ the more restrictive holds`() throws {
      let office = try Office()
      #expect(try run(["consent", "revoke", "--store", office.store, "p-1"]).status == 0)
      #expect(try run(["consent", "grant", "--store", office.store, "--scope", "all", "p-2"]).status == 0)
      let lines = [("p-1", "granted"), ("p-2", "revoked"), ("p-2", "granted"), ("p-3", "granted"), ("p-3", "revoked")].map {
        #"{"text":"See you soon.","recipient":{"id":"\#($0)","consent":{"status":"\#($1)","scope":"all"}}}"# + "\n"
      }
      #expect(actions(try run(office.all, lines.joined())) == ["block", "block", "pass", "pass", "block"])
    }

    @Test func `a damaged, missing or foreign store stops the filter before the first message`() throws {
      let office = try Office()
      let junk = Program.file("junk", String(repeating: "no database ", count: 1000))
      for store in [junk, office.folder + "/nothing", office.folder] {
        let outcome = try run(["filter", "--store", store], message(1))
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("to mend it: "))
      }
      #expect(!FileManager.default.fileExists(atPath: office.folder + "/nothing"))
      #expect(try String(contentsOfFile: junk, encoding: .utf8).hasPrefix("no database"))
    }

    @Test func `a store that is removed or overwritten under a running filter blocks from then on`() throws {
      for change in 0..<2 {
        let office = try Office()
        let filter = try Running(office.all, pack: Self.pack)
        filter.send(message(1))
        #expect(filter.nextLine()?.contains(#""action":"pass""#) == true)
        if change == 0 {
          try FileManager.default.removeItem(atPath: office.store)
        } else {
          try FileManager.default.moveItem(atPath: office.store, toPath: office.store + ".old")
          try Data(repeating: 7, count: 65_536).write(to: URL(filePath: office.store))
        }
        filter.send(message(2))
        let line = filter.nextLine()
        #expect(line?.contains(#""action":"block""#) == true)
        #expect(line?.contains("records.unavailable") == true)
        let end = filter.finish()
        #expect(end.status == 1)
        #expect(end.errors.contains("messages are blocked"))
      }
    }

    @Test func `when the log's disk is full nothing passes, the program says so, and the log is whole`() throws {
      let office = try Office()
      let input = (0..<400).map { message($0) }.joined()
      // Blocks of 512 bytes: the limit is met in the middle of a batch.
      let outcome = try shell("ulimit -f 20; exec $T filter --audit \(office.log) --audit-key-file \(office.folder)/audit.key", input)
      #expect(outcome.status == 1)
      #expect(outcome.lines.count == 400)
      #expect(actions(outcome).allSatisfy { $0 == "block" })
      #expect(outcome.objects.map { $0["id"] as? Int } == (0..<400).map { $0 })
      #expect(outcome.errors.contains("messages are blocked"))
      #expect(try office.verify().status == 0)
    }

    @Test func `messages pass without a record only where that was asked for`() throws {
      let office = try Office()
      let input = (0..<400).map { message($0) }.joined()
      let outcome = try shell(
        "ulimit -f 20; exec $T filter --audit \(office.log) --audit-key-file \(office.folder)/audit.key --if-audit-fails pass", input)
      #expect(actions(outcome).allSatisfy { $0 == "pass" })
      #expect(try office.verify().status == 0)
    }

    @Test func `a log that cannot be begun stops the filter before the first message`() throws {
      let office = try Office()
      _ = unsafe symlink(office.folder + "/elsewhere", office.folder + "/link")
      _ = unsafe mkfifo(office.folder + "/pipe", 0o600)
      for log in [office.folder, office.folder + "/link", office.folder + "/pipe", office.folder + "/none/audit.log"] {
        let outcome = try run(["filter", "--audit", log, "--audit-key-file", office.folder + "/audit.key"], message(1))
        #expect(outcome.status == 2, "\(log)")
        #expect(outcome.output.isEmpty)
      }
    }

    @Test func `kill -9 at any time leaves a log that is whole once written on, and no verdict without a record`() throws {
      let office = try Office()
      for attempt in 0..<6 {
        let filter = try Running(office.all, pack: Self.pack)
        let input = Array(
          (0..<4000).map { $0.isMultiple(of: 9) ? inbound($0, "STOP", patient: "s-\(attempt)-\($0)") : message($0) }.joined().utf8)
        let descriptor = filter.input.fileHandleForWriting.fileDescriptor
        let writer = Thread {
          var sent = 0
          while sent < input.count {
            let count = unsafe input.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            guard count > 0 else { break }
            sent += count
          }
        }
        writer.start()
        var verdicts = 0
        while verdicts < 50 + attempt * 300, filter.nextLine(within: 5) != nil { verdicts += 1 }
        _ = kill(filter.process.processIdentifier, SIGKILL)
        filter.process.waitUntilExit()
        #expect(try run(office.all, message(1)).status == 0)
        let checked = try office.verify()
        #expect(checked.status == 0, "\(String(decoding: checked.output, as: UTF8.self))")
        let report = try run(["audit", "report", office.log, "--format", "json"]).output
        let counts = try #require((try JSONSerialization.jsonObject(with: report) as? [String: Any])?["all"] as? [String: Int])
        #expect((counts["total"] ?? 0) >= verdicts)
        // Each STOP whose verdict was seen is in the ledger.
        let stops = (0..<verdicts).filter { $0.isMultiple(of: 9) }
        let table = Set(
          try run(["consent", "export", "--store", office.store, "--format", "ndjson"]).objects
            .filter { $0["status"] as? String == "opt-out" }.compactMap { $0["patient"] as? String })
        for id in stops { #expect(table.contains("s-\(attempt)-\(id)")) }
      }
    }

    @Test func `two filters share one store and one log`() throws {
      let office = try Office()
      let filters = [try Running(office.all, pack: Self.pack), try Running(office.all, pack: Self.pack)]
      for round in 0..<20 {
        let patient = "p-\(round)"
        filters[round % 2].send(inbound(round, "STOP", patient: patient))
        #expect(filters[round % 2].nextLine()?.contains(#""recorded":true"#) == true)
        filters[(round + 1) % 2].send(message(round, patient: patient))
        #expect(filters[(round + 1) % 2].nextLine()?.contains("consent.revoked") == true)
      }
      for filter in filters { #expect(filter.finish().status == 0) }
      #expect(try office.verify().status == 0)
      let report = try run(["audit", "report", office.log, "--format", "json"]).output
      let counts = try #require((try JSONSerialization.jsonObject(with: report) as? [String: Any])?["all"] as? [String: Int])
      #expect(counts["total"] == 40)
    }

    @Test func `nothing of a message stands on the disk in clear, and the officer reads what was kept`() throws {
      let office = try Office()
      let lines = [
        message(1, "Zyxxoquv, ssn 219-09-9998, diabetes idiot"), inbound(2, "STOP Zyxxoquv"), inbound(3, "kill myself Zyxxoquv"),
        "{\"id\":\"Zyxxoquv\",\"Zyxxoquv\":1}\n", "Zyxxoquv\n",
        #"{"id":"Zyxxoquv","text":"idiot","sender":{"role":"Zyxxoquv"},"purpose":"Zyxxoquv","channel":{"kind":"Zyxxoquv"}}"# + "\n",
      ]
      let outcome = try run(office.all, lines.joined())
      #expect(outcome.lines.count == lines.count)
      let walk = try #require(FileManager.default.enumerator(atPath: office.folder))
      var seen = 0
      for case let name as String in walk {
        guard let data = FileManager.default.contents(atPath: office.folder + "/" + name) else { continue }
        seen += 1
        #expect(data.range(of: Data("Zyxxoquv".utf8)) == nil, "\(name)")
        #expect(data.range(of: Data("219-09-9998".utf8)) == nil, "\(name)")
      }
      #expect(seen >= 5)
      let blocked = zip(lines, actions(outcome)).filter { $0.1 == "block" }.map(\.0)
      let opened = try run(["quarantine", "open", "--key-file", office.folder + "/officer", office.folder + "/kept", "--all"])
      #expect(opened.status == 0)
      #expect(String(decoding: opened.output, as: UTF8.self) == blocked.joined())
      let listed = try run(["quarantine", "list", office.folder + "/kept", "--format", "ndjson"])
      #expect(listed.lines.count == blocked.count)
    }

    @Test func `a cut log and an old copy are found by a checkpoint, with exit code 1`() throws {
      let office = try Office()
      #expect(try run(office.all, message(1)).status == 0)
      let old = try Data(contentsOf: URL(filePath: office.log))
      #expect(try run(office.all, message(2)).status == 0)
      let checkpoint = Program.file("checkpoint", "")
      try run(["audit", "checkpoint", office.log]).output.write(to: URL(filePath: checkpoint))
      #expect(try office.verify(["--checkpoint", checkpoint]).status == 0)
      try old.write(to: URL(filePath: office.log))
      #expect(try office.verify().status == 0)
      let found = try office.verify(["--checkpoint", checkpoint])
      #expect(found.status == 1)
      #expect(String(decoding: found.output, as: UTF8.self).contains("CUT OR REPLACED"))
      #expect(try run(["audit", "verify", office.folder + "/none"]).status == 2)
    }

    @Test func `response clocks outlive the program`() throws {
      let office = try Office()
      #expect(try run(office.all, inbound(1, "When do you open?") + inbound(2, "Hello?")).status == 0)
      #expect(try run(["clocks", "--store", office.store, "--format", "ndjson"]).objects.map { $0["patient"] as? String } == ["p-1"])
      #expect(actions(try run(office.all, message(3, "ssn 219-09-9998 idiot"))) == ["block"])
      #expect(try run(["clocks", "--store", office.store, "--format", "ndjson"]).lines.count == 1)
      #expect(actions(try run(office.all, message(4, "At eight."))) == ["pass"])
      #expect(try run(["clocks", "--store", office.store, "--format", "ndjson"]).lines.isEmpty)
      #expect(try run(["clocks", "--store", office.store, "--since", "1d", "--format", "ndjson"]).lines.count == 1)
    }

    @Test func `PHI is sealed to the patient's key where the policy says so`() throws {
      let office = try Office()
      let policy = Program.file("seal.yaml", "policy: seal\nversion: \"1\"\ndevices:\n  unencrypted: seal\n")
      #expect(try run(["keys", "generate", office.folder + "/patient"]).status == 0)
      #expect(try run(["consent", "key", "--store", office.store, "p-1", office.folder + "/patient.pub"]).status == 0)
      let text = "Dana Whitfield, your diabetes"
      let outcome = try run(office.all + ["--policy", policy], message(1, text) + message(2, text, patient: "p-2"))
      let verdicts = outcome.objects
      #expect(verdicts.map { $0["action"] as? String } == ["redact", "block"], "\(outcome.errors)")
      let sealed = try #require(verdicts.first?["sealed"] as? String)
      let opened = try run(["open", "--key-file", office.folder + "/patient"], sealed)
      #expect(String(decoding: opened.output, as: UTF8.self) == text)
      #expect(try run(["open", "--key-file", office.folder + "/officer"], sealed).status == 1)
    }

    @Test(arguments: [["--audit", "a"], ["--quarantine", "q"], ["--audit-key-file", "k"], ["--quarantine-key", "k"]])
    func `half of what records need is refused`(arguments: [String]) throws {
      let outcome = try run(["filter"] + arguments, message(1))
      #expect(outcome.status == 2)
      #expect(outcome.output.isEmpty)
    }
  }
}
