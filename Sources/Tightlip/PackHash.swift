import TightlipRules

/// The fingerprint of a pack: SHA-256 over `pack.yaml` and every file it names, in that order, each
/// with its name and length.
public struct PackHash: Sendable, Hashable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// 64 digits and lower-case letters.
  public var hexadecimal: String {
    String(decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// One that was made before; nil where it is none.
  init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// The fingerprint of the pack in a folder, or of the one that an image was compiled from, with its
  /// overlays if it has any.
  ///
  /// - Throws: ``FilterError`` where one of its files cannot be read.
  /// - Complexity: linear in the files.
  public init(pack: String) throws(FilterError) {
    if PackImage.isImage(pack) {
      guard let hash = try PackImage.load(pack, folder: pack).hash else {
        throw FilterError(.configuration, ["\(pack): the pack image names no fingerprint"])
      }
      self = hash
    } else {
      try self.init(pack: pack, overlays: "")
    }
  }

  /// - Parameter overlays: the hash over overlays that belong to it; empty for none.
  init(pack: String, overlays: String) throws(FilterError) {
    var hash = RunningHash()
    func add(_ name: String, _ content: [UInt8]) {
      hash.add(Array("\(name) \(content.count)\n".utf8))
      hash.add(content)
    }
    do throws(RulesError) {
      let path = pack + "/pack.yaml"
      let content = try SourceFile.read(path)
      let manifest = try PackManifest(file: path, bytes: content)
      add("pack.yaml", content)
      for name in manifest.files {
        add(name, try SourceFile.read(pack + "/" + name))
      }
    } catch {
      throw FilterError(.configuration, error.diagnostics.map(\.description))
    }
    if !overlays.isEmpty { add("overlays", Array(overlays.utf8)) }
    bytes = hash.finish()
  }
}
