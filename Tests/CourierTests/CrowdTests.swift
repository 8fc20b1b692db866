import Bellhop
import TestSupport
import Testing

@testable import Courier

/// The places that all lanes of a transport share.
@Suite(.timeLimit(.minutes(5))) struct CrowdTests {
  private func room(_ name: String) -> Destination { Destination(transport: "hook", target: Target(["path": .string(name)])) }

  /// A transport whose attempts come back when a test says so, by the number of the message.
  private final class Held: Sendable {
    let transport: ScriptedTransport
    private let go: [Log<Bool>]

    init(_ count: Int) {
      let go = (0..<count).map { _ in Log<Bool>() }
      self.go = go
      transport = ScriptedTransport { call in
        await go[(Int(call.message.id.split(separator: "-")[1]) ?? 1) - 1].count(1)
        return .delivered(Receipt())
      }
    }

    func end(_ number: Int) { go[number - 1].add(true) }
    var begun: [String] { transport.calls.all.map(\.message.id) }
  }

  @Test func lanesTakeTheirTurns() async throws {
    let held = Held(8)
    try await Desk(roster(way("hook", held.transport, Policy(concurrency: 1, parallel: 2)))).open { desk in
      for name in ["a", "b", "c", "d"] { try await desk.post(2, to: room(name)) }
      await held.transport.calls.count(2)
      await desk.settle()
      #expect(Set(held.begun) == ["test-1", "test-3"])
      // The lane that ends one queues up behind those that have had none.
      for (ended, next) in [(1, "test-5"), (3, "test-7"), (5, "test-2"), (7, "test-4"), (2, "test-6"), (4, "test-8")] {
        let count = held.begun.count
        held.end(ended)
        await held.transport.calls.count(count + 1)
        await desk.settle()
        #expect(held.begun.last == next && held.begun.count == count + 1)
      }
      held.end(6)
      held.end(8)
      await desk.settled.count(8)
      #expect(desk.states().values.allSatisfy { $0 == .delivered })
    }
  }

  /// Who is invited and may not send any more leaves the place to the next.
  @Test func aPausedLaneLeavesItsPlace() async throws {
    let held = Held(3)
    try await Desk(roster(way("hook", held.transport, Policy(concurrency: 1, parallel: 1)))).open { desk in
      for name in ["a", "b", "c"] { try await desk.post(to: room(name)) }
      await held.transport.calls.count(1)
      try await desk.courier.pause("hook b", why: "upkeep")
      held.end(1)
      await held.transport.calls.count(2)
      #expect(held.begun == ["test-1", "test-3"])
      held.end(3)
      await desk.settled.count(2)
      try await desk.courier.resume("hook b")
      held.end(2)
      await desk.settled.count(3)
    }
  }

  /// Another transport has places of its own; and one lane may take as many as its concurrency says.
  @Test func aHungTransportTakesNobodysPlaces() async throws {
    let hung = ScriptedTransport { _ in
      await ScriptedTransport.hang()
      return .unclear(Fault(.timeout, "no answer"))
    }
    let fine = ScriptedTransport()
    try await Desk(roster(way("hook", hung, Policy(concurrency: 3, parallel: 2)), way("bell", fine, Policy(parallel: 2)))).open { desk in
      for name in ["a", "b", "c"] { try await desk.post(9, to: room(name)) }
      try await desk.post(50, to: bell)
      await desk.settled.until { $0.filter { $0.state == .delivered }.count == 50 }
      #expect(hung.calls.all.count == 3)
    }
  }

  /// A reload in the middle: the places that are taken stay taken, and nobody is forgotten.
  @Test func aReloadForgetsNobody() async throws {
    let held = Held(6)
    func config(_ parallel: Int) -> Roster { roster(way("hook", held.transport, Policy(concurrency: 1, parallel: parallel))) }
    try await Desk(config(2)).open { desk in
      for name in ["a", "b", "c", "d", "e", "f"] { try await desk.post(to: room(name)) }
      await held.transport.calls.count(2)
      await desk.courier.adopt(config(3))
      await held.transport.calls.count(3)
      await desk.settle()
      #expect(held.begun.count == 3)
      for number in 1...6 { held.end(number) }
      await desk.settled.count(6)
      #expect(desk.states().values.allSatisfy { $0 == .delivered })
    }
  }
}
