import TightlipNormalization
import TightlipPatterns

/// The version of this package, and of what it is linked with.
public enum TightlipVersion {
  /// By Semantic Versioning.
  public static let number = "0.1.0"

  /// The libraries that matching uses, one line each: PCRE2 and whether its JIT compiler works here,
  /// ICU and its version of Unicode.
  public static var libraries: String {
    """
    PCRE2 \(PatternEngine.version), JIT \(PatternEngine.worksWithJIT ? "works" : "does not work")
    ICU \(NormalizationLibrary.version), Unicode \(NormalizationLibrary.unicodeVersion)
    """
  }
}

extension Filter {
  /// Engine, libraries, pack and policy, one line each, for people.
  ///
  /// - Parameter pack: the folder or image the filter was made from.
  package func description(pack: String) -> String {
    var hash = "unknown"
    do throws(FilterError) { hash = if let packHash { packHash.hexadecimal } else { try PackHash(pack: pack).hexadecimal } } catch {}
    return """
      tightlip \(TightlipVersion.number)
      \(TightlipVersion.libraries)
      pack \(packName) \(packVersion), SHA-256 \(hash)
      policy \(policy.name) \(policy.version)
      """
  }
}
