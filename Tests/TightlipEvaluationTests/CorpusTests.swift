import Foundation
import Testing
import TightlipCore
import TightlipEvaluation
import TightlipRules

struct CorpusTests {
  private func covered(_ text: AnnotatedText) -> [String] {
    text.spans.map { span in
      span.label + ":" + span.ranges.map { String(decoding: text.message.text[$0.start..<$0.end], as: UTF8.self) }.joined(separator: "+")
    }
  }

  @Test func `i2b2 XML`() throws {
    let corpus = try CorpusReader().read(Files.path("samples/i2b2"))
    #expect(corpus.format == .i2b2 && corpus.texts.count == 1)
    #expect(corpus.texts[0].id == "110-01")
    #expect(
      covered(corpus.texts[0]) == ["DATE:2067-05-03", "PATIENT:Zoë Kowalczyk", "AGE:67", "HOSPITAL:Lakeside Clinic", "PHONE:303-555-0142"])
    // The file alone is a corpus too.
    #expect(try CorpusReader().read(Files.path("samples/i2b2/110-01.xml")).texts.count == 1)
  }

  @Test func `brat standoff with a span in two parts`() throws {
    let corpus = try CorpusReader().read(Files.path("samples/brat"))
    #expect(corpus.format == .brat)
    #expect(covered(corpus.texts[0]) == ["PERSON:Zoë", "DIAGNOSIS:left+knee pain", "PHONE_NUMBER:303-555-0142"])
    #expect(try CorpusReader().read(Files.path("samples/brat/note-1.ann")).texts.count == 1)
    let judged = try JudgedCorpus(corpus, .identity)
    // "left" and "knee pain" are covered; "and right" between them is no part of the span.
    var answer = Answer()
    answer.predictions = [Prediction(types: TypeSet(.diagnosis), range: ByteRange(start: 9, end: 33))]
    let evaluation = Evaluation(judged, [answer], overlapThreshold: 0.5)
    #expect(evaluation.sum(.covered) == [3, 1, 1, 1])
    #expect(evaluation.sum(.character)[1] == 12)
    #expect(evaluation.whole(.over) == 8)
  }

  @Test func `presidio-research JSON`() throws {
    let corpus = try CorpusReader().read(Files.path("samples/presidio.json"))
    #expect(corpus.format == .presidio && corpus.texts.count == 2)
    #expect(covered(corpus.texts[0]) == ["PERSON:Zoë Kowalczyk", "GPE:Oslo"])
  }

  @Test func `NDJSON in each unit`() throws {
    let corpus = try CorpusReader().read(Files.path("samples/units.ndjson"))
    #expect(corpus.format == .ndjson)
    #expect(corpus.texts.map { covered($0) } == [["PERSON:Zoë"], ["PERSON:Zoë"], ["PERSON:Zoë"], ["PERSON:Zoe"]])
  }

  @Test func `our own format carries the envelope`() throws {
    let file = Files.temporary(
      "own.ndjson",
      #"{"id":"x","text":"Hi Dana","direction":"inbound","recipient":{"known":{"names":["Dana"]}},"spans":[{"entity_type":"PERSON","utf8":[3,7]}],"topics":["TOPIC_CRISIS"],"action":"pass"}"#)
    let corpus = try CorpusReader().read(file)
    let text = try #require(corpus.texts.first)
    #expect(corpus.format == .tightlip && text.message.direction == .inbound && text.action == .pass)
    #expect(text.message.known.names == [Array("Dana".utf8)] && text.topics == ["TOPIC_CRISIS"])
  }

  /// File name, content, and what the error must name. No error may hold text of a message.
  @Test(arguments: [
    ("a.ndjson", #"{"text":"Zoë Secret","spans":[{"label":"PERSON","start":0,"end":3}]}"#, ["a.ndjson:1", "--offsets"]),
    ("b.ndjson", "{\"text\":\"ok\"}\n{\"text\":\"Secret\",\"spans\":[{\"label\":\"P\",\"start\":0,\"end\":99}]}", ["b.ndjson:2", "leaves its text"]),
    ("c.ndjson", #"{"text":"Zoë Secret","spans":[{"label":"P","utf8":[0,3]}]}"#, ["cuts a character"]),
    ("d.ndjson", "{\"text\":\"ok\"}\nSecret", ["d.ndjson:2", "no row of a corpus"]),
    ("e.ndjson", #"{"text":"Secret","direction":"sideways"}"#, ["e.ndjson:1", "direction"]),
    ("f.ndjson", #"{"text":"Secret","action":"shred"}"#, ["f.ndjson:1", "unknown action"]),
    ("g.json", #"[{"full_text":"Secret Dana","spans":[{"entity_type":"P","entity_value":"Dana","start_position":0,"end_position":4}]}]"#, ["sample 0", "entity_value"]),
    ("h.xml", "<deIdi2b2><TEXT>Secret</TEXT><TAGS><NAME start=\"1\" end=\"3\" text=\"Se\" TYPE=\"DOCTOR\"/></TAGS></deIdi2b2>", ["NAME"]),
    ("i.xml", "<deIdi2b2><TEXT>Secret", ["not XML"]),
    ("j.csv", "Secret,1", ["no format that is known"]),
    ("k.ndjson", "", ["empty"]),
    ("l.ndjson", #"{"text":"Secret","spans":[{"label":"P"}]}"#, ["no range"]),
  ])
  func `a corpus that cannot be read says where and how to mend it`(name: String, content: String, parts: [String]) throws {
    let file = Files.temporary(name, content)
    let error = #expect(throws: EvaluationError.self) { try CorpusReader().read(file) }
    let message = try #require(error).description
    for part in parts { #expect(message.contains(part), "\(message)") }
    #expect(message.contains("to mend it:"))
    #expect(!message.contains("Secret"))
  }

  @Test func `the parts are disjoint and whole`() throws {
    let lines = (0..<200).map { #"{"id":"row-\#($0)","text":"x"}"# }.joined(separator: "\n")
    let file = Files.temporary("parts.ndjson", lines)
    var reader = CorpusReader()
    let all = try reader.read(file).texts.map(\.id)
    reader.part = .learning
    let learning = try reader.read(file).texts.map(\.id)
    reader.part = .checking
    let checking = try reader.read(file).texts.map(\.id)
    #expect(Set(learning).isDisjoint(with: checking) && Set(learning + checking) == Set(all) && all.count == 200)
    // SHA-256("row-0") begins with 0xb4.
    #expect(learning.contains("row-0") == Self.isEven("row-0"))
    #expect(learning.count > 70 && checking.count > 70)
  }

  private static func isEven(_ id: String) -> Bool { CorpusPart.learning.contains(id) }
}

struct LabelMapTests {
  private static let head = "corpus: made\nlicence: none\nsource: here\n"

  private func map(_ rest: String) throws -> LabelMap { try LabelMap(file: Files.temporary("made.yaml", Self.head + rest)) }

  private func corpus(_ line: String) throws -> Corpus { try CorpusReader().read(Files.temporary("made.ndjson", line)) }

  @Test func `types that are alike are right for each other`() throws {
    let map = try map("labels:\n  GPE: [LOCATION]\n  NAME: [PERSON]\n  JUNK: []\nalike:\n  - [LOCATION, STREET_ADDRESS]\n")
    #expect(map.labels["GPE"] == TypeSet([EntityType.location, .streetAddress]))
    #expect(map.labels["NAME"] == TypeSet(.person))
    #expect(map.labels["JUNK"] == [])
    #expect(map.annotated == TypeSet([EntityType.location, .streetAddress, .person]))
  }

  @Test func `a label without an entry is named with the remedy`() throws {
    let map = try map("labels:\n  NAME: [PERSON]\n  NEVER: [URL]\n")
    let corpus = try corpus(#"{"text":"Hi Dana","spans":[{"label":"NICKNAME","start":3,"end":7},{"label":"NAME","start":3,"end":7}]}"#)
    let error = #expect(throws: EvaluationError.self) { try JudgedCorpus(corpus, map) }
    let message = try #require(error).description
    #expect(message.contains("made.yaml") && message.contains("\"NICKNAME\"") && message.contains("NICKNAME: [TYPE]"))
    #expect(map.check(corpus.texts).unseen == ["NEVER"])
  }

  @Test func `a wrong type in a map is a diagnostic with its place`() throws {
    let error = #expect(throws: EvaluationError.self) { try map("labels:\n  NAME: [PERSONS]\n") }
    let message = try #require(error).description
    #expect(message.contains("made.yaml:5:") && message.contains("did you mean PERSON?"))
  }

  @Test func `what is not judged is neither right nor wrong`() throws {
    let map = try map("labels:\n  NAME: [PERSON]\n  GROUP: [PERSON]\nunjudged: [GROUP]\n")
    let corpus = try corpus(#"{"text":"Dana of the Sharks","spans":[{"label":"NAME","start":0,"end":4},{"label":"GROUP","start":12,"end":18}]}"#)
    let judged = try JudgedCorpus(corpus, map)
    #expect(judged.unjudged == ["GROUP": 1])
    var answer = Answer()
    answer.predictions = [(0, 4), (12, 18), (5, 7)].map {
      Prediction(types: TypeSet(.person), range: ByteRange(start: $0.0, end: $0.1))
    }
    // Not of a type that is annotated here: not held against anybody.
    answer.predictions.append(Prediction(types: TypeSet(.url), range: ByteRange(start: 8, end: 11)))
    let evaluation = Evaluation(judged, [answer], overlapThreshold: 0.5)
    for level in MatchLevel.allCases where level != .character { #expect(evaluation.sum(level) == [1, 1, 2, 1], "\(level)") }
    #expect(evaluation.whole(.outside) == 5 && evaluation.whole(.over) == 2)
  }

  @Test func `judging some types only leaves the others out`() throws {
    let corpus = try corpus(
      #"{"text":"Dana 303-555-0142","direction":"outbound","spans":[{"entity_type":"PERSON","utf8":[0,4]},{"entity_type":"PHONE_NUMBER","utf8":[5,17]}]}"#)
    let judged = try JudgedCorpus(corpus, .identity, types: TypeSet(.phoneNumber))
    let evaluation = Evaluation(judged, [Answer()], overlapThreshold: 0.5)
    #expect(evaluation.sum(.covered) == [1, 0, 0, 0])
    #expect(evaluation.whole(.withPHI) == 1)
  }

  @Test(arguments: [
    ("Tuesday", true), ("3/14", true), ("March 14th", true), ("the fourteenth of March", true), ("noon", true), ("2:30 pm", true),
    ("tomorrow", false), ("March", false), ("2019", false), ("in 2 days", false), ("last 3 weeks", false), ("Christmas", false),
    ("the third", false), ("2026-03-14", true), ("the 14th", true),
  ])
  func `dates of ours hold a weekday, a clock time or a day number`(text: String, isOurs: Bool) {
    #expect(CalendarDate().contains(text) == isOurs)
  }

  @Test func `every shipped label map can be read`() throws {
    let folder = Files.repository.appending(path: "Corpus/labels").path()
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
    #expect(files.count >= 15)
    for file in files {
      let map = try LabelMapFile.read(folder + "/" + file)
      #expect(map.corpus + ".yaml" == file)
    }
  }

  @Test func `a detector's own labels are explained by its map`() throws {
    let corpus = try corpus(#"{"id":"1","text":"Dana 303-555-0142","direction":"outbound"}"#)
    let map = try map("labels:\n  NAME: [PERSON]\n  NOISE: []\n")
    func read(_ line: String) throws -> [Answer] {
      try PredictionFile.read(Files.temporary("p.ndjson", line), for: corpus, map, offsets: nil)
    }
    let answers = try read(#"{"id":1,"spans":[{"label":"NAME","start":0,"end":4,"score":0.7},{"label":"NOISE","start":5,"end":8}]}"#)
    #expect(answers[0].predictions == [
      Prediction(types: TypeSet(.person), range: ByteRange(start: 0, end: 4), score: Score(0.7), rule: "NAME")
    ])
    #expect(throws: EvaluationError.self) { try read(#"{"id":"1","spans":[{"label":"OTHER","start":0,"end":4}]}"#) }
    #expect(throws: EvaluationError.self) { try read(#"{"id":"2","spans":[]}"#) }
    #expect(throws: EvaluationError.self) { try read("{\"id\":\"1\"}\n{\"id\":\"1\"}") }
  }
}
