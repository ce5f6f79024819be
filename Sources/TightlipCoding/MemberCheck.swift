/// Finds members given twice, in time that grows with the document and not with its square.
///
/// Escapes are undone before, so `"text"` and `"te\u0078t"` are the same member. Up to sixteen
/// members are compared with each other by a cheap signature; more than that, and equal signatures,
/// are sorted by a hash that is seeded afresh for each reader, ties by their bytes, so that no
/// choice of keys makes it slow.
struct MemberCheck: Sendable {
  private static let few = 16
  private let seed = UInt64.random(in: 0 ... .max)
  private var hashed: [(hash: Int, key: Int)] = []

  /// Whether any object of the document has two members of one name.
  mutating func hasDuplicate(_ document: JSONDocument) -> Bool {
    var index = JSONDocument.root
    let end = document.after(index)
    while index < end {
      switch document.kind(index) {
      case .object:
        if objectHasDuplicate(document, index) { return true }
        index += 1
      case .number: index += 2
      default: index += 1
      }
    }
    return false
  }

  @inline(__always)
  private mutating func objectHasDuplicate(_ document: JSONDocument, _ object: Int) -> Bool {
    var signatures = InlineArray<16, UInt64>(repeating: 0)
    var count = 0
    var index = object + 1
    let end = document.end(object)
    while index < end {
      if count == Self.few { return sortedHaveDuplicate(document, object) }
      let signature = document.string(index).signature
      for position in 0..<count where signatures[position] == signature {
        return sortedHaveDuplicate(document, object)
      }
      signatures[count] = signature
      count += 1
      index = document.after(index + 1)
    }
    return false
  }

  private mutating func sortedHaveDuplicate(_ document: JSONDocument, _ object: Int) -> Bool {
    hashed.removeAll(keepingCapacity: true)
    var key = object + 1
    let end = document.end(object)
    while key < end {
      var hasher = Hasher()
      hasher.combine(seed)
      // SAFETY: a string's bytes lie in the parser's own memory, which lasts until the next line is parsed.
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer(document.string(key).buffer))
      hashed.append((hasher.finalize(), key))
      key = document.after(key + 1)
    }
    hashed.sort {
      $0.hash != $1.hash ? $0.hash < $1.hash : document.string($0.key) < document.string($1.key)
    }
    for index in hashed.indices.dropFirst()
    where hashed[index].hash == hashed[index - 1].hash
      && document.string(hashed[index].key) == document.string(hashed[index - 1].key)
    {
      return true
    }
    return false
  }
}
