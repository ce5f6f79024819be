internal import Glibc

/// Where an installed pack lies, as seen from a program or library of the same installation.
package enum InstalledPack {
  /// The folders looked at, in order: `share/tightlip/pack` one and two folders above (two, because
  /// Debian's libraries lie in `lib/x86_64-linux-gnu`), then the two usual prefixes.
  package static func candidates(near folder: String?) -> [String] {
    let place = "share/tightlip/pack"
    return (folder.map { ["\($0)/../\(place)", "\($0)/../../\(place)"] } ?? [])
      + ["/usr/local/\(place)", "/usr/\(place)"]
  }

  /// The first of them that holds a pack.
  package static func find(near folder: String?) -> String? {
    first(candidates(near: folder))
  }

  /// The first folder that holds a pack.
  package static func first(_ folders: [String]) -> String? {
    // SAFETY: the path is a Swift string, which ends in NUL for the call.
    folders.first { unsafe access($0 + "/pack.yaml", R_OK) == 0 }
  }
}
