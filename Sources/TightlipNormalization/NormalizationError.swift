// SPDX-License-Identifier: Apache-2.0

/// Why a text could not be normalized, or a normalizer could not be made.
///
/// It never carries message text. A message that meets this error was not looked at, so its
/// verdict is a block.
package struct NormalizationError: Error, Equatable, Sendable {
  /// What went wrong; the list may grow.
  package struct Code: Equatable, Sendable {
    private enum Kind {
      case invalidUTF8
      case textTooLong
      case icuUnavailable
    }

    private let kind: Kind

    /// The bytes are not well-formed UTF-8.
    package static let invalidUTF8 = Code(kind: .invalidUTF8)
    /// The text has more bytes than the map can address (4 GiB).
    package static let textTooLong = Code(kind: .textTooLong)
    /// ICU or its data is missing or refuses to work.
    package static let icuUnavailable = Code(kind: .icuUnavailable)
  }

  package let code: Code
  /// Where the ill-formed sequence starts, in bytes from the start of the text; 0 for other codes.
  package let utf8Offset: Int
  /// What ICU answered, such as `U_FILE_ACCESS_ERROR`; empty for other codes.
  package let icuStatus: String

  /// The bytes from `utf8Offset` on do not start with a well-formed UTF-8 sequence.
  package static func invalidUTF8(at utf8Offset: Int) -> NormalizationError {
    NormalizationError(code: .invalidUTF8, utf8Offset: utf8Offset, icuStatus: "")
  }

  /// The text has more bytes than the map can address.
  package static let textTooLong = NormalizationError(
    code: .textTooLong, utf8Offset: 0, icuStatus: "")

  /// ICU refused with `status`, the name of its error code.
  package static func icuUnavailable(_ status: String) -> NormalizationError {
    NormalizationError(code: .icuUnavailable, utf8Offset: 0, icuStatus: status)
  }
}
