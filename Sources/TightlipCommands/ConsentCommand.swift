internal import ArgumentParser
internal import Foundation
internal import Glibc
import TightlipCore
import TightlipStore

struct ConsentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consent",
    abstract: "Keeps who permitted texting, for what, and who refused it.",
    subcommands: [
      ConsentCreateCommand.self, ConsentGrantCommand.self, ConsentRevokeCommand.self, ConsentShowCommand.self,
      ConsentImportCommand.self, ConsentExportCommand.self, ConsentKeyCommand.self,
    ])
}

/// The practice's records.
struct StoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The practice's records, an SQLite file.", valueName: "file"))
  var store: String
}

/// How it came that a consent is recorded.
struct ConsentOptions: ParsableArguments {
  @Option(help: ArgumentHelp("When it was said, with its offset from UTC; now, where left out.", valueName: "time"))
  var at: String?

  @Option(help: "Where it was said: paper form, desk, phone, portal.")
  var source = "desk"

  @Option(help: ArgumentHelp("The kind of channel the patient would rather have.", valueName: "kind"))
  var preferredChannel: String?

  @Option(help: ArgumentHelp("The name or version of the wording the patient was shown.", valueName: "name"))
  var wording: String?

  /// The event, and whether it is one that comes in now.
  func event(_ patient: String, _ kind: ConsentEvent.Kind) throws -> (event: ConsentEvent, isLive: Bool) {
    guard !patient.isEmpty else {
      throw ConfigurationProblem("the patient's id is empty\n  to mend it: give the id that the gateway gives as recipient.id")
    }
    let now = Instant.now
    var event = ConsentEvent(patient: patient, kind: kind, time: now, source: source)
    if let at {
      guard let time = Instant(text: at), time <= now.adding(seconds: 86_400) else {
        throw ConfigurationProblem(
          "--at is no time of the past: \(at)\n  to mend it: write for example 2026-11-22T14:03:00-07:00")
      }
      event.time = time
    }
    event.preferredChannel = preferredChannel
    event.wording = wording
    return (event, at == nil)
  }
}

extension Instant {
  /// The wall clock.
  static var now: Instant { Instant(seconds: Int64(time(nil))) }
}

struct ConsentCreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "create", abstract: "Makes a new, empty file of records.")

  @OptionGroup var options: StoreOptions

  func run() throws {
    // SAFETY: the path is a Swift string, which ends in NUL for the call.
    guard unsafe access(options.store, F_OK) != 0 else {
      throw ConfigurationProblem("\(options.store): exists already\n  to mend it: name a file that does not exist yet")
    }
    _ = try Ledger(options.store, .make)
    try StandardStreams.print("\(options.store): made; nobody has permitted or refused anything yet")
  }
}

struct ConsentGrantCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant", abstract: "Records that a patient permits texting.",
    discussion: "Makes the file of records where there is none.")

  @OptionGroup var options: StoreOptions
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var audit: AuditTrailOptions

  @Option(help: ArgumentHelp("What for: all, or a purpose of the policy; may be repeated.", valueName: "purpose"))
  var scope: [String]

  @Option(help: ArgumentHelp("The last day it holds (YYYY-MM-DD), or the instant it ends.", valueName: "day"))
  var expires: String?

  @Flag(help: "The patient acknowledged the risks of texting.")
  var disclosureAcknowledged = false

  @Argument(help: ArgumentHelp("The id that the gateway gives as recipient.id.", valueName: "patient"))
  var patient: String

  func run() throws {
    var (event, isLive) = try consent.event(patient, .granted)
    guard let scope = ConsentEvent.Scope(text: scope.joined(separator: " ")) else {
      throw ConfigurationProblem("--scope is empty\n  to mend it: write --scope all, or --scope appointment-reminder")
    }
    event.scope = scope
    event.disclosureIsAcknowledged = disclosureAcknowledged
    if let expires {
      guard let expiry = Expiry(text: expires) else {
        throw ConfigurationProblem("--expires is no day and no time: \(expires)\n  to mend it: write for example 2027-12-31")
      }
      event.expiry = expiry
    }
    try audit.record(event, isLive: isLive, in: options.store, restricts: false)
  }
}

struct ConsentRevokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Records that a patient refuses texting. Acts on the next message, in every filter.",
    discussion: "Makes the file of records where there is none.")

  @OptionGroup var options: StoreOptions
  @OptionGroup var consent: ConsentOptions
  @OptionGroup var audit: AuditTrailOptions

  @Argument(help: ArgumentHelp("The id that the gateway gives as recipient.id.", valueName: "patient"))
  var patient: String

  func run() throws {
    let (event, isLive) = try consent.event(patient, .revoked)
    try audit.record(event, isLive: isLive, in: options.store, restricts: true)
  }
}

extension AuditTrailOptions {
  /// Records a consent event in the ledger and, where one is named, in the audit log; and says what holds now.
  fileprivate func record(_ event: ConsentEvent, isLive: Bool, in store: String, restricts: Bool) throws {
    let ledger = try Ledger(store, .make)
    let trail = restricts ? nil : try open("consent")
    func note(_ trail: AuditTrail?) throws {
      try trail?.note(.consent) { entry in
        entry.consent = event.kind.rawValue
        entry.patient = trail?.hash(ofPatient: event.patient)
      }
    }
    // A permission that the log does not know must not be; a refusal holds whatever is wrong with the log.
    try note(trail)
    try ledger.record([event], isLive: isLive)
    try StandardStreams.print(ConsentPage(ledger, event.patient).summary)
    if restricts { try note(open("consent")) }
  }
}

