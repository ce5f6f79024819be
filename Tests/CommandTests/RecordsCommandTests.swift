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

    @Test func `who waits too long is told by the practice's hours, with exit code 1`() throws {
      let office = try Office()
      let policy = Program.file(
        "clocks.yaml", "policy: p\npractice: { timeZone: America/Denver }\nclocks: { answerWithin: 60, holidays: [2026-11-26] }\n")
      func ask(_ patient: String, _ time: String) -> String {
        #"{"text":"When do you open?","direction":"inbound","sender":{"id":"\#(patient)"},"sentAt":"\#(time)"}"# + "\n"
      }
      func answer(_ patient: String, _ time: String) -> String {
        #"{"text":"At eight.","recipient":{"id":"\#(patient)"},"sentAt":"\#(time)"}"# + "\n"
      }
      // In time: the night and the holiday do not count. Late. In time, at an odd hour.
      let input =
        ask("p-1", "2026-11-25T16:30:00-07:00") + answer("p-1", "2026-11-27T08:30:00-07:00")
        + ask("p-2", "2026-11-25T16:30:00-07:00") + answer("p-2", "2026-11-27T08:30:01-07:00")
        + ask("p-3", "2026-11-25T16:30:00-07:00") + answer("p-3", "2026-11-25T17:00:00-07:00")
        + ask("p-4", "2026-11-27T10:00:00-07:00")
      #expect(actions(try run(office.all, input)) == Array(repeating: "pass", count: 7))
      let clocks = ["clocks", "--store", office.store, "--format", "ndjson", "--since", "2026-11-01"]
      let all = try run(clocks + ["--policy", policy, "--at", "2026-11-27T11:00:00-07:00"])
      #expect(all.status == 0)
      let found = Dictionary(uniqueKeysWithValues: all.objects.map { ($0["patient"] as? String ?? "", $0) })
      #expect(found["p-1"]?["late"] as? Bool == false && found["p-1"]?["businessSeconds"] as? Int == 3600)
      #expect(found["p-2"]?["late"] as? Bool == true && found["p-2"]?["oddHour"] as? Bool == false)
      #expect(found["p-3"]?["late"] as? Bool == false && found["p-3"]?["oddHour"] as? Bool == true)
      #expect(found["p-4"]?["late"] as? Bool == false && found["p-4"]?["oddHour"] == nil)
      let before = try run(clocks + ["--policy", policy, "--late", "--at", "2026-11-27T11:00:00-07:00"])
      #expect(before.status == 0)
      #expect(Set(before.objects.map { $0["patient"] as? String }) == ["p-2", "p-3"])
      let after = try run(clocks + ["--policy", policy, "--late", "--at", "2026-11-27T11:00:01-07:00"])
      #expect(after.status == 1)
      #expect(after.objects.contains { $0["patient"] as? String == "p-4" })
      #expect(try run(clocks + ["--late"]).status == 2)
      #expect(try run(clocks + ["--policy", Program.file("none.yaml", "policy: p\n")]).status == 2)
    }

    @Test func `an automatic answer closes no clock`() throws {
      let office = try Office()
      let automatic = #"{"id":2,"text":"We are closed.","sender":{"role":"system"},"recipient":{"id":"p-1"}}"# + "\n"
      #expect(actions(try run(office.all, inbound(1, "When do you open?") + automatic)) == ["pass", "pass"])
      #expect(try run(["clocks", "--store", office.store, "--format", "ndjson"]).lines.count == 1)
    }

    @Test func `an opt-out that names nobody is not lost without a word`() throws {
      let office = try Office()
      let outcome = try run(office.all, #"{"id":1,"text":"STOP","direction":"inbound","thread":"t-1"}"# + "\n" + inbound(2, "STOP"))
      #expect(outcome.lines[0].contains(#""recorded":false"#) && outcome.lines[0].contains(#""route":"review""#))
      #expect(outcome.lines[0].contains(#"{"code":"opt-out.unrecorded","severity":"warning""#))
      #expect(outcome.lines[1].contains(#""recorded":true"#) && !outcome.lines[1].contains("unrecorded"))
      let text = String(decoding: try run(["audit", "report", office.log]).output, as: UTF8.self)
      #expect(text.contains("opt-out (not recorded)") && text.contains("opt-out.unrecorded"))
      // Neither an id nor a thread.
      let bare = try run(office.all, #"{"id":1,"text":"STOP","direction":"inbound"}"# + "\n")
      #expect(bare.lines[0].contains(#""route":"review""#) && bare.lines[0].contains("opt-out.unrecorded"))
      // Without a store the gateway keeps the record, and is told as ever.
      let alone = try run(["filter"], #"{"id":1,"text":"STOP","direction":"inbound"}"# + "\n")
      #expect(alone.lines[0].contains(#""recorded":false"#) && !alone.lines[0].contains("unrecorded"))
    }

    @Test func `what is remembered in memory counts beside a log without a store`() throws {
      let office = try Office()
      let policy = Program.file(
        "limits.yaml", "policy: p\nthreads: { memory: true }\n")
      let input =
        #"{"text":"Hi Dana, this is the clinic","thread":"t-1"}"# + "\n" + #"{"text":"diabetes classes","thread":"t-1"}"# + "\n"
      let log = ["filter", "--policy", policy, "--audit", office.log, "--audit-key-file", office.folder + "/audit.key"]
      #expect(actions(try run(["filter", "--policy", policy], input)) == ["pass", "block"])
      #expect(actions(try run(log, input)) == ["pass", "block"])
    }

    @Test func `threads are one for all filters on one store, and outlive them`() throws {
      let office = try Office()
      let policy = Program.file("threads.yaml", "policy: p\nthreads: { memory: true, messages: 2 }\n")
      let arguments = ["filter", "--policy", policy, "--store", office.store]
      func name(_ thread: String) -> String { #"{"text":"Hi Dana, this is the clinic","thread":"\#(thread)"}"# + "\n" }
      func health(_ thread: String) -> String { #"{"text":"diabetes classes","thread":"\#(thread)"}"# + "\n" }
      let filters = [try Running(arguments, pack: Self.pack), try Running(arguments, pack: Self.pack)]
      filters[0].send(name("t-1"))
      #expect(filters[0].nextLine()?.contains(#""action":"pass""#) == true)
      filters[1].send(health("t-1"))
      #expect(filters[1].nextLine()?.contains("phi.thread-linked") == true)
      filters[1].send(health("t-2"))
      #expect(filters[1].nextLine()?.contains(#""action":"pass""#) == true)
      for filter in filters { #expect(filter.finish().status == 0) }
      let later = try run(arguments, health("t-1"))
      #expect(later.lines[0].contains("phi.thread-linked"))
      // What was blocked does not count; two messages later the name is forgotten.
      let other = #"{"text":"ok","thread":"t-1"}"# + "\n"
      #expect(actions(try run(arguments, other + health("t-1") + other + health("t-1"))) == ["pass", "block", "pass", "pass"])
    }

    @Test func `another policy is taken into use while records are kept, and the log says so in its place`() throws {
      let office = try Office()
      let policy = Program.file("policy.yaml", "policy: first\n")
      let filter = try Running(office.all + ["--policy", policy], pack: Self.pack)
      filter.send(message(1))
      #expect(filter.nextLine()?.contains(#""action":"pass""#) == true)
      try Data("policy: second\nhalt: true\n".utf8).write(to: URL(filePath: policy))
      kill(filter.process.processIdentifier, SIGHUP)
      var sent = 1
      var line = ""
      while !line.contains("policy.halted"), sent < 200 {
        usleep(50_000)
        sent += 1
        filter.send(message(sent))
        line = filter.nextLine() ?? ""
      }
      #expect(line.contains("policy.halted"))
      // The same again is no change.
      kill(filter.process.processIdentifier, SIGHUP)
      usleep(500_000)
      filter.send(message(0))
      #expect(filter.nextLine()?.contains("policy.halted") == true)
      let end = filter.finish()
      #expect(end.status == 0 && end.errors.isEmpty, "\(end.errors)")
      #expect(try office.verify().status == 0)
      let records = try String(contentsOfFile: office.log, encoding: .utf8).split(separator: "\n").compactMap {
        (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
      }.filter { $0["seal"] == nil }
      let changes = records.indices.filter { records[$0]["event"] as? String == "changed" }
      #expect(changes.count == 1)
      let change = try #require(changes.first)
      #expect(records[change]["policy"] as? String == "second 1")
      // Before it all passed, behind it nothing did.
      for (index, record) in records.enumerated() {
        guard let action = record["action"] as? String else { continue }
        #expect(action == (index < change ? "pass" : "block"), "record \(index)")
      }
      let opened = try #require(records.first)
      #expect(opened["policy"] as? String == "first 1")
      // The hash is the file's own, so that anybody can compare it.
      let sum = try shell("sha256sum <\(policy)").output
      #expect(String(decoding: sum.prefix(64), as: UTF8.self) == records[change]["policyHash"] as? String)
      #expect(opened["packHash"] as? String == records[change]["packHash"] as? String)
      #expect((opened["packHash"] as? String)?.count == 64)
    }

    @Test func `SIGTERM ends a filter with its records whole, its log closed, and no half line answered`() throws {
      let office = try Office()
      let filter = try Running(office.all, pack: Self.pack)
      filter.send(message(1) + inbound(2, "STOP", patient: "p-2") + #"{"id":3,"text":"half a"#)
      for _ in 0..<2 { #expect(filter.nextLine()?.contains(#""action":"pass""#) == true) }
      kill(filter.process.processIdentifier, SIGTERM)
      filter.process.waitUntilExit()
      let end = filter.finish()
      #expect(end.wasSignalled && end.status == SIGTERM)
      #expect(end.output.isEmpty && end.errors.isEmpty, "\(end.errors)")
      #expect(try office.verify().status == 0)
      #expect(try String(contentsOfFile: office.log, encoding: .utf8).contains(#""event":"closed""#))
      #expect(try run(["consent", "show", "--store", office.store, "p-2"]).lines.first?.contains("refuses") == true)
    }

    @Test func `a halt and its end stand in the log, by filter and by command`() throws {
      let office = try Office()
      let halt = office.folder + "/halt"
      let trail = ["--halt-file", halt, "--audit", office.log, "--audit-key-file", office.folder + "/audit.key"]
      let filter = try Running(office.all + ["--halt-file", halt], pack: Self.pack)
      filter.send(message(1))
      #expect(filter.nextLine()?.contains(#""action":"pass""#) == true)
      #expect(try run(["halt", "on"] + trail).status == 0)
      filter.send(message(2))
      #expect(filter.nextLine()?.contains("policy.halted") == true)
      #expect(try run(["halt", "off"] + trail).status == 0)
      filter.send(message(3))
      #expect(filter.nextLine()?.contains(#""action":"pass""#) == true)
      #expect(filter.finish().status == 0)
      #expect(try office.verify().status == 0)
      let events = try String(contentsOfFile: office.log, encoding: .utf8).split(separator: "\n").compactMap {
        (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
      }
      func places(_ kind: String) -> [(Int, String)] {
        events.enumerated().compactMap { $1["event"] as? String == kind ? ($0, $1["by"] as? String ?? "filter") : nil }
      }
      #expect(places("halted").map(\.1) == ["halt", "filter"])
      #expect(places("resumed").map(\.1) == ["halt", "filter"])
      let blocked = try #require(events.firstIndex { ($0["block"] as? [String])?.contains("policy.halted") == true })
      #expect(places("halted").allSatisfy { $0.0 < blocked } && places("resumed").allSatisfy { $0.0 > blocked })
      // A filter that starts halted says that too.
      #expect(try run(["halt", "on", "--halt-file", halt]).status == 0)
      #expect(actions(try run(office.all + ["--halt-file", halt], message(4))) == ["block"])
      let text = try String(contentsOfFile: office.log, encoding: .utf8)
      #expect(text.components(separatedBy: #""event":"halted""#).count == 4)
    }

    @Test func `a command that changes a permission writes it into the log, without an id`() throws {
      let office = try Office()
      let trail = ["--audit", office.log, "--audit-key-file", office.folder + "/audit.key"]
      let store = ["--store", office.store]
      #expect(try run(["consent", "grant", "--scope", "all", "p-marker"] + store + trail).status == 0)
      #expect(try run(["consent", "revoke", "p-marker"] + store + trail).status == 0)
      let table = Program.file("table.csv", "patient,status,time\np-2,revoked,2026-01-01T10:00:00Z\n")
      #expect(try run(["consent", "import", table] + store + trail).status == 0)
      #expect(try office.verify().status == 0)
      let text = try String(contentsOfFile: office.log, encoding: .utf8)
      #expect(!text.contains("p-marker"))
      let events = text.split(separator: "\n").compactMap { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any] }
        .filter { $0["event"] as? String == "consent" }
      #expect(events.map { $0["consent"] as? String } == ["granted", "revoked", nil])
      #expect(events.map { $0["count"] as? Int } == [nil, nil, 1])
      #expect(Set(events.prefix(2).map { $0["patient"] as? String }).count == 1)
      // A refusal holds whatever is wrong with the log; a permission that cannot be written down does not.
      let broken = ["--audit", office.folder + "/none/audit.log", "--audit-key-file", office.folder + "/audit.key"]
      #expect(try run(["consent", "grant", "--scope", "all", "p-marker"] + store + broken).status != 0)
      #expect(try run(["consent", "show", "p-marker"] + store).lines.first?.contains("refuses") == true)
      #expect(try run(["consent", "grant", "--scope", "all", "p-marker"] + store).status == 0)
      #expect(try run(["consent", "revoke", "p-marker"] + store + broken).status != 0)
      #expect(try run(["consent", "show", "p-marker"] + store).lines.first?.contains("refuses") == true)
      #expect(try run(["halt", "on", "--halt-file", office.folder + "/h"] + broken).status != 0)
      #expect(FileManager.default.fileExists(atPath: office.folder + "/h"))
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
