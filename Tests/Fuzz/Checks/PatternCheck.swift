import Foundation
import TightlipPatterns
import TightlipRules

/// Where PCRE2 finds a match, the automaton tells that there may be one.
enum PatternCheck {
  /// One pattern, written as the fuzzer likes.
  static func problem(_ input: inout FuzzInput) -> String? {
    let source = String(decoding: input.line(), as: UTF8.self)
    let text = input.rest()
    // PCRE2 takes its time to compile repetitions of repetitions.
    guard source.utf8.count <= 200, text.count <= 400 else { return nil }
    let pattern: CompiledPattern
    do throws(PatternError) {
      pattern = try CompiledPattern(source, triesStarts: true)
    } catch {
      return error.reason.isEmpty || error.utf8Offset > source.utf8.count ? "refused without a place" : nil
    }
    return problem([pattern], PatternAutomaton([source], mostStates: 2_000), text)
  }

  /// Up to four patterns out of the grammar of patterns in one automaton, with few states or many.
  static func grammarProblem(_ input: inout FuzzInput) -> String? {
    let choice = input.byte()
    var patterns: [CompiledPattern] = []
    for _ in 0...choice % 4 {
      let source = PatternWriter.pattern(&input)
      if let pattern = try? CompiledPattern(source, triesStarts: true) { patterns.append(pattern) }
    }
    guard !patterns.isEmpty else { return nil }
    let mostStates = [4, 40, 400, 2_000][Int(choice >> 2 & 3)]
    return problem(patterns, PatternAutomaton(patterns.map(\.source), mostStates: mostStates), PatternWriter.text(&input))
  }

  /// Every pattern of the shipped pack, in the automata that are deployed.
  static func shippedProblem(_ input: inout FuzzInput) -> String? {
    let text = input.rest()
    guard text.count <= 400 else { return nil }
    for (patterns, automaton) in shipped {
      if let problem = problem(patterns, automaton, text) { return problem }
    }
    return nil
  }

  private static let shipped: [([CompiledPattern], PatternAutomaton)] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Lexicons")
    func sources(_ name: String, _ read: (String, [UInt8]) throws -> [String]) -> [String] {
      let files = try! FileManager.default.contentsOfDirectory(at: folder.appending(path: name), includingPropertiesForKeys: nil)
      return Set(files.filter { $0.pathExtension == "yaml" }.flatMap { try! read($0.lastPathComponent, Array(Data(contentsOf: $0))) }).sorted()
    }
    let lists = [
      sources("patterns") { try PatternFile.read(file: $0, bytes: $1).map(\.pattern) },
      sources("intents") { try IntentFile.read(file: $0, bytes: $1).map(\.pattern) },
    ]
    return lists.map { list in (list.map { try! CompiledPattern($0, triesStarts: true) }, PatternAutomaton(list)) }
  }()

  private static func problem(_ patterns: [CompiledPattern], _ automaton: PatternAutomaton, _ text: [UInt8]) -> String? {
    let scratch = MatchScratch()
    var places = PatternPlaces()
    places.find(automaton, in: text.span)
    var isTold = Array(repeating: false, count: text.count)
    for (number, pattern) in patterns.enumerated() {
      for position in isTold.indices { isTold[position] = false }
      if automaton.tells(number) { places.forEach(of: number) { isTold[$0] = true } }
      for position in text.indices {
        let found: (span: Range<Int>, end: Int)?
        do throws(MatchLimitError) {
          found = try pattern.firstMatch(in: text.span, from: position, scratch: scratch)
        } catch {
          break
        }
        guard let found else {
          // Not anchored, it would have looked further on by itself.
          if pattern.isAnchored { continue } else { break }
        }
        guard found.span.upperBound <= text.count, found.end <= text.count else { return "a match beyond the text" }
        guard places.isOpen(number) else { return "a match is hidden" }
        guard pattern.isAnchored else { break }
        if automaton.tells(number), !isTold[position] { return "the place of a match is hidden" }
        let digits = text[position..<max(position, found.end)].count { $0 &- 0x30 < 10 }
        if digits < pattern.facts.digits { return "a match has fewer digits than it was said to need" }
      }
    }
    return nil
  }
}
