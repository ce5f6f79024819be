import TightlipLexicon
import TightlipNormalization
import TightlipRecognition

/// Reads a suspicious text again: as what it says once disguises are taken off.
///
/// A text can be read in several ways ("1 0" is ten, or one and zero), so there are several readings,
/// each a text of its own with a map to the original. The text as it stands is always judged too.
struct Rereader: Sendable {
  /// The ways to read, in the order in which they are made, each from an earlier one.
  enum Reading: Int, CaseIterable, Sendable {
    /// Hidden characters shown, codes undone.
    case unwrapped
    /// What is written letter by letter joined, and lines joined.
    case joined
    /// Signs that stand for letters read as letters; ciphers and misspellings of listed terms undone.
    case respelled
    /// Numbers joined and grouped as is usual.
    case numbers
    /// Words and numbers read backwards.
    case backwards
  }

  private(set) var readings: [RereadText] = Array(repeating: RereadText(), count: Reading.allCases.count)
  /// Whether a reading differs from those before it.
  private(set) var isNew: [Bool] = Array(repeating: false, count: Reading.allCases.count)
  /// Where something is written in a code or spelt out in words for characters, in the original.
  private(set) var unreadablePlaces: [Range<Int>] = []

  private var decoder = EncodedTextReader()
  private var spare = RereadText()
  private var previous: [UInt8] = []
  private var normalized = NormalizedText()
  private var unmaskScratch = UnmaskScratch()
  private var words = WordReader()

  /// Codes within codes, up to so many layers.
  private static let mostLayers = 4

  init() {}

  subscript(reading: Reading) -> RereadText { readings[reading.rawValue] }

  /// Makes all readings of a text.
  ///
  /// - Complexity: linear in the text.
  mutating func read(
    _ text: Span<UInt8>, normalizer: Normalizer, lexicon: Lexicon, terms: DisguisedTerms
  ) {
    decoder.reset()
    for index in isNew.indices { isNew[index] = false }
    unwrap(text, normalizer)
    words.join(readings[Reading.unwrapped.rawValue], into: &readings[Reading.joined.rawValue], lexicon)
    unreadablePlaces.removeAll(keepingCapacity: true)
    unreadablePlaces.append(contentsOf: decoder.places)
    unreadablePlaces.append(contentsOf: words.spelledPlaces)
    words.findUnits(readings[Reading.joined.rawValue])
    words.respell(
      readings[Reading.joined.rawValue], into: &readings[Reading.respelled.rawValue], lexicon, terms)
    words.regroup(readings[Reading.joined.rawValue], into: &readings[Reading.numbers.rawValue], lexicon)
    words.turn(readings[Reading.joined.rawValue], into: &readings[Reading.backwards.rawValue], lexicon)
    isNew[Reading.unwrapped.rawValue] = !self[.unwrapped].allMarks.isEmpty
    for (later, earlier) in [
      (Reading.joined, Reading.unwrapped), (.respelled, .joined), (.numbers, .joined), (.backwards, .joined),
    ] {
      isNew[later.rawValue] = self[later].bytes != self[earlier].bytes
    }
  }

  /// Whether a part of a text, read by itself, says something else than it seems to.
  mutating func saysMore(
    _ part: Span<UInt8>, normalizer: Normalizer, lexicon: Lexicon, terms: DisguisedTerms
  ) -> Bool {
    read(part, normalizer: normalizer, lexicon: lexicon, terms: terms)
    return isNew.contains(true) || !unreadablePlaces.isEmpty
  }

  private mutating func unwrap(_ text: Span<UInt8>, _ normalizer: Normalizer) {
    let target = Reading.unwrapped.rawValue
    readings[target].load(text)
    // What is all ASCII without controls has nothing to unmask or to fold.
    if !Self.hasControls(text), readings[target].bytes.allSatisfy({ $0 < 0x80 }), !decoder.decode(readings[target], into: &spare) { return }
    decoder.reset()
    for layer in 0..<Self.mostLayers {
      previous.removeAll(keepingCapacity: true)
      previous.append(contentsOf: readings[target].bytes)
      normalizer.unmask(readings[target], into: &spare, scratch: &unmaskScratch)
      normalizer.fold(spare, into: &readings[target], scratch: &normalized)
      let isDecoded = decoder.decode(readings[target], into: &spare)
      let hasCodes = isDecoded && spare.bytes != readings[target].bytes
      // Letters that resemble others are known for it by their neighbours, so what is not yet all
      // ASCII is looked at again.
      let isDone =
        !hasCodes
        && (readings[target].bytes == previous || layer > 0 || readings[target].bytes.allSatisfy { $0 < 0x80 })
      if isDecoded { swap(&spare, &readings[target]) }
      if isDone { return }
    }
    // The last layer's yield may still be unfolded.
    normalizer.fold(readings[target], into: &spare, scratch: &normalized)
    swap(&spare, &readings[target])
  }

  /// Whether a text has a control character of ASCII, but for tab and line ends.
  static func hasControls(_ text: Span<UInt8>) -> Bool {
    // Straight over the bytes, so that the compiler vectorizes it.
    var controls: UInt8 = 0
    for index in text.indices {
      let byte = text[index]
      controls |= byte < 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09 || byte == 0x7F ? 1 : 0
    }
    return controls != 0
  }
}
