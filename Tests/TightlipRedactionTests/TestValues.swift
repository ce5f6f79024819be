import TightlipCore
import TightlipRedaction

/// A generator that gives the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  mutating func string(of alphabet: [Unicode.Scalar], count: ClosedRange<Int>) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: count, using: &self) {
      scalars.append(alphabet.randomElement(using: &self)!)
    }
    return String(scalars)
  }
}

/// FNV-1a over the name, 0x1F and the value: no secret, but the same shape.
struct StubHash: KeyedHash {
  func digest(of value: Span<UInt8>, entity: EntityType) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in entity.name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ 0x1F) &* 0x100_0000_01B3
    for index in 0..<value.count { hash = (hash ^ UInt64(value[index])) &* 0x100_0000_01B3 }
    return hash
  }
}

/// A hash that is always the same.
struct ConstantHash: KeyedHash {
  var value: UInt64
  func digest(of value: Span<UInt8>, entity: EntityType) -> UInt64 { self.value }
}

func finding(_ entity: EntityType, _ start: Int, _ end: Int) -> Finding {
  Finding(
    entity: entity, range: ByteRange(start: start, end: end), score: Score(1), rule: RuleID(0))
}

/// Redacts byte ranges of a text.
func redact(
  _ text: String, _ parts: [(EntityType, Range<Int>, RedactionOperator)],
  with redactor: Redactor = Redactor(keyedHash: StubHash(), currentYear: 2026)
) -> String {
  let bytes = Array(text.utf8)
  var output = Array("left over from the last message".utf8)
  redactor.redact(
    bytes.span,
    findings: parts.map { finding($0.0, $0.1.lowerBound, $0.1.upperBound) },
    items: parts.indices.map { RedactionItem(finding: $0, operator: parts[$0].2) },
    into: &output)
  return String(decoding: output, as: UTF8.self)
}

/// Redacts a value in the middle of a message and returns what stands for it, after checking that
/// nothing around it changed.
func replacement(
  of value: String, _ entity: EntityType, _ redaction: RedactionOperator,
  with redactor: Redactor = Redactor(keyedHash: StubHash(), currentYear: 2026)
) -> String? {
  let start = 3
  let output = redact(
    "Hi " + value + " ok", [(entity, start..<start + value.utf8.count, redaction)],
    with: redactor)
  guard output.hasPrefix("Hi "), output.hasSuffix(" ok") else { return nil }
  return String(decoding: Array(output.utf8).dropFirst(3).dropLast(3), as: UTF8.self)
}

let allOperators: [RedactionOperator] = [
  .tag, .mask, .fixed("[hidden]"), .fixed("`x`"), .fixed("[oculto está]"), .fixed("a\nb"),
  .fixed(""), .hash, .generalize, .partial,
]
