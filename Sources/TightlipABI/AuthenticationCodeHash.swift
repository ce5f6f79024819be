import CTightlipHash
import Tightlip
import TightlipRedaction

/// HMAC-SHA-256 behind the redaction `hash`; the same values as the program's.
struct AuthenticationCodeHash: KeyedHash {
  /// The key's state before any value; copied for each.
  private let keyed: tightlip_hmac

  init(key: [UInt8]) throws(FilterError) {
    guard key.count >= 16 else {
      throw FilterError(
        .configuration, ["the hash key has fewer than 16 bytes\n  to mend it: take 32 bytes from /dev/urandom"])
    }
    var code = tightlip_hmac()
    // SAFETY: nettle reads `count` bytes of live buffers; no pointer outlives its closure.
    unsafe key.withUnsafeBufferPointer { key in
      guard let base = key.baseAddress else { return }
      unsafe tightlip_hmac_init(&code, base, key.count)
    }
    keyed = code
  }

  func digest(of value: Span<UInt8>, entity: EntityType) -> UInt64 {
    var code = keyed
    let name = Array(entity.name.utf8) + [0x1F]
    unsafe name.withUnsafeBufferPointer { name in
      if let base = name.baseAddress { unsafe tightlip_hmac_update(&code, base, name.count) }
    }
    unsafe value.withUnsafeBufferPointer { value in
      if let base = value.baseAddress { unsafe tightlip_hmac_update(&code, base, value.count) }
    }
    var digest = [UInt8](repeating: 0, count: 32)
    unsafe digest.withUnsafeMutableBufferPointer { digest in
      if let base = digest.baseAddress { unsafe tightlip_hmac_finish(&code, base) }
    }
    return digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
