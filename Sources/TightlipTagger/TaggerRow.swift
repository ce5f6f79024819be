/// The weights of one feature: a byte for each label, two labels in a lane, so that adding rows takes
/// five plain vector instructions on any processor of the last twenty years.
package struct TaggerRow: Sendable, Hashable {
  fileprivate var pairs = SIMD8<Int16>(repeating: 0)

  package init() {}

  /// The weight of a label.
  package subscript(label: TaggerLabel) -> Int8 {
    get {
      let pair = pairs[Int(label.rawValue) / 2]
      return Int8(truncatingIfNeeded: label.rawValue % 2 == 0 ? pair : pair >> 8)
    }
    set {
      let lane = Int(label.rawValue) / 2
      let old = pairs[lane]
      let byte = Int16(newValue) & 0xFF
      pairs[lane] = label.rawValue % 2 == 0 ? old & ~0xFF | byte : old & 0xFF | byte << 8
    }
  }
}

/// The points of a word for each label: sums of rows.
package struct TaggerPoints: Sendable, Hashable {
  private var even = SIMD8<Int16>(repeating: 0)
  private var odd = SIMD8<Int16>(repeating: 0)

  package init() {}

  @inline(__always)
  mutating func add(_ row: TaggerRow) {
    even = even &+ (row.pairs &<< 8) &>> 8
    odd = odd &+ row.pairs &>> 8
  }

  /// The points of a label.
  @inline(__always)
  package subscript(label: TaggerLabel) -> Int {
    get { Int(label.rawValue & 1 == 0 ? even[Int(label.rawValue >> 1)] : odd[Int(label.rawValue >> 1)]) }
    set {
      if label.rawValue & 1 == 0 {
        even[Int(label.rawValue >> 1)] = Int16(clamping: newValue)
      } else {
        odd[Int(label.rawValue >> 1)] = Int16(clamping: newValue)
      }
    }
  }

  /// The label with the most points; of equals the first.
  @inline(__always)
  var best: TaggerLabel {
    var best = 0
    var most = even[0]
    for lane in 0..<8 {
      if even[lane] > most {
        most = even[lane]
        best = lane * 2
      }
      if odd[lane] > most {
        most = odd[lane]
        best = lane * 2 + 1
      }
    }
    return TaggerLabel.byLane[best]
  }
}
