import Bellhop
import Matching
import Store
import Templates
import TestSupport
import Testing

@testable import Watching

@Suite struct WatchesTests {
  private let hour = Duration.seconds(3_600)

  /// Each feeds the next one: the fifth is never told.
  @Test func whatComesOfWhatWasEmittedEnds() {
    func link(_ name: String, _ from: String, _ to: String) -> Watch {
      Watch(name: name, rule: .count(.typed(from), atLeast: 1, within: .seconds(60)), by: ["id"], emit: WatchEmission(type: to))
    }
    var house = WatchedStore([link("tick", "a", "b"), link("tock", "b", "a")])
    house.post("a")
    #expect(house.words == ["b", "a", "b", "a"] && house.said.map(\.data["depth"]) == [1, 2, 3, 4])
    // What others say of themselves counts for nothing.
    house.post("a", data: ["depth": 4])
    #expect(house.said.count == 8 && house.said[4].data["depth"] == 1)
  }

  @Test func aChangedRuleBeginsAnewAndNewWordsChangeNothing() {
    var house = WatchedStore([.followUp()])
    house.post("user.registered", "ann")
    house.load([.followUp(within: hour * 2)])
    house.pass(hour * 3)
    #expect(house.words == ["bellhop.watch.ended ann"] && house.slots == 0, "what the old rule waited for is closed, and that is said")
    #expect(house.said[0].text == "stalled: the watch was changed or is gone, and 1 matter that it waited for is watched no more")
    #expect(house.said[0].data == ["watch": "stalled", "count": 1, "events": [1]] && house.said[0].severity == .notice)
    house.post("user.registered", "ann")
    house.load([.followUp(within: hour * 2, says: "user.lost")])
    house.pass(hour * 2)
    #expect(house.words.dropFirst() == ["user.lost ann"])
  }

  /// Many that end together are told in one, whatever their number.
  @Test func ofAWatchThatIsGoneIsToldWhatItWaitedFor() {
    var house = WatchedStore([.followUp(), .beat(), .beat(by: ["subject"])])
    for number in 0..<30 { house.post("user.registered", "user \(number)") }
    house.load([])
    house.pass(hour * 100)
    #expect(house.words == ["bellhop.watch.ended", "bellhop.watch.ended"] && house.slots == 0)
    #expect(house.said.map(\.data["count"]) == [30, 1])
    #expect(house.said[0].data["events"] == .array((1...10).map { .int($0) }), "the first few")
    #expect(house.said[0].text == "stalled: the watch was changed or is gone, and 30 matters that it waited for are watched no more")
  }

  /// What was followed, has no deadline or is expected by new words as well leaves nothing to say.
  @Test func whereNothingWaitedNothingIsSaid() {
    var house = WatchedStore([.followUp(), .beat(grace: .seconds(60)), .many(9), .order(["a", "b"])])
    house.post("user.registered", "ann")
    house.post("user.onboarded", "ann")
    house.post("a", "ann")
    house.post("login.failed", "ann")
    house.load([.beat(grace: .seconds(120))])
    house.pass(hour * 3)
    #expect(house.said.isEmpty)
  }

  @Test func severalWatchesSeeOneEvent() {
    var second = Watch.followUp("user.registered", "user.paid", says: "user.unpaid")
    second.name = "unpaid"
    var house = WatchedStore([.followUp(), second, .many(1), .order(["user.registered", "user.paid"])])
    house.post("user.registered", "ann")
    #expect(house.slots == 3)
    house.post("user.paid", "ann")
    house.pass(hour)
    #expect(house.words == ["flaps ann", "user.stalled ann"])
  }

