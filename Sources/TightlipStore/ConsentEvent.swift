package import TightlipCore

/// One thing that was said about texting a patient. The ledger keeps every one of them for good.
package struct ConsentEvent: Hashable, Sendable {
  /// What was said.
  package enum Kind: String, Sendable, CaseIterable {
    /// The patient agreed: on paper, at the desk, on the phone.
    case granted
    /// The patient refused, or took the agreement back, on such a way.
    case revoked
    /// The patient was never asked.
    case never
    /// The patient wrote STOP, or the same in other words.
    case stopped = "opt-out"
    /// The patient wrote START.
    case started = "opt-in"

    /// Of two events at one instant, the one with the higher number stands.
    var strictness: Int {
      switch self {
      case .granted, .started: 0
      case .never: 1
      case .revoked, .stopped: 2
      }
    }
  }

  /// What a grant is for.
  package enum Scope: Hashable, Sendable {
    case all
    case purposes([String])

    /// The words as the ledger keeps them: `all`, or purposes with a space between.
    package var text: String {
      switch self {
      case .all: "all"
      case .purposes(let words): words.joined(separator: " ")
      }
    }

    /// The scope in such a text; nil where it has no word.
    package init?(text: some StringProtocol) {
      let words = String(text).split { $0 == " " || $0 == "," || $0 == ";" }.map(String.init)
      guard !words.isEmpty else { return nil }
      self = words.contains("all") ? .all : .purposes(words)
    }
  }

  /// The patient's id, as the gateway gives it.
  package var patient: String
  /// What was said.
  package var kind: Kind
  /// What a grant is for; nothing to the others.
  package var scope: Scope?
  /// When it was said.
  package var time: Instant
  /// When a grant ends.
  package var expiry: Expiry?
  /// The kind of channel the patient would rather have.
  package var preferredChannel: String?
  /// Whether the patient acknowledged the risks of texting.
  package var disclosureIsAcknowledged: Bool?
  /// Which wording was shown to the patient: its name or version in the practice's files.
  package var wording: String?
  /// Where it comes from: `paper form`, `desk`, `import`, `message`.
  package var source: String

  /// An event.
  package init(patient: String, kind: Kind, time: Instant, source: String) {
    self.patient = patient
    self.kind = kind
    self.time = time
    self.source = source
  }

  /// The purposes that START permits to a patient who had permitted nothing before.
  package static let startScope = Scope.purposes(["appointment-confirmation", "appointment-reminder"])
}

/// Everything said about texting one patient, and what follows from it.
///
/// The later time wins; at one instant the more restrictive. START gives back what STOP took, and no
/// more.
package struct ConsentHistory: Sendable {
  /// An event and where it stands: live events stand behind all others when they come in, whatever
  /// the clock says; imported ones stand where their time puts them.
  package struct Entry: Sendable {
    package var event: ConsentEvent
    /// Milliseconds since 1970.
    package var position: Int64
    /// The order in which the ledger got to know them.
    package var sequence: Int64

    package init(event: ConsentEvent, position: Int64, sequence: Int64) {
      self.event = event
      self.position = position
      self.sequence = sequence
    }
  }

  /// In the order in which they count.
  package let entries: [Entry]

  /// A history of events in any order.
  package init(_ entries: [Entry]) {
    self.entries = entries.sorted {
      ($0.position, $0.event.kind.strictness, $0.sequence) < ($1.position, $1.event.kind.strictness, $1.sequence)
    }
  }

  /// Where an event stands that comes in now: behind all others, whatever the clock says; but a
  /// START that was written before a STOP stays before it, however late it comes in.
  package func position(of event: ConsentEvent) -> Int64 {
    let own = event.time.seconds &* 1000
    if event.kind == .started, entries.contains(where: { $0.event.kind == .stopped && $0.event.time > event.time }) {
      return own
    }
    return max(own, (entries.last?.position ?? .min / 2) + 1)
  }

  /// The history with an event that comes in now.
  package func adding(_ event: ConsentEvent) -> ConsentHistory {
    let sequence = (entries.map(\.sequence).max() ?? 0) + 1
    return ConsentHistory(entries + [Entry(event: event, position: position(of: event), sequence: sequence)])
  }

  /// What is permitted now. `isGiven` is false where nothing was ever said.
  package var consent: Consent {
    var current = Consent()
    var taken: Consent?
    for entry in entries {
      let event = entry.event
      var next = Consent()
      next.isGiven = true
      next.preferredChannel = event.preferredChannel.map { Array($0.utf8) } ?? current.preferredChannel
      next.disclosureIsAcknowledged = event.disclosureIsAcknowledged ?? current.disclosureIsAcknowledged
      switch event.kind {
      case .granted:
        next.grant(event.scope ?? .all)
        next.expiry = event.expiry
        // What an earlier form said about risks is not what this one says.
        next.disclosureIsAcknowledged = event.disclosureIsAcknowledged
        taken = nil
      case .never:
        next.status = .never
        taken = nil
      case .revoked:
        next.status = .revoked
        taken = nil
      case .stopped:
        next.status = .revoked
        if current.status == .granted { taken = current }
      case .started:
        if current.status == .granted { continue }
        if let before = taken {
          next = before
        } else {
          next.grant(ConsentEvent.startScope)
          next.disclosureIsAcknowledged = false
        }
        taken = nil
      }
      current = next
    }
    return current
  }

  /// What was permitted at an instant, by what was said until then.
  package func consent(asOf time: Instant) -> Consent {
    ConsentHistory(entries.filter { $0.event.time <= time }).consent
  }
}

extension Consent {
  fileprivate mutating func grant(_ scope: ConsentEvent.Scope) {
    status = .granted
    hasScope = true
    switch scope {
    case .all: coversEverything = true
    case .purposes(let words): self.scope = words.map { Array($0.utf8) }
    }
  }
}

extension Expiry {
  /// As the ledger keeps it: `YYYY-MM-DD`, or RFC 3339.
  package var text: String {
    switch self {
    case .instant(let instant): instant.text
    case .endOfDay(let day): String(Instant(seconds: Int64(day.number) * 86_400).text.prefix(10))
    }
  }

  /// The expiry in such a text.
  package init?(text: String) { self.init(text.utf8.span) }
}

extension Instant {
  /// The time in an RFC 3339 text with an offset.
  package init?(text: String) { self.init(rfc3339: text.utf8.span) }
}
