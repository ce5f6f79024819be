import Testing
import TightlipCore

import TightlipStore

struct ConsentHistoryTests {
  private typealias Event = ConsentEvent

  /// The history of events that are given in the order in which they came in, at their own times.
  private func imported(_ events: [ConsentEvent]) -> ConsentHistory {
    ConsentHistory(
      events.enumerated().map {
        .init(event: $1, position: $1.time.seconds * 1000, sequence: Int64($0))
      })
  }

  /// The history of events that came in one after the other, whatever the clock said.
  private func live(_ events: [ConsentEvent]) -> ConsentHistory {
    events.reduce(ConsentHistory([])) { $0.adding($1) }
  }

  @Test func `nothing said is not known`() { #expect(!live([]).consent.isGiven) }

  @Test func `the later time wins, in whatever order events come in`() {
    let grant = Event(.granted, "2026-01-01T10:00:00Z", scope: .all)
    let refusal = Event(.revoked, "2026-02-01T10:00:00Z")
    let again = Event(.granted, "2026-03-01T10:00:00Z", scope: .purposes(["directions"]))
    #expect(imported([grant, refusal]).consent.status == .revoked)
    #expect(imported([refusal, grant]).consent.status == .revoked)
    for order in [[grant, refusal, again], [again, refusal, grant], [refusal, again, grant]] {
      let consent = imported(order).consent
      #expect(consent.status == .granted)
      #expect(consent.scope == [[UInt8]("directions")])
    }
  }

  @Test func `at one instant the more restrictive stands`() {
    let time = "2026-01-01T10:00:00Z"
    let kinds: [Event.Kind] = [.granted, .never, .revoked]
    for first in kinds {
      for second in kinds {
        let expected: ConsentStatus =
          [first, second].contains(.revoked) ? .revoked : [first, second].contains(.never) ? .never : .granted
        #expect(
          imported([Event(first, time, scope: .all), Event(second, time, scope: .all)]).consent.status == expected,
          "\(first), \(second)")
      }
    }
  }

  @Test func `STOP refuses and START gives back just what STOP took`() {
    var grant = Event(.granted, "2026-01-01T10:00:00Z", scope: .purposes(["directions"]), disclosure: true)
    grant.expiry = Expiry(text: "2027-01-01")
    let stop = Event(.stopped, "2026-01-02T10:00:00Z")
    let start = Event(.started, "2026-01-03T10:00:00Z")
    #expect(live([grant, stop]).consent.status == .revoked)
    let restored = live([grant, stop, start]).consent
    #expect(restored == live([grant]).consent)
    #expect(restored.expiry != nil)
    // A second STOP takes nothing more.
    #expect(live([grant, stop, stop, start]).consent == restored)
    // A new grant counts, not the one before.
    let other = Event(.granted, "2026-01-02T12:00:00Z", scope: .all)
    #expect(live([grant, stop, other, start]).consent.coversEverything)
  }

  @Test func `START without an earlier grant permits appointments, and no risk is acknowledged`() {
    for before in [[], [Event(.stopped, "2026-01-01T10:00:00Z")], [Event(.revoked, "2026-01-01T10:00:00Z")]] {
      let consent = live(before + [Event(.started, "2026-01-03T10:00:00Z")]).consent
      #expect(consent.status == .granted)
      #expect(!consent.coversEverything)
      #expect(consent.scope.contains([UInt8]("appointment-reminder")))
      #expect(consent.disclosureIsAcknowledged == false)
    }
  }

  @Test func `what was refused at the desk START does not give back whole`() {
    let grant = Event(.granted, "2026-01-01T10:00:00Z", scope: .all, disclosure: true)
    let consent = live([grant, Event(.revoked, "2026-01-02T10:00:00Z"), Event(.started, "2026-01-03T10:00:00Z")]).consent
    #expect(!consent.coversEverything)
    #expect(consent.disclosureIsAcknowledged == false)
  }

  @Test func `a STOP that comes in counts, though the clock stepped back behind the grant`() {
    let grant = Event(.granted, "2026-01-02T10:00:00Z", scope: .all)
    #expect(live([grant, Event(.stopped, "2026-01-02T09:50:00Z")]).consent.status == .revoked)
    #expect(live([grant, Event(.revoked, "2026-01-02T09:50:00Z")]).consent.status == .revoked)
    #expect(live([grant, Event(.stopped, "2026-01-02T10:00:00Z")]).consent.status == .revoked)
    let start = Event(.started, "2026-01-02T10:00:00Z")
    #expect(live([grant, Event(.stopped, "2026-01-02T10:00:00Z"), start]).consent.status == .granted)
  }

  @Test func `a START that was written before a STOP changes nothing, however late it comes in`() {
    let events = [
      Event(.granted, "2026-01-01T10:00:00Z", scope: .all), Event(.stopped, "2026-01-05T10:00:00Z"),
      Event(.started, "2026-01-04T10:00:00Z"),
    ]
    #expect(live(events).consent.status == .revoked)
  }

  @Test func `a preferred channel stays until another is named`() {
    var refusal = Event(.revoked, "2026-01-02T10:00:00Z")
    refusal.preferredChannel = "phone"
    let history = live([refusal, Event(.stopped, "2026-01-03T10:00:00Z"), Event(.granted, "2026-01-04T10:00:00Z", scope: .all)])
    #expect(history.consent.preferredChannel == [UInt8]("phone"))
  }

  @Test func `a new form says anew whether risks were acknowledged`() {
    let history = live([
      Event(.granted, "2026-01-01T10:00:00Z", scope: .all, disclosure: true),
      Event(.granted, "2026-01-02T10:00:00Z", scope: .all),
    ])
    #expect(history.consent.disclosureIsAcknowledged == nil)
  }

  @Test func `the past can be asked for`() {
    let history = live([
      Event(.granted, "2026-01-01T10:00:00Z", scope: .all), Event(.stopped, "2026-01-05T10:00:00Z"),
    ])
    #expect(history.consent(asOf: Instant("2026-01-04T10:00:00Z")).status == .granted)
    #expect(history.consent(asOf: Instant("2026-01-05T10:00:00Z")).status == .revoked)
    #expect(!history.consent(asOf: Instant("2025-12-31T10:00:00Z")).isGiven)
  }
}
