import Synchronization

/// The filter in force, shared by all workers. A worker asks between two messages whether there is a
/// newer one, which costs one atomic load, and takes it as a whole or not at all.
final class FilterHolder: Sendable {
  private let newest: Atomic<Int>
  private let held: Mutex<LoadedFilter>

  init(_ loaded: LoadedFilter) {
    newest = Atomic(1)
    held = Mutex(loaded)
  }

  /// The number of the filter in force; another number is another filter.
  var number: Int { newest.load(ordering: .acquiring) }

  /// The filter in force with its number.
  func take() -> (loaded: LoadedFilter, number: Int) {
    held.withLock { ($0, newest.load(ordering: .acquiring)) }
  }

  /// Puts another filter in force, from each worker's next message on.
  func replace(_ loaded: LoadedFilter) {
    held.withLock { current in
      current = loaded
      newest.add(1, ordering: .releasing)
    }
  }
}
