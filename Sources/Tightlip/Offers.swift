package import TightlipCoding
package import TightlipCore

/// What verdicts offer, ready to be written. One for each filter.
package struct Offers: Sendable {
  private let approved: [SafeAlternative]
  private let help: [UInt8]
  private let automaticReply: [UInt8]

  package init(_ policy: Policy) {
    approved = policy.replacements.map {
      SafeAlternative(channel: Array($0.channel.utf8), text: Array($0.text.utf8))
    }
    help = Array(policy.helpText.utf8)
    automaticReply = Array(policy.clocks.automaticReply.utf8)
  }

  /// What the verdict on a message offers, or nil.
  ///
  /// - Parameter recorded: the channel that the practice's records name as preferred; empty for none.
  package func offer(_ verdict: borrowing Verdict, _ message: borrowing Message, recorded: [UInt8] = []) -> SafeAlternative? {
    switch verdict.replacement {
    case .none: nil
    case .approved(let number): approved[number]
    case .preferredChannel:
      SafeAlternative(
        channel: message.consent.preferredChannel.isEmpty ? recorded : message.consent.preferredChannel, text: [],
        isAdvice: true)
    case .help: SafeAlternative(channel: message.channelKind, text: help, isAdvice: true)
    case .automaticReply: SafeAlternative(channel: message.channelKind, text: automaticReply, isAdvice: true)
    }
  }
}
