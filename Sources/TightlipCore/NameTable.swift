/// A set of names, numbered in the order in which they were given, that is asked with bytes: time
/// zones, roles, purposes, kinds of channel.
public struct NameTable: Sendable, Hashable {
  private let bytes: [UInt8]
  /// Where each name ends, in the order of their bytes.
  private let ends: [Int32]
  /// The number of each name, in the order of their bytes.
  private let numbers: [Int32]

  /// The given names. Of one that stands twice the first counts.
  public init(_ names: [String]) {
    var known: Set<String> = []
    let different = names.enumerated().filter { known.insert($0.element).inserted }
    let sorted = different.map { (number: $0.offset, name: Array($0.element.utf8)) }
      .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    var bytes: [UInt8] = []
    var ends: [Int32] = []
    for entry in sorted {
      bytes += entry.name
      ends.append(Int32(bytes.count))
    }
    self.bytes = bytes
    self.ends = ends
    numbers = sorted.map { Int32($0.number) }
  }

  /// How many different names there are.
  public var count: Int { ends.count }

  /// The number of a name, byte for byte; nil where it is none of them.
  ///
  /// - Complexity: logarithmic in the number of names; no allocation.
  public func number(of name: Span<UInt8>) -> Int? {
    let bytes = self.bytes.span
    let ends = self.ends.span
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      let start = middle == 0 ? 0 : Int(ends[middle - 1])
      switch Self.compare(bytes, start, Int(ends[middle]), name) {
      case 0: return Int(numbers[middle])
      case let order where order < 0: low = middle + 1
      default: high = middle
      }
    }
    return nil
  }

  /// The number of a name, or nil.
  public func number(of name: String) -> Int? {
    let bytes = Array(name.utf8)
    return number(of: bytes.span)
  }

  /// The name with a number.
  public func name(_ number: Int) -> String {
    guard let place = numbers.firstIndex(of: Int32(number)) else { return "" }
    let start = place == 0 ? 0 : Int(ends[place - 1])
    return String(decoding: bytes[start..<Int(ends[place])], as: UTF8.self)
  }

  private static func compare(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ other: Span<UInt8>) -> Int {
    var index = 0
    while index < other.count, start + index < end {
      let difference = Int(bytes[start + index]) - Int(other[index])
      if difference != 0 { return difference }
      index += 1
    }
    return (end - start) - other.count
  }
}
