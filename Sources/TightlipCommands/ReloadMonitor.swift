internal import Foundation
internal import Glibc
import Tightlip
import TightlipRules

/// Builds a new filter beside the one in force when SIGHUP says so, or when a file has changed, and puts
/// it in force if nothing at all is wrong with it. Otherwise the old one goes on, and standard error says
/// why.
///
/// It runs in a thread of its own, so that no message waits for it.
final class ReloadMonitor: Sendable {
  private let source: FilterSource
  private let watches: Bool
  /// The files as they were before the filter in force was built: what changed while it was is noticed.
  private let initial: [Stamp]

  /// How often files are looked at, and for how long they must have been at rest.
  private static let interval: Int = 250

  /// - Parameter watches: Whether to look at the files; without it only SIGHUP counts.
  init(_ source: FilterSource, watches: Bool) {
    self.source = source
    self.watches = watches
    initial = Self.stamps(source.files())
  }

  /// Keeps SIGHUP from ending the process. Must run in the first thread, before any other is made: what is
  /// sent from now on waits until ``start()``.
  static func holdSignal() {
    var signals = sigset_t()
    // SAFETY: the calls read and write values of ours alone, which live through them.
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGHUP)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Begins to wait for signals and changes.
  func start(_ holder: FilterHolder) {
    let thread = Thread { self.run(holder) }
    thread.name = "tightlip reload"
    // Compiling patterns and sorting terms needs more than the 512 KiB a thread has by default.
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func run(_ holder: FilterHolder) {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGHUP)
    var known = initial
    var pending: [Stamp]?
    while true {
      var timeout = timespec(tv_sec: 0, tv_nsec: Self.interval * 1_000_000)
      let signal = watches || pending != nil ? unsafe sigtimedwait(&signals, nil, &timeout) : unsafe sigwaitinfo(&signals, nil)
      if signal == SIGHUP {
        known = reload(holder)
        pending = nil
        continue
      }
      guard watches else { continue }
      let now = Self.stamps(source.files())
      if now == known {
        pending = nil
      } else if pending == now {
        // At rest since the last look: whoever writes the files is done.
        known = reload(holder)
        pending = nil
      } else {
        pending = now
      }
    }
  }

  /// Builds and checks; returns the state of the files that this was about.
  private func reload(_ holder: FilterHolder) -> [Stamp] {
    var source = source
    // Handed on: what was halted stays halted under another pack and policy, and threads are not forgotten.
    let running = holder.take().loaded.filter
    source.options.haltSwitch = running.haltSwitch
    source.options.memory = running.memory
    var before = Self.stamps(source.files())
    for attempt in 1...5 {
      do {
        let loaded = try source.buildChecked()
        let after = Self.stamps(source.files())
        guard before == after else {
          // Some files may be of the old state and some of the new one: nobody ever meant that pack.
          before = after
          if attempt == 5 { refuse(holder, ["files changed while they were read, five times\n  to mend it: reload again when they are at rest"]) }
          continue
        }
        holder.replace(loaded)
        return after
      } catch let error as FilterError {
        return refused(holder, error.problems, before)
      } catch let error as RulesError {
        return refused(holder, error.diagnostics.map(\.description), before)
      } catch {
        return refused(holder, ["\(error)"], before)
      }
    }
    return before
  }

  private func refused(_ holder: FilterHolder, _ problems: [String], _ stamps: [Stamp]) -> [Stamp] {
    refuse(holder, problems)
    return stamps
  }

  private func refuse(_ holder: FilterHolder, _ problems: [String]) {
    let current = holder.take().loaded
    let text =
      "reload refused; \(current.packIdentity), policy \(current.policyIdentity) goes on\n" + problems.prefix(20).joined(separator: "\n")
    try? StandardStreams.print(text, to: STDERR_FILENO)
  }

  // MARK: Files

  /// What tells that a file is another, without reading it.
  private struct Stamp: Equatable {
    var path: String
    var device: UInt
    var inode: UInt
    var size: Int
    var seconds: Int
    var nanoseconds: Int
  }

  private static func stamps(_ files: [String]) -> [Stamp] {
    files.map { path in
      var status = stat()
      guard unsafe stat(path, &status) == 0 else {
        return Stamp(path: path, device: 0, inode: 0, size: -1, seconds: 0, nanoseconds: 0)
      }
      return Stamp(
        path: path, device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
        seconds: Int(status.st_ctim.tv_sec), nanoseconds: Int(status.st_ctim.tv_nsec))
    }
  }
}
