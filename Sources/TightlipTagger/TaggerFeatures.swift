internal import TightlipCore

/// The features of a word: each a number of a row in the table of weights.
///
/// Weights and features belong together: a change here asks for new weights and a new
/// ``TaggerWeights/formatVersion``.
package enum TaggerFeatures {
  /// How many there are for each word. Of the 48 there were, 12 were given up: without them dev leaked 22.5
  /// instead of 22.4 percent, and a word costs a quarter less (2026-11-23). Pairs of words went last: they learned
  /// the training messages by heart. Without them the loss on dev fell from 0.1460 to 0.1449.
  package static let count = 34

  /// The row of a feature's value. Numbers stay what they are when features are put in another order, or
  /// weights would be lost.
  @inline(__always)
  private static func row(_ number: UInt64, _ value: UInt64, _ shift: UInt64) -> Int {
    var hash = (value ^ number &* 0xa24b_aed4_963e_e407) &* 0x9fb2_1c65_1e98_df25
    hash ^= hash >> 35
    return Int(truncatingIfNeeded: (hash &* 0xd6e8_feb8_6659_fd93) &>> shift)
  }

  /// Calls `body` with the row of each feature that asks for the labels before.
  ///
  /// - Parameters:
  ///   - words: the facts of all words, edges counted.
  ///   - place: the word.
  ///   - previous: the label of the word before.
  ///   - second: the label of the word before that.
  ///   - shift: 64 less the number of bits of a row number.
  @inline(__always)
  static func forEachLabelled(
    _ words: Span<TokenFacts>, at place: Int, previous: TaggerLabel, second: TaggerLabel, shift: UInt64,
    _ body: (Int) -> Void
  ) {
    let here = words[place]
    let after = words[place + 1]
    let label = UInt64(previous.rawValue)
    let label2 = UInt64(second.rawValue)
    let shape = UInt64(here.shape)
    let name = UInt64(here.name)
    @inline(__always) func emit(_ number: UInt64, _ value: UInt64) { body(row(number, value, shift)) }
    emit(8, label << 8 | label2)
    emit(9, label << 32 | UInt64(here.rule) << 8 | name)
    emit(10, label << 32 | UInt64(here.word))
    emit(11, label << 32 | shape << 16 | UInt64(here.gap.rawValue) << 8 | name)
    emit(12, label << 32 | UInt64(after.cuesBeginning))
    emit(34, label << 32 | UInt64(here.wordClass))
  }

  /// Calls `body` with the row of each of the other features.
  @inline(__always)
  static func forEachOwn(
    _ words: Span<TokenFacts>, messageCase: MessageCase, at place: Int, shift: UInt64, _ body: (Int) -> Void
  ) {
    let here = words[place]
    let before = words[place - 1]
    let before2 = words[place - 2]
    let after = words[place + 1]
    let after2 = words[place + 2]
    let shape = UInt64(here.shape)
    let name = UInt64(here.name)
    let common = UInt64(here.common)
    let word = UInt64(here.word)
    let rule = UInt64(here.rule)
    let gap = UInt64(here.gap.rawValue)
    let gapAfter = UInt64(after.gap.rawValue)
    let kind = UInt64(here.wordClass)
    @inline(__always) func emit(_ number: UInt64, _ value: UInt64) { body(row(number, value, shift)) }
    // The word itself: what lists and rules say of it, the cue before it.
    emit(1, word)
    emit(6, UInt64(here.suffix) << 8 | common)
    emit(7, UInt64(here.prefix))
    emit(14, rule << 8 | shape)
    emit(16, UInt64(before.cuesEnding) << 16 | shape << 8 | name)
    emit(19, name << 16 | shape << 8 | common)
    emit(22, UInt64(here.health) << 16 | shape << 8 | common)
    emit(24, UInt64(here.place) << 16 | shape << 8 | common)
    emit(31, kind)
    emit(42, UInt64(here.ahead) << 16 | shape)
    // Its neighbours.
    emit(2, UInt64(before.word))
    emit(3, UInt64(after.word))
    emit(4, UInt64(before2.word))
    emit(5, UInt64(after2.word))
    // Rules and cues.
    emit(15, UInt64(before.rule) << 32 | rule << 16 | UInt64(after.rule))
    emit(18, UInt64(after.cuesBeginning) << 16 | shape << 8 | name)
    // Lists.
    emit(20, UInt64(before.name) << 16 | name << 8 | shape)
    emit(21, UInt64(after.name) << 16 | name << 8 | shape)
    emit(23, UInt64(before.health) << 32 | UInt64(here.health) << 16 | UInt64(after.health))
    emit(25, UInt64(before.place) << 16 | UInt64(here.place) << 8 | UInt64(after.place))
    // Shapes, and the message as a whole.
    emit(27, UInt64(before.shape) << 32 | shape << 24 | UInt64(after.shape) << 16 | gap << 8 | gapAfter)
    emit(29, UInt64(messageCase.rawValue) << 16 | shape << 8 | name)
    // Classes of words that are used alike, and their groups.
    let group = UInt64(here.group)
    let groupBefore = UInt64(before.group)
    let groupAfter = UInt64(after.group)
    emit(32, UInt64(before.wordClass))
    emit(37, groupBefore << 16 | group << 8 | groupAfter)
    emit(38, UInt64(before.word) << 16 | kind)
    emit(39, UInt64(after.word) << 16 | kind)
    // The rest of the sentence.
    emit(45, UInt64(here.ahead & 31) << 32 | word)
    emit(47, UInt64(here.ahead) << 32 | group)
  }

  /// Writes the row of each feature to `rows`, emptied first; for learning.
  package static func collect(
    _ facts: borrowing TaggerFacts, at place: Int, previous: TaggerLabel, second: TaggerLabel,
    shift: UInt64, into rows: inout [Int32]
  ) {
    rows.removeAll(keepingCapacity: true)
    forEachOwn(facts.words.span, messageCase: facts.messageCase, at: place, shift: shift) { row in
      rows.append(Int32(truncatingIfNeeded: row))
    }
    forEachLabelled(facts.words.span, at: place, previous: previous, second: second, shift: shift) { row in
      rows.append(Int32(truncatingIfNeeded: row))
    }
  }
}
