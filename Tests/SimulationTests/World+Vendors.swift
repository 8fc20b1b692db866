import Bellhop
import Store

@testable import Courier

extension World {
  /// An attempt begins: the promises about attempts are checked, and fate decides what becomes of it.
  mutating func send(_ sending: Sending) {
    ledger.begin(sending, at: ticks, policy: sending.way.policy)
    let name = sending.way.name
    let id = sending.parcel.id
    let fine = Outcome.delivered(Receipt(note: "ok"))
    let delay = dice.duration(0...(name == "log" ? 0.1 : 2))
    if name == "log" || isGood && name != "hung" && id % 13 != 0 {
      at(delay, .vendor(sending, fine, accepts: true))
      return
    }
    if name == "hung" && !isGood || dice.chance(0.03) {
      ledger.hanging.insert(sending.token)
      at(delay, .vendor(sending, fine, accepts: dice.chance(0.3)))
      return
    }
    if id % 13 == 0 {
      // A poison message: refused, or in trouble for ever.
      let outcome: Outcome = id % 2 == 0 ? .refused(Fault(.rejected, "poison")) : .postponed(Fault(.unavailable, "poison"))
      at(delay, .vendor(sending, outcome, accepts: false))
      return
    }
    switch dice.below(20) {
    case 0, 1: at(delay, .vendor(sending, .postponed(Fault(.throttled, "slow"), retryAfter: dice.duration(1...40)), accepts: false))
    case 2: at(delay, .vendor(sending, .postponed(Fault(.throttled, "slow")), accepts: false))
    case 3: at(delay, .vendor(sending, .postponed(Fault(.unavailable, "503"), retryAfter: dice.duration(1...10)), accepts: false))
    case 4, 5, 6: at(delay, .vendor(sending, .postponed(Fault(.unavailable, "500")), accepts: false))
    case 7: at(delay, .vendor(sending, .postponed(Fault(.unreachable, "refused")), accepts: false))
    case 8: at(delay, .vendor(sending, .refused(Fault(.rejected, "no")), accepts: false))
    case 9: at(delay, .vendor(sending, .unclear(Fault(.dropped, "cut off")), accepts: dice.chance(0.5)))
    default: at(delay, .vendor(sending, fine, accepts: true))
    }
  }

  // MARK: People and fate

  mutating func act() {
    accounts.checkWindows(store)
    switch dice.below(isRough ? 25 : 18) {
    case 0...7: tellSomething(1 + dice.below(dice.chance(0.2) ? 14 : 4))
    case 8, 9: adopt(Standing(roster: dice.below(4), edition: dice.below(2)))
    case 10: pauseSomeLane()
    case 11:
      guard let name = lane(), !diskIsFull else { return }
      apply(Batch(states: ["pause/\(name)": nil, "backoff/\(name)": nil]))
      resume(name)
      tell([])
    case 12:
      guard let name = lane(), !diskIsFull, dice.chance(0.4) else { return }
      process?.core.learn(store.backlog())
      _ = process?.core.drop(name)
      tell([])
    case 13: retrySome()
    case 14, 15: silence()
    case 16: endSilence()
    case 17: acknowledge()
    case 18...21: crash()
    default:
      diskIsFull = true
      ledger.standsStill(.full, at: ticks)
      at(dice.duration(0...20), always: true, .diskIsFine)
    }
  }

  mutating func adopt(_ next: Standing) {
    standing = next
    withCore { core, now in core.adopt(Town.roster(next.roster), at: now) }
    ledger.reload()
    rulesHaveChanged()
    tell([])
  }

  private mutating func pauseSomeLane() {
    guard let name = lane() else { return }
    let length = dice.chance(0.7) ? dice.duration(1...30) : nil
    let pause = Pause(until: length.map { wall + $0 }, why: "by hand", byHand: true)
    guard !diskIsFull else { return }
    apply(Batch(states: ["pause/\(name)": pause.state()]))
    withCore { core, now in core.pause(name, Pause(until: length.map { now.wall + $0 }, why: "by hand", byHand: true)) }
    ledger.pause(name, until: length.map { ticks + $0 })
  }

  private mutating func retrySome() {
    guard !diskIsFull else { return }
    let ended = store.deliveries.values.filter { $0.state == .dead || $0.state == .unclear }.map(\.delivery.id).sorted()
    let ids = ended.filter { _ in dice.chance(0.5) }
    ledger.retry(ids)
    let router = Town.router(standing, rulebook)
    announce(store.retry(ids) { router.refill($0, of: $1, role: $2) }.committed)
    journal.append(.retry(ids, standing))
    if dice.chance(0.2), let subject = store.events.values.map({ $0.event.subject ?? "" }).sorted().first {
      announce(store.forget(subject: subject).committed)
      journal.append(.forget(subject))
      accounts.forget()
    }
  }

  mutating func lane() -> String? {
    let names = process?.core.lanesByName.keys.filter { !$0.isEmpty }.sorted() ?? []
    return names.isEmpty ? nil : dice.pick(names)
  }

  mutating func resume(_ lane: String) {
    let places = process?.core.lanesByName[lane]?.rest?.places ?? []
    withCore { core, now in core.resume(lane, at: now) }
    ledger.resume(lane, places: places.union([lane]))
  }

  /// All troubles end, so that everything can.
  mutating func makeGood() {
    isGood = true
    endFullDisk()
    if process == nil { start() }
    // Some take all rules away in the end; the others wait until the last window has come to its own.
    adopt(Standing(roster: 0, edition: dice.chance(0.4) ? Rulebook.bare : standing.edition))
    for name in store.states.keys where name.hasPrefix("pause/") {
      let lane = String(name.dropFirst("pause/".count))
      apply(Batch(states: [name: nil]))
      resume(lane)
    }
    tell([])
  }
}
