import TightlipPatterns

enum ValidatorCheck {
  /// A validator reads its value and nothing beside it.
  static func problem(_ input: inout FuzzInput) -> String? {
    let value = input.rest()
    let before = Array("219-09-9999 a1".utf8)
    let framed = before + value + Array("9 0-1z".utf8)
    for validator in Validator.allCases {
      let isAccepted = validator.accepts(value.span)
      let isAcceptedInPlace = validator.accepts(framed.span.extracting(before.count..<before.count + value.count))
      if isAccepted != isAcceptedInPlace { return "\(validator.rawValue) looks beside the value" }
      if isAccepted, !value.contains(where: { $0 &- 0x30 < 10 }) && validator != .ipv6 && validator != .mac && validator != .time
        && validator != .date && validator != .birthDate && validator != .udiHIBC && validator != .passport
      {
        return "\(validator.rawValue) accepts what has no digit"
      }
      if isAccepted, value.contains(0) { return "\(validator.rawValue) accepts a NUL" }
    }
    return nil
  }
}
