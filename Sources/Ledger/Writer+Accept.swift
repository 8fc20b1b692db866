import Bellhop
import GRDB
import Store

extension Writer {
  /// Keeps an arrival with its plan, unless its identity is remembered.
  func accept(
    _ arrival: PreparedArrival, _ db: Database, now: Timestamp, idempotency: Duration, _ decider: any Decider, _ changes: inout Changes
  ) throws -> Acceptance {
    try arrival.withParts { identity, part in
      let received = received(at: now)
      let key = IdentityKey(identity)
      if let known = try sequence(of: key, identity), let first = try self.received(known), first + idempotency > received {
        return Acceptance(sequence: known, duplicate: true, differs: try differs(arrival, from: known, part))
      }
      marks.received = received
      marks.sequence += 1
      let sequence = marks.sequence
      let event = arrival.event
      let decision = try decide(arrival.arrival, StoreTurn(sequence: sequence, received: received), db, decider, &changes)
      let plan = decision.plan
      let add = statements.addEvent
      add.bind(1, sequence)
      add.bind(2, received.microseconds)
      add.bind(3, event.time.microseconds)
      add.bind(4, event.severity.rawValue)
      add.bind(5, plan.fate.rawValue)
      add.bind(6, marks.delivery + 1)
      add.bind(7, plan.deliveries.count)
      add.bind(8, unownedBlob: identity)
      add.bind(9, arrival.subjectKey)
      add.bind(10, unowned: part(.type))
      add.bind(11, unowned: part(.id))
      add.bind(12, unowned: part(.sender))
      add.bind(13, unowned: part(.source))
      if event.subject == nil { add.bindNull(14) } else { add.bind(14, unowned: part(.subject)) }
      add.bind(15, plan.note)
      add.bind(16, unowned: part(.text))
      if event.data.isEmpty { add.bindNull(17) } else { add.bind(17, unownedBlob: part(.data)) }
      try add.run()
      tail.add(key, subject: arrival.subjectKey, type: arrival.typeKey, sequence: sequence)
      changes.committed.arrivals.append(
        .init(sequence: sequence, received: received, event: event, plan: plan, firstDelivery: marks.delivery + 1))
      var written: [(rendering: Rendering, words: Int64)] = []
      for planned in plan.deliveries {
        let words = try words(of: planned, of: arrival, &written)
        try self.add(
          planned, words: words, of: event, sequence, received, isExtra: false, weight: arrival.weight(with: planned.rendering), &changes)
      }
      if !decision.consequences.isEmpty {
        try follow(decision.consequences, db, now: now, idempotency: idempotency, decider, &changes)
      }
      return Acceptance(sequence: sequence)
    }
  }

  /// The decision, with its changes of alarms and states written in the same transaction.
  private func decide(_ arrival: Arrival, _ turn: StoreTurn, _ db: Database, _ decider: any Decider, _ changes: inout Changes) throws
    -> Decision
  {
    let decision = decider.decide(arrival, in: turn, DecisionStates(writer: self, db: db, now: turn.received))
    try failUnread()
    try change(decision.consequences, &changes)
    return decision
  }

  /// The row of a delivery's words: one for all that share them, under the number of the first. Nil where they are the event's own.
  private func words(
    of planned: PlannedDelivery, of arrival: PreparedArrival, _ written: inout [(rendering: Rendering, words: Int64)]
  ) throws -> Int64? {
    guard let rendering = planned.rendering, !rendering.isPlain else { return nil }
    if let known = written.first(where: { $0.rendering == rendering }) { return known.words }
    let words = marks.delivery + 1
    statements.addRendering.bind(1, words)
    statements.addRendering.bind(2, arrival.bytes(of: rendering))
    try statements.addRendering.run()
    written.append((rendering, words))
    return words
  }

  /// The newest event of that identity, which may be gone.
  private func sequence(of key: IdentityKey, _ identity: UnsafeRawBufferPointer) throws -> Int64? {
    if let sequence = tail.sequence(of: key) { return sequence }
    let find = statements.findIdentity
    find.bind(1, unownedBlob: identity)
    return try find.first { find.int(0) }
  }

  private func received(_ sequence: Int64) throws -> Timestamp? {
    let read = statements.readReceived
    read.bind(1, sequence)
    return try read.first { KeptValue.time(read.int(0)) }
  }

  /// Whether a duplicate says something else than the first did. Of a forgotten one nobody knows.
  private func differs(
    _ arrival: PreparedArrival, from sequence: Int64, _ part: (PreparedArrival.Part) -> UnsafeRawBufferPointer
  ) throws -> Bool {
    let read = statements.readBody
    read.bind(1, sequence)
    return try read.first {
      guard read.int(0) == 0 else { return false }
      return read.int(1) != Int64(arrival.event.severity.rawValue) || !part(.type).elementsEqual(read.utf8(2))
        || read.isNull(3) != (arrival.event.subject == nil) || !part(.subject).elementsEqual(read.utf8(3))
        || !part(.text).elementsEqual(read.utf8(4)) || !part(.data).elementsEqual(read.blob(5))
    } ?? false
  }

  /// Keeps one delivery under the next number.
  /// - Parameter ready: since when it may be sent, where that is not when its event was received.
  func add(
    _ planned: PlannedDelivery, words: Int64?, of event: Event, _ sequence: Int64, _ received: Timestamp, ready: Timestamp? = nil,
    isExtra: Bool, weight: Int? = nil, _ changes: inout Changes
  ) throws {
    let destination = try number(of: planned.destination)
    let fallback = planned.fallback.isEmpty ? "" : try planned.fallback.map { String(try number(of: $0)) }.joined(separator: " ")
    marks.delivery += 1
    let id = marks.delivery
    let due = planned.state == .waiting ? planned.notBefore : nil
    let add = statements.addDelivery
    add.bind(1, id)
    add.bind(2, sequence)
    add.bind(3, destination)
    add.bind(4, planned.state.rawValue)
    add.bind(5, planned.alert.rawValue)
    add.bind(6, due?.microseconds)
    add.bind(7, isExtra ? sequence : nil)
    add.bind(8, planned.role)
    add.bind(9, planned.row)
    add.bind(10, fallback.isEmpty ? nil : fallback)
    add.bind(11, planned.note)
    add.bind(12, words)
    add.bind(13, (ready ?? received).microseconds)
    add.bind(14, planned.state == .held ? planned.window : nil)
    try add.run()
    if let due { try setAlarm(.delivery, id, due) }
    changes.moved(from: nil, to: planned.state, destination: destination)
    guard planned.state == .waiting else { return }
    var delivery = Delivery(
      id: id, sequence: sequence, destinationID: destination, destination: planned.destination, event: event, received: received,
      role: planned.role, row: planned.row, alert: planned.alert, rendering: planned.rendering, fallback: planned.fallback, due: due,
      weight: weight)
    if let ready { delivery.ready = max(ready, received) }
    changes.committed.deliveries.append(delivery.waiting(upTo: Delivery.largestWhole))
  }
}