  @Test func calendarsCountAtTheTimeOfReceipt() throws {
    let office = try Calendar(name: "office", days: [1, 2, 3, 4, 5], from: 540, to: 1_080, zone: "UTC")
    let watch = Watch(
      name: "late", rule: .count(.all([.type([Glob("door")]), .outside("office")]), atLeast: 1, within: .seconds(60)),
      emit: WatchEmission(type: "intruder"))
    var house = WatchedStore([watch], at: Timestamp(rfc3339: "2026-11-24T17:59:59Z")!, calendars: [office])
    house.post("door", happened: house.now + hour * 10)
    house.now = house.now + .seconds(1)
    house.post("door", happened: house.now - hour * 5)
    #expect(house.words == ["intruder"])
  }

  @Test func wordsOfTheEmittedEvent() throws {
    var watch = Watch.many(1)
    watch.emit = WatchEmission(
      type: "attack", severity: .critical, subject: try Template("{{data.user.name}}"), text: nil,
      data: [WatchField(key: "ip", value: try Template("{{data.ip}}")), WatchField(key: "watch", value: try Template("mine"))])
    var house = WatchedStore([watch])
    house.post("login.failed", "s", data: ["ip": "10.0.0.1", "user": ["name": .string(String(repeating: "é", count: 400))]])
    let event = try #require(house.said.first)
    #expect(event.data == ["ip": "10.0.0.1", "watch": "failures", "depth": 1, "events": [1], "count": 1, "within": "5m"])
    #expect(event.subject?.hasSuffix("é…") == true && (event.subject?.utf8.count ?? 0) <= 512)
    house.post("login.failed", "s", data: ["ip": "10.0.0.2"])
    #expect(house.said.last?.subject == nil && house.said.last?.text == "failures")
  }

  /// The same arguments and states give the same answer, and what it emits is a duplicate of what it emitted.
  @Test func decidingTwiceIsTheSame() throws {
    struct None: StateReading {
      func state(_ key: String) -> KeptState? { nil }
      func event(_ sequence: Int64) -> StoredEvent? { nil }
    }
    let event = Event(id: "1", sender: "s", source: "s", type: "login.failed", time: Timestamp(seconds: 5))
    let turn = StoreTurn(sequence: 7, received: Timestamp(seconds: 1_800_000_000))
    let notices = (0..<2).map { _ in Watches([.many(1), .beat()]).observe(event, in: turn, None()) }
    #expect(notices[0].emits == notices[1].emits && notices[0].states == notices[1].states && notices[0].emits.count == 1)
    #expect(Watches([]).observe(event, in: turn, None()).isEmpty)
    // State that a newer Bellhop wrote is as if there were none.
    let slot = RuleSlot(owner: "watch", name: "stalled", rule: Watch.followUp().ruleName, values: ["x"])
    let woken = Watches([.followUp()]).wake(
      slot: slot, state: "odd", alarm: Alarm(kind: .window, ref: slot.ref, due: turn.received), in: turn, None())
    #expect(woken.emits.isEmpty && woken.states == [slot.key: nil])
  }

  /// Many watches beside one another say what each of them alone says.
  @Test(arguments: 0..<6) func manyAreAsEachAlone(seed: UInt64) {
    var dice = Seeded(seed)
    let types = ["a", "b", "c", "d.e", "d.f"]
    let watches = (0..<16).map { number in
      let (one, two) = (dice.pick(types + ["d.*"]), dice.pick(types))
      let within = Duration.seconds(Int64.random(in: 20...200, using: &dice))
      let rule: WatchRule =
        switch number % 4 {
        case 0: .followUp(after: .typed(one), expect: .typed(two), within: within)
        case 1: .heartbeat(expect: .typed(one), .every(within), grace: .seconds(5))
        case 2: .sequence([.typed(one), .typed(two)], within: within)
        default: .count(.typed(one), atLeast: 3, within: within)
        }
      return Watch(name: "w\(number)", rule: rule, by: dice.chance(50) ? ["subject"] : [], emit: WatchEmission(type: "out.\(number)"))
    }
    var all = WatchedStore(watches)
    var alone = watches.map { WatchedStore([$0]) }
    for _ in 0..<60 {
      let (type, subject) = (dice.pick(types), dice.pick(["x", "y"]))
      let step = Duration.seconds(Int64.random(in: 0...60, using: &dice))
      all.pass(step)
      all.post(type, subject)
      for index in alone.indices {
        alone[index].pass(step)
        alone[index].post(type, subject)
      }
    }
    #expect(all.words.sorted() == alone.flatMap(\.words).sorted() && !all.said.isEmpty)
  }

