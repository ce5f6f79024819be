internal import Foundation

/// The arguments of the process, without the program's name.
///
/// As the kernel keeps them. Swift looks for them on the stack, beside the environment, and finds none where a
/// library that was loaded before has moved that, as libfaketime does (measured with Swift 6.3.1): a filter would
/// then print its help, end with exit code 0, and judge nothing.
enum ProcessArguments {
  static var all: [String] {
    guard let kept = FileManager.default.contents(atPath: "/proc/self/cmdline"), kept.last == 0 else {
      return Array(CommandLine.arguments.dropFirst())
    }
    return kept.dropLast().split(separator: 0, omittingEmptySubsequences: false).dropFirst().map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
