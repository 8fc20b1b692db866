import Bellhop
import Store

// From the head of a line into the air.
extension CourierCore {
  /// Does all that a lane can do now.
  mutating func pump(_ lane: Lane, _ now: StepTime) {
    guard draining == nil, isLoaded, lanes[lane.id] != nil else { return }
    defer {
      if lane.isInvited {
        lane.isInvited = false
        invite(lane.slots)
      }
      refill(lane, now)
      if tidyAt == nil, lane.line.isEmpty, !lane.hasMore, lane.breaker.state == .closed { tidyAt = now.ticks + Self.tidyEvery }
    }
    guard let way = lane.way else {
      bury(lane, now)
      return
    }
    forgetRest(lane, now)
    goOnDropping(lane, now)
    while let head = lane.line.first, foldIfStale(head, lane, way, now) {}
    endOutaged(lane, way, now)
    guard !lane.line.isEmpty else { return }
    if let until = pausedUntil(lane, now) {
      arm(lane, at: min(until, tellHold(lane, now)))
      return
    }
    defer { if lane.breaker.state == .closed { lane.hold = nil } else { arm(lane, at: tellHold(lane, now)) } }
    while let index = next(in: lane, way, now) {
      if foldIfStale(lane.line[index], lane, way, now, at: index) { continue }
      lane.pacer.take(way.policy.rate, at: now.ticks)
      lane.isInvited = false
      launch(remove(from: lane, at: index), lane, way, now)
    }
  }

  /// Nil when the lane may send as far as pauses go; otherwise when it may again.
  func pausedUntil(_ lane: Lane, _ now: StepTime) -> Duration? {
    if let pause = pauses[lane.name], !pause.isOver(at: now.wall) { return pause.until.map { now.ticks(at: $0) } ?? .forever }
    if let rest = lane.rest, rest.until > now.ticks { return rest.until }
    return nil
  }

  /// Which of the line goes next; nil when none may go now.
  private mutating func next(in lane: Lane, _ way: ConfiguredTransport, _ now: StepTime) -> Int? {
    guard !lane.line.isEmpty else { return nil }
    guard lane.inFlight < max(1, way.policy.concurrency) else {
      lacksPlace = true
      return nil
    }
    lane.breaker.settle(at: now.ticks)
    switch lane.breaker.state {
    case .open(let until):
      arm(lane, at: until)
      return nil
    case .probing:
      guard lane.inFlight == 0 else {
        lacksPlace = true
        return nil
      }
    case .closed: break
    }
    if way.policy.rate != nil, lane.pacer.next > now.ticks {
      arm(lane, at: lane.pacer.next)
      return nil
    }
    guard lane.fetchNotBefore <= now.ticks else {
      arm(lane, at: lane.fetchNotBefore)
      return nil
    }
    let isProbe = lane.breaker.state == .probing
    let index = isProbe ? lane.line.prefix(64).firstIndex { !lane.breaker.suspects.contains($0.id) } ?? 0 : 0
    return hasPlace(lane, way, for: lane.line[index]) ? index : nil
  }

  private mutating func launch(_ parcel: Parcel, _ lane: Lane, _ way: ConfiguredTransport, _ now: StepTime) {
    nextToken += 1
    let flight = Flight(parcel, lane: lane, token: nextToken, phase: .fetching, hasSlot: true)
    flights[parcel.id] = flight
    lane.inFlight += 1
    lane.slots.enter()
    flight.slots = lane.slots
    guard parcel.isHeavy else { return depart(flight, way, now) }
    reckon(flight, max(1, parcel.delivery.weight))
    effects.append(.fetch(token: flight.token, delivery: parcel.id))
  }

  /// The words of a heavy one are there, or it does not wait any more (empty), or the spool did not answer (nil).
  mutating func fetched(token: Int, _ id: Int64, _ found: [Delivery]?, _ now: StepTime) {
    guard let flight = flights[id], flight.token == token, case .fetching = flight.phase else { return }
    let lane = flight.lane
    if let whole = found?.first, !flight.isForgotten, draining == nil, let way = lane.way, pausedUntil(lane, now) == nil {
      flight.parcel = Parcel(whole)
      reckon(flight, max(1, whole.weight))
      depart(flight, way, now)
      // It may weigh less than was reckoned.
      touch(lane)
      invite(lane.slots)
      return
    }
    if found == nil { lane.fetchNotBefore = now.ticks + .seconds(1) }
    leave(flight)
    // Paused, or unread: it is sent another time.
    if found?.isEmpty != true, !flight.isForgotten { enter(parcel(flight.parcel.delivery), now) }
  }

