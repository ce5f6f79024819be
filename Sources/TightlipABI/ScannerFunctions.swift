public import CTightlip
import Synchronization
import Tightlip
import TightlipCoding

/// What stands behind a `tightlip_scanner`.
///
/// Not `Sendable`: ``enter()`` lets one thread in at a time, and refuses the others.
@safe
final class ScannerHandle {
  private let isInUse = Atomic<Bool>(false)
  private(set) var filter: FilterHandle
  private var scanner: RequestScanner
  private var view = VerdictView()
  private var answers = GrowingBuffer<UInt8>()
  private var piece: [UInt8] = []

  init(_ filter: FilterHandle) throws(FilterError) {
    self.filter = filter
    scanner = try RequestScanner(filter.filter, options: filter.options)
  }

  /// Whether the caller may go on; then it must ``leave()``.
  func enter() -> Bool { !isInUse.exchange(true, ordering: .acquiring) }

  func leave() { isInUse.store(false, ordering: .releasing) }

  func use(_ other: FilterHandle) throws(FilterError) {
    if other === filter { return }
    scanner = try RequestScanner(other.filter, options: other.options)
    filter = other
    view.reset()
    answers.removeAll()
  }

  // SAFETY: lengths and pointers come from the caller under the header's contract; NULL is checked, and what is
  // returned lives in the scanner's own view until its next call.
  @unsafe func scan(text: Span<UInt8>) -> UnsafePointer<tightlip_verdict> {
    do throws(RequestError) {
      try scanner.judge(text: text)
      return unsafe view.show(scanner.verdict, offersInstead: scanner.instead != nil, filter)
    } catch {
      return unsafe view.show(error.code.name, error.message)
    }
  }

  @unsafe func scan(request: Span<UInt8>) -> UnsafePointer<tightlip_verdict> {
    do throws(RequestError) {
      try scanner.judge(request: request)
      return unsafe view.show(scanner.verdict, offersInstead: scanner.instead != nil, filter)
    } catch {
      return unsafe view.show(error.code.name, error.message)
    }
  }

  @unsafe func answer(lines: Span<UInt8>) -> UnsafePointer<CChar> {
    beginAnswers()
    var start = 0
    while let (line, next) = FramedLine.next(in: lines, from: start, maxBytes: scanner.maximumBytes) {
      scanner.answer(line, in: lines, to: &piece)
      movePiece()
      start = next
    }
    return unsafe endAnswers()
  }

  @unsafe func answer(texts: Span<UInt8>, ends: Span<Int>) -> UnsafePointer<CChar> {
    beginAnswers()
    var start = 0
    for index in ends.indices {
      scanner.answer(text: texts.extracting(start..<ends[index]), to: &piece)
      movePiece()
      start = ends[index]
    }
    return unsafe endAnswers()
  }

  /// The length of the last answers.
  var answersCount: Int { max(0, answers.count - 1) }

  private func beginAnswers() { answers.removeAll(keepingAtMost: 16 << 20) }

  /// Answers go through a small array, so that a large batch is held once and not twice.
  private func movePiece() {
    guard piece.count >= 64 << 10 else { return }
    answers.append(contentsOf: piece.span)
    piece.removeAll(keepingCapacity: true)
  }

  @unsafe private func endAnswers() -> UnsafePointer<CChar> {
    answers.append(contentsOf: piece.span)
    piece.removeAll(keepingCapacity: true)
    answers.append(0)
    return unsafe UnsafeRawPointer(answers.start).assumingMemoryBound(to: CChar.self)
  }
}

@c @implementation public func tightlip_scanner_create(
  _ filter: OpaquePointer!, _ scanner: UnsafeMutablePointer<OpaquePointer?>!
) -> tightlip_status {
  guard let scanner = unsafe scanner else { return Status.invalidArgument }
  unsafe scanner.pointee = nil
  guard let filter = unsafe Handle<FilterHandle>.object(filter) else { return Status.invalidArgument }
  do throws(FilterError) {
    let handle = try ScannerHandle(filter)
    unsafe scanner.pointee = Handle.owned(handle)
    return Status.ok
  } catch {
    return Status.configuration
  }
}

@c @implementation public func tightlip_scanner_set_filter(
  _ scanner: OpaquePointer!, _ filter: OpaquePointer!
) -> tightlip_status {
  guard let scanner = unsafe Handle<ScannerHandle>.object(scanner),
    let filter = unsafe Handle<FilterHandle>.object(filter)
  else { return Status.invalidArgument }
  guard scanner.enter() else { return Status.busy }
  defer { scanner.leave() }
  do throws(FilterError) {
    try scanner.use(filter)
    return Status.ok
  } catch {
    return Status.configuration
  }
}

