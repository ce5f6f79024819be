/// The memory of tables, given back with the last of them: memory of their own, or a mapped pack image.
///
/// SAFETY: written before the first table over it is made, and after only through ``Table/update(_:_:)``,
/// which makes sure that nobody else has it.
@safe
public final class TableMemory: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer
  private let release: @Sendable (UnsafeRawBufferPointer) -> Void
  /// Whether it was allocated for one table, which may change it.
  fileprivate let isOwned: Bool

  /// Memory from elsewhere.
  ///
  /// - Parameter release: gives it back.
  @unsafe package init(_ bytes: UnsafeRawBufferPointer, release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
    unsafe self.bytes = bytes
    unsafe self.release = release
    isOwned = false
  }

  fileprivate init(byteCount: Int) {
    unsafe bytes = UnsafeRawBufferPointer(.allocate(byteCount: byteCount, alignment: 64))
    unsafe release = { bytes in unsafe bytes.deallocate() }
    isOwned = true
  }

  deinit { unsafe release(bytes) }
}

/// An immutable table of plain values, in memory of its own or in a mapped pack image, where it takes no
/// building and its pages are shared by all processes.
///
/// Public, as the types of Matching.swift are, to be inlined.
///
/// SAFETY: the owner keeps the memory for as long as a table or a copy of it lives; elements are plain
/// bytes, so nothing has to be destroyed; every access is checked against the count.
@safe
public struct Table<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  @usableFromInline let elements: UnsafeBufferPointer<Element>
  private var owner: TableMemory?

  /// A table over memory that its owner keeps.
  ///
  /// - Precondition: the memory is aligned for the elements and never written again.
  @unsafe package init(_ elements: UnsafeBufferPointer<Element>, owner: TableMemory) {
    unsafe self.elements = elements
    self.owner = owner
  }

  /// A copy of an array.
  ///
  /// - Complexity: linear.
  package init(_ array: [Element]) {
    guard !array.isEmpty else {
      unsafe elements = UnsafeBufferPointer(start: nil, count: 0)
      owner = nil
      return
    }
    let memory = TableMemory(byteCount: array.count * MemoryLayout<Element>.stride)
    let copy = unsafe UnsafeMutableRawBufferPointer(mutating: memory.bytes).bindMemory(to: Element.self)
    _ = unsafe copy.initialize(from: array)
    unsafe elements = UnsafeBufferPointer(copy)
    owner = memory
  }

  /// A copy of it.
  ///
  /// - Complexity: linear; by one copy of memory, also where the compiler does not know the element.
  package var array: [Element] {
    defer { withExtendedLifetime(owner) {} }
    return unsafe Array(unsafeUninitializedCapacity: elements.count) { room, count in
      // SAFETY: elements are plain bytes, and the room has as many.
      unsafe UnsafeMutableRawBufferPointer(room).copyMemory(from: UnsafeRawBufferPointer(elements))
      count = unsafe elements.count
    }
  }

  /// The bytes of all elements, for writing an image.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    defer { withExtendedLifetime(owner) {} }
    return unsafe body(UnsafeRawBufferPointer(elements))
  }
}

extension Table: RandomAccessCollection {
  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { unsafe elements.count }

  @inlinable @inline(__always)
  public subscript(index: Int) -> Element {
    precondition(unsafe UInt(bitPattern: index) < UInt(bitPattern: elements.count), "beyond the end of a table")
    return unsafe elements[index]
  }

  @inlinable public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result? {
    defer { withExtendedLifetime(self) {} }
    return try unsafe body(elements)
  }
}

extension Table {
  /// Changes an element while a pack is compiled; a table that others have too, or that lies in an image, is
  /// copied first.
  package mutating func update(_ index: Int, _ change: (inout Element) -> Void) {
    precondition(indices.contains(index), "beyond the end of a table")
    if !isKnownUniquelyReferenced(&owner) || owner?.isOwned != true { self = Table(array) }
    // SAFETY: the memory is this table's alone, and was allocated to be written.
    unsafe change(&UnsafeMutableBufferPointer(mutating: elements)[index])
  }
}
