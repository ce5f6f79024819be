import Foundation
import Testing
import Tightlip
import TightlipCore
import TightlipPolicy

struct ZoneClockTests {
  @Test func `the zones are IANA's and no others`() {
    let names = TimeZones.names
    for name in ["America/Denver", "America/Indiana/Knox", "Pacific/Honolulu", "UTC", "EST", "Asia/Kolkata"] {
      #expect(names.number(of: name) != nil, "\(name)")
    }
    for name in ["", "PST", "IST", "BST", "Etc/Unknown", "america/denver", "America/Denvr", "GMT+7", "US"] {
      #expect(names.number(of: name) == nil, "\(name)")
    }
    #expect(names.count > 400)
    #expect(TimeZones.dataVersion.count >= 5)
  }

  /// Another implementation with its own data; the United States' rules have not changed in these years.
  @Test(arguments: ["America/New_York", "America/Denver", "America/Phoenix", "Pacific/Honolulu", "America/Anchorage", "America/Indiana/Knox"])
  func `local time is Foundation's`(zone: String) throws {
    let number = try #require(TimeZones.names.number(of: zone))
    let other = try #require(TimeZone(identifier: zone))
    var clock = ZoneClock()
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<5_000 {
      let time = Int64.random(in: 1_199_145_600...2_114_380_800, using: &generator)
      let found = clock.stretch(of: number, at: Instant(seconds: time))
      let stretch = try #require(found)
      #expect(stretch.start <= Instant(seconds: time) && Instant(seconds: time) < stretch.end)
      #expect(stretch.offset == Int64(other.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time)))))
    }
  }

  @Test func `times of every year, in any order, fill no memory and stay right`() throws {
    let number = try #require(TimeZones.names.number(of: "America/New_York"))
    var clock = ZoneClock()
    for year in [2026, 1, 9999, 1900, 2500, 2026] {
      for month in 1...12 {
        let day = try #require(CalendarDay(year: year, month: month, day: 15))
        let found = clock.stretch(of: number, at: Instant(seconds: Int64(day.number) * 86_400))
        let stretch = try #require(found)
        #expect(stretch.start < stretch.end)
        if year == 2026 { #expect(stretch.offset == (month > 3 && month < 11 || month == 3 ? -14_400 : -18_000)) }
      }
    }
  }
}

struct QuietHoursTests {
  private static func quiet(_ change: (inout Policy.QuietHours) -> Void = { _ in }) -> QuietHours {
    var rules = Policy.QuietHours()
    change(&rules)
    return QuietHours(rules, data: TimingData())
  }

  /// The slow, obvious way: minute by minute.
  private static func reference(
    _ quiet: QuietHours, from time: Instant, _ zones: [Int], _ clock: inout ZoneClock
  ) -> Instant? {
    var candidate = time
    for _ in 0..<(8 * 1440) {
      if quiet.isOpen(at: candidate, zones, nil, &clock) == true { return candidate }
      // To the next full minute: windows and changes of clocks begin there.
      candidate = Instant(seconds: (candidate.seconds / 60 + 1) * 60)
    }
    return nil
  }

  @Test func `the next opening is the first minute that is open everywhere`() throws {
    let names = [
      "America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Asia/Tokyo", "Asia/Kathmandu", "America/St_Johns",
      "Australia/Lord_Howe", "Africa/Casablanca", "Europe/London", "America/Havana",
    ]
    let numbers = try names.map { try #require(TimeZones.names.number(of: $0)) }
    var clock = ZoneClock()
    var generator = SeededGenerator(seed: 11)
    // Around the nights on which clocks change, and anywhere.
    let nights: [Int64] = [1_772_953_200, 1_793_512_800, 1_774_746_000, 1_792_890_000]
    for round in 0..<160 {
      let start = nights[round % 4] + Int64.random(in: -200_000...200_000, using: &generator)
      let count = Int.random(in: 1...3, using: &generator)
      let zones = (0..<count).map { _ in numbers.randomElement(using: &generator)! }
      let earliest = Int.random(in: 0...14, using: &generator) * 60
      let latest = earliest + Int.random(in: 1...(1440 - earliest), using: &generator)
      let quiet = Self.quiet {
        $0.earliestMinute = earliest
        $0.latestMinute = latest
      }
      let time = Instant(seconds: start)
      #expect(
        quiet.nextOpening(from: time, zones, nil, &clock) == Self.reference(quiet, from: time, zones, &clock),
        "\(zones.map(TimeZones.names.name)) \(earliest)..<\(latest) from \(PolicyCaseTests.string(time))")
    }
  }
}

struct HaltSwitchTests {
  private static func place() -> String {
    FileManager.default.temporaryDirectory.appending(path: "tightlip-halt-\(UUID().uuidString)").path()
  }

