package import TightlipCore

/// What an envelope means under a policy, found out once for all rules.
package struct EnvelopeFacts: Sendable {
  /// What is wrong with the sender, if anything.
  package var senderProblem: ReasonCode?
  /// What the sender's role may carry.
  package var roleCarries: EntitySet = .all
  /// What a message of this purpose may carry.
  package var purposeCarries: EntitySet = .all
  /// Channel and device are encrypted, and as far as the policy asks that was attested.
  package var isProtected = false
  /// They would be, but for the attestation.
  package var lacksAttestation = false
  package var isConfirmation = false
  package var isBilling = false
  package var isMarketing = false
  package var channelIsForbidden = false
  package var channelHasQuietHours = true
  /// The first row of actions in ``EnvelopeRules/actions``.
  package var row = 0

  package init() {}
}

/// The parts of a policy that are about envelopes, with numbers for words. Immutable.
package final class EnvelopeRules: Sendable {
  private let roles: NameTable
  private let roleCarries: [EntitySet]
  /// For each role one bit for each purpose.
  private let rolePurposes: [UInt64]
  private let roleHasIDs: [Bool]
  private let people: NameTable
  private let peopleRoles: [Int]
  private let unspecifiedPurposes: UInt64
  private let senderIsRequired: Bool

  private let purposes: NameTable
  private let purposeCarries: [EntitySet]
  private let other: Int
  private let confirmation: Int
  private let billing: Int
  private let marketing: Int

  private let channels: NameTable
  private let channelIsForbidden: [Bool]
  private let channelHasQuietHours: [Bool]
  private let attestationSeconds: Int64?
  /// For each channel (unnamed first) and protection (open, encrypted) the action of each entity.
  private let actions: [Action]

  /// The most purposes a policy may have: each is a bit.
  package static let mostPurposes = 64

  package init(_ policy: Policy) {
    let senders = policy.senders
    purposes = NameTable(policy.purposes.map(\.name))
    let purposes = self.purposes
    func bits(_ names: [String]) -> UInt64 {
      names.reduce(0) { $0 | (purposes.number(of: $1).map { 1 << UInt64($0) } ?? 0) }
    }
    roles = NameTable(senders.roles.map(\.name))
    roleCarries = senders.roles.map(\.carries)
    rolePurposes = senders.roles.map { $0.purposes.map(bits) ?? .max }
    roleHasIDs = senders.roles.map { !$0.ids.isEmpty }
    people = NameTable(senders.roles.flatMap(\.ids))
    var peopleRoles: [Int] = []
    for (number, role) in senders.roles.enumerated() { peopleRoles += role.ids.map { _ in number } }
    self.peopleRoles = peopleRoles
    unspecifiedPurposes = bits(senders.unspecifiedPurposes)
    senderIsRequired = senders.isRequired

    purposeCarries = policy.purposes.map(\.carries)
    other = purposes.number(of: "other") ?? -1
    confirmation = purposes.number(of: "opt-out-confirmation") ?? -1
    billing = purposes.number(of: "billing") ?? -1
    marketing = purposes.number(of: "marketing") ?? -1

    channels = NameTable(policy.channels.map(\.name))
    channelIsForbidden = policy.channels.map { $0.action == .block }
    channelHasQuietHours = policy.channels.map(\.hasQuietHours)
    attestationSeconds = policy.devices.attestationDays.map { Int64($0) * 86_400 }
    var actions: [Action] = []
    for own in [[:]] + policy.channels.map(\.entities) {
      actions += EntityType.allCases.map { own[$0] ?? policy[$0].action }
      actions += EntityType.allCases.map { entity in
        own[entity] ?? policy.encryptedEntities[entity]
          ?? (entity.isConduct ? policy[entity].action : .pass)
      }
    }
    self.actions = actions
  }

  /// The action that a policy has for an entity on the channel of an envelope.
  @inline(__always)
  package func action(_ entity: EntityType, _ facts: EnvelopeFacts) -> Action {
    actions[facts.row + Int(entity.rawValue)]
  }

  /// What an envelope means.
  ///
  /// - Parameter now: asked only where an attestation has to be judged.
  package func facts(of message: borrowing Message, now: () -> Instant) -> EnvelopeFacts {
    var facts = EnvelopeFacts()
    var channel = -1
    var isKnownKind = true
    if !message.channelKind.isEmpty {
      if let number = channels.number(of: message.channelKind.span) {
        channel = number
        facts.channelIsForbidden = channelIsForbidden[number]
        facts.channelHasQuietHours = channelHasQuietHours[number]
      } else {
        // Nobody decided anything about it: a text message in the clear.
        isKnownKind = false
      }
    }
    if message.channelIsEncrypted, message.deviceIsEncrypted, isKnownKind {
      facts.isProtected = isAttested(message, now: now)
      facts.lacksAttestation = !facts.isProtected
    }
    facts.row = ((channel + 1) * 2 + (facts.isProtected ? 1 : 0)) * EntityType.allCases.count
    guard message.direction == .outbound else { return facts }

    var purpose = other
    if !message.purpose.isEmpty { purpose = purposes.number(of: message.purpose.span) ?? other }
    if purpose >= 0 {
      facts.purposeCarries = purposeCarries[purpose]
      facts.isConfirmation = purpose == confirmation
      facts.isBilling = purpose == billing
      facts.isMarketing = purpose == marketing
    }
    judgeSender(message, purpose: purpose, &facts)
    return facts
  }

  private func isAttested(_ message: borrowing Message, now: () -> Instant) -> Bool {
    guard let attestationSeconds else { return true }
    guard let attested = message.deviceAttestedAt else { return false }
    let now = now()
    // An attestation from the future is none.
    return attested <= now && now <= attested.adding(seconds: attestationSeconds)
  }

  private func judgeSender(_ message: borrowing Message, purpose: Int, _ facts: inout EnvelopeFacts) {
    let person = message.senderID.isEmpty ? nil : people.number(of: message.senderID.span)
    var role = -1
    if message.senderRole.isEmpty {
      // An id that is listed tells the role.
      if let person { role = peopleRoles[person] }
    } else if let number = roles.number(of: message.senderRole.span) {
      role = number
      if let person {
        if peopleRoles[person] != number { facts.senderProblem = .senderMismatch }
      } else if roleHasIDs[number] {
        facts.senderProblem = .senderUnknown
      }
    } else {
      facts.senderProblem = .senderUnknownRole
      return
    }
    guard role >= 0 else {
      if senderIsRequired {
        facts.senderProblem = message.senderID.isEmpty ? .senderMissing : .senderUnknown
      } else if purpose < 0 || unspecifiedPurposes & (1 << UInt64(purpose)) == 0 {
        facts.senderProblem = .senderPurpose
      }
      return
    }
    facts.roleCarries = roleCarries[role]
    if facts.senderProblem == nil, purpose < 0 || rolePurposes[role] & (1 << UInt64(purpose)) == 0 {
      facts.senderProblem = .senderPurpose
    }
  }
}
