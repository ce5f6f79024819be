internal import Crypto
internal import Foundation
import Tightlip
import TightlipCoding
import TightlipCore
import TightlipRules
import TightlipTuning

/// The files a filter is built from. The one place where commands build filters, at the start and while
/// they run: a filter, or everything that is wrong.
struct FilterSource: Sendable {
  var pack: String
  var overlays: [String] = []
  /// Nil for the shipped default.
  var policy: String?
  /// What --halt-file says.
  var haltFile: String?
  var options = Filter.Options()

  /// Reads and compiles everything.
  ///
  /// - Throws: ``FilterError`` or ``ConfigurationProblem``; nothing of what is wrong is used.
  func build() throws -> LoadedFilter {
    var options = options
    if options.contentHash == nil { options.contentHash = SHA256Hash() }
    var ledger = FileLedger(hash: options.contentHash)
    let reading = try self.policy.map { try Filter.readPolicy($0, ledger: &ledger) }
    let policy = reading?.policy ?? .shippedDefault
    options.policyPlaces = reading?.places ?? PolicyPlaces()
    if options.keyedHash == nil, policy.entities.contains(where: { $0.redaction == .hash }) {
      throw ConfigurationProblem(
        "the policy redacts with a keyed hash, but no key was given\n"
          + "  to mend it: name a file with the key by --hash-key-file")
    }
    let place = HaltLocation.find(haltFile, policy: policy)
    if let halt = options.haltSwitch {
      guard halt.file == place else {
        throw ConfigurationProblem(
          "the policy names another halt file than the one in force\n"
            + "  to mend it: start the filter again, so that nobody waits at the wrong place")
      }
    } else {
      options.haltSwitch = HaltSwitch(file: place)
    }
    let filter = try Filter(pack: pack, overlays: overlays, policy: policy, options: options)
    for directory in [pack] + overlays { try PackSeal.verify(directory, filter.fileDigests) }
    return LoadedFilter(filter: filter, policyFingerprint: self.policy.flatMap { ledger.digests[$0] } ?? "")
  }

  /// The files it is built from, as far as can be told; for noticing that one has changed.
  func files() -> [String] {
    var files = policy.map { [$0] } ?? []
    if PackImage.isImage(pack) { return files + [pack] }
    files += TuningSources.files(pack: pack, overlays: overlays)
    files += ([pack] + overlays).map { $0 + "/" + PackSeal.name }
    return files
  }

  /// Reads and compiles everything, and runs all examples: what a filter that runs already asks of one
  /// that is to take its place.
  ///
  /// - Throws: As ``build()``, and ``RulesError`` where an example does not come out.
  func buildChecked() throws -> LoadedFilter {
    let loaded = try build()
    var examples = loaded.filter.examples ?? []
    if loaded.filter.examples == nil {
      let manifest = pack + "/pack.yaml"
      for file in try PackManifest(file: manifest, bytes: try SourceFile.read(manifest)).examples {
        let path = pack + "/" + file
        examples += try DelimitedTable.examples(file: path, bytes: try SourceFile.read(path))
      }
    }
    for overlay in overlays {
      var ledger = FileLedger()
      examples += try Overlay.read(overlay, ledger: &ledger).examples
    }
    let check = ExampleCheck(loaded.filter, examples: examples)
    if !check.diagnostics.isEmpty { throw RulesError(check.diagnostics) }
    return loaded
  }
}

/// A filter, with what it was built from.
struct LoadedFilter: Sendable {
  var filter: Filter
  /// The SHA-256 of the policy's file; empty where the shipped default applies.
  var policyFingerprint: String

  /// Pack, overlays and policy with the beginnings of their hashes, for people and records:
  /// `tightlip-en-us 0.1.0 #1f0c9a2b40ce`.
  var packIdentity: String {
    ([filter.packName, filter.packVersion] + filter.overlayNames.map { "+ \($0)" }).joined(separator: " ")
      + " #" + filter.packFingerprint.prefix(12)
  }

  /// Both, for verdicts.
  var judgedBy: VerdictOptions.JudgedBy { .init(pack: packIdentity, policy: policyIdentity) }

  /// See ``packIdentity``.
  var policyIdentity: String {
    "\(filter.policy.name) \(filter.policy.version)" + (policyFingerprint.isEmpty ? "" : " #" + policyFingerprint.prefix(12))
  }
}

/// SHA-256 of file contents.
struct SHA256Hash: ContentHash {
  func digest(of bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
}
