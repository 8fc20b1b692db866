import Bellhop
import Store

/// What a count knows of a key: how many came in each twentieth of the last window.
struct CountState {
  /// The number of the newest bucket, counted from 1970.
  private var newest: Int64 = 0
  /// Newest first.
  private var counts = [Int64](repeating: 0, count: buckets)
  /// It has been told that there are too many; that is told again after they were fewer than half.
  private var isTold = false

  /// The window slides by one of so many parts.
  static let buckets = 20
  /// More are not counted in one of them: more than any watch asks for.
  private static let enough: Int64 = 1 << 40

  init(_ json: JSON? = nil) {
    guard let parts = json?.array, parts.count == 3, let newest = parts[0].int, let isTold = parts[1].bool, let counts = parts[2].array,
      counts.count == Self.buckets
    else { return }
    self.newest = newest
    self.isTold = isTold
    self.counts = counts.map { max(0, min($0.int ?? 0, Self.enough)) }
  }

  var json: JSON { [.int(newest), .bool(isTold), .array(counts.map(JSON.int))] }

  /// When none of it counts any more.
  func expires(_ now: Timestamp, _ within: Duration) -> Timestamp { now + within }

  private var sum: Int64 { counts.reduce(0, +) }

  mutating func see(_ event: Event, _ atLeast: Int, _ within: Duration, _ watch: Watch, _ slot: RuleSlot, _ work: inout WatchTurn) {
    slide(to: work.now, within)
    // Between two events there are only ever fewer: the fewest are there right before the second.
    if isTold, sum * 2 < Int64(atLeast) { isTold = false }
    counts[0] += 1
    guard !isTold, sum >= Int64(atLeast) else { return }
    isTold = true
    work.emit(
      WatchFinding(
        about: event, sequence: work.turn.sequence, depth: WatchTurn.depth(of: event), mark: "\(work.turn.sequence)",
        facts: ["count": .int(sum), "within": .string(within.short)]),
      watch, slot)
  }

  private mutating func slide(to now: Timestamp, _ within: Duration) {
    let width = max(1, within.microseconds / Int64(Self.buckets))
    let micros = now.microseconds
    let number = micros >= 0 ? micros / width : (micros - width + 1) / width
    // A clock that was set back: no time has passed.
    let (step, isFar) = number > newest ? number.subtractingReportingOverflow(newest) : (0, false)
    newest = number
    if isFar || step >= Int64(Self.buckets) {
      counts = [Int64](repeating: 0, count: Self.buckets)
    } else if step > 0 {
      let empty = Int(step)
      counts = [Int64](repeating: 0, count: empty) + counts.dropLast(empty)
    }
  }
}
