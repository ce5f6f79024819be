import TightlipCore

/// The keys of a policy file: what the reader knows, what the JSON Schema lists, and what remedies
/// offer. One table, so that the three cannot differ.
package enum PolicyKeys {
  /// For each mapping with fixed keys, by its path, the keys. `*` stands for a key of free choice.
  package static let table: [String: [String]] = [
    "": [
      "policy", "version", "halt", "haltDirections", "haltFile", "expires", "monitor", "threshold", "inbound",
      "entities", "encrypted", "names", "health", "linkage", "evasion", "limits", "practice", "senders", "purposes",
      "channels", "devices", "quietHours", "clocks", "consent", "healthcareLimits", "threads", "blockMarker", "instead",
    ],
    "inbound": ["action", "help"],
    "entities": EntityType.allCases.map(\.name),
    "entities.*": ["action", "redaction", "text", "accept"],
    "encrypted": ["entities"],
    "encrypted.entities": EntityType.allCases.map(\.name),
    "names": ["first", "own"],
    "health": ["general", "certain", "medication", "procedure"],
    "linkage": ["personAndHealth", "addressedHealth", "birthDateAndName"],
    "evasion": ["disguised"],
    "limits": ["redactions", "redactedPercent", "risk", "accept"],
    "practice": ["names", "phones", "addresses", "domains", "timeZone"],
    "senders": ["required", "roles", "unspecified", "accept"],
    "senders.roles.*": ["ids", "purposes", "entities", "topics", "except"],
    "senders.unspecified": ["purposes"],
    "purposes.*": ["entities", "accept"],
    "channels.*": ["action", "quietHours", "entities", "accept"],
    "channels.*.entities": EntityType.allCases.map(\.name),
    "devices": ["unencrypted", "attestationDays", "notice"],
    "quietHours": [
      "apply", "from", "until", "stateWindows", "fallbackTimeZones", "replyGrace", "accept",
    ],
    "clocks": ["answerWithin", "businessHours", "holidays", "autoReply"],
    "clocks.businessHours": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    "consent": ["mode", "preferredChannel"],
    "healthcareLimits": ["enforce", "codePoints", "perDay", "perWeek"],
    "threads": ["memory", "hours", "messages", "threads"],
    "instead": ["channel", "text", "reasons"],
    "instead.reasons": ReasonCode.allCases.map(\.code),
    "instead.reasons.*": ["channel", "text"],
    // The long form of a rule that is an action, a number or a switch.
    "action": ["action", "accept"],
    "value": ["value", "accept"],
    "accept": ["weaker", "reason", "owner"],
  ]
}
