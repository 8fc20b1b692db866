import Bellhop
import GatewayWire
import Testing

@testable import Remote

@Suite struct DeskTests {
  private let desk = Session(Sessions.SessionKey(name: "bell", secrets: [Secret("0123456789abcdef")]))

  private func message(_ id: String, age: Duration = .zero) -> Relayed {
    Relayed(
      id: id, via: ["hub"], age: age,
      event: Event(id: id, sender: "", source: "s", type: "t", severity: .info, time: Timestamp(seconds: 1), text: ""))
  }

  private func heard(_ piece: [UInt8]?) throws -> Relayed {
    let line = try #require(String(decoding: piece ?? [], as: UTF8.self).split(separator: "\n").last)
    let json = try JSON(parsing: String(line.dropFirst("data: ".count)))
    return try #require(Relayed(json: json))
  }

  @Test func whatTheVisitorSaysIsTheOutcome() async throws {
    var visit = desk.visit().makeAsyncIterator()
    async let outcome = desk.hand(message("a"), within: .seconds(20))
    #expect(try heard(await visit.next()).id == "a")
    desk.settle(RelayedFate(id: "b", state: .dead))
    desk.settle(RelayedFate(id: "a", state: .delivered, note: "204"))
    #expect(await outcome == .delivered(Receipt(note: "204")))
    desk.settle(RelayedFate(id: "a", state: .dead))
  }

  @Test func withoutAVisitorNothingIsHanded() async {
    #expect(!desk.isVisited)
    guard case .postponed(let fault, nil) = await desk.hand(message("a"), within: .seconds(20)) else {
      Issue.record("nobody can have taken it")
      return
    }
    #expect(fault.kind == .unreachable && fault.line.contains("bell"))
  }

  /// It may have been heard, and be on its way there.
  @Test func silenceIsUnclear() async {
    _ = desk.visit()
    let visit = desk.visit()
    defer { withExtendedLifetime(visit) {} }
    guard case .unclear(let fault) = await desk.hand(message("a"), within: .milliseconds(30)) else {
      Issue.record("not unclear")
      return
    }
    #expect(fault.kind == .timeout && fault.line.contains("30ms"))
  }

  @Test func whoIsCancelledComesBackAtOnce() async throws {
    var visit = desk.visit().makeAsyncIterator()
    let task = Task { await desk.hand(message("a"), within: .seconds(60)) }
    _ = await visit.next()
    task.cancel()
    #expect(await task.value.word == "unclear")
    let late = Task {
      while !Task.isCancelled { await Task.yield() }
      return await desk.hand(message("b"), within: .seconds(60))
    }
    late.cancel()
    #expect(await late.value.word == "postponed", "it was not handed over")
  }

  private func large(_ id: String, _ bytes: Int) -> Relayed {
    var large = message(id)
    large.event.text = String(repeating: "x", count: bytes)
    return large
  }

  /// Refused here, with or without a visitor: over there it could not be read.
  @Test func whatIsTooLargeGoesToNobody() async throws {
    for isVisited in [false, true] {
      let visit = isVisited ? desk.visit() : nil
      guard case .refused(let fault) = await desk.hand(large("a", Relayed.largest), within: .seconds(20)) else {
        Issue.record("not refused")
        return
      }
      #expect(fault.kind == .oversized && fault.line.contains("4194304"))
      withExtendedLifetime(visit) {}
    }
    var visit = desk.visit().makeAsyncIterator()
    let most = large("b", Relayed.largest - large("b", 0).json.bytes.count)
    #expect(most.json.bytes.count == Relayed.largest)
    async let outcome = desk.hand(most, within: .seconds(20))
    #expect(try heard(await visit.next()).id == "b")
    desk.settle(RelayedFate(id: "b", state: .delivered))
    #expect(await outcome.word == "delivered")
  }

  /// A visitor who does not read, or does not answer, holds back so many bytes and no more; what is answered or given up makes room.
  @Test func whatWaitsIsWeighed() async throws {
    let visit = desk.visit()
    defer { withExtendedLifetime(visit) {} }
    let size = 4_000_000
    let tasks = (0..<4).map { number in Task { [desk] in await desk.hand(large("\(number)", size), within: .seconds(60)) } }
    while desk.waiting < 4 { await Task.yield() }
    let full = await desk.hand(large("5", size), within: .seconds(60))
    #expect(full.word == "postponed" && full.fault?.kind == .unavailable)
    desk.settle(RelayedFate(id: "0", state: .delivered))
    tasks[1].cancel()
    #expect(await tasks[0].value.word == "delivered")
    #expect(await tasks[1].value.word == "unclear")
    let more = Task { [desk] in await desk.hand(large("6", size), within: .seconds(60)) }
    while desk.waiting < 3 { await Task.yield() }
    desk.close()
    #expect(await more.value.word == "unclear")
  }

