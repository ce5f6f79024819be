import TightlipCore

/// Rules that read well and can never apply: each is a mistake of somebody who believes that it does.
extension PolicyReader {
  mutating func checkReach(_ members: [String: Node], _ policy: Policy) {
    checkRefinements(members, policy)
    checkPractice(members, policy)
    checkClocks(members, policy)
    checkChannels(members, policy)
    checkPurposes(members, policy)
    checkInstead(members, policy)
  }

  /// A value below a node, by its keys; nil where there is none.
  private func node(_ node: Node?, _ path: String...) -> Node? {
    var node = node
    for key in path {
      guard case .mapping(let mapping)? = node else { return nil }
      node = mapping.pairs.first { $0.key.string == key }?.value
    }
    return node
  }

  private mutating func checkRefinements(_ members: [String: Node], _ policy: Policy) {
    let refined: [(section: String, key: String, entity: EntityType)] = [
      ("names", "first", .person), ("health", "medication", .medication), ("health", "procedure", .procedure),
    ]
    for (section, key, entity) in refined where policy[entity].action != .redact {
      guard let node = node(members[section], key) else { continue }
      // A channel may say redact of its own.
      guard !policy.channels.contains(where: { $0.entities[entity] == .redact }) else { continue }
      problem(
        node, "\(section).\(key) can never apply: \(entity.name) says \(policy[entity].action.name), and that stands",
        remedy: "take it out, or set \(entity.name) to redact")
    }
    if let node = node(members["limits"], "risk"), policy.maximumRisk.thousandths == 0 {
      problem(node, "every message would be blocked: no risk is below 0", remedy: "write halt: true, or a number above 0")
    }
  }

  private mutating func checkPractice(_ members: [String: Node], _ policy: Policy) {
    for key in ["names", "phones", "addresses", "domains"] {
      guard case .sequence(let sequence)? = node(members["practice"], key) else { continue }
      for item in sequence {
        guard let text = item.string, text.count(where: { $0.isLetter || $0.isNumber }) < 3 else { continue }
        problem(
          item, "\"\(text)\" can never apply: fewer than three letters and digits would be found everywhere",
          remedy: "write it out in full, or take it out")
      }
    }
  }

  private mutating func checkClocks(_ members: [String: Node], _ policy: Policy) {
    guard policy.clocks.answerMinutes == nil, policy.clocks.automaticReply.isEmpty else { return }
    for key in ["businessHours", "holidays"] {
      // An empty list says nothing, and the default policy is written out with its hours.
      guard let found = node(members["clocks"], key), policy.clocks != Policy.shippedDefault.clocks else { continue }
      if case .sequence(let list) = found, list.nodes.isEmpty { continue }
      problem(
        found, "\(key) can never apply: no clock runs, and nothing is answered outside business hours",
        remedy: "add answerWithin or autoReply, or take it out")
    }
  }

  private mutating func checkChannels(_ members: [String: Node], _ policy: Policy) {
    guard policy.quietHours.application == .never, case .mapping(let channels)? = members["channels"] else { return }
    for (_, channel) in channels.pairs {
      guard let node = node(channel, "quietHours"), node.bool == true else { continue }
      problem(node, "quietHours can never apply: quiet hours are switched off", remedy: "take it out, or set quietHours.apply")
    }
  }

  private mutating func checkPurposes(_ members: [String: Node], _ policy: Policy) {
    let roles = policy.senders.roles
    if case .mapping(let mapping)? = node(members["senders"], "roles") {
      for (key, role) in mapping.pairs {
        guard case .sequence(let list)? = node(role, "purposes"), list.nodes.isEmpty else { continue }
        problem(
          node(role, "purposes") ?? role, "\(key.string ?? "the role") could never send: it has no purpose",
          remedy: "list its purposes, write all, or take the role out")
      }
    }
    guard case .mapping(let mapping)? = members["purposes"] else { return }
    for (key, _) in mapping.pairs {
      guard let name = key.string, name != "other" else { continue }
      let isSendable =
        roles.contains { $0.purposes?.contains(name) ?? true }
        || !policy.senders.isRequired && policy.senders.unspecifiedPurposes.contains(name)
      if !isSendable {
        problem(
          key, "\(name) can never be used: nobody may write for this purpose",
          remedy: "list it under the purposes of a role, or take it out")
      }
    }
  }

  private mutating func checkInstead(_ members: [String: Node], _ policy: Policy) {
    guard let instead = members["instead"] else { return }
    func isBlocked(_ channel: String) -> Bool { policy.channels.contains { $0.name == channel && $0.action == .block } }
    var offers = [node(instead, "channel")]
    if case .mapping(let mapping)? = node(instead, "reasons") {
      for (key, entry) in mapping.pairs {
        offers.append(node(entry, "channel"))
        guard let code = key.string.flatMap({ ReasonCode(code: $0) }), code.allowsReplacement,
          let cause = Self.neverBlocks(code, policy)
        else { continue }
        problem(key, "a text for \(code.code) can never be offered: \(cause)", remedy: "take it out, or change that")
      }
    }
    for case let offer? in offers {
      guard let channel = offer.string, isBlocked(channel) else { continue }
      problem(
        offer, "\(channel) can never be used instead: nothing may leave by this channel",
        remedy: "name another channel, or set channels.\(channel).action to pass")
    }
  }

  /// Why a reason never blocks under a policy, so that nothing is ever offered for it; nil where it may.
  private static func neverBlocks(_ code: ReasonCode, _ policy: Policy) -> String? {
    switch code {
    case .healthcareLength, .healthcareContact, .healthcareOptOut, .healthcarePurpose:
      policy.healthcareLimits.isOn ? nil : "the limits are switched off"
    case .sealNoKey: policy.devices.handling == .seal ? nil : "nothing is sealed"
    case .deviceUnencrypted: policy.devices.handling == .block ? nil : "devices.unencrypted does not say block"
    case .deviceNotAttested: "it is only a warning"
    case .channelForbidden:
      policy.channels.contains { $0.action == .block } ? nil : "no channel is blocked"
    case .phiRisk: policy.maximumRisk >= Score(1) ? "no risk reaches the limit" : nil
    case .phiThreadLinked: policy.threads.isOn ? nil : "nothing is remembered of threads"
    case .consentNever, .consentUnknown, .consentExpired, .consentOutOfScope, .consentNotDisclosed:
      policy.consent.mode == .required ? nil : "consent.mode does not say required"
    default: nil
    }
  }
}
