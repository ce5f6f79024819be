internal import TightlipCore

/// The envelope's members: what the protocol lists has its type, or the request is refused.
extension RequestReader {
  mutating func readSender(
    _ document: JSONDocument, _ object: Int, _ message: inout Message
  ) throws(RequestError) {
    var index = try firstMember(document, object)
    let end = document.end(object)
    while index < end {
      let key = document.string(index)
      let value = index + 1
      switch key.count {
      case 2 where key == "id": try readString(document, value, &message.senderID)
      case 4 where key == "role": try readString(document, value, &message.senderRole)
      default: break
      }
      index = document.after(value)
    }
  }

  mutating func readChannel(
    _ document: JSONDocument, _ object: Int, _ message: inout Message
  ) throws(RequestError) {
    var index = try firstMember(document, object)
    let end = document.end(object)
    while index < end {
      let key = document.string(index)
      let value = index + 1
      switch key.count {
      case 4 where key == "kind": try readString(document, value, &message.channelKind)
      case 9 where key == "encrypted": message.channelIsEncrypted = try readBool(document, value)
      case 15 where key == "deviceEncrypted":
        message.deviceIsEncrypted = try readBool(document, value)
      case 16 where key == "deviceAttestedAt":
        message.deviceAttestedAt = try readTime(document, value, .time)
      default: break
      }
      index = document.after(value)
    }
  }

  mutating func readRecipient(
    _ document: JSONDocument, _ object: Int, _ message: inout Message
  ) throws(RequestError) {
    var index = try firstMember(document, object)
    let end = document.end(object)
    while index < end {
      let key = document.string(index)
      let value = index + 1
      switch key.count {
      case 2 where key == "id": try readString(document, value, &message.recipientID)
      case 5 where key == "state":
        try checkString(document, value)
        // SAFETY: a string's bytes lie in the parser's own memory, which lasts until the next line is parsed;
        // nothing of it is kept.
        guard let state = unsafe USState(document.string(value).buffer.span) else {
          throw RequestError(.state)
        }
        message.state = state
      case 5 where key == "known": try readKnown(document, value, &message)
      case 7 where key == "consent": try readConsent(document, value, &message)
      case 8 where key == "timeZone":
        try checkTimeZone(document, value)
        document.string(value).copy(to: &message.timeZone)
      case 9 where key == "timeZones":
        var element = try firstElement(document, value)
        let last = document.end(value)
        while element < last {
          try checkTimeZone(document, element)
          append(document.string(element), to: &message.timeZones)
          element = document.after(element)
        }
      default: break
      }
      index = document.after(value)
    }
  }

  private mutating func readKnown(
    _ document: JSONDocument, _ object: Int, _ message: inout Message
  ) throws(RequestError) {
    var index = try firstMember(document, object)
    let end = document.end(object)
    while index < end {
      let key = document.string(index)
      let value = index + 1
      switch key.count {
      case 5 where key == "names": try readStrings(document, value, &message.known.names)
      case 11 where key == "identifiers":
        try readStrings(document, value, &message.known.identifiers)
      case 11 where key == "dateOfBirth":
        try readString(document, value, &message.known.dateOfBirth)
        guard unsafe CalendarDay(document.string(value).buffer.span) != nil else {
          throw RequestError(.date)
        }
      default: break
      }
      index = document.after(value)
    }
  }

  private mutating func readConsent(
    _ document: JSONDocument, _ object: Int, _ message: inout Message
  ) throws(RequestError) {
    var index = try firstMember(document, object)
    let end = document.end(object)
    message.consent.isGiven = true
    while index < end {
      let key = document.string(index)
      let value = index + 1
      switch key.count {
      case 6 where key == "status":
        message.consent.status = try readStatus(document, value)
      case 5 where key == "scope": try readScope(document, value, &message.consent)
      case 7 where key == "expires":
        try checkString(document, value)
        guard let expiry = unsafe Expiry(document.string(value).buffer.span) else {
          throw RequestError(.time)
        }
        message.consent.expiry = expiry
      case 16 where key == "preferredChannel":
        try readString(document, value, &message.consent.preferredChannel)
      case 22 where key == "disclosureAcknowledged":
        message.consent.disclosureIsAcknowledged = try readBool(document, value)
      default: break
      }
      index = document.after(value)
    }
  }

