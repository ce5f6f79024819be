internal import TightlipCore

/// Everything a verdict is made of that does not depend on the message, as JSON.
struct VerdictFragments: ~Copyable, Sendable {
  /// `"PERSON"`
  let entityNames: FragmentTable
  /// `,"hipaa":"A"`, or nothing
  let letters: FragmentTable
  /// `"ssn.dashed"`
  let ruleNames: FragmentTable
  /// `{"code":"phi.linked","severity":`
  let reasonCodes: FragmentTable
  /// `,"message":"…"}`
  let reasonMessages: FragmentTable

  init(ruleNames: [[UInt8]]) {
    entityNames = FragmentTable(EntityType.allCases.map { Self.quoted(Array($0.name.utf8)) }, [])
    letters = FragmentTable(
      EntityType.allCases.map { type in
        type.hipaaLetter.map { Array(",\"hipaa\":\"\($0)\"".utf8) } ?? []
      }, [])
    self.ruleNames = FragmentTable(ruleNames.map(Self.quoted), Array("\"\"".utf8))
    reasonCodes = FragmentTable(
      ReasonCode.allCases.map {
        Array("{\"code\":".utf8) + Self.quoted(Array($0.code.utf8)) + Array(",\"severity\":".utf8)
      }, [])
    reasonMessages = FragmentTable(
      ReasonCode.allCases.map {
        Array(",\"message\":".utf8) + Self.quoted(Array($0.message.utf8)) + Array("}".utf8)
      }, [])
  }

  private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    var sink = ByteSink()
    unsafe bytes.withUnsafeBufferPointer { unsafe sink.appendJSONString($0) }
    return unsafe Array(sink.bytes)
  }
}

/// Numbered pieces of bytes in one stretch of memory: an array of arrays counts references at every
/// use, which cost a verdict with two findings a fifth of its time.
@safe
struct FragmentTable: ~Copyable {
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let ends: UnsafeMutableBufferPointer<Int>

  /// The pieces, and what to give for a number that has none.
  init(_ pieces: [[UInt8]], _ missing: [UInt8]) {
    let all = pieces + [missing]
    unsafe bytes = .allocate(capacity: max(1, all.reduce(0) { $0 + $1.count }))
    unsafe ends = .allocate(capacity: all.count)
    var end = 0
    for (number, piece) in all.enumerated() {
      for byte in piece {
        unsafe bytes.initializeElement(at: end, to: byte)
        end += 1
      }
      unsafe ends.initializeElement(at: number, to: end)
    }
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe ends.deallocate()
  }

  /// The piece with a number. Valid as long as the table.
  @unsafe
  @inline(__always)
  func piece(_ number: Int) -> UnsafeBufferPointer<UInt8> {
    let last = unsafe ends.count - 1
    let number = number < 0 || number > last ? last : number
    let start = unsafe number == 0 ? 0 : ends[number - 1]
    return unsafe UnsafeBufferPointer(
      start: bytes.baseAddress! + start, count: ends[number] - start)
  }
}

// SAFETY: nothing is written after init.
extension FragmentTable: @unchecked Sendable {}

extension ByteSink {
  /// A piece of a table.
  @inline(__always)
  mutating func append(_ table: borrowing FragmentTable, _ number: Int) {
    unsafe append(table.piece(number))
  }
}
