import TightlipCore

internal import Glibc
import Synchronization

/// Stops all texting at once, without a restart: a file that stands at the policy's `haltFile`, or a
/// call of ``halt()``.
///
/// One switch serves all workers, and is handed on when pack and policy are loaded anew.
public final class HaltSwitch: Sendable {
  /// The path of the file; nil for none.
  public let file: String?
  private let wasHalted = Atomic<Bool>(false)
  private let fileStands = Atomic<Bool>(false)

  /// A switch that watches a file; nil for none.
  public init(file: String?) {
    self.file = file
    refresh()
  }

  /// Halts, until ``resume()``. Where there is a file it is written too, so that a restart changes nothing.
  ///
  /// - Returns: false where the file could not be written; texting is halted all the same.
  @discardableResult
  public func halt() -> Bool {
    wasHalted.store(true, ordering: .sequentiallyConsistent)
    guard let file else { return true }
    let isWritten = Self.write(file)
    refresh()
    // What the file says is lifted with the file.
    if isWritten, fileStands.load(ordering: .sequentiallyConsistent) {
      wasHalted.store(false, ordering: .sequentiallyConsistent)
    }
    return isWritten
  }

  /// Lifts a halt by ``halt()``. A file that stands halts all the same.
  public func resume() { wasHalted.store(false, ordering: .sequentiallyConsistent) }

  /// Looks for the file again. Whoever answers messages does this after each read and before the first
  /// verdict, so that a message that came after the file meets it.
  public func refresh() {
    guard let file else { return }
    let stands: Bool
    // SAFETY: paths are Swift strings, which end in NUL for the call; `text` lives through write(2), which
    // reads `text.count` bytes of it.
    if unsafe access(file, F_OK) == 0 {
      stands = true
    } else {
      // Only a file that is certainly not there lifts a halt.
      stands = errno != ENOENT
    }
    fileStands.store(stands, ordering: .sequentiallyConsistent)
  }

  /// Whether texting is halted, as of the last look.
  public var isHalted: Bool {
    wasHalted.load(ordering: .relaxed) || fileStands.load(ordering: .relaxed)
  }

  /// Whether somebody else watches the file, and scanning need not.
  private let isRefreshedOutside = Atomic<Bool>(false)

  /// Looks for the file unless somebody else does, and says whether texting is halted.
  func isHaltedNow() -> Bool {
    if !isRefreshedOutside.load(ordering: .relaxed) { refresh() }
    return isHalted
  }

  /// Leaves looking for the file to the caller, who calls ``refresh()`` after each read.
  package func refreshFromOutside() { isRefreshedOutside.store(true, ordering: .relaxed) }

  /// Creates a halt file; one that stands already is left as it is.
  package static func write(_ path: String) -> Bool {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    if descriptor < 0 { return errno == EEXIST }
    var text: [UInt8] = Array("halted at ".utf8)
    let time = Instant(seconds: Int64(time(nil))).rfc3339
    for index in time.indices { text.append(time[index]) }
    text.append(10)
    _ = unsafe Glibc.write(descriptor, text, text.count)
    // That it was halted must survive a crash of the machine.
    let isSafe = fsync(descriptor) == 0
    close(descriptor)
    return isSafe
  }
}
