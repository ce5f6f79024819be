package import TightlipCore
import TightlipEvaluation

/// What one message's verdict was before a change and is after it.
package struct VerdictChange: Sendable {
  /// Which way a change goes, held against what is annotated.
  package enum Way: String, Sendable, CaseIterable, Codable {
    /// Nearer to what is annotated.
    case right
    /// Further from it; or, where nothing is annotated, more than before may leave.
    case wrong
    /// Nothing is annotated, and less than before may leave: a person has to judge.
    case open
  }

  /// What came or went.
  package struct Cause: Hashable, Sendable, Encodable {
    package var rule: String
    package var entity: String
    /// The words that were found, folded; nil where they may be PHI and were not asked for.
    package var term: String?
    /// Found after the change, and not before.
    package var isNew: Bool
  }

  package var corpus: String
  package var id: String
  package var before: Action
  package var after: Action
  package var expected: Action?
  package var riskBefore: Int
  package var riskAfter: Int
  package var way: Way
  package var causes: [Cause]
  package var text: String

  /// Whether the action itself is another, and not only what is taken out.
  package var isFlip: Bool { before != after }
  /// Whether more may leave than before.
  package var isWeaker: Bool { after < before || (after == before && causes.contains { !$0.isNew }) }

  /// How telling it is as an example: leaks first, then false alarms, then what got better.
  var weight: Int {
    let base = way == .wrong ? (isWeaker ? 3000 : 2000) : way == .open ? 1000 : 0
    return base + (isFlip ? 500 : 0) + abs(Int(after.rawValue) - Int(before.rawValue)) * 100 + abs(riskAfter - riskBefore) / 20
  }
}

/// One side of a comparison: a verdict, as far as it is compared.
struct ComparedVerdict {
  var action: Action
  var risk: Int
  var findings: [Finding]
  var text: [UInt8]
  var reasons: [Reason]

  init(_ verdict: Verdict) {
    reasons = verdict.reasons
    action = verdict.action
    risk = verdict.riskThousandths
    findings = verdict.findings
    text = verdict.text
  }
}

extension VerdictChange {
  /// The change of one message; nil where nothing that matters is another.
  ///
  /// - Parameter gold: the annotated ranges; nil where the corpus annotates nothing.
  init?(
    _ text: AnnotatedText, corpus: String, gold: [ByteRange]?, before: ComparedVerdict, after: ComparedVerdict,
    ruleBefore: (RuleID) -> String, ruleAfter: (RuleID) -> String
  ) {
    guard before.action != after.action || before.text != after.text else { return nil }
    func words(_ finding: Finding) -> String {
      String(decoding: text.message.text[finding.range.start..<finding.range.end], as: UTF8.self).lowercased()
    }
    func isHeld(_ finding: Finding, by others: [Finding]) -> Bool {
      others.contains { $0.entity == finding.entity && $0.range == finding.range }
    }
    let gone = before.findings.filter { !isHeld($0, by: after.findings) }
    let new = after.findings.filter { !isHeld($0, by: before.findings) }
    causes =
      gone.map { Cause(rule: ruleBefore($0.rule), entity: $0.entity.name, term: words($0), isNew: false) }
      + new.map { Cause(rule: ruleAfter($0.rule), entity: $0.entity.name, term: words($0), isNew: true) }
    if causes.isEmpty { causes = Self.causes(inPolicy: before, after) }
    self.corpus = corpus
    id = text.id
    self.before = before.action
    self.after = after.action
    expected = text.action
    riskBefore = before.risk
    riskAfter = after.risk
    self.text = String(decoding: text.message.text, as: UTF8.self)
    if before.action != after.action {
      way = Self.way(before.action, after.action, text.action)
    } else {
      way = Self.way(gone: gone, new: new, gold: gold)
    }
  }

  /// The same findings, other reasons: what the policy makes of them.
  private static func causes(inPolicy before: ComparedVerdict, _ after: ComparedVerdict) -> [Cause] {
    func cause(_ reason: Reason, isNew: Bool) -> Cause {
      Cause(rule: "policy " + reason.code.code, entity: reason.entity?.name ?? "", term: nil, isNew: isNew)
    }
    let gone = before.reasons.filter { !after.reasons.contains($0) }.map { cause($0, isNew: false) }
    let new = after.reasons.filter { !before.reasons.contains($0) }.map { cause($0, isNew: true) }
    return gone.isEmpty && new.isEmpty
      ? [Cause(rule: "policy", entity: "", term: nil, isNew: after.text != before.text)] : gone + new
  }

  private static func way(_ before: Action, _ after: Action, _ expected: Action?) -> Way {
    guard let expected else { return after < before ? .wrong : .open }
    func distance(_ action: Action) -> Int { abs(Int(action.rawValue) - Int(expected.rawValue)) }
    if distance(before) != distance(after) { return distance(after) < distance(before) ? .right : .wrong }
    return after < before ? .wrong : .right
  }

  /// The same action, other things taken out.
  private static func way(gone: [Finding], new: [Finding], gold: [ByteRange]?) -> Way {
    let lost = gone.filter { finding in !new.contains { $0.range.start <= finding.range.start && $0.range.end >= finding.range.end } }
    guard let gold else { return lost.isEmpty ? .open : .wrong }
    if lost.contains(where: { finding in gold.contains { $0.overlaps(finding.range) } }) { return .wrong }
    let added = new.filter { finding in !gone.contains { $0.range.overlaps(finding.range) } }
    if added.contains(where: { finding in !gold.contains { $0.overlaps(finding.range) } }) { return .wrong }
    return .right
  }
}
