import Bellhop
import Deciding
import Pacing
import Store
import TestSupport

@testable import Courier

/// One seeded life of a gateway: a courier's core, a store, vendors that misbehave, people, crashes. Time is a queue of happenings.
struct World {
  static let origin = Timestamp(seconds: 1_800_000_000)

  enum Happening {
    case tick
    /// The store applies (or refuses) a commit of the core.
    case apply(Int, Batch)
    case tell(Input)
    case read(lane: Int, reading: Int, destinations: [Int64], after: Int64, limit: PageLimit)
    case fetch(token: Int, delivery: Int64)
    case readAlarms(dueBy: Timestamp, limit: Int)
    case readFar(reading: Int, after: Alarm, limit: Int)
    case readOutOfLine(drop: Int, after: Alarm?, limit: Int)
    case vendor(Sending, Outcome, accepts: Bool)
    case comeBack(Sending, Outcome)
    case people
    /// An app tells something, for the first time or again because it got no answer.
    case post(Int)
    /// The store takes what was planned for it.
    case accept(Int, [Arrival])
    /// The app has waited long enough.
    case patience(Int)
    case restart
    /// The windows of rules: they begin anew, are looked at, end.
    case beginRules
    case windows
    case wake([Alarm])
    /// Somebody, or a time service, sets the machine's clock.
    case clockIsSet
    case diskIsFine
    case makeGood
  }

  /// By reference: a core that is stepped in place is never copied.
  final class Process {
    var core: CourierCore
    var steady: SteadyWall
    init(_ core: CourierCore, _ steady: SteadyWall) {
      self.core = core
      self.steady = steady
    }
  }

  struct Entry {
    var at: Duration
    var number: Int
    /// Of this process only, or of any (-1).
    var life: Int
    var happening: Happening
  }

  let seed: UInt64
  var dice: Dice
  var ticks = Duration.zero
  var queue: [Entry] = []
  var nextEntry = 0
  var life = 0
  /// A quarter of all events are heavy here.
  static let whole = 2_048
  var store = MemoryStore(whole: World.whole)
  /// Nil while the process is down.
  var process: Process?
  var wake: Duration?
  /// When attempts began, by token.
  var began: [Int: Duration] = [:]
  /// Commits are told to the core in order, before their callers hear of them.
  var toldUntil = Duration.zero
  var diskIsFull = false
  var isGood = false
  var steps = 0
  /// What apps tell, by number.
  var apps: [Int: App] = [:]
  var told = 0
  var standing = Standing()
  let rulebook: Rulebook
  private var deciders: [Standing: TableDecider] = [:]
  /// The configuration that the store was told of, and how far windows of older ones were ended.
  var begun: Standing?
  var endedUntil: Alarm?
  var windowWake: Duration?
  /// When an app told something last.
  var lastNews = World.origin
  var silences = SilenceList()
  var ledger = Bookkeeping()
  var accounts: Accounts
  /// All that the store was handed, to be handed to another one.
  var journal: [Page] = []
  /// How far the machine's clock is off, and by how much of each second it goes wrong.
  var clockIsOff = Duration.zero
  let drift: Double
  /// How often it was set.
  var settings = 0
  /// With crashes and full disks, or calm enough to promise times.
  let isRough: Bool

  init(seed: UInt64) {
    self.seed = seed
    dice = Dice(seed: seed)
    isRough = dice.chance(0.7)
    drift = dice.luck() * 0.0004 - 0.0002
    rulebook = Rulebook(&dice)
    accounts = Accounts(rulebook)
  }

  mutating func decider(_ standing: Standing) -> TableDecider {
    if let known = deciders[standing] { return known }
    let decider = Town.decider(standing, rulebook)
    deciders[standing] = decider
    return decider
  }

  /// What the machine's clock says: it drifts, and is set.
  var wall: Timestamp { Self.origin + ticks + clockIsOff + ticks * drift }

  private mutating func now(_ process: Process) -> StepTime {
    let (now, jump) = process.steady.moment(clock: wall, ticks: ticks, luck: dice.luck())
    if let jump { process.core.jumped(by: jump, at: now) }
    return now
  }

  mutating func withCore(_ body: (inout CourierCore, StepTime) -> Void) {
    if let process {
      let now = now(process)
      body(&process.core, now)
    }
  }

  // MARK: Time

  mutating func at(_ delay: Duration, always: Bool = false, _ happening: Happening) {
    nextEntry += 1
    let entry = Entry(at: ticks + delay, number: nextEntry, life: always ? -1 : life, happening: happening)
    // The latest first: the next is at the end.
    var low = 0
    var high = queue.count
    while low < high {
      let middle = (low + high) / 2
      if (queue[middle].at, queue[middle].number) > (entry.at, entry.number) { low = middle + 1 } else { high = middle }
    }
    queue.insert(entry, at: low)
  }

