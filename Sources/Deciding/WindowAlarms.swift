import Bellhop
import Store

/// The alarms of windows, the next one first.
struct WindowAlarms {
  private var due: [Int64: Timestamp] = [:]
  /// The latest first. One that was moved or cleared stays until its time, and counts no more.
  private var order: [(due: Timestamp, ref: Int64)] = []

  mutating func change(_ change: AlarmChange) {
    switch change {
    case .set(let alarm) where alarm.kind == .window:
      due[alarm.ref] = alarm.due
      order.insert((alarm.due, alarm.ref), at: place(of: alarm))
    case .clear(.window, let ref): due[ref] = nil
    default: break
    }
  }

  /// The first whose index is not later than the alarm.
  private func place(of alarm: Alarm) -> Int {
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      if (order[middle].due, order[middle].ref) > (alarm.due, alarm.ref) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Takes out the next one that is due by then.
  mutating func next(by end: Timestamp) -> Alarm? {
    while let last = order.last, last.due <= end {
      order.removeLast()
      guard due[last.ref] == last.due else { continue }
      due[last.ref] = nil
      return Alarm(kind: .window, ref: last.ref, due: last.due)
    }
    return nil
  }
}
