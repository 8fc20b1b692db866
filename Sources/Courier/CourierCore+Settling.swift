import Bellhop
import Store

// Ends: an outcome becomes a settlement, and a settlement on disk frees its place.
extension CourierCore {
  /// An attempt has really come back.
  mutating func land(token: Int, delivery: Int64, _ outcome: Outcome, took: Duration, _ earlier: Earlier, _ now: StepTime) {
    // Given up before? Then only the transport is free again, and the flight is another's.
    guard let flight = flights[delivery], flight.token == token, case .sending = flight.phase else {
      release(token: token)
      return
    }
    uses(of: flight, -1)
    conclude(flight, outcome, took: took, earlier, now)
  }

  /// Ends a flight whose transport has not come back.
  mutating func end(_ flight: Flight, _ outcome: Outcome, took: Duration, _ earlier: Earlier, _ now: StepTime) {
    if let sending = flight.sending { abandoned[flight.token] = sending.generation }
    conclude(flight, outcome, took: took, earlier, now)
  }

  private mutating func release(token: Int) {
    guard let generation = abandoned.removeValue(forKey: token) else { return }
    usage[generation, default: 1] -= 1
  }

  private mutating func uses(of flight: Flight, _ change: Int) {
    guard let sending = flight.sending else { return }
    usage[sending.generation, default: 0] += change
  }

  private mutating func conclude(_ flight: Flight, _ outcome: Outcome, took: Duration, _ earlier: Earlier, _ now: StepTime) {
    guard let sending = flight.sending else { return }
    let lane = flight.lane
    let policy = sending.way.policy
    let delivery = flight.parcel.delivery
    let record = AttemptRecord(
      number: sending.number, at: flight.at, took: took, lane: sending.lane, kind: sending.way.kind, outcome: outcome)
    noteOutage(outcome, lane, policy, now)
    let isOut = outcome.fault?.kind == .unreachable
    var verdict = judge(
      outcome, of: isOut ? delivery.again(attempts: delivery.attempts, spent: spent(delivery, lane, now)) : delivery, under: policy,
      throttles: lane.throttles, luck: now.luck(for: delivery.id))
    if draining != nil, flight.isCancelled, Self.isHandedBack(outcome, policy) {
      // We broke it off ourselves: back to the head of its lane, at no cost.
      verdict = .rest(.zero, .unreachable, spent: delivery.spent)
    } else {
      note(outcome, of: delivery.id, lane, policy, now)
    }
    var settlement = Settlement(
      delivery: delivery.id, event: delivery.sequence, destination: delivery.destinationID, role: delivery.role,
      received: delivery.received, attempt: record, state: .waiting, fault: outcome.fault?.kind, spent: delivery.spent)
    var then = Flight.Then()
    switch verdict {
    case .delivered(let receipt):
      settlement.state = receipt.state
      if receipt.state != .delivered { settlement.note = receipt.note }
      if let update = sending.update, let anchor = earlier.changed ?? receipt.anchor ?? receipt.id {
        let standing = StandingMessage(alert: delivery.alert, anchor: anchor)
        outbox.batch.states[update] = StateValue(standing.bytes, expires: now.wall + Self.threadLife)
      }
      if let thread = sending.thread, earlier == Earlier(), let id = receipt.id {
        outbox.batch.states[thread] = StateValue(Array(id.utf8), expires: now.wall + Self.threadLife)
      }
    case .rest(let pause, let reason, let spent):
      settlement.spent = spent
      then.line = parcel(delivery.again(attempts: sending.number, spent: spent))
      rest(lane, sending, pause, reason, outcome.fault, now)
    case .later(let delay, let spent):
      settlement.spent = spent
      settlement.due = now.wall + delay
    case .unclear(let fault):
      settlement.state = .unclear
      settlement.note = fault.line
    case .dead(let fault):
      if case .postponed = outcome { settlement.spent = max(delivery.spent, policy.retry.for) }
      kill(&settlement, delivery, fault)
      then.event = .deliveryDead(delivery.waiting(upTo: limits.whole), fault)
    }
    flight.phase = .settling(then)
    outbox.batch.settlements.append(settlement)
  }

