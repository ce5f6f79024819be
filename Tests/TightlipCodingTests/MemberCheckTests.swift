import Testing
import TightlipCoding
import TightlipCore

struct MemberCheckTests {
  private func line(_ keys: [String]) -> String {
    #"{"text":"x","o":{"# + keys.map { "\"\($0)\":0" }.joined(separator: ",") + "}}"
  }

  @Test func `finds a member given twice among any number`() {
    var random = SplitMix(state: 1)
    for count in Array(1...40) + [100, 1000] {
      for prefix in ["", "k", "averylongcommonprefix"] {
        let keys = (0..<count).map { "\(prefix)\($0)" }.shuffled(using: &random)
        #expect(read(line(keys)).reading == .text("x"))
        guard count > 1 else { continue }
        let twice = Int.random(in: 0..<count, using: &random)
        var more = keys
        more.insert(keys[twice], at: Int.random(in: 0...count, using: &random))
        #expect(read(line(more)).reading == .error(.duplicateMember), "\(count) \(prefix)")
      }
    }
  }

  @Test func `tells members apart that are alike`() {
    // Same length, same beginning and end; prefixes of each other; with a NUL.
    let keys = [
      "abcdefgh", "abcdefgh0abcdefgh", "abcdefgh1abcdefgh", "abcdefghabcdefgh", "a", "b", "", "aa",
      #"a\u0000"#, #"\u0000a"#, #"\u0000"#, "abcdefg",
    ]
    #expect(read(line(keys)).reading == .text("x"))
    for key in keys { #expect(read(line(keys + [key])).reading == .error(.duplicateMember)) }
  }

  @Test(.timeLimit(.minutes(1))) func `many and long members take no squared time`() {
    let many = (0..<100_000).map { "key\($0)" }
    let clock = ContinuousClock()
    let options = RequestOptions(maxBytes: 1 << 24)
    let spent = clock.measure { #expect(read(line(many), options).reading == .text("x")) }
    #expect(spent < .seconds(10))
    let long = (0..<16).map {
      String(repeating: "a", count: 60_000) + "\($0 % 10)" + String(repeating: "b", count: $0)
    }
    #expect(read(line(long), options).reading == .text("x"))
    let nested =
      String(repeating: #"{"a":0,"b":"#, count: 50) + "0" + String(repeating: "}", count: 50)
    #expect(read(#"{"text":"x","n":\#(nested)}"#, options).reading == .text("x"))
  }
}
