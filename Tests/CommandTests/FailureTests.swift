import Foundation
import Glibc
import Testing

extension ProgramTests {
  /// What happens when something around the program goes wrong.
  struct FailureTests {
    static let canary = "Canary-7731-Whitfield"

    private static func messages(_ count: Int) -> Data {
      Data(String(repeating: "{\"text\":\"\(canary) ssn 219-09-9998\"}\n", count: count).utf8)
    }

    @Test func `a closed output ends at once, without noise`() throws {
      let filter = try Running(["filter"])
      filter.send(Self.messages(1))
      _ = filter.nextLine()
      try filter.closeOutput()
      let outcome = filter.finish([Self.messages(20_000)])
      #expect(outcome.status == 1)
      #expect(!outcome.wasSignalled)
      #expect(outcome.errors == "")
    }

    @Test func `a full disk is an error and never success`() throws {
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      let outcome = try Running(["filter"], output: full).finish([Self.messages(3)])
      #expect(outcome.status == 1)
      #expect(!outcome.wasSignalled)
      #expect(outcome.errors.contains("standard output"))
      #expect(!outcome.errors.contains(Self.canary))
    }

    @Test func `help into a full disk is an error too`() throws {
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      let outcome = try Running(["--help"], output: full).finish()
      #expect(outcome.status != 0)
    }

    /// Each names its place and how to mend it, on stderr, before any verdict.
    static let configurations: [(name: String, arguments: [String], pack: String?, expected: [String])] = [
      (
        "bad policy", ["filter", "--policy", Program.file("policy.yaml", "policy: test\nentities:\n  US_SNS: block\n")], nil,
        ["policy.yaml:3:3: error: unknown key \"US_SNS\"", "to mend it: did you mean US_SSN?"]
      ),
      (
        "policy that is no YAML", ["filter", "--policy", Program.file("policy.yaml", "policy: [test\n")], nil,
        ["policy.yaml:2:", "to mend it: "]
      ),
      ("missing policy", ["filter", "--policy", "/nonexistent/policy.yaml"], nil, ["/nonexistent/policy.yaml: error: cannot be opened", "to mend it: "]),
      ("empty policy", ["filter", "--policy", Program.file("policy.yaml", "")], nil, ["policy.yaml: error: is empty", "to mend it: "]),
      ("policy that is a folder", ["filter", "--policy", "/tmp"], nil, ["/tmp: error: is not a regular file", "to mend it: "]),
      ("missing pack", ["filter", "--pack", "/nonexistent"], nil, ["/nonexistent/pack.yaml: error: cannot be opened", "to mend it: "]),
      ("missing pack of the environment", ["filter"], "/nonexistent", ["/nonexistent/pack.yaml: error: cannot be opened", "to mend it: "]),
      (
        "bad pack",
        [
          "filter", "--pack",
          URL(filePath: Program.file("pack.yaml", "name: x\nversion: 1\nterm: [a]\npatterns: []\n")).deletingLastPathComponent().path(),
        ], nil, ["pack.yaml:3:1: error: unknown key \"term\"", "did you mean terms?"]
      ),
      ("unknown option", ["filter", "--moniter"], nil, ["--moniter"]),
      ("unknown command", ["filtre"], nil, ["filtre"]),
      ("stray argument", ["filter", "extra"], nil, ["extra"]),
      ("bad format", ["filter", "--format", "xml"], nil, ["xml"]),
      ("bad limit", ["filter", "--max-bytes", "0"], nil, ["--max-bytes", "to mend it: "]),
      ("limit that is no number", ["filter", "--max-bytes", "many"], nil, ["many"]),
      ("bad pointer", ["filter", "--text-field", "text"], nil, ["--text-field", "to mend it: "]),
      ("empty pointer", ["filter", "--text-field", ""], nil, ["--text-field"]),
      ("rewrite of lines", ["filter", "--format", "lines", "--rewrite"], nil, ["--rewrite", "to mend it: "]),
      ("missing key", ["filter", "--hash-key-file", "/nonexistent/key"], nil, ["/nonexistent/key"]),
    ]

    @Test func `a wrong configuration ends with 2 before any verdict, and says what to do`() throws {
      for configuration in Self.configurations {
        let outcome = try run(configuration.arguments, Self.messages(2), pack: configuration.pack ?? Program.pack)
        #expect(outcome.status == 2, "\(configuration.name): \(outcome.errors)")
        #expect(outcome.output.isEmpty, "\(configuration.name)")
        for part in configuration.expected {
          #expect(outcome.errors.contains(part), "\(configuration.name): \(part) in \(outcome.errors)")
        }
        #expect(!outcome.errors.contains(Self.canary), "\(configuration.name)")
        #expect(!outcome.errors.contains("\u{1B}["), "\(configuration.name)")
      }
    }

    @Test func `every problem of a file is told at once`() throws {
      let folder = URL(filePath: Program.file("pack.yaml", "name: x\nversion: 1\nterms: [t.tsv]\npatterns: []\n")).deletingLastPathComponent()
      Program.write(
        "term\tentity\tweight\tflags\tcode\tsource\tnote\nflu\tDIAGNOSSIS\t1\t\t\t\t\nflu\tDIAGNOSIS\t2\t\t\t\t\n", folder.appending(path: "t.tsv"))
      let outcome = try run(["filter", "--pack", folder.path()], "{}\n")
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("t.tsv:2:5: ") && outcome.errors.contains("t.tsv:3:15: "))
    }

    @Test func `stderr holds no message text, whatever the lines hold`() throws {
      var input = Data()
      for bad in FilterCommandTests.bad where bad.line.count < 20_000 {
        input += bad.line + Data("\n{\"text\":\"\(Self.canary)\",\"\(Self.canary)\":\"\(Self.canary)\",}\n\(Self.canary)\n".utf8)
      }
      for arguments in [["filter"], ["filter", "--format", "lines"], ["filter", "--monitor"], ["filter", "--rewrite"]] {
        let outcome = try run(arguments, input)
        #expect(outcome.status == 0)
        #expect(outcome.errors == "", "\(arguments)")
      }
    }

    /// Swift's backtracer would print memory, and a core file would keep it.
    @Test(arguments: [SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGQUIT])
    func `a crash writes nothing of a message anywhere`(signal: Int32) throws {
      let filter = try Running(["filter"], environment: ["SWIFT_BACKTRACE": "enable=yes,color=no"])
      filter.send("{\"text\":\"\(Self.canary)\"}\n")
      _ = filter.nextLine()
      // The rest of a message is in its memory now.
      filter.send("{\"text\":\"\(Self.canary) and more")
      usleep(100_000)
      let limits = try String(contentsOfFile: "/proc/\(filter.process.processIdentifier)/limits", encoding: .utf8)
      let core = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
      #expect(core.split(separator: " ").filter { $0 == "0" }.count == 2, "\(core)")
      kill(filter.process.processIdentifier, signal)
      let outcome = filter.finish()
      #expect(outcome.wasSignalled && outcome.status == signal)
      #expect(!outcome.errors.contains(Self.canary), "\(outcome.errors)")
      #expect(outcome.errors == "")
    }

    @Test func `help and version are answers`() throws {
      for arguments in [["--help"], ["filter", "--help"], ["--version"], ["help", "check"]] {
        let outcome = try run(arguments)
        #expect(outcome.status == 0, "\(arguments)")
        #expect(!outcome.output.isEmpty && outcome.errors == "", "\(arguments)")
      }
    }
  }
}
