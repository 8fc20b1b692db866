import Bellhop
import TestSupport

@testable import Courier

/// What an honest observer between courier and vendors writes down, and what it finds wrong.
struct Bookkeeping {
  private(set) var faults: [String] = []
  /// The sequence of each event that the store took, and which of them an app was told of.
  private(set) var kept: [String: Int64] = [:]
  private(set) var answered: Set<String> = []
  /// What each delivery's message is known by, and where it goes.
  private var messages: [Int64: (id: String, event: String)] = [:]
  /// When nothing could go on: the process was down, or the disk full.
  private var still: [ClosedRange<Duration>] = []
  private var stillSince: [Standstill: Duration] = [:]
  /// Attempts that have not come back, by token.
  private(set) var flying: [Int: Sending] = [:]
  /// Those whose vendor does not answer.
  var hanging: Set<Int> = []
  /// How often a vendor took a delivery, and of which nobody could know whether it did.
  private(set) var taken: [Int64: Int] = [:]
  private(set) var doubtful: Set<Int64> = []
  private(set) var forgotten: Set<Int64> = []
  /// Until when a lane must rest, by name.
  private var resting: [String: Duration] = [:]
  private(set) var pausedLanes: Set<String> = []
  private var pausedUntil: [String: Duration] = [:]
  /// When a delivery was tried first.
  private(set) var tried: [Int64: Duration] = [:]
  private var lastFirst: [String: Int64] = [:]
  private(set) var sends = 0

  mutating func wrong(_ line: String) { faults.append(line) }

  private func name(_ sending: Sending) -> String { Place(transport: sending.way.name, target: sending.target).lane }

  mutating func begin(_ sending: Sending, at ticks: Duration, policy: Policy) {
    sends += 1
    let id = sending.parcel.id
    tried[id] = tried[id] ?? ticks
    let lane = sending.lane
    let place = name(sending)
    if flying.values.contains(where: { $0.parcel.id == id && !hanging.contains($0.token) }) { wrong("\(id) is in flight twice") }
    if taken[id, default: 0] > 0, !doubtful.contains(id) { wrong("\(id) was taken and is sent again (attempt \(sending.number))") }
    if forgotten.contains(id) { wrong("\(id) was forgotten and is sent") }
    if let until = resting[place], ticks < until { wrong("\(id) is sent to \(place) at \(ticks), which rests until \(until)") }
    if let until = pausedUntil[lane], ticks < until { wrong("\(id) is sent to \(lane), which is paused") }
    let underWay = flying.values.filter { $0.lane == lane && !hanging.contains($0.token) }.count
    if underWay >= policy.concurrency { wrong("\(underWay + 1) attempts at once in \(lane)") }
    if policy.concurrency == 1, sending.number == 1, sending.parcel.delivery.due == nil {
      if let last = lastFirst[lane], last > id, !late.contains(id) { wrong("\(id) is first tried after \(last) in \(lane)") }
      lastFirst[lane] = max(lastFirst[lane] ?? 0, id)
    }
    flying[sending.token] = sending
    let message = sending.parcel.delivery.message(epoch: "sim", publicURL: nil)
    if let known = messages[id], known != (message.id, message.event.id) { wrong("\(id) is sent as \(message.id), and was as \(known.id)") }
    messages[id] = (message.id, message.event.id)
  }

  mutating func keep(_ id: String, _ sequence: Int64) { kept[id] = sequence }
  mutating func answer(_ ids: [String]) { answered.formUnion(ids) }

  /// Why nothing could go on.
  enum Standstill { case down, full }

  mutating func standsStill(_ why: Standstill, at ticks: Duration) { stillSince[why] = stillSince[why] ?? ticks }
  mutating func goesOn(_ why: Standstill, at ticks: Duration) {
    if let since = stillSince.removeValue(forKey: why) { still.append(since...ticks) }
  }

  /// How much of a time nothing could go on, for one reason or several at once.
  func stood(_ time: ClosedRange<Duration>) -> Duration {
    var sum = Duration.zero
    var counted = time.lowerBound
    for one in still.sorted(by: { $0.lowerBound < $1.lowerBound }) where one.overlaps(time) {
      let (start, end) = (max(one.lowerBound, counted), min(one.upperBound, time.upperBound))
      guard start < end else { continue }
      sum += end - start
      counted = end
    }
    return sum
  }

  /// Different messages have different ids.
  var sharesAnID: Bool { Set(messages.values.map(\.id)).count != messages.count }

  /// Held at first, or put back by hand: they have no place in the order.
  var late: Set<Int64> = []
  /// When a delivery came to be, which is later than its event for a fallback.
  var born: [Int64: Duration] = [:]

  mutating func accept(_ sending: Sending) { taken[sending.parcel.id, default: 0] += 1 }

  mutating func answer(_ sending: Sending, _ outcome: Outcome, at ticks: Duration) {
    flying[sending.token] = nil
    hanging.remove(sending.token)
    switch outcome {
    case .unclear: doubtful.insert(sending.parcel.id)
    case .postponed(_, let after?):
      let lane = name(sending)
      resting[lane] = max(resting[lane] ?? .zero, ticks + after)
    default: break
    }
  }