  @Test func whatAWatchWouldTakeOfItsOwn() throws {
    func echo(_ after: Match, says type: String = "user.stalled", subject: String? = nil, severity: Severity = .warning) throws -> String? {
      Watch(
        name: "w", rule: .followUp(after: after, expect: .typed("never"), within: .seconds(1)),
        emit: WatchEmission(
          type: type, severity: severity, subject: try subject.map { try Template($0) },
          data: [WatchField(key: "plan", value: try Template("x"))])
      ).echo
    }
    #expect(try echo(.typed("user.registered")) == nil)
    #expect(try echo(.typed("user.*")) == "user.stalled")
    #expect(try echo(.typed("user.**")) == "user.stalled")
    #expect(try echo(.typed("user.*.recovered")) == "user.stalled.recovered")
    #expect(try echo(.all([])) == "user.stalled")
    #expect(try echo(.all([.type([Glob("user.*")]), .sender([Glob("shop")])])) == nil)
    #expect(try echo(.all([.type([Glob("user.*")]), .not(.sender([Glob("bellhop")]))])) == nil)
    #expect(try echo(.all([.type([Glob("user.*")]), .severity([.info])])) == nil)
    #expect(try echo(.all([.type([Glob("user.**")]), .severity([.info])])) == "user.stalled.recovered")
    #expect(try echo(.all([.type([Glob("user.*")]), .data(["ip"], [.exists(true)])])) == nil)
    #expect(try echo(.all([.type([Glob("user.*")]), .data(["plan"], [.exists(true)])])) == "user.stalled")
    #expect(try echo(.all([.type([Glob("user.*")]), .data(["watch"], [.exists(false)])])) == nil)
    #expect(try echo(.all([.type([Glob("user.*")]), .subject([Glob("a")])])) == "user.stalled", "whom it will be about is not known")
    #expect(try echo(.all([.type([Glob("user.*")]), .subject([Glob("a")])]), subject: "b") == nil)
    #expect(try echo(.all([.type([Glob("user.*")]), .during("office")])) == "user.stalled")
  }

  /// Rules that differ in anything that they notice have other places.
  @Test func everyRuleHasItsOwnName() throws {
    let match = Match.typed("a")
    let others: [Match] = [
      .typed("b"), .all([.source([Glob("a")])]), .all([.sender([Glob("a")])]), .all([.subject([Glob("a")])]), .not(match), .any([match]),
      .severity([.info]), .severity([.info, .error]), .data(["a"], [.equals(1)]), .data(["a"], [.equals("1")]), .data(["b"], [.equals(1)]),
      .data(["a"], [.less(1)]), .data(["a"], [.lessOrEqual(1)]), .data(["a"], [.greater(1)]), .data(["a"], [.greaterOrEqual(1)]),
      .data(["a"], [.exists(true)]), .data(["a"], [.not([.equals(1)])]), .data(["a"], [.all([.equals(1)])]),
      .data(["a"], [.glob(Glob("1"))]),
      .data(["a"], [.regex(try Pattern("1"))]), .during("a"), .outside("a"),
    ]
    var rules: [WatchRule] = ([match] + others).map { .count($0, atLeast: 1, within: .seconds(1)) }
    rules += [
      .count(match, atLeast: 2, within: .seconds(1)), .count(match, atLeast: 1, within: .seconds(2)),
      .followUp(after: match, expect: others[0], within: .seconds(1)), .followUp(after: others[0], expect: match, within: .seconds(1)),
      .sequence([match, others[0]], within: .seconds(1)), .heartbeat(expect: match, .every(.seconds(1)), grace: .seconds(1)),
      .heartbeat(expect: match, .every(.seconds(1)), grace: .seconds(2)),
      .heartbeat(expect: match, .cron(try Cron("* * * * *", zone: "UTC")), grace: .seconds(1)),
      .heartbeat(expect: match, .cron(try Cron("* * * * *", zone: "GMT")), grace: .seconds(1)),
    ]
    let names = rules.flatMap { rule in
      [[], ["subject"], ["type"]].map { Watch(name: "w", rule: rule, by: $0, emit: WatchEmission(type: "x")).ruleName }
    }
    #expect(Set(names).count == names.count)
  }
}

