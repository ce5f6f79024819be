package import TightlipCore

/// Where in a gateway's own object the text stands: a JSON Pointer (RFC 6901).
package struct TextPointer: Hashable, Sendable {
  /// The member names and array positions on the way, unescaped, UTF-8.
  let tokens: [[UInt8]]

  /// `/text`, the protocol's own member.
  package static let text = TextPointer(tokens: [Array("text".utf8)])

  private init(tokens: [[UInt8]]) { self.tokens = tokens }

  /// The pointer written as RFC 6901 has it, for example `/body/text`.
  ///
  /// Nil when it is not such a pointer, and when it is empty, `/id` or within `/id` (which would
  /// be echoed unread), or `/tightlip` or within it (which is the answer's own).
  package init?(_ pointer: some StringProtocol) {
    var bytes = Array(pointer.utf8)[...]
    guard bytes.popFirst() == UInt8(ascii: "/") else { return nil }
    var tokens: [[UInt8]] = [[]]
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "/"): tokens.append([])
      case UInt8(ascii: "~"):
        switch bytes.popFirst() {
        case UInt8(ascii: "0"): tokens[tokens.count - 1].append(UInt8(ascii: "~"))
        case UInt8(ascii: "1"): tokens[tokens.count - 1].append(UInt8(ascii: "/"))
        default: return nil
        }
      default: tokens[tokens.count - 1].append(byte)
      }
    }
    if tokens[0] == Array("id".utf8) || tokens[0] == Array("tightlip".utf8) { return nil }
    self.tokens = tokens
  }

  /// A token as a position in an array: `0`, or digits without a leading zero.
  static func position(_ token: [UInt8]) -> Int? {
    guard let first = token.first, token.count <= 9,
      token.allSatisfy({ (0x30...0x39).contains($0) }), first != 0x30 || token.count == 1
    else { return nil }
    return token.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}

/// How requests are read.
package struct RequestOptions: Sendable {
  /// Where the text stands.
  package var textPointer: TextPointer
  /// Whether to find the text's literal in the line, for ``RewriteWriter``.
  package var rewrites: Bool
  /// Whether the protocol's own members (direction, channel, known …) are read beside text and id. A
  /// gateway's own object may use the same names for something else.
  package var readsEnvelope: Bool
  /// The time zones that are known; any name will do where there are none.
  package var timeZones: NameTable?
  /// The longest line read, in bytes.
  package var maxBytes: Int
  /// How many levels of objects and arrays a request may have.
  package var maxDepth: Int

  /// Options; the defaults fit the line protocol.
  package init(
    textPointer: TextPointer = .text, rewrites: Bool = false, readsEnvelope: Bool = true,
    timeZones: NameTable? = nil, maxBytes: Int = 1 << 20, maxDepth: Int = 64
  ) {
    self.timeZones = timeZones
    self.readsEnvelope = readsEnvelope
    self.textPointer = textPointer
    self.rewrites = rewrites
    self.maxBytes = max(1, min(maxBytes, 1 << 30))
    self.maxDepth = max(8, min(maxDepth, 1024))
  }
}

/// Where in a line the parts stand that a rewrite replaces.
package struct RewriteLocation: Hashable, Sendable {
  /// The text's string literal, with its quotation marks; bytes of the line.
  package var literal: ByteRange
  /// The brace that closes the object; a byte of the line.
  package var closingBrace: Int
}
