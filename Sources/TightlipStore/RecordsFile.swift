internal import Glibc

/// A regular file of records, opened for good: no link is followed, nobody else may read a new one.
final class RecordsFile: Sendable {
  /// The name it was opened by, for messages.
  let path: String
  private let descriptor: Int32
  private let device: dev_t
  private let inode: ino_t

  enum Mode {
    /// To be read only.
    case read
    /// To be read, and written at its end; made where it does not exist.
    case append
    /// To be written, and to be new.
    case new
  }

  /// Opens a file.
  ///
  /// A file that did not exist gets mode 0600, whatever the umask; and its folder is written to
  /// disk, so that the file is still there after a power cut.
  ///
  /// - Throws: ``RecordsError`` where it cannot be opened, is a link, or is no regular file.
  init(_ path: String, _ mode: Mode) throws(RecordsError) {
    self.path = path
    let flags =
      switch mode {
      case .read: O_RDONLY
      case .append: O_RDWR | O_APPEND | O_CREAT
      case .new: O_RDWR | O_CREAT | O_EXCL
      }
    // Without O_NONBLOCK a FIFO in the file's place would keep the program waiting for ever.
    // SAFETY: the calls are given live buffers with their own counts, and paths that end in NUL.
    let descriptor = unsafe open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o600)
    guard descriptor >= 0 else {
      let number = errno
      let remedy =
        switch number {
        case ELOOP: "name the file itself, not a link to it"
        case EEXIST: "name a file that does not exist yet"
        case ENOENT: mode == .read ? "name a file that exists" : "make its folder first"
        default: "name an ordinary file that this program may open"
        }
      throw RecordsError(path, "cannot be opened", number: number, remedy: remedy)
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw RecordsError(.configuration, "\(path): is not an ordinary file", remedy: "name an ordinary file")
    }
    if mode != .read, status.st_size == 0 {
      _ = fchmod(descriptor, 0o600)
      do throws(RecordsError) {
        try Self.synchronizeFolder(of: path)
      } catch {
        close(descriptor)
        throw error
      }
    }
    self.descriptor = descriptor
    device = status.st_dev
    inode = status.st_ino
  }

  deinit { close(descriptor) }

  /// The file's length in bytes.
  func size() throws(RecordsError) -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure("cannot be looked at") }
    return Int(status.st_size)
  }

  /// Whether the name still leads to this file: it was neither removed nor replaced.
  func isInPlace() -> Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return false }
    return status.st_dev == device && status.st_ino == inode
  }

  /// Waits until no other process holds the file, and holds it.
  func lock(exclusively: Bool) throws(RecordsError) {
    while flock(descriptor, exclusively ? LOCK_EX : LOCK_SH) != 0 {
      guard errno == EINTR else { throw failure("cannot be locked") }
    }
  }

  /// Lets others have the file.
  func unlock() { _ = flock(descriptor, LOCK_UN) }

  /// The bytes of a range; fewer where the file ends.
  func read(_ range: Range<Int>) throws(RecordsError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var filled = 0
    while filled < range.count {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(descriptor, buffer.baseAddress! + filled, range.count - filled, off_t(range.lowerBound + filled))
      }
      if count == 0 { break }
      if count > 0 {
        filled += count
      } else if errno != EINTR {
        throw failure("cannot be read")
      }
    }
    bytes.removeLast(range.count - filled)
    return bytes
  }

  /// Writes all bytes at the end.
  func append(_ bytes: [UInt8]) throws(RecordsError) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(descriptor, buffer.baseAddress! + written, buffer.count - written)
      }
      if count > 0 {
        written += count
      } else if count == 0 || errno != EINTR {
        throw failure("cannot be written")
      }
    }
  }

  /// Cuts what stands behind a length; false where that cannot be done.
  func cut(to length: Int) -> Bool { ftruncate(descriptor, off_t(length)) == 0 }

  /// Returns when everything written is on the disk.
  func synchronize() throws(RecordsError) {
    while fdatasync(descriptor) != 0 {
      guard errno == EINTR else { throw failure("cannot be written to its disk") }
    }
  }

  private func failure(_ what: String) -> RecordsError {
    RecordsError(path, what, number: errno, remedy: "see to the disk and its free space, then try again")
  }

  /// Writes a folder to its disk, so that names made in it last.
  static func synchronizeFolder(of path: String) throws(RecordsError) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RecordsError(folder, "cannot be opened", number: errno, remedy: "make the folder readable for this program")
    }
    defer { close(descriptor) }
    // Some file systems cannot, and say EINVAL: then names need no such call.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw RecordsError(folder, "cannot be written to its disk", number: errno, remedy: "see to the disk")
    }
  }

  /// All bytes of a small file: a key, a list to import.
  static func contents(of path: String, atMost limit: Int) throws(RecordsError) -> [UInt8] {
    let file = try RecordsFile(path, .read)
    let size = try file.size()
    guard size <= limit else {
      throw RecordsError(.configuration, "\(path): is larger than \(limit) bytes", remedy: "name the right file")
    }
    return try file.read(0..<size)
  }
}
