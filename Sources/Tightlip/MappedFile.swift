import TightlipCore
import TightlipRules

internal import Glibc

/// Maps files into memory to be read.
///
/// The pages are the page cache's own: they are read once for all processes, and none is copied. What
/// another program writes into the file would show, and cutting it short would end this process; so images
/// are never written in place: a new one takes the name, and the old one lives on for those who use it.
enum MappedFile {
  /// Larger files are refused.
  static let largest = 1 << 32

  /// Maps a file.
  static func map(_ path: String) throws(RulesError) -> TableMemory {
    // SAFETY: `status` is filled by fstat; the mapping has the length that fstat told, is read only, and is
    // given back with the last reference to it.
    let descriptor = try SourceFile.open(path)
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      (1...largest).contains(Int(status.st_size))
    else {
      throw RulesError(Diagnostic(file: path, "is no pack image", remedy: "name the folder of a pack, or a compiled image"))
    }
    let length = Int(status.st_size)
    let start = unsafe mmap(nil, length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else {
      throw RulesError(
        Diagnostic(
          file: path, "cannot be mapped into memory: \(unsafe String(cString: strerror(errno)))",
          remedy: "allow the process more address space"))
    }
    return unsafe TableMemory(UnsafeRawBufferPointer(start: start, count: length)) { bytes in
      unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
  }
}
