internal import ArgumentParser
internal import Glibc
import Tightlip
import TightlipRules
import TightlipStore

/// The program `tightlip`.
public enum TightlipProgram {
  /// Runs the command that the arguments name and ends the process.
  ///
  /// Exit codes: 0 done, 1 its own failure (or problems found, for commands that look for them), 2
  /// bad configuration or arguments, before a message was read.
  public static func main() -> Never {
    ProcessHardening.apply()
    do {
      // With the pack's fingerprint, which takes reading the whole pack.
      let arguments = ProcessArguments.all
      if arguments == ["--version"] {
        try StandardStreams.print(Version.full)
        exit(0)
      }
      var command = try RootCommand.parseAsRoot(arguments)
      try command.run()
      exit(0)
    } catch let error as StreamError {
      if !error.isClosedPipe { complain(error.message) }
      exit(1)
    } catch let error as FilterError {
      for problem in error.problems { complain(problem) }
      exit(2)
    } catch let error as RulesError {
      for diagnostic in error.diagnostics { complain(diagnostic.description) }
      exit(2)
    } catch let error as RecordsError {
      complain(error.description)
      exit(error.kind == .configuration ? 2 : 1)
    } catch let error as ProblemsFound {
      exit(error.exitCode)
    } catch {
      let code = RootCommand.exitCode(for: error)
      let message = RootCommand.fullMessage(for: error)
      if code.isSuccess {
        // Help and version are answers, not complaints.
        do { try StandardStreams.print(message) } catch { exit(1) }
        exit(0)
      }
      complain(message)
      exit(2)
    }
  }

  private static func complain(_ text: String) {
    // Nothing is left to tell where standard error itself cannot be written.
    try? StandardStreams.print(text, to: STDERR_FILENO)
  }
}

/// A command that looks for problems found some; it has printed them.
struct ProblemsFound: Error {
  var exitCode: Int32 = 1
}

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tightlip",
    abstract: "Reads messages between medical practices and patients; passes, redacts or blocks each one.",
    version: Version.text,
    subcommands: [
      FilterCommand.self, ExplainCommand.self, CheckCommand.self, CompileCommand.self, WaiveCommand.self,
      EvalCommand.self,
      DiffCommand.self, TryCommand.self, SuggestCommand.self, ImportCommand.self, TrainCommand.self,
      BenchCommand.self, HaltCommand.self, ConsentCommand.self, ClocksCommand.self, AuditCommand.self,
      QuarantineCommand.self, KeysCommand.self, SealCommand.self, OpenCommand.self, RetentionCommand.self,
    ])
}

enum Version {
  static let text = "tightlip \(TightlipVersion.number)"

  /// Engine, libraries and pack, one line each.
  static var full: String {
    var pack: String
    do {
      let folder = try PackLocation.find(nil)
      pack = "SHA-256 \(try PackHash(pack: folder).hexadecimal) (\(folder))"
      if let image = PackImage.inUse(for: folder) { pack += "\nimage \(image)" }
    } catch {
      pack = "none found"
    }
    return "\(text)\n\(TightlipVersion.libraries)\ntime zones \(Filter.timeZoneDataVersion)\npack \(pack)"
  }
}
