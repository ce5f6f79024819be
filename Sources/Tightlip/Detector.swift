public import TightlipCore
import TightlipRecognition

/// Something found by a detector of your own.
public struct Detection: Sendable, Hashable {
  /// What it is; decides what risk and policy make of it.
  public var entity: EntityType
  /// Where it stands in the text that the detector was given.
  public var range: ByteRange
  /// How sure the detector is. From 0.9 on it wins over most else that overlaps it.
  public var score: Score
  /// Whose it is, where the detector knows.
  public var role: FindingRole

  /// A detection.
  public init(entity: EntityType, range: ByteRange, score: Score, role: FindingRole = .unspecified) {
    self.entity = entity
    self.range = range
    self.score = score
    self.role = role
  }
}

/// Finds what the pack cannot: where a shape and context words, which a pattern in the pack has, are
/// not enough.
///
/// All workers call one detector at once. What it finds is a candidate like that of any rule: it may
/// lose against a better one that overlaps it, and the policy decides what becomes of it. See
/// <doc:WritingADetector>.
public protocol Detector: Sendable {
  /// The name of its findings' rule, for example `lakeside.record`: ASCII letters, digits, dots and
  /// hyphens. No other rule may have it.
  var name: String { get }

  /// Looks for everything there is in a text.
  ///
  /// Must read the text a bounded number of times, whatever it holds: it comes from outside. A detection
  /// with a range beyond the text blocks the message, since nobody knows what was meant.
  ///
  /// - Parameters:
  ///   - text: the folded text, UTF-8: lower case, without marks and invisible characters, look-alikes
  ///     and full-width forms as plain letters and digits. Positions found here are put back to the
  ///     original text by the filter.
  ///   - detections: takes what was found, in any order.
  func detect(in text: Span<UInt8>, into detections: inout [Detection])
}

extension Filter {
  /// Refuses detectors whose names cannot stand beside those of the rules.
  static func check(_ detectors: [any Detector], against names: [[UInt8]]) throws(FilterError) {
    var seen = Set(names)
    var problems: [String] = []
    for detector in detectors {
      let name = Array(detector.name.utf8)
      let isPlain = name.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: false
        }
      }
      if name.isEmpty || !isPlain {
        problems.append(
          "detector \"\(detector.name)\": the name is empty or has characters other than ASCII letters, digits, dots and hyphens\n"
            + "  to mend it: write for example lakeside.record")
      } else if !seen.insert(name).inserted {
        problems.append(
          "detector \"\(detector.name)\": the name belongs to another rule\n  to mend it: choose another name")
      }
    }
    if !problems.isEmpty { throw FilterError(.configuration, problems) }
  }

  /// What the detectors find, as candidates.
  ///
  /// - Returns: false where one of them cannot be trusted with this text.
  func detect(
    in text: Span<UInt8>, scratch: inout [Detection], candidates: inout [Candidate]
  ) -> Bool {
    var isSound = true
    for (number, detector) in detectors.enumerated() {
      scratch.removeAll(keepingCapacity: true)
      detector.detect(in: text, into: &scratch)
      for detection in scratch {
        guard detection.range.end <= text.count else {
          isSound = false
          continue
        }
        if detection.range.count == 0 { continue }
        candidates.append(
          Candidate(
            entity: detection.entity, start: detection.range.start, end: detection.range.end,
            score: detection.score, rule: RuleID(UInt16(firstDetector + number)), role: detection.role,
            evidence: .shape))
      }
    }
    return isSound
  }
}
