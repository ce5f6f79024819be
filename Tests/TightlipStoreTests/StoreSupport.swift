import Foundation
import Testing
import TightlipCore

import TightlipStore

/// A folder for one test.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tightlip-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path()
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ bytes: some Sequence<UInt8>, _ name: String) throws -> String {
    try Data(bytes).write(to: URL(filePath: file(name)))
    return file(name)
  }
}

func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

let auditKey = RecordsKey(bytes: Array("a key that is only for tests".utf8))

extension Instant {
  init(_ text: String) { self.init(text: text)! }
}

extension ConsentEvent {
  init(_ kind: Kind, _ time: String, scope: Scope? = nil, disclosure: Bool? = nil, patient: String = "p-1") {
    self.init(patient: patient, kind: kind, time: Instant(time), source: "test")
    self.scope = scope
    disclosureIsAcknowledged = disclosure
  }
}

extension [UInt8] {
  init(_ text: String) { self = [UInt8](text.utf8) }
}
