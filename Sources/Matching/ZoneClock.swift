import Foundation

/// How far the clocks of a zone are from UTC, and when that changes.
package struct ZoneClock: Sendable, Hashable {
  package let zone: TimeZone

  /// The clocks of that zone.
  package init(zone: TimeZone) { self.zone = zone }

  /// Seconds east of UTC at a moment in seconds since 1970.
  package func offset(at seconds: Int64) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
  }

  /// The first second after `start` and not after `end` at which the offset is another than before. No zone changes twice within
  /// the little more than a day that this is asked for at most. By halving, because Foundation tells daylight saving only and not a change of law.
  package func change(after start: Int64, before end: Int64) -> Int64? {
    let old = offset(at: start)
    guard offset(at: end) != old else { return nil }
    var (same, changed) = (start, end)
    while changed - same > 1 {
      let middle = same + (changed - same) / 2
      if offset(at: middle) == old { same = middle } else { changed = middle }
    }
    return changed
  }

  /// The moment at which clocks on the wall show a time, both in seconds since 1970, the one of the wall as if it stood in UTC. Of a time that
  /// comes twice the first; of one that is skipped, the first moment after the gap.
  package func moment(ofWall local: Int64) -> Int64 {
    // Nowhere are clocks further from UTC than these: https://en.wikipedia.org/wiki/List_of_UTC_offsets
    let (start, end) = (local - 15 * 3_600, local + 13 * 3_600)
    let (before, after) = (Int64(offset(at: start)), Int64(offset(at: end)))
    if before == after || offset(at: local - before) == before { return local - before }
    if offset(at: local - after) == after { return local - after }
    return change(after: start, before: end) ?? local - after
  }
}
