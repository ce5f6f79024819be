package import TightlipCore
/// Reads a policy (YAML). What the file leaves out keeps the shipped default.
package enum PolicyFile {
  /// What a file says, and what is worth knowing about it.
  package struct Reading: Sendable {
    package var policy: Policy
    /// Rules weaker than the shipped default for which nobody answers.
    package var warnings: [Diagnostic]
    /// Where its parts stand.
    package var places: PolicyPlaces
  }

  /// The policy in a file.
  ///
  /// - Throws: ``RulesError`` with everything that is wrong; a policy with a mistake is never used in part.
  package static func read(
    file: String, bytes: [UInt8], timeZones: NameTable? = nil
  ) throws(RulesError) -> Policy {
    try readAll(file: file, bytes: bytes, timeZones: timeZones).policy
  }

  /// The policy in a file, with warnings.
  ///
  /// - Parameter timeZones: the zones that are known; any name will do where there are none.
  /// - Throws: ``RulesError`` with everything that is wrong.
  package static func readAll(
    file: String, bytes: [UInt8], timeZones: NameTable? = nil
  ) throws(RulesError) -> Reading {
    let document = try YAMLDocument(file: file, bytes: bytes)
    var reader = PolicyReader(document)
    let policy = reader.readPolicy(timeZones: timeZones)
    func place(_ left: Diagnostic, _ right: Diagnostic) -> Bool {
      (left.line, left.column) < (right.line, right.column)
    }
    if !reader.problems.isEmpty { throw RulesError(reader.problems.sorted(by: place)) }
    return Reading(
      policy: policy, warnings: reader.warnings.sorted(by: place), places: PolicyPlaces(file: file, reader.marks))
  }
}

extension PolicyReader {
  /// Reads everything, in the order of the table of keys.
  mutating func readPolicy(timeZones: NameTable?) -> Policy {
    var policy = Policy.shippedDefault
    let shipped = Policy.shippedDefault
    guard case .mapping = document.root else {
      problem(document.root, "a policy must be a mapping", remedy: "write lines of the form key: value")
      return policy
    }
    let members = members(document.root, "a policy", "")
    if let node = members["policy"] {
      policy.name = string(node, "policy") ?? ""
    } else {
      problem(document.root, "has no name", remedy: "begin the file with a line policy: NAME")
    }
    policy.version = string(members["version"], "version") ?? policy.version
    readHalt(members, &policy)
    if let (node, isAccepted) = long(members["threshold"], "threshold"), let value = fraction(node, "threshold") {
      policy.threshold = Score(value)
      if policy.threshold > shipped.threshold { weaker(node, "threshold", isAccepted: isAccepted) }
    }
    if let node = members["inbound"] {
      let inner = self.members(node, "inbound", "inbound")
      if let action = action(inner["action"]) { policy.inboundAction = action }
      policy.helpText = string(inner["help"], "help") ?? ""
      mark(inner["help"], "inbound.help")
    }
    if let node = members["entities"] { readEntities(node, &policy) }
    if let node = members["encrypted"] {
      let inner = self.members(node, "encrypted", "encrypted")
      if let node = inner["entities"] {
        policy.encryptedEntities = readActions(node, "encrypted.entities") { entity in
          // How staff must not talk they must not talk on an encrypted channel either.
          policy.encryptedEntities[entity] ?? (entity.isConduct ? shipped[entity].action : .pass)
        }
      }
    }
    readRefinements(members, &policy, shipped)
    readLimits(members["limits"], &policy, shipped)
    readPractice(members["practice"], &policy, timeZones)
    readPurposes(members["purposes"], &policy)
    readSenders(members["senders"], &policy)
    readChannels(members["channels"], &policy)
    readDevices(members["devices"], &policy)
    readQuietHours(members["quietHours"], &policy, timeZones)
    readClocks(members["clocks"], &policy)
    readConsent(members, &policy)
    readInstead(members, &policy)
    checkReach(members, policy)
    return policy
  }

