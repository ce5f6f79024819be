import Testing
import Tightlip
import TightlipCore

/// What holds for every verdict, whatever the message.
func expectInvariants(
  _ verdict: Verdict, _ message: Message, _ filter: Filter, sourceLocation: SourceLocation = #_sourceLocation
) {
  let text = message.text
  let about = Comment(rawValue: String(decoding: text, as: UTF8.self).debugDescription + "\n" + filter.description(of: verdict))

  // Findings: inside the text, whole code points, in order, apart from each other.
  var lastEnd = 0
  var hasTopic = false
  for finding in verdict.findings {
    #expect(finding.range.end <= text.count, about, sourceLocation: sourceLocation)
    #expect(finding.range.count > 0, about, sourceLocation: sourceLocation)
    #expect(finding.score >= filter.policy.threshold, about, sourceLocation: sourceLocation)
    for edge in [finding.range.start, finding.range.end] where edge < text.count {
      #expect(text[edge] & 0xC0 != 0x80, about, sourceLocation: sourceLocation)
    }
    if finding.entity.entityClass == .topic {
      hasTopic = true
      continue
    }
    #expect(!hasTopic, "topics stand last", sourceLocation: sourceLocation)
    #expect(finding.range.start >= lastEnd, about, sourceLocation: sourceLocation)
    lastEnd = finding.range.end
  }
  let topics = verdict.findings.filter { $0.entity.entityClass == .topic }.map(\.entity)
  #expect(Set(topics).count == topics.count, about, sourceLocation: sourceLocation)

  // Risk: the parts are what the sum is made of.
  #expect((0...1000).contains(verdict.riskThousandths), about, sourceLocation: sourceLocation)
  #expect(
    verdict.contributions.reduce(0) { $0 + $1.thousandths } == verdict.riskThousandths, about,
    sourceLocation: sourceLocation)
  for part in verdict.contributions {
    #expect(part.thousandths > 0, about, sourceLocation: sourceLocation)
    if case .finding(let index) = part.source {
      #expect(verdict.findings.indices.contains(index), about, sourceLocation: sourceLocation)
    }
  }

  // Action, text and reasons agree.
  switch verdict.action {
  case .pass: #expect(verdict.text == text, about, sourceLocation: sourceLocation)
  case .redact:
    #expect(verdict.text != text, about, sourceLocation: sourceLocation)
    #expect(String(validating: verdict.text, as: UTF8.self) != nil, about, sourceLocation: sourceLocation)
    #expect(verdict.reasons.contains { $0.severity == .redact }, about, sourceLocation: sourceLocation)
  case .block:
    #expect(verdict.text.isEmpty, about, sourceLocation: sourceLocation)
    #expect(verdict.reasons.contains { $0.severity == .block }, about, sourceLocation: sourceLocation)
  }
  if verdict.action != .block {
    #expect(verdict.completeness == .complete, about, sourceLocation: sourceLocation)
    #expect(!verdict.reasons.contains { $0.severity == .block }, about, sourceLocation: sourceLocation)
  }
  #expect(Set(verdict.reasons).count == verdict.reasons.count, about, sourceLocation: sourceLocation)
  let severities = verdict.reasons.map(\.severity)
  #expect(severities == severities.sorted(by: >), "the weightiest reasons come first", sourceLocation: sourceLocation)

  // What was taken out is out.
  guard verdict.action == .redact else { return }
  let left = String(decoding: verdict.text, as: UTF8.self)
  let taken = Set(verdict.reasons.filter { $0.severity == .redact }.compactMap(\.entity))
  for finding in verdict.findings where taken.contains(finding.entity) && finding.entity.entityClass != .topic {
    let value = String(decoding: text[finding.range.start..<finding.range.end], as: UTF8.self)
    // A single first name, a provider's name and the practice's own data may stay.
    if finding.role == .provider || finding.role == .practice { continue }
    let words = value.split { $0 == " " || $0 == "-" }.map { $0.lowercased() }
    if finding.entity == .person, words.count == 1 || words.count == 2 && ["don", "dona", "doña", "aunt", "uncle"].contains(words[0]) {
      continue
    }
    // A value that stands twice may be taken out in one place only, where the other is no finding.
    if value.utf8.count < 4 || occurrences(of: value, in: text) > 1 { continue }
    #expect(!left.contains(value), about, sourceLocation: sourceLocation)
  }
}

private func occurrences(of value: String, in text: [UInt8]) -> Int {
  let wanted = Array(value.utf8)
  return text.indices.count { text[$0...].starts(with: wanted) }
}
