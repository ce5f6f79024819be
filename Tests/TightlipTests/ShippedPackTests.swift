import Foundation
import Testing
import Tightlip
import TightlipCore

/// A line of `Tests/Cases/shipped-pack.jsonl`.
struct ShippedCase: Decodable, CustomTestStringConvertible, Sendable {
  var name: String
  var text: String
  var direction: String?
  /// The action, or the actions, that are right.
  var action: Actions
  /// Entity and text of what must be among the findings.
  var finds: [[String]]?
  /// Entities that must not be among them.
  var not: [String]?
  var urgent: Bool?

  var testDescription: String { name }

  struct Actions: Decodable, Sendable {
    var names: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(String.self) { names = [one] } else { names = try container.decode([String].self) }
    }
  }

  var message: Message { Tests.message(text, direction == "inbound" ? .inbound : .outbound) }

  static let all: [ShippedCase] = {
    let file = Repository.root.appending(path: "Tests/Cases/shipped-pack.jsonl")
    let text = try! String(contentsOf: file, encoding: .utf8)
    return text.split(separator: "\n").map { try! JSONDecoder().decode(ShippedCase.self, from: Data($0.utf8)) }
  }()
}

extension Tests {
  static func message(_ text: String, _ direction: Direction) -> Message {
    var message = Tests.message(text)
    message.direction = direction
    return message
  }
}

struct ShippedPackTests {
  @Test func `there are enough cases, each with a name of its own`() {
    #expect(ShippedCase.all.count >= 60)
    #expect(Set(ShippedCase.all.map(\.name)).count == ShippedCase.all.count)
  }

  @Test(arguments: ShippedCase.all)
  func `a message gets its action and its findings`(row: ShippedCase) {
    let verdict = ShippedPack.filter.verdict(on: row.message)
    #expect(row.action.names.contains(verdict.action.name), "\(ShippedPack.filter.description(of: verdict))")
    #expect(verdict.completeness == .complete)
    let bytes = Array(row.text.utf8)
    let found = verdict.findings.map { [$0.entity.name, string(bytes[$0.range.start..<$0.range.end])] }
    for wanted in row.finds ?? [] { #expect(found.contains(wanted), "\(wanted) in \(found)") }
    for unwanted in row.not ?? [] {
      #expect(EntityType(name: unwanted) != nil, "\(unwanted) is no entity type")
      #expect(!found.contains { $0[0] == unwanted }, "\(unwanted) in \(found)")
    }
    if let urgent = row.urgent { #expect(verdict.isUrgent == urgent) }
  }

  @Test func `gates change no verdict`() {
    let gated = ShippedPack.filter
    let ungated = ShippedPack.filterWithoutGates
    var one = Scanner(gated)
    var other = Scanner(ungated)
    var left = Verdict()
    var right = Verdict()
    for message in ShippedCase.all.map(\.message) + Self.corpus.map({ Tests.message($0) }) {
      one.scan(message, into: &left)
      other.scan(message, into: &right)
      #expect(gated.description(of: left) == ungated.description(of: right), "\(string(message.text))")
    }
  }

  /// Texts of the corpus, as texts only.
  static let corpus: [String] = {
    struct Line: Decodable { var text: String }
    let file = Repository.root.appending(path: "Corpus/train.ndjson")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    let lines = text.split(separator: "\n")
    return stride(from: 0, to: lines.count, by: max(1, lines.count / 150)).compactMap {
      try? JSONDecoder().decode(Line.self, from: Data(lines[$0].utf8)).text
    }
  }()

  @Test func `what holds for every verdict holds with the shipped pack`() {
    var scanner = Scanner(ShippedPack.filter)
    var verdict = Verdict()
    for message in ShippedCase.all.map(\.message) + Self.corpus.map({ Tests.message($0) }) {
      scanner.scan(message, into: &verdict)
      expectInvariants(verdict, message, ShippedPack.filter)
    }
  }

  @Test func `a redacted text that is looked at again is not blocked for what was taken out`() {
    var scanner = Scanner(ShippedPack.filter)
    var verdict = Verdict()
    for message in ShippedCase.all.map(\.message) + Self.corpus.map({ Tests.message($0) }) {
      scanner.scan(message, into: &verdict)
      guard verdict.action == .redact else { continue }
      let taken = Set(verdict.reasons.filter { $0.severity == .redact }.compactMap(\.entity))
      let text = string(verdict.text)
      scanner.scan(text, into: &verdict)
      #expect(
        !verdict.reasons.contains { $0.severity == .block && $0.entity.map(taken.contains) == true },
        "\(text): \(ShippedPack.filter.description(of: verdict))")
    }
  }
}