  private mutating func readHalt(_ members: [String: Node], _ policy: inout Policy) {
    policy.isHalted = boolean(members["halt"], "halt") ?? policy.isHalted
    if let (node, isAccepted) = long(members["haltDirections"], "haltDirections"),
      let value = word(node, "haltDirections", Policy.Directions.allCases.map { ($0.name, $0) })
    {
      policy.haltDirections = value
      if value != .both { weaker(node, "haltDirections: \(value.name)", isAccepted: isAccepted) }
    }
    if let node = members["haltFile"], let path = string(node, "haltFile") {
      if path.hasPrefix("/") {
        policy.haltFile = path
      } else {
        problem(
          node, "haltFile is no absolute path", remedy: "begin it with /, so that every program looks at the same place")
      }
    }
    mark(members["expires"], "expires")
    if let expiry = expiry(members["expires"]) { policy.expiry = expiry }
    if let (node, isAccepted) = long(members["monitor"], "monitor"), let value = boolean(node, "monitor") {
      policy.isMonitoring = value
      if value { weaker(node, "monitor: true", isAccepted: isAccepted) }
    }
  }

  // MARK: What

  private mutating func readEntities(_ node: Node, _ policy: inout Policy) {
    let shipped = Policy.shippedDefault
    let entries = members(node, "entities", "entities")
    for name in entries.keys.sorted() {
      guard let entity = EntityType(name: name), let entry = entries[name] else { continue }
      guard case .mapping = entry else {
        if let action = action(entry) {
          policy[entity].action = action
          if action < shipped[entity].action { weaker(entry, name, isAccepted: false) }
        }
        continue
      }
      let inner = members(entry, name, "entities.*")
      let isAccepted = accept(inner["accept"])
      if let node = inner["action"], let action = action(node) {
        policy[entity].action = action
        if action < shipped[entity].action { weaker(node, name, isAccepted: isAccepted) }
      }
      if let node = inner["redaction"] {
        if let redaction = redaction(node, inner["text"]) {
          policy[entity].redaction = redaction
          if redaction == .partial { weaker(node, "redaction: partial, which leaves the last four characters,", isAccepted: isAccepted) }
        }
      } else if let text = inner["text"] {
        problem(text, "the text of \(name) can never be used", remedy: "add redaction: fixed, or take the text out")
      }
    }
  }

