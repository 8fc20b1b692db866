import Bellhop
import Store

/// What a spool keeps, honestly and without a disk: the contract of ``Spool`` as plain data. Equal inputs give equal stores,
/// so that a simulation can step it without any concurrency.
package struct MemoryStore: Sendable {
  /// An event as kept.
  package struct EventRow: Sendable {
    package var received: Timestamp
    package var event: Event
    package var plan: Plan
    package var forgotten = false
  }

  /// A delivery as kept.
  package struct DeliveryRow: Sendable {
    package var delivery: Delivery
    package var state: DeliveryState
    package var note: String?
    package var fault: Fault.Kind?
    /// The window that holds it.
    package var window: Int64?
    package var log: [AttemptRecord] = []
  }

  struct Identity: Hashable, Sendable {
    var sender: String
    var source: String
    var id: String
    init(_ event: Event) {
      sender = event.sender
      source = event.source
      id = event.id
    }
  }

  package private(set) var events: [Int64: EventRow] = [:]
  package private(set) var deliveries: [Int64: DeliveryRow] = [:]
  package private(set) var states: [String: [UInt8]] = [:]
  private var kept: [String: (state: KeptState, expires: Timestamp?)] = [:]
  private var version: Int64 = 0
  package private(set) var destinations: [Int64: Destination] = [:]
  private var numbers: [Destination: Int64] = [:]
  private var known: [Identity: Int64] = [:]
  /// Of each destination, what stands in line, by id.
  private(set) var lines: [Int64: [Int64]] = [:]
  /// What waits out of line, by delivery.
  private(set) var timed: [Int64: Timestamp] = [:]
  /// Of each window, what it holds.
  private var held: [Int64: [Int64]] = [:]
  /// Alarms of the decider's.
  private(set) var windows: [Int64: Timestamp] = [:]
  private(set) var lastSequence: Int64 = 0
  private var lastDelivery: Int64 = 0
  private var lastReceived = Timestamp(microseconds: .min)

  /// What is heavier is told without its words.
  private let whole: Int

  package init(whole: Int = Delivery.largestWhole) { self.whole = whole }

  private struct Reading: StateReading {
    let kept: [String: (state: KeptState, expires: Timestamp?)]
    let events: [Int64: EventRow]
    let now: Timestamp

    func state(_ key: String) -> KeptState? {
      guard let found = kept[key], found.expires.map({ $0 > now }) ?? true else { return nil }
      return found.state
    }

    func event(_ sequence: Int64) -> StoredEvent? {
      guard let row = events[sequence], !row.forgotten else { return nil }
      return StoredEvent(sequence: sequence, received: row.received, event: row.event)
    }
  }

  // MARK: The batch

  /// Applies the whole batch; it cannot fail half-way because nothing in it can fail.
  package mutating func apply(
    _ batch: Batch, now: Timestamp, decider: any Decider = AsWished()
  ) -> (acceptances: [Acceptance], committed: Committed) {
    var committed = Committed()
    var acceptances: [Acceptance] = []
    for arrival in batch.arrivals { acceptances.append(accept(arrival, now: now, decider, &committed)) }
    for settlement in batch.settlements { settle(settlement, &committed) }
    change(batch.alarms)
    for (key, value) in batch.states { set(key, value) }
    if batch.begins {
      lastReceived = received(at: now)
      let turn = StoreTurn(sequence: lastSequence, received: lastReceived)
      let consequences = decider.begin(in: turn, Reading(kept: kept, events: events, now: lastReceived))
      change(consequences)
      follow(consequences, now: now, decider, &committed)
    }
    for alarm in batch.due { wake(alarm, now: now, decider, &committed) }
    return (acceptances, committed)
  }

  /// A transaction that is undone before its end: nothing of it is left, and no version that it gave is given again.
  package mutating func undo(_ batch: Batch, now: Timestamp, decider: any Decider = AsWished()) {
    var other = self
    _ = other.apply(batch, now: now, decider: decider)
    version = other.version
  }

  private mutating func set(_ key: String, _ value: StateValue?) {
    version += 1
    states[key] = value?.bytes
    kept[key] = value.map { (KeptState(bytes: $0.bytes, version: version), $0.expires) }
  }

  private mutating func change(_ alarms: [AlarmChange]) {
    for change in alarms {
      switch change {
      case .set(let alarm) where alarm.kind == .delivery: reschedule(alarm.ref, due: alarm.due)
      case .clear(.delivery, let ref): reschedule(ref, due: nil)
      case .set(let alarm): windows[alarm.ref] = alarm.due
      case .clear(.window, let ref): windows[ref] = nil
      }
    }
  }

  private mutating func accept(_ arrival: Arrival, now: Timestamp, _ decider: any Decider, _ committed: inout Committed) -> Acceptance {
    let identity = Identity(arrival.event)
    if let first = known[identity] {
      return Acceptance(sequence: first, duplicate: true, differs: events[first]?.event != arrival.event)
    }
    lastSequence += 1
    lastReceived = received(at: now)
    known[identity] = lastSequence
    let turn = StoreTurn(sequence: lastSequence, received: lastReceived)
    let decision = decider.decide(arrival, in: turn, Reading(kept: kept, events: events, now: lastReceived))
    change(decision.consequences)
    events[lastSequence] = EventRow(received: lastReceived, event: arrival.event, plan: decision.plan)
    committed.arrivals.append(
      .init(
        sequence: lastSequence, received: lastReceived, event: arrival.event, plan: decision.plan, firstDelivery: lastDelivery + 1))
    let sequence = lastSequence
    for planned in decision.plan.deliveries { add(planned, to: sequence, &committed) }
    follow(decision.consequences, now: now, decider, &committed)
    return Acceptance(sequence: sequence)
  }

  private func received(at now: Timestamp) -> Timestamp { lastReceived > now + .seconds(3_600) ? now : max(lastReceived, now) }

  private mutating func change(_ consequences: Consequences) {
    change(consequences.alarms)
    for (key, value) in consequences.states { set(key, value) }
  }

  private mutating func follow(_ consequences: Consequences, now: Timestamp, _ decider: any Decider, _ committed: inout Committed) {
    for release in consequences.releases { self.release(release, &committed) }
    committed.closed.merge(consequences.closed, uniquingKeysWith: +)
    for arrival in consequences.emitted { _ = accept(arrival, now: now, decider, &committed) }
  }

  private mutating func wake(_ alarm: Alarm, now: Timestamp, _ decider: any Decider, _ committed: inout Committed) {
    guard let due = windows[alarm.ref], due <= received(at: now) else { return }
    windows[alarm.ref] = nil
    lastReceived = received(at: now)
    let turn = StoreTurn(sequence: lastSequence, received: lastReceived)
    let consequences = decider.wake(
      Alarm(kind: .window, ref: alarm.ref, due: due), in: turn, Reading(kept: kept, events: events, now: lastReceived))
    change(consequences)
    follow(consequences, now: now, decider, &committed)
  }

  private mutating func release(_ release: Release, _ committed: inout Committed) {
    for id in held.removeValue(forKey: release.window) ?? [] {
      guard var row = deliveries[id], row.state == .held else { continue }
      row.window = nil
      switch release.end {
      case .line(let notBefore):
        row.state = .waiting
        row.note = nil
        row.delivery.due = notBefore
        row.delivery.ready = max(notBefore ?? lastReceived, lastReceived)
      case .window(let window, let note):
        row.window = window
        held[window, default: []].append(id)
        row.note = note
      case .ended(let state, let note):
        row.state = state
        row.note = note
      }
      deliveries[id] = row
      if row.state == .held { continue }
      committed.settlements.append(
        Settlement(delivery: id, event: row.delivery.sequence, state: row.state, note: row.note, due: row.delivery.due))
      guard row.state == .waiting else { continue }
      enter(row.delivery)
      committed.deliveries.append(row.delivery.waiting(upTo: whole))
    }
  }

  private mutating func add(
    _ planned: PlannedDelivery, to sequence: Int64, ready: Timestamp? = nil, _ committed: inout Committed
  ) {
    guard let row = events[sequence] else { return }
    lastDelivery += 1
    var delivery = Delivery(
      id: lastDelivery, sequence: sequence, destinationID: number(of: planned.destination), destination: planned.destination,
      event: row.event, received: row.received, role: planned.role, row: planned.row, alert: planned.alert, rendering: planned.rendering,
      fallback: planned.fallback, due: planned.notBefore)
    if let ready { delivery.ready = max(ready, row.received) }
    deliveries[delivery.id] = DeliveryRow(
      delivery: delivery, state: planned.state, note: planned.note, window: planned.state == .held ? planned.window : nil)
    if planned.state == .held, let window = planned.window { held[window, default: []].append(delivery.id) }
    guard planned.state == .waiting else { return }
    enter(delivery)
    committed.deliveries.append(delivery.waiting(upTo: whole))
  }

  private mutating func number(of destination: Destination) -> Int64 {
    if let number = numbers[destination] { return number }
    let number = Int64(numbers.count + 1)
    numbers[destination] = number
    destinations[number] = destination
    return number
  }

  /// What has ended stays ended: a settlement that comes too late only adds its attempt to the log.
  private mutating func settle(_ settlement: Settlement, _ committed: inout Committed) {
    guard var row = deliveries[settlement.delivery] else { return }
    if let attempt = settlement.attempt {
      row.log.append(attempt)
      row.delivery.attempts = attempt.number
    }
    defer { deliveries[settlement.delivery] = row }
    guard row.state == .waiting || row.state == .held else { return }
    if row.state == .waiting { leave(row.delivery) }
    row.window = nil
    row.state = settlement.state
    row.note = settlement.note
    row.fault = settlement.fault
    row.delivery.spent = settlement.spent
    row.delivery.due = settlement.due
    row.delivery.started = settlement.started
    if row.state == .waiting { enter(row.delivery) }
    committed.settlements.append(settlement)
    var reached = Set(deliveries.values.filter { $0.delivery.sequence == row.delivery.sequence }.map(\.delivery.destinationID))
    for var planned in settlement.followUps where reached.insert(number(of: planned.destination)).inserted {
      planned.rendering = row.delivery.rendering
      add(planned, to: row.delivery.sequence, &committed)
    }
  }

  private mutating func reschedule(_ id: Int64, due: Timestamp?) {
    guard var row = deliveries[id], row.state == .waiting else { return }
    leave(row.delivery)
    row.delivery.due = due
    enter(row.delivery)
    deliveries[id] = row
  }

  private mutating func enter(_ delivery: Delivery) {
    if let due = delivery.due {
      timed[delivery.id] = due
    } else {
      let line = lines[delivery.destinationID] ?? []
      lines[delivery.destinationID, default: []].insert(delivery.id, at: Self.place(of: delivery.id, in: line))
    }
  }

  private mutating func leave(_ delivery: Delivery) {
    timed[delivery.id] = nil
    guard let line = lines[delivery.destinationID] else { return }
    let index = Self.place(of: delivery.id, in: line)
    if index < line.count, line[index] == delivery.id { lines[delivery.destinationID]?.remove(at: index) }
  }

  /// The first index whose id is not below `id`.
  static func place(of id: Int64, in line: [Int64]) -> Int {
    var low = 0
    var high = line.count
    while low < high {
      let middle = (low + high) / 2
      if line[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: By hand

  /// New deliveries of the same events to where `leads` says.
  package mutating func redirect(
    _ ids: [Int64], note: String, at now: Timestamp, leads: Redirection
  ) -> (redirected: [Int64], committed: Committed) {
    var committed = Committed()
    let redirected = ids.filter { id in
      guard var row = deliveries[id], row.state == .dead || row.state == .unclear, !HistoryDelivery.notes(row.note).contains(note),
        events[row.delivery.sequence]?.forgotten == false
      else { return false }
      let destinations = leads(row.delivery.event)
      if destinations.isEmpty { return false }
      for destination in destinations {
        let planned = PlannedDelivery(
          destination: destination, role: row.delivery.role, row: row.delivery.row, alert: row.delivery.alert,
          rendering: row.delivery.rendering)
        add(planned, to: row.delivery.sequence, ready: now, &committed)
      }
      row.note = HistoryDelivery.note(row.note, and: note)
      deliveries[id] = row
      return true
    }
    return (redirected, committed)
  }

  /// Puts ended deliveries back in line.
  package mutating func retry(_ ids: [Int64], refill: Refill = { _, _, _ in nil }) -> (retried: [Int64], committed: Committed) {
    var committed = Committed()
    var retried: [Int64] = []
    for id in ids {
      guard var row = deliveries[id], row.state == .dead || row.state == .unclear else { continue }
      // What was forgotten has nothing to say.
      if events[row.delivery.sequence]?.forgotten == true { continue }
      row.state = .waiting
      row.note = nil
      row.fault = nil
      row.delivery.spent = .zero
      row.delivery.due = nil
      row.delivery.started = false
      if let filled = refill(row.delivery.destination, row.delivery.event, row.delivery.role) {
        row.delivery.destination = filled
        row.delivery.destinationID = number(of: filled)
      }
      deliveries[id] = row
      enter(row.delivery)
      retried.append(id)
      committed.settlements.append(Settlement(delivery: id, event: row.delivery.sequence, state: .waiting))
      committed.deliveries.append(row.delivery.waiting(upTo: whole))
    }
    return (retried, committed)
  }

  /// Empties the events about a subject and ends what waits of them.
  package mutating func forget(subject: String, limit: Int = .max) -> (count: Int, committed: Committed) {
    var committed = Committed()
    var gone: Set<Int64> = []
    for (sequence, row) in events.sorted(by: { $0.key < $1.key }) where row.event.subject == subject && !row.forgotten {
      if gone.count == limit { break }
      gone.insert(sequence)
      var husk = row
      husk.event = Event(
        id: "forgotten-\(sequence)", sender: row.event.sender, source: "", type: row.event.type, time: row.event.time, text: "")
      husk.forgotten = true
      events[sequence] = husk
    }
    for id in deliveries.keys.sorted() {
      guard var row = deliveries[id], gone.contains(row.delivery.sequence) else { continue }
      if let husk = events[row.delivery.sequence] { row.delivery.event = husk.event }
      row.delivery.rendering = nil
      deliveries[id] = row
      guard row.state == .waiting || row.state == .held else { continue }
      settle(
        Settlement(delivery: id, event: row.delivery.sequence, state: .dead, note: "forgotten by hand", fault: .dropped_by_hand), &committed
      )
    }
    return (gone.count, committed)
  }
}
