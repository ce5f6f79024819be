import TightlipCore

/// The parts of a policy about who, when, by what and with whose permission.
extension PolicyReader {
  // MARK: Who

  mutating func readPurposes(_ node: Node?, _ policy: inout Policy) {
    guard let node else { return }
    for (key, name, value) in pairs(node, "purposes") {
      let inner = members(value, name, "purposes.*")
      let isAccepted = accept(inner["accept"])
      let place = policy.purposes.firstIndex { $0.name == name }
      guard let entities = entities(inner["entities"], "entities") else {
        if place == nil, inner["entities"] == nil { policy.purposes.append(Policy.Purpose(name)) }
        continue
      }
      for entity in entities where entity.entityClass == .topic {
        problem(
          inner["entities"] ?? value, "\(entity.name) can never apply here: topics are no part of what a purpose carries",
          remedy: "say under entities what happens to the topic, or under senders who may write of it")
      }
      let set = EntitySet(entities)
      if let place {
        let shipped = policy.purposes[place].carries
        if name != "other", set.bits & ~shipped.bits != 0 { weaker(key, "what \(name) may hold", isAccepted: isAccepted) }
        policy.purposes[place].carries = set
      } else {
        guard policy.purposes.count < 60 else {
          problem(key, "there are too many purposes", remedy: "keep to 48 of your own")
          return
        }
        policy.purposes.append(Policy.Purpose(name, carries: set))
      }
    }
  }

  mutating func readSenders(_ node: Node?, _ policy: inout Policy) {
    guard let node else { return }
    let inner = members(node, "senders", "senders")
    policy.senders.isRequired = boolean(inner["required"], "required") ?? policy.senders.isRequired
    if let node = inner["unspecified"] {
      let parts = members(node, "unspecified", "senders.unspecified")
      if policy.senders.isRequired {
        problem(
          node, "unspecified can never apply: senders.required refuses who is not named",
          remedy: "take it out, or set required to false")
      }
      if let list = parts["purposes"], let names = purposes(list, policy) {
        let shipped = Set(policy.senders.unspecifiedPurposes)
        if !Set(names).isSubset(of: shipped) {
          weaker(list, "what unnamed senders may write for", isAccepted: accept(inner["accept"]))
        }
        policy.senders.unspecifiedPurposes = names
      }
    }
    guard let roles = inner["roles"] else { return }
    policy.senders.roles = []
    var owners: [String: String] = [:]
    for (_, name, value) in pairs(roles, "roles") {
      var role = Policy.Role(name)
      if value.isNull {
        policy.senders.roles.append(role)
        continue
      }
      let parts = members(value, name, "senders.roles.*")
      if let list = parts["ids"], let ids = strings(list, "ids") {
        for id in ids {
          if let other = owners.updateValue(name, forKey: id) {
            if other == name {
              problem(list, "the id \"\(id)\" stands twice under \(name)", remedy: "delete one of the two")
              continue
            }
            problem(
              list, "the id \"\(id)\" stands under two roles (\(other) and \(name)), so it could never send",
              remedy: "leave it under one of them")
          }
          if id.isEmpty { problem(list, "an id is empty", remedy: "write the id, or take it out") }
        }
        role.ids = ids
      }
      if let list = parts["purposes"] { role.purposes = purposes(list, policy) }
      role.carries = carries(parts)
      policy.senders.roles.append(role)
    }
    if policy.senders.roles.isEmpty {
      problem(roles, "there is no role, so nobody could send", remedy: "list the roles of the practice")
    }
  }

  /// What a role may send: entities and topics by lists of what it may, or of what it may not.
  private mutating func carries(_ parts: [String: Node]) -> EntitySet {
    var set = EntitySet.all
    if let list = entities(parts["entities"], "entities") {
      let topics = EntityType.allCases.filter { $0.entityClass == .topic }
      set = EntitySet(topics + list.filter { $0.entityClass != .topic })
      for entity in list where entity.entityClass == .topic {
        problem(parts["entities"]!, "\(entity.name) is a topic", remedy: "list it under topics")
      }
    }
    if let list = entities(parts["topics"], "topics") {
      for entity in EntityType.allCases where entity.entityClass == .topic && !list.contains(entity) {
        set.bits &= ~EntitySet([entity]).bits
      }
      for entity in list where entity.entityClass != .topic {
        problem(parts["topics"]!, "\(entity.name) is no topic", remedy: "list it under entities")
      }
    }
    if let list = entities(parts["except"], "except") {
      for entity in list {
        if !set.contains(entity) {
          problem(
            parts["except"]!, "except \(entity.name) can never apply: the lists beside it leave it out already",
            remedy: "take it out")
        }
        set.bits &= ~EntitySet([entity]).bits
      }
    }
    return set
  }