  /// What was given up before the visitor took it is not sent any more.
  @Test func whatIsGivenUpIsNotSent() async throws {
    var visit = desk.visit().makeAsyncIterator()
    let given = Task { [desk] in await desk.hand(message("a"), within: .seconds(60)) }
    while desk.waiting < 1 { await Task.yield() }
    given.cancel()
    _ = await given.value
    async let outcome = desk.hand(message("b"), within: .seconds(60))
    #expect(try heard(await visit.next()).id == "b")
    desk.settle(RelayedFate(id: "b", state: .delivered))
    #expect(await outcome.word == "delivered")
  }

  /// A connection may be dead for long before anybody notices: whoever comes later hears all that is not answered, older by then.
  @Test func aLaterVisitorTakesOver() async throws {
    var first = desk.visit().makeAsyncIterator()
    async let outcome = desk.hand(message("a", age: .seconds(100)), within: .seconds(20))
    let early = try heard(await first.next())
    var second = desk.visit().makeAsyncIterator()
    #expect(await first.next() == nil, "the earlier stream ends")
    let late = try heard(await second.next())
    #expect(early.id == "a" && late.id == "a" && late.age >= early.age)
    #expect(desk.isVisited)
    desk.settle(RelayedFate(id: "a", state: .delivered))
    #expect(await outcome.word == "delivered")
  }

  @Test func whoLeavesIsGone() async throws {
    let visitor = Task { [desk] in for await _ in desk.visit() {} }
    while !desk.isVisited { await Task.yield() }
    visitor.cancel()
    await visitor.value
    while desk.isVisited { await Task.yield() }
    #expect(await desk.hand(message("a"), within: .seconds(20)).word == "postponed")
  }

  @Test func closingEndsEverything() async throws {
    var visit = desk.visit().makeAsyncIterator()
    async let outcome = desk.hand(message("a"), within: .seconds(60))
    _ = await visit.next()
    desk.close()
    #expect(await outcome.word == "unclear")
    #expect(await visit.next() == nil)
    var late = desk.visit().makeAsyncIterator()
    #expect(await late.next() == nil)
  }

  /// Transports that a reload makes anew share the desk of the same name and secret; the last one closes it.
  @Test func desksOutliveAReload() async {
    let desks = Sessions()
    let key = Sessions.SessionKey(name: "bell", secrets: [Secret("0123456789abcdef")])
    let first = desks.take(key)
    let second = desks.take(key)
    #expect(first === second && first !== desks.take(Sessions.SessionKey(name: "bell", secrets: [Secret("another-secret-x")])))
    desks.give(first)
    let visit = second.visit()
    #expect(second.isVisited)
    desks.give(second)
    #expect(!second.isVisited && desks.take(key) !== second)
    withExtendedLifetime(visit) {}
  }

  /// Two while they change, and one may end.
  @Test func secretsMayChangeAndEnd() async {
    let end = Timestamp(seconds: 1_000)
    let values = Values(
      ["secret": .list([.dated(.secret(Secret("0123456789abcdef")), until: end), .secret(Secret("fedcba9876543210"))])], name: "changing")
    let transport = RemoteTransport(values)
    for (offered, now, isRight) in [
      ("0123456789abcdef", end - .seconds(1), true), ("0123456789abcdef", end, false), ("fedcba9876543210", end, true),
      ("fedcba987654321", end, false), ("", end, false),
    ] { #expect(transport.admits(offered.utf8, at: now) == isRight, "\(offered) at \(now)") }
    await transport.close()
  }

  @Test func shortSecretsAreMistakes() {
    let kind = RemoteKind.kind()
    #expect(kind.check(Values(["secret": .list([.secret(Secret("hunter2"))])])).map(\.text) == ["is shorter than 16 characters"])
    #expect(kind.check(Values(["secret": .list([.secret(Secret("0123456789abcdef"))])])).isEmpty)
  }
}
