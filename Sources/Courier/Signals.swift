import Bellhop
import Store

/// What the core is told.
enum Input: Sendable {
  /// Deliveries that now wait, in the order of commits.
  case arrived([Delivery])
  /// Deliveries that somebody else ended (`bellhop forget`).
  case ended(Set<Int64>)
  /// An attempt came back.
  case sent(token: Int, delivery: Int64, outcome: Outcome, took: Duration, Earlier)
  /// A heavy delivery with its words; none where it does not wait any more, nil where the spool did not answer.
  case fetched(token: Int, delivery: Int64, [Delivery]?)
  case committed(Int)
  case commitFailed(Int, SpoolError)
  /// A page of a lane's line; nil when the spool did not answer.
  case page(lane: Int, reading: Int, DeliveryPage?)
  /// Alarms that are due with their deliveries as far as they wait, and when the next one is due if there were none.
  case alarms([Alarm], [Delivery], next: Timestamp?)
  case alarmsFailed
  /// A page of retries that are due very far off, with their deliveries; nil where the spool did not answer.
  case far(reading: Int, [Alarm]?, [Delivery])
  /// A page of what waits out of line, for a drop; `last` is nil at the end, the page where the spool did not answer.
  case outOfLine(drop: Int, [Delivery]?, last: Alarm?)
  /// Time has passed.
  case tick
}

/// What the core wants done.
enum Effect: Sendable {
  /// At that wall time, and in ticks.
  case send(Sending, at: Timestamp, began: Duration)
  /// The attempt takes too long.
  case cancel(token: Int)
  case commit(Int, Batch)
  /// Somebody waits for the patient commits now.
  case hurry
  case read(lane: Int, reading: Int, destinations: [Int64], after: Int64, limit: PageLimit)
  /// Read a heavy delivery with its words.
  case fetch(token: Int, delivery: Int64)
  case readAlarms(dueBy: Timestamp, limit: Int)
  /// Read what is due behind that alarm, however far off.
  case readFar(reading: Int, after: Alarm, limit: Int)
  /// Find what waits out of line in any lane, behind that alarm.
  case readOutOfLine(drop: Int, after: Alarm?, limit: Int)
  case dropped(drop: Int, count: Int)
  /// Nobody sends through these any more.
  case close([any Transport])
  case report(CourierEvent)
}
