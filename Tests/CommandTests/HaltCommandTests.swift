import Foundation
import Glibc
import Testing

extension ProgramTests {
  struct HaltCommandTests {
    private static func place() -> String {
      FileManager.default.temporaryDirectory.appending(path: "tightlip-\(UUID().uuidString)/a/halt").path()
    }

    private static let line = #"{"text":"see you"}"# + "\n"

    @Test func `halt on blocks the next message of a running filter, and halt off lifts it`() throws {
      let place = Self.place()
      let environment = ["TIGHTLIP_HALT_FILE": place]
      let running = try Running(["filter"], environment: environment)
      running.send(Self.line)
      #expect(running.nextLine()?.contains(#""action":"pass""#) == true)
      #expect(try run(["halt", "status"], environment: environment).status == 0)
      #expect(try run(["halt", "on"], environment: environment).status == 0)
      #expect(try run(["halt", "on"], environment: environment).status == 0)
      running.send(Self.line)
      #expect(running.nextLine()?.contains(#""code":"policy.halted""#) == true)
      let status = try run(["halt", "status"], environment: environment)
      #expect(status.status == 1 && status.lines == ["halted: \(place)"])
      // A restart changes nothing.
      #expect(try run(["filter"], Self.line, environment: environment).lines.first?.contains("policy.halted") == true)
      #expect(try run(["halt", "off"], environment: environment).status == 0)
      running.send(Self.line)
      #expect(running.nextLine()?.contains(#""action":"pass""#) == true)
      #expect(running.finish().status == 0)
    }

    @Test func `SIGUSR1 halts, and writes the file`() throws {
      let place = FileManager.default.temporaryDirectory.appending(path: "tightlip-\(UUID().uuidString)").path()
      let environment = ["TIGHTLIP_HALT_FILE": place]
      let running = try Running(["filter"], environment: environment)
      running.send(Self.line)
      #expect(running.nextLine()?.contains(#""action":"pass""#) == true)
      kill(running.process.processIdentifier, SIGUSR1)
      running.send(Self.line)
      #expect(running.nextLine()?.contains("policy.halted") == true)
      #expect(FileManager.default.fileExists(atPath: place))
      try FileManager.default.removeItem(atPath: place)
      running.send(Self.line)
      #expect(running.nextLine()?.contains(#""action":"pass""#) == true)
      #expect(running.finish().status == 0)
    }

    @Test func `an envelope is explained`() throws {
      let outcome = try run([
        "explain", "--envelope", #"{"sender":{"role":"janitor"},"recipient":{"timeZone":"America/Denver"},"sentAt":"2026-11-23T08:00:00Z"}"#,
        "see you",
      ])
      #expect(outcome.status == 0)
      let text = outcome.lines.joined(separator: "\n")
      #expect(text.contains("sender.unknown-role") && text.contains("quiet.hours"))
      #expect(text.contains("no change of the text alone would let it pass"))
      let request = try run(["explain", "--request"], #"{"text":"dana whitfield ssn 219-09-9998"}"#)
      #expect(request.status == 0 && request.lines.joined().contains("would pass without"))
      for broken in [#"{"sender":1}"#, "x", "{", #"{"text":"twice"}"#] {
        let outcome = try run(["explain", "--envelope", broken, "see you"])
        #expect(outcome.status == 2 && outcome.errors.contains("to mend it: "), "\(broken)")
      }
    }
  }
}
