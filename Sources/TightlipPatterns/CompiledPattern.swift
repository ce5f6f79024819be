internal import CTightlipPCRE2
internal import Synchronization

/// What a match of a pattern needs.
package struct PatternFacts: Sendable, Hashable {
  /// The least length of a match in bytes, by PCRE2.
  package var minimumLength: Int
  /// How many ASCII digits every match holds at least; 255 stands for more.
  package var digits: Int
}

/// A PCRE2 pattern with JIT, freed with its last reference.
///
/// One from a pack image is compiled and translated when it is first needed: most patterns of a pack are
/// needed by few messages, and all of them together take longer than the rest of a start.
@safe
package final class CompiledPattern: Sendable {
  /// What a match needs.
  package let facts: PatternFacts
  /// The number of capture groups; with one or more, group 1 is the span.
  package let captureCount: Int
  /// It matches only right at the place it is given; where that can be, a ``PatternAutomaton`` tells.
  package let isAnchored: Bool
  package let source: String
  /// The address of the `pcre2_code`, or 0 before the first need. Set once, and never written through after.
  private let address: Atomic<UInt>

  /// Compiles a pattern in byte mode: no UTF, no UCP, since folded text keeps what patterns look
  /// for in ASCII, and both halve the speed.
  ///
  /// - Parameter triesStarts: where its text is understood, the pattern matches only at the places it is
  ///   given.
  /// - Throws: ``PatternError`` with PCRE2's message, and where JIT refuses the pattern.
  package init(_ source: String, triesStarts: Bool = false) throws(PatternError) {
    let tree = PatternTree(of: source)
    let isAnchored = triesStarts && tree != nil
    // SAFETY: in this file, a code is made by PCRE2, freed once, in `deinit` or where it was made in vain, and
    // never written after JIT; buffers are used inside their closures only.
    let compiled = unsafe try Self.compile(source, isAnchored: isAnchored)
    let captures = unsafe Int(tightlip_pcre2_info_uint32(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT)))
    guard captures <= Self.mostCaptures else {
      unsafe tightlip_pcre2_code_free(compiled)
      throw PatternError(
        reason: "it has \(captures) capture groups; \(Self.mostCaptures) are the most, write (?:…)",
        utf8Offset: 0)
    }
    self.source = source
    self.isAnchored = isAnchored
    facts = PatternFacts(
      minimumLength: unsafe Int(tightlip_pcre2_info_uint32(compiled, UInt32(PCRE2_INFO_MINLENGTH))),
      digits: tree?.digits ?? 0)
    captureCount = captures
    address = Atomic(UInt(bitPattern: compiled))
  }

  /// A pattern that was compiled before, by the same version of PCRE2, and found right.
  init(_ source: String, facts: PatternFacts, captureCount: Int, isAnchored: Bool) {
    self.source = source
    self.facts = facts
    self.captureCount = captureCount
    self.isAnchored = isAnchored
    address = Atomic(0)
  }

  deinit {
    unsafe tightlip_pcre2_code_free(OpaquePointer(bitPattern: address.load(ordering: .acquiring)))
  }

  @unsafe private static func compile(_ source: String, isAnchored: Bool) throws(PatternError) -> OpaquePointer {
    // JIT code looks at this option when it is made, not when it is run.
    // Without start optimizations: at a given place there is nothing to skip, and looking ahead for a byte that the
    // pattern needs took 2.7 s for a megabyte of "'a".
    let anchored =
      isAnchored ? UInt32(bitPattern: Int32(bitPattern: PCRE2_ANCHORED)) | UInt32(PCRE2_NO_START_OPTIMIZE) : 0
    var error: Int32 = 0
    var offset = 0
    let bytes = Array(source.utf8)
    let compiled = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe tightlip_pcre2_compile(
        buffer.baseAddress, buffer.count, UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C) | anchored,
        &error, &offset)
    }
    guard let compiled = unsafe compiled else {
      throw PatternError(reason: Self.message(for: error), utf8Offset: offset)
    }
    let jit = unsafe tightlip_pcre2_jit_compile(compiled)
    guard jit == 0 else {
      unsafe tightlip_pcre2_code_free(compiled)
      throw PatternError(
        reason: "the JIT compiler refuses it: \(Self.message(for: jit))", utf8Offset: 0)
    }
    return unsafe compiled
  }

  /// The code, ready to match.
  ///
  /// - Throws: ``MatchLimitError`` where it cannot be made, for want of memory: the message must not pass.
  @unsafe @inline(__always)
  func code() throws(MatchLimitError) -> OpaquePointer {
    if let code = unsafe OpaquePointer(bitPattern: address.load(ordering: .acquiring)) { return unsafe code }
    return unsafe try firstCode()
  }

  /// Compiles at the first need. Workers that need it at the same time each compile; the first one's code
  /// stays, so that nobody waits.
  @unsafe @inline(never)
  private func firstCode() throws(MatchLimitError) -> OpaquePointer {
    let made: OpaquePointer
    do throws(PatternError) {
      unsafe made = try Self.compile(source, isAnchored: isAnchored)
    } catch {
      throw MatchLimitError(code: PCRE2_ERROR_NOMEMORY)
    }
    let (isFirst, held) = address.compareExchange(
      expected: 0, desired: UInt(bitPattern: made), ordering: .acquiringAndReleasing)
    if isFirst { return unsafe made }
    unsafe tightlip_pcre2_code_free(made)
    return unsafe OpaquePointer(bitPattern: held) ?? made
  }

  /// More groups would not fit into the scratch, and read as a limit hit.
  static let mostCaptures = 15

  private static func message(for code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = unsafe buffer.withUnsafeMutableBufferPointer { pointer in
      unsafe tightlip_pcre2_error_message(code, pointer.baseAddress!, pointer.count)
    }
    guard length > 0 else { return "PCRE2 error \(code)" }
    return String(decoding: buffer.prefix(Int(length)), as: UTF8.self)
  }

  /// The first match at or after `start`; of an anchored pattern the match at `start`.
  ///
  /// - Returns: the range of group 1, or of the whole match where the pattern has no group or the
  ///   group took no part; and where the whole match ends. Nil where there is none.
  /// - Throws: ``MatchLimitError`` where a limit was hit, or no step is left (``StepBudget``): "did not look",
  ///   never "no match".
  package func firstMatch(
    in text: Span<UInt8>, from start: Int, scratch: borrowing MatchScratch
  ) throws(MatchLimitError) -> (span: Range<Int>, end: Int)? {
    guard scratch.stepsLeft > 0 else { throw MatchLimitError(code: PCRE2_ERROR_MATCHLIMIT) }
    var steps = 1
    var result = unsafe try match(text, start, scratch)
    if result == PCRE2_ERROR_MATCHLIMIT {
      unsafe result = try matchAgain(text, start, scratch)
      steps = MatchScratch.stepsOfSlowAttempt
    }
    if result == PCRE2_ERROR_NOMATCH {
      scratch.stepsLeft -= isAnchored ? steps : steps * (text.count - start + 1)
      return nil
    }
    guard result > 0 else {
      scratch.stepsLeft -= steps
      throw MatchLimitError(code: result)
    }
    let vector = unsafe tightlip_pcre2_ovector(scratch.data)
    let whole = unsafe (vector[0], vector[1])
    scratch.stepsLeft -= isAnchored ? steps : steps * max(1, Int(whole.1) - start + 1)
    if captureCount > 0, result > 1, unsafe vector[2] != Int.max, unsafe vector[2] <= vector[3] {
      return unsafe (Int(vector[2])..<Int(vector[3]), Int(whole.1))
    }
    return (Int(whole.0)..<Int(whole.1), Int(whole.1))
  }

  /// PCRE2's answer for one attempt.
  @unsafe @inline(__always)
  private func match(_ text: Span<UInt8>, _ start: Int, _ scratch: borrowing MatchScratch) throws(MatchLimitError) -> Int32 {
    let code = unsafe try code()
    return unsafe text.withUnsafeBufferPointer { buffer in
      unsafe tightlip_pcre2_jit_match(
        code, buffer.baseAddress, buffer.count, start, 0, scratch.data, scratch.context)
    }
  }

  /// Makes an attempt that was given up once more, up to ``MatchScratch/matchLimit``.
  @unsafe @inline(never)
  private func matchAgain(
    _ text: Span<UInt8>, _ start: Int, _ scratch: borrowing MatchScratch
  ) throws(MatchLimitError) -> Int32 {
    guard scratch.stepsLeft >= MatchScratch.stepsOfSlowAttempt else { throw MatchLimitError(code: PCRE2_ERROR_MATCHLIMIT) }
    unsafe tightlip_pcre2_set_match_limit(scratch.context, MatchScratch.matchLimit)
    defer { unsafe tightlip_pcre2_set_match_limit(scratch.context, MatchScratch.pointsOfStep) }
    return unsafe try match(text, start, scratch)
  }
}