  /// Of an attempt that was cancelled: nothing was sent, or it may be sent again.
  private static func isHandedBack(_ outcome: Outcome, _ policy: Policy) -> Bool {
    switch outcome {
    case .postponed(let fault, _): fault.kind == .interrupted
    case .unclear: policy.repeats
    case .delivered, .refused: false
    }
  }

  private mutating func note(_ outcome: Outcome, of delivery: Int64, _ lane: Lane, _ policy: Policy, _ now: StepTime) {
    if let fault = outcome.fault { lane.lastFault = fault }
    if case .postponed(let fault, let after) = outcome, fault.kind == .throttled, after ?? .zero <= .zero {
      lane.throttles += 1
    } else {
      lane.throttles = 0
    }
    switch lane.breaker.note(outcome, of: delivery, retry: policy.retry, at: now) {
    case .opened: if let fault = outcome.fault { effects.append(.report(.laneBroken(lane: lane.name, fault: fault))) }
    case .mended: effects.append(.report(.laneMended(lane: lane.name)))
    case nil: break
    }
  }

  private mutating func rest(
    _ lane: Lane, _ sending: Sending, _ pause: Duration, _ reason: Verdict.Reason, _ fault: Fault?, _ now: StepTime
  ) {
    guard pause > .zero else { return }
    let told = Pause(until: now.wall + pause, why: fault?.line ?? "resting", byHand: false)
    var rest = Lane.Rest(until: now.ticks + pause, pause: told, kind: sending.way.kind)
    if reason == .asked {
      rest.places = [sending.place]
      // Several attempts may have been under way: the longest word counts.
      if rest.until > rests[sending.place]?.until ?? .zero {
        rests[sending.place] = rest
        outbox.batch.states[Pause.askedKey + sending.place] = told.state(length: pause)
      }
    }
    lane.extend(rest)
    // After a reload the place may have another lane.
    let current = route(of: sending.parcel.delivery)
    if current.place == sending.place, current.lane.way?.kind == sending.way.kind { current.lane.extend(rest) }
  }

  /// Dead, and on to where its row says for that case.
  func kill(_ settlement: inout Settlement, _ delivery: Delivery, _ fault: Fault) {
    settlement.state = .dead
    settlement.note = fault.line
    settlement.fault = fault.kind
    let here = try? roster.directory.place(of: delivery.destination).get()
    for destination in delivery.fallback where destination != delivery.destination {
      if let here, let there = try? roster.directory.place(of: destination).get(), here == there { continue }
      settlement.followUps.append(
        PlannedDelivery(
          destination: destination, role: delivery.role, row: delivery.row, alert: delivery.alert, rendering: delivery.rendering))
    }
  }

  // MARK: On disk

  mutating func settled(_ settlement: Settlement, _ now: StepTime) {
    guard let flight = flights[settlement.delivery] else { return }
    if let due = settlement.due {
      nextAlarm = min(nextAlarm ?? due, due)
      doubt(due, now)
    }
    switch flight.phase {
    case .starting:
      guard let sending = flight.sending else { return }
      if flight.isForgotten {
        uses(of: flight, -1)
        leave(flight)
      } else if draining == nil, pausedUntil(flight.lane, now) == nil {
        send(flight, sending, now)
      } else {
        // Not begun after all: the lane was paused meanwhile, or there is no time.
        uses(of: flight, -1)
        flight.phase = .settling(.init(line: parcel(flight.parcel.delivery)))
        outbox.batch.settlements.append(
          Settlement(
            delivery: settlement.delivery, event: settlement.event, state: .waiting, spent: settlement.spent, started: false))
      }
    case .fetching, .sending: break
    case .settling(let then):
      leave(flight)
      if let event = then.event { effects.append(.report(event)) }
      if let parcel = then.line, !flight.isForgotten { enter(parcel, now) }
    case .releasing:
      releasing -= 1
      leave(flight)
      if !flight.isForgotten { enter(flight.parcel, now) }
    }
  }

