internal import Foundation
import Tightlip
import TightlipCore
import TightlipTagger

/// Varies texts so that the tagger learns how messages are written, not which names they hold:
/// other names, places, drugs and numbers in place of the annotated ones, listed, seen elsewhere or
/// made up; without capitals or in capitals only; without punctuation; with typing errors.
struct Augmenter {
  private var pools: [EntityType: [String]] = [:]
  private let givenNames: [String]
  private let surnames: [String]
  private let cities: [String]
  private let medications: [String]
  private let diagnoses: [String]
  private let procedures: [String]

  init(_ texts: [LearningText], lists: Filter) {
    func terms(_ kind: TermClass) -> [String] {
      lists.terms(of: kind).map { String(decoding: $0, as: UTF8.self) }
        .filter { $0.utf8.count >= 3 && $0.utf8.count <= 28 }
    }
    givenNames = terms(.givenName)
    surnames = terms(.surname)
    cities = terms(.city)
    medications = terms(.medication)
    diagnoses = terms(.diagnosis)
    procedures = terms(.procedure)
    var seen: Set<String> = []
    for text in texts {
      for piece in text.pieces where piece.types.count == 1 && piece.text.utf8.count <= 60 {
        if seen.insert(piece.types[0].name + piece.text).inserted {
          pools[piece.types[0], default: []].append(piece.text)
        }
      }
    }
  }

  /// What may stand around a bare address.
  private static let carriers: [(String, String)] = [
    ("my address is ", ""), ("I live at ", " now"), ("send it to ", " please"),
    ("Our new office is at ", "."), ("new address: ", ""), ("we moved to ", ""),
    ("Please mail the forms to ", ". Thank you!"), ("pick up at ", ", 2nd entrance"),
    ("Confirming your address: ", ". Is that right?"), ("", ""), ("", ""),
  ]

  func vary(_ text: LearningText, _ random: inout SeededRandom) -> LearningText {
    var text = text
    if text.corpus.hasPrefix("usaddress") {
      let carrier = random.pick(Self.carriers)
      text.pieces.insert(TextPiece(text: carrier.0), at: 0)
      text.pieces.append(TextPiece(text: carrier.1))
    }
    for index in text.pieces.indices where text.pieces[index].types.count == 1 {
      if let other = substitute(text.pieces[index], &random) { text.pieces[index].text = other }
    }
    let style = random.below(100)
    switch style {
    case 0..<18: change(&text) { $0.lowercased() }
    case 18..<21: change(&text) { $0.uppercased() }
    case 21..<23: change(&text) { Self.capitalized($0) }
    case 23..<27:
      for index in text.pieces.indices where text.pieces[index].labels != 0 {
        text.pieces[index].text = text.pieces[index].text.lowercased()
      }
    default: break
    }
    if random.chance(style < 18 ? 40 : 6) { dropPunctuation(&text) }
    if random.chance(10) { addTypo(&text, &random) }
    return text
  }

  private func change(_ text: inout LearningText, _ body: (String) -> String) {
    for index in text.pieces.indices { text.pieces[index].text = body(text.pieces[index].text) }
  }

  private func dropPunctuation(_ text: inout LearningText) {
    for index in text.pieces.indices where text.pieces[index].labels == 0 {
      text.pieces[index].text.removeAll { ",.!?;'".contains($0) }
    }
  }

  private func addTypo(_ text: inout LearningText, _ random: inout SeededRandom) {
    let index = random.below(text.pieces.count)
    let piece = text.pieces[index]
    let isHealth = piece.types.first.map { $0.entityClass == .health } ?? false
    guard piece.labels == 0 || isHealth else { return }
    var letters = Array(piece.text)
    guard letters.count >= 8 else { return }
    let place = 1 + random.below(letters.count - 2)
    guard letters[place].isLetter, letters[place - 1].isLetter else { return }
    switch random.below(3) {
    case 0: letters.remove(at: place)
    case 1: letters.swapAt(place, place - 1)
    default: letters.insert(letters[place], at: place)
    }
    text.pieces[index].text = String(letters)
  }

  // MARK: other names, places, numbers

