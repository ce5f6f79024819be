package import TightlipCore

/// A set of entity types, one bit for each.
package struct TypeSet: OptionSet, Hashable, Sendable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The set of one type.
  package init(_ type: EntityType) { rawValue = 1 << UInt64(type.rawValue) }

  /// The set of several types.
  package init(_ types: some Sequence<EntityType>) {
    rawValue = types.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  /// Every type that has a place in the text: all but topics.
  package static let placed = TypeSet(EntityType.allCases.filter { $0.entityClass != .topic })

  /// The types, in the order of their declaration.
  package var types: [EntityType] { EntityType.allCases.filter { contains(TypeSet($0)) } }

  /// The number of types.
  package var count: Int { rawValue.nonzeroBitCount }
}
