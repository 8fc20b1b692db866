import Bellhop
import Matching
import Store

/// What a heartbeat knows of a key.
struct HeartbeatState {
  /// When the last beat was received; nil where none has come since the watch began.
  var beat: Timestamp?
  /// Its place, to tell of it.
  var sequence: Int64 = 0
  var depth = 0
  /// When the next one is expected, without the grace; nil while one is overdue and told.
  var due: Timestamp?
  /// The expectation that was missed, from then until the next beat.
  var missed: Timestamp?

  /// Of a key that has gone for good so much is remembered for so long: a beat after that is the first.
  static let memory = Duration.seconds(90 * 86_400)

  init(_ json: JSON? = nil) {
    guard let parts = json?.array, parts.count == 5 else { return }
    beat = WatchTurn.time(parts[0])
    sequence = parts[1].int ?? 0
    depth = WatchTurn.depth(parts[2])
    due = WatchTurn.time(parts[3])
    missed = WatchTurn.time(parts[4])
  }

  /// Nil: nothing is known.
  var json: JSON? {
    if beat == nil, due == nil, missed == nil { return nil }
    func told(_ time: Timestamp?) -> JSON { time.map { .int($0.microseconds) } ?? .null }
    return [told(beat), .int(sequence), .int(Int64(depth)), told(due), told(missed)]
  }

  /// Nil while a beat is expected, and for a watch without keys, which would otherwise begin again and tell again.
  func expires(_ watch: Watch, _ now: Timestamp) -> Timestamp? { due == nil && !watch.by.isEmpty ? now + Self.memory : nil }

  mutating func expect(after time: Timestamp, _ schedule: BeatSchedule) {
    due = schedule.next(after: time)
    missed = nil
  }

  /// A beat has come.
  mutating func beat(
    _ event: Event, _ watch: Watch, _ schedule: BeatSchedule, _ grace: Duration, _ slot: RuleSlot, _ work: inout WatchTurn
  ) {
    // It comes too late; only the alarm has not gone off yet.
    if let due, work.now > due + grace, event.time > due + grace { miss(watch, schedule, grace, slot, &work) }
    let depth = WatchTurn.depth(of: event)
    if let missed {
      let gap = work.now - (beat ?? missed)
      work.emit(
        WatchFinding(
          about: event, sequence: work.turn.sequence, depth: max(depth, self.depth), mark: "\(missed.microseconds)-resumed",
          facts: [
            "expected": .string(missed.rfc3339), "gap": .string(gap.rough), "gap_seconds": .int(max(0, gap.components.seconds)),
          ],
          reversal: .resumed, text: "back after \(gap.rough)"),
        watch, slot)
    }
    beat = work.now
    sequence = work.turn.sequence
    self.depth = depth
    expect(after: work.now, schedule)
    work.expect(due.map { $0 + grace }, slot)
    work.need(until: due.map { $0 + grace })
  }

  /// None came, and none within the grace: told once, until the next one comes. Where the last beat was forgotten or swept meanwhile, a watch
  /// without keys tells all the same; one with keys no longer knows whom it would be about, and forgets the key.
  mutating func miss(_ watch: Watch, _ schedule: BeatSchedule, _ grace: Duration, _ slot: RuleSlot, _ work: inout WatchTurn) {
    guard let due else { return }
    work.expect(nil, slot)
    let last = beat == nil ? nil : work.event(sequence)
    guard last != nil || watch.by.isEmpty else {
      self = HeartbeatState()
      return
    }
    self.due = nil
    missed = due
    // It is told of when the grace is over; what was expected was so before.
    var facts: JSON.Object = ["expected": .string(due.rfc3339)]
    facts["last"] = beat.map { .string($0.rfc3339) }
    work.emit(
      WatchFinding(
        about: last ?? watch.standIn(at: work.now), sequence: last == nil ? nil : sequence, depth: depth, mark: "\(due.microseconds)",
        due: due + grace, facts: facts), watch, slot)
  }
}

extension Watch {
  /// An event as the heartbeat is expected, for the templates, where none has come: its type and subject as far as the match says them.
  fileprivate func standIn(at time: Timestamp) -> Event {
    guard case .heartbeat(let expect, _, _) = rule else {
      return Event(id: name, sender: Event.gateway, source: Event.gateway, time: time)
    }
    return Event(
      id: name, sender: Event.gateway, source: Event.gateway, type: expect.firstType.flatMap { $0.contains("*") ? nil : $0 } ?? "message",
      subject: expect.onlySubject,
      time: time, text: "")
  }
}

extension Match {
  /// The one subject that it asks for.
  fileprivate var onlySubject: String? {
    switch self {
    case .subject(let globs): globs.count == 1 && globs[0].isLiteral ? globs[0].pattern : nil
    case .all(let parts): parts.lazy.compactMap(\.onlySubject).first
    default: nil
    }
  }
}
