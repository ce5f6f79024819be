// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

/// Case files that are not part of the package: under `$TIGHTLIP_SHARED`, or `../shared`.
///
/// Read without Foundation: its own copy of ICU declares the same C types as CTightlipICU, and the
/// compiler refuses a module that uses both.
enum SharedCases {
  /// The rows of a file, or `nil` with a notice if it is not there.
  static func rows(_ name: String) throws -> [Row]? {
    let path = root() + "/hostile/" + name
    guard let bytes = contents(path) else {
      print("notice: skipped, \(path) is not there; set TIGHTLIP_SHARED")
      return nil
    }
    return try bytes.split(separator: 0x0A).map { line in
      var row = Row(line)
      try row.read()
      return row
    }
  }

  private static func root() -> String {
    if let value = unsafe getenv("TIGHTLIP_SHARED") { return unsafe String(cString: value) }
    let components = #filePath.split(separator: "/").dropLast(4)
    return "/" + components.joined(separator: "/") + "/shared"
  }

  static func contents(_ path: String) -> [UInt8]? {
    guard let file = unsafe fopen(path, "rb") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// A flat JSON object whose members are strings or lists of numbers.
  struct Row {
    private(set) var strings: [String: String] = [:]
    private(set) var numbers: [String: [Int]] = [:]
    private var rest: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) {
      rest = line
    }

    func string(_ name: String) throws -> String { try #require(strings[name]) }

    mutating func read() throws {
      try skip("{")
      while let byte = rest.first, byte != UInt8(ascii: "}") {
        let name = try readString()
        try skip(":")
        if rest.first(where: { $0 != 0x20 }) == UInt8(ascii: "[") {
          numbers[name] = try readNumbers()
        } else {
          strings[name] = try readString()
        }
        while rest.first == 0x20 || rest.first == UInt8(ascii: ",") { rest.removeFirst() }
      }
    }

    private mutating func skip(_ character: Unicode.Scalar) throws {
      while rest.first == 0x20 { rest.removeFirst() }
      let byte = rest.popFirst()
      try #require(byte == UInt8(ascii: character))
      while rest.first == 0x20 { rest.removeFirst() }
    }

    private mutating func readNumbers() throws -> [Int] {
      try skip("[")
      let end = try #require(rest.firstIndex(of: UInt8(ascii: "]")))
      let list = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      return try list.filter { $0 != " " }.split(separator: ",").map { try #require(Int($0)) }
    }

    private mutating func readString() throws -> String {
      try skip("\"")
      var units: [UInt16] = []
      while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
        guard byte == UInt8(ascii: "\\") else {
          try #require(byte < 0x80, "the files are ASCII")
          units.append(UInt16(byte))
          continue
        }
        let next = rest.popFirst()
        let kind = try #require(next)
        switch kind {
        case UInt8(ascii: "u"):
          let digits = String(decoding: rest.prefix(4), as: UTF8.self)
          units.append(try #require(UInt16(digits, radix: 16)))
          rest = rest.dropFirst(4)
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "t"): units.append(0x09)
        default: units.append(UInt16(kind))
        }
      }
      return String(decoding: units, as: UTF16.self)
    }
  }
}
