internal import Glibc

/// An error of the program's own input or output. Carries no message text.
struct StreamError: Error {
  /// The name of the stream and what the system said.
  var message: String
  /// The other side closed the pipe: end without noise.
  var isClosedPipe: Bool

  init(_ stream: String, _ number: Int32) {
    // SAFETY: read(2) and write(2) are given a live buffer and its own count.
    message = "\(stream): \(unsafe String(cString: strerror(number)))"
    isClosedPipe = number == EPIPE
  }
}

/// Plain read(2) and write(2) on the standard descriptors: every byte counted, every error seen.
///
/// `print` ignores write errors, `readLine` repairs bad bytes and takes an I/O error for the end
/// of the input; both would lose messages with exit code 0.
enum StandardStreams {
  /// Reads what is there, up to the room; 0 only at the end of the input.
  static func read(into room: UnsafeMutableRawBufferPointer) throws(StreamError) -> Int {
    while true {
      let count = unsafe Glibc.read(STDIN_FILENO, room.baseAddress, room.count)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN: wait(STDIN_FILENO, Int16(POLLIN))
      default: throw StreamError("standard input", errno)
      }
    }
  }

  /// Reads what is there into an array's storage; 0 only at the end of the input.
  static func read(into room: inout [UInt8]) throws(StreamError) -> Int {
    var span = room.mutableSpan
    return try unsafe span.withUnsafeMutableBytes { buffer throws(StreamError) in
      try unsafe read(into: buffer)
    }
  }

  /// Whether a read would not wait.
  static func hasInput() -> Bool {
    var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&entry, 1, 0) > 0
  }

  /// Writes everything.
  static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) throws(StreamError) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
      }
      if count > 0 {
        written += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: wait(descriptor, Int16(POLLOUT))
      default: throw StreamError("standard output", errno)
      }
    }
  }

  /// Writes a text for people.
  static func print(_ text: String, to descriptor: Int32 = STDOUT_FILENO) throws(StreamError) {
    try write(Array((text + "\n").utf8), to: descriptor)
  }

  /// Closes standard output and reports what only closing shows (a full disk on some systems).
  static func closeOutput() throws(StreamError) {
    if close(STDOUT_FILENO) != 0, errno != EINTR { throw StreamError("standard output", errno) }
  }

  /// Whether colour may be used: only on a terminal that has it, and not where `NO_COLOR` is set.
  static func takesColor(_ descriptor: Int32) -> Bool {
    guard isatty(descriptor) == 1, unsafe getenv("NO_COLOR") == nil else { return false }
    guard let terminal = unsafe getenv("TERM") else { return true }
    return unsafe String(cString: terminal) != "dumb"
  }

  private static func wait(_ descriptor: Int32, _ events: Int16) {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    _ = unsafe poll(&entry, 1, -1)
  }
}
