package import TightlipCore

/// Takes findings out of a text.
///
/// What each operator leaves:
///
/// - `tag`: `[NAME]`, with the label of ``EntityType/redactionLabel``.
/// - `mask`: a `*` for every letter, digit or symbol, and the separators: `***-**-****`. Combining
///   marks and invisible characters vanish. The length of the value shows.
/// - `fixed`: the text of the policy. One with a line break, a control character or a character
///   outside the GSM 7-bit alphabet is not used: the tag stands instead.
/// - `hash`: `[NAME:1f0c9a2b]`, the first 32 bits of the keyed hash. Two given values of a type
///   share them once in 2³²; among *n* values the odds of any such pair are about *n*²/2³³: one in
///   a hundred at 9,300 values, evens at 77,000. Enough to follow a value through a day's
///   messages, too few to serve as a key. Without a hash, the tag stands instead.
/// - `generalize`: a year, three digits of a ZIP code, or `90+`; see ``Generalization``. Else the
///   tag.
/// - `partial`: the last four letters or digits, the rest masked. Of fewer than eight, all are
///   masked, so that at least half is always hidden.
///
/// Whatever is written in place of a value is in the GSM 7-bit alphabet or was in the message
/// before, so a message in that alphabet stays in it, and its segments never shrink to 70
/// characters. `mask` and `partial` add no septets, and `generalize` to a number at most one. A tag
/// or a fixed text longer than its value can push a message that was almost full into another
/// segment (the two brackets take four septets); the operator is the policy's choice and is not
/// overruled for that. ``GSM7/segments(of:)`` tells before and after.
package struct Redactor: Sendable {
  private let keyedHash: (any KeyedHash)?
  private let generalization: Generalization

  /// A redactor.
  ///
  /// - Parameters:
  ///   - keyedHash: What `hash` uses. If nil, `hash` writes the tag; loading a policy warns of it.
  ///   - currentYear: The year it is, for birth years that tell an age above 89. If nil, every
  ///     birth year that may do so up to the year 2040 is withheld.
  package init(keyedHash: (any KeyedHash)?, currentYear: Int? = nil) {
    self.keyedHash = keyedHash
    generalization = Generalization(currentYear: currentYear)
  }

  /// Writes `text` with each listed finding replaced.
  ///
  /// Findings that are not listed stay, and so does all other text, byte for byte. Ranges should
  /// lie on code point boundaries; one that does not is widened, so that no sequence is cut. An
  /// empty range takes out nothing and writes nothing.
  ///
  /// Items must come in the order of the text and not overlap. Where they do not, no text is left
  /// in for it: overlapping items become one tag over all they cover, named after the first, and
  /// for a range beyond the end, which cannot belong to this text, the whole text becomes one tag.
  ///
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - findings: What was found in it.
  ///   - items: What to take out. Each index must be one of `findings`, or the call traps.
  ///   - output: Emptied first, keeping its storage.
  /// - Complexity: O(*n*); allocates only to grow `output`, or to put disorderly items in order.
  package func redact(
    _ text: Span<UInt8>, findings: [Finding], items: [RedactionItem], into output: inout [UInt8]
  ) {
    output.removeAll(keepingCapacity: true)
    var position = 0
    for item in items {
      let finding = findings[item.finding]
      let range = text.codePoints(covering: finding.range)
      guard position <= range.start, finding.range.end <= text.count else {
        redactDisorderly(text, findings: findings, items: items, into: &output)
        return
      }
      output.append(text, from: position, to: range.start)
      write(text, range, entity: finding.entity, operator: item.operator, to: &output)
      position = range.end
    }
    output.append(text, from: position, to: text.count)
  }

  /// The slow way for items that are out of order, overlap or miss the text: a fault elsewhere,
  /// and no reason to let anything out.
  @inline(never)
  private func redactDisorderly(
    _ text: Span<UInt8>, findings: [Finding], items: [RedactionItem], into output: inout [UInt8]
  ) {
    output.removeAll(keepingCapacity: true)
    var parts: [(range: ByteRange, entity: EntityType, operator: RedactionOperator)] = []
    for item in items {
      let finding = findings[item.finding]
      guard finding.range.end <= text.count else {
        Self.writeTag(of: finding.entity, to: &output)
        return
      }
      parts.append((text.codePoints(covering: finding.range), finding.entity, item.operator))
    }
    parts.sort { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }
    var position = 0
    var index = 0
    while index < parts.count {
      var part = parts[index]
      index += 1
      while index < parts.count, parts[index].range.start < part.range.end {
        part.range.end = max(part.range.end, parts[index].range.end)
        part.operator = .tag
        index += 1
      }
      output.append(text, from: position, to: part.range.start)
      write(text, part.range, entity: part.entity, operator: part.operator, to: &output)
      position = part.range.end
    }
    output.append(text, from: position, to: text.count)
  }

  /// Writes what stands for one value.
  private func write(
    _ text: Span<UInt8>, _ range: ByteRange, entity: EntityType, operator: RedactionOperator,
    to output: inout [UInt8]
  ) {
    guard range.count > 0 else { return }
    switch `operator` {
    case .tag:
      Self.writeTag(of: entity, to: &output)
    case .mask:
      Self.writeMask(of: text, range, keepingLast: 0, to: &output)
    case .partial:
      let count = Self.countLettersAndDigits(of: text, range)
      Self.writeMask(
        of: text, range, keepingLast: count < 8 ? 0 : 4, of: count, to: &output)
    case .fixed(let replacement):
      if Self.isUsable(replacement) {
        output.append(contentsOf: replacement.utf8)
      } else {
        Self.writeTag(of: entity, to: &output)
      }
    case .hash:
      writeHash(of: text, range, entity: entity, to: &output)
    case .generalize:
      if !generalization.write(text, range, entity: entity, to: &output) {
        Self.writeTag(of: entity, to: &output)
      }
    }
  }

  private static func writeTag(of entity: EntityType, to output: inout [UInt8]) {
    TagTable.appendOpening(of: entity, to: &output)
    output.append(UInt8(ascii: "]"))
  }

  private func writeHash(
    of text: Span<UInt8>, _ range: ByteRange, entity: EntityType, to output: inout [UInt8]
  ) {
    TagTable.appendOpening(of: entity, to: &output)
    if let keyedHash {
      let digest = keyedHash.digest(of: text.extracting(range.start..<range.end), entity: entity)
      output.append(UInt8(ascii: ":"))
      for shift in stride(from: UInt64(60), through: 32, by: -4) {
        let digit = UInt8(truncatingIfNeeded: digest &>> shift & 15)
        output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
    output.append(UInt8(ascii: "]"))
  }

  /// Whether a fixed text may stand in a line of SMS.
  private static func isUsable(_ replacement: String) -> Bool {
    replacement.unicodeScalars.allSatisfy { $0.value >= 0x20 && GSM7.septets(of: $0) > 0 }
  }

  private static func countLettersAndDigits(of text: Span<UInt8>, _ range: ByteRange) -> Int {
    var count = 0
    var offset = range.start
    while offset < range.end {
      let point = CodePoint(in: text, at: offset, end: range.end)
      if point.kind == .letterOrDigit { count += 1 }
      offset += point.utf8Count
    }
    return count
  }

  /// Writes a value masked but for the last `kept` of its `total` letters and digits.
  private static func writeMask(
    of text: Span<UInt8>, _ range: ByteRange, keepingLast kept: Int, of total: Int = 0,
    to output: inout [UInt8]
  ) {
    var hidden = kept == 0 ? Int.max : total - kept
    var offset = range.start
    while offset < range.end {
      let point = CodePoint(in: text, at: offset, end: range.end)
      switch point.kind {
      case .letterOrDigit where hidden <= 0, .separator:
        output.append(text, from: offset, to: offset + point.utf8Count)
      case .letterOrDigit:
        hidden -= 1
        output.append(UInt8(ascii: "*"))
      case .symbol:
        output.append(UInt8(ascii: "*"))
      case .mark:
        break
      }
      offset += point.utf8Count
    }
  }
}

extension Span<UInt8> {
  /// The range widened to whole code points; an empty range stays as it is.
  fileprivate func codePoints(covering range: ByteRange) -> ByteRange {
    guard range.count > 0, range.end <= count else { return range }
    var whole = range
    while whole.start > 0, self[whole.start] & 0xC0 == 0x80 { whole.start -= 1 }
    while whole.end < count, self[whole.end] & 0xC0 == 0x80 { whole.end += 1 }
    return whole
  }
}

extension [UInt8] {
  /// Appends the bytes from `start` up to, and not including, `end`, in one copy.
  fileprivate mutating func append(_ text: Span<UInt8>, from start: Int, to end: Int) {
    guard start < end else { return }
    // SAFETY: the buffer is the span's own memory, read before the closure returns.
    unsafe text.extracting(start..<end).withUnsafeBufferPointer { bytes in
      unsafe append(contentsOf: bytes)
    }
  }
}