  private mutating func redaction(_ node: Node, _ textNode: Node?) -> RedactionOperator? {
    let kinds: [(String, RedactionOperator)] = [
      ("tag", .tag), ("mask", .mask), ("fixed", .fixed("")), ("hash", .hash), ("generalize", .generalize),
      ("partial", .partial),
    ]
    guard let kind = word(node, "redaction", kinds) else { return nil }
    guard kind == .fixed("") else {
      if let textNode {
        problem(textNode, "the text can never be used", remedy: "write redaction: fixed, or take the text out")
      }
      return kind
    }
    guard let textNode else {
      problem(node, "redaction fixed has no text", remedy: "add a line text: …")
      return nil
    }
    guard let fixed = string(textNode, "text") else { return nil }
    guard fixed.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "`") }) else {
      problem(
        textNode, "the fixed text holds characters outside the basic text-message alphabet",
        remedy: "use plain letters, digits and punctuation: one other character would halve the room of the whole message")
      return nil
    }
    return .fixed(fixed)
  }

  /// A mapping from entities to actions.
  mutating func readActions(
    _ node: Node, _ path: String, shipped: (EntityType) -> Action
  ) -> [EntityType: Action] {
    var result: [EntityType: Action] = [:]
    let known = path.hasPrefix("channels") ? "channels.*.entities" : path
    let entries = members(node, path, known)
    for name in entries.keys.sorted() {
      guard let entity = EntityType(name: name) else { continue }
      var action = shipped(entity)
      let before = problems.count
      rule(entries[name], name, shipped: shipped(entity), into: &action)
      if problems.count == before { result[entity] = action }
    }
    return result
  }

  private mutating func readRefinements(_ members: [String: Node], _ policy: inout Policy, _ shipped: Policy) {
    if let node = members["names"] {
      let inner = self.members(node, "names", "names")
      rule(inner["first"], "names.first", shipped: shipped.firstNameAction, into: &policy.firstNameAction)
      rule(inner["own"], "names.own", shipped: shipped.ownIdentityAction, into: &policy.ownIdentityAction)
    }
    if let node = members["health"] {
      let inner = self.members(node, "health", "health")
      rule(inner["general"], "health.general", shipped: shipped.generalHealthAction, into: &policy.generalHealthAction)
      if let (node, isAccepted) = long(inner["certain"], "health.certain"), let value = fraction(node, "health.certain") {
        policy.certainHealthScore = Score(value)
        if policy.certainHealthScore > shipped.certainHealthScore { weaker(node, "health.certain", isAccepted: isAccepted) }
      }
      rule(
        inner["medication"], "health.medication", shipped: shipped.unlinkedMedicationAction,
        into: &policy.unlinkedMedicationAction)
      rule(
        inner["procedure"], "health.procedure", shipped: shipped.addressedProcedureAction,
        into: &policy.addressedProcedureAction)
    }
    if let node = members["linkage"] {
      let inner = self.members(node, "linkage", "linkage")
      rule(inner["personAndHealth"], "linkage.personAndHealth", shipped: shipped.linkedAction, into: &policy.linkedAction)
      rule(
        inner["addressedHealth"], "linkage.addressedHealth", shipped: shipped.addressedHealthAction,
        into: &policy.addressedHealthAction)
      rule(
        inner["birthDateAndName"], "linkage.birthDateAndName", shipped: shipped.birthDateWithNameAction,
        into: &policy.birthDateWithNameAction)
    }
    if let node = members["evasion"] {
      let inner = self.members(node, "evasion", "evasion")
      rule(inner["disguised"], "evasion.disguised", shipped: shipped.disguisedAction, into: &policy.disguisedAction)
    }
  }

  private mutating func readLimits(_ node: Node?, _ policy: inout Policy, _ shipped: Policy) {
    guard let node else { return }
    let inner = members(node, "limits", "limits")
    let isAccepted = accept(inner["accept"])
    if let node = inner["redactions"], let value = integer(node, "redactions", in: 0...1000) {
      policy.maximumRedactions = value
      if value > shipped.maximumRedactions { weaker(node, "limits.redactions", isAccepted: isAccepted) }
    }
    if let node = inner["redactedPercent"], let value = integer(node, "redactedPercent", in: 0...100) {
      policy.maximumRedactedPercent = value
      if value > shipped.maximumRedactedPercent { weaker(node, "limits.redactedPercent", isAccepted: isAccepted) }
    }
    if let node = inner["risk"], let value = fraction(node, "risk") { policy.maximumRisk = Score(value) }
  }

  private mutating func readPractice(_ node: Node?, _ policy: inout Policy, _ timeZones: NameTable?) {
    guard let node else { return }
    let inner = members(node, "practice", "practice")
    let names = strings(inner["names"], "names") ?? []
    let phones = strings(inner["phones"], "phones") ?? []
    let addresses = strings(inner["addresses"], "addresses") ?? []
    let domains = strings(inner["domains"], "domains") ?? []
    policy.practiceIdentity = names + phones + addresses + domains
    policy.practiceNames = names
    policy.practiceContacts = phones + domains
    policy.practiceTimeZone = timeZone(inner["timeZone"], "timeZone", known: timeZones)
  }

  // MARK: Instead

  private mutating func readInstead(_ members: [String: Node], _ policy: inout Policy) {
    if let node = members["blockMarker"], let marker = string(node, "blockMarker") {
      if !marker.utf8.contains(where: { $0 > 32 }) {
        problem(
          node, "blockMarker is empty, so a blocked line would look like an empty message",
          remedy: "write a few words, for example [MESSAGE BLOCKED]")
      } else if marker.utf8.contains(where: { $0 == 10 || $0 == 13 }) {
        problem(node, "blockMarker holds a line break", remedy: "write it on one line")
      } else {
        policy.blockMarker = marker
      }
    }
    guard let node = members["instead"] else { return }
    let inner = self.members(node, "instead", "instead")
    policy.insteadChannel = string(inner["channel"], "channel") ?? policy.insteadChannel
    policy.insteadText = string(inner["text"], "text") ?? policy.insteadText
    mark(inner["text"], "instead.text")
    guard let reasons = inner["reasons"] else { return }
    let entries = self.members(reasons, "instead.reasons", "instead.reasons")
    for name in entries.keys.sorted() {
      guard let code = ReasonCode(code: name), let entry = entries[name] else { continue }
      guard code.allowsReplacement else {
        problem(
          entry, "a text for \(name) can never be offered: there it is not the message that is wrong",
          remedy: "take it out")
        continue
      }
      let parts = self.members(entry, name, "instead.reasons.*")
      mark(parts["text"], "instead.reasons.\(name)")
      policy.insteadByReason.append(
        Policy.ApprovedText(
          reason: code, channel: string(parts["channel"], "channel") ?? policy.insteadChannel,
          text: string(parts["text"], "text") ?? ""))
    }
  }
}
