internal import ArgumentParser
internal import Foundation
internal import Glibc
import TightlipStore

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Makes and shows keys: to seal messages and the quarantine, and for the audit log.",
    subcommands: [KeysGenerateCommand.self, KeysShowCommand.self])
}

struct KeysGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Makes a key in a new file that only its owner may read.",
    discussion: """
      sealing: a pair (X25519) for HPKE, RFC 9180; the public key goes into FILE.pub. Make it on the \
      machine of whoever is to read, and copy only FILE.pub. audit: a secret for the audit log.
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable { case sealing, audit }

  @Option(help: "sealing or audit.")
  var kind: Kind = .sealing

  @Argument(help: ArgumentHelp("The new file.", valueName: "file"))
  var file: String

  func run() throws {
    switch kind {
    case .sealing:
      let key = SealingSecretKey()
      try key.write(to: file)
      try StandardStreams.print(
        "\(file): the secret key; it stays with whoever is to read\n\(file).pub: the public key; fingerprint \(key.publicKey.fingerprint)")
    case .audit:
      try RecordsKey.generate(file)
      try StandardStreams.print("\(file): the secret of the audit log; whoever verifies it needs a copy")
    }
  }
}

struct KeysShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows the public key and its fingerprint.")

  @Argument(help: ArgumentHelp("The file of a public or a secret key.", valueName: "file"))
  var file: String

  func run() throws {
    let key: SealingPublicKey
    do {
      key = try SealingPublicKey(file: file)
    } catch {
      key = try SealingSecretKey(file: file).publicKey
    }
    try StandardStreams.print("\(key.text)\nfingerprint \(key.fingerprint)")
  }
}

struct SealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal", abstract: "Seals standard input so that only one recipient can read it; writes base64.",
    discussion: "HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.")

  /// More than a message can be.
  static let largest = 64 << 20

  @Option(help: ArgumentHelp("The recipient's public key, or its file.", valueName: "key"))
  var to: String

  func run() throws {
    let key = try Self.publicKey(to)
    let sealed = try SealedMessage.seal(try Self.readAll(), to: key)
    try StandardStreams.print(Data(sealed).base64EncodedString())
  }

  static func publicKey(_ text: String) throws -> SealingPublicKey {
    try SealingPublicKey(text: text) ?? SealingPublicKey(file: text)
  }

  /// All of standard input.
  static func readAll() throws -> [UInt8] {
    var all: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try StandardStreams.read(into: &room)
      if count == 0 { return all }
      all += room[..<count]
      guard all.count <= largest else {
        throw ConfigurationProblem("standard input is longer than \(largest) bytes\n  to mend it: give one message")
      }
    }
  }
}

struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Opens a sealed message (base64 on standard input) with the recipient's secret key.",
    discussion: "Exit code 1 where it cannot be opened: sealed to another key, changed, or cut.")

  @Option(help: ArgumentHelp("The file of the secret key; /dev/fd/N for a descriptor.", valueName: "file"))
  var keyFile: String

  func run() throws {
    let key = try SealingSecretKey(file: keyFile)
    let input = try SealCommand.readAll().filter { $0 != 10 && $0 != 13 }
    guard let sealed = Data(base64Encoded: Data(input)) else {
      throw RecordsError(.damaged, "standard input is no base64", remedy: "give the verdict's member sealed as it is")
    }
    try StandardStreams.write(try SealedMessage.open(Array(sealed), with: key))
  }
}
