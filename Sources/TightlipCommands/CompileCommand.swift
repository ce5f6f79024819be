internal import ArgumentParser
import Tightlip

struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Compiles a pack and overlays into one file, from which a filter starts at once.",
    discussion: """
      Name the file by --pack, in TIGHTLIP_PACK, or wherever the folder of a pack may be named. As pack.image in \
      the pack's own folder it is used without being named, as long as no file of the pack has changed. Made by \
      another version of Tightlip or ICU it is refused: compile again after an upgrade.
      """)

  @Option(
    help: ArgumentHelp(
      "A folder with the practice's own terms, rules and waivers (overlay.yaml); may be repeated, later ones over earlier ones.",
      valueName: "dir"))
  var overlay: [String] = []

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write; without it, pack.image in the folder of the pack.", valueName: "file"))
  var output: String?

  @Argument(help: ArgumentHelp("The folder of the pack; without it, the shipped pack.", valueName: "pack"))
  var pack: String?

  func run() throws {
    let pack = try PackLocation.find(pack)
    guard output != nil || overlay.isEmpty else {
      throw ConfigurationProblem(
        "an image with overlays cannot stand for the pack alone\n  to mend it: name a file by --output")
    }
    try PackImage.write(pack: pack, overlays: overlay, to: output ?? "\(pack)/\(PackImage.name)")
  }
}
