import Tightlip

/// Texts for C: NUL-terminated UTF-8, in one stretch of memory.
@safe
final class TextTable {
  private let storage: UnsafePointer<CChar>
  private let starts: [Int]

  init(_ texts: [[UInt8]]) {
    var starts: [Int] = []
    let size = texts.reduce(0) { $0 + $1.count + 1 }
    let storage = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, size))
    var end = 0
    for text in texts {
      starts.append(end)
      for byte in text {
        unsafe storage[end] = CChar(bitPattern: byte)
        end += 1
      }
      unsafe storage[end] = 0
      end += 1
    }
    self.starts = starts
    unsafe self.storage = UnsafePointer(storage)
  }

  deinit { unsafe storage.deallocate() }

  /// A text; valid as long as the table.
  @unsafe subscript(index: Int) -> UnsafePointer<CChar> { unsafe storage + starts[index] }
}

// SAFETY: the memory is written in the initializer only.
extension TextTable: @unchecked Sendable {}

/// Texts that live as long as the library.
enum FixedText {
  static let entities = TextTable(EntityType.allCases.map { Array($0.name.utf8) })
  static let reasonCodes = TextTable(ReasonCode.allCases.map { Array($0.code.utf8) })
  static let reasonMessages = TextTable(ReasonCode.allCases.map { Array($0.message.utf8) })
  static let empty = TextTable([[]])
  static let version = TextTable([Array(TightlipVersion.number.utf8)])
  static let letters: [CChar] = EntityType.allCases.map {
    $0.hipaaLetter.flatMap(\.asciiValue).map { CChar(bitPattern: $0) } ?? 0
  }
}

/// A NUL-terminated text of one handle.
@safe
final class HandleText: Sendable {
  private let table: TextTable
  let count: Int

  init(_ text: String) {
    table = TextTable([Array(text.utf8)])
    count = text.utf8.count
  }

  @unsafe var pointer: UnsafePointer<CChar> { unsafe table[0] }
}
