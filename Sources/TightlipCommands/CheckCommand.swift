internal import ArgumentParser
internal import Foundation
internal import Glibc
import Tightlip
import TightlipCore
import TightlipRules
import TightlipTuning

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks a pack, an overlay or a policy, and runs every example beside every rule.",
    discussion: """
      Exit code 0 when nothing is wrong, 1 when something is, 2 when it could not be checked. Notes are \
      worth knowing and change nothing; those on the shipped pack are shown by --notes.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sarif }

  @OptionGroup var setup: SetupOptions

  @Option(help: "text; json for tools; sarif (2.1.0) for code review.")
  var format: Format = .text

  @Flag(help: "Mend what is certain, in the files themselves, and check again.")
  var fix = false

  @Flag(
    help: ArgumentHelp(
      "Write the hashes of all files into SHA256SUMS, when nothing is wrong.",
      discussion: "A pack or overlay with that file is refused when a file of it was cut short, exchanged or added."))
  var seal = false

  @Flag(help: "Show all notes.")
  var notes = false

  @Option(
    help: ArgumentHelp(
      "Messages (NDJSON) by which everyday words and unused waivers are told.", valueName: "file"))
  var corpus: String?

  @Argument(
    help: ArgumentHelp("The folder of a pack or of an overlay, or a policy file; without it, the shipped pack.", valueName: "path"))
  var path: String?

  func run() throws {
    var setup = setup
    var kind = Target.shipped
    if let path {
      kind = try Target(path)
      if PackImage.isPackImage(path) {
        throw ConfigurationProblem(
          "\(path): is a compiled pack image; what it says stands in the files it was made from\n"
            + "  to mend it: check the folder of the pack")
      }
      // A pack that is named needs no other to be found.
      if kind == .pack { setup.pack = path }
    }
    var source = try setup.makeSource()
    switch kind {
    case .policy:
      source.policy = path
      return try report(checkPolicy(source), source.policy ?? "")
    case .overlay: source.overlays += path.map { [$0] } ?? []
    case .pack, .shipped: break
    }
    let target = path ?? source.overlays.last ?? source.pack
    var lint = try self.lint(source)
    if fix { lint = try mend(lint, target, source) }
    let result = report(of: lint, target, source)
    try report(result, target)
    if seal {
      // Without the old seal, which the files may no longer agree with.
      let folder = source.overlays.last ?? source.pack
      try? FileManager.default.removeItem(atPath: folder + "/" + PackSeal.name)
      try PackSeal.write(folder, try source.build().filter.fileDigests)
    }
  }

  /// What a path is.
  private enum Target {
    case shipped, pack, overlay, policy

    init(_ path: String) throws {
      var status = stat()
      // SAFETY: `status` is ours; the path ends in NUL for the call.
      guard unsafe stat(path, &status) == 0 else {
        throw ConfigurationProblem(
          "\(path): does not exist\n  to mend it: name the folder of a pack or an overlay, or a policy file")
      }
      self = status.st_mode & S_IFMT != S_IFDIR ? .policy : Overlay.isOverlay(path) ? .overlay : .pack
    }
  }

  private func report(of lint: Lint, _ target: String, _ source: FilterSource) -> LintReport {
    var result = LintReport(target: target, rules: lint.rules, passed: lint.passed, diagnostics: lint.diagnostics)
    if !result.diagnostics.contains(where: { $0.level == .error }), let filter = try? source.build().filter {
      // A filter that cannot be built has said so above.
      let intents = IntentExamples(filter)
      result.rules += intents.rules
      result.passed += intents.passed
      result.diagnostics += intents.diagnostics
    }
    result.overlays = source.overlays
    result.showsAllNotes = notes
    return result
  }

  private func lint(_ source: FilterSource) throws -> Lint {
    let benign = try corpus.map { try BenignTable(corpus: $0) }
    // The policy is not what is checked here; where one is named, examples run under it.
    let policy = try source.policy.map { try Filter.readPolicy($0) } ?? .shippedDefault
    var lint = try Lint(
      pack: source.pack, overlays: source.overlays, policy: policy, benign: benign, now: Int64(time(nil)),
      options: source.options)
    if let corpus, !source.overlays.isEmpty, !lint.diagnostics.contains(where: { $0.level == .error }) {
      lint.add(try WaiverUse.unused(try source.build().filter, corpus: corpus))
    }
    return lint
  }

  /// Mends and checks again until nothing certain is left; what one round mends may show the next.
  private func mend(_ first: Lint, _ target: String, _ source: FilterSource) throws -> Lint {
    var lint = first
    for _ in 0..<8 {
      // Only what was named: a check of a practice's overlay leaves the shipped pack as it is.
      let own = report(of: lint, target, source).shown.filter { $0.file.hasPrefix(target + "/") }
      let changes = try Fixer.apply(own)
      if changes.isEmpty { break }
      for change in changes {
        try StandardStreams.print("\(change.file): \(change.count) mended", to: format == .text ? STDOUT_FILENO : STDERR_FILENO)
      }
      lint = try self.lint(source)
    }
    return lint
  }

  /// With the pack, so that the replacement text is judged too.
  private func checkPolicy(_ source: FilterSource) throws -> LintReport {
    let target = source.policy ?? ""
    var result = LintReport(target: target, rules: 0, passed: 0, diagnostics: [])
    do {
      var ledger = FileLedger()
      let reading = try Filter.readPolicy(target, ledger: &ledger)
      result.diagnostics = reading.warnings
      let filter = try source.build().filter
      result.passed = 1
      if let expiry = filter.expiresAt, expiry.seconds <= Int64(time(nil)) {
        let message = "has expired, and blocks everything"
        let remedy = "review the policy and give expires a date to come"
        result.diagnostics.append(
          (reading.places.diagnostic("expires", message, remedy: remedy) ?? Diagnostic(file: target, message, remedy: remedy))
            .with(code: "policy-expired"))
      }
    } catch let error as FilterError {
      guard error.kind == .configuration else { throw error }
      result.diagnostics = error.diagnostics
      if error.diagnostics.isEmpty {
        result.diagnostics = error.problems.map {
          Diagnostic(file: target, $0, remedy: "see above").with(code: "policy-unusable")
        }
      }
    }
    return result
  }

  private func report(_ result: LintReport, _ target: String) throws {
    switch format {
    case .text: try StandardStreams.print(result.text)
    case .json: try StandardStreams.write(try result.json())
    case .sarif: try StandardStreams.write(try result.sarif(version: TightlipVersion.number))
    }
    if !result.problems.isEmpty { throw ProblemsFound() }
  }
}
