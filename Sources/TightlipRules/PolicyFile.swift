package import TightlipCore
/// Reads a policy (YAML). What the file leaves out keeps the shipped default.
package enum PolicyFile {
  private static let keys = [
    "policy", "version", "halt", "expires", "threshold", "inbound", "entities", "names",
    "health", "linkage", "limits", "practice", "blockMarker", "instead",
  ]

  /// The policy in a file.
  ///
  /// - Throws: ``RulesError``; a policy with a mistake is never used in part.
  package static func read(file: String, bytes: [UInt8]) throws(RulesError) -> Policy {
    let document = try YAMLDocument(file: file, bytes: bytes)
    do throws(Diagnostic) {
      return try policy(document)
    } catch {
      throw RulesError(error)
    }
  }

  private static func policy(_ document: YAMLDocument) throws(Diagnostic) -> Policy {
    var policy = Policy.shippedDefault
    let members = try document.members(of: document.root, "a policy", known: keys)
    guard let name = members["policy"]?.value else {
      throw document.diagnostic(
        document.root, "has no name", remedy: "begin the file with a line policy: NAME")
    }
    policy.name = try document.string(name, "policy")
    if let node = members["version"]?.value { policy.version = try document.string(node, "version") }
    if let node = members["halt"]?.value { policy.isHalted = try document.boolean(node, "halt") }
    if let node = members["expires"]?.value { policy.expiresAt = try instant(node, document) }
    if let node = members["threshold"]?.value {
      policy.threshold = Score(try document.fraction(node, "threshold"))
    }
    if let node = members["inbound"]?.value {
      let inner = try document.members(of: node, "inbound", known: ["action"])
      if let node = inner["action"]?.value { policy.inboundAction = try action(node, document) }
    }
    if let node = members["entities"]?.value { try readEntities(node, document, into: &policy) }
    if let node = members["names"]?.value {
      let inner = try document.members(of: node, "names", known: ["first", "own"])
      if let node = inner["first"]?.value { policy.firstNameAction = try action(node, document) }
      if let node = inner["own"]?.value { policy.ownIdentityAction = try action(node, document) }
    }
    if let node = members["health"]?.value {
      let inner = try document.members(
        of: node, "health", known: ["general", "medication", "procedure"])
      if let node = inner["general"]?.value { policy.generalHealthAction = try action(node, document) }
      if let node = inner["medication"]?.value {
        policy.unlinkedMedicationAction = try action(node, document)
      }
      if let node = inner["procedure"]?.value {
        policy.addressedProcedureAction = try action(node, document)
      }
    }
    if let node = members["linkage"]?.value {
      let inner = try document.members(
        of: node, "linkage", known: ["personAndHealth", "addressedHealth", "birthDateAndName"])
      if let node = inner["personAndHealth"]?.value { policy.linkedAction = try action(node, document) }
      if let node = inner["addressedHealth"]?.value {
        policy.addressedHealthAction = try action(node, document)
      }
      if let node = inner["birthDateAndName"]?.value {
        policy.birthDateWithNameAction = try action(node, document)
      }
    }
    if let node = members["limits"]?.value {
      let inner = try document.members(
        of: node, "limits", known: ["redactions", "redactedPercent", "risk"])
      if let node = inner["redactions"]?.value {
        policy.maximumRedactions = try document.integer(node, "redactions", in: 0...1000)
      }
      if let node = inner["redactedPercent"]?.value {
        policy.maximumRedactedPercent = try document.integer(node, "redactedPercent", in: 0...100)
      }
      if let node = inner["risk"]?.value {
        policy.maximumRisk = Score(try document.fraction(node, "risk"))
      }
    }
    if let node = members["practice"]?.value {
      let known = ["names", "phones", "addresses", "domains"]
      let inner = try document.members(of: node, "practice", known: known)
      for key in known {
        if let node = inner[key]?.value { policy.practiceIdentity += try document.strings(node, key) }
      }
    }
    if let node = members["blockMarker"]?.value {
      policy.blockMarker = try document.string(node, "blockMarker")
      guard policy.blockMarker.utf8.contains(where: { $0 > 32 }) else {
        throw document.diagnostic(
          node, "blockMarker is empty, so a blocked line would look like an empty message",
          remedy: "write a few words, for example [MESSAGE BLOCKED]")
      }
      guard !policy.blockMarker.utf8.contains(where: { $0 == 10 || $0 == 13 }) else {
        throw document.diagnostic(node, "blockMarker holds a line break", remedy: "write it on one line")
      }
    }
    if let node = members["instead"]?.value {
      let inner = try document.members(of: node, "instead", known: ["channel", "text"])
      if let node = inner["channel"]?.value { policy.insteadChannel = try document.string(node, "channel") }
      if let node = inner["text"]?.value { policy.insteadText = try document.string(node, "text") }
    }
    return policy
  }

  private static func readEntities(
    _ node: Node, _ document: YAMLDocument, into policy: inout Policy
  ) throws(Diagnostic) {
    let names = EntityType.allCases.map(\.name)
    let entries = try document.members(of: node, "entities", known: names)
    for name in entries.keys.sorted() {
      guard let entity = EntityType(name: name), let entry = entries[name]?.value else { continue }
      if case .scalar = entry {
        policy[entity].action = try action(entry, document)
        continue
      }
      let inner = try document.members(of: entry, name, known: ["action", "redaction", "text"])
      if let node = inner["action"]?.value { policy[entity].action = try action(node, document) }
      guard let node = inner["redaction"]?.value else { continue }
      let kind = try document.string(node, "redaction")
      switch kind {
      case "tag": policy[entity].redaction = .tag
      case "mask": policy[entity].redaction = .mask
      case "hash": policy[entity].redaction = .hash
      case "generalize": policy[entity].redaction = .generalize
      case "partial": policy[entity].redaction = .partial
      case "fixed":
        guard let text = inner["text"]?.value else {
          throw document.diagnostic(node, "redaction fixed has no text", remedy: "add a line text: …")
        }
        let fixed = try document.string(text, "text")
        guard fixed.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "`") }) else {
          throw document.diagnostic(
            text, "the fixed text holds characters outside the basic text-message alphabet",
            remedy: "use plain letters, digits and punctuation: one other character would halve the room of the whole message")
        }
        policy[entity].redaction = .fixed(fixed)
      default:
        let known = ["tag", "mask", "fixed", "hash", "generalize", "partial"]
        throw document.diagnostic(
          node, "unknown redaction \"\(kind)\"",
          remedy: nearest(to: kind, among: known).map { "did you mean \($0)?" }
            ?? "use one of: " + known.joined(separator: ", "))
      }
    }
  }

  private static func action(_ node: Node, _ document: YAMLDocument) throws(Diagnostic) -> Action {
    let name = try document.string(node, "an action")
    guard let action = Action(name: name) else {
      throw document.diagnostic(
        node, "unknown action \"\(name)\"",
        // No guess here: "reject" is nearer to redact than to block.
        remedy: "use pass, redact or block")
    }
    return action
  }

  /// A date (the end of that day, UTC) or an RFC 3339 instant in UTC, as seconds since 1970.
  private static func instant(_ node: Node, _ document: YAMLDocument) throws(Diagnostic) -> Int64 {
    let text = Array(try document.string(node, "expires").utf8)
    let wrong = document.diagnostic(
      node, "expires is neither a date nor an instant",
      remedy: "write 2027-12-31, or 2027-12-31T23:59:59Z")
    func number(_ range: Range<Int>) throws(Diagnostic) -> Int64 {
      guard range.upperBound <= text.count else { throw wrong }
      var value: Int64 = 0
      for digit in text[range] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { throw wrong }
        value = value * 10 + Int64(digit - UInt8(ascii: "0"))
      }
      return value
    }
    guard text.count == 10 || text.count == 20, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-")
    else { throw wrong }
    let (year, month, day) = (try number(0..<4), try number(5..<7), try number(8..<10))
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let lengths: [Int64] = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year >= 1970, (1...12).contains(month), day >= 1, day <= lengths[Int(month) - 1] else {
      throw wrong
    }
    // Days since 1970-01-01 by the civil-calendar count: years before, leap days before, days.
    var days = (year - 1970) * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 477
    days += lengths[0..<Int(month - 1)].reduce(0, +) + day - 1
    if text.count == 10 { return (days + 1) * 86_400 }
    guard text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
      text[19] == UInt8(ascii: "Z")
    else { throw wrong }
    let (hour, minute, second) = (try number(11..<13), try number(14..<16), try number(17..<19))
    guard hour < 24, minute < 60, second < 60 else { throw wrong }
    return days * 86_400 + hour * 3_600 + minute * 60 + second
  }
}
