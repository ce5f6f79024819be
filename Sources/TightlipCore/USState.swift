/// A state, district, territory or military region of the United States, by the two letters of the
/// Postal Service (Publication 28, appendix B).
public struct USState: Hashable, Sendable {
  /// The position in ``codes``.
  public let index: UInt8

  /// The state with the given two letters, in any case; nil for anything else.
  public init?(_ text: Span<UInt8>) {
    guard text.count == 2 else { return nil }
    let first = text[0] & 0xDF
    let second = text[1] & 0xDF
    let all = Self.codes
    var position = 0
    while position < all.utf8CodeUnitCount {
      // SAFETY: every position is below the static string's own length, an even number.
      if unsafe all.utf8Start[position] == first, unsafe all.utf8Start[position + 1] == second {
        index = UInt8(position / 2)
        return
      }
      position += 2
    }
    return nil
  }

  /// The state with the given two letters, in any case; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    self.init(bytes.span)
  }

  /// The two letters.
  public var code: String {
    let bytes = Self.codes.description.utf8.dropFirst(Int(index) * 2).prefix(2)
    return String(decoding: Array(bytes), as: UTF8.self)
  }

  /// How many there are.
  public static var count: Int { codes.utf8CodeUnitCount / 2 }

  private static let codes: StaticString =
    """
    ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUTVTVAWAWVWIWYASGUMPPRVIFMMHPWAAAEAP
    """
}
