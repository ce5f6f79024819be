import TightlipCore
import TightlipLexicon
import TightlipRecognition

/// Health terms by what is left of them when letters are doubled or vowels dropped.
struct DisguisedTerms: Sendable {
  private let collapsed: HashTable
  private let skeletons: HashTable
  /// The terms, and where each begins and the last one ends.
  private let bytes: Table<UInt8>
  private let starts: Table<UInt32>

  /// Shorter terms look like too many everyday words.
  private static let shortestTerm = 6
  private static let shortestSkeleton = 5

  /// - Complexity: linear in the terms of the lexicon.
  init(_ lexicon: Lexicon) {
    var collapsed = GrowingTable(capacity: 1 << 14)
    var skeletons = GrowingTable(capacity: 1 << 14)
    var bytes: [UInt8] = []
    var starts: [UInt32] = []
    let health = TermClass.diagnosis.bit | TermClass.medication.bit
    for word in lexicon.words where word.classes & health & ~word.weakClasses != 0 && word.commonness < 60 {
      for number in Int(word.firstMeaning)..<Int(word.firstMeaning) + Int(word.meaningCount) {
        let meaning = lexicon.meanings[number]
        guard meaning.termClass.bit & health & ~word.weakClasses != 0 else { continue }
        let spelling = lexicon.spelling(ofTerm: meaning.term)
        guard spelling.count >= Self.shortestTerm, spelling.allSatisfy({ $0 &- UInt8(ascii: "a") < 26 }) else { continue }
        let id = Int32(starts.count)
        starts.append(UInt32(bytes.count))
        bytes += spelling
        let short = Self.collapse(spelling)
        if collapsed.find(Self.hash(short)) < 0 { collapsed.set(Self.hash(short), id) }
        let bones = Self.skeleton(short)
        if bones.count >= Self.shortestSkeleton, skeletons.find(Self.hash(bones)) < 0 {
          skeletons.set(Self.hash(bones), id)
        }
        break
      }
    }
    starts.append(UInt32(bytes.count))
    self.collapsed = HashTable(collapsed)
    self.skeletons = HashTable(skeletons)
    self.bytes = Table(bytes)
    self.starts = Table(starts)
  }

  /// The terms in an image.
  init(reading image: ImageReader) throws(ImageError) {
    collapsed = try HashTable("disguised.collapsed", reading: image)
    skeletons = try HashTable("disguised.skeletons", reading: image)
    bytes = try image.table("disguised.bytes")
    starts = try image.table("disguised.starts")
  }

  func encode(into image: inout ImageWriter) {
    collapsed.encode("disguised.collapsed", into: &image)
    skeletons.encode("disguised.skeletons", into: &image)
    image.add("disguised.bytes", bytes)
    image.add("disguised.starts", starts)
  }

  private func spelling(_ number: Int32) -> [UInt8] {
    Array(bytes[Int(starts[Int(number)])..<Int(starts[Int(number) + 1])])
  }

  /// Whether ``term(for:)`` may find a term; no is certain. Allocates nothing.
  func mayBeForm(_ word: Span<UInt8>) -> Bool {
    guard word.count >= Self.shortestSkeleton, word.count <= 64 else { return false }
    var short = WordHash()
    var bones = WordHash()
    var last: UInt8 = 0
    var lastBone: UInt8 = 0
    var length = 0
    var boneCount = 0
    for index in word.indices {
      let byte = word[index]
      guard byte != last else { continue }
      last = byte
      length += 1
      short.add(byte)
      let isVowel =
        byte == UInt8(ascii: "a") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "i") || byte == UInt8(ascii: "o")
        || byte == UInt8(ascii: "u")
      if isVowel && index > 0 || !isVowel && byte == lastBone { continue }
      lastBone = byte
      boneCount += 1
      bones.add(byte)
    }
    if length < word.count, collapsed.find(short.mixed) >= 0 { return true }
    return boneCount >= Self.shortestSkeleton && skeletons.find(bones.mixed) >= 0
  }

  /// The term of which a word is a form with letters doubled or vowels dropped, folded; or nil.
  func term(for word: [UInt8]) -> [UInt8]? {
    guard word.count >= Self.shortestSkeleton, word.count <= 64 else { return nil }
    let short = Self.collapse(word)
    let repeated = word.count - short.count
    let same = collapsed.find(Self.hash(short))
    if same >= 0, repeated > 0 {
      let spelling = spelling(same)
      if word != spelling { return spelling }
    }
    let bones = Self.skeleton(short)
    guard bones.count >= Self.shortestSkeleton else { return nil }
    let found = skeletons.find(Self.hash(bones))
    guard found >= 0 else { return nil }
    let spelling = spelling(found)
    return short.count < spelling.count && Self.isPart(short, of: spelling) ? spelling : nil
  }

  /// With every run of one letter written once.
  static func collapse(_ word: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in word where result.last != byte { result.append(byte) }
    return result
  }

  /// The first letter and all that are no vowels.
  private static func skeleton(_ word: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (index, byte) in word.enumerated() {
      switch byte {
      case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"):
        if index == 0 { result.append(byte) }
      default: if result.last != byte { result.append(byte) }
      }
    }
    return result
  }

  /// Whether the letters of a word stand in another in the same order.
  private static func isPart(_ word: [UInt8], of other: [UInt8]) -> Bool {
    var index = 0
    for byte in other where index < word.count && word[index] == byte { index += 1 }
    return index == word.count
  }

  private static func hash(_ word: [UInt8]) -> UInt64 {
    var hash = WordHash()
    for byte in word { hash.add(byte) }
    return hash.mixed
  }
}
