import Bellhop
import GRDB
import Store

/// What windows read at their ends stays until then, however old it is. It stands among the alarms under a number of its own, by the event; and as a
/// window rarely lasts longer than events are kept, there is next to nothing of it.
extension Writer {
  /// Behind those of ``Alarm/Kind``.
  private static let needed = 2
  /// So late a window may be woken without being late.
  private static let slack = Duration.seconds(60)

  /// Notes an event that is read when it may be too old to be kept.
  func keep(_ need: NeededEvent) throws {
    let until = need.until + Self.slack
    guard until > need.received + keep else { return }
    let known = try needed(need.event)
    if let known, known >= until { return }
    statements.setAlarm.bind(1, Self.needed)
    statements.setAlarm.bind(2, need.event)
    statements.setAlarm.bind(3, until.microseconds)
    try statements.setAlarm.run()
  }

  /// A window waits to read it.
  func isNeeded(_ event: Int64, at now: Timestamp) throws -> Bool {
    guard let until = try needed(event) else { return false }
    if until > now { return true }
    statements.removeAlarm.bind(1, Self.needed)
    statements.removeAlarm.bind(2, event)
    try statements.removeAlarm.run()
    return false
  }

  /// Windows wait to be woken for longer than it takes: the gateway was down. What they are about is read first.
  func isBehind(at now: Timestamp, _ db: Database) throws -> Bool {
    let find = try SQLQuery("SELECT due FROM alarm WHERE kind = ? AND due <= ? LIMIT 1", on: db)
    find.bind(1, Alarm.Kind.window.rawValue)
    find.bind(2, (now - Self.slack).microseconds)
    return try find.first { find.int(0) } != nil
  }

  private func needed(_ event: Int64) throws -> Timestamp? {
    let read = statements.readAlarm
    read.bind(1, Self.needed)
    read.bind(2, event)
    return try read.first { KeptValue.time(read.int(0)) }
  }
}
