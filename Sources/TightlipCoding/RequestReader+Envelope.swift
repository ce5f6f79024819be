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
      case 16 where key == "deviceAttestedAt": try readTime(document, value, .time)
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
      case 5 where key == "state": try checkString(document, value)
      case 5 where key == "known": try readKnown(document, value, &message)
      case 7 where key == "consent": try readConsent(document, value, &message)
      case 8 where key == "timeZone": try checkTimeZone(document, value)
      case 9 where key == "timeZones":
        var element = try firstElement(document, value)
        let last = document.end(value)
        while element < last {
          try checkTimeZone(document, element)
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
        guard unsafe Timestamp.isDate(document.string(value).buffer) else {
          throw RequestError(.date)
        }
      default: break
      }
      index = document.after(value)
    }
  }

  private func readConsent(
    _ document: JSONDocument, _ object: Int, _ message: inout Message
  ) throws(RequestError) {
    var index = try firstMember(document, object)
    let end = document.end(object)
    while index < end {
      let key = document.string(index)
      let value = index + 1
      switch key.count {
      case 6 where key == "status":
        try checkString(document, value)
        let status = document.string(value)
        guard status == "granted" || status == "revoked" || status == "never" || status == "unknown"
        else { throw RequestError(.memberType) }
        message.consentIsRevoked = status == "revoked"
      case 5 where key == "scope": try checkScope(document, value)
      case 7 where key == "expires":
        try checkString(document, value)
        let expiry = document.string(value)
        guard unsafe Timestamp.isDate(expiry.buffer) || Timestamp.isDateTime(expiry.buffer) else {
          throw RequestError(.time)
        }
      case 16 where key == "preferredChannel": try checkString(document, value)
      case 22 where key == "disclosureAcknowledged": _ = try readBool(document, value)
      default: break
      }
      index = document.after(value)
    }
  }

  private func checkScope(_ document: JSONDocument, _ value: Int) throws(RequestError) {
    if document.kind(value) == .string {
      guard document.string(value) == "all" else { throw RequestError(.memberType) }
      return
    }
    var element = try firstElement(document, value)
    let end = document.end(value)
    while element < end {
      try checkString(document, element)
      element = document.after(element)
    }
  }

  func checkInReplyTo(_ document: JSONDocument, _ object: Int) throws(RequestError) {
    var index = try firstMember(document, object)
    let end = document.end(object)
    while index < end {
      let key = document.string(index)
      let value = index + 1
      switch key.count {
      case 2 where key == "id": try checkString(document, value)
      case 10 where key == "receivedAt": try readTime(document, value, .time)
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
        target.append(spare.popLast() ?? [])
        document.string(element).copy(to: &target[target.count - 1])
      }
      element = document.after(element)
    }
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
  ) throws(RequestError) {
    guard document.kind(index) == .string,
      unsafe Timestamp.isDateTime(document.string(index).buffer)
    else { throw RequestError(code) }
  }

  private func checkTimeZone(_ document: JSONDocument, _ index: Int) throws(RequestError) {
    try checkString(document, index)
    if document.string(index).count == 0 { throw RequestError(.timeZone) }
  }
}
