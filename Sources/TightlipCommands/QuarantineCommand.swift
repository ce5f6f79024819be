internal import ArgumentParser
internal import Foundation
internal import Glibc
import TightlipStore

struct QuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine",
    abstract: "Lists blocked messages that were kept, and opens them with the compliance officer's key.",
    subcommands: [QuarantineListCommand.self, QuarantineOpenCommand.self])
}

struct QuarantineListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists what was kept: when, why, and where. Needs no key.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

  @Option(help: "text, or ndjson for tools.")
  var format: Format = .text

  @Argument(help: ArgumentHelp("The folder of the quarantine.", valueName: "dir"))
  var folder: String

  func run() throws {
    let (items, damaged) = try QuarantineReader(folder: folder).list()
    switch format {
    case .ndjson:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      for item in items { try StandardStreams.write(Array(try encoder.encode(Line(item))) + [10]) }
    case .text:
      var table = TextTable(["blocked at", "item", "because", "message", "key"])
      for item in items {
        table.add([
          item.label.at, "\(item.file):\(item.line)", item.label.reasons.joined(separator: ", "),
          item.label.message ?? "", item.key,
        ])
      }
      try StandardStreams.print(items.isEmpty ? "\(folder): nothing is kept" : table.text)
    }
    for (file, line) in damaged {
      try StandardStreams.print("\(folder)/\(file):\(line): is not whole; a write was interrupted, or the file changed", to: STDERR_FILENO)
    }
    if !damaged.isEmpty { throw ProblemsFound() }
  }

  private struct Line: Encodable {
    var at: String
    var item: String
    var reasons: [String]
    var message: String?
    var key: String

    init(_ item: QuarantineReader.Item) {
      at = item.label.at
      self.item = "\(item.file):\(item.line)"
      reasons = item.label.reasons
      message = item.label.message
      key = item.key
    }
  }
}

struct QuarantineOpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Writes kept messages as they came in, one after the other.",
    discussion: "The output holds the messages. Exit code 1 where one cannot be opened.")

  @Option(help: ArgumentHelp("The file of the compliance officer's secret key; /dev/fd/N for a descriptor.", valueName: "file"))
  var keyFile: String

  @Flag(help: "Open all of them.")
  var all = false

  @Argument(help: ArgumentHelp("The folder of the quarantine.", valueName: "dir"))
  var folder: String

  @Argument(help: ArgumentHelp("Items, or hashes of message ids, as list shows them.", valueName: "item"))
  var items: [String] = []

  func run() throws {
    guard all != !items.isEmpty else {
      throw ConfigurationProblem("name items, or give --all\n  to mend it: tightlip quarantine list \(folder)")
    }
    let key = try SealingSecretKey(file: keyFile)
    var missing = Set(items)
    let opened = try QuarantineReader(folder: folder).open(with: key) { item in
      let names = ["\(item.file):\(item.line)", item.label.message].compactMap { $0 }
      let isNamed = names.contains { items.contains($0) }
      for name in names { missing.remove(name) }
      return all || isNamed
    }
    var hasProblem = false
    for (item, original) in opened {
      if let original {
        try StandardStreams.write(original + [10])
      } else {
        hasProblem = true
        let reason = item.key == key.publicKey.fingerprint ? "it was changed" : "it was sealed to the key \(item.key)"
        try StandardStreams.print("\(item.file):\(item.line): cannot be opened: \(reason)", to: STDERR_FILENO)
      }
    }
    for name in missing.sorted() {
      hasProblem = true
      try StandardStreams.print("\(TextTable.printable(name)): is not in \(folder)", to: STDERR_FILENO)
    }
    if hasProblem { throw ProblemsFound() }
  }
}