/// What a match writes while it runs: one per worker.
@safe
package struct MatchScratch: ~Copyable {
  let data: OpaquePointer
  let context: OpaquePointer
  private let stack: OpaquePointer
  /// In memory of its own, since patterns only borrow the scratch.
  private let counter: UnsafeMutablePointer<Int>

  /// How many steps patterns may still take with this scratch; without end until it is set. See ``StepBudget``.
  package var stepsLeft: Int {
    get { unsafe counter.pointee }
    nonmutating set { unsafe counter.pointee = newValue }
  }

  /// So often an attempt may come back to a place where it could go on in another way before it counts as slow:
  /// the attempts of the shipped pack do not (measured: 42 million, on hostile texts; one came to 300).
  package static let pointsOfStep: UInt32 = 1_000
  /// What a slow attempt costs: as many steps as would hold the points it may take.
  static var stepsOfSlowAttempt: Int { Int(matchLimit / pointsOfStep) }

  /// Limits of one match. JIT counts matches, not depth or heap; those bind the interpreter, which
  /// only diagnostic code uses.
  package static let matchLimit: UInt32 = 200_000
  package static let depthLimit: UInt32 = 1_000
  package static let heapLimitKibibytes: UInt32 = 4_096

  /// Scratch for one worker.
  ///
  /// Running out of memory here traps: a filter that cannot allocate at start must not start.
  package init() {
    guard let data = unsafe tightlip_pcre2_match_data_create(UInt32(CompiledPattern.mostCaptures + 1)),
      let context = unsafe tightlip_pcre2_match_context_create(
        Self.pointsOfStep, Self.depthLimit, Self.heapLimitKibibytes),
      let stack = unsafe tightlip_pcre2_jit_stack_create(32 * 1024, 512 * 1024)
    else { fatalError("no memory for matching") }
    unsafe tightlip_pcre2_jit_stack_assign(context, stack)
    unsafe self.data = data
    unsafe self.context = context
    unsafe self.stack = stack
    unsafe counter = .allocate(capacity: 1)
    unsafe counter.initialize(to: .max)
  }

  deinit {
    unsafe counter.deallocate()
    unsafe tightlip_pcre2_match_data_free(data)
    unsafe tightlip_pcre2_match_context_free(context)
    unsafe tightlip_pcre2_jit_stack_free(stack)
  }
}

/// What the linked PCRE2 is able to do.
package enum PatternEngine {
  /// Whether the library has a JIT compiler for this machine. Without one Tightlip does not start:
  /// matching would be twenty times slower, and its limits are measured with it.
  package static var isJITAvailable: Bool { tightlip_pcre2_jit_is_available() != 0 }

  /// Whether a pattern is really translated: some systems have the compiler and forbid it memory
  /// that can be executed.
  package static var worksWithJIT: Bool {
    guard isJITAvailable else { return false }
    var error: Int32 = 0
    var offset = 0
    guard let code = unsafe tightlip_pcre2_compile([0x61], 1, 0, &error, &offset) else { return false }
    defer { unsafe tightlip_pcre2_code_free(code) }
    return unsafe tightlip_pcre2_jit_compile(code) == 0 && tightlip_pcre2_jit_size(code) > 0
  }

  /// PCRE2's version and date.
  package static var version: String {
    var buffer = [CChar](repeating: 0, count: 64)
    let length = unsafe buffer.withUnsafeMutableBufferPointer {
      unsafe tightlip_pcre2_version($0.baseAddress)
    }
    return String(
      decoding: buffer.prefix(max(0, Int(length) - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
