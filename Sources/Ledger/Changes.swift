import Bellhop
import Store

/// What a transaction changes in memory, once it is committed.
struct Changes {
  var committed = Committed()
  /// More or fewer deliveries waiting, by destination.
  var waiting: [Int64: Int] = [:]
  var dead = 0
  var unclear = 0

  /// Notes that a delivery left one state for another; nil is where new ones come from and removed ones go.
  mutating func moved(from old: DeliveryState?, to new: DeliveryState?, destination: Int64) {
    count(old, -1, destination)
    count(new, 1, destination)
  }

  private mutating func count(_ state: DeliveryState?, _ change: Int, _ destination: Int64) {
    switch state {
    case .waiting: waiting[destination, default: 0] += change
    case .dead: dead += change
    case .unclear: unclear += change
    case .delivered, .folded, .silenced, .held, nil: break
    }
  }
}
