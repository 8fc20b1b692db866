import Bellhop
import GRDB
import Store

/// The one writer: its statements, the next numbers, and how a batch becomes rows.
///
/// Sendable because every use of it after ``init(_:)`` is inside a block on GRDB's serial queue for the writing connection.
final class Writer: @unchecked Sendable {
  /// The numbers given so far; they are never given twice, even when their rows are gone.
  struct Marks {
    var sequence: Int64 = 0
    var delivery: Int64 = 0
    var destination: Int64 = 0
    var lane: Int64 = 0
    /// Of states.
    var version: Int64 = 0
    var received = Timestamp(microseconds: .min)
  }

  var marks: Marks
  var tail: Tail
  /// Where the next step of a sweep starts.
  var swept: Int64 = 0
  let statements: Statements
  private let pageSize: Int64
  private var numbers: [Destination: Int64] = [:]
  var laneNumbers: [String: Int64] = [:]
  private var durability = Durability()
  /// How long events are kept.
  var keep = Duration.zero
  /// States that were read lately, with those that are not there: most are read for every event. Whatever changes one forgets it here.
  private(set) var knownStates: [String: (state: KeptState, expires: Timestamp?)?] = [:]
  private static let statesKept = 1_000
  /// Why a decision could not read a state: the transaction is undone for it.
  var unread: (any Error)?
  /// Numbers of destinations that were named since somebody began to look for those that nobody names; nil while nobody looks.
  private(set) var named: Set<Int64>?
  /// The same of lanes.
  private(set) var namedLanes: Set<Int64>?
  private var lookers = 0
  private static let numbersKept = 10_000

  /// - Parameter full: of the ``Tail``.
  init(_ db: Database, full: Int = Tail.usual) throws {
    statements = try Statements(db)
    pageSize = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0
    marks = try Self.marks(db)
    tail = try Self.tail(db, full: full)
  }

  /// A number from which nobody could count on.
  struct Senseless: Error, CustomStringConvertible {
    let description: String
  }

  private static func marks(_ db: Database) throws -> Marks {
    var marks = Marks()
    let meta = try SQLQuery(
      "SELECT name, value FROM meta WHERE name IN ('sequence', 'delivery', 'destination', 'lane', 'version', 'received')", on: db)
    try meta.each {
      switch meta.text(0) {
      case "sequence": marks.sequence = meta.int(1)
      case "delivery": marks.delivery = meta.int(1)
      case "destination": marks.destination = meta.int(1)
      case "lane": marks.lane = meta.int(1)
      case "version": marks.version = meta.int(1)
      default: if meta.int(1) != .min { marks.received = KeptValue.time(meta.int(1)) }
      }
      return true
    }
    let event = try SQLQuery("SELECT sequence, received FROM event ORDER BY sequence DESC LIMIT 1", on: db)
    try event.each {
      marks.sequence = max(marks.sequence, event.int(0))
      marks.received = max(marks.received, KeptValue.time(event.int(1)))
      return true
    }
    let numbers = try SQLQuery(
      "SELECT (SELECT max(id) FROM delivery), (SELECT max(id) FROM destination), (SELECT max(id) FROM lane)", on: db)
    try numbers.each {
      marks.delivery = max(marks.delivery, numbers.int(0))
      marks.destination = max(marks.destination, numbers.int(1))
      marks.lane = max(marks.lane, numbers.int(2))
      return true
    }
    for (what, mark) in [
      ("event", marks.sequence), ("delivery", marks.delivery), ("destination", marks.destination), ("lane", marks.lane),
      ("state", marks.version),
    ] where !KeptValue.numbers.contains(mark) { throw Senseless(description: "its last \(what) has the number \(mark)") }
    return marks
  }

  /// Writes the numbers down, before rows that show them are removed.
  func keepMarks() throws {
    for (name, value) in [
      ("sequence", marks.sequence), ("delivery", marks.delivery), ("destination", marks.destination), ("lane", marks.lane),
      ("received", marks.received.microseconds),
    ] {
      statements.setMeta.bind(1, name)
      statements.setMeta.bind(2, value)
      try statements.setMeta.run()
    }
  }

  /// Bytes of all pages but those on SQLite's free list. As dear as some rows, because SQLite parses a pragma anew whenever it is run.
  func usedBytes() throws -> Int64 {
    func number(_ pragma: SQLQuery) throws -> Int64 { try pragma.first { pragma.int(0) } ?? 0 }
    return try (number(statements.pageCount) - number(statements.freePages)) * pageSize
  }

