import Bellhop
import Store

// Deliveries whose time has come go back into line, on disk first: so a page of alarms is never read twice, and a delivery that finds its
// lane's window full is read again from disk like any other.
extension CourierCore {
  mutating func askForAlarms(_ now: StepTime) {
    guard draining == nil, isLoaded, alarmsAsked == nil, releasing == 0, now.ticks >= alarmsNotBefore, let due = nextAlarm, due <= now.wall
    else {
      return
    }
    alarmsAsked = due
    nextAlarm = nil
    nextReading += 1
    alarmsReading = nextReading
    readings.insert(nextReading)
    effects.append(.readAlarms(dueBy: now.wall, limit: limits.alarmPage))
  }

  mutating func alarmsFailed(_ now: StepTime) {
    if let asked = alarmsAsked { nextAlarm = min(nextAlarm ?? asked, asked) }
    alarmsAsked = nil
    readings.remove(alarmsReading)
    forgetLeft()
    alarmsNotBefore = now.ticks + .seconds(1)
  }

  mutating func ring(_ alarms: [Alarm], _ deliveries: [Delivery], next: Timestamp?, _ now: StepTime) {
    alarmsAsked = nil
    readings.remove(alarmsReading)
    defer { forgetLeft() }
    guard draining == nil else { return }
    if let next { nextAlarm = min(nextAlarm ?? next, next) }
    guard let first = alarms.first else { return }
    // There may be more: ask again once these are in line.
    nextAlarm = min(nextAlarm ?? first.due, first.due)
    let waiting = Dictionary(deliveries.map { ($0.id, $0) }) { first, _ in first }
    for alarm in alarms {
      guard let delivery = waiting[alarm.ref] else {
        outbox.batch.alarms.append(.clear(.delivery, ref: alarm.ref))
        continue
      }
      guard flights[alarm.ref] == nil, left[alarm.ref, default: 0] < alarmsReading else {
        alarmsNotBefore = now.ticks + .seconds(1)
        continue
      }
      let parcel = parcel(delivery.again(attempts: delivery.attempts, spent: delivery.spent, started: delivery.started))
      nextToken += 1
      flights[delivery.id] = Flight(parcel, lane: route(of: delivery).lane, token: nextToken, phase: .releasing)
      releasing += 1
      outbox.batch.settlements.append(
        Settlement(
          delivery: delivery.id, event: delivery.sequence, role: delivery.role, received: delivery.received,
          state: .waiting, spent: delivery.spent, started: delivery.started))
    }
    if releasing == 0 { alarmsNotBefore = max(alarmsNotBefore, now.ticks + .milliseconds(100)) }
  }
}
