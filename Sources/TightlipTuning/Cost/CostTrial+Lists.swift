package import Tightlip
import TightlipCore
import TightlipLexicon
import TightlipNormalization
import TightlipRules

extension CostTrial {
  /// What each term list costs, the dearest first.
  ///
  /// Each is compiled alone and its terms are looked up in all messages, beside a lexicon that is empty. That
  /// leaves out what its hits cause later, in rules that use them; and lists share caches in a scan.
  ///
  /// - Parameter sources: Pack and overlays.
  package func lists(_ sources: TuningSources) throws(FilterError) -> [CostReport.List] {
    var probe = CostProbe(filter)
    var texts = FoldedTexts()
    for message in measured.messages where probe.run(message, through: .folding) > 0 { texts.append(probe.folded) }
    var folder: TermFolder
    do throws(NormalizationError) {
      folder = TermFolder(normalizer: try Normalizer())
    } catch {
      throw FilterError(.unavailable, ["ICU or its data cannot be used: \(error.icuStatus)"])
    }
    let bare = lookUp(LexiconBuilder().build(), texts)
    var lists: [CostReport.List] = []
    for layer in sources.layers {
      for table in layer.tables {
        var builder = LexiconBuilder()
        for row in table.rows {
          let written = Array(table.bytes[row.term])
          guard folder.fold(written.span) else { continue }
          builder.add(
            folded: folder.folded.span, written: written, termClass: row.termClass, flags: row.flags, weight: row.weight)
        }
        lists.append(list(name: table.file, terms: table.rows.count, builder.build(), texts, bare: bare.time))
      }
    }
    var contexts = LexiconBuilder()
    var known: Set<String> = []
    for layer in sources.layers {
      for word in layer.rules.flatMap({ $0.context + $0.against }) where known.insert(word).inserted {
        let written = Array(word.utf8)
        guard folder.fold(written.span) else { continue }
        contexts.add(folded: folder.folded.span, written: written, termClass: .patternContext, flags: [], weight: 100)
      }
    }
    lists.append(list(name: "context words of patterns", terms: known.count, contexts.build(), texts, bare: bare.time))
    return lists.sorted { $0.perMessage > $1.perMessage }
  }

  private func list(
    name: String, terms: Int, _ lexicon: Lexicon, _ texts: borrowing FoldedTexts, bare: Double
  ) -> CostReport.List {
    let (time, hits) = lookUp(lexicon, texts)
    return CostReport.List(
      file: name, terms: terms, hits: hits, perMessage: max(0, time - bare) / Double(max(1, texts.count)))
  }

  private func lookUp(_ lexicon: Lexicon, _ texts: borrowing FoldedTexts) -> (time: Double, hits: Int) {
    var tokenized = TokenizedText()
    var times: [Double] = []
    var hits = 0
    for _ in 0..<rounds {
      hits = 0
      let start = Stopwatch.work()
      for range in texts.ranges {
        lexicon.match(
          texts.bytes.span.extracting(range), upper: texts.capitals.span.extracting(range), into: &tokenized)
        hits += tokenized.hits.count
      }
      times.append(Double(Stopwatch.work() - start))
    }
    return (CostReport.Spread(times).median, hits)
  }
}
