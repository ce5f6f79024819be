// One message, or a stream of requests, judged from Swift.
//
//     tightlip-example PACK "Your chart 00418823 is ready"      one verdict, for people
//     tightlip-example PACK < requests.ndjson                   one verdict a line, as tightlip filter writes them

import Glibc
import Tightlip

guard CommandLine.arguments.count > 1 else { exit(2) }
let filter = try Filter(pack: CommandLine.arguments[1])

if CommandLine.arguments.count > 2 {
  var scanner = Tightlip.Scanner(filter)
  var verdict = Verdict()
  scanner.scan(CommandLine.arguments[2], into: &verdict)
  switch verdict.action {
  case .pass, .redact: print("\(verdict.action.name): \(String(decoding: verdict.text, as: UTF8.self))")
  case .block: print("block: \(verdict.reasons.map(\.code.message).joined(separator: ", "))")
  }
  exit(0)
}

// Bytes, not readLine(), which would repair what is not UTF-8.
var scanner = try RequestScanner(filter)
guard let input = fdopen(STDIN_FILENO, "r"), let output = fdopen(STDOUT_FILENO, "w") else { exit(1) }
var line: UnsafeMutablePointer<CChar>?
var capacity = 0
var answer: [UInt8] = []
while case let count = getline(&line, &capacity, input), count > 0, let line {
  answer.removeAll(keepingCapacity: true)
  UnsafeBufferPointer(start: line, count: count).withMemoryRebound(to: UInt8.self) {
    scanner.answer(lines: $0.span, to: &answer)
  }
  guard fwrite(answer, 1, answer.count, output) == answer.count, fflush(output) == 0 else { exit(1) }
}
exit(ferror(input) == 0 ? 0 : 1)
