internal import Foundation
package import TightlipCore

/// What an audit log says beside the records of messages. Never holds text of a message.
package struct AuditEvent: Codable, Hashable, Sendable {
  /// What happened.
  package enum Kind: String, Codable, Sendable {
    /// A program began to write; says which engine, pack and policy judge from here on.
    case opened
    /// Another pack or policy judges from here on.
    case changed
    /// The program ended as it should.
    case closed
    /// Messages were blocked without a record, because none could be written.
    case interrupted
    /// Texting was halted, or the halt was lifted.
    case halted, resumed
    /// Somebody changed by a command what a patient permits, or imported a table of that.
    case consent
    /// Records were removed from the store because their time was over.
    case expired
  }

  /// What happened.
  package var event: Kind
  /// When, RFC 3339.
  package var at: String
  /// The session of the program that says so.
  package var session: String?
  /// The command that says so.
  package var by: String?
  /// What was said about texting: the kind of a consent event.
  package var consent: String?
  /// The keyed hash of the id of the patient it is about.
  package var patient: String?
  /// The version of the engine.
  package var engine: String?
  /// Name, version and SHA-256 of the pack and of the policy.
  package var pack: String?
  package var packHash: String?
  package var policy: String?
  package var policyHash: String?
  /// How many messages or records it is about.
  package var count: Int?

  /// An event.
  package init(_ event: Kind, at time: Instant) {
    self.event = event
    at = time.text
  }

  /// How the first line of every log begins.
  static let opening = "{\"event\":\"opened\",\"at\":\""

  /// One line of JSON, with its LF. The members stand in one order.
  package var line: [UInt8] {
    var line: [UInt8] = []
    JSONText.append("{\"event\":", event.rawValue, to: &line)
    JSONText.append(",\"at\":", at, to: &line)
    JSONText.append(",\"session\":", session, to: &line)
    JSONText.append(",\"by\":", by, to: &line)
    JSONText.append(",\"consent\":", consent, to: &line)
    JSONText.append(",\"patient\":", patient, to: &line)
    JSONText.append(",\"engine\":", engine, to: &line)
    JSONText.append(",\"pack\":", pack, to: &line)
    JSONText.append(",\"packHash\":", packHash, to: &line)
    JSONText.append(",\"policy\":", policy, to: &line)
    JSONText.append(",\"policyHash\":", policyHash, to: &line)
    if let count { line.append(contentsOf: ",\"count\":\(count)".utf8) }
    line.append(contentsOf: "}\n".utf8)
    return line
  }
}

/// Writes members of JSON objects.
enum JSONText {
  /// Appends a key with its punctuation and a string, where there is one.
  static func append(_ key: StaticString, _ value: String?, to output: inout [UInt8]) {
    guard let value else { return }
    append(key, to: &output)
    append(string: value, to: &output)
  }

  /// Appends a fixed text.
  static func append(_ text: StaticString, to output: inout [UInt8]) {
    // SAFETY: a static string's bytes last for ever.
    unsafe output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a string literal.
  static func append(string value: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        output.append(UInt8(ascii: "\\"))
        output.append(byte)
      case 0..<0x20, 0x7F:
        output.append(contentsOf: "\\u00".utf8)
        Hexadecimal.append([byte], to: &output)
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}

extension Instant {
  /// RFC 3339 in UTC, whole seconds.
  package var text: String {
    let characters = rfc3339
    return String(decoding: characters.indices.map { characters[$0] }, as: UTF8.self)
  }
}
