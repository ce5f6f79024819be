internal import ArgumentParser
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
  func open(_ ledger: Ledger?, _ loaded: LoadedFilter) throws -> RecordsDesk? {
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
      let event = loaded.event(.opened)
      let records: Records
      if let quarantine, let quarantineKey {
        let kept = try Quarantine(folder: quarantine, key: SealCommand.publicKey(quarantineKey))
        records = try Records(ledger: ledger, log: log, quarantine: kept, judges: event, needsLog: ifAuditFails == .block)
      } else {
        records = try Records(ledger: ledger, log: log, quarantine: nil, judges: event, needsLog: ifAuditFails == .block)
      }
      // What is no longer needed goes with every start; what somebody may still ask for stays.
      try ledger?.expire(closedBefore: nil, now: .now)
      if loaded.filter.policy.threads.isOn { try ledger?.expireThreads(loaded.filter.policy.threads, now: .now) }
      return RecordsDesk(records, key)
    } catch let error as RecordsError {
      throw ConfigurationProblem(error.description)
    }
  }
}

extension LoadedFilter {
  /// The event that says which engine, pack and policy judge.
  func event(_ kind: AuditEvent.Kind) -> AuditEvent {
    var event = AuditEvent(kind, at: .now)
    event.engine = TightlipVersion.number
    event.pack = ([filter.packName, filter.packVersion] + filter.overlayNames.map { "+ \($0)" }).joined(separator: " ")
    event.packHash = filter.packFingerprint
    event.policy = "\(filter.policy.name) \(filter.policy.version)"
    event.policyHash = policyFingerprint.isEmpty ? nil : policyFingerprint
    return event
  }
}

/// Where a filter's records are kept, with what its workers need to write them.
final class RecordsDesk {
  let records: Records
  private let key: RecordsKey?
  /// Whether texting was halted when it was looked at last.
  private var wasHalted = false
  /// Whether anything was ever refused because it could not be recorded.
  private(set) var hasFailed = false
  private var isFailing = false

  init(_ records: Records, _ key: RecordsKey?) {
    self.records = records
    self.key = key
  }

  /// A recorder for one worker.
  func makeRecorder(_ loaded: LoadedFilter, judgesAsOfSent: Bool) -> MessageRecorder {
    MessageRecorder(records, key: key, policy: loaded.filter.policy, judgesAsOfSent: judgesAsOfSent)
  }

  /// Learns what other programs recorded, after each read; and notes that a halt began or was lifted before
  /// the messages that were read.
  func begin(isHalted: Bool, _ batch: inout RecordBatch) {
    records.begin()
    if let failure = records.failure { alarm(failure) }
    guard isHalted != wasHalted else { return }
    wasHalted = isHalted
    records.note(AuditEvent(isHalted ? .halted : .resumed, at: .now), in: &batch)
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