  @Test func `a file halts the very next message, and its removal lifts the halt`() throws {
    let path = Self.place()
    var policy = Policy.shippedDefault
    policy.haltFile = path
    let filter = try TestPack.small.filter(policy: policy)
    var scanner = Scanner(filter)
    var verdict = Verdict()
    for _ in 0..<3 {
      scanner.scan("see you", into: &verdict)
      #expect(verdict.action == .pass)
      try Data().write(to: URL(filePath: path))
      scanner.scan("see you", into: &verdict)
      #expect(verdict.action == .block && verdict.reasons.map(\.code) == [.policyHalted])
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test func `a place that cannot be looked at halts`() {
    #expect(HaltSwitch(file: "/dev/null/halt").isHalted)
    #expect(!HaltSwitch(file: "/nonexistent-folder/halt").isHalted)
    #expect(!HaltSwitch(file: nil).isHalted)
  }

  @Test func `a halt by call writes the file, so that a restart changes nothing`() throws {
    let path = Self.place()
    let halt = HaltSwitch(file: path)
    #expect(halt.halt())
    #expect(halt.isHalted && HaltSwitch(file: path).isHalted)
    try FileManager.default.removeItem(atPath: path)
    halt.refresh()
    #expect(!halt.isHalted)
  }

  @Test func `a halt that cannot be written down holds all the same`() {
    for file in ["/nonexistent-folder/halt", nil] {
      let halt = HaltSwitch(file: file)
      #expect(halt.halt() == (file == nil))
      halt.refresh()
      #expect(halt.isHalted)
      halt.resume()
      #expect(!halt.isHalted)
    }
  }
}

struct CounterfactualTests {
  private func verdict(_ text: String, _ change: (inout Message) -> Void = { _ in }) throws -> Verdict {
    var options = Filter.Options()
    options.givesCounterfactual = true
    let filter = try TestPack.small.filter(options: options)
    var message = message(text)
    change(&message)
    return filter.verdict(on: message)
  }

  @Test func `the findings that are in the way are named, and no others`() throws {
    let linked = try verdict("Dana Whitfield has diabetes, on 4/2/2026")
    let names = linked.counterfactual?.map { linked.findings[$0].entity }
    #expect(linked.action == .block)
    #expect(names == [.diagnosis] || names == [.person, .diagnosis] || names == [.person])
    // Without them it passes indeed.
    #expect(try verdict("my ssn is 219-09-9998").counterfactual == [0])
    #expect(try verdict("see you").counterfactual == nil)
  }

  @Test func `where the text is not what blocks, no change of it helps`() throws {
    let refused = try verdict("my ssn is 219-09-9998") {
      $0.consent.isGiven = true
      $0.consent.status = .revoked
    }
    #expect(refused.action == .block && refused.counterfactual == nil)
  }
}

struct MessageMemoryTests {
  @Test func `no more threads are held than allowed, and the quiet ones go first`() throws {
    var policy = Policy.shippedDefault
    policy.threads.isOn = true
    policy.threads.threads = 100
    let memory = try #require(MessageMemory(policy))
    var passed = Verdict()
    passed.action = .pass
    func message(_ number: Int) -> Message {
      var message = Message()
      message.thread = Array("t-\(number)".utf8)
      return message
    }
    for number in 0..<1000 {
      memory.note(message(number), passed, parts: .person, isConfirmation: false, now: Instant(seconds: Int64(number)))
    }
    let now = Instant(seconds: 1000)
    let held = (0..<1000).count { memory.history(of: message($0), now: now).parts == .person }
    #expect((50...100).contains(held))
    #expect(memory.history(of: message(999), now: now).parts == .person)
    #expect(memory.history(of: message(0), now: now).parts.isEmpty)
  }

  @Test func `another policy goes on with what was remembered, and remembers what it asks for itself`() throws {
    var clocks = Policy.shippedDefault
    clocks.clocks.answerMinutes = 60
    var both = clocks
    both.threads.isOn = true
    let first = try #require(MessageMemory(clocks))
    let second = try #require(MessageMemory(both, continuing: first))
    var question = Message()
    question.direction = .inbound
    question.senderID = Array("p-1".utf8)
    let now = Instant(seconds: 1000)
    first.note(question, Verdict(), parts: .person, isConfirmation: false, now: now)
    #expect(second.history(of: question, now: now).waitingSince == now)
    // The first policy asked for no threads.
    #expect(second.history(of: question, now: now).parts.isEmpty)
    second.note(question, Verdict(), parts: .person, isConfirmation: false, now: now)
    #expect(second.history(of: question, now: now).parts == .person)
    #expect(first.history(of: question, now: now).parts.isEmpty)
  }

  @Test func `a policy that needs no memory has none`() {
    #expect(MessageMemory(Policy.shippedDefault) == nil)
  }
}