  private func readStatus(
    _ document: JSONDocument, _ value: Int
  ) throws(RequestError) -> ConsentStatus {
    try checkString(document, value)
    let status = document.string(value)
    if status == "granted" { return .granted }
    if status == "revoked" { return .revoked }
    if status == "never" { return .never }
    if status == "unknown" { return .unknown }
    throw RequestError(.memberType)
  }

  /// `"all"`, or a list of purposes, among which `all` may stand.
  private mutating func readScope(
    _ document: JSONDocument, _ value: Int, _ consent: inout Consent
  ) throws(RequestError) {
    consent.hasScope = true
    if document.kind(value) == .string {
      guard document.string(value) == "all" else { throw RequestError(.memberType) }
      consent.coversEverything = true
      return
    }
    var element = try firstElement(document, value)
    let end = document.end(value)
    while element < end {
      try checkString(document, element)
      if document.string(element) == "all" {
        consent.coversEverything = true
      } else {
        append(document.string(element), to: &consent.scope)
      }
      element = document.after(element)
    }
  }

  func readInReplyTo(
    _ document: JSONDocument, _ object: Int, _ message: inout Message
  ) throws(RequestError) {
    var index = try firstMember(document, object)
    message.inReplyTo.isGiven = true
    let end = document.end(object)
    while index < end {
      let key = document.string(index)
      let value = index + 1
      switch key.count {
      case 2 where key == "id": try readString(document, value, &message.inReplyTo.id)
      case 10 where key == "receivedAt":
        message.inReplyTo.receivedAt = try readTime(document, value, .time)
      default: break
      }
      index = document.after(value)
    }
  }

  // MARK: Values

  @inline(__always)
  private func firstMember(_ document: JSONDocument, _ index: Int) throws(RequestError) -> Int {
    guard document.kind(index) == .object else { throw RequestError(.memberType) }
    return index + 1
  }

  @inline(__always)
  private func firstElement(_ document: JSONDocument, _ index: Int) throws(RequestError) -> Int {
    guard document.kind(index) == .array else { throw RequestError(.memberType) }
    return index + 1
  }

  @inline(__always)
  private func checkString(_ document: JSONDocument, _ index: Int) throws(RequestError) {
    guard document.kind(index) == .string else { throw RequestError(.memberType) }
    if hasEscape, document.string(index).contains(0) { throw RequestError(.nul) }
  }

  @inline(__always)
  func readString(
    _ document: JSONDocument, _ index: Int, _ target: inout [UInt8]
  ) throws(RequestError) {
    try checkString(document, index)
    document.string(index).copy(to: &target)
  }

  private mutating func readStrings(
    _ document: JSONDocument, _ array: Int, _ target: inout [[UInt8]]
  ) throws(RequestError) {
    var element = try firstElement(document, array)
    let end = document.end(array)
    while element < end {
      try checkString(document, element)
      // An empty name or number would stand everywhere, and says nothing.
      if document.string(element).count > 0 {
        append(document.string(element), to: &target)
      }
      element = document.after(element)
    }
  }

  /// Appends a string, in storage of a message before where there is any.
  private mutating func append(_ string: JSONString, to target: inout [[UInt8]]) {
    target.append(spare.popLast() ?? [])
    string.copy(to: &target[target.count - 1])
  }

  private func readBool(_ document: JSONDocument, _ index: Int) throws(RequestError) -> Bool {
    switch document.kind(index) {
    case .true: true
    case .false: false
    default: throw RequestError(.memberType)
    }
  }

  func readDirection(
    _ document: JSONDocument, _ index: Int
  ) throws(RequestError) -> Direction {
    guard document.kind(index) == .string else { throw RequestError(.direction) }
    if document.string(index) == "outbound" { return .outbound }
    if document.string(index) == "inbound" { return .inbound }
    throw RequestError(.direction)
  }

  func readTime(
    _ document: JSONDocument, _ index: Int, _ code: RequestError.Code
  ) throws(RequestError) -> Instant {
    guard document.kind(index) == .string,
      let instant = unsafe Instant(rfc3339: document.string(index).buffer.span)
    else { throw RequestError(code) }
    return instant
  }

  /// A zone must have a name, and one that is known where the reader was told which are.
  private func checkTimeZone(_ document: JSONDocument, _ index: Int) throws(RequestError) {
    try checkString(document, index)
    let name = document.string(index)
    guard name.count > 0 else { throw RequestError(.timeZone) }
    if let known = options.timeZones, unsafe known.number(of: name.buffer.span) == nil {
      throw RequestError(.timeZone)
    }
  }
}
