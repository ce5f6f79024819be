package import Tightlip
package import TightlipCore

/// Gives an answer for every message of a corpus.
package enum Detector {
  /// Runs a filter over a corpus.
  package static func answers(_ filter: Filter, _ corpus: Corpus) -> [Answer] {
    var scanner = Scanner(filter)
    var verdict = Verdict()
    let names = filter.ruleNames.map { String(decoding: $0, as: UTF8.self) }
    return corpus.texts.map { text in
      scanner.scan(text.message, into: &verdict)
      return Answer(verdict, ruleNames: names)
    }
  }
}

extension Answer {
  package init(_ verdict: Verdict, ruleNames: [String]) {
    self.init()
    action = verdict.action
    isIncomplete = verdict.completeness != .complete
    for finding in verdict.findings {
      let types = TypeSet(finding.entity)
      if finding.entity.entityClass == .topic {
        topics.formUnion(types)
      } else {
        predictions.append(
          Prediction(
            types: types, range: finding.range, score: finding.score,
            rule: ruleNames[Int(finding.rule.index)]))
      }
    }
  }
}
