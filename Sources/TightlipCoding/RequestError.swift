/// Why a line could not be read as a request.
///
/// A line that cannot be read is blocked. The error says which rule it broke, and never holds
/// anything of the line itself: every message is fixed.
package struct RequestError: Error, Hashable, Sendable {
  /// Which rule was broken.
  package struct Code: Hashable, Sendable {
    fileprivate enum Value: UInt8, CaseIterable {
      case malformedJSON, invalidUTF8, loneSurrogate, depth, tooLong, empty, notAnObject
      case duplicateMember, noText, textType, nul, memberType, idType, direction, sentAt, time
      case date, timeZone, state, reservedMember, memory
    }
    fileprivate let value: Value

    /// Not one whole JSON document, or one with a number out of range.
    package static let malformedJSON = Code(value: .malformedJSON)
    /// Not UTF-8.
    package static let invalidUTF8 = Code(value: .invalidUTF8)
    /// A `\ud800`…`\udfff` escape without its other half.
    package static let loneSurrogate = Code(value: .loneSurrogate)
    /// Nested too deeply.
    package static let depth = Code(value: .depth)
    /// Longer than the limit.
    package static let tooLong = Code(value: .tooLong)
    /// Nothing but white space.
    package static let empty = Code(value: .empty)
    /// JSON, but not an object.
    package static let notAnObject = Code(value: .notAnObject)
    /// A member given twice in one object, at any depth.
    package static let duplicateMember = Code(value: .duplicateMember)
    /// No text where it should be.
    package static let noText = Code(value: .noText)
    /// The text is not a string.
    package static let textType = Code(value: .textType)
    /// A NUL, raw or escaped, in the line or in a string the filter reads.
    package static let nul = Code(value: .nul)
    /// A known member of the wrong type.
    package static let memberType = Code(value: .memberType)
    /// The id is an object or an array.
    package static let idType = Code(value: .idType)
    /// The direction is neither `inbound` nor `outbound`.
    package static let direction = Code(value: .direction)
    /// `sentAt` is not an RFC 3339 time with an offset.
    package static let sentAt = Code(value: .sentAt)
    /// Another time is not an RFC 3339 time with an offset.
    package static let time = Code(value: .time)
    /// A date is not `YYYY-MM-DD`.
    package static let date = Code(value: .date)
    /// A time zone that is empty, or none that ICU knows.
    package static let timeZone = Code(value: .timeZone)
    /// A state that is none of the Postal Service's two-letter codes.
    package static let state = Code(value: .state)
    /// The object to rewrite already has a `tightlip` member.
    package static let reservedMember = Code(value: .reservedMember)
    /// No memory to read the line in.
    package static let memory = Code(value: .memory)

    /// Every code.
    package static let all: [Code] = Value.allCases.map(Code.init(value:))

    /// The stable name, for example `request.no-text`.
    package var name: StaticString {
      switch value {
      case .malformedJSON: "request.malformed-json"
      case .invalidUTF8: "request.invalid-utf8"
      case .loneSurrogate: "request.lone-surrogate"
      case .depth: "request.depth"
      case .tooLong: "request.too-long"
      case .empty: "request.empty"
      case .notAnObject: "request.not-an-object"
      case .duplicateMember: "request.duplicate-member"
      case .noText: "request.no-text"
      case .textType: "request.text-type"
      case .nul: "request.nul"
      case .memberType: "request.member-type"
      case .idType: "request.id-type"
      case .direction: "request.direction"
      case .sentAt: "request.sent-at"
      case .time: "request.time"
      case .date: "request.date"
      case .timeZone: "request.time-zone"
      case .state: "request.state"
      case .reservedMember: "request.reserved-member"
      case .memory: "request.memory"
      }
    }

    /// One sentence for people. Plain ASCII without quotation marks, so it stands in JSON as it is.
    package var message: StaticString {
      switch value {
      case .malformedJSON: "the line is not one whole JSON document"
      case .invalidUTF8: "the line is not valid UTF-8"
      case .loneSurrogate: "a surrogate escape stands without its other half"
      case .depth: "the document is nested too deeply"
      case .tooLong: "the line is longer than the limit"
      case .empty: "the line is empty"
      case .notAnObject: "a request is a JSON object"
      case .duplicateMember: "a member is given twice in one object"
      case .noText: "the request has no text"
      case .textType: "the text is not a string"
      case .nul: "the request holds a NUL character"
      case .memberType: "a member has the wrong type"
      case .idType: "the id is neither a string, a number, true, false nor null"
      case .direction: "the direction is neither inbound nor outbound"
      case .sentAt: "sentAt is not an RFC 3339 time with an offset"
      case .time: "a time is not an RFC 3339 time with an offset"
      case .date: "a date is not a calendar date written YYYY-MM-DD"
      case .timeZone: "a time zone is no name of the IANA time zone database"
      case .state: "a state is no two-letter code of the Postal Service"
      case .reservedMember: "the object to rewrite already has a member named tightlip"
      case .memory: "there is no memory to read the line in"
      }
    }
  }

  /// Which rule was broken.
  package let code: Code

  /// An error of the given code.
  package init(_ code: Code) { self.code = code }

  /// One sentence for people, always the same for one code.
  package var message: StaticString { code.message }
}

extension RequestError: CustomStringConvertible {
  /// The code's name and message. Holds nothing of the line.
  package var description: String { "\(code.name): \(code.message)" }
}
