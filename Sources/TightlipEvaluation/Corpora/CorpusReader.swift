internal import Crypto
internal import Foundation
package import TightlipCore

/// How a corpus is written.
package enum CorpusFormat: String, CaseIterable, Sendable {
  /// This project's NDJSON: requests with `spans`, `action` and `topics`.
  case tightlip
  /// NDJSON with `text` and `spans`.
  case ndjson
  /// i2b2 2014 de-identification XML.
  case i2b2
  /// brat standoff: `.ann` beside `.txt`.
  case brat
  /// presidio-research JSON: a list of `full_text` with `spans`.
  case presidio
}

/// Which rows of a corpus are taken.
///
/// Corpora of others are split by the first byte of SHA-256(id): even rows are looked at and learned
/// from, odd ones only measured.
package enum CorpusPart: String, CaseIterable, Sendable {
  case all, learning, checking

  package func contains(_ id: String) -> Bool {
    if self == .all { return true }
    var hash = SHA256()
    hash.update(data: Array(id.utf8))
    let isEven = hash.finalize().first { _ in true }! % 2 == 0
    return isEven == (self == .learning)
  }
}

/// Texts with annotations, from one file or folder.
package struct Corpus: Sendable {
  package var name: String
  package var path: String
  package var format: CorpusFormat
  package var part: CorpusPart
  package var texts: [AnnotatedText]

  package init(name: String, path: String, format: CorpusFormat, part: CorpusPart, texts: [AnnotatedText]) {
    self.name = name
    self.path = path
    self.format = format
    self.part = part
    self.texts = texts
  }
}

/// Reads corpora of every format. The format is told by what a file holds, unless one is given.
package struct CorpusReader {
  /// The format, or nil to tell it by content.
  package var format: CorpusFormat?
  /// What bare `start` and `end` count; nil where nobody said.
  package var offsets: OffsetUnit?
  package var part: CorpusPart = .all
  /// The member of an NDJSON row that names what alone is labelled in it.
  package var rowMember: String?

  package init() {}

  /// The files and folders that each are one corpus: the path itself, or every `.ndjson` in a folder
  /// of them.
  ///
  /// - Throws: ``EvaluationError`` where nothing is there.
  package static func corpora(at path: String) throws(EvaluationError) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    guard let names else {
      guard FileManager.default.isReadableFile(atPath: path) else {
        throw EvaluationError(path, "does not exist, or cannot be read", remedy: "name a corpus: a file, or a folder of files")
      }
      return [path]
    }
    if names.contains(where: { $0.hasSuffix(".ann") || $0.hasSuffix(".xml") }) { return [path] }
    let files = names.filter { $0.hasSuffix(".ndjson") || $0.hasSuffix(".jsonl") }.sorted()
    guard !files.isEmpty else {
      throw EvaluationError(
        path, "no corpus is in this folder",
        remedy: "name a folder with .ndjson files, i2b2 .xml files, or brat .ann files with their .txt")
    }
    return files.map { path + "/" + $0 }
  }

  /// The name of the corpus at a path: that of the file or folder, without ending.
  package static func name(of path: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }

  /// Reads one corpus.
  ///
  /// - Throws: ``EvaluationError`` naming file and line of what cannot be read; nothing is read in part.
  package func read(_ path: String) throws(EvaluationError) -> Corpus {
    let format = if let format { format } else { try detect(path) }
    let texts: [AnnotatedText]
    switch format {
    case .tightlip, .ndjson: texts = try readLines(path, isOurs: format == .tightlip)
    case .presidio: texts = try readPresidio(path)
    case .i2b2: texts = try files(path, ending: ".xml").map(readI2B2)
    case .brat: texts = try files(path, ending: ".ann").map(readBrat)
    }
    let taken = texts.filter { part.contains($0.id) }
    guard !taken.isEmpty else {
      throw EvaluationError(
        path, part == .all ? "holds no message" : "holds no message of the part \(part.rawValue)",
        remedy: "name a corpus with messages, or another --part")
    }
    return Corpus(name: Self.name(of: path), path: path, format: format, part: part, texts: taken)
  }

  /// Tells the format by content.
  package func detect(_ path: String) throws(EvaluationError) -> CorpusFormat {
    if let names = try? FileManager.default.contentsOfDirectory(atPath: path) {
      return names.contains { $0.hasSuffix(".ann") } ? .brat : .i2b2
    }
    let bytes = try Self.bytes(path)
    let start = bytes.prefix(1 << 16)
    guard let first = start.first(where: { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }) else {
      throw EvaluationError(path, "is empty", remedy: "name a corpus with messages")
    }
    switch first {
    case UInt8(ascii: "<"): return .i2b2
    case UInt8(ascii: "["): return .presidio
    case UInt8(ascii: "{"):
      let line = start.prefix { $0 != 10 }
      let row = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      let spans = row?["spans"] as? [[String: Any]] ?? []
      let isOurs =
        row?["direction"] != nil || row?["action"] != nil || spans.contains { $0["utf8"] != nil && $0["entity_type"] != nil }
      return isOurs ? .tightlip : .ndjson
    default:
      if path.hasSuffix(".ann") || FileManager.default.fileExists(atPath: Self.sibling(path, ".ann")) { return .brat }
      throw EvaluationError(
        path, "is in no format that is known",
        remedy: "name a corpus in one of: \(CorpusFormat.allCases.map(\.rawValue).joined(separator: ", ")); or give --input-format")
    }
  }

  static func sibling(_ path: String, _ ending: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().path + ending
  }

  static func bytes(_ path: String) throws(EvaluationError) -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw EvaluationError(path, "cannot be read", remedy: "name a file that exists and that this program may read")
    }
  }

  /// A file as text; a byte order mark at its beginning is no part of it.
  static func text(_ path: String) throws(EvaluationError) -> String {
    var bytes = try Self.bytes(path)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw EvaluationError(path, "is not valid UTF-8", remedy: "save the file as UTF-8")
    }
    return text
  }

  /// The file itself, or the files of a folder with an ending, in order of their names.
  private func files(_ path: String, ending: String) throws(EvaluationError) -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return [Self.sibling(path, ending)]
    }
    let files = names.filter { $0.hasSuffix(ending) }.sorted().map { path + "/" + $0 }
    guard !files.isEmpty else {
      throw EvaluationError(path, "has no \(ending) file", remedy: "name the folder that holds them, or give another --input-format")
    }
    return files
  }

  /// A message with nothing but a text.
  package static func message(_ text: String) -> Message {
    var message = Message()
    message.text = Array(text.utf8)
    return message
  }
}
