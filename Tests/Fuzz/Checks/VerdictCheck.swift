import Foundation
import Synchronization
import Tightlip
import TightlipCoding
import TightlipCore

enum VerdictCheck {
  /// The shipped pack.
  private static let pack = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Lexicons").path()

  static let gated = filter(usesGates: true)
  static let plain = filter(usesGates: false)

  private static func filter(usesGates: Bool) -> Filter {
    var options = Filter.Options()
    options.usesGates = usesGates
    options.maximumBytes = 1 << 16
    return try! Filter(pack: pack, options: options)
  }

  // MARK: Gates

  static func gateProblem(_ input: inout FuzzInput) -> String? {
    let flags = input.byte()
    var message = Message()
    message.direction = flags & 1 == 0 ? .outbound : .inbound
    message.channelIsEncrypted = flags & 2 != 0
    message.deviceIsEncrypted = flags & 4 != 0
    if flags & 8 != 0 {
      message.known.names = [Array("Dana Whitfield".utf8), input.line()]
      message.known.identifiers = [Array("00418823".utf8)]
      message.known.dateOfBirth = Array("1961-04-02".utf8)
    }
    message.text = input.rest()
    message.sentAt = Instant(seconds: 1_800_000_000)
    return scanners.withLock { difference(message, &$0.gated, &$0.plain) }
  }

  /// Kept, since making them takes twenty times as long as a text does.
  private struct Scanners: ~Copyable {
    var gated = Tightlip.Scanner(VerdictCheck.gated)
    var plain = Tightlip.Scanner(VerdictCheck.plain)
  }

  private static let scanners = Mutex(Scanners())

  /// What the two ways tell apart, or which promise of every verdict is broken.
  static func difference(_ message: Message, _ fast: inout Tightlip.Scanner, _ slow: inout Tightlip.Scanner) -> String? {
    var left = Verdict()
    var right = Verdict()
    fast.scan(message, into: &left)
    slow.scan(message, into: &right)
    // Tried at every byte, a pattern may give up where it is not tried at all by the quick way.
    if left.completeness == .complete, right.completeness != .complete { return nil }
    if left.findings != right.findings { return "gates change the findings" }
    if left.action != right.action || left.riskThousandths != right.riskThousandths || left.text != right.text
      || left.reasons != right.reasons || left.completeness != right.completeness
    {
      return "gates change the verdict"
    }
    return promiseProblem(left, message)
  }

  private static func promiseProblem(_ verdict: Verdict, _ message: Message) -> String? {
    let text = message.text
    var lastEnd = 0
    for finding in verdict.findings {
      guard finding.range.start < finding.range.end, finding.range.end <= text.count else { return "a finding outside the text" }
      guard text.isCodePointEdge(finding.range.start), text.isCodePointEdge(finding.range.end) else {
        return "a finding cuts a code point"
      }
      if finding.entity.entityClass == .topic { continue }
      if finding.range.start < lastEnd { return "findings overlap" }
      lastEnd = finding.range.end
    }
    guard (0...1000).contains(verdict.riskThousandths) else { return "a risk beyond 1" }
    let isReadable = text.isUTF8 && text.count <= 1 << 16
    switch verdict.action {
    case .block: return verdict.text.isEmpty && verdict.reasons.contains { $0.severity == .block } ? nil : "a block leaves a text, or has no reason"
    case .pass: return verdict.text == text && isReadable && verdict.completeness == .complete ? nil : "a pass of something else"
    case .redact: return verdict.text != text && verdict.text.isUTF8 && isReadable && verdict.completeness == .complete ? nil : "a redaction of nothing"
    }
  }

  // MARK: A stream

  /// One verdict line for each line, whatever they hold, and each of them JSON.
  static func streamProblem(_ input: inout FuzzInput) -> String? {
    let flags = input.byte()
    var options = RequestScanner.Options()
    options.rewrites = flags & 1 != 0
    options.reveals = flags & 2 != 0
    options.givesAllOffsets = flags & 4 != 0
    let stream = input.rest()
    guard var scanner = try? RequestScanner(gated, options: options) else { return "no scanner" }
    var output: [UInt8] = []
    scanner.answer(lines: stream.span, to: &output)
    let lines = stream.count(where: { $0 == 0x0A }) + (stream.isEmpty || stream.last == 0x0A ? 0 : 1)
    guard output.count(where: { $0 == 0x0A }) == lines, output.isEmpty || output.last == 0x0A else {
      return "verdicts and lines differ in number"
    }
    if let problem = requestProblem(&scanner, stream) { return problem }
    for verdict in output.split(separator: 0x0A) {
      guard let object = try? JSONSerialization.jsonObject(with: Data(verdict)) as? [String: Any] else {
        return "a verdict is no JSON"
      }
      let part = options.rewrites ? object["tightlip"] as? [String: Any] : object
      guard let part, let action = part["action"] as? String else { return "a verdict without an action" }
      if part["error"] != nil, action != "block" { return "an error that does not block" }
      if !options.rewrites, (object["text"] != nil) == (action == "block") { return "a block with a text, or a pass without" }
    }
    return nil
  }

  /// The whole as one request by itself: one verdict line, and a block where it was several lines.
  private static func requestProblem(_ scanner: inout RequestScanner, _ stream: [UInt8]) -> String? {
    var output: [UInt8] = []
    scanner.answer(request: stream.span, to: &output)
    guard output.last == 0x0A, output.count(where: { $0 == 0x0A }) == 1 else { return "a request has not one verdict" }
    guard stream.dropLast().contains(0x0A) else { return nil }
    return scanner.verdict.action == .block ? nil : "several lines in one request pass"
  }
}
