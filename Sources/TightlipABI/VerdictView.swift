import CTightlip
import Tightlip

/// A verdict as C sees it. Keeps its memory from message to message.
@safe
struct VerdictView: ~Copyable {
  /// Blocks; given where there is no other.
  @unsafe static var blocking: UnsafePointer<tightlip_verdict> { unsafe blockingBox.view }

  private static let blockingBox = BlockingVerdict()

  private let view = UnsafeMutablePointer<tightlip_verdict>.allocate(capacity: 1)
  private var findings = unsafe GrowingBuffer<tightlip_finding>()
  private var reasons = unsafe GrowingBuffer<tightlip_reason>()
  private var text = GrowingBuffer<CChar>()

  init() { unsafe view.initialize(to: Self.block) }

  deinit { unsafe view.deallocate() }

  /// A verdict that blocks: nothing was looked at.
  fileprivate static var block: tightlip_verdict {
    var verdict = unsafe tightlip_verdict()
    unsafe verdict.action = Int32(TIGHTLIP_BLOCK)
    unsafe verdict.risk = 1000
    unsafe verdict.would_be = -1
    return unsafe verdict
  }

  /// Back to the blocking state.
  mutating func reset() { unsafe view.pointee = Self.block }

  /// A message that could not be read.
  @unsafe mutating func show(_ code: StaticString, _ message: StaticString) -> UnsafePointer<tightlip_verdict> {
    reset()
    unsafe view.pointee.error_code = Self.pointer(code)
    unsafe view.pointee.error_message = Self.pointer(message)
    return unsafe UnsafePointer(view)
  }

  /// A verdict of the engine.
  @unsafe mutating func show(
    _ verdict: borrowing Verdict, offersInstead: Bool, _ handle: FilterHandle
  ) -> UnsafePointer<tightlip_verdict> {
    reset()
    let isComplete = verdict.completeness == .complete
    // The same rule as where verdicts are written: only what was completely looked at may leave.
    let action = isComplete ? verdict.action : .block
    unsafe view.pointee.complete = isComplete ? 1 : 0
    unsafe view.pointee.risk = Int32(verdict.riskThousandths)
    unsafe view.pointee.would_be = verdict.wouldBe.map(Self.number) ?? -1
    unsafe view.pointee.urgent = verdict.isUrgent ? 1 : 0
    if action != .block {
      text.removeAll()
      for byte in verdict.text { text.append(CChar(bitPattern: byte)) }
      text.append(0)
      unsafe view.pointee.text = text.start
      unsafe view.pointee.text_length = text.count - 1
    }
    showFindings(verdict, handle)
    showReasons(verdict)
    if action == .block, offersInstead {
      unsafe view.pointee.instead_channel = handle.insteadChannel.pointer
      unsafe view.pointee.instead_channel_length = handle.insteadChannel.count
      unsafe view.pointee.instead_text = handle.insteadText.pointer
      unsafe view.pointee.instead_text_length = handle.insteadText.count
    }
    // Last, so that nothing above can end early behind a pass.
    unsafe view.pointee.action = Self.number(action)
    return unsafe UnsafePointer(view)
  }

  private mutating func showFindings(_ verdict: borrowing Verdict, _ handle: FilterHandle) {
    unsafe findings.removeAll()
    for finding in verdict.findings {
      var entry = unsafe tightlip_finding()
      let entity = Int(finding.entity.rawValue)
      unsafe entry.entity_type = FixedText.entities[entity]
      unsafe entry.rule = handle.ruleNames[Int(finding.rule.index)]
      unsafe entry.start = finding.range.start
      unsafe entry.end = finding.range.end
      unsafe entry.score = Int32(finding.score.thousandths)
      unsafe entry.role = Int32(finding.role.rawValue)
      unsafe entry.hipaa = FixedText.letters[entity]
      unsafe findings.append(entry)
    }
    guard unsafe findings.count > 0 else { return }
    unsafe view.pointee.findings = findings.start
    unsafe view.pointee.finding_count = findings.count
  }

  private mutating func showReasons(_ verdict: borrowing Verdict) {
    unsafe reasons.removeAll()
    for reason in verdict.reasons {
      var entry = unsafe tightlip_reason()
      unsafe entry.code = FixedText.reasonCodes[Int(reason.code.rawValue)]
      unsafe entry.message = FixedText.reasonMessages[Int(reason.code.rawValue)]
      if let entity = reason.entity { unsafe entry.entity_type = FixedText.entities[Int(entity.rawValue)] }
      unsafe entry.severity = Int32(reason.severity.rawValue)
      unsafe reasons.append(entry)
    }
    guard unsafe reasons.count > 0 else { return }
    unsafe view.pointee.reasons = reasons.start
    unsafe view.pointee.reason_count = reasons.count
  }

  private static func number(_ action: Action) -> Int32 {
    switch action {
    case .pass: Int32(TIGHTLIP_PASS)
    case .redact: Int32(TIGHTLIP_REDACT)
    case .block: Int32(TIGHTLIP_BLOCK)
    }
  }

  /// A literal's bytes; they end with a NUL and live as long as the library.
  @unsafe private static func pointer(_ string: StaticString) -> UnsafePointer<CChar> {
    unsafe UnsafeRawPointer(string.utf8Start).assumingMemoryBound(to: CChar.self)
  }
}

/// The verdict that is given where there is no other; lives as long as the library.
@safe
private final class BlockingVerdict {
  let view: UnsafePointer<tightlip_verdict>

  init() {
    let view = UnsafeMutablePointer<tightlip_verdict>.allocate(capacity: 1)
    unsafe view.initialize(to: VerdictView.block)
    unsafe self.view = UnsafePointer(view)
  }
}

// SAFETY: the memory is written in the initializer only.
extension BlockingVerdict: @unchecked Sendable {}

/// A buffer of plain values whose address C may hold until the next change.
@safe
struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 64) {
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity)
  }

  deinit { unsafe base.deallocate() }

  /// The first element. Valid until the next change.
  @unsafe var start: UnsafePointer<Element> { unsafe UnsafePointer(base) }

  mutating func removeAll() { count = 0 }

  /// Empties it, and gives memory back that a large use left behind.
  mutating func removeAll(keepingAtMost most: Int) {
    count = 0
    if capacity > most { move(to: most) }
  }

  mutating func append(_ element: Element) {
    if count == capacity { move(to: capacity * 2) }
    unsafe (base + count).initialize(to: element)
    count += 1
  }

  mutating func append(contentsOf elements: Span<Element>) {
    if capacity - count < elements.count { move(to: max(capacity * 2, count + elements.count)) }
    unsafe elements.withUnsafeBufferPointer { elements in
      guard let first = elements.baseAddress else { return }
      unsafe (base + count).initialize(from: first, count: elements.count)
    }
    count += elements.count
  }

  private mutating func move(to wanted: Int) {
    let other = UnsafeMutablePointer<Element>.allocate(capacity: wanted)
    unsafe other.initialize(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = other
    capacity = wanted
  }
}
