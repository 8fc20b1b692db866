import Bellhop
import Routing
import Store
import TestSupport

@testable import Courier

/// One request of an app: it is sent again with the same ids until it is answered.
struct App {
  var ids: [String]
  var isAnswered = false
  var dice: Dice
}

extension World {
  mutating func tellSomething(_ count: Int) {
    told += 1
    var ids = (0..<count).map { "e\(told)-\($0)" }
    // Now and then something that was told before, as if it were new.
    if dice.chance(0.3), let old = apps[1 + dice.below(told)] { ids[0] = old.ids[0] }
    apps[told] = App(ids: Array(Set(ids)).sorted(), dice: Dice(seed: seed &+ UInt64(told)))
    post(told)
  }

  /// The web decodes and plans; then it waits for the store.
  mutating func post(_ number: Int) {
    guard var app = apps[number] else { return }
    // An app that got no answer asks again, whatever the reason was: nobody there, 503, a crash before or after the commit.
    at(dice.duration(2...6), always: true, .patience(number))
    guard !diskIsFull, process != nil else { return }
    let arrivals = app.ids.map { id in
      let event = Town.event(id, rulebook.types, at: wall, &app.dice)
      var wish = decider(standing).wish(event, at: wall)
      for index in wish.plan.deliveries.indices where wish.plan.deliveries[index].state == .waiting && dice.chance(0.1) {
        wish.plan.deliveries[index].notBefore = wall + dice.duration(1...30)
      }
      return Arrival(event: event, wish: wish)
    }
    apps[number] = app
    at(dice.duration(0...0.5), .accept(number, arrivals))
  }

  mutating func accept(_ number: Int, _ arrivals: [Arrival]) {
    guard !diskIsFull else { return }
    let known = ledger.kept
    let before = store.deliveries.count
    let planned = accounts.planned
    let acceptances = commit(Batch(arrivals: arrivals))
    lastNews = wall
    for (arrival, acceptance) in zip(arrivals, acceptances) {
      let id = arrival.event.id
      if acceptance.duplicate != (known[id] != nil) { ledger.wrong("\(id) is called \(acceptance.duplicate ? "a duplicate" : "new")") }
      if let first = known[id], acceptance.sequence != first { ledger.wrong("\(id) is \(first) and is answered as \(acceptance.sequence)") }
      ledger.keep(id, acceptance.sequence)
    }
    if store.deliveries.count != before + accounts.planned - planned { ledger.wrong("a duplicate made deliveries") }
    // The answer may be lost on its way.
    if !dice.chance(0.1) {
      apps[number]?.isAnswered = true
      ledger.answer(apps[number]?.ids ?? [])
    }
  }

  mutating func endFullDisk() {
    if diskIsFull { ledger.goesOn(.full, at: ticks) }
    diskIsFull = false
  }
}
