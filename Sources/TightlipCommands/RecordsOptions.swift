internal import ArgumentParser
internal import Crypto
internal import Foundation
internal import Glibc
import Tightlip
import TightlipCore
import TightlipStore

/// Options of a filter that keeps records.
struct RecordsOptions: ParsableArguments {
  enum Consequence: String, ExpressibleByArgument, CaseIterable { case block, pass }

  @Option(help: ArgumentHelp("The practice's records: consents, clocks, keys. See tightlip consent.", valueName: "file"))
  var store: String?

  @Option(help: ArgumentHelp("The log of decisions, added to; see tightlip audit. Needs --audit-key-file.", valueName: "log"))
  var audit: String?

  @Option(
    help: ArgumentHelp(
      "The file of the audit key (tightlip keys generate --kind audit; /dev/fd/N for a descriptor).", valueName: "file"))
  var auditKeyFile: String?

  @Option(
    help: ArgumentHelp(
      "What becomes of messages while the log cannot be written. With pass they leave without a record.",
      valueName: "block|pass"))
  var ifAuditFails: Consequence = .block

  @Option(help: ArgumentHelp("Keeps blocked messages in this folder, sealed; see tightlip quarantine. Needs --quarantine-key.", valueName: "dir"))
  var quarantine: String?

  @Option(help: ArgumentHelp("The compliance officer's public key, or its file.", valueName: "key"))
  var quarantineKey: String?

  /// Opens the ledger, which the filter itself asks for keys.
  func openLedger() throws -> Ledger? {
    do {
      return try store.map { try Ledger($0, .existing) }
    } catch let error as RecordsError {
      throw ConfigurationProblem(error.description)
    }
  }

  /// Opens everything else; nil where no records are kept.
  func open(_ ledger: Ledger?, _ filter: Filter, _ setup: SetupOptions) throws -> RecordsDesk? {
    guard (audit == nil) == (auditKeyFile == nil) else {
      throw ConfigurationProblem(
        "--audit and --audit-key-file belong together\n  to mend it: make a key with tightlip keys generate --kind audit FILE, and give both")
    }
    guard (quarantine == nil) == (quarantineKey == nil) else {
      throw ConfigurationProblem(
        "--quarantine and --quarantine-key belong together\n  to mend it: let the compliance officer make a pair with tightlip keys generate, and give the public key")
    }
    guard ledger != nil || audit != nil || quarantine != nil else { return nil }
    do {
      let key = try auditKeyFile.map { try RecordsKey(file: $0) }
      var log: AuditLog?
      if let audit, let key { log = try AuditLog(audit, key: key) }
      var event = AuditEvent(.opened, at: .now)
      event.engine = TightlipVersion.number
      event.pack = "\(filter.packName) \(filter.packVersion)"
      event.packHash = try Self.hash(ofFolder: PackLocation.find(setup.pack))
      event.policy = "\(filter.policy.name) \(filter.policy.version)"
      event.policyHash = try setup.policy.map { try Self.hash(ofFile: $0) }
      let records: Records
      if let quarantine, let quarantineKey {
        let kept = try Quarantine(folder: quarantine, key: SealCommand.publicKey(quarantineKey))
        records = try Records(ledger: ledger, log: log, quarantine: kept, judges: event, needsLog: ifAuditFails == .block)
      } else {
        records = try Records(ledger: ledger, log: log, quarantine: nil, judges: event, needsLog: ifAuditFails == .block)
      }
      // What is no longer needed goes with every start; what somebody may still ask for stays.
      try ledger?.expire(closedBefore: nil, now: .now)
      let policy = filter.policy
      ledger?.keepsContacts = policy.healthcareLimits.isOn
      return RecordsDesk(
        records, key,
        AuditRecorder.Words(
          roles: policy.senders.roles.map(\.name) + ["patient", "unspecified"], purposes: policy.purposes.map(\.name),
          channels: policy.channels.map(\.name)),
        keepsContacts: policy.healthcareLimits.isOn)
    } catch let error as RecordsError {
      throw ConfigurationProblem(error.description)
    }
  }

  /// SHA-256 over the names and contents of a pack's tables and rules.
  private static func hash(ofFolder folder: String) throws -> String {
    let root = URL(filePath: folder).resolvingSymlinksInPath()
    var names: [String] = []
    let walk = FileManager.default.enumerator(atPath: root.path())
    while let name = walk?.nextObject() as? String {
      // What a pack is built from is no part of it.
      if name == "build" || name.hasPrefix(".") { walk?.skipDescendants() }
      if name.hasSuffix(".yaml") || name.hasSuffix(".tsv") { names.append(name) }
    }
    var function = SHA256()
    for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      let content = try Data(contentsOf: root.appending(path: name))
      function.update(data: Data("\(name.utf8.count) \(name) \(content.count)\n".utf8))
      function.update(data: content)
    }
    return text(function.finalize())
  }

  private static func hash(ofFile file: String) throws -> String {
    text(SHA256.hash(data: try Data(contentsOf: URL(filePath: file))))
  }

  private static func text(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

/// Where a filter's records are kept, with what its workers need to write them.
final class RecordsDesk {
  let records: Records
  private let key: RecordsKey?
  private let words: AuditRecorder.Words
  private let keepsContacts: Bool
  /// Whether anything was ever refused because it could not be recorded.
  private(set) var hasFailed = false
  private var isFailing = false

  init(_ records: Records, _ key: RecordsKey?, _ words: AuditRecorder.Words, keepsContacts: Bool) {
    self.records = records
    self.key = key
    self.words = words
    self.keepsContacts = keepsContacts
  }

  /// A recorder for one worker.
  func makeRecorder(judgesAsOfSent: Bool) -> MessageRecorder {
    MessageRecorder(records, key: key, words: words, keepsContacts: keepsContacts, judgesAsOfSent: judgesAsOfSent)
  }

  /// Learns what other programs recorded, after each read.
  func begin() {
    records.begin()
    if let failure = records.failure { alarm(failure) }
  }

  /// Writes a batch's records; false where that failed, and refusals must leave in place of verdicts.
  func commit(_ batch: inout RecordBatch) -> Bool {
    do throws(RecordsError) {
      try records.commit(&batch)
      if records.failure == nil { isFailing = false }
      return true
    } catch {
      alarm(error)
      return false
    }
  }

  /// Ends the log.
  func close() {
    do throws(RecordsError) {
      try records.close()
    } catch {
      alarm(error)
    }
  }

  /// Says once what is wrong; again only after it was well in between.
  private func alarm(_ error: RecordsError) {
    hasFailed = true
    if isFailing { return }
    isFailing = true
    // Nothing is left to tell where standard error itself cannot be written.
    try? StandardStreams.print("messages are blocked: \(error.description)", to: STDERR_FILENO)
  }
}

/// Seals to the keys in the ledger.
struct LedgerSealer: MessageSealer {
  let ledger: Ledger

  func seal(_ text: Span<UInt8>, recipient: Span<UInt8>) -> [UInt8]? {
    func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }
    guard let key = try? ledger.sealingKey(of: array(recipient)),
      let sealed = try? SealedMessage.seal(array(text), to: key)
    else { return nil }
    return Array(Data(sealed).base64EncodedString().utf8)
  }
}
