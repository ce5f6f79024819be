internal import CTightlipPCRE2

extension CompiledPattern {
  /// Whether looking for the first match in a text takes more than so many steps.
  ///
  /// Counted by PCRE2's interpreter, where a step is a place to which it may have to come back: the same
  /// on every machine, unlike a time. The JIT compiler's code does the same steps, only faster.
  package func takesMoreSteps(than limit: Int, in text: [UInt8]) -> Bool {
    // SAFETY: match data and context are created and freed here; the subject lives through the call, and the
    // vector has as many pairs as were asked for.
    guard let data = unsafe tightlip_pcre2_match_data_create(UInt32(Self.mostCaptures + 1)),
      let context = unsafe tightlip_pcre2_match_context_create(UInt32(clamping: limit), UInt32.max, UInt32.max),
      let code = unsafe try? code()
    else { return true }
    defer {
      unsafe tightlip_pcre2_match_data_free(data)
      unsafe tightlip_pcre2_match_context_free(context)
    }
    let result = unsafe text.withUnsafeBufferPointer { buffer in
      unsafe tightlip_pcre2_match(code, buffer.baseAddress, buffer.count, 0, UInt32(PCRE2_NO_JIT), data, context)
    }
    return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT || result == PCRE2_ERROR_HEAPLIMIT
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
