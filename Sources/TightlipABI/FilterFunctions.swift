public import CTightlip
import CTightlipLoader
import Tightlip

internal import Glibc

/// What stands behind a `tightlip_filter`.
final class FilterHandle: Sendable {
  let filter: Filter
  let options: RequestScanner.Options
  let ruleNames: TextTable
  let insteadChannel: HandleText
  let insteadText: HandleText
  let description: HandleText

  init(_ filter: Filter, _ options: RequestScanner.Options, pack: String) {
    self.filter = filter
    self.options = options
    ruleNames = TextTable(filter.ruleNames)
    insteadChannel = HandleText(filter.policy.insteadChannel)
    insteadText = HandleText(filter.policy.insteadText)
    description = HandleText(filter.description(pack: pack))
  }
}

@c @implementation public func tightlip_filter_create(
  _ options: UnsafePointer<tightlip_options>!, _ filter: UnsafeMutablePointer<OpaquePointer?>!,
  _ error: UnsafeMutablePointer<OpaquePointer?>!
) -> tightlip_status {
  // SAFETY: pointers come from the caller under the header's contract (valid or NULL, lengths right); NULL is
  // checked, strings end in NUL, and nothing of the caller's is kept after the call.
  unsafe error?.pointee = nil
  guard let filter = unsafe filter else { return Status.invalidArgument }
  unsafe filter.pointee = nil
  var request: FilterRequest?
  if let options = unsafe options {
    request = unsafe FilterRequest(options)
  } else {
    request = FilterRequest()
  }
  guard let request else { return Status.invalidArgument }
  do throws(FilterError) {
    let handle = try request.make()
    unsafe filter.pointee = Handle.owned(handle)
    return Status.ok
  } catch let problem {
    unsafe error?.pointee = Handle.owned(ErrorHandle(problem.problems))
    return problem.kind == .unavailable ? Status.unavailable : Status.configuration
  }
}

@c @implementation public func tightlip_filter_retain(_ filter: OpaquePointer!) -> OpaquePointer! {
  unsafe Handle<FilterHandle>.retain(filter)
  return unsafe filter
}

@c @implementation public func tightlip_filter_release(_ filter: OpaquePointer!) {
  unsafe Handle<FilterHandle>.release(filter)
}

@c @implementation public func tightlip_filter_description(
  _ filter: OpaquePointer!, _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
  _ length: UnsafeMutablePointer<Int>!
) -> tightlip_status {
  unsafe length?.pointee = 0
  guard let text = unsafe text else { return Status.invalidArgument }
  unsafe text.pointee = FixedText.empty[0]
  guard let handle = unsafe Handle<FilterHandle>.object(filter) else { return Status.invalidArgument }
  unsafe text.pointee = handle.description.pointer
  unsafe length?.pointee = handle.description.count
  return Status.ok
}

/// `tightlip_options`, copied and checked.
struct FilterRequest {
  private static let flags: UInt32 = 0b1_1111
  private static let largestMaximum: UInt64 = 1 << 30

  private var pack: [UInt8]?
  private var policy: [UInt8]?
  private var textField: [UInt8]?
  private var hashKey: [UInt8]?
  private var maximumBytes = 1 << 20
  private var flags: UInt32 = 0

  /// All defaults.
  init() {}

  /// Nil where a member cannot be meant.
  @unsafe init?(_ pointer: UnsafePointer<tightlip_options>) {
    let known = unsafe MemoryLayout<tightlip_options>.size
    let size = unsafe pointer.pointee.size
    guard size >= known, size <= 1 << 12 else { return nil }
    // A caller of a later version may set members that this version does not know; what they ask
    // for cannot be given.
    let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: size)
    guard unsafe bytes[known...].allSatisfy({ $0 == 0 }) else { return nil }
    let options = unsafe pointer.pointee
    guard unsafe options.reserved == 0, unsafe options.flags & ~Self.flags == 0,
      unsafe options.maximum_bytes <= Self.largestMaximum
    else { return nil }
    func copy(_ start: UnsafePointer<CChar>?, _ count: Int, into bytes: inout [UInt8]?) -> Bool {
      guard count >= 0 else { return false }
      guard let start = unsafe start else { return count == 0 }
      guard count > 0 else { return true }
      bytes = unsafe UnsafeBufferPointer(start: start, count: count).map { UInt8(bitPattern: $0) }
      return true
    }
    guard unsafe copy(options.pack, options.pack_length, into: &pack),
      unsafe copy(options.policy, options.policy_length, into: &policy),
      unsafe copy(options.text_field, options.text_field_length, into: &textField),
      unsafe copy(options.hash_key, options.hash_key_length, into: &hashKey)
    else { return nil }
    unsafe flags = options.flags
    if unsafe options.maximum_bytes > 0 { maximumBytes = unsafe Int(options.maximum_bytes) }
  }

  private func has(_ flag: Int) -> Bool { flags & UInt32(flag) != 0 }

  func make() throws(FilterError) -> FilterHandle {
    var reading = RequestScanner.Options()
    reading.reveals = has(TIGHTLIP_REVEAL)
    reading.givesAllOffsets = has(TIGHTLIP_ALL_OFFSETS)
    reading.readsEnvelope = !has(TIGHTLIP_IGNORE_ENVELOPE)
    reading.rewrites = has(TIGHTLIP_REWRITE)
    if let textField { reading.textField = try Self.text(textField, "text_field") }
    let rules: Policy
    if let policy {
      rules = try Filter.readPolicy(try Self.text(policy, "policy"))
    } else {
      rules = .shippedDefault
    }
    var options = Filter.Options()
    options.isMonitoring = has(TIGHTLIP_MONITOR)
    options.maximumBytes = maximumBytes
    if let hashKey {
      options.keyedHash = try AuthenticationCodeHash(key: hashKey)
    } else if rules.entities.contains(where: { $0.redaction == .hash }) {
      throw FilterError(
        .configuration,
        ["the policy redacts with a keyed hash, but no key was given\n  to mend it: set hash_key, or choose another redaction"])
    }
    let folder: String
    if let pack {
      folder = try Self.text(pack, "pack")
    } else {
      let near = LibraryLocation.folder
      guard let installed = InstalledPack.find(near: near) else {
        throw FilterError(
          .configuration,
          [
            "no pack was found (looked at \(InstalledPack.candidates(near: near).joined(separator: ", ")))\n"
              + "  to mend it: install Tightlip whole, or name the folder of a pack"
          ])
      }
      folder = installed
    }
    let filter = try Filter(pack: folder, policy: rules, options: options)
    // Refuses here what would otherwise be refused for each scanner.
    _ = try RequestScanner(filter, options: reading)
    return FilterHandle(filter, reading, pack: folder)
  }

  private static func text(_ bytes: [UInt8], _ what: String) throws(FilterError) -> String {
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw FilterError(
        .configuration, ["\(what) is not valid UTF-8, or holds a NUL\n  to mend it: pass its length without the final NUL"])
    }
    return text
  }
}

/// Where this library, or the program it is linked into, lies.
enum LibraryLocation {
  static let folder: String? = {
    guard let name = unsafe tightlip_loaded_path(), let path = unsafe realpath(name, nil) else { return nil }
    defer { unsafe free(path) }
    let text = unsafe String(cString: path)
    return text.lastIndex(of: "/").map { String(text[..<$0]) }
  }()
}
