internal import CTightlipICU

/// The linked ICU.
package enum NormalizationLibrary {
  /// Its version, for example `72.1`.
  package static var version: String { text(tightlip_icu_version()) }

  /// The version of Unicode it knows, for example `15.0`.
  package static var unicodeVersion: String { text(tightlip_icu_unicode_version()) }

  /// Two of the four numbers; ICU's third and fourth are for its own builds.
  private static func text(_ packed: UInt32) -> String { "\(packed >> 24).\(packed >> 16 & 0xFF)" }
}