  private mutating func depart(_ flight: Flight, _ way: ConfiguredTransport, _ now: StepTime) {
    let (parcel, lane) = (flight.parcel, flight.lane)
    let delivery = parcel.delivery
    let route = route(of: delivery)
    func memory(_ word: String, _ path: String?) -> String? {
      path.flatMap { delivery.event.value(at: $0) }.map { memory(word, value: "\($0)") }
    }
    func memory(_ word: String, value: String) -> String {
      // Neither the value nor the place: they may name a person, whom `forget` must be able to erase. And nobody answers in a thread of others.
      return "\(word)/\(way.kind)/\(pseudonym("\(route.place)\n\(value)"))"
    }
    let sending = Sending(
      token: flight.token, parcel: parcel, way: way, lane: lane.name, place: route.place, target: route.target,
      publicURL: roster.publicURL, links: roster.publicURL.map { roster.links(delivery, $0) } ?? [], generation: generation,
      thread: memory("thread", route.thread),
      update: memory("update", route.update) ?? (way.changes ? delivery.asked.map { memory("asked", value: String($0)) } : nil),
      number: delivery.attempts + 1)
    flight.sending = sending
    usage[generation, default: 0] += 1
    if way.policy.repeats {
      send(flight, sending, now)
    } else {
      flight.phase = .starting
      outbox.batch.settlements.append(
        Settlement(
          delivery: delivery.id, event: delivery.sequence, role: delivery.role, received: delivery.received,
          state: .waiting, spent: delivery.spent, started: true))
    }
  }

  mutating func send(_ flight: Flight, _ sending: Sending, _ now: StepTime) {
    flight.phase = .sending
    flight.at = now.clock
    flight.began = now.ticks
    flight.deadline = now.ticks + sending.way.policy.timeout + Self.grace
    watchAt = watchAt ?? now.ticks + Self.watchEvery
    effects.append(.send(sending, at: now.clock, began: now.ticks))
  }

  /// Attempts that overrun are cancelled; those that do not come back even then are given up as unclear.
  mutating func watch(_ now: StepTime) {
    if let draining, now.ticks >= draining.cancelAt { cancelAll(now) }
    guard let watchAt, now.ticks >= watchAt else { return }
    self.watchAt = nil
    // In order of id, so that equal inputs have equal effects.
    for flight in flights.values.sorted(by: { $0.token < $1.token }) {
      guard case .sending = flight.phase else { continue }
      self.watchAt = now.ticks + Self.watchEvery
      guard flight.deadline <= now.ticks else { continue }
      if flight.isCancelled {
        let fault = Fault(.timeout, "the transport \(flight.lane.transport) did not come back after its timeout and after being cancelled")
        end(flight, .unclear(fault), took: now.ticks - flight.began, Earlier(), now)
      } else {
        cancel(flight, now)
      }
    }
  }

  private mutating func cancel(_ flight: Flight, _ now: StepTime) {
    flight.isCancelled = true
    flight.deadline = now.ticks + Self.lastGrace
    effects.append(.cancel(token: flight.token))
  }

  mutating func cancelAll(_ now: StepTime) {
    for flight in flights.values.sorted(by: { $0.token < $1.token }) {
      if case .sending = flight.phase, !flight.isCancelled { cancel(flight, now) }
    }
  }
}

extension Event {
  /// The value at a dotted path of attributes or data, as people write it; nil where there is none.
  func value(at path: [String]) -> String? {
    guard let first = path.first else { return nil }
    switch first {
    case "data": return JSON.object(data).value(at: path.dropFirst())?.plain
    case _ where path.count > 1: return nil
    case "id": return id
    case "sender": return sender
    case "source": return source
    case "type": return type
    case "subject": return subject
    case "severity": return severity.word
    case "time": return time.rfc3339
    case "text": return text
    default: return nil
    }
  }
}
