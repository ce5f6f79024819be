package import TightlipCore
import TightlipLexicon
import TightlipPatterns
import TightlipRecognition
import TightlipRules
import TightlipTagger

internal import Glibc

/// A compiled pack, with its overlays, in one file: a filter is made of it in some milliseconds, and all
/// processes share its memory.
///
/// An image is named where a folder may be named, or stands in the folder of its pack as ``name``. It is
/// checked as a whole before anything of it is used. What was cut short, altered, or made by another version
/// is refused; in a folder, the pack's files are then read as if there were no image. The same holds where
/// one of them was changed since: an image in a folder is used only while every file has the size and time
/// it had when the image was made, or else the same bytes.
///
/// Checksums find damage, not forgery: who may write an image decides what is found, as who may write the
/// pack does.
///
/// An image is never written in place. A process that has it mapped keeps the old one when a new one takes
/// its name; one that is cut short by other means ends the process, and a verdict that never came is a block.
public enum PackImage {
  /// The name of an image in the folder of its pack.
  public static let name = "pack.image"

  /// Compiles a pack and overlays into an image, checks what was written, and gives it its name.
  ///
  /// - Parameters:
  ///   - pack: the folder that holds `pack.yaml`.
  ///   - overlays: folders that hold an `overlay.yaml`, later ones over earlier ones.
  ///   - path: the file; an old one is replaced at once and as a whole.
  /// - Throws: ``FilterError``; nothing is left behind then.
  /// - Complexity: linear in the pack; about a second for the shipped one.
  public static func write(pack: String, overlays: [String] = [], to path: String) throws(FilterError) {
    let bytes = try make(pack: pack, overlays: overlays)
    let temporary = "\(path).\(getpid()).new"
    do throws(RulesError) {
      try SourceFile.write(bytes, to: temporary)
    } catch {
      throw FilterError(error.diagnostics)
    }
    do throws(FilterError) {
      _ = try load(temporary, folder: temporary)
      // SAFETY: here and below, paths live as long as their calls, `status` is a whole value that stat fills, and
      // the file's bytes are held by `file`.
      guard unsafe rename(temporary, path) == 0 else {
        throw FilterError([
          Diagnostic(
            file: path, "cannot be written: \(unsafe String(cString: strerror(errno)))",
            remedy: "name a file in a folder that this program may write to")
        ])
      }
    } catch {
      unsafe unlink(temporary)
      throw error
    }
  }

  /// The bytes of an image.
  package static func make(pack: String, overlays: [String] = []) throws(FilterError) -> [UInt8] {
    guard !isImage(pack) else {
      throw FilterError([
        Diagnostic(file: pack, "is compiled already", remedy: "name the folder of the pack and those of the overlays")
      ])
    }
    let manifest = try reading { () throws(RulesError) in
      try PackManifest(file: pack + "/pack.yaml", bytes: try SourceFile.read(pack + "/pack.yaml"))
    }
    let names = ["pack.yaml"] + manifest.files
    let before = names.map { FileStamp(folder: pack, name: $0) }
    var ledger = FileLedger(hash: FileHash())
    var read: [Overlay] = []
    for directory in overlays {
      read.append(try reading { () throws(RulesError) in try Overlay.read(directory, ledger: &ledger) })
    }
    let loader = try PackLoader(directory: pack, overlays: read, normalizer: try Filter.makeNormalizer(), ledger: &ledger)
    var compiled = try loader.compiled(read, usesTagger: true, &ledger)
    compiled.hash = try PackHash(pack: pack, overlays: overlays.isEmpty ? "" : ledger.fingerprint)
    var examples: [MessageExample] = []
    for file in manifest.examples {
      let path = pack + "/" + file
      examples += try reading { () throws(RulesError) in
        try DelimitedTable.examples(file: path, bytes: try SourceFile.read(path))
      }
    }
    compiled.examples = examples + read.flatMap(\.examples)
    var origin = Origin(engine: Origin.thisEngine, files: [], validUntil: validity(read))
    let now = Int(time(nil)) * 1_000_000_000
    for (name, stamp) in zip(names, before) {
      guard var stamp, stamp == FileStamp(folder: pack, name: name) else {
        throw FilterError([
          Diagnostic(file: pack + "/" + name, "changed while the pack was compiled", remedy: "compile it again")
        ])
      }
      let bytes = try reading { () throws(RulesError) in try SourceFile.read(pack + "/" + name) }
      stamp.digest = FileHash().digest(of: bytes)
      if stamp.modified > now - FileStamp.shortestRest { stamp.modified = -1 }
      origin.files.append(stamp)
    }
    var image = ImageWriter()
    origin.encode(into: &image)
    compiled.encode(into: &image, folder: pack)
    return image.image()
  }

