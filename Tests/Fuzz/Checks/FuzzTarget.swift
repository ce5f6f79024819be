/// A part of the engine that is fuzzed: any bytes at all must leave what is promised of it true.
///
/// The same checks run in the fuzzer, which looks for bytes that break them, and in the tests, which
/// replay what was found and kept under `Tests/Cases/fuzz`.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// Cutting a stream into lines.
  case framing
  /// Reading, and writing again, a request.
  case request
  /// Folding with its map of places, and the readings of disguised text.
  case folding
  /// Every validator.
  case validators
  /// Every kind of file that a pack or an overlay consists of.
  case packs
  /// Compiling a pattern, and what its gate derives from it.
  case patterns
  /// Patterns of a grammar, several in one automaton, held against PCRE2 at every place.
  case automata
  /// Every pattern of the shipped pack, in its automata, held against PCRE2 at every place.
  case places
  /// Policy files.
  case policy
  /// Taking findings out of a text.
  case redaction
  /// Verdicts with gates, against the plain way without.
  case gates
  /// A whole stream, from bytes to verdict lines.
  case stream

  /// What is broken for some input, without its text; nil where every promise holds.
  package func problem(with input: [UInt8]) -> String? {
    var input = FuzzInput(input)
    switch self {
    case .framing: return FramingCheck.problem(&input)
    case .request: return RequestCheck.problem(&input)
    case .folding: return FoldingCheck.problem(&input)
    case .validators: return ValidatorCheck.problem(&input)
    case .packs: return FileCheck.problem(&input)
    case .patterns: return PatternCheck.problem(&input)
    case .automata: return PatternCheck.grammarProblem(&input)
    case .places: return PatternCheck.shippedProblem(&input)
    case .policy: return FileCheck.policyProblem(&input)
    case .redaction: return RedactionCheck.problem(&input)
    case .gates: return VerdictCheck.gateProblem(&input)
    case .stream: return VerdictCheck.streamProblem(&input)
    }
  }
}

/// The bytes that the fuzzer chose, taken from the front.
package struct FuzzInput {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  /// The next byte; 0 behind the end.
  mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

  /// Everything up to a line feed, which is taken too.
  mutating func line() -> [UInt8] {
    let line = Array(bytes.prefix { $0 != 0x0A })
    bytes = bytes.dropFirst(line.count + 1)
    return line
  }

  /// Everything that is left.
  mutating func rest() -> [UInt8] {
    defer { bytes = [] }
    return Array(bytes)
  }

  var isEmpty: Bool { bytes.isEmpty }
}

extension [UInt8] {
  /// Whether the standard library, which knows nothing of ours, takes it for UTF-8.
  var isUTF8: Bool { String(validating: self, as: UTF8.self) != nil }

  /// Whether no sequence of UTF-8 is cut at an offset.
  func isCodePointEdge(_ offset: Int) -> Bool { offset == count || offset < count && self[offset] & 0xC0 != 0x80 }
}
