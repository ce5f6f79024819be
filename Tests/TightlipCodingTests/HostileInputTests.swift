import Testing
import TightlipCoding
import TightlipCore

@Suite(.disabled(if: Shared.isMissing, "no shared/hostile beside the package"))
struct HostileInputTests {
  @Test func `no wire line that must be blocked is read`() throws {
    for item in try Shared.cases("wire") {
      guard let bytes = item.bytes else { continue }
      let (reading, _) = read(bytes, RequestOptions(maxBytes: 1 << 24))
      switch item.expect {
      case "block", "block_or_replace":
        guard case .error = reading else {
          Issue.record("\(item.id) \(item.class ?? "") was read")
          continue
        }
      case "allow", "find":
        guard case .text = reading else {
          Issue.record("\(item.id) \(item.class ?? "") gave \(reading)")
          continue
        }
      default:
        // A text that was read may still be blocked for what it says; what is no request may not be
        // read at all.
        let kind = item.class ?? ""
        let isBroken = ["json_", "surrogate_", "u8_", "dup_", "esc_nul", "utf", "nul_"].contains {
          kind.hasPrefix($0)
        }
        if isBroken, case .text = reading { Issue.record("\(item.id) \(kind) was read") }
      }
    }
  }

  @Test func `reads and refuses JSONTestSuite as it should`() throws {
    for item in try Shared.cases("nst_manifest") {
      guard let bytes = item.bytes else { continue }
      let (reading, _) = read(bytes)
      switch (item.expect, reading) {
      case ("accept", .error(.notAnObject)), ("accept", .error(.noText)),
        ("accept", .error(.duplicateMember)), ("either", .error):
        break
      case ("reject", .error(let code)):
        let isRight =
          code == .malformedJSON || code == .invalidUTF8 || code == .nul || code == .loneSurrogate
          || code == .empty || code == .depth
        #expect(isRight, "\(item.file ?? item.id): \(reading)")
      default:
        // Raw texts hold no request, so only `either` may go one way or the other.
        if item.expect != "either" { Issue.record("\(item.file ?? item.id): \(reading)") }
      }
    }
  }

  @Test func `reads and refuses JSONTestSuite wrapped as requests`() throws {
    var refused: [String] = []
    for item in try Shared.cases("nst_wrapped") {
      let bytes = try #require(item.bytes)
      let (reading, _) = read(bytes)
      switch (item.expect, reading) {
      case ("block", .text): Issue.record("\(item.id) was read")
      case ("accept", .error(let code)): refused.append("\(item.id) \(code.name)")
      default: break
      }
    }
    print("valid JSON refused by rule:", refused)
    // Texts that are not strings, members given twice, NULs: refused by rule, not as JSON.
    #expect(refused.allSatisfy { !$0.hasSuffix("malformed-json") && !$0.hasSuffix("invalid-utf8") })
  }
}
