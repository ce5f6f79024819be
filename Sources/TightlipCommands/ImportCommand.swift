internal import ArgumentParser
internal import Foundation
import TightlipCore
import TightlipRules
import TightlipTuning

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turns rules and lists of other tools into an overlay, and says what could not be carried over.",
    discussion: """
      Presidio's recognizers in YAML (patterns, context, deny lists), allow lists in gitleaks' TOML, \
      plain lists of words, and CSV. Exit code 0 when everything was carried over, 1 when something was \
      not, 2 when the file could not be read. Look over what came out with tightlip check --overlay.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: ArgumentHelp("What to import.", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("The overlay that takes it; made where it is not there.", valueName: "dir"))
  var overlay: String

  @Option(help: "presidio, gitleaks, words or csv; told by the file's ending without it.")
  var kind: Import.Kind?

  @Option(help: ArgumentHelp("The entity of everything that names none of ours, as MEDICATION.", valueName: "entity"))
  var entity: String?

  @Option(help: ArgumentHelp("What a name of theirs is here, as ZIP=ZIP_CODE; may be repeated.", valueName: "theirs=ours"))
  var map: [String] = []

  @Option(help: ArgumentHelp("Who answers for what is imported.", valueName: "name"))
  var owner = ""

  @Option(help: ArgumentHelp("The last day on which imported waivers hold, as 2027-06-30.", valueName: "day"))
  var expires = ""

  @Option(help: "text, or json for tools.")
  var format: Format = .text

  func run() throws {
    var options = Import.Options()
    options.entity = entity
    options.owner = owner
    options.expires = expires
    options.source = "import " + URL(fileURLWithPath: file).lastPathComponent
    for pair in map {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, EntityType(name: parts[1]) != nil || TermClass(name: parts[1]) != nil else {
        throw ConfigurationProblem("--map \(pair): is no pair of a name and a type of ours\n  to mend it: write for example ZIP=ZIP_CODE")
      }
      options.names[parts[0]] = parts[1]
    }
    if let entity, EntityType(name: entity) == nil, TermClass(name: entity) == nil {
      throw ConfigurationProblem("unknown entity \"\(entity)\"\n  to mend it: write a type as the lists name it, for example MEDICATION")
    }
    let imported = try Import(kind ?? Import.kind(of: file), file: file, bytes: try SourceFile.read(file), options: options)
    var written: [String] = []
    let stem = Self.stem(file)
    let editor = try OverlayEditor(overlay, owner: owner)
    if !imported.terms.isEmpty {
      let text = TermTable.columns.joined(separator: "\t") + "\n" + imported.terms.joined(separator: "\n") + "\n"
      written.append(try editor.addFile(Array(text.utf8), to: "terms", as: "\(stem)-terms.tsv"))
    }
    if imported.patternCount > 0 {
      written.append(try editor.addFile(Array(("patterns:\n" + imported.patterns).utf8), to: "patterns", as: "\(stem)-patterns.yaml"))
    }
    if !imported.waivers.isEmpty {
      let text = Waiver.columns.joined(separator: "\t") + "\n" + imported.waivers.joined(separator: "\n") + "\n"
      written.append(try editor.addFile(Array(text.utf8), to: "waivers", as: "\(stem)-waivers.tsv"))
    }
    switch format {
    case .text:
      try StandardStreams.print(imported.report)
      for path in written { try StandardStreams.print("written: \(path)") }
    case .json: try StandardStreams.write(try imported.json())
    }
    if !imported.losses.isEmpty { throw ProblemsFound() }
  }

  /// The file's name without its ending, in letters that every system takes.
  private static func stem(_ file: String) -> String {
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "imported" : words.joined(separator: "-")
  }
}

extension Import.Kind: ExpressibleByArgument {}
