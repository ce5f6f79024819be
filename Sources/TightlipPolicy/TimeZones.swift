internal import CTightlipICU
package import TightlipCore

/// The time zones that ICU knows. Its data is the machine's, and updated with it.
package enum TimeZones {
  /// The names of all zones of the IANA database.
  package static let names = NameTable(ianaNames().sorted())

  /// The version of ICU's time zone data, for example `2025b`; empty where ICU cannot tell.
  package static var dataVersion: String {
    var status: Int32 = 0
    // SAFETY: ICU's strings are copied at once, and its lists closed once.
    let version = unsafe tightlip_icu_zone_data_version(&status)
    guard !tightlip_icu_failed(status), let version = unsafe version else { return "" }
    return unsafe String(cString: version)
  }

  /// Names of ICU's own that are none of IANA's: three letters of old Java, which mean one zone
  /// here and another there ("BST" is Bangladesh, and "EST" alone is IANA's).
  private static let others: Set<String> = [
    "ACT", "AET", "AGT", "ART", "AST", "BET", "BST", "CAT", "CNT", "CST", "CTT", "EAT", "ECT",
    "IET", "IST", "JST", "MIT", "NET", "NST", "PLT", "PNT", "PRT", "PST", "SST", "VST",
    "Etc/Unknown", "Factory",
  ]

  private static func ianaNames() -> [String] {
    var status: Int32 = 0
    guard let list = unsafe tightlip_icu_zone_names_open(&status), !tightlip_icu_failed(status) else {
      return []
    }
    defer { unsafe tightlip_icu_zone_names_close(list) }
    var names: [String] = []
    while let next = unsafe tightlip_icu_zone_names_next(list, &status), !tightlip_icu_failed(status) {
      let name = unsafe String(cString: next)
      if !others.contains(name), !name.hasPrefix("SystemV/") { names.append(name) }
    }
    return names
  }
}

/// How far local time is ahead of UTC, zone by zone. Each worker has its own; ICU is asked only for
/// times that none of the remembered stretches between two changes of the clock covers.
package struct ZoneClock: ~Copyable {
  /// A stretch of time in which a zone's clock is not changed.
  package struct Stretch: Sendable {
    package var start: Instant
    /// The first instant after it.
    package var end: Instant
    /// Seconds that local time is ahead of UTC.
    package var offset: Int64
  }

  /// So many stretches are remembered for a zone: sixteen years with summer time. More would let
  /// times chosen by a sender fill the memory.
  private static let most = 32

  private var stretches: [[Stretch]]
  private var last: [Int32]
  private var replaced = 0

  /// A clock for all zones.
  package init() {
    stretches = Array(repeating: [], count: TimeZones.names.count)
    last = Array(repeating: 0, count: TimeZones.names.count)
  }

  /// The stretch around a time; nil where ICU cannot tell.
  ///
  /// - Parameter zone: the zone's number in ``TimeZones/names``.
  package mutating func stretch(of zone: Int, at time: Instant) -> Stretch? {
    let count = stretches[zone].count
    let recent = Int(last[zone])
    if recent < count {
      let stretch = stretches[zone][recent]
      if stretch.start <= time, time < stretch.end { return stretch }
    }
    for index in 0..<count {
      let stretch = stretches[zone][index]
      if stretch.start <= time, time < stretch.end {
        last[zone] = Int32(index)
        return stretch
      }
    }
    guard let stretch = Self.ask(zone, time) else { return nil }
    if count < Self.most {
      last[zone] = Int32(count)
      stretches[zone].append(stretch)
    } else {
      replaced = (replaced + 1) % Self.most
      last[zone] = Int32(replaced)
      stretches[zone][replaced] = stretch
    }
    return stretch
  }

  private static func ask(_ zone: Int, _ time: Instant) -> Stretch? {
    var status: Int32 = 0
    let opened = unsafe TimeZones.names.name(zone).withCString {
      unsafe tightlip_icu_calendar_open($0, &status)
    }
    guard let calendar = unsafe opened else { return nil }
    defer { unsafe tightlip_icu_calendar_close(calendar) }
    unsafe tightlip_icu_calendar_set(calendar, Double(time.seconds) * 1000, &status)
    let offset = unsafe tightlip_icu_calendar_offset(calendar, &status)
    var first = -Double.infinity
    var next = Double.infinity
    var edge = 0.0
    if unsafe tightlip_icu_calendar_last_transition(calendar, &edge, &status) { first = edge }
    if unsafe tightlip_icu_calendar_next_transition(calendar, &edge, &status) { next = edge }
    guard !tightlip_icu_failed(status) else { return nil }
    return Stretch(
      start: Instant(seconds: first.isFinite ? Int64((first / 1000).rounded(.up)) : .min),
      end: Instant(seconds: next.isFinite ? Int64((next / 1000).rounded(.up)) : .max),
      offset: Int64(offset / 1000))
  }
}
