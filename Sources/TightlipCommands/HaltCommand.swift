internal import ArgumentParser
internal import Glibc
internal import Synchronization
import Tightlip
import TightlipCore
import TightlipStore

struct HaltCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "halt",
    abstract: "Halts all texting at once, lifts the halt, or says whether there is one.",
    discussion: """
      A halt is a file. Every filter that looks at the same place blocks from the next message on, \
      without a restart, and after one too. The place is --halt-file, else the policy's haltFile, else \
      the environment variable TIGHTLIP_HALT_FILE, else tightlip/halt in the user's folder for state. \
      SIGUSR1 to a filter halts that filter, and writes its file. A filter that keeps an audit log notes \
      there when a halt began and when it was lifted; with --audit so does this command.
      """)

  enum Errand: String, ExpressibleByArgument, CaseIterable { case on, off, status }

  @Argument(help: "on, off or status. status ends with exit code 1 while texting is halted.")
  var errand: Errand

  @Option(help: ArgumentHelp("The policy whose haltFile is meant.", valueName: "file"))
  var policy: String?

  @Option(help: ArgumentHelp("The halt file.", valueName: "path"))
  var haltFile: String?

  @OptionGroup var audit: AuditTrailOptions

  func run() throws {
    let rules = try policy.map { try Filter.readPolicy($0) } ?? .shippedDefault
    let path = HaltLocation.find(haltFile, policy: rules)
    switch errand {
    case .on:
      // Halted first, and that said, whatever is wrong with the log.
      HaltLocation.makeFolder(of: path)
      guard HaltSwitch.write(path) else {
        throw ConfigurationProblem(
          // SAFETY: paths end in NUL for the calls; strerror and getenv return strings that are copied at once,
          // before any other thread runs.
          "\(path): the halt file cannot be written: \(unsafe String(cString: strerror(errno)))\n"
            + "  to mend it: name a place that this user may write to with --halt-file")
      }
      try StandardStreams.print("halted: \(path)")
      try audit.open("halt")?.note(.halted)
    case .off:
      try audit.open("halt")?.note(.resumed)
      if unsafe unlink(path) != 0, errno != ENOENT {
        throw ConfigurationProblem(
          "\(path): the halt file cannot be removed: \(unsafe String(cString: strerror(errno)))\n"
            + "  to mend it: remove it as its owner")
      }
      try StandardStreams.print(
        rules.isHalted ? "the file is gone, but the policy itself says halt: true" : "not halted: \(path)")
      if rules.isHalted { throw ProblemsFound() }
    case .status:
      let halt = HaltSwitch(file: path)
      let isHalted = halt.isHalted || rules.isHalted
      try StandardStreams.print((isHalted ? "halted: " : "not halted: ") + (rules.isHalted ? "by the policy" : path))
      if isHalted { throw ProblemsFound() }
    }
  }
}

/// Where the halt file of a filter is.
enum HaltLocation {
  static func find(_ option: String?, policy: Policy) -> String {
    if let option { return option }
    if let file = policy.haltFile { return file }
    if let variable = unsafe getenv("TIGHTLIP_HALT_FILE") { return unsafe String(cString: variable) }
    if let state = unsafe getenv("XDG_STATE_HOME"), unsafe String(cString: state).hasPrefix("/") {
      return unsafe String(cString: state) + "/tightlip/halt"
    }
    if let home = unsafe getenv("HOME"), unsafe String(cString: home).hasPrefix("/") {
      return unsafe String(cString: home) + "/.local/state/tightlip/halt"
    }
    return "/var/lib/tightlip/halt"
  }

  /// Makes the folders above a file, for the user alone; what is there stays as it is.
  static func makeFolder(of path: String) {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      _ = unsafe mkdir(folder, 0o700)
    }
  }
}

/// SIGUSR1 halts. The handler sets a flag, and the next message meets it.
enum HaltSignal {
  private static let wasRaised = Atomic<Bool>(false)

  /// Takes SIGUSR1, whose default would end the program.
  static func install() {
    wasRaised.store(false, ordering: .relaxed)
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      HaltSignal.wasRaised.store(true, ordering: .relaxed)
    }
    // A read that waits goes on waiting: whoever writes next is answered by a block.
    action.sa_flags = SA_RESTART
    _ = unsafe sigaction(SIGUSR1, &action, nil)
  }

  /// Halts where the signal came since the last look.
  static func pass(to halt: HaltSwitch) {
    if wasRaised.exchange(false, ordering: .relaxed) { halt.halt() }
  }
}

/// SIGTERM ends a filter between two reads: what was read whole is answered and recorded, and the log is closed.
/// A second SIGTERM ends it at once.
///
/// The handler writes a byte to a pipe, and waiting for input waits for that pipe too: so the signal is not lost
/// between a look and a read.
enum EndSignal {
  private static let reader = Atomic<Int32>(-1)
  private static let writer = Atomic<Int32>(-1)
  private static let raised = Atomic<Bool>(false)

  /// Takes SIGTERM.
  static func install() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return }
    for number in ends.indices {
      // Where standard input is closed its number is free, and would be taken for it: the filter would wait for
      // itself.
      let end = fcntl(ends[number], F_DUPFD_CLOEXEC, 3)
      _ = close(ends[number])
      ends[number] = end
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    reader.store(ends[0], ordering: .relaxed)
    writer.store(ends[1], ordering: .relaxed)
    raised.store(false, ordering: .relaxed)
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      EndSignal.raised.store(true, ordering: .sequentiallyConsistent)
      var byte: UInt8 = 0
      _ = unsafe Glibc.write(EndSignal.writer.load(ordering: .relaxed), &byte, 1)
    }
    action.sa_flags = SA_RESTART | Int32(bitPattern: UInt32(SA_RESETHAND))
    _ = unsafe sigaction(SIGTERM, &action, nil)
  }

  /// Whether SIGTERM came.
  static var wasRaised: Bool { raised.load(ordering: .sequentiallyConsistent) }

  /// Waits for input, or for SIGTERM; true where that came.
  static func comesBeforeInput() -> Bool {
    let descriptor = reader.load(ordering: .relaxed)
    guard descriptor >= 0 else { return false }
    var entries = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0), pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while unsafe poll(&entries, 2, -1) < 0, errno == EINTR {}
    return wasRaised
  }

  /// Ends the process as the signal would have, once everything is done: whoever sent it sees that it was heard.
  static func end() {
    guard wasRaised else { return }
    _ = signal(SIGTERM, SIG_DFL)
    _ = raise(SIGTERM)
  }
}
