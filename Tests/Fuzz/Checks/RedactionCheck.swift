import TightlipCore
import TightlipRedaction

enum RedactionCheck {
  private struct ConstantHash: KeyedHash {
    func digest(of value: Span<UInt8>, entity: EntityType) -> UInt64 { UInt64(value.count) &* 0x9E37_79B9_7F4A_7C15 }
  }

  private static let operators: [RedactionOperator] = [.tag, .mask, .partial, .generalize, .hash, .fixed("[removed]"), .fixed("a\nb")]

  /// Ranges of any kind, in any order: what lies outside them stays, byte for byte, and what may leave is
  /// UTF-8 where the text was.
  static func problem(_ input: inout FuzzInput) -> String? {
    var findings: [Finding] = []
    var items: [RedactionItem] = []
    for number in 0..<Int(input.byte() & 7) {
      let entity = EntityType.allCases[Int(input.byte()) % EntityType.allCases.count]
      let start = Int(input.byte())
      findings.append(
        Finding(
          entity: entity, range: ByteRange(start: start, end: start + Int(input.byte()) % 32), score: Score(1),
          rule: RuleID(0)))
      items.append(RedactionItem(finding: number, operator: operators[Int(input.byte()) % operators.count]))
    }
    let text = input.rest()
    guard text.isUTF8 else { return nil }
    var output = Array("left over".utf8)
    Redactor(keyedHash: ConstantHash(), currentYear: 2026).redact(text.span, findings: findings, items: items, into: &output)
    guard output.isUTF8 else { return "what may leave is no UTF-8" }
    if findings.contains(where: { $0.range.end > text.count }) {
      return output.first == UInt8(ascii: "[") && output.count < 40 ? nil : "a range beyond the text leaves some of it"
    }
    let ranges = findings.map(\.range).filter { $0.end > $0.start }
    if ranges.isEmpty { return output == text ? nil : "nothing was to be taken out" }
    // Before the first range and behind the last one everything stays.
    var first = ranges.map(\.start).min()!
    while first > 0, !text.isCodePointEdge(first) { first -= 1 }
    var last = ranges.map(\.end).max()!
    while !text.isCodePointEdge(last) { last += 1 }
    guard output.starts(with: text[..<first]), output.reversed().starts(with: text[last...].reversed()) else {
      return "text beside the ranges changed"
    }
    return nil
  }
}
