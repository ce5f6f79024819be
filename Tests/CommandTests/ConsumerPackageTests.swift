import Foundation
import Testing

extension ProgramTests {
  /// A program of somebody else that depends on this package.
  struct ConsumerPackageTests {
    /// Compiles the whole package again, apart from this build: a minute or two.
    @Test(
      .enabled(if: ProcessInfo.processInfo.environment["TIGHTLIP_SKIP_CONSUMER"] != "1"),
      .timeLimit(.minutes(15)))
    func `another package can depend on this one and use the filter, and every example of the documentation runs`() throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-consumer-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      for program in ["consumer", "plain", "snippets"] {
        try FileManager.default.createDirectory(
          at: folder.appending(path: "Sources/\(program)"), withIntermediateDirectories: true)
      }
      // The package's identity is the name of its folder, which a link makes the same on every machine.
      try FileManager.default.createSymbolicLink(at: folder.appending(path: "tightlip"), withDestinationURL: Repository.root)
      Program.write(
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
          name: "consumer",
          dependencies: [.package(path: "tightlip")],
          targets: [
            .executableTarget(name: "consumer", dependencies: [.product(name: "Tightlip", package: "tightlip")]),
            .executableTarget(name: "plain", dependencies: [.product(name: "Tightlip", package: "tightlip")]),
            .executableTarget(name: "snippets", dependencies: [.product(name: "Tightlip", package: "tightlip")]),
          ]
        )

        """, folder.appending(path: "Package.swift"))
      let source = """
        let filter = try Filter(pack: CommandLine.arguments[1])
        var scanner = Scanner(filter)
        var verdict = Verdict()
        for text in ["ok", "As you asked, my ssn is 219-09-9998", "Dana Whitfield has diabetes"] {
          scanner.scan(text, into: &verdict)
          print(verdict.action, verdict.findings.map { filter.name(of: $0.rule) }.count, verdict.completeness)
        }

        """
      Program.write("import Tightlip\nimport TightlipCore\n\n" + source, folder.appending(path: "Sources/consumer/main.swift"))
      Program.write("import Tightlip\n\n" + source, folder.appending(path: "Sources/plain/main.swift"))
      Program.write("", folder.appending(path: "Sources/snippets/main.swift"))
      let scratch = folder.appending(path: "build").path()
      let resolved = Repository.root.appending(path: "Package.resolved")
      if FileManager.default.fileExists(atPath: resolved.path()) {
        try FileManager.default.copyItem(at: resolved, to: folder.appending(path: "Package.resolved"))
      }
      func build(_ product: String) throws -> (status: Int32, text: String) {
        try tool([
          "swift", "build", "-j", "2", "--package-path", folder.path(), "--scratch-path", scratch, "--product", product,
        ])
      }
      let both = try build("consumer")
      try #require(both.status == 0, "\(both.text.suffix(3000))")
      #expect(!both.text.contains("warning: "), "\(both.text.suffix(3000))")
      let outcome = try tool([scratch + "/debug/consumer", Program.pack])
      #expect(outcome.status == 0)
      #expect(outcome.text == "pass 0 complete\nredact 1 complete\nblock 2 complete\n")

      // One import is enough for filter, scanner, message, policy and verdict.
      let plain = try build("plain")
      #expect(plain.status == 0, "\(plain.text.suffix(3000))")

      let (examples, count) = try Snippets.program()
      #expect(count >= 6)
      Program.write(examples, folder.appending(path: "Sources/snippets/main.swift"))
      let built = try build("snippets")
      try #require(built.status == 0, "\(built.text.suffix(3000))")
      // Where the examples look for the shipped pack: beside them, or in a checkout beside their package.
      let place = folder.appending(path: "place")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        at: place.appending(path: "Lexicons"), withDestinationURL: Repository.root.appending(path: "Lexicons"))
      let ran = try tool([scratch + "/debug/snippets"], in: place)
      #expect(ran.status == 0, "\(ran.text.suffix(3000))")
      #expect(ran.text.contains("WritingADetector.md") && ran.text.contains("README.md"))
    }

    private func tool(_ arguments: [String], in folder: URL? = nil) throws -> (status: Int32, text: String) {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = arguments
      if let folder { process.currentDirectoryURL = folder }
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      return (process.terminationStatus, text)
    }
  }
}