/// What the other tests are told by must be what a store keeps.
@Suite struct WatchStateTests {
  /// Whatever stands where a state is expected is read as one, or as none: nothing traps.
  @Test(arguments: 0..<200) func oddStatesAreAsNone(seed: UInt64) {
    var dice = Seeded(seed)
    func odd(_ depth: Int) -> JSON {
      switch Int.random(in: 0..<(depth > 2 ? 6 : 8), using: &dice) {
      case 0: .null
      case 1: .bool(dice.chance(50))
      case 2: .int(dice.pick([0, 1, -1, .max, .min, 1_800_000_000_000_000]))
      case 3: .double(1e300)
      case 4: "text"
      case 5: .int(Int64(dice.next() % 20))
      case 6: .array((0..<dice.pick([0, 2, 3, 4, 5, 20])).map { _ in odd(depth + 1) })
      default: .object(["a": odd(depth + 1)])
      }
    }
    /// Of the right shape, with numbers that nobody wrote.
    func near(_ watch: Watch) -> JSON {
      func number() -> JSON { dice.chance(10) ? .null : .int(dice.pick([0, 1, 3, -1, .max, .min, 1_800_000_000_000_000])) }
      func numbers(_ count: Int) -> JSON { .array((0..<count).map { _ in number() }) }
      return switch watch.rule {
      case .followUp: [numbers(3), numbers(3)]
      case .heartbeat: numbers(5)
      case .sequence: .array((0..<dice.pick([1, 3, 20])).map { _ in [number(), number(), numbers(2), number()] })
      case .count: [number(), .bool(dice.chance(50)), numbers(20)]
      }
    }
    let watches: [Watch] = [.followUp(), .beat(by: ["subject"]), .order(["user.registered", "beat"]), .many(2)]
    let compiled = Watches(watches)
    struct Odd: StateReading {
      var states: [String: JSON]
      func state(_ key: String) -> KeptState? { states[key].map { KeptState(bytes: Array($0.text.utf8), version: 1) } }
      func event(_ sequence: Int64) -> StoredEvent? {
        StoredEvent(
          sequence: sequence, received: Timestamp(seconds: 5),
          event: Event(id: "0", sender: "s", source: "s", type: "t", time: Timestamp(seconds: 5)))
      }
    }
    let turn = StoreTurn(sequence: 7, received: Timestamp(seconds: 1_800_000_000))
    for watch in watches {
      let slot = RuleSlot(owner: Watches.owner, name: watch.name, rule: watch.ruleName, values: ["x"])
      let state = dice.chance(30) ? odd(0) : near(watch)
      let value = slot.value(state)
      let kept = (try? JSON(parsing: value.bytes)) ?? .null
      _ = compiled.wake(
        slot: slot, state: state, alarm: Alarm(kind: .window, ref: slot.ref, due: turn.received), in: turn, Odd(states: [slot.key: kept]))
      for type in ["user.registered", "user.onboarded", "beat", "login.failed"] {
        let event = Event(id: "1", sender: "s", source: "s", type: type, subject: "x", time: turn.received, data: ["ip": "x"])
        let notice = compiled.observe(event, in: turn, Odd(states: [slot.key: kept]))
        #expect(notice.emits.allSatisfy { $0.sender == Event.gateway })
      }
    }
  }
}
