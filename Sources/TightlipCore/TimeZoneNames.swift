/// The time zones that are known, by their IANA names, numbered in the order of their bytes.
///
/// Made once from ICU's list by the policy; requests are read against it.
public struct TimeZoneNames: Sendable {
  private let bytes: [UInt8]
  private let ends: [Int32]

  /// The zones with the given names; the order does not matter.
  public init(_ names: [String]) {
    let sorted = Set(names.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
    var bytes: [UInt8] = []
    var ends: [Int32] = []
    for name in sorted {
      bytes += name
      ends.append(Int32(bytes.count))
    }
    self.bytes = bytes
    self.ends = ends
  }

  /// How many there are.
  public var count: Int { ends.count }

  /// The number of the zone with the given name, exactly as IANA writes it; nil where there is none.
  ///
  /// - Complexity: logarithmic in the number of zones; no allocation.
  public func number(of name: Span<UInt8>) -> Int? {
    let bytes = self.bytes.span
    let ends = self.ends.span
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      let start = middle == 0 ? 0 : Int(ends[middle - 1])
      switch Self.compare(bytes, start, Int(ends[middle]), name) {
      case 0: return middle
      case let order where order < 0: low = middle + 1
      default: high = middle
      }
    }
    return nil
  }

  /// The name of a zone.
  public func name(_ number: Int) -> String {
    let start = number == 0 ? 0 : Int(ends[number - 1])
    return String(decoding: bytes[start..<Int(ends[number])], as: UTF8.self)
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
