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
  /// a day, the longest span this is asked for. By halving, because Foundation tells daylight saving only and not a change of law.
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
}
