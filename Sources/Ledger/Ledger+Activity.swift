import Bellhop
import GRDB
import Store

extension Ledger {
  /// Looking back for the charts takes no longer than that for each of two walks: the gateway waits for it when it starts.
  static let timePerActivity = Duration.milliseconds(100)

  /// What happened lately, counted anew: from the newest on, as far as there is time.
  public func activity(at now: Timestamp) async throws(SpoolError) -> Activity {
    try await look { db in
      var activity = Activity()
      let events = try self.countEvents(from: now - .seconds(Activity.minutes * 60), in: &activity, db)
      let fates = try self.countFates(from: now - .seconds(Activity.hours * 3_600), now, in: &activity, db)
      activity.since = [events, fates].compactMap(\.self).max()
      return activity
    }
  }

  /// Answers where it had to stop; nil where it got through.
  private func countEvents(from first: Timestamp, in activity: inout Activity, _ db: Database) throws -> Timestamp? {
    let end = ticks() + Self.timePerActivity
    let find = try SQLQuery("SELECT received, severity FROM event WHERE gone <> \(Rows.EventRow.removed) ORDER BY sequence DESC", on: db)
    var looked = 0
    var stop: Timestamp?
    try find.each {
      let received = KeptValue.time(find.int(0))
      if received < first { return false }
      looked += 1
      if looked % 64 == 0, self.ticks() >= end {
        stop = received
        return false
      }
      activity.note(Severity(rawValue: Int(clamping: find.int(1))) ?? .info, at: received)
      return true
    }
    return stop
  }

  private func countFates(
    from first: Timestamp, _ now: Timestamp, in activity: inout Activity, _ db: Database
  ) throws -> Timestamp? {
    let end = ticks() + Self.timePerActivity
    let recent = now - .seconds(Activity.minutes * 60)
    let find = try SQLQuery(
      """
      SELECT d.id, e.received, d.role, d.state, d.lane, d.at, d.took
      FROM delivery d CROSS JOIN event e ON e.sequence = d.event ORDER BY d.id DESC
      """, on: db)
    let later = try SQLQuery("SELECT at, took FROM attempt WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1", on: db)
    var looked = 0
    var stop: Timestamp?
    try find.each {
      let received = KeptValue.time(find.int(1))
      if received < first { return false }
      looked += 1
      if looked % 64 == 0, self.ticks() >= end {
        stop = received
        return false
      }
      let state = DeliveryState(rawValue: Int(clamping: find.int(3))) ?? .dead
      guard state == .delivered, received >= recent else {
        activity.note(state, of: find.text(2), at: received)
        return true
      }
      var ended = received
      if let lane = find.optionalInt(4), lane >= 0 {
        ended = KeptValue.time(find.int(5)) + AttemptRow.took(kept: find.int(6))
      } else {
        let ids = AttemptRow.ids(of: find.int(0))
        later.bind(1, ids.lowerBound)
        later.bind(2, ids.upperBound)
        ended = try later.first { KeptValue.time(later.int(0)) + KeptValue.duration(later.int(1)) } ?? received
      }
      activity.note(state, of: find.text(2), at: ended)
      activity.note(latency: ended - received, at: ended)
      return true
    }
    return stop
  }
}
