internal import Dispatch
import TightlipCoding

/// One worker with the answers it has not handed on yet.
final class Lane<Worker: LineAnswering & ~Copyable> {
  var worker: Worker
  var answers = Answers()

  init(_ worker: consuming Worker) { self.worker = worker }

  /// Writes the records, where there are any, then the answers.
  func release(_ desk: RecordsDesk?) throws(StreamError) {
    try answers.release(desk) { identifier, output in worker.refuse(identifier, to: &output) }
  }
}

/// The workers of a filter, of which each takes a part of every batch.
///
/// A batch is what one read brought; its parts are answered at once and written in order, before the next
/// read. So the order holds, and nothing piles up: who reads slowly is read slowly.
///
/// SAFETY: while a batch is answered, each lane is touched by one thread only, and nothing else touches any.
struct Lanes<Worker: LineAnswering & ~Copyable>: @unchecked Sendable {
  private let lanes: [Lane<Worker>]

  /// Below so many lines waking others takes longer than answering.
  static var fewest: Int { 16 }

  init(_ lanes: [Lane<Worker>]) { self.lanes = lanes }

  var count: Int { lanes.count }
  var first: Lane<Worker> { lanes[0] }

  /// Answers all lines of a batch, each lane its share of the bytes.
  func answer(_ batch: LineBatch) {
    let ends = shares(of: batch)
    DispatchQueue.concurrentPerform(iterations: lanes.count) { number in
      let lane = lanes[number]
      for line in batch.lines[(number == 0 ? 0 : ends[number - 1])..<ends[number]] {
        lane.worker.answer(line, in: batch.storage.span, to: &lane.answers)
      }
    }
  }

  /// Behind which line each lane's part ends. Bytes are what takes time, not lines.
  private func shares(of batch: LineBatch) -> [Int] {
    let total = batch.lines.reduce(0) { $0 + $1.range.count }
    var ends: [Int] = []
    var bytes = 0
    for (number, line) in batch.lines.enumerated() {
      while ends.count < lanes.count - 1, bytes >= total * (ends.count + 1) / lanes.count { ends.append(number) }
      bytes += line.range.count
    }
    while ends.count < lanes.count { ends.append(batch.lines.count) }
    return ends
  }

  /// Writes all answers, in order.
  func release() throws(StreamError) {
    for lane in lanes { try lane.release(nil) }
  }
}