  /// All that `body` does, or nothing: also of what this object remembers.
  func transaction<Value>(_ db: Database, _ level: Durability.Level, _ body: () throws -> Value) throws -> Value {
    try durability.set(level, db)
    let before = marks
    tail.startTaking()
    tail.begin()
    do {
      try statements.begin.run()
      let value = try body()
      try takeOver()
      if marks.version != before.version { try keepVersion() }
      try statements.commit.run()
      tail.commit()
      return value
    } catch {
      // SQLite has rolled back by itself after some errors (full disk, failed write).
      if db.isInsideTransaction { try? statements.rollback.run() }
      // Who read a state in it may remember its version: it is not given again.
      let version = marks.version
      marks = before
      marks.version = version
      knownStates = [:]
      tail.rollback()
      numbers = [:]
      laneNumbers = [:]
      throw error
    }
  }

  /// Applies a batch; the answers are those to its arrivals.
  func apply(
    _ batch: PreparedBatch, _ db: Database, now: Timestamp, idempotency: Duration, _ decider: any Decider, _ changes: inout Changes
  ) throws -> [Acceptance] {
    var answers: [Acceptance] = []
    answers.reserveCapacity(batch.arrivals.count)
    for arrival in batch.arrivals { answers.append(try accept(arrival, db, now: now, idempotency: idempotency, decider, &changes)) }
    for settlement in batch.settlements { try settle(settlement, db, &changes) }
    for alarm in batch.alarms { try change(alarm) }
    for (key, value) in batch.states { try set(key, to: value) }
    if batch.begins { try begin(db, now: now, idempotency: idempotency, decider, &changes) }
    for alarm in batch.due { try wake(alarm, db, now: now, idempotency: idempotency, decider, &changes) }
    return answers
  }

  func know(_ key: String, _ found: (state: KeptState, expires: Timestamp?)?) {
    if knownStates.count >= Self.statesKept { knownStates = [:] }
    knownStates[key] = .some(found)
  }

  func forgetState(_ key: String) { knownStates[key] = nil }

  func set(_ key: String, to value: StateValue?) throws {
    forgetState(key)
    let query = value == nil ? statements.removeState : statements.setState
    query.bind(1, key)
    if let value {
      query.bind(2, value.bytes)
      query.bind(3, value.expires?.microseconds)
      marks.version += 1
      query.bind(4, marks.version)
    }
    try query.run()
  }

  private func keepVersion() throws {
    statements.setMeta.bind(1, "version")
    statements.setMeta.bind(2, marks.version)
    try statements.setMeta.run()
  }

  /// The number of a lane's name; a new one gets a row.
  func number(ofLane name: String) throws -> Int64 {
    let number = try laneNumbers[name] ?? lookUp(lane: name)
    namedLanes?.insert(number)
    return number
  }

  private func lookUp(lane name: String) throws -> Int64 {
    statements.findLane.bind(1, name)
    var number = try statements.findLane.first { statements.findLane.int(0) } ?? 0
    if number == 0 {
      marks.lane += 1
      number = marks.lane
      statements.addLane.bind(1, number)
      statements.addLane.bind(2, name)
      try statements.addLane.run()
    }
    if laneNumbers.count >= Self.numbersKept { laneNumbers = [:] }
    laneNumbers[name] = number
    return number
  }

  /// The number of a destination; a new one gets a row.
  func number(of destination: Destination) throws -> Int64 {
    let number = try numbers[destination] ?? lookUp(destination)
    named?.insert(number)
    return number
  }

  private func lookUp(_ destination: Destination) throws -> Int64 {
    let form = destination.form
    statements.findDestination.bind(1, form)
    var number = try statements.findDestination.first { statements.findDestination.int(0) } ?? 0
    if number == 0 {
      marks.destination += 1
      number = marks.destination
      statements.addDestination.bind(1, number)
      statements.addDestination.bind(2, form)
      try statements.addDestination.run()
    }
    // Templated targets can be without number: what is not used lately is looked up again.
    if numbers.count >= Self.numbersKept { numbers = [:] }
    numbers[destination] = number
    return number
  }

  /// Numbers are looked up again: rows of some are gone.
  func forgetNumbers() {
    numbers = [:]
    laneNumbers = [:]
  }

  /// From now on whoever names a destination is noted, until as many have ended as have begun.
  func beginNoting() {
    lookers += 1
    if named == nil { (named, namedLanes) = ([], []) }
  }

  func endNoting() {
    lookers -= 1
    if lookers == 0 { (named, namedLanes) = (nil, nil) }
  }
}
