import Testing
import TightlipRules

struct WordClassFileTests {
  private func read(_ text: String) throws(RulesError) -> WordClassFile {
    try WordClassFile(file: "word_classes.tsv", bytes: Array(text.utf8))
  }

  @Test func `reads groups, classes and words`() throws {
    let classes = try read("# comment\n\n3.17\tknee elbow\n63.1023\trash\n").classes
    #expect(classes.map(\.number) == [3 << 10 | 17, 63 << 10 | 1023])
    #expect(classes[0].words.map { String(decoding: $0, as: UTF8.self) } == ["knee", "elbow"])
  }

  @Test(arguments: ["64.1\tknee", "3.0\tknee", "3.1024\tknee", "3\tknee", "3.17", "a.b\tknee", "3.17.1\tknee"])
  func `refuses what is no class`(line: String) {
    let error = #expect(throws: RulesError.self) { try read("0.1\trash\n" + line + "\n") }
    #expect(error?.diagnostics.first?.description.hasPrefix("word_classes.tsv:2") == true)
  }
}
