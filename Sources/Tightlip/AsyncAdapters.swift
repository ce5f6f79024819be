public import TightlipCore

/// A message with its verdict.
public struct JudgedMessage: Sendable {
  /// The message as it came.
  public var message: Message
  /// What may happen to it. Only ``Verdict/text`` may leave.
  public var verdict: Verdict
}

extension AsyncSequence where Element == Message {
  /// Each message with its verdict, in order, as it comes.
  ///
  /// For example:
  ///
  ///     for try await judged in messages.judged(by: filter) where judged.verdict.action != .block {
  ///       try await gateway.send(judged.verdict.text)
  ///     }
  ///
  /// Each iteration has a ``Scanner`` of its own and one message in work, so that memory is bounded and
  /// a slow receiver slows the source. Where the base fails or the task is cancelled, the sequence ends:
  /// what has no verdict must not be sent. For several workers, divide the messages among several.
  public func judged(by filter: Filter) -> JudgedMessages<Self> { JudgedMessages(base: self, filter: filter) }
}

/// See `judged(by:)`.
public struct JudgedMessages<Base: AsyncSequence>: AsyncSequence where Base.Element == Message {
  public typealias Element = JudgedMessage
  public typealias Failure = Base.Failure

  let base: Base
  let filter: Filter

  /// Gives verdicts until the base ends.
  public struct Iterator: AsyncIteratorProtocol {
    public typealias Failure = Base.Failure

    private var base: Base.AsyncIterator
    private let worker: Worker

    /// An iterator must be copyable, a scanner is not. Copies share the scanner, as copies of an iterator
    /// share their source; neither may be used from two tasks at once.
    private final class Worker {
      var scanner: Scanner

      init(_ filter: Filter) { scanner = Scanner(filter) }
    }

    fileprivate init(_ base: Base.AsyncIterator, _ filter: Filter) {
      self.base = base
      worker = Worker(filter)
    }

    /// The next message with its verdict; nil at the end.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(Base.Failure) -> JudgedMessage? {
      guard let message = try await base.next(isolation: actor) else { return nil }
      var verdict = Verdict()
      worker.scanner.scan(message, into: &verdict)
      return JudgedMessage(message: message, verdict: verdict)
    }
  }

  /// An iterator with a scanner of its own.
  public func makeAsyncIterator() -> Iterator { Iterator(base.makeAsyncIterator(), filter) }
}

extension JudgedMessages: Sendable where Base: Sendable {}

extension AsyncSequence where Element == [UInt8] {
  /// For each request of the line protocol the line that `tightlip filter` answers with, LF included.
  ///
  /// - Throws: ``FilterError`` where the options are wrong.
  public func answered(
    by filter: Filter, options: RequestScanner.Options = .init()
  ) throws(FilterError) -> AnsweredRequests<Self> {
    _ = try RequestScanner(filter, options: options)
    return AnsweredRequests(base: self, filter: filter, options: options)
  }
}

/// See `answered(by:options:)`.
public struct AnsweredRequests<Base: AsyncSequence>: AsyncSequence where Base.Element == [UInt8] {
  public typealias Element = [UInt8]
  public typealias Failure = Base.Failure

  let base: Base
  let filter: Filter
  let options: RequestScanner.Options

  /// Gives answers until the base ends.
  public struct Iterator: AsyncIteratorProtocol {
    public typealias Failure = Base.Failure

    private var base: Base.AsyncIterator
    private let worker: Worker?

    /// See ``JudgedMessages/Iterator``.
    private final class Worker {
      var scanner: RequestScanner

      init(_ filter: Filter, _ options: RequestScanner.Options) throws(FilterError) {
        scanner = try RequestScanner(filter, options: options)
      }
    }

    fileprivate init(_ base: Base.AsyncIterator, _ filter: Filter, _ options: RequestScanner.Options) {
      self.base = base
      // The options were tried when the sequence was made.
      worker = try? Worker(filter, options)
    }

    /// The next answer; nil at the end.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(Base.Failure) -> [UInt8]? {
      guard let request = try await base.next(isolation: actor), let worker else { return nil }
      var answer: [UInt8] = []
      worker.scanner.answer(request: request.span, to: &answer)
      return answer
    }
  }

  /// An iterator with a scanner of its own.
  public func makeAsyncIterator() -> Iterator { Iterator(base.makeAsyncIterator(), filter, options) }
}

extension AnsweredRequests: Sendable where Base: Sendable {}