@c @implementation public func tightlip_scanner_release(_ scanner: OpaquePointer!) {
  unsafe Handle<ScannerHandle>.release(scanner)
}

@c @implementation public func tightlip_scan(
  _ scanner: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ length: Int,
  _ verdict: UnsafeMutablePointer<UnsafePointer<tightlip_verdict>?>!
) -> tightlip_status {
  unsafe scanOne(scanner, text, length, verdict) { unsafe $0.scan(text: $1) }
}

@c @implementation public func tightlip_scan_request(
  _ scanner: OpaquePointer!, _ request: UnsafePointer<CChar>!, _ length: Int,
  _ verdict: UnsafeMutablePointer<UnsafePointer<tightlip_verdict>?>!
) -> tightlip_status {
  unsafe scanOne(scanner, request, length, verdict) { unsafe $0.scan(request: $1) }
}

@c @implementation public func tightlip_scan_ndjson(
  _ scanner: OpaquePointer!, _ lines: UnsafePointer<CChar>!, _ length: Int,
  _ answers: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ answersLength: UnsafeMutablePointer<Int>!
) -> tightlip_status {
  unsafe answerMany(scanner, lines, length, answers, answersLength) { unsafe $0.answer(lines: $1) }
}

@c @implementation public func tightlip_scan_texts(
  _ scanner: OpaquePointer!, _ texts: UnsafePointer<CChar>!, _ length: Int,
  _ ends: UnsafePointer<Int>!, _ count: Int,
  _ answers: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ answersLength: UnsafeMutablePointer<Int>!
) -> tightlip_status {
  unsafe answers?.pointee = nil
  unsafe answersLength?.pointee = 0
  guard let ends = unsafe bytes(ends, count) else { return Status.invalidArgument }
  // Copied: what was checked must be what is used, whatever other threads write meanwhile.
  let checked = unsafe Array(ends)
  var start = 0
  for end in checked {
    guard end >= start, end <= length else { return Status.invalidArgument }
    start = end
  }
  guard start == length else { return Status.invalidArgument }
  return unsafe answerMany(scanner, texts, length, answers, answersLength) {
    unsafe $0.answer(texts: $1, ends: checked.span)
  }
}

/// The memory a caller named; nil where that cannot be.
@unsafe private func bytes<Element>(_ start: UnsafePointer<Element>?, _ count: Int) -> UnsafeBufferPointer<Element>? {
  guard count >= 0, count <= Int.max / max(1, MemoryLayout<Element>.stride) else { return nil }
  guard let start = unsafe start else { return count == 0 ? unsafe UnsafeBufferPointer(start: nil, count: 0) : nil }
  return unsafe UnsafeBufferPointer(start: start, count: count)
}

@unsafe private func scanOne(
  _ scanner: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ length: Int,
  _ verdict: UnsafeMutablePointer<UnsafePointer<tightlip_verdict>?>?,
  _ scan: (ScannerHandle, Span<UInt8>) -> UnsafePointer<tightlip_verdict>
) -> tightlip_status {
  guard let verdict = unsafe verdict else { return Status.invalidArgument }
  unsafe verdict.pointee = VerdictView.blocking
  guard let handle = unsafe Handle<ScannerHandle>.object(scanner), let text = unsafe bytes(text, length) else {
    return Status.invalidArgument
  }
  guard handle.enter() else { return Status.busy }
  defer { handle.leave() }
  unsafe text.withMemoryRebound(to: UInt8.self) { text in
    unsafe verdict.pointee = scan(handle, text.span)
  }
  return Status.ok
}

@unsafe private func answerMany(
  _ scanner: OpaquePointer?, _ lines: UnsafePointer<CChar>?, _ length: Int,
  _ answers: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ answersLength: UnsafeMutablePointer<Int>?,
  _ answer: (ScannerHandle, Span<UInt8>) -> UnsafePointer<CChar>
) -> tightlip_status {
  unsafe answers?.pointee = nil
  unsafe answersLength?.pointee = 0
  guard let answers = unsafe answers, let answersLength = unsafe answersLength,
    let handle = unsafe Handle<ScannerHandle>.object(scanner), let lines = unsafe bytes(lines, length)
  else { return Status.invalidArgument }
  guard handle.enter() else { return Status.busy }
  defer { handle.leave() }
  unsafe lines.withMemoryRebound(to: UInt8.self) { lines in
    unsafe answers.pointee = answer(handle, lines.span)
  }
  unsafe answersLength.pointee = handle.answersCount
  return Status.ok
}
