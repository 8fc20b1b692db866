import Bellhop
import Store

// What people do: start, pause, resume, drain, look.
extension CourierCore {
  /// What was kept from before: destinations with a backlog, pauses, and when the next alarm is due.
  mutating func load(_ backlog: [Backlog], states: [String: [UInt8]], nextAlarm: Timestamp?, at now: StepTime) {
    find(backlog)
    load(states: states, nextAlarm: nextAlarm, at: now)
  }

  /// A page of destinations with a backlog.
  mutating func find(_ backlog: [Backlog]) { for entry in backlog { reread(learn(entry.destinationID, entry.destination).lane) } }

  /// All destinations are known, and now the rest.
  mutating func load(states: [String: [UInt8]], nextAlarm: Timestamp?, at now: StepTime) {
    isLoaded = true
    for (key, value) in states {
      guard let pause = Pause(state: value) else { continue }
      if key.hasPrefix(Pause.byHandKey) {
        pauses[String(key.dropFirst(Pause.byHandKey.count))] = pause
      } else if key.hasPrefix(Pause.askedKey), let until = pause.until {
        let place = String(key.dropFirst(Pause.askedKey.count))
        guard !pause.isOver(at: now.wall) else {
          outbox.batch.states[key] = .some(nil)
          continue
        }
        let end = min(now.ticks(at: until), Pause.length(state: value).map { now.ticks + $0 } ?? .forever)
        rests[place] = Lane.Rest(until: end, pause: pause, places: [place])
      }
    }
    if let nextAlarm { self.nextAlarm = min(self.nextAlarm ?? nextAlarm, nextAlarm) }
    // The process before may have had another clock.
    lookForFar(now)
    for route in routes.values { if let rest = rests[route.place], isWord(rest, of: route.lane) { route.lane.extend(rest) } }
    // What arrived before this stands in lines that nobody has looked at.
    for lane in lanes.values.sorted(by: { $0.id < $1.id }) { touch(lane) }
  }

  /// Joins destinations to lanes that do not know them yet, so that they are read from their beginning.
  mutating func learn(_ backlog: [Backlog]) {
    for entry in backlog where routes[entry.destinationID] == nil {
      reread(learn(entry.destinationID, entry.destination).lane)
    }
  }

  /// Empties a lane's window; what stands in line comes from disk again.
  mutating func reread(_ lane: Lane) {
    empty(lane)
    lane.hasMore = true
    lane.cursor = 0
    if let reading = lane.reading { asked -= reading.limit.load }
    lane.reading = nil
    touch(lane)
  }

  /// Whether a lane of that name is there or could appear.
  func knows(_ name: String) -> Bool {
    guard !name.isEmpty else { return false }
    return lanesByName[name] != nil || roster.ways.keys.contains { name == $0 || name.hasPrefix("\($0) ") }
  }

  /// While people pause a lane, no message's time goes by.
  mutating func pause(_ name: String, _ pause: Pause) {
    pauses[name] = pause
    lanesByName[name]?.outage = nil
  }

  /// Sends again, whoever asked for the pause.
  mutating func resume(_ name: String, at now: StepTime) {
    pauses[name] = nil
    guard let lane = lanesByName[name] else {
      rests[name] = nil
      return
    }
    for place in lane.rest?.places ?? [] {
      rests[place] = nil
      outbox.batch.states[Pause.askedKey + place] = .some(nil)
    }
    lane.rest = nil
    lane.outage = nil
    lane.breaker.settle(at: .forever)
    touch(lane)
  }

  /// The far end of a transport is there again: its lanes need not wait out what they have learnt from its absence. What a vendor asked for
  /// and what people paused stays.
  mutating func wake(_ transport: String) {
    for lane in lanes.values where lane.transport == transport {
      if let rest = lane.rest, rest.places.isEmpty { lane.rest = nil }
      lane.breaker.settle(at: .forever)
      touch(lane)
    }
  }

  /// A rest that is over is forgotten, on disk too.
  mutating func forgetRest(_ lane: Lane, _ now: StepTime) {
    guard let rest = lane.rest, rest.until <= now.ticks else { return }
    for place in rest.places {
      if let kept = rests[place], kept.until > now.ticks { continue }
      rests[place] = nil
      outbox.batch.states[Pause.askedKey + place] = .some(nil)
    }
    lane.rest = nil
  }

  // MARK: Drain

  /// Claims nothing more; cancels what is in flight at `cancelAt` (ticks), and gives up soon after.
  mutating func drain(cancelAt: Duration) {
    let at = min(cancelAt, draining?.cancelAt ?? cancelAt)
    draining = Draining(cancelAt: at, endAt: at + Self.lastGrace)
  }

  // MARK: Look

  /// What waits in a lane, as the spool counts it.
  struct LaneTally: Sendable {
    var waiting = 0
    /// The oldest delivery.
    var first = Int64.max

    static func += (left: inout LaneTally, right: LaneTally) {
      left.waiting += right.waiting
      left.first = min(left.first, right.first)
    }
  }

  /// Some of the spool's counts by the names of lanes, and those whose destination nobody has met yet.
  func tally(_ heads: some Sequence<BacklogHead>) -> (lanes: [String: LaneTally], unknown: [BacklogHead]) {
    var tallies: [Int: LaneTally] = [:]
    var unknown: [BacklogHead] = []
    for head in heads {
      guard let lane = routes[head.destinationID]?.lane else {
        unknown.append(head)
        continue
      }
      tallies[lane.id, default: LaneTally()] += LaneTally(waiting: head.count, first: head.first)
    }
    return (Dictionary(tallies.compactMap { id, tally in lanes[id].map { ($0.name, tally) } }) { first, _ in first }, unknown)
  }

  /// All lanes by name, with the spool's counts of what waits and the receive times of what is oldest there.
  func report(_ tallies: [String: LaneTally], oldest: [Int64: Timestamp], at now: StepTime) -> [LaneReport] {
    var reports: [String: LaneReport] = [:]
    func blank(_ name: String) -> LaneReport {
      let lane = lanesByName[name]
      let transport = lane?.transport ?? roster.ways.keys.first { name == $0 || name.hasPrefix("\($0) ") } ?? ""
      return LaneReport(
        name: name, transport: transport, kind: roster.ways[transport]?.kind ?? "", waiting: 0, inFlight: lane?.inFlight ?? 0,
        pause: pause(of: name, now), breaker: lane?.breaker.word ?? "closed", oldest: nil, lastFault: lane?.lastFault)
    }
    for name in lanesByName.keys { reports[name] = blank(name) }
    for (name, pause) in pauses where !pause.isOver(at: now.wall) { reports[name] = reports[name] ?? blank(name) }
    for (name, tally) in tallies {
      var report = reports[name] ?? blank(name)
      report.waiting = tally.waiting
      report.oldest = oldest[tally.first]
      reports[name] = report
    }
    if let nowhere = reports[""], nowhere.waiting == 0, nowhere.inFlight == 0 { reports[""] = nil }
    return reports.values.sorted { $0.name < $1.name }
  }

  private func pause(of name: String, _ now: StepTime) -> Pause? {
    if let pause = pauses[name], !pause.isOver(at: now.wall) { return pause }
    let rest = lanesByName[name]?.rest ?? rests[name]
    return rest.flatMap { $0.until > now.ticks ? $0.pause : nil }
  }
}

extension Breaker {
  /// For people and metrics.
  var word: String {
    switch state {
    case .closed: "closed"
    case .open: "open"
    case .probing: "probing"
    }
  }
}
