internal import ArgumentParser
internal import Foundation
internal import Glibc
import Tightlip
import TightlipCore
import TightlipEvaluation
import TightlipRules
import TightlipTuning

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows what a change of pack, overlay or policy does to the verdicts on a corpus.",
    discussion: """
      OLD and NEW are each the folder of a pack or of an overlay, a policy file, or the word shipped. \
      --pack, --overlay and --policy apply to both sides. Exit code 0; 1 when anything flips the wrong \
      way: away from what the corpus says, or, where it says nothing, towards letting more out; 2 when \
      it could not be run. A way to see what an upgrade does to you: tightlip diff OLD-PACK NEW-PACK \
      CORPUS --overlay YOURS.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, html }

  @Argument(help: ArgumentHelp("What judges now.", valueName: "old"))
  var old: String

  @Argument(help: ArgumentHelp("What would judge.", valueName: "new"))
  var new: String

  @Argument(help: ArgumentHelp("Messages: a file or a folder.", valueName: "corpus"))
  var corpora: [String]

  @OptionGroup var setup: SetupOptions

  @OptionGroup(title: "Corpus") var input: EvalInputOptions

  @Option(help: "table; json for tools; html for one page with charts.")
  var format: Format = .table

  @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
  var out: String?

  @Flag(help: "Show messages, and words that may identify somebody. The output then holds PHI.")
  var reveal = false

  @Option(help: ArgumentHelp("How often messages are drawn for the 95 % intervals; 0 for none.", valueName: "n"))
  var bootstrap = 1000

  func run() throws {
    let base = try setup.makeSource()
    let before = try Self.side(old, base)
    let after = try Self.side(new, base)
    let judged = try input.read(corpora, types: nil)
    let diff = PackDiff(
      old: (name: Self.name(old, before), filter: before.filter), new: (name: Self.name(new, after), filter: after.filter),
      corpora: judged, bootstrap: Bootstrap(samples: bootstrap), reveal: reveal)
    let bytes: [UInt8]
    switch format {
    case .table: bytes = Array((diff.text + "\n").utf8)
    case .json: bytes = try diff.json()
    case .html: bytes = Array(diff.page().utf8)
    }
    if let out {
      do {
        try Data(bytes).write(to: URL(fileURLWithPath: out), options: .atomic)
      } catch {
        throw ConfigurationProblem("\(out): cannot be written\n  to mend it: name a file in a folder that may be written to")
      }
    } else {
      try StandardStreams.write(bytes)
    }
    if diff.isWorse { throw ProblemsFound() }
  }

  private static func name(_ path: String, _ loaded: LoadedFilter) -> String {
    "\(path) (\(loaded.packIdentity), policy \(loaded.policyIdentity))"
  }

  /// What a path stands for, on top of what both sides share.
  private static func side(_ path: String, _ base: FilterSource) throws -> LoadedFilter {
    var source = base
    if path != "shipped" {
      var status = stat()
      // SAFETY: `status` is ours; the path ends in NUL for the call.
      guard unsafe stat(path, &status) == 0 else {
        throw ConfigurationProblem(
          "\(path): does not exist\n  to mend it: name the folder of a pack or an overlay, a policy file, or write shipped")
      }
      if status.st_mode & S_IFMT != S_IFDIR {
        source.policy = path
      } else if Overlay.isOverlay(path) {
        source.overlays.append(path)
      } else {
        source.pack = path
      }
    }
    return try source.build()
  }
}

struct TryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try",
    abstract: "Shows what one new term would do, before it stands in any list.",
    discussion: "Without --corpus the corpus beside the shipped pack is searched, where it is there.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "The term.")
  var term: [String]

  @Option(help: ArgumentHelp("What it would be: DIAGNOSIS, MEDICATION, TOPIC_…, as in the column entity.", valueName: "entity"))
  var entity: String?

  @Option(help: "The weight of its row.")
  var weight = "0.9"

  @Option(help: ArgumentHelp("The flags of its row, separated by commas.", valueName: "flags"))
  var flags = ""

  @Option(help: ArgumentHelp("Messages (NDJSON).", valueName: "file"))
  var corpus: String?

  @OptionGroup var setup: SetupOptions

  @Flag(help: "Show messages. The output then holds PHI.")
  var reveal = false

  @Option(help: "text, or json for tools.")
  var format: Format = .text

  func run() throws {
    let source = try setup.makeSource()
    let file = try corpus ?? Self.shippedCorpus(beside: source.pack)
    let loaded = try source.build()
    var overlays: [Overlay] = []
    for directory in source.overlays {
      var ledger = FileLedger()
      overlays.append(try Overlay.read(directory, ledger: &ledger))
    }
    let trial = try TermTrial(
      .init(text: term.joined(separator: " "), entity: entity, weight: weight, flags: flags), corpus: file,
      filter: loaded.filter, reveal: reveal
    ) { overlay in
      try Filter(pack: source.pack, overlays: overlays + [overlay], policy: loaded.filter.policy, options: source.options)
    }
    switch format {
    case .text: try StandardStreams.print(trial.text)
    case .json: try StandardStreams.write(try trial.json())
    }
  }

  private static func shippedCorpus(beside pack: String) throws -> String {
    let file = pack + "/../Corpus/train.ndjson"
    guard SourceFile.exists(file) else {
      throw ConfigurationProblem("no corpus is beside the pack\n  to mend it: name one with --corpus: NDJSON, one message a line")
    }
    return file
  }
}

struct SuggestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Proposes terms and exceptions from what was missed and wrongly found in annotated messages.",
    discussion: """
      Each comes with its evidence; a person decides. --write puts the proposed terms into an overlay, \
      where tightlip check and tightlip diff show what they do. Waivers are never written: they need an \
      owner, a reason and a day (tightlip waive).
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: ArgumentHelp("Annotated messages: a file or a folder.", valueName: "corpus"))
  var corpora: [String]

  @OptionGroup var setup: SetupOptions

  @OptionGroup(title: "Corpus") var input: EvalInputOptions

  @Option(help: "Leave out what fewer messages speak for.")
  var least = 2

  @Option(help: ArgumentHelp("Add the proposed terms to this overlay.", valueName: "dir"))
  var write: String?

  @Flag(help: "Show words that may identify somebody. The output then holds PHI.")
  var reveal = false

  @Option(help: "text, or json for tools.")
  var format: Format = .text

  func validate() throws {
    guard least > 0 else { throw ValidationError("--least is above 0") }
  }

  func run() throws {
    let filter = try setup.makeFilter()
    let suggestions = try Suggestions(filter, corpora: try input.read(corpora, types: nil), least: least)
    switch format {
    case .text: try StandardStreams.print(suggestions.text(reveal: reveal))
    case .json: try StandardStreams.write(try suggestions.json(reveal: reveal))
    }
    if let write, !suggestions.rows.isEmpty {
      let file = try OverlayEditor(write).add(
        suggestions.rows, to: "terms", default: "suggested.tsv", columns: TermTable.columns)
      try StandardStreams.print("\(file): \(suggestions.items.count { $0.kind != .waivePhrase }) rows added", to: STDERR_FILENO)
    }
  }
}
