import Foundation
import Testing
import TightlipFuzzing

/// Replays every input kept under `Tests/Cases/fuzz`: seeds, what the fuzzer kept as worth mutating, and
/// everything that ever broke a promise.
struct FuzzReplayTests {
  static let cases = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Cases/fuzz")

  /// A row of `<target>.ndjson`: where an input comes from, and its bytes.
  struct Row: Decodable {
    var kind: String
    var base64: String
  }

  static func inputs(_ target: FuzzTarget) throws -> [(kind: String, bytes: [UInt8])] {
    let file = cases.appending(path: "\(target.rawValue).ndjson")
    let text = try String(contentsOf: file, encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let row = try JSONDecoder().decode(Row.self, from: Data(line.utf8))
      return (row.kind, Array(try #require(Data(base64Encoded: row.base64))))
    }
  }

  @Test(arguments: FuzzTarget.allCases)
  func `what was kept breaks no promise`(target: FuzzTarget) throws {
    let inputs = try Self.inputs(target)
    #expect(inputs.count >= 5, "\(target.rawValue) has cases")
    for (number, input) in inputs.enumerated() {
      let problem = target.problem(with: input.bytes)
      #expect(problem == nil, "\(target.rawValue).ndjson:\(number + 1) (\(input.kind))")
    }
  }

  /// TIGHTLIP_RANDOM_TEXTS sets how many; TIGHTLIP_SEED the seed.
  @Test func `gates change no verdict on random texts`() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["TIGHTLIP_RANDOM_TEXTS"].flatMap { Int($0) } ?? 10_000
    let seed = environment["TIGHTLIP_SEED"].flatMap { UInt64($0) } ?? 1
    let (compared, difference) = try GateComparison.run(count, seed: seed)
    let about = difference.map { "\($0.problem): \(String(decoding: $0.text, as: UTF8.self).debugDescription)" } ?? ""
    #expect(difference == nil, "\(about)")
    #expect(compared == count)
  }
}
