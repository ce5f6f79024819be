package import TightlipCore

/// When a recipient may be sent messages, in local time.
package final class QuietHours: Sendable {
  /// Seconds of a local day in which sending is allowed; empty where start is not before end.
  struct Window: Sendable, Hashable {
    var start: Int64
    var end: Int64
  }

  private let application: Policy.QuietHours.Application
  /// Seven windows, Monday first.
  private let windows: [Window]
  /// The same for each state, by ``USState/index``; empty where a state has none of its own.
  private let stateWindows: [[Window]]
  /// The zones of each state.
  private let stateZones: [[Int]]
  private let fallback: [Int]
  package let replyGrace: Int64

  /// - Parameters:
  ///   - rules: what the policy says.
  ///   - data: what the pack says of states.
  package init(_ rules: Policy.QuietHours, data: TimingData) {
    application = rules.application
    let all = Window(start: Int64(rules.earliestMinute) * 60, end: Int64(rules.latestMinute) * 60)
    let week = Array(repeating: all, count: 7)
    windows = week
    var stateWindows = Array(repeating: [Window](), count: USState.count)
    if rules.usesStateWindows {
      for row in data.windows {
        let state = Int(row.state.index)
        if stateWindows[state].isEmpty { stateWindows[state] = week }
        for day in 0..<7 where row.weekdays & (1 << UInt8(day)) != 0 {
          let held = stateWindows[state][day]
          stateWindows[state][day] = Window(
            start: max(held.start, Int64(row.minutes.start) * 60), end: min(held.end, Int64(row.minutes.end) * 60))
        }
      }
    }
    self.stateWindows = stateWindows
    var stateZones = Array(repeating: [Int](), count: USState.count)
    for (state, names) in data.zones {
      stateZones[Int(state.index)] = names.compactMap { TimeZones.names.number(of: $0) }
    }
    self.stateZones = stateZones
    fallback = rules.fallbackTimeZones.compactMap { TimeZones.names.number(of: $0) }
    replyGrace = Int64(rules.replyGraceMinutes) * 60
  }

  /// Where the recipient of a message may be.
  package enum Place: Sendable {
    /// The rule does not bind this message.
    case unbound
    /// In one of the zones in the scratch.
    case zones
    /// Nobody knows, though the rule asks.
    case unknown
    /// In a zone that does not exist.
    case invalid
  }

  /// Puts the zones in which a recipient may be into `zones`.
  package func locate(_ message: borrowing Message, _ zones: inout [Int]) -> Place {
    zones.removeAll(keepingCapacity: true)
    if !message.timeZone.isEmpty {
      guard let zone = TimeZones.names.number(of: message.timeZone.span) else { return .invalid }
      zones.append(zone)
    } else if !message.timeZones.isEmpty {
      for name in message.timeZones {
        guard let zone = TimeZones.names.number(of: name.span) else { return .invalid }
        zones.append(zone)
      }
    } else if let state = message.state {
      zones.append(contentsOf: stateZones[Int(state.index)])
    }
    let isKnown = !zones.isEmpty || message.state != nil
    switch application {
    case .never: return .unbound
    case .whenKnown where !isKnown: return .unbound
    default: break
    }
    if zones.isEmpty { zones.append(contentsOf: fallback) }
    return zones.isEmpty ? .unknown : .zones
  }

  /// Whether there is an hour that is right in all of the policy's fallback zones. Asked of a summer and of a
  /// winter, since clocks are not changed everywhere.
  package func fallbackMeets(_ clock: inout ZoneClock) -> Bool {
    guard application == .always, !fallback.isEmpty else { return true }
    // 2026-01-15 and 2026-07-15, 0:00 UTC.
    return [1_768_435_200, 1_784_073_600].allSatisfy {
      nextOpening(from: Instant(seconds: $0), fallback, nil, &clock) != nil
    }
  }

  /// Whether it is an hour for messages in every one of the zones.
  package func isOpen(
    at time: Instant, _ zones: [Int], _ state: USState?, _ clock: inout ZoneClock
  ) -> Bool? {
    for zone in zones {
      guard let stretch = clock.stretch(of: zone, at: time) else { return nil }
      let local = Self.local(time, stretch.offset)
      let window = window(state, local.weekday)
      if local.second < window.start || local.second >= window.end { return false }
    }
    return true
  }

  /// The first instant from a time on at which it is an hour for messages in every one of the zones;
  /// nil where there is none within eight days, since weeks are alike.
  ///
  /// - Complexity: a few steps for each zone and day.
  package func nextOpening(
    from time: Instant, _ zones: [Int], _ state: USState?, _ clock: inout ZoneClock
  ) -> Instant? {
    let last = time.adding(seconds: 8 * 86_400)
    var candidate = time
    var step = 0
    while candidate <= last, step < 64 * max(1, zones.count) {
      step += 1
      var latest = candidate
      for zone in zones {
        guard let next = next(candidate, zone, state, until: last, &clock) else { return nil }
        latest = max(latest, next)
      }
      if latest == candidate { return candidate }
      candidate = latest
    }
    return nil
  }

  /// The first instant from a time on at which it is an hour for messages in one zone.
  private func next(
    _ time: Instant, _ zone: Int, _ state: USState?, until last: Instant, _ clock: inout ZoneClock
  ) -> Instant? {
    var time = time
    while time <= last {
      guard let stretch = clock.stretch(of: zone, at: time) else { return nil }
      let local = Self.local(time, stretch.offset)
      let window = window(state, local.weekday)
      var wait: Int64
      if window.start >= window.end || local.second >= window.end {
        // To the next local midnight.
        wait = 86_400 - local.second
      } else if local.second < window.start {
        wait = window.start - local.second
      } else {
        return time
      }
      // Beyond a change of the clock local times mean something else: judge again from there.
      if stretch.end != Instant(seconds: .max) { wait = min(wait, stretch.end.seconds - time.seconds) }
      time = time.adding(seconds: max(1, wait))
    }
    return nil
  }

  private func window(_ state: USState?, _ weekday: Int) -> Window {
    if let state, !stateWindows[Int(state.index)].isEmpty { return stateWindows[Int(state.index)][weekday] }
    return windows[weekday]
  }

  /// The weekday (Monday 0) and the second of the day that clocks show.
  static func local(_ time: Instant, _ offset: Int64) -> (day: CalendarDay, weekday: Int, second: Int64) {
    let seconds = time.adding(seconds: offset).seconds
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let day = CalendarDay(number: Int32(clamping: days))
    return (day, day.weekday, seconds - days * 86_400)
  }
}
