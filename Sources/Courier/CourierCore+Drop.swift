import Bellhop
import Store

// Ending by hand all that waits in a lane: what stands in line from its head, what waits out of line from a walk over the alarms.
extension CourierCore {
  /// How a drop begins.
  enum DropStart {
    /// Its number, under which its end is told.
    case begun(Int)
    case nothingThere
    case underWay
  }

  mutating func drop(_ name: String) -> DropStart {
    guard let lane = lanesByName[name], lane.way != nil, draining == nil else { return .nothingThere }
    guard lane.drop == nil else { return .underWay }
    nextDrop += 1
    lane.drop = Lane.LaneDrop(number: nextDrop, through: highest == 0 ? .max : highest)
    touch(lane)
    return .begun(nextDrop)
  }

  /// As far as ends may be under way at once; the rest when those are on disk.
  mutating func goOnDropping(_ lane: Lane, _ now: StepTime) {
    guard let through = lane.drop?.through else { return }
    while lane.closing < limits.closing, let head = lane.line.first, head.id <= through {
      dropOne(remove(from: lane, at: 0), lane)
    }
    readOutOfLine(lane, now)
    let isEmpty = lane.line.first.map { $0.id > through } ?? !lane.hasMore
    if isEmpty, let drop = lane.drop, drop.isScanned, lane.closing == 0 {
      effects.append(.dropped(drop: drop.number, count: drop.count))
      lane.drop = nil
    }
  }

  private mutating func readOutOfLine(_ lane: Lane, _ now: StepTime) {
    guard let drop = lane.drop, !drop.isScanned, !drop.isReading, lane.closing < limits.closing else { return }
    guard drop.readNotBefore <= now.ticks else {
      arm(lane, at: drop.readNotBefore)
      return
    }
    lane.drop?.isReading = true
    effects.append(.readOutOfLine(drop: drop.number, after: drop.after, limit: limits.closing))
  }

  mutating func dropOutOfLine(_ number: Int, _ deliveries: [Delivery]?, last: Alarm?, _ now: StepTime) {
    guard let lane = lanes.values.first(where: { $0.drop?.number == number }), let drop = lane.drop, draining == nil else { return }
    lane.drop?.isReading = false
    touch(lane)
    guard let deliveries else {
      lane.drop?.readNotBefore = now.ticks + .seconds(1)
      return
    }
    lane.drop?.isScanned = last == nil
    lane.drop?.after = last
    for delivery in deliveries where delivery.id <= drop.through && flights[delivery.id] == nil && delivery.due != nil {
      guard route(of: delivery).lane === lane, !lane.holds(delivery.id) else { continue }
      dropOne(parcel(delivery), lane)
    }
  }

  private mutating func dropOne(_ parcel: Parcel, _ lane: Lane) {
    let delivery = parcel.delivery
    lane.drop?.count += 1
    close(
      parcel, lane,
      Settlement(
        delivery: delivery.id, event: delivery.sequence, role: delivery.role, received: delivery.received,
        state: .dead, note: "dropped by hand", fault: .dropped_by_hand, spent: delivery.spent))
  }

  /// A reload in the middle: the lane of the same name goes on with it, or it is over.
  mutating func carry(_ drop: Lane.LaneDrop, to lane: Lane?) {
    guard let lane, lane.way != nil else {
      effects.append(.dropped(drop: drop.number, count: drop.count))
      return
    }
    lane.drop = drop
  }
}
