internal import GRDB
package import TightlipCore

/// A patient who waits, or waited, for an answer.
package struct ResponseClock: Hashable, Sendable {
  package var thread: String
  package var patient: String
  package var openedAt: Instant
  /// When the answer left; nil while the patient waits.
  package var closedAt: Instant?
}

extension Ledger {
  /// The clocks that run, the longest first; and those that were closed at or after an instant.
  package func clocks(closedSince: Instant?) throws(RecordsError) -> [ResponseClock] {
    try withDatabase { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT thread, patient, opened_at, closed_at FROM response_clock
          WHERE closed_at IS NULL OR closed_at >= ? ORDER BY closed_at IS NOT NULL, opened_at, sequence
          """, arguments: [closedSince?.seconds ?? Int64.max]
      ).map {
        ResponseClock(
          thread: $0[0], patient: $0[1], openedAt: Instant(seconds: $0[2]),
          closedAt: ($0[3] as Int64?).map { Instant(seconds: $0) })
      }
    }
  }
}
