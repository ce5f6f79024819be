public import CTightlip

/// The status codes as values; the header's constants are plain integers.
enum Status {
  static let ok = tightlip_status(TIGHTLIP_OK)
  static let invalidArgument = tightlip_status(TIGHTLIP_INVALID_ARGUMENT)
  static let configuration = tightlip_status(TIGHTLIP_CONFIGURATION)
  static let unavailable = tightlip_status(TIGHTLIP_UNAVAILABLE)
  static let busy = tightlip_status(TIGHTLIP_BUSY)

  static let texts = TextTable(
    [
      "all is well",
      "a handle or output is NULL, a flag is unknown, or lengths do not fit together",
      "the pack, the policy or an option is wrong, missing or unreadable",
      "PCRE2's JIT compiler or ICU's data is not available here",
      "another thread is inside a call with the same scanner",
      "unknown status",
    ].map { Array($0.utf8) })
}

@c @implementation public func tightlip_abi_version() -> UInt32 { UInt32(TIGHTLIP_ABI_VERSION) }

@c @implementation public func tightlip_version() -> UnsafePointer<CChar>! {
  // SAFETY: the texts are static storage; the caller's pointers are checked for NULL before they are written.
  unsafe FixedText.version[0]
}

@c @implementation public func tightlip_status_text(_ status: tightlip_status) -> UnsafePointer<CChar>! {
  let known = Status.ok...Status.busy
  return unsafe Status.texts[known.contains(status) ? Int(status) : Int(Status.busy) + 1]
}

/// What stands behind a `tightlip_error`.
final class ErrorHandle: Sendable {
  let text: HandleText

  init(_ problems: [String]) { text = HandleText(problems.joined(separator: "\n")) }
}

@c @implementation public func tightlip_error_text(
  _ error: OpaquePointer!, _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
  _ length: UnsafeMutablePointer<Int>!
) -> tightlip_status {
  unsafe length?.pointee = 0
  guard let text = unsafe text else { return Status.invalidArgument }
  unsafe text.pointee = FixedText.empty[0]
  guard let handle = unsafe Handle<ErrorHandle>.object(error) else { return Status.invalidArgument }
  unsafe text.pointee = handle.text.pointer
  unsafe length?.pointee = handle.text.count
  return Status.ok
}

@c @implementation public func tightlip_error_release(_ error: OpaquePointer!) {
  unsafe Handle<ErrorHandle>.release(error)
}
