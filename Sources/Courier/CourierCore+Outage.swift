import Bellhop
import Store

// Faults of the lane and faults of the message. Nobody there, or credentials that are not taken: that is the lane's, and its time counts for
// all that stand in it. A message ends as dead when its lane has been out for `retry.for` since it joined it, tried itself or not; so a
// backlog for a host that is gone ends in the time that each of its messages was promised, and not in that time for each after the other.

/// Since when a lane takes nothing, as far as it was tried.
struct LaneOutage {
  /// What had joined the lane by then: ids grow with time. The earliest first.
  private(set) var marks: [(through: Int64, at: Duration)] = []
  private(set) var fault: Fault
  /// An attempt has just shown that it goes on: what has waited long enough may end.
  var isFresh = true

  init(_ fault: Fault) { self.fault = fault }

  /// The lane was tried once more. Marks stand a part of `budget` apart, and those older than it are one.
  mutating func goesOn(_ fault: Fault, through id: Int64, at ticks: Duration, budget: Duration) {
    self.fault = fault
    isFresh = true
    while marks.count > 1, ticks - marks[1].at >= budget { marks.removeFirst() }
    guard let last = marks.last, ticks - last.at < budget / 32 else {
      marks.append((id, ticks))
      return
    }
  }

  /// Before the first arrival of a process nobody knew which id is the last.
  mutating func bound(by id: Int64) { for index in marks.indices where marks[index].through == .max { marks[index].through = id } }

  /// How long the lane has been out for a delivery.
  func length(for id: Int64, at ticks: Duration) -> Duration { marks.first { id <= $0.through }.map { ticks - $0.at } ?? .zero }
}

extension CourierCore {
  /// Whether an outcome says that its lane takes nothing from anybody; nil where it does not say.
  private static func tellsOutage(_ outcome: Outcome) -> Bool? {
    switch outcome {
    case .delivered: false
    case .refused(let fault): fault.kind == .unauthorized
    case .postponed(let fault, let after) where after ?? .zero <= .zero:
      fault.kind == .interrupted ? nil : fault.kind == .unreachable
    case .postponed: false
    case .unclear: nil
    }
  }

  /// Takes note of what an attempt tells of its lane.
  func noteOutage(_ outcome: Outcome, _ lane: Lane, _ policy: Policy, _ now: StepTime) {
    guard let isOut = Self.tellsOutage(outcome) else { return }
    guard isOut, let fault = outcome.fault else {
      lane.outage = nil
      return
    }
    var outage = lane.outage ?? LaneOutage(fault)
    outage.goesOn(fault, through: highest == 0 ? .max : highest, at: now.ticks, budget: policy.retry.for)
    lane.outage = outage
  }

  /// What of its budget a delivery has spent, its lane's outage included.
  func spent(_ delivery: Delivery, _ lane: Lane, _ now: StepTime) -> Duration {
    max(delivery.spent, lane.outage?.length(for: delivery.id, at: now.ticks) ?? .zero)
  }

  /// Ends what has waited for a lane that is out for as long as any message is tried.
  mutating func endOutaged(_ lane: Lane, _ way: ConfiguredTransport, _ now: StepTime) {
    guard let outage = lane.outage, outage.isFresh, pauses[lane.name]?.isOver(at: now.wall) ?? true else { return }
    let budget = way.policy.retry.for
    while lane.closing < limits.closing, let head = lane.line.first {
      guard outage.length(for: head.id, at: now.ticks) >= budget else {
        lane.outage?.isFresh = false
        return
      }
      let delivery = remove(from: lane, at: 0).delivery
      let fault = Fault(outage.fault.kind, "\(outage.fault.line) (its lane took nothing for \(budget.short))")
      var settlement = Settlement(
        delivery: delivery.id, event: delivery.sequence, role: delivery.role, received: delivery.received, state: .dead,
        spent: max(delivery.spent, budget))
      kill(&settlement, delivery, fault)
      close(head, lane, settlement, .deliveryDead(delivery, fault))
    }
  }
}
