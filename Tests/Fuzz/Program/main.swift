// tightlip-fuzz: libFuzzer over one target. `TIGHTLIP_FUZZ_TARGET=folding tightlip-fuzz CORPUS -max_total_time=60`;
// scripts/fuzz.sh builds it, since it needs flags that no manifest may have, and runs it.
import CTightlipFuzzer
import Glibc
import TightlipFuzzing

/// Apart, since a C function cannot hold variables of its own.
enum Choice {
  static let target: FuzzTarget? = unsafe getenv("TIGHTLIP_FUZZ_TARGET").flatMap { unsafe FuzzTarget(rawValue: String(cString: $0)) }
}

guard Choice.target != nil else {
  let targets = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
  print("set TIGHTLIP_FUZZ_TARGET to one of: \(targets)")
  exit(2)
}

// What a check holds for all inputs (packs, automata) is made here: it would count as the first input's time.
_ = Choice.target?.problem(with: [])

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
exit(
  unsafe LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
    if let problem = Choice.target?.problem(with: input) { fatalError("a promise is broken: \(problem)") }
    return 0
  })
