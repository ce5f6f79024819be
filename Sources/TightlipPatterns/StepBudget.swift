/// How much pattern matching one message may take, counted in steps and not in time, so that the same message
/// has the same verdict on a slow machine and a fast one, today and when it is replayed.
///
/// A step is one attempt to match one pattern at one place of the text. An attempt that has to come back to more
/// than ``MatchScratch/pointsOfStep`` places counts as many steps as it may take. Where the steps run out, what is
/// left of the message is not looked at, and it is blocked as incomplete.
package struct StepBudget: Sendable, Hashable {
  /// What every message has, however short.
  package var base: Int
  /// What it has for each UTF-8 byte of its text.
  package var forEachByte: Int

  /// A budget; the default is what filters use.
  ///
  /// Of the shipped pack, the hungriest of eighty classes of hostile text takes an eighth of it.
  package init(base: Int = 100_000, forEachByte: Int = 256) {
    self.base = base
    self.forEachByte = forEachByte
  }

  /// The steps of a message of so many bytes.
  package func steps(forBytes count: Int) -> Int { base + forEachByte * count }
}
