import Foundation
import Glibc
import Testing

enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}

/// Runs one program at a time: two cores are enough, and no process inherits the pipes of another.
@Suite(.serialized)
enum ProgramTests {}

/// The built program, beside the bundle of these tests.
enum Program {
  static let path: String = {
    let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    return products.appending(path: "tightlip").path()
  }()

  /// A pack that loads in no time, for all that does not depend on what is found: an SSN and a name.
  static let pack: String = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-commands-\(getpid())")
    try! FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let header = "term\tentity\tweight\tflags\tcode\tsource\tnote\n"
    let terms = [
      "hi\tCUE_GREETING\t1\t\t\ttest\t", "your\tCUE_SECOND_PERSON\t1\t\t\ttest\t", "dana\tGIVEN_NAME\t0.9\t\t\ttest\t",
      "whitfield\tSURNAME\t0.9\t\t\ttest\t", "diabetes\tDIAGNOSIS\t0.95\t\t\ttest\t", "idiot\tTOPIC_PROFANITY\t1\t\t\ttest\t",
      "kill myself\tTOPIC_CRISIS\t1\t\t\ttest\t",
    ]
    write(header + terms.joined(separator: "\n") + "\n", folder.appending(path: "terms.tsv"))
    write("name: test\nversion: 1\nterms: [terms.tsv]\npatterns: [patterns.yaml]\n", folder.appending(path: "pack.yaml"))
    write(
      #"""
      patterns:
        - id: number.ssn
          entity: US_SSN
          pattern: '(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])'
          score: 0.9
          validator: ssn
          source: test
          examples: ["ssn [[219-09-9998]]", "[[219-09-9998]] ok"]
          counterexamples: ["ssn 000-12-3456", "none"]
      """#, folder.appending(path: "patterns.yaml"))
    return folder.path()
  }()

  static func write(_ text: String, _ file: URL) { try! Data(text.utf8).write(to: file) }

  /// A new file with the given text.
  static func file(_ name: String, _ text: String) -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-\(UUID().uuidString)")
    try! FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    write(text, folder.appending(path: name))
    return folder.appending(path: name).path()
  }
}

/// What a run of the program gave.
struct Outcome {
  var status: Int32
  var output: Data
  var errors: String
  var wasSignalled = false

  var lines: [String] {
    var lines = String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  var objects: [[String: Any]] {
    lines.map { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any] ?? [:] }
  }
}

/// The program, running.
final class Running {
  let process = Process()
  let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()

  init(_ arguments: [String], pack: String? = Program.pack, output file: FileHandle? = nil, environment: [String: String] = [:]) throws {
    process.executableURL = URL(filePath: Program.path)
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    variables["TIGHTLIP_PACK"] = pack
    variables.merge(environment) { $1 }
    process.environment = variables
    process.standardInput = input
    process.standardOutput = file ?? output
    process.standardError = errors
    signal(SIGPIPE, SIG_IGN)
    // Threads of Dispatch block most signals, and a child inherits what is blocked.
    var none = sigset_t()
    var before = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
    // Without a writer the pipe that nobody uses is at its end.
    if file != nil { try output.fileHandleForWriting.close() }
  }

  func send(_ bytes: Data) {
    // The program may have ended already; then there is nobody to write to.
    try? input.fileHandleForWriting.write(contentsOf: bytes)
  }

  func send(_ text: String) { send(Data(text.utf8)) }

  /// Reads up to and with the next line break; nil where none comes in time.
  func nextLine(within seconds: Double = 20) -> String? {
    var line = Data()
    let descriptor = output.fileHandleForReading.fileDescriptor
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&entry, 1, 100) > 0 else { continue }
      var byte: UInt8 = 0
      guard unsafe Glibc.read(descriptor, &byte, 1) == 1 else { return nil }
      if byte == 10 { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return nil
  }

  func closeOutput() throws { try output.fileHandleForReading.close() }

  /// Feeds the rest in pieces, reads everything, and waits for the end.
  func finish(_ pieces: [Data] = []) -> Outcome {
    let collected = Collected()
    let group = DispatchGroup()
    let output = output.fileHandleForReading
    let errors = errors.fileHandleForReading
    let queue = DispatchQueue.global()
    queue.async(group: group) { collected.output = (try? output.readToEnd()) ?? Data() }
    queue.async(group: group) { collected.errors = (try? errors.readToEnd()) ?? Data() }
    for piece in pieces { send(piece) }
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    group.wait()
    return Outcome(
      status: process.terminationStatus, output: collected.output,
      errors: String(decoding: collected.errors, as: UTF8.self),
      wasSignalled: process.terminationReason == .uncaughtSignal)
  }

  // SAFETY: each member is written by one task, and read after the group was left.
  private final class Collected: @unchecked Sendable {
    var output = Data()
    var errors = Data()
  }
}

func run(_ arguments: [String], _ input: Data, pack: String? = Program.pack, environment: [String: String] = [:]) throws -> Outcome {
  try Running(arguments, pack: pack, environment: environment).finish([input])
}

func run(_ arguments: [String], _ input: String = "", pack: String? = Program.pack, environment: [String: String] = [:]) throws -> Outcome {
  try run(arguments, Data(input.utf8), pack: pack, environment: environment)
}
