internal import CTightlipJSON
package import TightlipCore

/// Reads lines as requests. One for each worker: it keeps its memory from line to line.
///
/// The whole line is validated before anything of it is used: UTF-8, JSON, one document, no member
/// twice in any object. Members the protocol knows must have their type; `null` is not a way of
/// leaving one out. Members it does not know are ignored, and so not looked through: whoever copies
/// them onward (``RewriteWriter`` does) sends them unread.
package struct RequestReader: ~Copyable, Sendable {
  /// The instruction set the JSON parser chose, for diagnostics.
  package static var kernel: String { JSONParser.kernel }

  /// The bytes after a line that must be readable to read it where it stands.
  package static var padding: Int { JSONParser.padding }

  let options: RequestOptions
  private let padding = JSONParser.padding
  /// Whether the text is a member of the request itself, and no rewriting needs its place.
  private let isPlain: Bool
  private let firstToken: FragmentTable
  private var parser: JSONParser
  private var members = MemberCheck()
  private var path: [Int] = []
  private var padded: [UInt8] = []
  var spare: [[UInt8]] = []
  private var sink = ByteSink()
  /// Whether the line has a backslash. Only an escape can make a NUL: a raw one is no JSON.
  private(set) var hasEscape = true

  /// Where the last line's text stood; only with ``RequestOptions/rewrites``, nil after an error.
  package private(set) var rewriteLocation: RewriteLocation?

  /// A reader.
  package init(options: RequestOptions = RequestOptions()) {
    self.options = options
    firstToken = FragmentTable([options.textPointer.tokens[0]], [])
    isPlain = options.textPointer.tokens.count == 1 && !options.rewrites
    parser = JSONParser(maxBytes: options.maxBytes, maxDepth: options.maxDepth)
  }

  /// Reads a line by itself. Copies it, unlike ``read(_:of:into:)``.
  package mutating func read(
    _ line: Span<UInt8>, into message: inout Message
  ) throws(RequestError) {
    try read(0..<line.count, of: line, into: &message)
  }

  /// Reads the line that stands at `range` in a buffer.
  ///
  /// Where ``padding`` bytes of the buffer follow the line, it is read where it stands; else it is
  /// copied first. What these bytes hold does not matter.
  ///
  /// - Parameters:
  ///   - range: The line in the buffer, without its end-of-line characters.
  ///   - buffer: The buffer, and whatever follows the line in it.
  ///   - message: Takes the request; what it held before is forgotten, its storage used again.
  ///     After an error it is empty but for `identifierJSON`, which is kept where the line is JSON
  ///     and has one id.
  /// - Throws: Any ``RequestError`` code.
  /// - Complexity: Linear in the length of the line, but for n log n in the members of one object.
  package mutating func read(
    _ range: Range<Int>, of buffer: Span<UInt8>, into message: inout Message
  ) throws(RequestError) {
    recycle(&message)
    rewriteLocation = nil
    if range.count > options.maxBytes { throw RequestError(.tooLong) }
    let line = buffer.extracting(range)
    var document = JSONDocument()
    let isPadded = buffer.count - range.upperBound >= padding
    let status = parse(line, isPadded: isPadded, &document)
    guard status == TIGHTLIP_JSON_OK else { throw Self.error(status, line) }
    // simdjson takes a byte order mark for an error today; later versions skip it.
    if line[0] == 0xEF { throw RequestError(.malformedJSON) }
    guard document.kind(JSONDocument.root) == .object else { throw RequestError(.notAnObject) }
    do throws(RequestError) {
      if members.hasDuplicate(document) { throw RequestError(.duplicateMember) }
      hasEscape = Self.contains(line, UInt8(ascii: "\\"))
      if hasEscape, JSONScanner.hasLoneSurrogate(line) {
        throw RequestError(.loneSurrogate)
      }
      try readRequest(document, line, &message)
    } catch {
      recycle(&message)
      rewriteLocation = nil
      recoverIdentifier(document, line, &message)
      throw error
    }
  }

  // MARK: Parsing

  private mutating func parse(
    _ line: Span<UInt8>, isPadded: Bool, _ document: inout JSONDocument
  ) -> tightlip_json_status {
    if isPadded {
      // SAFETY: the caller's buffer goes on for `padding` bytes after the line.
      return unsafe line.withUnsafeBytes { unsafe parser.parse($0, into: &document) }
    }
    padded.removeAll(keepingCapacity: true)
    padded.reserveCapacity(line.count + JSONParser.padding)
    unsafe line.withUnsafeBufferPointer { unsafe padded.append(contentsOf: $0) }
    padded.append(contentsOf: repeatElement(0x20, count: JSONParser.padding))
    return unsafe padded.withUnsafeBytes {
      unsafe parser.parse(UnsafeRawBufferPointer(rebasing: $0[..<line.count]), into: &document)
    }
  }

  /// Why simdjson refused a line. The line is looked at again, since the first thing simdjson met
  /// is not always the one to name.
  private static func error(_ status: tightlip_json_status, _ line: Span<UInt8>) -> RequestError {
    switch Int(status) {
    case Int(TIGHTLIP_JSON_EMPTY): return RequestError(.empty)
    case Int(TIGHTLIP_JSON_CAPACITY): return RequestError(.tooLong)
    case Int(TIGHTLIP_JSON_MEMORY): return RequestError(.memory)
    default: break
    }
    let isUTF8 = unsafe line.withUnsafeBufferPointer {
      unsafe $0.baseAddress.map { unsafe tightlip_json_is_utf8($0, line.count) } ?? true
    }
    if !isUTF8 { return RequestError(.invalidUTF8) }
    if contains(line, 0) { return RequestError(.nul) }
    if status == TIGHTLIP_JSON_DEPTH { return RequestError(.depth) }
    if status == TIGHTLIP_JSON_STRING, JSONScanner.hasLoneSurrogate(line) {
      return RequestError(.loneSurrogate)
    }
    return RequestError(.malformedJSON)
  }

  private static func contains(_ line: Span<UInt8>, _ byte: UInt8) -> Bool {
    unsafe line.withUnsafeBufferPointer {
      unsafe $0.baseAddress.map { unsafe tightlip_json_find($0, line.count, byte) < line.count }
        ?? false
    }
  }

  // MARK: Members

  private mutating func readRequest(
    _ document: JSONDocument, _ line: Span<UInt8>, _ message: inout Message
  ) throws(RequestError) {
    var text = 0
    var position = 0
    var index = JSONDocument.root + 1
    let end = document.end(JSONDocument.root)
    while index < end {
      let key = document.string(index)
      let value = index + 1
      if isPlain, unsafe key.equals(firstToken.piece(0)) {
        text = value
      } else {
        switch key.count {
        case 2 where key == "id":
          try readIdentifier(document, value, position, line, &message)
        case 8 where key == "tightlip" && options.rewrites: throw RequestError(.reservedMember)
        case _ where !options.readsEnvelope: break
        case 6 where key == "sender": try readSender(document, value, &message)
        case 6 where key == "sentAt":
          message.sentAt = try readTime(document, value, .sentAt)
        case 6 where key == "thread": try readString(document, value, &message.thread)
        case 7 where key == "channel": try readChannel(document, value, &message)
        case 7 where key == "purpose": try readString(document, value, &message.purpose)
        case 9 where key == "direction":
          message.direction = try readDirection(document, value)
        case 9 where key == "recipient": try readRecipient(document, value, &message)
        case 9 where key == "inReplyTo": try readInReplyTo(document, value, &message)
        default: break
        }
      }
      index = document.after(value)
      position += 1
    }
    if !isPlain { text = resolveText(document) }
    guard text != 0 else { throw RequestError(.noText) }
    guard document.kind(text) == .string else { throw RequestError(.textType) }
    try readString(document, text, &message.text)
    if options.rewrites { rewriteLocation = try locate(line) }
  }

  /// The element the text pointer names, or 0; leaves the way to it in `path`.
  private mutating func resolveText(_ document: JSONDocument) -> Int {
    path.removeAll(keepingCapacity: true)
    var element = JSONDocument.root
    for token in options.textPointer.tokens {
      let kind = document.kind(element)
      guard kind == .object || kind == .array else { return 0 }
      let wanted = kind == .array ? TextPointer.position(token) : nil
      var position = 0
      var found = 0
      var index = element + 1
      let end = document.end(element)
      while index < end {
        if kind == .object {
          if document.string(index).equals(token) {
            found = index + 1
            break
          }
          index += 1
        } else if position == wanted {
          found = index
          break
        }
        index = document.after(index)
        position += 1
      }
      guard found != 0 else { return 0 }
      path.append(position)
      element = found
    }
    return element
  }

  private func locate(_ line: Span<UInt8>) throws(RequestError) -> RewriteLocation {
    var scanner = JSONScanner()
    var brace = line.count - 1
    while brace > 0, JSONScanner.isSpace(line[brace]) { brace -= 1 }
    guard let literal = scanner.literal(at: path, in: line), literal.count >= 2,
      line[literal.lowerBound] == UInt8(ascii: "\""),
      line[literal.upperBound - 1] == UInt8(ascii: "\""),
      literal.upperBound <= brace, line[brace] == UInt8(ascii: "}")
    else { throw RequestError(.malformedJSON) }
    return RewriteLocation(
      literal: ByteRange(start: literal.lowerBound, end: literal.upperBound), closingBrace: brace)
  }

  private mutating func readIdentifier(
    _ document: JSONDocument, _ value: Int, _ position: Int, _ line: Span<UInt8>,
    _ message: inout Message
  ) throws(RequestError) {
    switch document.kind(value) {
    case .string:
      sink.removeAll()
      unsafe sink.appendJSONString(document.string(value).buffer)
      unsafe message.identifierJSON.append(contentsOf: sink.bytes)
    case .number:
      // The literal itself: 1.0, -0 and 1e2 come back as they were.
      var scanner = JSONScanner()
      guard let literal = scanner.literal(at: [position], in: line) else {
        throw RequestError(.malformedJSON)
      }
      for index in literal { message.identifierJSON.append(line[index]) }
    case .true: message.identifierJSON.append(contentsOf: "true".utf8)
    case .false: message.identifierJSON.append(contentsOf: "false".utf8)
    case .null: message.identifierJSON.append(contentsOf: "null".utf8)
    case .object, .array, .end: throw RequestError(.idType)
    }
  }

  /// After an error: the id, if there is one, only one, and it can be written down.
  private mutating func recoverIdentifier(
    _ document: JSONDocument, _ line: Span<UInt8>, _ message: inout Message
  ) {
    var found = 0
    var foundPosition = 0
    var position = 0
    var index = JSONDocument.root + 1
    let end = document.end(JSONDocument.root)
    while index < end {
      if document.string(index) == "id" {
        if found != 0 { return }
        found = index + 1
        foundPosition = position
      }
      index = document.after(index + 1)
      position += 1
    }
    guard found != 0 else { return }
    if document.kind(found) == .string {
      let string = document.string(found)
      let isUTF8 = unsafe string.buffer.baseAddress.map {
        unsafe tightlip_json_is_utf8($0, string.count)
      }
      guard isUTF8 == true else { return }
    }
    do throws(RequestError) {
      try readIdentifier(document, found, foundPosition, line, &message)
    } catch {
      message.identifierJSON.removeAll(keepingCapacity: true)
    }
  }

  // MARK: Reuse

  /// Empties a message, keeping all of its storage for the next one.
  private mutating func recycle(_ message: inout Message) {
    while let name = message.known.names.popLast() { keep(name) }
    while let identifier = message.known.identifiers.popLast() { keep(identifier) }
    while let zone = message.timeZones.popLast() { keep(zone) }
    while let purpose = message.consent.scope.popLast() { keep(purpose) }
    message.known.dateOfBirth.removeAll(keepingCapacity: true)
    message.reset()
  }

  private mutating func keep(_ array: consuming [UInt8]) {
    if spare.count < 64 { spare.append(array) }
  }
}
