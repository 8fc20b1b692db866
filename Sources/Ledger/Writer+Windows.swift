import Bellhop
import GRDB
import Store

extension Writer {
  /// Decides a window whose alarm has come due, unless it was decided or moved meanwhile.
  func wake(
    _ alarm: Alarm, _ db: Database, now: Timestamp, idempotency: Duration, _ decider: any Decider, _ changes: inout Changes
  ) throws {
    let received = received(at: now)
    let read = statements.readAlarm
    read.bind(1, alarm.kind.rawValue)
    read.bind(2, alarm.ref)
    guard let due = try read.first({ KeptValue.time(read.int(0)) }), due <= received else { return }
    try removeAlarm(alarm.kind, alarm.ref)
    marks.received = received
    let turn = StoreTurn(sequence: marks.sequence, received: received)
    let consequences = decider.wake(
      Alarm(kind: alarm.kind, ref: alarm.ref, due: due), in: turn, DecisionStates(writer: self, db: db, now: received))
    try failUnread()
    try change(consequences, &changes)
    try follow(consequences, db, now: now, idempotency: idempotency, decider, &changes)
  }

  /// Asks a decider that has come into force what is to be there.
  func begin(_ db: Database, now: Timestamp, idempotency: Duration, _ decider: any Decider, _ changes: inout Changes) throws {
    marks.received = received(at: now)
    let turn = StoreTurn(sequence: marks.sequence, received: marks.received)
    let consequences = decider.begin(in: turn, DecisionStates(writer: self, db: db, now: marks.received))
    try failUnread()
    try change(consequences, &changes)
    try follow(consequences, db, now: now, idempotency: idempotency, decider, &changes)
  }

  /// Never backwards, but for a clock that was wrong by more than an hour and has been set right: order is the sequence's.
  func received(at now: Timestamp) -> Timestamp { marks.received > now + .seconds(3_600) ? now : max(marks.received, now) }

  /// A state or event that could not be read undoes the transaction: the decision was made without it.
  func failUnread() throws {
    guard let error = unread else { return }
    unread = nil
    throw error
  }

  /// The windows and states of a decision.
  func change(_ consequences: Consequences, _ changes: inout Changes) throws {
    for alarm in consequences.alarms {
      try change(alarm)
      if case .set(let alarm) = alarm, alarm.kind == .window {
        changes.committed.window = min(alarm.due, changes.committed.window ?? alarm.due)
      }
    }
    for (key, value) in consequences.states { try set(key, to: value) }
    for need in consequences.needs { try keep(need) }
  }

  /// What comes behind the event that it came of.
  func follow(
    _ consequences: Consequences, _ db: Database, now: Timestamp, idempotency: Duration, _ decider: any Decider, _ changes: inout Changes
  ) throws {
    for release in consequences.releases { try self.release(release, db, &changes) }
    changes.committed.closed.merge(consequences.closed, uniquingKeysWith: +)
    for arrival in consequences.emitted {
      _ = try accept(PreparedArrival(arrival), db, now: now, idempotency: idempotency, decider, &changes)
    }
  }

  /// What a window held goes where its end says.
  private func release(_ release: Release, _ db: Database, _ changes: inout Changes) throws {
    statements.heldBy.bind(1, release.window)
    let held = try statements.heldBy.all {
      (id: statements.heldBy.int(0), event: statements.heldBy.int(1), destination: statements.heldBy.int(2))
    }
    for one in held {
      let (state, window, due, note): (DeliveryState, Int64?, Timestamp?, String?) =
        switch release.end {
        case .line(let notBefore): (.waiting, nil, notBefore, nil)
        case .window(let window, let note): (.held, window, nil, note)
        case .ended(let state, let note): (state, nil, nil, note)
        }
      let letGo = statements.release
      letGo.bind(1, one.id)
      letGo.bind(2, state.rawValue)
      letGo.bind(3, window)
      letGo.bind(4, due?.microseconds)
      letGo.bind(5, note)
      // A first success writes over it; until then it says since when the delivery may be sent.
      letGo.bind(6, max(due ?? marks.received, marks.received).microseconds)
      try letGo.run()
      if let due { try setAlarm(.delivery, one.id, due) }
      guard state != .held else { continue }
      changes.moved(from: .held, to: state, destination: one.destination)
      changes.committed.settlements.append(Settlement(delivery: one.id, event: one.event, state: state, note: note, due: due))
      guard state == .waiting, let delivery = try waiting(one.id, db) else { continue }
      changes.committed.deliveries.append(delivery.waiting(upTo: Delivery.largestWhole))
    }
  }

  private func waiting(_ id: Int64, _ db: Database) throws -> Delivery? {
    try Rows.waiting(id, Rows.waitingQuery(db), whole: Delivery.largestWhole) { try Rows.destination($0, db) }
  }
}