  private mutating func purposes(_ node: Node, _ policy: Policy) -> [String]? {
    if case .scalar(let scalar) = node, scalar.string == "all" { return policy.purposes.map(\.name) }
    guard case .sequence(let sequence) = node else {
      problem(node, "purposes must be a list, or all", remedy: "write [appointment-reminder, directions]")
      return nil
    }
    let known = policy.purposes.map(\.name)
    var result: [String] = []
    for item in sequence {
      guard let name = string(item, "an entry of purposes") else { continue }
      if known.contains(name) {
        result.append(name)
      } else {
        problem(
          item, "unknown purpose \"\(name)\"",
          remedy: nearest(to: name, among: known).map { "did you mean \($0)?" }
            ?? "add it under purposes, or use one of: " + known.joined(separator: ", "))
      }
    }
    return result
  }

  // MARK: By what

  mutating func readChannels(_ node: Node?, _ policy: inout Policy) {
    guard let node else { return }
    for (key, name, value) in pairs(node, "channels") {
      let inner = members(value, name, "channels.*")
      let isAccepted = accept(inner["accept"])
      let place = policy.channels.firstIndex { $0.name == name }
      var channel = place.map { policy.channels[$0] } ?? Policy.Channel(name, hasQuietHours: true)
      if let action = action(inner["action"], allowed: [.pass, .block]) { channel.action = action }
      if let node = inner["quietHours"], let value = boolean(node, "quietHours") {
        if !value, channel.hasQuietHours { weaker(node, "channels.\(name).quietHours", isAccepted: isAccepted) }
        channel.hasQuietHours = value
      }
      if let node = inner["entities"] {
        if channel.action == .block {
          problem(
            node, "the entities of \(name) can never apply: nothing may leave by this channel",
            remedy: "take them out, or set the action to pass")
        }
        let held = policy
        channel.entities = readActions(node, "channels.\(name).entities") { held[$0].action }
      }
      if let place {
        policy.channels[place] = channel
      } else if name.isEmpty {
        problem(key, "a channel has no name", remedy: "write the word that the gateway uses")
      } else {
        policy.channels.append(channel)
      }
    }
  }

  mutating func readDevices(_ node: Node?, _ policy: inout Policy) {
    guard let node else { return }
    let inner = members(node, "devices", "devices")
    if let value = word(
      inner["unencrypted"], "unencrypted", Policy.DeviceRules.Handling.allCases.map { ($0.name, $0) })
    {
      policy.devices.handling = value
    }
    policy.devices.attestationDays = integer(inner["attestationDays"], "attestationDays", in: 1...3650)
    if let node = inner["notice"], let notice = string(node, "notice") {
      if policy.devices.handling != .seal {
        problem(node, "the notice can never be used: nothing is sealed", remedy: "write unencrypted: seal, or take it out")
      }
      if notice.utf8.allSatisfy({ $0 <= 32 }) {
        problem(node, "the notice is empty", remedy: "write what the patient shall read in place of the sealed message")
      }
      policy.devices.notice = notice
      mark(node, "devices.notice")
    }
  }

  // MARK: When

  mutating func readQuietHours(_ node: Node?, _ policy: inout Policy, _ timeZones: NameTable?) {
    guard let node else { return }
    let inner = members(node, "quietHours", "quietHours")
    let isAccepted = accept(inner["accept"])
    var hours = policy.quietHours
    if let node = inner["apply"],
      let value = word(node, "apply", Policy.QuietHours.Application.allCases.map { ($0.name, $0) })
    {
      hours.application = value
      if value == .never {
        weaker(node, "quietHours.apply: never", isAccepted: isAccepted)
        for key in ["from", "until", "stateWindows", "fallbackTimeZones", "replyGrace"] {
          if let other = inner[key] {
            problem(other, "\(key) can never apply: quiet hours are switched off", remedy: "take it out")
          }
        }
      }
    }
    if let node = inner["from"], let minutes = minutes(node, "from") {
      if minutes > hours.latestMinute { weaker(node, "quietHours.from", isAccepted: isAccepted) }
      hours.latestMinute = minutes
    }
    if let node = inner["until"], let minutes = minutes(node, "until") {
      if minutes < hours.earliestMinute { weaker(node, "quietHours.until", isAccepted: isAccepted) }
      hours.earliestMinute = minutes
    }
    if hours.earliestMinute >= hours.latestMinute {
      problem(
        inner["from"] ?? inner["until"] ?? node, "it would always be quiet",
        remedy: "quiet begins in the evening (from) and ends in the morning (until): until must be the earlier time of day")
    }
    if let node = inner["stateWindows"], let value = boolean(node, "stateWindows") {
      hours.usesStateWindows = value
      if !value { weaker(node, "quietHours.stateWindows: false", isAccepted: isAccepted) }
    }
    mark(inner["fallbackTimeZones"], "quietHours.fallbackTimeZones")
    if let node = inner["fallbackTimeZones"], case .sequence(let sequence) = node {
      for item in sequence {
        if let name = timeZone(item, "an entry of fallbackTimeZones", known: timeZones) { hours.fallbackTimeZones.append(name) }
      }
      if hours.application == .whenKnown {
        problem(
          node, "fallbackTimeZones can never apply: without a zone or state quiet hours do not bind",
          remedy: "add apply: always, or take them out")
      }
    } else if let node = inner["fallbackTimeZones"] {
      problem(node, "fallbackTimeZones must be a list", remedy: "write [America/New_York, America/Los_Angeles]")
    }
    if let node = inner["replyGrace"], let value = integer(node, "replyGrace", in: 0...1440) {
      if value > hours.replyGraceMinutes { weaker(node, "quietHours.replyGrace", isAccepted: isAccepted) }
      hours.replyGraceMinutes = value
    }
    policy.quietHours = hours
  }

