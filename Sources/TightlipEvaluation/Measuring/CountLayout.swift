internal import TightlipCore

/// How a found and an annotated span are held against each other.
package enum MatchLevel: Int, CaseIterable, Sendable {
  /// At least half of the letters and digits are covered by the other side; several findings may
  /// cover one span together.
  case covered
  /// Same boundaries.
  case strict
  /// Intersection over union of the letters and digits at least the threshold, one to one.
  case overlap
  /// Each run of letters and digits by itself.
  case token
  /// Each letter and digit by itself.
  case character

  package var name: String {
    switch self {
    case .covered: "covered"
    case .strict: "strict"
    case .overlap: "overlap"
    case .token: "token"
    case .character: "character"
    }
  }
}

/// Which counts are kept, and where each stands in a message's list of counts.
///
/// The rows are the groups of types that the corpus tells apart, then "several" for findings of a
/// detector that does not tell types apart which are right nowhere, then "any type" in which types do
/// not matter.
package struct CountLayout: Sendable {
  /// Counts of a message as a whole.
  package enum Whole: Int, CaseIterable, Sendable {
    case messages, withPHI, leaking, strictlyLeaking
    /// Letters and digits outside annotated spans, and those of them that findings cover.
    case outside, over
    /// Messages that should pass, and those that did not.
    case shouldPass, stopped
    /// Messages with an annotated action, and those that got it.
    case judgedActions, rightActions
  }

  /// What is counted in a row at a level.
  package enum Part: Int, CaseIterable, Sendable {
    /// Annotated units, those of them that were found; found units, those of them that are right.
    case gold, found, predicted, right
  }

  /// What is counted for a label of the corpus.
  package enum LabelPart: Int, CaseIterable, Sendable { case gold, found, foundAsAnything }

  /// A group of types that the corpus does not tell apart; one type where it does.
  package let groups: [TypeSet]
  package let labels: [String]
  private let groupOfType: [Int8]

  /// A layout for the labels of a corpus.
  ///
  /// - Parameters:
  ///   - labels: each label with the types that are right for it.
  ///   - annotated: all types that are judged.
  package init(labels: [String: TypeSet], annotated: TypeSet) {
    var groups = annotated.types.map { TypeSet($0) }
    for types in labels.values where !types.isEmpty {
      let joined = groups.filter { !$0.isDisjoint(with: types) }.reduce(types) { $0.union($1) }
      groups.removeAll { !$0.isDisjoint(with: joined) }
      groups.append(joined)
    }
    groups.sort { $0.rawValue.trailingZeroBitCount < $1.rawValue.trailingZeroBitCount }
    var groupOfType = [Int8](repeating: -1, count: 64)
    for (number, group) in groups.enumerated() {
      for type in group.types { groupOfType[Int(type.rawValue)] = Int8(number) }
    }
    self.groups = groups
    self.labels = labels.filter { !$0.value.isEmpty }.keys.sorted()
    self.groupOfType = groupOfType
  }

  /// The rows: groups, several, any type.
  package var rowCount: Int { groups.count + 2 }
  package var severalRow: Int { groups.count }
  package var anyTypeRow: Int { groups.count + 1 }

  /// The number of counts of a message.
  package var count: Int {
    Whole.allCases.count + rowCount * MatchLevel.allCases.count * Part.allCases.count
      + labels.count * LabelPart.allCases.count
  }

  package func slot(_ whole: Whole) -> Int { whole.rawValue }

  package func slot(_ row: Int, _ level: MatchLevel, _ part: Part) -> Int {
    Whole.allCases.count
      + (row * MatchLevel.allCases.count + level.rawValue) * Part.allCases.count + part.rawValue
  }

  package func slot(label: Int, _ part: LabelPart) -> Int {
    Whole.allCases.count + rowCount * MatchLevel.allCases.count * Part.allCases.count
      + label * LabelPart.allCases.count + part.rawValue
  }

  /// The row of a set of types; "several" where they stand in more than one, nil where in none.
  func row(of types: TypeSet) -> Int? {
    var rest = types.rawValue
    var row: Int?
    while rest != 0 {
      let group = Int(groupOfType[rest.trailingZeroBitCount])
      rest &= rest - 1
      guard group >= 0 else { continue }
      if let row, row != group { return severalRow }
      row = group
    }
    return row
  }

  /// What tells layouts apart: equal for two reports whose counts mean the same.
  package var signature: String {
    groups.map { $0.types.map(\.name).joined(separator: "|") }.joined(separator: " ") + " / "
      + labels.joined(separator: " ")
  }

  /// The name of a row.
  package func name(ofRow row: Int) -> String {
    if row == severalRow { return "(several)" }
    if row == anyTypeRow { return "any type" }
    return Self.name(of: groups[row])
  }

  /// The type, or for a group its usual name with a plus where it holds more.
  package static func name(of group: TypeSet) -> String {
    let types = group.types
    guard types.count > 1 else { return types.first?.name ?? "none" }
    // The general type of a family names it.
    for general in [EntityType.person, .location, .dateTime, .phoneNumber, .otherID, .organization]
    where types.contains(general) { return general.name + "+" }
    return types[0].name + "+"
  }
}

