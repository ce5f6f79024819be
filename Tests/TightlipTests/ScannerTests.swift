import Glibc
import Testing
import Tightlip
import TightlipCore

struct ScannerTests {
  let filter = TestPack.filter

  @Test func `what holds for every verdict holds for random texts`() {
    var scanner = Scanner(filter)
    var verdict = Verdict()
    var actions: [Action: Int] = [:]
    for text in RandomTexts.all {
      let message = message(text)
      scanner.scan(message, into: &verdict)
      expectInvariants(verdict, message, filter)
      actions[verdict.action, default: 0] += 1
    }
    for action in Action.allCases { #expect(actions[action, default: 0] > 20, "\(action): \(actions)") }
  }

  @Test func `a scanner that has seen other messages gives the same verdict as a new one`() {
    let messages =
      RandomTexts.all.prefix(150).enumerated().map { number, text in
        message(text, number % 5 == 0 ? .inbound : .outbound, isProtected: number % 7 == 0)
      } + [overlong, invalid, runaway]
    let expected = messages.map { filter.description(of: filter.verdict(on: $0)) }
    var order = Array(messages.indices)
    var generator = SeededGenerator(seed: 5)
    var scanner = Scanner(filter)
    var verdict = Verdict()
    for _ in 0..<3 {
      order.shuffle(using: &generator)
      for index in order {
        scanner.scan(messages[index], into: &verdict)
        #expect(filter.description(of: verdict) == expected[index], "\(string(messages[index].text).prefix(200))")
      }
    }
  }

  @Test func `gates change no verdict`() throws {
    var options = Filter.Options()
    options.usesGates = false
    let ungated = try TestPack.small.filter(options: options)
    for text in RandomTexts.all.prefix(250) {
      #expect(filter.description(of: filter.verdict(on: text)) == ungated.description(of: ungated.verdict(on: text)))
    }
  }

  @Test func `a pattern that ignores case loses nothing to its gate`() throws {
    var pack = TestPack.small
    pack.patternFiles.append(
      ("caseless", "patterns:\n" + TestPack.rule("case.less", "OTHER_ID", "(?i)CLAIM ([A-Z]{2}[0-9]{2})Z", "0.9")))
    let gated = try pack.filter()
    var options = Filter.Options()
    options.usesGates = false
    let ungated = try pack.filter(options: options)
    let text = "your claim ab12z is ready"
    #expect(ungated.verdict(on: text).findings.map(\.entity) == [.otherID])
    #expect(gated.description(of: gated.verdict(on: text)) == ungated.description(of: ungated.verdict(on: text)))
  }

  // MARK: What cannot be looked at

  let overlong: Message = {
    var message = Message()
    message.text = Array(repeating: UInt8(ascii: "a"), count: (1 << 20) + 1)
    return message
  }()

  let invalid: Message = {
    var message = Message()
    message.text = Array("Hi Dana ".utf8) + [0xFF, 0xFE] + Array(" ok".utf8)
    return message
  }()

  let runaway: Message = Tests.message("hi " + String(repeating: "x", count: 60) + " y")

  enum Unreadable: String, CaseIterable, Sendable { case overlong, invalid, runaway }

  private func unreadable(_ kind: Unreadable) -> Message {
    switch kind {
    case .overlong: overlong
    case .invalid: invalid
    case .runaway: runaway
    }
  }

  @Test(arguments: Unreadable.allCases, [false, true])
  func `what was not looked through blocks, whatever the direction, the channel and the mode`(
    kind: Unreadable, isMonitoring: Bool
  ) throws {
    var options = Filter.Options()
    options.isMonitoring = isMonitoring
    let filter = try TestPack.small.filter(options: options)
    var scanner = Scanner(filter)
    var verdict = Verdict()
    // A scanner that has just passed something must not remember it.
    scanner.scan("ok", into: &verdict)
    #expect(verdict.action == .pass)
    for direction in [Direction.outbound, .inbound] {
      for isProtected in [false, true] {
        var message = unreadable(kind)
        message.direction = direction
        message.channelIsEncrypted = isProtected
        message.deviceIsEncrypted = isProtected
        scanner.scan(message, into: &verdict)
        #expect(verdict.action == .block)
        #expect(verdict.completeness != .complete)
        #expect(verdict.text.isEmpty)
        #expect(verdict.reasons.contains { $0.code == .scanIncomplete && $0.severity == .block })
        expectInvariants(verdict, message, filter)
      }
    }
  }

  @Test func `a limit of its own is honoured to the byte`() throws {
    var options = Filter.Options()
    options.maximumBytes = 10
    var policy = Policy.shippedDefault
    policy.insteadText = ""
    let filter = try TestPack.small.filter(policy: policy, options: options)
    #expect(filter.verdict(on: "0123456789").completeness == .complete)
    #expect(filter.verdict(on: "01234567890").action == .block)
    #expect(filter.verdict(on: "01234567890").completeness != .complete)
  }

  @Test(arguments: [
    [0xFF], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    [0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
  ] as [[UInt8]])
  func `ill-formed UTF-8 is never skipped`(bytes: [UInt8]) {
    for position in 0..<3 {
      var message = Message()
      message.text = Array("ok ok".utf8)
      message.text.insert(contentsOf: bytes, at: [0, 2, 5][position])
      let verdict = filter.verdict(on: message)
      #expect(verdict.action == .block)
      #expect(verdict.completeness != .complete)
    }
  }

  // MARK: Time

  /// A message of 1 MiB is within the limit, and one thread must not be lost to it.
  @Test func `the cost of many findings grows no faster than the text`() {
    let unit = "219-09-9998 "
    var scanner = Scanner(filter)
    var verdict = Verdict()
    func time(_ count: Int) -> Duration {
      let text = String(repeating: unit, count: count)
      // The thread's own time: what else runs on the machine must not count.
      return (0..<3).map { _ in
        let start = threadTime()
        scanner.scan(text, into: &verdict)
        return .nanoseconds(threadTime() - start)
      }.min()!
    }
    _ = time(50)
    let small = time(300)
    let large = time(2400)
    // Eight times the text: 8 where the cost is linear, 64 where it is quadratic.
    #expect(large / small < 24, "\(small) and \(large)")
  }
}

/// Nanoseconds that this thread has had of a processor.
private func threadTime() -> Int64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