  mutating func readClocks(_ node: Node?, _ policy: inout Policy) {
    guard let node else { return }
    let inner = members(node, "clocks", "clocks")
    policy.clocks.answerMinutes = integer(inner["answerWithin"], "answerWithin", in: 1...100_000)
    policy.clocks.automaticReply = string(inner["autoReply"], "autoReply") ?? ""
    mark(inner["autoReply"], "clocks.autoReply")
    if let node = inner["businessHours"] {
      var week: [Policy.ClosedMinutes?] = Array(repeating: nil, count: 7)
      let days = members(node, "businessHours", "clocks.businessHours")
      let names = PolicyKeys.table["clocks.businessHours"] ?? []
      for (number, name) in names.enumerated() {
        guard let node = days[name], let text = string(node, name) else { continue }
        if text == "closed" { continue }
        let parts = text.split(separator: "-")
        guard parts.count == 2, let from = TimingFile.minutes(parts[0]), let until = TimingFile.minutes(parts[1]),
          from < until
        else {
          problem(node, "\(name) has no hours", remedy: "write for example \"08:00-17:00\", or closed")
          continue
        }
        week[number] = Policy.ClosedMinutes(from, until)
      }
      policy.clocks.businessHours = week
      if week.allSatisfy({ $0 == nil }), policy.clocks.answerMinutes != nil {
        problem(node, "no day has business hours, so no clock could ever run", remedy: "write the hours of one day or more")
      }
    }
    if let node = inner["holidays"] {
      guard case .sequence(let sequence) = node else {
        problem(node, "holidays must be a list", remedy: "write [2026-12-25, 2027-01-01]")
        return
      }
      for item in sequence {
        guard let text = string(item, "an entry of holidays") else { continue }
        let bytes = Array(text.utf8)
        guard let day = CalendarDay(bytes.span) else {
          problem(item, "\"\(text)\" is no date", remedy: "write for example 2026-12-25")
          continue
        }
        policy.clocks.holidays.append(day)
      }
    }
  }

  // MARK: With whose permission

  mutating func readConsent(_ members: [String: Node], _ policy: inout Policy) {
    if let node = members["consent"] {
      let inner = self.members(node, "consent", "consent")
      if let mode = word(inner["mode"], "mode", Policy.ConsentRules.Mode.allCases.map { ($0.name, $0) }) {
        policy.consent.mode = mode
      }
      if let action = action(inner["preferredChannel"], allowed: [.pass, .block]) {
        policy.consent.preferredChannelAction = action
      }
    }
    if let node = members["healthcareLimits"] {
      let inner = self.members(node, "healthcareLimits", "healthcareLimits")
      var limits = policy.healthcareLimits
      limits.isOn = boolean(inner["enforce"], "enforce") ?? false
      limits.codePoints = integer(inner["codePoints"], "codePoints", in: 1...160) ?? limits.codePoints
      limits.perDay = integer(inner["perDay"], "perDay", in: 1...1) ?? limits.perDay
      limits.perWeek = integer(inner["perWeek"], "perWeek", in: 1...3) ?? limits.perWeek
      if !limits.isOn {
        for key in ["codePoints", "perDay", "perWeek"] {
          if let other = inner[key] {
            problem(other, "\(key) can never apply: the limits are switched off", remedy: "add enforce: true, or take it out")
          }
        }
      } else if policy.practiceNames.isEmpty {
        problem(
          node, "every message would be blocked: the limits ask for the practice's name, and it is not known",
          remedy: "write it under practice: names")
      }
      policy.healthcareLimits = limits
    }
    if let node = members["threads"] {
      let inner = self.members(node, "threads", "threads")
      var threads = policy.threads
      threads.isOn = boolean(inner["memory"], "memory") ?? false
      threads.hours = integer(inner["hours"], "hours", in: 1...720) ?? threads.hours
      threads.messages = integer(inner["messages"], "messages", in: 1...1000) ?? threads.messages
      threads.threads = integer(inner["threads"], "threads", in: 1...10_000_000) ?? threads.threads
      if !threads.isOn {
        for key in ["hours", "messages", "threads"] {
          if let other = inner[key] {
            problem(other, "\(key) can never apply: nothing is remembered", remedy: "add memory: true, or take it out")
          }
        }
      }
      policy.threads = threads
    }
  }
}

extension Node {
  /// Nothing was written.
  var isNull: Bool {
    guard case .scalar(let scalar) = self else { return false }
    return scalar.style == .plain && (scalar.string.isEmpty || scalar.string == "~" || scalar.string == "null")
  }
}
