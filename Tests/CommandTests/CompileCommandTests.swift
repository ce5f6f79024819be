import Foundation
import Testing

extension ProgramTests {
  /// `tightlip compile`, and what may be done with its file.
  struct CompileCommandTests {
    private static func place() throws -> URL {
      let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-compile-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return folder
    }

    private static let requests = Data(
      "{\"text\":\"Hi Dana, SSN 219-09-9998\"}\n{\"text\":\"your diabetes\"}\n{\"text\":\"see you\"}\n".utf8)

    private func verdicts(_ arguments: [String] = [], pack: String?, environment: [String: String] = [:]) throws -> Outcome {
      try Running(["filter", "--verdict-pack"] + arguments, pack: pack, environment: environment).finish([Self.requests])
    }

    @Test func `an image is named where a folder may be, with the same verdicts and fingerprint`() throws {
      let folder = try Self.place()
      defer { try? FileManager.default.removeItem(at: folder) }
      let image = folder.appending(path: "small.image").path()
      let made = try run(["compile", Program.pack, "--output", image])
      #expect(made.status == 0 && made.output.isEmpty && made.errors.isEmpty, "\(made.errors)")
      let fromFiles = try verdicts(pack: Program.pack)
      #expect(fromFiles.status == 0 && fromFiles.lines.count == 3)
      #expect(try verdicts(pack: image).output == fromFiles.output)
      #expect(try verdicts(["--pack", image], pack: "/nowhere").output == fromFiles.output)
      #expect(try verdicts(["--jobs", "2"], pack: image).output == fromFiles.output)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path()) == ["small.image"], "nothing else is left behind")
      let versions = try [image, Program.pack].map { try run(["--version"], pack: $0).output }
      let hashes = versions.map { String(decoding: $0, as: UTF8.self).split(separator: " ").first { $0.count == 64 } }
      #expect(hashes[0] != nil && hashes[0] == hashes[1])
    }

    @Test func `what cannot be meant is refused before a message is read`() throws {
      let folder = try Self.place()
      defer { try? FileManager.default.removeItem(at: folder) }
      let image = folder.appending(path: "small.image")
      #expect(try run(["compile", Program.pack, "-o", image.path()]).status == 0)
      func refusal(_ arguments: [String]) throws -> String {
        let outcome = try run(arguments)
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(arguments)")
        return outcome.errors
      }
      #expect(try refusal(["check", image.path()]).contains("is a compiled pack image"))
      #expect(try refusal(["compile", image.path(), "-o", image.path()]).contains("is compiled already"))
      #expect(try refusal(["compile", Program.pack, "--overlay", folder.path()]).contains("--output"))
      #expect(try refusal(["compile", Program.pack, "-o", folder.path()]).contains("cannot be written"))
      let overlay = Program.file("overlay.yaml", "overlay: lakeside\n")
      #expect(
        try refusal(["filter", "--pack", image.path(), "--overlay", URL(filePath: overlay).deletingLastPathComponent().path()])
          .contains("tightlip compile PACK --overlay DIR"))
      var bytes = try Data(contentsOf: image)
      bytes[bytes.count / 3] ^= 2
      try bytes.write(to: image)
      #expect(try refusal(["filter", "--pack", image.path()]).contains("damaged"))
      try bytes.prefix(100_000).write(to: image)
      #expect(try refusal(["filter", "--pack", image.path()]).contains("cut short"))
    }

    @Test func `SIGHUP takes a new image into use, and refuses a damaged one`() throws {
      let folder = try Self.place()
      defer { try? FileManager.default.removeItem(at: folder) }
      for file in try FileManager.default.contentsOfDirectory(atPath: Program.pack) {
        try FileManager.default.copyItem(atPath: Program.pack + "/" + file, toPath: folder.path() + "/" + file)
      }
      let image = folder.appending(path: "small.image").path()
      #expect(try run(["compile", folder.path(), "--output", image]).status == 0)
      let running = try Running(["filter", "--verdict-pack"], pack: image)
      func ask() -> String {
        running.send("{\"text\":\"your zorbaline\"}\n")
        return running.nextLine() ?? ""
      }
      let before = ask()
      #expect(before.contains("\"findings\":[]"), "\(before)")
      let terms = folder.appending(path: "terms.tsv")
      try Data((String(contentsOf: terms, encoding: .utf8) + "zorbaline\tMEDICATION\t0.95\t\t\ttest\t\n").utf8).write(to: terms)
      #expect(try run(["compile", folder.path(), "--output", image]).status == 0)
      running.process.interruptForReload()
      var after = before
      for _ in 0..<100 where !after.contains("MEDICATION") {
        usleep(50_000)
        after = ask()
      }
      #expect(after.contains("MEDICATION"), "\(after)")
      // Another file under the name: the one in use lives on.
      let damaged = folder.appending(path: "damaged")
      try Data(contentsOf: URL(filePath: image)).dropLast(64).write(to: damaged)
      try FileManager.default.removeItem(atPath: image)
      try FileManager.default.moveItem(atPath: damaged.path(), toPath: image)
      running.process.interruptForReload()
      usleep(500_000)
      #expect(ask() == after)
      let end = running.finish()
      #expect(end.status == 0 && end.errors.contains("reload refused") && end.errors.contains("cut short"), "\(end.errors)")
    }
  }
}

extension Process {
  fileprivate func interruptForReload() { kill(processIdentifier, SIGHUP) }
}
