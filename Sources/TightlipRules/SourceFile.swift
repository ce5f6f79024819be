internal import Glibc

/// Reads files of a pack with plain system calls.
package enum SourceFile {
  /// Larger files are refused: no list that a person keeps is that long.
  package static let largest = 64 << 20

  /// Opens a file to be read; the caller closes it.
  ///
  /// - Throws: ``RulesError`` where it cannot be opened.
  package static func open(_ path: String) throws(RulesError) -> Int32 {
    // SAFETY: the path ends in NUL for the call.
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RulesError(
        Diagnostic(
          file: path, "cannot be opened: \(unsafe String(cString: strerror(errno)))",
          remedy: "name a file that exists and that this program may read"
        ).with(code: "file-missing"))
    }
    return descriptor
  }

  /// All bytes of a file.
  ///
  /// - Throws: ``RulesError`` where it is missing, unreadable, no regular file, or too large.
  package static func read(_ path: String) throws(RulesError) -> [UInt8] {
    let descriptor = try open(path)
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw RulesError(
        Diagnostic(file: path, "is not a regular file", remedy: "name an ordinary file"))
    }
    let size = Int(status.st_size)
    guard size <= largest else {
      throw RulesError(
        Diagnostic(
          file: path, "is larger than \(largest >> 20) MiB", remedy: "split it into several files"))
    }
    // SAFETY: read(2) is given the room left in a live array.
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < size {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress! + filled, size - filled)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw RulesError(
          Diagnostic(
            file: path, "cannot be read: \(unsafe String(cString: strerror(errno)))",
            remedy: "check the file and its disk"))
      }
      if count == 0 { break }
      filled += count
    }
    guard filled == size else {
      throw RulesError(
        Diagnostic(file: path, "changed while it was read", remedy: "try again"))
    }
    return bytes
  }
}

extension SourceFile {
  /// Writes a new file, and waits until it is on the disk.
  ///
  /// - Throws: ``RulesError``; the file is then gone again.
  package static func write(_ bytes: [UInt8], to path: String) throws(RulesError) {
    let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    var written = 0
    if descriptor >= 0 {
      while written < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        written += count
      }
    }
    let isWhole = descriptor >= 0 && written == bytes.count && fsync(descriptor) == 0
    let problem = errno
    if descriptor >= 0 {
      close(descriptor)
      if !isWhole { unsafe unlink(path) }
    }
    guard isWhole else {
      throw RulesError(
        Diagnostic(
          file: path, "cannot be written: \(unsafe String(cString: strerror(problem)))",
          remedy: "name a file in a folder that this program may write to"))
    }
  }

  /// Whether a file is there and may be read.
  package static func exists(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  /// All bytes of a file that need not be a regular one, such as `/dev/fd/3`; at most 4 KiB, which
  /// is more than any key has.
  package static func readAnything(_ path: String) throws(RulesError) -> [UInt8] {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RulesError(
        Diagnostic(
          file: path, "cannot be opened: \(unsafe String(cString: strerror(errno)))",
          remedy: "name a file that exists and that this program may read"))
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count <= buffer.count {
      let count = unsafe buffer.withUnsafeMutableBytes { room in
        unsafe Glibc.read(descriptor, room.baseAddress, room.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw RulesError(
          Diagnostic(
            file: path, "cannot be read: \(unsafe String(cString: strerror(errno)))",
            remedy: "check the file"))
      }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
    throw RulesError(
      Diagnostic(file: path, "is longer than 4096 bytes", remedy: "a key of 32 bytes is enough"))
  }
}
