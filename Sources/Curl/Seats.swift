/// Everybody who is still owed an answer, each in a seat of his own: found and let go without hashing.
struct Seats {
  private var seated: [(any Transfer)?] = []
  private var free: [Int] = []

  mutating func take(_ transfer: any Transfer) {
    if let seat = free.popLast() {
      seated[seat] = transfer
      transfer.seat = seat
    } else {
      transfer.seat = seated.count
      seated.append(transfer)
    }
  }

  mutating func leave(_ transfer: any Transfer) {
    guard seated.indices.contains(transfer.seat), seated[transfer.seat] === transfer else { return }
    seated[transfer.seat] = nil
    free.append(transfer.seat)
    transfer.seat = -1
  }

  /// All of them.
  var all: [any Transfer] { seated.compactMap(\.self) }

  /// Looks at everybody: cancellations are rare.
  func first(named name: ErrandName) -> (any Transfer)? { seated.lazy.compactMap(\.self).first { $0.errand == name } }
}
