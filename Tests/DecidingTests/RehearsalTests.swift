import Bellhop
import Deciding
import Matching
import Pacing
import Routing
import Store
import TestSupport
import Testing

/// A rehearsal tells what the store would have made of it, and when each event was told.
@Suite struct RehearsalTests {
  private static func event(_ number: Int, _ type: String, _ subject: String, _ severity: Severity = .error) -> Event {
    Event(
      id: "e\(number)", sender: "shop", source: "shop", type: type, subject: subject, severity: severity, time: Desk.start,
      text: "\(type) \(subject)")
  }

  private static func second(_ seconds: Double) -> Timestamp { Desk.start + .milliseconds(Int64(seconds * 1_000)) }

  @Test(arguments: 0..<AccountTests.sets.count, UInt64(1)...6)
  func itIsWhatTheStoreMakesOfIt(_ set: Int, _ seed: UInt64) {
    var dice = Seeded(seed &* 131 &+ UInt64(set))
    var desk = Desk([AccountTests.sets[set]])
    desk.begin()
    var rehearsal = Rehearsal(desk.decider, from: Desk.start)
    var time = 0.0
    for number in 1...200 {
      time += dice.pick([0, 0.5, 1, 20, 70, 400])
      let type = dice.pick(["a.firing", "a.resolved", "b.firing", "b.resolved", "c.failed", "cause", "cause.resolved"])
      let (subject, severity) = (dice.pick(["x", "y"]), dice.pick([Severity.info, .error, .critical]))
      desk.post(type, subject, severity, at: time)
      rehearsal.post(Self.event(number, type, subject, severity), at: Self.second(time))
    }
    desk.run(until: time + 100_000)
    rehearsal.run(until: Self.second(time + 100_000))
    #expect(rehearsal.cut == nil)
    #expect(
      rehearsal.messages.map { "\($0.alert.word) \(rehearsal[$0.sequence]?.event.id ?? "")" }
        == desk.deliveries.map { "\($0.alert.word) \($0.event.id)" })
    #expect(Int64(rehearsal.events.count) == Int64(desk.store.events.count))
    for event in rehearsal.events {
      let fate = event.parts.map { "\($0.state.word)\($0.note.map { ": \($0)" } ?? "")" }.joined(separator: "; ")
      #expect(fate == desk.fate(event.sequence))
      for part in event.parts {
        #expect(part.state != .held)
        // What a rule counted is in the message at its end; what healed in time is nobody's news.
        let isCounted = ["dedupe:", "throttle:", "digest:"].contains { part.note?.hasPrefix($0) == true }
        if part.state == .waiting || isCounted {
          #expect(part.told.map { $0 >= event.received } == true, "event \(event.sequence): \(part)")
        }
        if part.note?.hasPrefix("settle: healed") == true { #expect(part.told == nil) }
      }
    }
  }

  @Test func whatIsCountedIsToldWithItsOwnWindow() throws {
    let rules = policy { $0.dedupe = PacePolicy.Dedupe(by: ["subject"], within: .seconds(600)) }
    var rehearsal = Rehearsal(Desk.decider([rules]), from: Desk.start)
    for (number, (subject, second)) in [("x", 0.0), ("x", 10), ("y", 60), ("y", 70)].enumerated() {
      rehearsal.post(Self.event(number, "a.failed", subject), at: Self.second(second))
    }
    #expect(rehearsal[2]?.parts.first?.told == nil)
    #expect(rehearsal[2]?.parts.first?.note == "dedupe: a repeat of event 1")
    rehearsal.run(until: Self.second(3_600))
    #expect(rehearsal.events.prefix(4).map { $0.parts[0].told } == [0, 600, 60, 660].map(Self.second))
    #expect(rehearsal.messages.map(\.at) == [0, 60, 600, 660].map(Self.second))
    #expect(rehearsal.messages.map(\.alert) == [.normal, .normal, .quiet, .quiet])
    let last = try #require(rehearsal.messages.last)
    #expect(last.words == "1 more in 10 min" && last.places == ["devops"] && rehearsal[last.sequence]?.event.type == "bellhop.repeats")
    #expect(rehearsal[0] == nil && rehearsal[99] == nil)
  }

  @Test func theSameTwiceIsOneAndRoomHasAnEnd() {
    let decider = Desk.decider([policy { _ in }])
    var rehearsal = Rehearsal(decider, from: Desk.start)
    #expect(rehearsal.post(Self.event(1, "a", "x"), at: Desk.start) == 1)
    #expect(rehearsal.post(Self.event(1, "a", "x"), at: Desk.start) == nil)
    #expect(rehearsal.cut == nil && rehearsal.messages.count == 1)
    var small = Rehearsal(decider, from: Desk.start, room: 4_096)
    for number in 1...20 { small.post(Self.event(number, "a", "x"), at: Self.second(Double(number))) }
    #expect((2..<10).contains(small.events.count))
    #expect(small.cut == Self.second(Double(small.events.count + 1)), "it says from when on it knows nothing")
  }

  /// The clock of a store does not run backwards.
  @Test func timeGoesForwardAlone() {
    var rehearsal = Rehearsal(Desk.decider([policy { _ in }]), from: Desk.start)
    rehearsal.post(Self.event(1, "a", "x"), at: Self.second(60))
    rehearsal.post(Self.event(2, "a", "x"), at: Self.second(30))
    #expect(rehearsal.messages.map(\.at) == [60, 60].map(Self.second))
  }
}
