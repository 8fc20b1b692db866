import Bellhop
import Store
import Templates
import TestSupport
import Testing

@testable import Watching

@Suite struct FollowUpTests {
  private let hour = Duration.seconds(3_600)

  @Test func whatIsNotFollowedIsToldOnceAtItsTime() throws {
    var house = WatchedStore([.followUp(text: "{{subject}} of {{data.plan}} never finished")])
    let start = house.now
    house.post("user.registered", "ann", data: ["plan": "pro"])
    house.pass(hour - .seconds(1))
    #expect(house.said.isEmpty)
    house.pass(.seconds(1))
    let event = try #require(house.said.first)
    #expect(event.type == "user.stalled" && event.subject == "ann" && event.severity == .warning && event.sender == "bellhop")
    #expect(event.source == "bellhop" && event.text == "ann of pro never finished" && event.time == start + hour)
    #expect(event.data == ["watch": "stalled", "depth": 1, "due": .string((start + hour).rfc3339), "events": [1]])
    house.pass(hour * 1_000)
    #expect(house.said.count == 1)
  }

  @Test func whatIsFollowedIsNotTold() {
    var house = WatchedStore([.followUp()])
    house.post("user.registered", "ann")
    house.pass(hour - .seconds(1))
    house.post("user.onboarded", "ann")
    #expect(house.slots == 0 && house.store.nextAlarm(.window) == nil)
    house.pass(hour * 10)
    #expect(house.said.isEmpty)
  }

  @Test func eachKeyIsItsOwn() {
    var house = WatchedStore([.followUp(by: ["subject", "data.shop"])])
    house.post("user.registered", "ann", data: ["shop": 1])
    house.post("user.registered", "ann", data: ["shop": 2])
    house.post("user.registered", "ann")
    house.post("user.registered", "bob", data: ["shop": "1"])
    house.post("user.onboarded", "ann", data: ["shop": "1"])  // 1 and "1" are written alike
    house.pass(hour)
    #expect(house.words == ["user.stalled ann", "user.stalled ann", "user.stalled bob"])
  }

  @Test func whatBeginsAgainWhileItWaitsMovesNothing() {
    var house = WatchedStore([.followUp()])
    let start = house.now
    house.post("user.registered", "ann")
    house.pass(hour / 2)
    house.post("user.registered", "ann")
    house.pass(hour * 10)
    #expect(house.said.map(\.time) == [start + hour])
    house.post("user.registered", "ann")
    house.pass(hour)
    #expect(house.said.count == 2 && Set(house.said.map(\.id)).count == 2)
  }

  /// The alarm has not gone off yet: the event that happened in time is enough, one that did not is not.
  @Test(arguments: [-1, 0, 1]) func whatIsReceivedLateCountsByWhenItHappened(seconds: Int64) {
    var house = WatchedStore([.followUp()])
    house.post("user.registered", "ann")
    let due = house.now + hour
    house.now = due + .seconds(500)
    house.post("user.onboarded", "ann", happened: due + .seconds(seconds))
    #expect(house.words == (seconds > 0 ? ["user.stalled ann"] : []))
    house.wake()
    #expect(house.words == (seconds > 0 ? ["user.stalled ann"] : []))
  }

  @Test func whatWasToldIsTakenBackOnce() throws {
    var house = WatchedStore([.followUp()])
    house.post("user.registered", "ann")
    let due = house.now + hour
    house.pass(hour * 3)
    house.post("user.onboarded", "ann", happened: due + .seconds(1))
    #expect(house.said.count == 1, "it happened too late")
    house.post("user.onboarded", "ann", happened: due)
    house.post("user.onboarded", "ann", happened: due)
    #expect(house.words == ["user.stalled ann", "user.stalled.recovered ann"])
    let back = try #require(house.said.last)
    #expect(back.severity == .info && back.text == "stalled: ann: it did happen in time, and was received 2 h after its time was up")
    #expect(back.data["happened"] == .string(due.rfc3339) && back.data["events"] == [1] && house.slots == 0)
  }

  /// What takes an old one back is not what the new one waits for.
  @Test func aNewOneWaitsBesideAnOldOne() {
    var house = WatchedStore([.followUp()])
    house.post("user.registered", "ann")
    let due = house.now + hour
    house.pass(hour * 2)
    house.post("user.registered", "ann")
    house.post("user.onboarded", "ann", happened: due)
    house.pass(hour)
    #expect(house.words == ["user.stalled ann", "user.stalled.recovered ann", "user.stalled ann"])
  }

  @Test func ofWhatIsForgottenNothingIsTold() {
    var house = WatchedStore([.followUp()])
    house.post("user.registered", "ann")
    house.post("user.registered", "bob")
    house.forget("ann")
    house.pass(hour)
    #expect(house.words == ["user.stalled bob"] && house.slots == 1)
    house.forget("bob")
    house.post("user.onboarded", "bob", happened: house.now - .seconds(1))
    #expect(house.said.count == 1 && house.slots == 0)
  }

