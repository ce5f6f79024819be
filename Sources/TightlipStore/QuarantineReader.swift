internal import Crypto
internal import Foundation
package import TightlipCore

/// Reads a quarantine folder.
package struct QuarantineReader {
  /// How the files end.
  static let suffix = ".quarantine"

  /// One message, without what it says.
  package struct Item: Sendable {
    /// The file's name, without the folder.
    package var file: String
    /// The line in the file, from 1.
    package var line: Int
    package var label: QuarantineLabel
    /// The fingerprint of the key it was sealed to.
    package var key: String
  }

  private let folder: String

  package init(folder: String) { self.folder = folder }

  /// The files, the oldest first.
  package func files() throws(RecordsError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(Self.suffix) }.sorted()
    } catch {
      throw RecordsError(.unavailable, "\(folder): cannot be listed", remedy: "name the folder of a quarantine")
    }
  }

  /// Removes files whose messages are all from before an instant; a file is as old as its last message.
  ///
  /// - Returns: how many files.
  package func expire(before time: Instant) throws(RecordsError) -> Int {
    var count = 0
    for file in try files() {
      let items = try entries(of: file)
      guard let newest = items.compactMap(\.entry?.label.at).max(), newest < time.text else { continue }
      do {
        try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
      } catch {
        throw RecordsError(.unavailable, "\(folder)/\(file): cannot be removed", remedy: "let this program write the folder")
      }
      count += 1
    }
    return count
  }

  /// All messages, the oldest first, and lines that are none (what an interrupted write left).
  package func list() throws(RecordsError) -> (items: [Item], damaged: [(file: String, line: Int)]) {
    var items: [Item] = []
    var damaged: [(file: String, line: Int)] = []
    for file in try files() {
      for (number, entry) in try entries(of: file) {
        if let entry {
          items.append(Item(file: file, line: number, label: entry.label, key: entry.key))
        } else {
          damaged.append((file, number))
        }
      }
    }
    return (items, damaged)
  }

  /// Opens messages.
  ///
  /// - Parameter isWanted: which ones.
  /// - Returns: each wanted message with its original, nil where it cannot be opened: it was sealed
  ///   to another key, or changed.
  package func open(
    with key: SealingSecretKey, where isWanted: (Item) -> Bool
  ) throws(RecordsError) -> [(item: Item, original: [UInt8]?)] {
    var opened: [(item: Item, original: [UInt8]?)] = []
    for file in try files() {
      var group = ""
      var secret: SymmetricKey?
      for (number, entry) in try entries(of: file) {
        guard let entry else { continue }
        let item = Item(file: file, line: number, label: entry.label, key: entry.key)
        guard isWanted(item) else { continue }
        if entry.group != group {
          group = entry.group
          secret = Data(base64Encoded: group).flatMap {
            try? HPKE.Recipient(
              privateKey: key.key, ciphersuite: Sealing.suite, info: QuarantineEntry.info, encapsulatedKey: $0
            ).exportSecret(context: QuarantineEntry.secretContext, outputByteCount: 32)
          }
        }
        opened.append((item, secret.flatMap { entry.open($0) }))
      }
    }
    return opened
  }

  /// The lines of a file; nil for one that is no entry.
  private func entries(of name: String) throws(RecordsError) -> [(number: Int, entry: QuarantineEntry?)] {
    let bytes = try RecordsFile.contents(of: "\(folder)/\(name)", atMost: 1 << 31)
    let decoder = JSONDecoder()
    return bytes.split(separator: 10).enumerated().map { number, line in
      (number + 1, try? decoder.decode(QuarantineEntry.self, from: Data(line)))
    }
  }
}
