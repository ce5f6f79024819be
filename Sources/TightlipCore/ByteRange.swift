/// A half-open range of UTF-8 bytes of a message.
///
/// Ranges always refer to the original text, never to the folded one, unless a name says so.
public struct ByteRange: Hashable, Sendable {
  /// The first byte, counted from the start of the text.
  public var start: Int
  /// The byte after the last one.
  public var end: Int

  /// A range from `start` up to, and not including, `end`.
  ///
  /// - Precondition: `0 <= start <= end`.
  public init(start: Int, end: Int) {
    precondition(0 <= start && start <= end, "a byte range runs forwards")
    self.start = start
    self.end = end
  }

  /// The number of bytes covered.
  public var count: Int { end - start }

  /// Whether the two ranges share at least one byte.
  public func overlaps(_ other: ByteRange) -> Bool {
    start < other.end && other.start < end
  }

  /// Whether `other` lies wholly inside this range.
  public func contains(_ other: ByteRange) -> Bool {
    start <= other.start && other.end <= end
  }
}