  private func substitute(_ piece: TextPiece, _ random: inout SeededRandom) -> String? {
    let type = piece.types[0]
    let isLower = piece.text == piece.text.lowercased()
    func written(_ text: String) -> String { isLower ? text : Self.capitalized(text) }
    func other(_ percent: Int, _ list: [String]) -> String? {
      guard random.chance(percent) else { return nil }
      if random.chance(60), let pool = pools[type] { return random.pick(pool) }
      return list.isEmpty ? nil : random.pick(list)
    }
    switch type {
    case .person:
      guard random.chance(45), !givenNames.isEmpty, !surnames.isEmpty else { return nil }
      if random.chance(30), let pool = pools[type] { return random.pick(pool) }
      return written(person(words: piece.text.split(separator: " ").count, &random))
    case .location:
      guard random.chance(30), !piece.text.contains(","), !cities.isEmpty else { return nil }
      if random.chance(40), let pool = pools[type] { return random.pick(pool) }
      return written(random.chance(15) ? invented(from: cities, &random) : random.pick(cities))
    case .organization, .streetAddress:
      guard random.chance(25), let pool = pools[type] else { return nil }
      return type == .streetAddress ? Self.otherNumbers(random.pick(pool), &random) : random.pick(pool)
    case .medication:
      guard random.chance(35), !medications.isEmpty else { return nil }
      let term = random.chance(15) ? invented(from: medications, &random) : random.pick(medications)
      return random.chance(40) && !isLower ? Self.capitalized(term) : term
    case .diagnosis: return other(15, diagnoses)
    case .procedure: return other(15, procedures)
    case .medicalRecordNumber, .healthPlanID, .accountNumber, .otherID, .deviceID, .biometricID:
      guard random.chance(60) else { return nil }
      if random.chance(30) {
        let kinds: [EntityType] = [.medicalRecordNumber, .healthPlanID, .accountNumber, .otherID]
        if let pool = pools[random.pick(kinds)] { return Self.otherNumbers(random.pick(pool), &random) }
      }
      return Self.otherNumbers(piece.text, &random)
    default: return nil
    }
  }

  private func person(words: Int, _ random: inout SeededRandom) -> String {
    func given(_ random: inout SeededRandom) -> String {
      random.chance(20) ? invented(from: givenNames, &random) : random.pick(givenNames)
    }
    func surname(_ random: inout SeededRandom) -> String {
      random.chance(20) ? invented(from: surnames, &random) : random.pick(surnames)
    }
    if words <= 1 { return random.chance(75) ? given(&random) : surname(&random) }
    let first = given(&random)
    switch random.below(20) {
    case 0: return "\(first) \(surname(&random).prefix(1))"
    case 1: return "\(first) \(surname(&random).prefix(1))."
    case 2: return "\(first.prefix(1)). \(surname(&random))"
    case 3: return "\(first) \(surname(&random).prefix(1)). \(surname(&random))"
    case 4: return "\(first) \(surname(&random))-\(surname(&random))"
    case 5: return "\(first) \(given(&random)) \(surname(&random))"
    case 6: return "\(first) de la \(surname(&random))"
    default: return "\(first) \(surname(&random))"
    }
  }

  /// The head of one word with the tail of another.
  private func invented(from words: [String], _ random: inout SeededRandom) -> String {
    let head = random.pick(words)
    let tail = random.pick(words)
    return String(head.prefix((head.count + 1) / 2) + tail.suffix((tail.count + 1) / 2))
  }

  /// Every digit another digit, and some capitals beside digits other capitals.
  private static func otherNumbers(_ text: String, _ random: inout SeededRandom) -> String {
    let isCode = !text.contains(" ") && text.contains(where: \.isNumber)
    var result = ""
    for character in text {
      if character.isASCII, character.isNumber {
        result.append(String(random.below(10)))
      } else if isCode, character.isASCII, character.isUppercase, random.chance(30) {
        result.append(Character(UnicodeScalar(UInt8(65 + random.below(26)))))
      } else {
        result.append(character)
      }
    }
    return result
  }

  private static func capitalized(_ text: String) -> String {
    var result = ""
    var isStart = true
    for character in text {
      result += isStart ? character.uppercased() : String(character)
      isStart = !character.isLetter && character != "'"
    }
    return result
  }
}
