internal import Glibc
import Tightlip

/// Finds the shipped pack where no option names one.
enum PackLocation {
  /// The folder of the pack: the option, else the environment variable `TIGHTLIP_PACK`, else
  /// `../share/tightlip/pack` beside the program, else `Lexicons` in a folder above the program (a
  /// build tree).
  static func find(_ option: String?) throws -> String {
    if let option { return option }
    if let variable = unsafe getenv("TIGHTLIP_PACK") { return unsafe String(cString: variable) }
    var tried: [String] = []
    if var folder = programFolder() {
      let installed = folder + "/../share/tightlip/pack"
      tried.append(installed)
      if exists(installed + "/pack.yaml") { return installed }
      for _ in 0..<6 {
        let candidate = folder + "/Lexicons"
        if exists(candidate + "/pack.yaml") { return candidate }
        guard let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { break }
        folder = String(folder[..<slash])
      }
    }
    throw ConfigurationProblem(
      "no pack was found (looked at \(tried.joined(separator: ", ")) and for a folder Lexicons above the program)\n"
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

  private static func exists(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }
}

/// A wrong option or setting; ends the program with exit code 2 before a message is read.
struct ConfigurationProblem: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
