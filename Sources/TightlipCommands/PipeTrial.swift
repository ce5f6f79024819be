internal import Foundation
internal import Glibc
import TightlipTuning

/// The filter program, run as a gateway runs it: a child process, one message written, its verdict awaited.
struct PipeTrial {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let began = Stopwatch.wall()
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)

  /// Starts `tightlip filter`, this very program.
  init(_ arguments: [String]) throws {
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["filter"] + arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  /// Ends the child.
  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// How long the first verdict takes, from the start of the program on.
  mutating func coldStart(_ request: ArraySlice<UInt8>) throws -> UInt64 {
    try exchange(Array(request) + [UInt8(ascii: "\n")])
    return Stopwatch.wall() - began
  }

  /// Writes messages one at a time, each when the last was answered.
  mutating func latency(_ messages: MeasuredMessages, count: Int) throws -> CostReport.Latency {
    var recorder = LatencyRecorder()
    // The first ones warm up the child.
    let warm = min(1000, count)
    for number in 0..<(count + warm) {
      let request = Array(messages.storage[messages.lines[number % messages.lines.count]]) + [UInt8(ascii: "\n")]
      let start = Stopwatch.wall()
      try exchange(request)
      if number >= warm { recorder.record(Stopwatch.wall() - start) }
    }
    return recorder.latency
  }

  private mutating func exchange(_ request: [UInt8]) throws {
    do {
      try StandardStreams.write(request, to: input.fileHandleForWriting.fileDescriptor)
    } catch {
      throw PipeProblem.ended
    }
    let descriptor = output.fileHandleForReading.fileDescriptor
    while true {
      // SAFETY: read writes at most as many bytes as the buffer has.
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw PipeProblem.ended }
      if buffer[count - 1] == UInt8(ascii: "\n") { return }
    }
  }
}

/// The child ended before it answered; it has said why on standard error.
enum PipeProblem: Error, CustomStringConvertible {
  case ended

  var description: String { "tightlip filter, started to be measured, ended before it answered" }
}
