internal import ArgumentParser
import Tightlip
import TightlipCore

/// Options that name pack and policy, shared by the commands.
struct SetupOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of the pack.", valueName: "dir"))
  var pack: String?

  @Option(help: ArgumentHelp("The policy; without one the shipped default applies.", valueName: "file"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "A file with the key of the redaction \"hash\" (at least 16 bytes; /dev/fd/N for a descriptor).",
      valueName: "file"))
  var hashKeyFile: String?

  @Option(
    help: ArgumentHelp(
      "While a file stands here, everything is blocked; without one, what the policy or TIGHTLIP_HALT_FILE says.",
      valueName: "path"))
  var haltFile: String?

  /// Compiles the filter.
  func makeFilter(_ change: (inout Filter.Options) -> Void = { _ in }) throws -> Filter {
    let rules = try policy.map { try Filter.readPolicy($0) } ?? .shippedDefault
    var options = Filter.Options()
    change(&options)
    options.haltSwitch = HaltSwitch(file: HaltLocation.find(haltFile, policy: rules))
    if let hashKeyFile {
      options.keyedHash = try AuthenticationCodeHash(keyFile: hashKeyFile)
    } else if rules.entities.contains(where: { $0.redaction == .hash }) {
      throw ConfigurationProblem(
        "the policy redacts with a keyed hash, but no key was given\n"
          + "  to mend it: name a file with the key by --hash-key-file")
    }
    return try Filter(pack: try PackLocation.find(pack), policy: rules, options: options)
  }
}