  mutating func leave(_ flight: Flight) {
    flights[flight.parcel.id] = nil
    if flight.bytes > 0 { reckon(flight, 0) }
    if let slots = flight.slots {
      slots.leave()
      invite(slots)
    }
    if case .releasing = flight.phase {} else if flight.hasSlot { flight.lane.inFlight -= 1 } else { flight.lane.closing -= 1 }
    if !readings.isEmpty { left[flight.parcel.id] = nextReading }
    if flight.needsReread { reread(route(of: flight.parcel.delivery).lane) }
    touch(flight.lane)
  }

  // MARK: Ends without an attempt

  /// Writes down an end that needs no attempt.
  mutating func close(_ parcel: Parcel, _ lane: Lane, _ settlement: Settlement, _ event: CourierEvent? = nil) {
    nextToken += 1
    flights[parcel.id] = Flight(parcel, lane: lane, token: nextToken, phase: .settling(.init(event: event)))
    lane.closing += 1
    outbox.batch.settlements.append(settlement)
  }

  /// What stands in a lane without a way ends as misconfigured.
  mutating func bury(_ lane: Lane, _ now: StepTime) {
    while lane.closing < limits.closing, !lane.line.isEmpty {
      let parcel = remove(from: lane, at: 0)
      let delivery = parcel.delivery
      var fault = Fault(.misconfigured, "the configuration has no place for \(delivery.destination.description)")
      if case .failure(let why) = roster.route(of: delivery.destination) { fault = why }
      var settlement = Settlement(
        delivery: delivery.id, event: delivery.sequence, role: delivery.role, received: delivery.received,
        state: .dead, spent: delivery.spent)
      kill(&settlement, delivery, fault)
      close(parcel, lane, settlement, .deliveryDead(delivery, fault))
    }
  }

  /// True when the parcel was too old and is out of the line.
  mutating func foldIfStale(_ parcel: Parcel, _ lane: Lane, _ way: ConfiguredTransport, _ now: StepTime, at index: Int = 0) -> Bool {
    let delivery = parcel.delivery
    guard lane.closing < limits.closing, let stale = way.policy.stale, isStale(delivery, under: way.policy, at: now.wall) else {
      return false
    }
    let note = "older than \(stale.short) (stale)"
    close(
      remove(from: lane, at: index), lane,
      Settlement(
        delivery: delivery.id, event: delivery.sequence, role: delivery.role, received: delivery.received,
        state: .folded, note: note, spent: delivery.spent))
    return true
  }

  /// A `repeat: no` attempt that the process did not live to see the end of.
  mutating func interrupted(_ parcel: Parcel, _ lane: Lane, _ now: StepTime) {
    let delivery = parcel.delivery
    let fault = Fault(.interrupted, "Bellhop stopped during the attempt; nobody knows whether it arrived")
    var settlement = Settlement(
      delivery: delivery.id, event: delivery.sequence, role: delivery.role, received: delivery.received,
      state: .unclear, note: fault.line, fault: fault.kind, spent: delivery.spent)
    if let way = lane.way, way.policy.repeats {
      // The configuration has changed to a way that may repeat.
      let verdict = judge(.unclear(fault), of: delivery, under: way.policy, throttles: 0, luck: now.luck(for: delivery.id))
      if case .later(let delay, let spent) = verdict {
        settlement.state = .waiting
        settlement.due = now.wall + delay
        settlement.spent = spent
      }
    }
    close(parcel, lane, settlement)
  }
}

extension Delivery {
  /// The same after another attempt.
  func again(attempts: Int, spent: Duration, started: Bool = false) -> Delivery {
    var delivery = self
    delivery.attempts = attempts
    delivery.spent = spent
    delivery.started = started
    delivery.due = nil
    return delivery
  }
}
