internal import Glibc

/// Clocks for measuring.
package enum Stopwatch {
  /// Nanoseconds of a clock that never goes back.
  package static func wall() -> UInt64 { read(CLOCK_MONOTONIC) }

  /// Nanoseconds that this thread was at work: other programs on the machine do not count.
  package static func work() -> UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

  /// Nanoseconds that all threads of this program were at work.
  package static func workOfAll() -> UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    // SAFETY: `time` is a whole value that the call fills.
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
