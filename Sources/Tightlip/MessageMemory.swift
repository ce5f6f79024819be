public import TightlipCore

import Synchronization

/// What is remembered of threads and patients where no store is open: when messages left and came in,
/// and which kinds of finding a thread holds. No text, no names: keys are hashes with a secret that
/// lives as long as the process, and entries go when they are too old or too many.
///
/// One memory serves all workers, and is handed on when pack and policy are loaded anew.
public final class MessageMemory: Sendable {
  /// The parts of one thread: for each the time and the number of the last message that held it.
  private struct Thread {
    var count: UInt32 = 0
    var last = Instant(seconds: .min)
    var times = InlineArray<4, Instant>(repeating: Instant(seconds: .min))
    var numbers = InlineArray<4, UInt32>(repeating: 0)
  }

  private struct Patient {
    var last = Instant(seconds: .min)
    var left: (Instant?, Instant?, Instant?) = (nil, nil, nil)
    var waitingSince: Instant?
    var optedOutAt: Instant?
    var optOutWasConfirmed = false
  }

  private struct State {
    var threads: [UInt64: Thread] = [:]
    var patients: [UInt64: Patient] = [:]
  }

  /// What is remembered, whatever the policy; handed on from one policy to the next.
  private final class Shared: Sendable {
    let state = Mutex(State())
    let secret = UInt64.random(in: 0 ... .max)
  }

  private let shared: Shared
  private let rules: Policy.ThreadRules
  private let remembersPatients: Bool
  private static let system = Array("system".utf8)

  /// A memory for a policy; nil where the policy needs none.
  ///
  /// - Parameter other: the memory of the policy before, of which nothing is forgotten. What this policy
  ///   asks for is remembered from now on.
  public init?(_ policy: Policy, continuing other: MessageMemory? = nil) {
    remembersPatients = policy.healthcareLimits.isOn || policy.clocks.answerMinutes != nil
    guard policy.threads.isOn || remembersPatients else { return nil }
    rules = policy.threads
    shared = other?.shared ?? Shared()
  }

  /// What is remembered of the patient and thread of a message.
  ///
  /// - Parameter now: the time of the message.
  public func history(of message: borrowing Message, now: Instant) -> PatientHistory {
    var history = PatientHistory()
    let patientKey = patientKey(message)
    let threadKey = threadKey(message)
    shared.state.withLock { state in
      if remembersPatients, let patientKey, let patient = state.patients[patientKey] {
        history.lastLeft = patient.left
        history.waitingSince = patient.waitingSince
        history.optedOutAt = patient.optedOutAt
        history.optOutWasConfirmed = patient.optOutWasConfirmed
      }
      if rules.isOn, let threadKey, let thread = state.threads[threadKey] {
        for part in 0..<4 where thread.numbers[part] > 0 {
          let isRecent = now.seconds - thread.times[part].seconds < Int64(rules.hours) * 3600
          let isNear = thread.count - thread.numbers[part] < UInt32(rules.messages)
          if isRecent, isNear { history.parts.insert(PatientHistory.Parts(rawValue: 1 << UInt8(part))) }
        }
      }
    }
    return history
  }

  /// Remembers a message that left or came in.
  ///
  /// - Parameters:
  ///   - parts: what of it stands in the thread from now on.
  ///   - now: the time of the message.
  public func note(
    _ message: borrowing Message, _ verdict: borrowing Verdict, parts: PatientHistory.Parts,
    isConfirmation: Bool, now: Instant
  ) {
    let isInbound = message.direction == .inbound
    guard isInbound || verdict.action != .block else { return }
    let intent = verdict.intent?.kind
    if rules.isOn, let key = threadKey(message) {
      shared.state.withLock { state in
        if state.threads[key] == nil { Self.makeRoom(&state.threads, most: rules.threads, \.last) }
        var thread = state.threads[key] ?? Thread()
        thread.count &+= 1
        thread.last = max(thread.last, now)
        for part in 0..<4 where parts.contains(PatientHistory.Parts(rawValue: 1 << UInt8(part))) {
          thread.times[part] = max(thread.times[part], now)
          thread.numbers[part] = thread.count
        }
        state.threads[key] = thread
      }
    }
    guard remembersPatients, let key = patientKey(message) else { return }
    shared.state.withLock { state in
      if state.patients[key] == nil { Self.makeRoom(&state.patients, most: rules.threads, \.last) }
      var patient = state.patients[key] ?? Patient()
      patient.last = max(patient.last, now)
      if isInbound {
        switch intent {
        case .optOut:
          patient.optedOutAt = now
          patient.optOutWasConfirmed = false
        case .optIn: patient.optedOutAt = nil
        case .thanks: break
        default: if patient.waitingSince == nil { patient.waitingSince = now }
        }
      } else if isConfirmation {
        patient.optOutWasConfirmed = true
      } else {
        patient.left = (now, patient.left.0, patient.left.1)
        // An automatic answer is none.
        if message.senderRole != Self.system { patient.waitingSince = nil }
      }
      state.patients[key] = patient
    }
  }

  /// Where the most are held, the quarter that was quiet longest goes: so that making room costs
  /// little for each of them.
  private static func makeRoom<Entry>(
    _ entries: inout [UInt64: Entry], most: Int, _ last: (Entry) -> Instant
  ) {
    guard entries.count >= most else { return }
    let times = entries.values.map(last).sorted()
    let edge = times[times.count / 4]
    entries = entries.filter { last($0.value) > edge }
    if entries.count >= most { entries.removeAll() }
  }

  private func threadKey(_ message: borrowing Message) -> UInt64? {
    message.thread.isEmpty ? patientKey(message) : key(message.thread, 1)
  }

  private func patientKey(_ message: borrowing Message) -> UInt64? {
    let id = message.direction == .inbound ? message.senderID : message.recipientID
    return id.isEmpty ? nil : key(id, 2)
  }

  private func key(_ bytes: [UInt8], _ domain: UInt64) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(shared.secret)
    hasher.combine(domain)
    // SAFETY: the bytes are the array's own, read before the closure returns.
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}
