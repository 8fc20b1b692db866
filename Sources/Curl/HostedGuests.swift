import Bellhop

/// Those who share the loop's thread, and when each wants its next turn.
struct HostedGuests {
  private struct Boarder {
    var guest: any Guest
    var at: ContinuousClock.Instant?
  }

  private var entries: [Boarder] = []

  mutating func add(_ guest: any Guest) { entries.append(Boarder(guest: guest, at: .now)) }

  /// Gives a turn to everybody, or to those whose time has come.
  mutating func turn(all: Bool) {
    var index = 0
    while index < entries.count {
      if all || isDue(entries[index]) {
        switch entries[index].guest.turn() {
        case .done:
          entries.remove(at: index)
          continue
        case .again(let wait): entries[index].at = wait.map { .now + $0 }
        }
      }
      index += 1
    }
  }

  private func isDue(_ entry: Boarder) -> Bool {
    guard let at = entry.at else { return false }
    return at <= .now
  }

  /// Milliseconds until somebody's time comes, rounded up; at most `limit`.
  func patience(atMost limit: Int) -> Int {
    var first: ContinuousClock.Instant?
    for entry in entries { if let at = entry.at, at < first ?? at + .seconds(1) { first = at } }
    guard let first else { return limit }
    return min(limit, max(0, Int(((first - .now).microseconds + 999) / 1_000)))
  }

  mutating func evict() {
    for entry in entries { entry.guest.evicted() }
    entries = []
  }
}
