import Foundation
import Testing

extension ProgramTests {
  /// That `bench` counts right and says so in a form that tools read. Never how fast anything is.
  struct BenchCommandTests {
    private static let messages = Program.file(
      "messages.ndjson",
      """
      {"id":1,"text":"ssn 219-09-9998 and 219-09-9998"}
      {"id":2,"text":"hi Dana, your diabetes plan"}
      {"id":3,"text":"see you tomorrow"}
      {"id":4,"text":"caf\u{E9} at noon"}
      not a request
      {"id":5,"text":"ssn 000-12-3456"}

      """)

    private static func report(_ arguments: [String]) throws -> [String: Any] {
      let outcome = try run(["bench", messages, "--rounds", "2", "--exchanges", "8", "--format", "json"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    }

    @Test func `bench measures everything, and tells what came out`() throws {
      let report = try Self.report(["--jobs", "2"])
      let cost = try #require(report["cost"] as? [String: Any])
      let messages = try #require(cost["messages"] as? [String: Int])
      #expect(messages["count"] == 6 && messages["unreadable"] == 1 && messages["nonASCII"] == 1)
      #expect(messages["textBytes"] == 102)
      let outcome = try #require(cost["outcome"] as? [String: Int])
      #expect(outcome.values.reduce(0, +) - (outcome["findings"] ?? 0) == 6)
      #expect(outcome["pass"] == 3 && outcome["block"] == 3 && outcome["findings"] == 4)

      let throughput = try #require(cost["throughput"] as? [[String: Any]])
      #expect(throughput.compactMap { $0["workers"] as? Int } == [1, 2])
      for row in throughput {
        let rate = try #require(row["messagesPerSecond"] as? [String: Double])
        let least = try #require(rate["minimum"]), median = try #require(rate["median"]), most = try #require(rate["maximum"])
        #expect(0 < least && least <= median && median <= most)
      }
      #expect((cost["latency"] as? [String: Int])?["count"] == 12)
      let pipe = try #require(report["pipe"] as? [String: Any])
      let latency = try #require(pipe["latency"] as? [String: Int])
      #expect(latency["count"] == 8)
      #expect(try #require(latency["p50"]) <= (try #require(latency["maximum"])))
      #expect((pipe["firstVerdict"] as? [String: Double])?["minimum"] ?? 0 > 0)

      let stages = try #require(cost["stages"] as? [[String: Any]])
      #expect(stages.count == 9 && stages.allSatisfy { ($0["perMessage"] as? Double) ?? -1 >= 0 })
      let rules = try #require(cost["rules"] as? [[String: Any]])
      #expect(rules.count == 1 && rules[0]["rules"] as? [String] == ["number.ssn"])
      // Both in the first message and the one that its validator refuses; tried on these two only.
      #expect(rules[0]["matches"] as? Int == 3 && rules[0]["limitHits"] as? Int == 0)
      #expect(abs((rules[0]["tried"] as? Double ?? 0) - 2.0 / 5) < 0.001)
      let lists = try #require(cost["lists"] as? [[String: Any]])
      #expect(lists.count == 2)
      let terms = try #require(lists.first { ($0["file"] as? String)?.hasSuffix("terms.tsv") == true })
      #expect(terms["terms"] as? Int == 7 && terms["hits"] as? Int ?? 0 > 0)
    }

    @Test func `only the part asked for is measured, and no text is shown`() throws {
      let report = try Self.report(["--only", "rules", "--messages", "2"])
      let cost = try #require(report["cost"] as? [String: Any])
      #expect(report["pipe"] == nil && cost["stages"] == nil && cost["latency"] == nil && cost["lists"] == nil)
      #expect((cost["throughput"] as? [Any])?.isEmpty == true)
      #expect((cost["messages"] as? [String: Int])?["count"] == 2)

      let table = try run(["bench", Self.messages, "--rounds", "1", "--exchanges", "2"])
      let text = String(decoding: table.output, as: UTF8.self)
      #expect(table.status == 0 && text.contains("number.ssn") && text.contains("through a pipe"))
      #expect(!text.contains("219-09") && !text.contains("Dana") && !text.contains("caf\u{E9}"))
    }

    @Test func `without messages the examples of the rules stand in`() throws {
      let outcome = try run(["bench", "--only", "rules", "--rounds", "1", "--format", "json"])
      let report = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
      let messages = try #require((report["cost"] as? [String: Any])?["messages"] as? [String: Int])
      #expect(messages["count"] == 4 && messages["unreadable"] == 0)
    }

    @Test func `what cannot be measured is refused`() throws {
      #expect(try run(["bench", "/does/not/exist.ndjson"]).status == 2)
      #expect(try run(["bench", Program.file("empty.ndjson", "\n\n")]).status == 2)
      #expect(try run(["bench", Self.messages, "--rounds", "0"]).status == 2)
      #expect(try run(["bench", Self.messages, "--jobs", "0"]).status == 2)
    }
  }
}
