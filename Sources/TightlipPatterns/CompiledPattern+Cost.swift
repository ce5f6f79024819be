internal import CTightlipPCRE2

extension CompiledPattern {
  /// How many steps looking for the first match of a pattern in a text takes, from every place at which one may
  /// begin: one for each part of the pattern that is tried, and one for each byte that is passed between them.
  ///
  /// Without the look at the text beforehand by which PCRE2 tells that some byte is missing: it does not look far.
  /// Counted by PCRE2's interpreter, so it is the same on every machine, unlike a time. The JIT compiler's code does
  /// the same steps, only faster.
  ///
  /// - Returns: a number above `limit` as soon as that is passed; nil where the pattern does not compile.
  package static func steps(of source: String, in text: [UInt8], limit: Int) -> Int? {
    var error: Int32 = 0
    var offset = 0
    let bytes = Array(source.utf8)
    // SAFETY: code, match data and context are created and freed here; pattern, subject and counter live through
    // the calls that use them, and the callout writes to the counter alone.
    let compiled = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe tightlip_pcre2_compile(
        buffer.baseAddress, buffer.count,
        UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C) | UInt32(PCRE2_AUTO_CALLOUT)
          | UInt32(PCRE2_NO_START_OPTIMIZE), &error, &offset)
    }
    guard let code = unsafe compiled else { return nil }
    defer { unsafe tightlip_pcre2_code_free(code) }
    guard let data = unsafe tightlip_pcre2_match_data_create(UInt32(Self.mostCaptures + 1)),
      let context = unsafe tightlip_pcre2_match_context_create(UInt32.max, UInt32.max, UInt32.max)
    else { return limit + 1 }
    defer {
      unsafe tightlip_pcre2_match_data_free(data)
      unsafe tightlip_pcre2_match_context_free(context)
    }
    var counter = StepCounter(limit: limit)
    let result = unsafe withUnsafeMutablePointer(to: &counter) { counter in
      unsafe tightlip_pcre2_set_callout(
        context,
        { block, counter in
          guard let counter = unsafe counter?.assumingMemoryBound(to: StepCounter.self) else { return PCRE2_ERROR_CALLOUT }
          return unsafe counter.pointee.pass(Int(block.pointee.current_position)) ? 0 : PCRE2_ERROR_CALLOUT
        }, counter)
      return unsafe text.withUnsafeBufferPointer { buffer in
        unsafe tightlip_pcre2_match(code, buffer.baseAddress, buffer.count, 0, UInt32(PCRE2_NO_JIT), data, context)
      }
    }
    return result == PCRE2_ERROR_NOMATCH || result > 0 ? counter.steps : limit + 1
  }

  private struct StepCounter {
    var limit: Int
    var steps = 0
    var last = 0

    /// Whether there are steps left.
    mutating func pass(_ place: Int) -> Bool {
      steps += 1 + abs(place - last)
      last = place
      return steps <= limit
    }
  }

  /// Whether it matches nothing at all somewhere in a text.
  package func matchesEmptiness(in text: [UInt8]) -> Bool {
    guard let code = unsafe try? code(), unsafe tightlip_pcre2_info_uint32(code, UInt32(PCRE2_INFO_MATCHEMPTY)) == 1,
      let data = unsafe tightlip_pcre2_match_data_create(UInt32(Self.mostCaptures + 1)),
      let context = unsafe tightlip_pcre2_match_context_create(
        MatchScratch.matchLimit, MatchScratch.depthLimit, MatchScratch.heapLimitKibibytes)
    else { return false }
    defer {
      unsafe tightlip_pcre2_match_data_free(data)
      unsafe tightlip_pcre2_match_context_free(context)
    }
    return unsafe text.withUnsafeBufferPointer { buffer in
      for start in 0...buffer.count {
        let result = unsafe tightlip_pcre2_match(
          code, buffer.baseAddress, buffer.count, start, UInt32(PCRE2_NO_JIT), data, context)
        guard result > 0 else { return false }
        let vector = unsafe tightlip_pcre2_ovector(data)
        if unsafe vector[0] == vector[1] { return true }
      }
      return false
    }
  }
}
