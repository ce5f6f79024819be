/// Objects as opaque pointers, with counted references.
enum Handle<Object: AnyObject> {
  /// A pointer that owns a reference.
  // SAFETY: a handle is retained once when it is given out and released once by its free function; the header
  // forbids any use after that.
  @unsafe static func owned(_ object: Object) -> OpaquePointer {
    unsafe OpaquePointer(Unmanaged.passRetained(object).toOpaque())
  }

  /// The object behind a pointer; nil for NULL.
  @unsafe static func object(_ pointer: OpaquePointer?) -> Object? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }

  /// One more reference.
  @unsafe static func retain(_ pointer: OpaquePointer?) {
    guard let pointer = unsafe pointer else { return }
    _ = unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(pointer)).retain()
  }

  /// Gives a reference back.
  @unsafe static func release(_ pointer: OpaquePointer?) {
    guard let pointer = unsafe pointer else { return }
    unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(pointer)).release()
  }
}