  @Test(arguments: [0, 60, 61, 100_000]) func whatFellDueWhileDownIsToldOnceAndMarked(seconds: Int64) {
    var house = WatchedStore([.followUp()])
    house.post("user.registered", "ann")
    let due = house.now + hour
    house.now = due + .seconds(seconds)
    house.load([.followUp()])
    house.wake()
    house.wake()
    #expect(house.said.count == 1)
    #expect(house.said.first?.data["late"] == (seconds > 60 ? true : nil))
    #expect(house.said.first?.data["due"] == .string(due.rfc3339) && house.said.first?.time == house.now)
  }

  /// The second beginning finds the first one overdue: both are told.
  @Test func aBeginningTellsOfTheOneBefore() {
    var house = WatchedStore([.followUp()])
    house.post("user.registered", "ann")
    house.now = house.now + hour * 2
    house.post("user.registered", "ann")
    #expect(house.words == ["user.stalled ann"])
    house.pass(hour)
    #expect(house.words == ["user.stalled ann", "user.stalled ann"])
  }

  @Test func aDuplicateBeginsNothing() {
    var house = WatchedStore([.followUp()])
    let event = Event(id: "1", sender: "shop", source: "shop", type: "user.registered", subject: "ann", time: house.now)
    house.post(event)
    house.post("user.onboarded", "ann")
    #expect(!house.post(event) && house.slots == 0)
  }

  /// The clock was a day ahead: nobody waits for a day.
  @Test func aClockThatIsSetBackShortensTheWait() {
    var house = WatchedStore([.followUp()])
    house.now = house.now + hour * 24
    house.post("user.registered", "ann")
    house.now = house.now - hour * 24
    house.post("user.registered", "ann")
    house.pass(hour)
    #expect(house.words == ["user.stalled ann"])
  }

  @Test func eachIsFollowedByTheNextOfItsKind() {
    var house = WatchedStore([.followUp("ping", "ping")])
    for _ in 0..<5 {
      house.post("ping", "a")
      house.pass(hour / 2)
    }
    #expect(house.said.isEmpty)
    house.pass(hour)
    #expect(house.words == ["user.stalled a"])
  }

  /// A missed one may be taken back for a week; then it is as if nothing had been.
  @Test func whatIsKnownOfTheMissedEnds() {
    var house = WatchedStore([.followUp()])
    house.post("user.registered", "ann")
    let due = house.now + hour
    house.pass(hour)
    house.pass(FollowUpState.memory)
    house.post("user.onboarded", "ann", happened: due)
    #expect(house.words == ["user.stalled ann"])
  }

  /// Against promises in a list, over histories with late events, alarms that go off late, restarts and several keys.
  @Test(arguments: 0..<60) func agreesWithAList(seed: UInt64) {
    struct Made {
      var key: String
      var due: Timestamp
      var state = "open"
    }
    var dice = Seeded(seed)
    let within = Duration.seconds(Int64.random(in: 10...400, using: &dice))
    let watch = Watch.followUp(within: within)
    var house = WatchedStore([watch])
    var made: [Made] = []
    var told: [String] = []
    func tell(_ index: Int) {
      made[index].state = "missed"
      for other in made.indices where other != index && made[other].key == made[index].key && made[other].state == "missed" {
        made[other].state = "over"
      }
      told.append("user.stalled \(made[index].key)")
    }
    for _ in 0..<200 {
      let key = dice.pick(["a", "b", "c"])
      house.now = house.now + .seconds(Int64.random(in: 0...120, using: &dice))
      if dice.chance(20) { house.load([watch]) }
      if dice.chance(60) {
        house.wake()
        let due = made.indices.filter { made[$0].state == "open" && made[$0].due <= house.now }
        for index in due.sorted(by: { made[$0].due < made[$1].due }) { tell(index) }
      }
      let open = made.firstIndex { $0.key == key && $0.state == "open" }
      if dice.chance(50) {
        house.post("user.registered", key)
        if let open, made[open].due >= house.now { continue }
        if let open { tell(open) }
        made.append(Made(key: key, due: house.now + within))
      } else {
        let happened = house.now - .seconds(Int64.random(in: 0...500, using: &dice))
        house.post("user.onboarded", key, happened: happened)
        if let missed = made.firstIndex(where: { $0.key == key && $0.state == "missed" }), happened <= made[missed].due {
          made[missed].state = "over"
          told.append("user.stalled.recovered \(key)")
        } else if let open {
          if house.now <= made[open].due || happened <= made[open].due { made[open].state = "met" } else { tell(open) }
        }
      }
    }
    // Alarms of one moment go off in the order of their numbers, which nobody knows before.
    #expect(house.words.sorted() == told.sorted() && !told.isEmpty)
    #expect(Set(house.said.map(\.id)).count == told.count, "each has an id of its own")
  }
}