/// The counts of many messages, each only where it is not zero.
package struct CountTable: Sendable {
  package let layout: CountLayout
  private var slots: [UInt32] = []
  private var values: [Int32] = []
  /// Where the counts of each message end.
  private var ends: [Int] = []

  package init(_ layout: CountLayout) { self.layout = layout }

  /// Counts that were written down with ``line(of:)``; nil where a line is none, or of another layout.
  package init?(_ layout: CountLayout, lines: [String]) {
    self.layout = layout
    for line in lines {
      for pair in line.split(separator: " ") {
        let numbers = pair.split(separator: ":").compactMap { Int32($0) }
        guard numbers.count == 2, numbers[0] >= 0, numbers[0] < layout.count else { return nil }
        slots.append(UInt32(numbers[0]))
        values.append(numbers[1])
      }
      ends.append(slots.count)
    }
  }

  /// The counts of a message in one line: "slot:value" and blanks.
  package func line(of message: Int) -> String {
    range(of: message).map { "\(slots[$0]):\(values[$0])" }.joined(separator: " ")
  }

  /// The number of messages.
  package var messageCount: Int { ends.count }

  /// Adds a message.
  mutating func append(_ counts: borrowing MessageCounts) {
    for slot in counts.touched {
      slots.append(UInt32(slot))
      values.append(counts.values[slot])
    }
    ends.append(slots.count)
  }

  /// One count of one message.
  package func count(_ slot: Int, of message: Int) -> Int {
    for index in range(of: message) where slots[index] == UInt32(slot) { return Int(values[index]) }
    return 0
  }

  private func range(of message: Int) -> Range<Int> { (message == 0 ? 0 : ends[message - 1])..<ends[message] }

  /// Every count summed over all messages.
  package func total() -> [Int] {
    var sums = [Int](repeating: 0, count: layout.count)
    for index in slots.indices { sums[Int(slots[index])] += Int(values[index]) }
    return sums
  }

  /// Every count summed over messages, each taken so many times.
  ///
  /// - Complexity: linear in the counts that are not zero.
  package func total(weights: [UInt8], into sums: inout [Int]) {
    for index in sums.indices { sums[index] = 0 }
    // Spans: the loop runs a hundred million times for intervals of a large corpus.
    let slots = self.slots.span
    let values = self.values.span
    let ends = self.ends.span
    var into = sums.mutableSpan
    var start = 0
    for message in ends.indices {
      let end = ends[message]
      let weight = Int(weights[message])
      if weight != 0 {
        for index in start..<end { into[Int(slots[index])] += weight * Int(values[index]) }
      }
      start = end
    }
  }
}

/// The counts of one message while it is being judged.
struct MessageCounts {
  fileprivate(set) var values: [Int32]
  fileprivate(set) var touched: [Int] = []

  init(_ layout: CountLayout) { values = Array(repeating: 0, count: layout.count) }

  mutating func reset() {
    for slot in touched { values[slot] = 0 }
    touched.removeAll(keepingCapacity: true)
  }

  /// Adds the counts to sums.
  func add(into sums: inout [Int]) {
    for slot in touched { sums[slot] += Int(values[slot]) }
  }

  mutating func add(_ value: Int = 1, to slot: Int) {
    guard value != 0 else { return }
    if values[slot] == 0 { touched.append(slot) }
    values[slot] += Int32(value)
  }
}