  /// Lives through everything; comes back with what was found wrong.
  mutating func run() -> [String] {
    start()
    var until = Duration.zero
    for _ in 0..<(12 + dice.below(30)) {
      at(until, always: true, .people)
      until += dice.duration(0...12)
    }
    at(until, always: true, .makeGood)
    for _ in 0..<(1 + dice.below(4)) { at(dice.duration(0...90), always: true, .clockIsSet) }
    while let entry = queue.popLast() {
      guard entry.life == -1 || entry.life == life else { continue }
      ticks = max(ticks, entry.at)
      steps += 1
      if steps > 60_000 {
        ledger.wrong("still busy after \(steps) happenings at \(ticks)")
        break
      }
      happen(entry.happening)
      if !ledger.faults.isEmpty || !accounts.faults.isEmpty { break }
    }
    if ledger.faults.isEmpty, accounts.faults.isEmpty { checkEnd() }
    return ledger.faults + accounts.faults
  }

  // MARK: The process

  mutating func start() {
    var core = CourierCore(
      roster: Town.roster(standing.roster),
      limits: .init(
        window: Load(count: 4, bytes: 8_000), crowdedWindow: Load(count: 2, bytes: 3_000), inMemory: Load(count: 12, bytes: 20_000),
        whole: World.whole, airborne: 9_000, lanes: 4, sharedLanes: 2, closing: 2, alarmPage: 3, commits: 2))
    let now = StepTime(wall: wall, ticks: ticks, luck: dice.luck())
    core.load(store.backlog(), states: store.states, nextAlarm: store.nextAlarm(), at: now)
    process = Process(core, SteadyWall(wall: wall, ticks: ticks))
    ledger.restart(store, clock: wall, at: ticks)
    ledger.goesOn(.down, at: ticks)
    toldUntil = ticks
    wake = nil
    windowWake = nil
    rulesHaveChanged()
    accounts.checkWindows(store)
    tell([])
  }

  mutating func crash() {
    life += 1
    process = nil
    ledger.standsStill(.down, at: ticks)
    ledger.crash(store)
    at(dice.duration(0...5), .restart)
  }

  mutating func tell(_ inputs: [Input]) {
    guard let process else { return }
    let now = now(process)
    let effects = process.core.step(inputs, at: now)
    for effect in effects { perform(effect) }
    if let next = process.core.nextWake(at: now), next < wake ?? .forever {
      wake = next
      at(max(.zero, next - ticks), .tick)
    }
  }

  mutating func perform(_ effect: Effect) {
    switch effect {
    case .send(let sending, _, let start):
      began[sending.token] = start
      send(sending)
    case .cancel(let token):
      guard let sending = ledger.flying[token], ledger.hanging.contains(token) else { return }
      ledger.doubt(sending)
      // A tenth ignores even that for a while.
      let delay = dice.chance(0.1) ? dice.duration(10...60) : dice.duration(0...0.2)
      at(delay, .comeBack(sending, .unclear(Fault(.timeout, "cancelled"))))
    case .commit(let number, let batch): at(dice.duration(0...0.02), .apply(number, batch))
    case .read(let lane, let reading, let destinations, let after, let limit):
      at(dice.duration(0...0.05), .read(lane: lane, reading: reading, destinations: destinations, after: after, limit: limit))
    case .fetch(let token, let delivery): at(dice.duration(0...0.05), .fetch(token: token, delivery: delivery))
    case .readAlarms(let due, let limit): at(dice.duration(0...0.05), .readAlarms(dueBy: due, limit: limit))
    case .readFar(let reading, let after, let limit): at(dice.duration(0...0.05), .readFar(reading: reading, after: after, limit: limit))
    case .readOutOfLine(let drop, let after, let limit):
      at(dice.duration(0...0.05), .readOutOfLine(drop: drop, after: after, limit: limit))
    case .dropped, .close, .hurry: break
    case .report(.deliveryDead(let delivery, _)):
      if store.deliveries[delivery.id]?.state == .waiting, !ledger.doubtful.contains(delivery.id) {
        ledger.wrong("told of the death of \(delivery.id), which waits")
      }
    case .report: break
    }
  }

  // MARK: What happens

