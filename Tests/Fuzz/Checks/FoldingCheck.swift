import TightlipNormalization

enum FoldingCheck {
  private static let normalizer = try! Normalizer()

  static func problem(_ input: inout FuzzInput) -> String? {
    let bytes = input.rest()
    var text = NormalizedText()
    do throws(NormalizationError) {
      try normalizer.normalize(bytes.span, into: &text)
    } catch {
      return bytes.isUTF8 ? "UTF-8 is refused" : text.folded.isEmpty ? nil : "an error leaves a text"
    }
    guard bytes.isUTF8 else { return "what is no UTF-8 is folded" }
    guard text.folded.isUTF8, text.upper.count == text.folded.count else { return "the folded text is no text" }
    if let problem = mapProblem(text, bytes) { return problem }
    var twice = NormalizedText()
    do throws(NormalizationError) {
      try normalizer.normalize(text.folded.span, into: &twice)
    } catch {
      return "folded text cannot be folded"
    }
    if twice.folded != text.folded { return "folding twice differs" }
    return readingProblem(bytes)
  }

  private static func mapProblem(_ text: NormalizedText, _ bytes: [UInt8]) -> String? {
    if text.isIdentity {
      guard text.folded.count == bytes.count, text.starts.isEmpty, text.ends.isEmpty else { return "identity, and none" }
    } else {
      guard text.starts.count == text.folded.count, text.ends.count == text.folded.count else { return "the map has holes" }
    }
    var last = 0..<0
    for index in text.folded.indices {
      let range = text.originalRange(index..<index + 1)
      guard !range.isEmpty, range.upperBound <= bytes.count, bytes.isCodePointEdge(range.lowerBound),
        bytes.isCodePointEdge(range.upperBound)
      else { return "a place cuts a code point or lies outside" }
      guard range.lowerBound >= last.lowerBound, range.upperBound >= last.upperBound else { return "places go backwards" }
      if range.lowerBound > last.upperBound { return "a byte of the original belongs to nothing" }
      last = range
      if !text.foldedRange(ofOriginal: range).contains(index) { return "the way back leads elsewhere" }
    }
    guard text.folded.isEmpty || last.upperBound == bytes.count else { return "the end belongs to nothing" }
    let all = text.originalRange(0..<text.folded.count)
    return text.folded.isEmpty || all == 0..<bytes.count ? nil : "the whole is not the whole"
  }

  /// The readings of disguised text: each is text, and each of its bytes stands somewhere.
  private static func readingProblem(_ bytes: [UInt8]) -> String? {
    var reading = RereadText()
    var spare = RereadText()
    var scratch = UnmaskScratch()
    var normalized = NormalizedText()
    var decoder = EncodedTextReader()
    reading.load(bytes.span)
    for _ in 0..<3 {
      normalizer.unmask(reading, into: &spare, scratch: &scratch)
      if let problem = placesProblem(spare, bytes, "unmasked") { return problem }
      normalizer.fold(spare, into: &reading, scratch: &normalized)
      if let problem = placesProblem(reading, bytes, "folded again") { return problem }
      decoder.reset()
      let isDecoded = decoder.decode(reading, into: &spare)
      if let problem = placesProblem(spare, bytes, "decoded") { return problem }
      for place in decoder.places where place.isEmpty || place.upperBound > bytes.count {
        return "a code stands outside the text"
      }
      guard isDecoded else { return nil }
      swap(&reading, &spare)
    }
    return nil
  }

  private static func placesProblem(_ reading: RereadText, _ bytes: [UInt8], _ name: String) -> String? {
    guard reading.bytes.isUTF8 else { return "\(name): no UTF-8" }
    guard reading.starts.count == reading.count, reading.ends.count == reading.count, reading.marks.count == reading.count
    else { return "\(name): holes in the map" }
    for index in reading.bytes.indices {
      guard reading.starts[index] < reading.ends[index], Int(reading.ends[index]) <= bytes.count else {
        return "\(name): a byte stands nowhere"
      }
    }
    return nil
  }
}
