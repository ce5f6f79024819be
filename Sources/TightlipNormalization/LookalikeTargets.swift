// SPDX-License-Identifier: Apache-2.0

/// The ASCII characters that look-alikes fold to, found by their UTS #39 skeleton.
///
/// A skeleton is not itself the answer: that of `1` and `I` is "l", of `0` is "O", of `m` is "rn".
struct LookalikeTargets {
  /// By skeleton: a code point, or two of them, the second shifted by 32 bits.
  private var alphanumerics: [UInt64: UInt8] = [:]
  private var punctuation: [UInt64: UInt8] = [:]
  private var quotes: [UInt64: UInt8] = [:]

  init() throws(NormalizationError) {
    // Letters come before digits, so that "l" and "O" are letters.
    alphanumerics = try LookalikeTargets.bySkeleton(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    punctuation = try LookalikeTargets.bySkeleton("-.@/:#")
    quotes = try LookalikeTargets.bySkeleton("'\"")
  }

  /// The ASCII character in lower case that has this skeleton.
  ///
  /// Letters never become punctuation: Hebrew yod and Japanese no are letters of their scripts.
  func target(for skeleton: ArraySlice<UInt32>, isLetter: Bool) -> UInt8? {
    guard let key = LookalikeTargets.key(skeleton) else { return nil }
    return alphanumerics[key] ?? (isLetter ? nil : punctuation[key])
  }

  /// The ASCII quotation mark or apostrophe that has this skeleton.
  func quote(for skeleton: ArraySlice<UInt32>) -> UInt8? {
    LookalikeTargets.key(skeleton).flatMap { quotes[$0] }
  }

  private static func bySkeleton(_ characters: String) throws(NormalizationError)
    -> [UInt64: UInt8]
  {
    let codePoints = characters.unicodeScalars.map(\.value)
    let skeletons = try CodePointMapping.skeleton(codePoints)
    var targets: [UInt64: UInt8] = [:]
    for (index, codePoint) in codePoints.enumerated() {
      guard let key = key(skeletons[index]), targets[key] == nil else { continue }
      targets[key] = FoldRules.lowerCase(codePoint)
    }
    return targets
  }

  private static func key(_ skeleton: ArraySlice<UInt32>) -> UInt64? {
    switch skeleton.count {
    case 1: UInt64(skeleton[skeleton.startIndex])
    case 2:
      UInt64(skeleton[skeleton.startIndex]) | UInt64(skeleton[skeleton.startIndex + 1]) << 32
    default: nil
    }
  }
}
