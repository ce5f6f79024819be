internal import ArgumentParser
import Tightlip
import TightlipCore

/// Options that name pack, overlays and policy, shared by the commands.
struct SetupOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of the pack, or a pack image (tightlip compile).", valueName: "path"))
  var pack: String?

  @Option(
    help: ArgumentHelp(
      "A folder with the practice's own terms, rules and waivers (overlay.yaml); may be repeated, later ones over earlier ones.",
      valueName: "dir"))
  var overlay: [String] = []

  @Option(help: ArgumentHelp("The policy; without one the shipped default applies.", valueName: "file"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "A file with the key of the redaction \"hash\" and of waivers kept by hash (at least 16 bytes; /dev/fd/N for a descriptor).",
      valueName: "file"))
  var hashKeyFile: String?

  @Option(
    help: ArgumentHelp(
      "While a file stands here, everything is blocked; without one, what the policy or TIGHTLIP_HALT_FILE says.",
      valueName: "path"))
  var haltFile: String?

  /// Compiles the filter.
  func makeFilter(_ change: (inout Filter.Options) -> Void = { _ in }) throws -> Filter {
    try makeSource(change).build().filter
  }

  /// What the filter is built from, to build it now and again when files have changed.
  func makeSource(_ change: (inout Filter.Options) -> Void = { _ in }) throws -> FilterSource {
    var options = Filter.Options()
    change(&options)
    if let hashKeyFile { options.keyedHash = try AuthenticationCodeHash(keyFile: hashKeyFile) }
    return FilterSource(
      pack: try PackLocation.find(pack), overlays: overlay, policy: policy, haltFile: haltFile, options: options)
  }
}
