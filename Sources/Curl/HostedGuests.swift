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
    guard !entries.isEmpty, all || isDue else { return }
    entries = entries.compactMap { entry in
      guard all || entry.at.map({ $0 <= .now }) ?? false else { return entry }
      switch entry.guest.turn() {
      case .done: return nil
      case .again(let wait): return Boarder(guest: entry.guest, at: wait.map { .now + $0 })
      }
    }
  }

  private var isDue: Bool { entries.contains { $0.at.map { $0 <= .now } ?? false } }

  /// Milliseconds until somebody's time comes, rounded up; at most `limit`.
  func patience(atMost limit: Int) -> Int {
    guard let first = entries.lazy.compactMap(\.at).min() else { return limit }
    return min(limit, max(0, Int(((first - .now).microseconds + 999) / 1_000)))
  }

  mutating func evict() {
    for entry in entries { entry.guest.evicted() }
    entries = []
  }
}
