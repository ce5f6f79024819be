import TightlipCore
import TightlipPatterns
import TightlipRules

extension Import {
  /// Presidio's recognizers in YAML: patterns with their context, and deny lists.
  mutating func readPresidio(_ file: String, _ bytes: [UInt8]) throws(RulesError) {
    let recognizers = try ForeignYAML.recognizers(file: file, bytes: bytes)
    for recognizer in recognizers { read(recognizer) }
    if patternCount > 0 {
      remarks.append("the examples of imported rules were made from their patterns; put messages of your own in their place")
    }
  }

  private static let theirs: [String: String] = [
    "ZIP": "ZIP_CODE", "ZIPCODE": "ZIP_CODE", "US_ZIP_CODE": "ZIP_CODE", "SSN": "US_SSN", "MEDICAL_RECORD": "MEDICAL_RECORD_NUMBER",
    "MRN": "MEDICAL_RECORD_NUMBER", "NRP": "OTHER_ID", "ORG": "ORGANIZATION", "IBAN": "IBAN_CODE", "DATE": "DATE_TIME",
    "ADDRESS": "STREET_ADDRESS", "PHONE": "PHONE_NUMBER", "EMAIL": "EMAIL_ADDRESS", "DISEASE": "DIAGNOSIS", "DRUG": "MEDICATION",
  ]

  private mutating func read(_ recognizer: ForeignRecognizer) {
    let name = recognizer.name.isEmpty ? "a recognizer without a name" : recognizer.name
    func loss(_ what: String, _ why: String, _ line: Int? = nil) -> Loss { Loss(line: line ?? recognizer.line, what: what, why: why) }
    for key in recognizer.unknown { losses.append(loss("\(key) of \(name)", "means nothing here")) }
    if recognizer.isPredefined {
      losses.append(loss(name, "it is code of Presidio's own (type: predefined), and not in the file"))
      return
    }
    let theirs = recognizer.entity
    let ours = options.names[theirs] ?? Self.theirs[theirs] ?? theirs
    if recognizer.languages.contains(where: { $0 != "en" && $0 != "es" }) {
      losses.append(loss("the languages \(recognizer.languages.joined(separator: ", ")) of \(name)", "rules hold for every message here; the rule itself was carried over"))
    }
    guard let type = EntityType(name: ours) ?? options.entity.flatMap({ EntityType(name: $0) }) else {
      if !recognizer.denyList.isEmpty, list(for: ours) != nil {
        for word in recognizer.denyList { addTerm(word, entity: ours, weight: "0.9", flags: "", note: name, line: recognizer.line) }
      } else {
        losses.append(loss(name, "\"\(theirs)\" is no type here; say which with --map \(theirs)=OTHER_ID"))
      }
      return
    }
    if !recognizer.denyList.isEmpty {
      if list(for: type.name) != nil, TermClass(name: type.name) != nil {
        for word in recognizer.denyList { addTerm(word, entity: type.name, weight: "0.9", flags: "", note: name, line: recognizer.line) }
      } else {
        let words = recognizer.denyList.map(Self.quoted)
        add(
          .init(name: "deny list", expression: "(?<!\\w)(?:\(words.joined(separator: "|")))(?!\\w)", score: recognizer.denyScore, line: recognizer.line),
          type, recognizer, examples: recognizer.denyList)
      }
    }
    for pattern in recognizer.patterns { add(pattern, type, recognizer, examples: []) }
  }

  private static func quoted(_ word: String) -> String {
    word.map { "\\^$.|?*+()[]{}-#".contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  private mutating func add(
    _ pattern: ForeignRecognizer.Pattern, _ type: EntityType, _ recognizer: ForeignRecognizer, examples: [String]
  ) {
    let what = "the pattern \"\(pattern.name)\" of \(recognizer.name)"
    func lose(_ why: String) { losses.append(Loss(line: pattern.line, what: what, why: why)) }
    guard let plain = PatternText.withoutCaptures(pattern.expression) else {
      return lose("it refers back to a group of its own, which is not carried over")
    }
    // Presidio ignores case unless told otherwise; messages are folded to small letters here.
    let expression = "(?i)" + plain
    let compiled: CompiledPattern
    do throws(PatternError) {
      compiled = try CompiledPattern(expression)
    } catch {
      return lose("PCRE2 does not take it: \(error.reason) at byte \(error.utf8Offset)")
    }
    if compiled.matchesEmptiness(in: []) { return lose("it matches the empty text") }
    let made = (examples.isEmpty ? PatternText.samples(of: plain) : examples).map { $0.lowercased() }
    let context = recognizer.context.first.map { $0 + " " } ?? ""
    let found = made.filter { Self.matches(compiled, context + $0) == $0 }.prefix(2)
    guard let first = found.first else {
      return lose("no example of it could be made, and no rule goes without; write it by hand with two examples")
    }
    let second = found.count > 1 ? found[1] : first
    let none = ["no number here", "see you then", "thank you", "ok"].filter { Self.matches(compiled, $0) == nil }.prefix(2)
    guard none.count == 2 else { return lose("it finds something in \"thank you\" and in \"ok\"") }
    var id = "import." + Self.slug(recognizer.name.isEmpty ? type.name : recognizer.name) + "." + Self.slug(pattern.name)
    while !seenRules.insert(id).inserted { id += "x" }
    let score = min(1, max(0, pattern.score))
    let raised = min(1, max(score + 0.35, 0.4))
    // What is below the threshold of the shipped policy finds nothing, and its examples would fail.
    guard score >= 0.5 || (raised >= 0.5 && !recognizer.context.isEmpty) else {
      return lose("its score of \(pattern.score) is below what is found (0.5), also beside its context words")
    }
    let q = OverlayEditor.quoted
    patterns += "  - id: \(q(id))\n    entity: \(type.name)\n    pattern: \(q(expression))\n    score: \(score)\n"
    if !recognizer.context.isEmpty {
      patterns += "    context: [\(recognizer.context.map(q).joined(separator: ", "))]\n    contextScore: \(raised)\n"
    }
    func example(_ text: String, _ start: String) -> String { q(start + context + "[[" + text + "]]") }
    patterns += "    examples: [\(example(first, "")), \(example(second, "your "))]\n"
    patterns += "    counterexamples: [\(none.map(q).joined(separator: ", "))]\n"
    patterns += "    source: \(q(options.source))\n    note: \(q("imported: " + recognizer.name + ", " + pattern.name))\n"
    patternCount += 1
  }

  /// What a pattern finds in a text; nil for nothing.
  private static func matches(_ pattern: CompiledPattern, _ text: String) -> String? {
    let bytes = Array(text.utf8)
    let scratch = MatchScratch()
    guard let match = try? pattern.firstMatch(in: bytes.span, from: 0, scratch: scratch), !match.span.isEmpty else { return nil }
    return String(decoding: bytes[match.span], as: UTF8.self)
  }

  private static func slug(_ text: String) -> String {
    let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "rule" : words.joined(separator: "-")
  }
}
