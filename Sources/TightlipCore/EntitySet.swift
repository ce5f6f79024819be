/// A set of entity types and topics.
public struct EntitySet: Hashable, Sendable {
  /// One bit for each type, by its raw value.
  public var bits: UInt64

  /// The set with the given bits.
  @inlinable public init(bits: UInt64) { self.bits = bits }

  /// The set of the given types.
  public init(_ entities: some Sequence<EntityType>) {
    bits = 0
    for entity in entities { insert(entity) }
  }

  /// Every type and topic.
  public static var all: EntitySet { EntitySet(bits: .max) }

  /// Whether it holds a type.
  @inlinable @inline(__always)
  public func contains(_ entity: EntityType) -> Bool { bits & (1 << UInt64(entity.rawValue)) != 0 }

  /// Adds a type.
  public mutating func insert(_ entity: EntityType) { bits |= 1 << UInt64(entity.rawValue) }
}
