import Bellhop
import Store
import TestSupport
import Testing

@testable import Watching

@Suite struct SequenceTests {
  /// `a1 b5`: at second 1 an `a`, at second 5 a `b`.
  private func said(_ steps: [String], _ history: String, within: Int64 = 600) -> [Int64] {
    var house = WatchedStore([.order(steps, within: .seconds(within))])
    let start = house.now
    for word in history.split(separator: " ") {
      house.now = start + .seconds(Int64(word.dropFirst()) ?? 0)
      house.post(String(word.prefix(1)), "x")
    }
    return house.said.map { ($0.time - start).components.seconds }
  }

  @Test(
    arguments: [
      (["a", "b"], "a1 b2", [2]), (["a", "b"], "b1 a2", []), (["a", "b"], "a1 c2 b3", [3]),
      // The last within the time from the first, to the second.
      (["a", "b"], "a1 b601", [601]), (["a", "b"], "a1 b602", []), (["a", "b", "c"], "a1 b600 c602", []),
      // A match uses its events up.
      (["a", "b", "a"], "a1 b2 a3 b4 a5", [3]), (["a", "b", "a"], "a1 b2 a3 a4 b5 a6", [3, 6]), (["a", "b"], "a1 b2 b3", [2]),
      // The newest start: the older one is too old, the newer one is not.
      (["a", "b", "c"], "a1 b2 a500 b501 c700", [700]), (["a", "b"], "a1 a2 a3 b4 b5", [4]), (["a", "b", "c"], "a1 b2 a3 b4 c5 c6", [5]),
      // An event is one step of each beginning.
      (["a", "a"], "a1 a2", [2]), (["a", "a"], "a1 a2 a3", [2]), (["a", "a", "b"], "a1 a2 a3 b4", [4]),
      (["a", "a", "a"], "a1 a2 a3 a4 a5 a6", [3, 6]),
    ] as [([String], String, [Int64])])
  func examples(_ steps: [String], _ history: String, _ expected: [Int64]) { #expect(said(steps, history) == expected) }

  @Test func keysAreApartAndNothingStaysBehind() throws {
    var house = WatchedStore([.order(["a", "b"])])
    house.post("a", "x")
    house.post("a", "y")
    house.post("b", "y")
    #expect(house.words == ["flaps y"] && house.slots == 1)
    let event = try #require(house.said.first)
    #expect(event.text == "flapping: y" && event.data["events"] == [2, 3] && event.data["watch"] == "flapping" && event.data["due"] == nil)
    #expect(house.store.nextAlarm(.window) == nil, "it is waited for nothing")
  }

  @Test func beginningsAreBounded() {
    let steps = (0..<12).map { "s\($0)" }
    var house = WatchedStore([.order(steps, within: .seconds(100_000))])
    for round in 0..<12 {
      for step in 0..<(12 - round) { house.post("s\(step)", "x") }
      house.now = house.now + .seconds(1)
    }
    let state = house.store.states.values.lazy.compactMap { RuleSlot.read($0)?.state }.first
    #expect(SequenceState(state).partials.count == SequenceState.most)
    let kept = SequenceState(state).partials
    #expect(kept.map(\.start) == kept.map(\.start).sorted(by: >), "the newest")
  }

  @Test func aClockThatIsSetBackLosesNothing() {
    var house = WatchedStore([.order(["a", "b"])])
    house.now = house.now + .seconds(100_000)
    house.post("a", "x")
    house.now = house.now - .seconds(100_000)
    house.post("b", "x")
    #expect(house.words == ["flaps x"])
  }

  /// Against a look through the whole history: it is told where one is whole among events since the last, and only where one is whole among
  /// events that no other has used.
  @Test(arguments: 0..<80) func agreesWithTheHistory(seed: UInt64) {
    var dice = Seeded(seed)
    let steps = (0..<Int.random(in: 2...4, using: &dice)).map { _ in dice.pick(["a", "b", "c"]) }
    let within = Int64.random(in: 5...60, using: &dice)
    let watch = Watch.order(steps, within: .seconds(within), by: [])
    var house = WatchedStore([watch])
    var history: [(sequence: Int64, type: String, at: Timestamp)] = []
    var used: Set<Int64> = []
    var last: Int64 = 0
    /// Whether the last of the events ends one.
    func isWhole(_ events: [(sequence: Int64, type: String, at: Timestamp)]) -> Bool {
      guard let end = events.last, end.type == steps.last else { return false }
      func ends(_ step: Int, before index: Int) -> Bool {
        (0..<index).contains { candidate in
          guard events[candidate].type == steps[step], end.at - events[candidate].at <= .seconds(within) else { return false }
          return step == 0 || ends(step - 1, before: candidate)
        }
      }
      return ends(steps.count - 2, before: events.count - 1)
    }
    for _ in 0..<120 {
      house.now = house.now + .seconds(Int64.random(in: 0...12, using: &dice))
      if dice.chance(20) { house.load([watch]) }
      let type = dice.pick(["a", "b", "c"])
      let before = house.said.count
      // When senders say that it happened does not matter: the order is that of the store.
      house.post(type, happened: house.now - .seconds(Int64.random(in: -500...500, using: &dice)))
      let sequence = house.store.events.keys.max()! - Int64(house.said.count - before)
      history.append((sequence, type, house.now))
      let isTold = house.said.count > before
      if isWhole(history.filter { $0.sequence > last }) { #expect(isTold, "\(steps) within \(within) at \(sequence)") }
      if isTold {
        #expect(isWhole(history.filter { !used.contains($0.sequence) }), "\(steps) within \(within) at \(sequence)")
        let events = house.said.last?.data["events"]?.array?.compactMap(\.int) ?? []
        #expect(events.count == steps.count && used.isDisjoint(with: events) && events.last == sequence)
        #expect(events.compactMap { one in history.first { $0.sequence == one }?.type } == steps)
        used.formUnion(events)
        last = sequence
      }
    }
  }
}
