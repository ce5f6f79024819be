internal import Crypto
internal import Foundation
import TightlipCore
import TightlipRedaction
import TightlipRules

/// HMAC-SHA-256 behind the redaction `hash`.
struct AuthenticationCodeHash: KeyedHash {
  private let key: SymmetricKey

  /// Reads the key from a file: all its bytes, without a final line break.
  init(keyFile: String) throws {
    var bytes = try SourceFile.readAnything(keyFile)
    while bytes.last == 10 || bytes.last == 13 { bytes.removeLast() }
    guard bytes.count >= 16 else {
      throw ConfigurationProblem(
        "\(keyFile): the key has fewer than 16 bytes\n  to mend it: head -c 32 /dev/urandom > \(keyFile)")
    }
    key = SymmetricKey(data: bytes)
  }

  func digest(of value: Span<UInt8>, entity: EntityType) -> UInt64 {
    var code = HMAC<SHA256>(key: key)
    code.update(data: Array(entity.name.utf8))
    code.update(data: [0x1F])
    var bytes: [UInt8] = []
    bytes.reserveCapacity(value.count)
    for index in value.indices { bytes.append(value[index]) }
    code.update(data: bytes)
    return code.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