struct ConsentShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows what a patient permits, and everything that was said about it.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

  @OptionGroup var options: StoreOptions

  @Option(help: "text, or ndjson: the events, one on each line.")
  var format: Format = .text

  @Argument(help: ArgumentHelp("The patient's id.", valueName: "patient"))
  var patient: String

  func run() throws {
    let ledger = try Ledger(options.store, .read)
    switch format {
    case .text: try StandardStreams.print(ConsentPage(ledger, patient).text)
    case .ndjson:
      let events = try ledger.history(of: patient).entries.map(\.event)
      try StandardStreams.write(Array(ConsentTable.write(events, as: .ndjson).utf8))
    }
  }
}

struct ConsentImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Adds consents from a table, CSV (RFC 4180) or NDJSON.",
    discussion: """
      Columns: patient, status (granted, revoked, never, opt-out, opt-in), time, scope, expires, \
      preferredChannel, disclosureAcknowledged, wording, source. Where table and records differ the \
      later time wins, at one instant the more restrictive. A table with a mistake is not imported at \
      all; one that was imported before changes nothing.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case csv, ndjson }

  @OptionGroup var options: StoreOptions

  @OptionGroup var audit: AuditTrailOptions

  @Option(help: "csv or ndjson; by the file's name, where left out.")
  var format: Format?

  @Argument(help: ArgumentHelp("The table.", valueName: "file"))
  var file: String

  func run() throws {
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(filePath: file)))
    } catch {
      throw ConfigurationProblem("\(file): cannot be read\n  to mend it: name a file that this program may read")
    }
    let form: ConsentTable.Format =
      format.map { $0 == .csv ? .csv : .ndjson } ?? (file.hasSuffix("json") || file.hasSuffix("jsonl") ? .ndjson : .csv)
    do {
      let events = try ConsentTable.read(bytes, as: form, name: file, now: .now)
      let ledger = try Ledger(options.store, .make)
      try audit.open("consent import")?.note(.consent) { $0.count = events.count }
      let count = try ledger.record(events, isLive: false)
      try StandardStreams.print("\(file): \(events.count) consents read, \(count) of them new")
    } catch let error as ConsentTable.Problems {
      throw ConfigurationProblem(error.descriptions.joined(separator: "\n") + "\n\(file): nothing was imported")
    }
  }
}

struct ConsentExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes everything that was said about texting as a table that import reads.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case csv, ndjson }

  @OptionGroup var options: StoreOptions

  @Option(help: "csv (RFC 4180) or ndjson.")
  var format: Format = .csv

  func run() throws {
    let ledger = try Ledger(options.store, .read)
    try StandardStreams.write(Array(ConsentTable.write(ledger.events(), as: format == .csv ? .csv : .ndjson).utf8))
  }
}

struct ConsentKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Keeps the public key to which a patient's messages are sealed.")

  @OptionGroup var options: StoreOptions

  @Flag(help: "Forget the patient's key.")
  var remove = false

  @Argument(help: ArgumentHelp("The patient's id.", valueName: "patient"))
  var patient: String

  @Argument(help: ArgumentHelp("The public key, or its file.", valueName: "key"))
  var key: String?

  func run() throws {
    guard (key != nil) != remove else {
      throw ConfigurationProblem("give a key, or --remove\n  to mend it: tightlip consent key --store \(options.store) \(patient) KEY.pub")
    }
    let publicKey = try key.map { try SealCommand.publicKey($0) }
    let ledger = try Ledger(options.store, .make)
    try ledger.setSealingKey(publicKey, of: patient)
    try StandardStreams.print(publicKey.map { "\(patient): sealed to \($0.fingerprint)" } ?? "\(patient): has no key")
  }
}

/// What the ledger says about one patient.
struct ConsentPage {
  private let history: ConsentHistory
  private let patient: String

  init(_ ledger: Ledger, _ patient: String) throws {
    history = try ledger.history(of: patient)
    self.patient = patient
  }

  /// One line: what is permitted.
  var summary: String {
    let consent = history.consent
    guard consent.isGiven else { return "\(patient): nothing was said" }
    var parts: [String]
    switch consent.status {
    case .granted:
      let scope = consent.coversEverything ? "all purposes" : consent.scope.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
      parts = ["permits texting for \(scope)"]
      if let expiry = consent.expiry { parts.append("until \(expiry.text)") }
      parts.append(consent.disclosureIsAcknowledged == true ? "risks acknowledged" : "risks not acknowledged")
    case .revoked: parts = ["refuses texting"]
    case .never: parts = ["was never asked"]
    case .unknown: parts = ["nobody knows"]
    }
    if !consent.preferredChannel.isEmpty {
      parts.append("prefers \(String(decoding: consent.preferredChannel, as: UTF8.self))")
    }
    return "\(patient): \(parts.joined(separator: "; "))"
  }

  /// The summary, and the events in the order in which they count.
  var text: String {
    guard !history.entries.isEmpty else { return summary }
    var table = TextTable(["said at", "what", "scope", "expires", "risks", "prefers", "wording", "source"])
    for entry in history.entries {
      let event = entry.event
      table.add([
        event.time.text, event.kind.rawValue, event.scope?.text ?? "", event.expiry?.text ?? "",
        event.disclosureIsAcknowledged.map { $0 ? "acknowledged" : "not acknowledged" } ?? "",
        event.preferredChannel ?? "", event.wording ?? "", event.source,
      ])
    }
    return summary + "\n\n" + table.text
  }
}
