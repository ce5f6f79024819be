/// How verdicts are written.
package struct VerdictOptions: Sendable, Hashable {
  /// Which units findings are given in.
  package enum Offsets: Sendable {
    /// Bytes of UTF-8.
    case utf8
    /// Also UTF-16 code units and code points.
    case all
  }

  /// Which units findings are given in.
  package var offsets: Offsets
  /// Whether to say what was found. Puts PHI into the output.
  package var reveal: Bool

  /// What judges, for people and records.
  package struct JudgedBy: Sendable, Hashable {
    package var pack: String
    package var policy: String

    package init(pack: String, policy: String) {
      self.pack = pack
      self.policy = policy
    }
  }

  /// What to name in each verdict as its judge; nil for nothing.
  package var judgedBy: JudgedBy?

  /// Options; the defaults fit the line protocol.
  package init(offsets: Offsets = .utf8, reveal: Bool = false) {
    self.offsets = offsets
    self.reveal = reveal
  }
}

/// What may be sent instead of a blocked message, or as an answer to an inbound one.
package struct SafeAlternative: Sendable, Hashable {
  /// The channel, UTF-8.
  package var channel: [UInt8]
  /// The approved text, UTF-8; may be empty.
  package var text: [UInt8]
  /// Whether it is worth saying beside a message that leaves.
  package var isAdvice: Bool

  /// An alternative.
  package init(channel: [UInt8], text: [UInt8], isAdvice: Bool = false) {
    self.channel = channel
    self.text = text
    self.isAdvice = isAdvice
  }
}
