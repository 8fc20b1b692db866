import Bellhop
import GRDB
import Store

extension Writer {
  /// What has ended stays ended: a settlement that comes too late only adds its attempt to the history.
  func settle(_ settlement: Settlement, _ db: Database, _ changes: inout Changes) throws {
    if try deliver(settlement, &changes) { return }
    let read = statements.readDelivery
    read.bind(1, settlement.delivery)
    let old = try read.first {
      (
        event: read.int(0), destination: read.int(1), state: DeliveryState(rawValue: Int(read.int(2))), due: read.optionalInt(3),
        attempts: Int64(KeptValue.count(read.int(4)))
      )
    }
    guard let old else { return }
    let waits = old.state == .waiting || old.state == .held
    if let attempt = settlement.attempt { try add(attempt, to: settlement.delivery, hushed: try !waits && isGone(old.event)) }
    guard waits else { return }
    let due = settlement.state == .waiting ? settlement.due : nil
    let settle = statements.settle
    settle.bind(1, settlement.delivery)
    settle.bind(2, settlement.state.rawValue)
    settle.bind(3, settlement.attempt.map { Int64($0.number) } ?? old.attempts)
    settle.bind(4, settlement.started ? 1 : 0)
    settle.bind(5, settlement.spent.microseconds)
    settle.bind(6, due?.microseconds)
    settle.bind(7, settlement.fault?.word)
    settle.bind(8, settlement.note)
    try settle.run()
    if let due {
      try setAlarm(.delivery, settlement.delivery, due)
    } else if old.due != nil {
      try removeAlarm(.delivery, settlement.delivery)
    }
    changes.moved(from: old.state, to: settlement.state, destination: old.destination)
    changes.committed.settlements.append(settlement)
    if !settlement.followUps.isEmpty { try follow(settlement, of: old.event, db, &changes) }
  }

  /// A first attempt that delivered becomes a part of its delivery's row, in one statement; false where it is none, or comes too late.
  private func deliver(_ settlement: Settlement, _ changes: inout Changes) throws -> Bool {
    guard let attempt = settlement.attempt, attempt.number == 1, case .delivered(let receipt) = attempt.outcome,
      settlement.state == .delivered, settlement.note == nil, settlement.spent == .zero, let destination = settlement.destination
    else { return false }
    // A name that is new here is kept only for a row that takes it: what is forgotten must not come back with an attempt under way.
    guard try laneNumbers[attempt.lane] != nil || waits(settlement.delivery) else { return false }
    let deliver = statements.deliver
    deliver.bind(1, settlement.delivery)
    deliver.bind(2, attempt.at.microseconds)
    deliver.bind(3, AttemptRow.kept(took: attempt.took))
    deliver.bind(4, try number(ofLane: attempt.lane))
    if let status = AttemptRow.status(receipt.note) { deliver.bind(5, status) } else { deliver.bind(5, receipt.note) }
    guard try deliver.change() == 1 else { return false }
    changes.moved(from: .waiting, to: .delivered, destination: destination)
    changes.committed.settlements.append(settlement)
    return true
  }

  /// `hushed` leaves out what the vendor said and where: the event was forgotten while the attempt was under way.
  private func add(_ attempt: AttemptRecord, to delivery: Int64, hushed: Bool) throws {
    let line =
      switch attempt.outcome {
      case .delivered(let receipt): receipt.note
      case .postponed(let fault, _), .refused(let fault), .unclear(let fault): fault.line
      }
    let add = statements.addAttempt
    add.bind(1, AttemptRow.id(delivery, number: attempt.number))
    add.bind(2, attempt.at.microseconds)
    add.bind(3, attempt.took.microseconds)
    add.bind(4, AttemptRow.code(of: attempt.outcome))
    add.bind(5, hushed ? "" : attempt.lane)
    add.bind(6, attempt.kind)
    add.bind(7, attempt.outcome.fault?.kind.word)
    add.bind(8, hushed ? "" : line)
    try add.run()
  }

  /// The fallbacks, where the event does not go already.
  private func follow(_ settlement: Settlement, of sequence: Int64, _ db: Database, _ changes: inout Changes) throws {
    guard let event = try Rows.event(sequence, db) else { return }
    // They say what the delivery said that they stand in for, whether who settles it has the words at hand or not.
    statements.readWords.bind(1, settlement.delivery)
    let words = try statements.readWords.first { statements.readWords.optionalInt(0) } ?? nil
    let rendering = try words.flatMap { try Rows.rendering($0, db) }
    var reached = Set(try Rows.deliveryIDs(of: sequence, db).compactMap { try Rows.destinationID(ofDelivery: $0, db) })
    for var one in settlement.followUps where reached.insert(try number(of: one.destination)).inserted {
      one.rendering = rendering
      try add(one, words: words, of: event.event, sequence, event.received, isExtra: true, &changes)
    }
  }

  private func isGone(_ sequence: Int64) throws -> Bool {
    let read = statements.readBody
    read.bind(1, sequence)
    return try read.first { read.int(0) != 0 } ?? true
  }

  // MARK: Alarms

  /// A delivery's alarm is its `due`: setting it takes the delivery out of line, clearing it puts it back.
  func change(_ change: AlarmChange) throws {
    let (kind, ref, due): (Alarm.Kind, Int64, Timestamp?) =
      switch change {
      case .set(let alarm): (alarm.kind, alarm.ref, alarm.due)
      case .clear(let kind, let ref): (kind, ref, nil)
      }
    if kind == .delivery {
      let read = statements.readDelivery
      read.bind(1, ref)
      let waits = try read.first({ read.int(2) == Int64(DeliveryState.waiting.rawValue) }) == true
      // Of one that does not wait any more an alarm may be left, but none is set.
      guard waits else { return try removeAlarm(kind, ref) }
      statements.delay.bind(1, ref)
      statements.delay.bind(2, due?.microseconds)
      try statements.delay.run()
    }
    if let due { try setAlarm(kind, ref, due) } else { try removeAlarm(kind, ref) }
  }

  func setAlarm(_ kind: Alarm.Kind, _ ref: Int64, _ due: Timestamp) throws {
    statements.setAlarm.bind(1, kind.rawValue)
    statements.setAlarm.bind(2, ref)
    statements.setAlarm.bind(3, due.microseconds)
    try statements.setAlarm.run()
  }

  func removeAlarm(_ kind: Alarm.Kind, _ ref: Int64) throws {
    statements.removeAlarm.bind(1, kind.rawValue)
    statements.removeAlarm.bind(2, ref)
    try statements.removeAlarm.run()
  }
}
