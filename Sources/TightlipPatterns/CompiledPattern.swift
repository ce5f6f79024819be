internal import CTightlipPCRE2
internal import Synchronization

/// What a match of a pattern needs, read from PCRE2's own analysis of it.
package struct PatternFacts: Sendable, Hashable {
  /// The bytes with which a match can begin, as 256 bits; nil where PCRE2 cannot tell.
  package var firstBytes: ByteSet?
  /// A byte that every match holds, or nil.
  package var requiredByte: UInt8?
  /// The least length of a match in bytes.
  package var minimumLength: Int
  /// What the pattern's text tells that every match needs.
  package var needs: PatternNeeds
}

/// A set of byte values. Public, as the types of TightlipCore's Matching.swift are, to be inlined.
public struct ByteSet: Sendable, Hashable {
  public var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  @inlinable public init() {}

  /// Adds a byte.
  @inlinable @inline(__always)
  public mutating func insert(_ byte: UInt8) {
    let bit: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  /// Whether it holds the byte.
  @inlinable @inline(__always)
  public func contains(_ byte: UInt8) -> Bool {
    let bit: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: return words.0 & bit != 0
    case 1: return words.1 & bit != 0
    case 2: return words.2 & bit != 0
    default: return words.3 & bit != 0
    }
  }

  /// Whether it holds all of another.
  func contains(_ other: ByteSet) -> Bool {
    other.words.0 & ~words.0 | other.words.1 & ~words.1 | other.words.2 & ~words.2 | other.words.3 & ~words.3 == 0
  }

  /// How many bytes it holds.
  public var count: Int {
    words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount + words.3.nonzeroBitCount
  }

  /// Whether the two share a byte.
  @inlinable @inline(__always)
  public func intersects(_ other: ByteSet) -> Bool {
    (words.0 & other.words.0) | (words.1 & other.words.1)
      | (words.2 & other.words.2) | (words.3 & other.words.3) != 0
  }

  public static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
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
  /// It matches only right at the place it is given; where that can be, `facts.needs.starts` tells.
  package let isAnchored: Bool
  private let source: String
  /// The address of the `pcre2_code`, or 0 before the first need. Set once, and never written through after.
  private let address: Atomic<UInt>

  /// Compiles a pattern in byte mode: no UTF, no UCP, since folded text keeps what patterns look
  /// for in ASCII, and both halve the speed.
  ///
  /// - Parameter triesStarts: where it is known how matches begin, the pattern matches only at the places
  ///   it is given.
  /// - Throws: ``PatternError`` with PCRE2's message, and where JIT refuses the pattern.
  package init(_ source: String, triesStarts: Bool = false) throws(PatternError) {
    let needs = PatternNeeds(of: source)
    let isAnchored = triesStarts && needs.starts != nil
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
    facts = unsafe Self.facts(of: compiled, needs: needs)
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
    let anchored = isAnchored ? UInt32(bitPattern: Int32(bitPattern: PCRE2_ANCHORED)) : 0
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

  private static func facts(of code: OpaquePointer, needs: PatternNeeds) -> PatternFacts {
    var first: ByteSet?
    switch unsafe tightlip_pcre2_info_uint32(code, UInt32(PCRE2_INFO_FIRSTCODETYPE)) {
    case 1:
      var set = ByteSet()
      let unit = unsafe tightlip_pcre2_info_uint32(code, UInt32(PCRE2_INFO_FIRSTCODEUNIT))
      set.insert(UInt8(truncatingIfNeeded: unit))
      first = set
    case 0:
      if let bitmap = unsafe tightlip_pcre2_first_bitmap(code) {
        var set = ByteSet()
        for byte in 0..<256 where unsafe bitmap[byte >> 3] & (1 << UInt8(byte & 7)) != 0 {
          set.insert(UInt8(byte))
        }
        first = set
      }
    default: break
    }
    var required: UInt8?
    if unsafe tightlip_pcre2_info_uint32(code, UInt32(PCRE2_INFO_LASTCODETYPE)) == 1 {
      required = UInt8(
        truncatingIfNeeded: unsafe tightlip_pcre2_info_uint32(
          code, UInt32(PCRE2_INFO_LASTCODEUNIT)))
    }
    let minimum = unsafe tightlip_pcre2_info_uint32(code, UInt32(PCRE2_INFO_MINLENGTH))
    // PCRE2 gives a letter as the pattern writes it, also where the pattern ignores case; folded
    // text has small letters only.
    if let letter = required, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter) { required = letter | 0x20 }
    if var bytes = first {
      for letter in UInt8(ascii: "A")...UInt8(ascii: "Z") where bytes.contains(letter) { bytes.insert(letter | 0x20) }
      first = bytes
    }
    return PatternFacts(
      firstBytes: first, requiredByte: required, minimumLength: Int(minimum), needs: needs)
  }

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
