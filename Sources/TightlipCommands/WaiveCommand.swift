internal import ArgumentParser
internal import Foundation
internal import Glibc
import Tightlip
import TightlipCore
import TightlipRules
import TightlipTuning

struct WaiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "waive",
    abstract: "Writes a waiver: what would be found may pass in these words, for a time.",
    discussion: """
      Prints the row, or adds it to an overlay's table. With --hash-key-file the words themselves are \
      not kept, only their keyed hash; that is the way for names and numbers of persons.
      """)

  @Option(help: ArgumentHelp("The only type of finding it is for.", valueName: "type"))
  var entity: String?

  @Option(help: ArgumentHelp("Who answers for it.", valueName: "name"))
  var owner: String

  @Option(help: ArgumentHelp("Why.", valueName: "text"))
  var reason: String

  @Option(help: ArgumentHelp("The last day on which it holds, as 2027-06-30.", valueName: "day"))
  var expires: String

  @Option(help: ArgumentHelp("A file with the key; the words are then kept by hash.", valueName: "file"))
  var hashKeyFile: String?

  @Option(help: ArgumentHelp("The overlay whose table takes the row.", valueName: "dir"))
  var overlay: String?

  @Argument(help: "The words; without them, standard input is read, which keeps them out of the shell's history.")
  var words: [String] = []

  func run() throws {
    let type = try entity.map { name in
      guard let type = EntityType(name: name) else {
        throw ConfigurationProblem("unknown entity \"\(name)\"\n  to mend it: write a type as verdicts name it, for example PERSON")
      }
      return type
    }
    guard let day = ExpiryDay(expires), !day.isOver(at: Int64(time(nil))) else {
      throw ConfigurationProblem("--expires is no day to come: \(expires)\n  to mend it: write for example 2027-06-30")
    }
    let text = words.isEmpty ? readLine() ?? "" : words.joined(separator: " ")
    for field in [owner, reason, text] where field.contains(where: { $0 == "\t" || $0.isNewline }) || field.allSatisfy(\.isWhitespace) {
      throw ConfigurationProblem("words, owner and reason hold something, and neither tabs nor line ends\n  to mend it: write them on one line")
    }
    var hash = ""
    if let hashKeyFile {
      guard let type else {
        throw ConfigurationProblem("a waiver kept by hash is for one type of finding\n  to mend it: add --entity, for example --entity PERSON")
      }
      guard let digest = WaiverSet.digest(of: text, entity: type, keyedHash: try AuthenticationCodeHash(keyFile: hashKeyFile)) else {
        throw ConfigurationProblem("the words hold no letter or digit\n  to mend it: write what may pass")
      }
      hash = Waiver.written(digest)
    }
    let row = [hash.isEmpty ? text : "", hash, type?.name ?? "", owner, reason, expires].joined(separator: "\t")
    guard let overlay else {
      try StandardStreams.print(Waiver.columns.joined(separator: "\t") + "\n" + row)
      return
    }
    let file = try OverlayEditor(overlay).add(row, to: "waivers", default: "waivers.tsv", columns: Waiver.columns)
    try StandardStreams.print("\(file): one waiver added, until \(expires)")
  }
}
