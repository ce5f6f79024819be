import CTightlipHash
import TightlipCore
import TightlipRules

internal import Glibc

/// How a file was when an image was made from it.
package struct FileStamp: Equatable, Sendable {
  /// Below the pack's folder.
  var name: String
  var size: Int
  /// When it was last written, in nanoseconds since 1970; -1 where that tells nothing.
  package var modified: Int
  /// SHA-256 of its bytes.
  var digest: [UInt8] = []

  /// A file written less than this before an image was made may have been written again in the same tick of
  /// the clock: its time tells nothing. In nanoseconds.
  static let shortestRest = 2_000_000_000

  /// The file as it is now, without its digest; nil where it is no regular file.
  init?(folder: String, name: String) {
    var status = stat()
    // SAFETY: `status` is a whole value that the call fills; the path lives as long as the call.
    guard unsafe stat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.name = name
    size = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
  }

  /// Whether the file in a folder is still the one of this stamp: by size and time, else by its bytes, since
  /// copying a pack changes times and nothing else.
  func isCurrent(in folder: String) -> Bool {
    guard let now = FileStamp(folder: folder, name: name), now.size == size else { return false }
    if now.modified == modified { return true }
    guard let bytes = try? SourceFile.read(folder + "/" + name) else { return false }
    return FileHash().digest(of: bytes) == digest
  }

  func encode(into record: inout RecordWriter) {
    record.write(name)
    record.write(size)
    record.write(modified)
    record.write(digest)
  }

  init(reading record: inout RecordReader) throws(ImageError) {
    name = try record.string()
    size = try record.int()
    modified = try record.int()
    digest = try record.bytes()
  }
}

/// SHA-256 of files.
struct FileHash: ContentHash {
  func digest(of bytes: [UInt8]) -> [UInt8] {
    var hash = RunningHash()
    hash.add(bytes)
    return hash.finish()
  }
}

/// SHA-256 by nettle, of bytes that come one part after the other.
struct RunningHash {
  private var state = tightlip_sha256()

  // SAFETY: the state is a value of our own; the buffers are only used inside their closures, and the digest has
  // as many bytes as SHA-256 gives.
  init() { unsafe tightlip_sha256_init(&state) }

  mutating func add(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { unsafe tightlip_sha256_update(&state, base, bytes.count) }
    }
  }

  mutating func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    unsafe digest.withUnsafeMutableBufferPointer { digest in
      if let base = digest.baseAddress { unsafe tightlip_sha256_finish(&state, base) }
    }
    return digest
  }
}
