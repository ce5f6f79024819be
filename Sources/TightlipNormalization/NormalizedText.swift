// SPDX-License-Identifier: Apache-2.0

/// A text prepared for matching, with the map back to the original bytes.
///
/// Pass the same value to ``Normalizer/normalize(_:into:)`` again and again: once its arrays have
/// grown to the longest message, normalizing allocates nothing.
package struct NormalizedText: Sendable {
  /// The folded text, well-formed UTF-8.
  package var folded: [UInt8] = []
  /// Whether byte *i* of `folded` comes from byte *i* of the original, which is then all ASCII;
  /// `starts` and `ends` are then empty.
  package var isIdentity = true
  /// For each folded byte, where the code point it came from starts in the original.
  package var starts: [UInt32] = []
  /// For each folded byte, where the code point it came from ends in the original, with the
  /// removed code points that follow it.
  package var ends: [UInt32] = []
  /// For each folded byte, 1 if the original code point was upper or title case, else 0.
  package var upper: [UInt8] = []
  /// What the text used that evasion uses.
  package var evasion = EvasionFacts()

  /// Grapheme clusters of several code points, as pairs of start and end, in order; none on the
  /// identity path.
  var clusterBounds: [UInt32] = []

  package init() {}

  /// The bytes of the original that a range of folded bytes stands for: half-open, in whole code
  /// points and whole grapheme clusters.
  ///
  /// An empty range gives an empty range. The range must lie within `folded`.
  ///
  /// - Complexity: O(log *n*) in the number of grapheme clusters of several code points.
  package func originalRange(_ foldedRange: Range<Int>) -> Range<Int> {
    precondition(
      foldedRange.lowerBound >= 0 && foldedRange.upperBound <= folded.count,
      "range outside the folded text")
    guard !foldedRange.isEmpty else {
      let offset = originalOffset(foldedRange.lowerBound)
      return offset..<offset
    }
    if isIdentity { return joiningLineEnds(foldedRange) }
    let start = clusterStart(containing: starts[foldedRange.lowerBound])
    let end = clusterEnd(containing: ends[foldedRange.upperBound - 1])
    return Int(start)..<Int(end)
  }

  /// The folded bytes that stand for a range of the original; where nothing is left of it, those it
  /// was given to.
  ///
  /// - Complexity: O(log *n*) in the length of the text.
  package func foldedRange(ofOriginal range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty, !folded.isEmpty else { return 0..<0 }
    if isIdentity { return range.clamped(to: 0..<folded.count) }
    let first = min(firstFolded(endingAfter: range.lowerBound), folded.count - 1)
    // All bytes of the last code point: some fold to a whole word.
    return first..<max(first + 1, firstFolded(startingAt: range.upperBound))
  }

  /// The first folded byte whose code point starts at an offset of the original or behind it.
  private func firstFolded(startingAt offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if Int(starts[middle]) < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first folded byte whose code point ends after an offset of the original.
  private func firstFolded(endingAfter offset: Int) -> Int {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if Int(ends[middle]) <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Forgets the text, keeping the storage.
  mutating func removeAll() {
    folded.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    upper.removeAll(keepingCapacity: true)
    clusterBounds.removeAll(keepingCapacity: true)
    isIdentity = true
    evasion = EvasionFacts()
  }

  /// Makes room for the fold of `count` ASCII bytes; what the bytes are is left open.
  mutating func becomeIdentity(count: Int) {
    folded.resize(to: count)
    upper.resize(to: count)
    if !isIdentity {
      isIdentity = true
      starts.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
      clusterBounds.removeAll(keepingCapacity: true)
      evasion = EvasionFacts()
    }
  }

  /// Makes room for `count` folded bytes with a map; what the bytes are is left open.
  mutating func resize(to count: Int) {
    folded.resize(to: count)
    upper.resize(to: count)
    starts.resize(to: count)
    ends.resize(to: count)
  }

  /// Where a folded offset lies in the original.
  private func originalOffset(_ foldedOffset: Int) -> Int {
    if isIdentity { return foldedOffset }
    if foldedOffset < starts.count {
      return Int(clusterStart(containing: starts[foldedOffset]))
    }
    return Int(ends.last ?? 0)
  }

  /// Widens a range of ASCII bytes so that it never parts CR from LF, their only cluster.
  private func joiningLineEnds(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    if start > 0, folded[start] == 0x0A, folded[start - 1] == 0x0D { start -= 1 }
    if end < folded.count, folded[end] == 0x0A, folded[end - 1] == 0x0D { end += 1 }
    return start..<end
  }

  private func clusterStart(containing offset: UInt32) -> UInt32 {
    let cluster = firstCluster(endingAfter: offset)
    guard cluster < clusterBounds.count, clusterBounds[cluster] < offset else { return offset }
    return clusterBounds[cluster]
  }

  private func clusterEnd(containing offset: UInt32) -> UInt32 {
    let cluster = firstCluster(endingAfter: offset)
    guard cluster < clusterBounds.count, clusterBounds[cluster] < offset else { return offset }
    return clusterBounds[cluster + 1]
  }

  /// The index in `clusterBounds` of the first cluster that ends after `offset`.
  private func firstCluster(endingAfter offset: UInt32) -> Int {
    var low = 0
    var high = clusterBounds.count / 2
    while low < high {
      let middle = (low + high) / 2
      if clusterBounds[2 * middle + 1] > offset {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return 2 * low
  }
}

extension Array where Element: FixedWidthInteger {
  /// Cuts off or adds elements; those added are 0.
  fileprivate mutating func resize(to newCount: Int) {
    if count > newCount {
      removeLast(count - newCount)
    } else if count < newCount {
      append(contentsOf: repeatElement(0, count: newCount - count))
    }
  }
}
