package import TightlipCore

/// The practice's own time: when a day ends, and when the practice answers.
package final class PracticeClock: Sendable {
  private let zone: Int?
  private let hours: [Policy.ClosedMinutes?]
  private let holidays: Set<CalendarDay>

  package init(_ policy: Policy) {
    zone = policy.practiceTimeZone.flatMap { TimeZones.names.number(of: $0) }
    hours = policy.clocks.businessHours
    holidays = Set(policy.clocks.holidays)
  }

  /// The instant from which on something is over. Without a zone of the practice, days are UTC's.
  package func end(of expiry: Expiry, _ clock: inout ZoneClock) -> Instant {
    switch expiry {
    case .instant(let instant): return instant
    case .endOfDay(let day):
      return instant(CalendarDay(number: day.number + 1), 0, &clock)
    }
  }

  /// The instant at which the practice's clocks show a second of a day, read with the offset that holds
  /// there; where a clock is changed at that very hour, the earlier of the two readings.
  private func instant(_ day: CalendarDay, _ second: Int64, _ clock: inout ZoneClock) -> Instant {
    let shown = Instant(seconds: Int64(day.number) * 86_400 + second)
    guard let zone, let guess = clock.stretch(of: zone, at: shown) else { return shown }
    let first = shown.adding(seconds: -guess.offset)
    guard let there = clock.stretch(of: zone, at: first), there.offset != guess.offset else { return first }
    let other = shown.adding(seconds: -there.offset)
    guard let again = clock.stretch(of: zone, at: other), again.offset != there.offset else { return other }
    return min(first, other)
  }

  /// Whether the practice answers at a time.
  package func isBusinessTime(_ time: Instant, _ clock: inout ZoneClock) -> Bool {
    let local = local(time, &clock)
    guard let hours = hours(on: local.day) else { return false }
    return local.second >= Int64(hours.start) * 60 && local.second < Int64(hours.end) * 60
  }

  /// Seconds of business time between two instants; stops counting once beyond a limit.
  package func businessSeconds(
    from start: Instant, to end: Instant, limit: Int64, _ clock: inout ZoneClock
  ) -> Int64 {
    guard start < end else { return 0 }
    let first = local(start, &clock)
    let last = local(end, &clock)
    var total: Int64 = 0
    var day = first.day
    while day <= last.day, total <= limit {
      if let hours = hours(on: day) {
        // As instants, since a day on which clocks are changed has 23 or 25 hours.
        let from = max(instant(day, Int64(hours.start) * 60, &clock), start)
        let to = min(instant(day, Int64(hours.end) * 60, &clock), end)
        total += max(0, to.seconds - from.seconds)
      }
      day.number += 1
      // A wait of years is late whatever the calendar says.
      if day.number - first.day.number > 3660 { return .max }
    }
    return total
  }

  private func local(_ time: Instant, _ clock: inout ZoneClock) -> (day: CalendarDay, weekday: Int, second: Int64) {
    let offset = zone.flatMap { clock.stretch(of: $0, at: time)?.offset } ?? 0
    return QuietHours.local(time, offset)
  }

  private func hours(on day: CalendarDay) -> Policy.ClosedMinutes? {
    holidays.contains(day) ? nil : hours[day.weekday]
  }
}
