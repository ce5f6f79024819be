package import TightlipCore
import TightlipLexicon

extension Filter {
  /// The terms of a class as the pack folds them, without those that need context and those below
  /// a weight.
  ///
  /// - Complexity: linear in the lexicon.
  package func terms(of kind: TermClass, minimumWeight: UInt8 = 0) -> [[UInt8]] {
    var seen: Set<UInt32> = []
    var result: [[UInt8]] = []
    for meaning in lexicon.meanings
    where meaning.termClass == kind && meaning.weight >= minimumWeight
      && meaning.flags.isDisjoint(with: [.needsContext, .needsStrongContext])
    {
      if seen.insert(meaning.term).inserted { result.append(lexicon.spelling(ofTerm: meaning.term)) }
    }
    return result
  }
}
