public import TightlipCore

/// A keyed hash, handed in by the caller so that the engine carries no cryptography: HMAC-SHA-256
/// in the commands.
///
/// Without the key nobody can try values out, which matters because most identifiers are few
/// enough to be counted through: an unkeyed hash of a phone number or a birth date hides nothing.
public protocol KeyedHash: Sendable {
  /// The first eight bytes of the MAC over the entity's name, the byte 0x1F and the value's bytes,
  /// the first byte of the MAC being the most significant.
  ///
  /// - Parameters:
  ///   - value: The bytes as they stand in the message; "Dana" and "dana" are two values.
  ///   - entity: The type of the finding, so that equal bytes of two types cannot be linked.
  func digest(of value: Span<UInt8>, entity: EntityType) -> UInt64
}
