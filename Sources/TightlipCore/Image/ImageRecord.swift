/// Where a stored property lies in a value, in bytes.
package struct ImageField: Hashable, Sendable {
  package var offset: Int
  package var size: Int

  package init(offset: Int, size: Int) {
    self.offset = offset
    self.size = size
  }
}

/// A plain value whose memory goes into a pack image as it is, to be used in place.
///
/// How the compiler lays a value out is no promise, so an image notes the layout of each table, and one
/// made with another layout is refused.
package protocol ImageRecord: BitwiseCopyable, Sendable {
  /// All stored properties; what lies between them is written as zeros.
  static var imageFields: [ImageField] { get }
}

extension ImageRecord {
  /// The place of a stored property.
  package static func field<Value>(_ path: KeyPath<Self, Value>) -> ImageField {
    ImageField(offset: MemoryLayout<Self>.offset(of: path) ?? -1, size: MemoryLayout<Value>.size)
  }

  /// A number that another layout does not have.
  package static var imageLayout: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ value: Int) { hash = (hash ^ UInt64(truncatingIfNeeded: value)) &* 0x0000_0100_0000_01b3 }
    add(MemoryLayout<Self>.stride)
    add(MemoryLayout<Self>.alignment)
    for field in imageFields {
      add(field.offset)
      add(field.size)
    }
    return hash
  }
}

extension ImageRecord where Self: FixedWidthInteger {
  package static var imageFields: [ImageField] { [ImageField(offset: 0, size: MemoryLayout<Self>.size)] }
}

extension UInt8: ImageRecord {}
extension UInt16: ImageRecord {}
extension UInt32: ImageRecord {}
extension UInt64: ImageRecord {}
extension Int32: ImageRecord {}

extension WordInfo: ImageRecord {
  package static var imageFields: [ImageField] {
    [
      field(\.classes), field(\.weakClasses), field(\.hazardClasses), field(\.givenName), field(\.surname),
      field(\.commonness), field(\.firstMeaning), field(\.meaningCount), field(\.wordClass), field(\.phraseNode),
      field(\.followers),
    ]
  }
}

extension TermMeaning: ImageRecord {
  package static var imageFields: [ImageField] {
    [field(\.termClass), field(\.flags), field(\.weight), field(\.code), field(\.term)]
  }
}
