internal import Glibc
import Tightlip

/// Finds the shipped pack where no option names one.
enum PackLocation {
  /// The folder of the pack: the option, else the environment variable `TIGHTLIP_PACK`, else
  /// an installed pack as seen from the program, else `Lexicons` in a folder above the program (a
  /// build tree), which comes before the usual prefixes.
  static func find(_ option: String?) throws -> String {
    if let option { return option }
    // SAFETY: getenv's string is copied at once, and readlink writes no more than it is given.
    if let variable = unsafe getenv("TIGHTLIP_PACK") { return unsafe String(cString: variable) }
    let program = programFolder()
    var tried = InstalledPack.candidates(near: program)
    if let program {
      let own = InstalledPack.candidates(near: nil).count
      tried.insert(contentsOf: buildTrees(above: program), at: tried.count - own)
    }
    if let found = InstalledPack.first(tried) { return found }
    throw ConfigurationProblem(
      "no pack was found (looked at \(tried.joined(separator: ", ")))\n"
        + "  to mend it: name the folder of the pack with --pack, or in the environment variable TIGHTLIP_PACK")
  }

  private static func programFolder() -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { return nil }
    let path = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let slash = path.lastIndex(of: "/") else { return nil }
    return String(path[..<slash])
  }

  private static func buildTrees(above program: String) -> [String] {
    var folders: [String] = []
    var folder = program
    for _ in 0..<6 {
      folders.append(folder + "/Lexicons")
      guard let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { break }
      folder = String(folder[..<slash])
    }
    return folders
  }
}

/// A wrong option or setting; ends the program with exit code 2 before a message is read.
struct ConfigurationProblem: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