  private static func reading<Value>(_ body: () throws(RulesError) -> Value) throws(FilterError) -> Value {
    do throws(RulesError) {
      return try body()
    } catch {
      throw FilterError(error.diagnostics)
    }
  }

  /// When the first entry that is switched off for a time comes back, in seconds since 1970.
  private static func validity(_ overlays: [Overlay]) -> Int64 {
    let now = Int64(time(nil))
    return overlays.flatMap(\.disabled).compactMap(\.expires?.end).filter { $0 > now }.min() ?? .max
  }
}

extension PackImage {
  /// Where an image comes from.
  package struct Origin: Sendable {
    package var engine: String
    /// The pack's files.
    package var files: [FileStamp]
    /// In seconds since 1970.
    package var validUntil: Int64

    /// What must be the same for an image to be used: the version, and the numbers that stand for names.
    package static let thisEngine: String = {
      var names = TermClass.allCases.map(\.name) + EntityType.allCases.map(\.name)
      names += BuiltInRule.allCases.map(\.name) + TaggerLabel.allCases.map(\.name) + Validator.allCases.map(\.rawValue)
      var hash = WordHash()
      for byte in names.joined(separator: " ").utf8 { hash.add(byte) }
      return "tightlip \(TightlipVersion.number) (vocabulary \(String(hash.mixed, radix: 16)))"
    }()

    package func encode(into image: inout ImageWriter) {
      var record = RecordWriter()
      record.write(engine)
      record.write(validUntil)
      record.write(files) { $1.encode(into: &$0) }
      image.add("origin", record)
    }

    package init(engine: String, files: [FileStamp], validUntil: Int64) {
      self.engine = engine
      self.files = files
      self.validUntil = validUntil
    }

    package init(reading image: ImageReader) throws(ImageError) {
      var record = try image.record("origin")
      engine = try record.string()
      guard engine == Self.thisEngine else { throw .otherEngine(made: engine, here: Self.thisEngine) }
      validUntil = try record.integer()
      guard validUntil > Int64(time(nil)) else { throw .expired }
      files = try record.list { record throws(ImageError) in try FileStamp(reading: &record) }
    }

    /// Whether the files in a folder are still those.
    package func isCurrent(in folder: String) -> Bool { !files.isEmpty && files.allSatisfy { $0.isCurrent(in: folder) } }
  }

  /// Whether a path names a file, which can only be meant as an image, and no folder.
  package static func isImage(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  /// Whether a file begins as a pack image does.
  package static func isPackImage(_ path: String) -> Bool {
    guard isImage(path), let file = try? MappedFile.map(path) else { return false }
    return unsafe file.bytes.prefix(PackImageFormat.magic.count).elementsEqual(PackImageFormat.magic)
  }

  /// The image that a path names, or the one in the folder that it names, if that may be used; nil where
  /// the files are to be read.
  ///
  /// - Throws: ``FilterError`` where the path itself names an image that cannot be used.
  static func find(_ pack: String, overlays: [String], options: Filter.Options) throws(FilterError) -> CompiledPack? {
    if isImage(pack) {
      guard overlays.isEmpty else {
        throw FilterError([
          Diagnostic(
            file: pack, "is a compiled pack image, and overlays cannot be laid over it",
            remedy: "compile pack and overlays together: tightlip compile PACK --overlay DIR --output FILE")
        ])
      }
      return try load(pack, folder: pack)
    }
    guard overlays.isEmpty, options.usesImageInFolder, SourceFile.exists(pack + "/" + name) else { return nil }
    // Stale or damaged: the files are there.
    return try? load(pack + "/" + name, folder: pack, isCurrent: { $0.isCurrent(in: pack) })
  }

  /// The image that a filter of a folder or an image uses; nil where it reads the files.
  package static func inUse(for pack: String) -> String? {
    guard (try? find(pack, overlays: [], options: Filter.Options())) != nil else { return nil }
    return isImage(pack) ? pack : "\(pack)/\(name)"
  }

  /// Reads an image.
  static func load(
    _ path: String, folder: String, isCurrent: (Origin) -> Bool = { _ in true }
  ) throws(FilterError) -> CompiledPack {
    do throws(RulesError) {
      let file = try MappedFile.map(path)
      do throws(ImageError) {
        let image = try ImageReader(file)
        let origin = try Origin(reading: image)
        guard isCurrent(origin) else { throw .stale }
        return try CompiledPack(reading: image, folder: folder)
      } catch {
        throw RulesError(
          Diagnostic(file: path, error.message, remedy: "compile it again: tightlip compile PACK --output \(path)"))
      }
    } catch {
      throw FilterError(error.diagnostics)
    }
  }
}