  mutating func happen(_ happening: Happening) {
    switch happening {
    case .tick:
      // An earlier one was asked for since, and has asked for the next.
      guard let wake, wake <= ticks else { return }
      self.wake = nil
      tell([.tick])
    case .tell(let input):
      // Somebody may have put one back in line meanwhile.
      if case .ended(let ids) = input { ledger.forget(ids.filter { store.deliveries[$0]?.state != .waiting }) }
      tell([input])
    case .apply(let number, let batch):
      if diskIsFull || (isRough && !isGood && dice.chance(0.02)) {
        at(dice.duration(0...0.01), .tell(.commitFailed(number, .full("the disk is full"))))
      } else {
        apply(batch)
        at(toldUntil - ticks + dice.duration(0...0.01), .tell(.committed(number)))
      }
    case .read(let lane, let reading, let destinations, let after, let limit):
      let fails = isRough && !isGood && dice.chance(0.03)
      let page = fails ? nil : store.waiting(for: destinations, after: after, within: limit)
      at(readTime(), .tell(.page(lane: lane, reading: reading, page)))
    case .fetch(let token, let delivery):
      let fails = isRough && !isGood && dice.chance(0.03)
      at(readTime(), .tell(.fetched(token: token, delivery: delivery, fails ? nil : store.waiting(ids: [delivery]))))
    case .readAlarms(let due, let limit):
      let alarms = store.alarms(dueBy: due, limit: limit)
      let answer: Input = .alarms(
        alarms, store.waiting(ids: alarms.map(\.ref), whole: World.whole), next: alarms.isEmpty ? store.nextAlarm() : nil)
      at(readTime(), .tell(isRough && !isGood && dice.chance(0.03) ? .alarmsFailed : answer))
    case .readFar(let reading, let after, let limit):
      let fails = isRough && !isGood && dice.chance(0.1)
      let alarms = store.alarms(dueBy: Timestamp(microseconds: .max), after: after, limit: limit)
      let found: Input = .far(reading: reading, fails ? nil : alarms, store.waiting(ids: alarms.map(\.ref), whole: World.whole))
      at(readTime(), .tell(found))
    case .readOutOfLine(let drop, let after, let limit):
      let fails = isRough && !isGood && dice.chance(0.1)
      let alarms = store.alarms(dueBy: Timestamp(microseconds: .max), after: after, limit: limit)
      let page = fails ? nil : store.waiting(ids: alarms.map(\.ref), whole: World.whole)
      at(readTime(), .tell(.outOfLine(drop: drop, page, last: fails || alarms.count < limit ? nil : alarms.last)))
    case .vendor(let sending, let outcome, let accepts):
      if accepts { ledger.accept(sending) }
      if !ledger.hanging.contains(sending.token) { at(dice.duration(0...0.1), .comeBack(sending, outcome)) }
    case .comeBack(let sending, let outcome):
      ledger.answer(sending, outcome, at: ticks)
      tell([
        .sent(
          token: sending.token, delivery: sending.parcel.id, outcome: outcome,
          took: ticks - (began.removeValue(forKey: sending.token) ?? ticks), Earlier())
      ])
    case .people: act()
    case .post(let number): post(number)
    case .accept(let number, let arrivals): accept(number, arrivals)
    case .patience(let number): if apps[number]?.isAnswered == false { post(number) }
    case .restart: if process == nil { start() }
    case .beginRules: beginRules()
    case .windows: wakeWindows()
    case .wake(let due): wake(due)
    case .clockIsSet:
      settings += 1
      clockIsOff = .seconds(dice.pick([-3_600, -600, -90, -30, 0, 30, 90, 600, 3_600, 40_000]))
      windowWake = nil
      stirWindows()
    case .diskIsFine: endFullDisk()
    case .makeGood: makeGood()
    }
  }

  /// A busy disk may answer long after it looked: what it saw is old by then.
  mutating func readTime() -> Duration { dice.duration(isRough && dice.chance(0.3) ? 0...3 : 0...0.05) }

  /// Applies a batch and tells the courier, as the spool's writer does.
  mutating func apply(_ batch: Batch) {
    for settlement in batch.settlements {
      guard case .postponed(_, let after?)? = settlement.attempt?.outcome, after > .zero else { continue }
      if let before = store.deliveries[settlement.delivery], before.state == .waiting, before.delivery.spent != settlement.spent {
        ledger.wrong("a vendor's pause cost \(settlement.delivery) some of its budget")
      }
    }
    commit(batch)
  }

  mutating func announce(_ committed: Committed) {
    for delivery in committed.deliveries {
      ledger.born[delivery.id] = ticks
      if delivery.due != nil { ledger.late.insert(delivery.id) }
    }
    // A window let it go, or a person.
    for settlement in committed.settlements where settlement.attempt == nil && settlement.state == .waiting {
      ledger.late.insert(settlement.delivery)
    }
    toldUntil = max(toldUntil, ticks + dice.duration(0...0.01))
    if !committed.deliveries.isEmpty { at(toldUntil - ticks, .tell(.arrived(committed.deliveries))) }
    let ends = committed.settlements.filter { $0.attempt == nil && $0.state != .waiting }
    if !ends.isEmpty { at(toldUntil - ticks, .tell(.ended(Set(ends.map(\.delivery))))) }
  }
}