  /// What was in flight, and what was not written down, is in doubt from now on.
  mutating func crash(_ store: MemoryStore) {
    for sending in flying.values { doubtful.insert(sending.parcel.id) }
    for id in taken.keys where store.deliveries[id]?.state == .waiting { doubtful.insert(id) }
    flying = [:]
    hanging = []
    lastFirst = [:]
    // A vendor's word that had not reached the disk is lost with the attempt.
    for lane in resting.keys {
      if store.states["backoff/\(lane)"] == nil { resting[lane] = nil }
    }
  }

  /// Another process knows what was kept, by the clock that it finds: a rest is no longer than it was asked for.
  mutating func restart(_ store: MemoryStore, clock: Timestamp, at ticks: Duration) {
    for (lane, before) in resting {
      guard let state = store.states["backoff/\(lane)"], let until = Pause(state: state)?.until else { continue }
      resting[lane] = min(before, ticks + min(until - clock, Pause.length(state: state) ?? .forever))
    }
    for lane in pausedUntil.keys {
      guard let until = store.states["pause/\(lane)"].flatMap({ Pause(state: $0) })?.until else { continue }
      pausedUntil[lane] = ticks + (until - clock)
    }
  }

  mutating func doubt(_ sending: Sending) { doubtful.insert(sending.parcel.id) }

  mutating func reload() { lastFirst = [:] }

  mutating func pause(_ lane: String, until: Duration?) {
    pausedLanes.insert(lane)
    pausedUntil[lane] = until ?? .forever
  }

  mutating func resume(_ lane: String, places: Set<String>) {
    pausedUntil[lane] = nil
    for place in places { resting[place] = nil }
  }

  mutating func retry(_ ids: [Int64]) {
    doubtful.formUnion(ids)
    late.formUnion(ids)
    forgotten.subtract(ids)
  }

  mutating func forget(_ ids: Set<Int64>) { forgotten.formUnion(ids) }
}

extension World {
  /// After all: everything has ended, and the ends are true.
  mutating func checkEnd() {
    let own = store.events.filter { accounts.events[$0.key]?.sender == Event.gateway }.keys
    let ids = store.events.filter { !own.contains($0.key) }.values.map(\.event.id)
    if ids.count != Set(ids).count || Set(store.events.keys).subtracting(own) != Set(ledger.kept.values) {
      ledger.wrong("\(ledger.kept.count) accepted, \(ids.count) kept")
    }
    for id in ledger.answered where ledger.kept[id] == nil { ledger.wrong("\(id) was answered and is not kept") }
    for (number, app) in apps where !app.isAnswered { ledger.wrong("request \(number) never got its answer") }
    if settings == 0 { ledger.wrong("nobody set the clock") }
    if ledger.sharesAnID { ledger.wrong("two messages have the same id") }
    for row in store.deliveries.values.sorted(by: { $0.delivery.id < $1.delivery.id }) {
      let id = row.delivery.id
      let times = ledger.taken[id, default: 0]
      switch row.state {
      case .waiting, .held:
        ledger.wrong("\(id) for \(row.delivery.destination.description) still waits, due \(row.delivery.due?.rfc3339 ?? "now")")
      case .delivered where times == 0: ledger.wrong("\(id) is called delivered and was not")
      case .dead where times > 0 && !ledger.doubtful.contains(id) && row.fault != .dropped_by_hand:
        ledger.wrong("\(id) is called dead and was delivered")
      case .dead:
        // The budget is spent by nothing but the courier's own delays.
        let isSpentUp = row.fault == .unavailable || row.fault == .unreachable
        if isSpentUp, row.delivery.spent != Town.retry.for { ledger.wrong("\(id) died after \(row.delivery.spent) of its budget") }
        if row.fault == .throttled { ledger.wrong("\(id) died of a 429") }
      default: break
      }
      if row.delivery.spent > Town.retry.for { ledger.wrong("\(id) spent more than its budget") }
    }
    if let core = process?.core {
      if !core.flights.isEmpty { ledger.wrong("\(core.flights.count) flights are left over") }
      if core.lined != Load() || core.airborne != 0 { ledger.wrong("\(core.lined.count) parcels are left over") }
    }
    checkNeighbours()
    accounts.checkEnd(store)
    checkJournal()
  }

  /// Promise 4: whatever its neighbours did, `log`, which always answers, was tried soon.
  private mutating func checkNeighbours() {
    for row in store.deliveries.values where row.delivery.destination.transport == "log" {
      let id = row.delivery.id
      guard row.log.count == 1, row.state == .delivered, !ledger.doubtful.contains(id),
        !ledger.late.contains(id),
        !ledger.pausedLanes.contains("log"), let start = ledger.born[id], let end = ledger.tried[id], start <= end
      else { continue }
      let waited = end - start - ledger.stood(start...end)
      // A disk that answers late may be asked a few times before a burst is through.
      if waited > (isRough ? .seconds(18) : .seconds(2)) { ledger.wrong("\(id) for log waited \(waited)") }
    }
  }
}
