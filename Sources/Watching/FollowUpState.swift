import Bellhop
import Store

/// What a follow-up knows of a key.
struct FollowUpState {
  /// Something that is to be followed.
  struct Promise: Hashable {
    /// Until when.
    var due: Timestamp
    /// The event that is to be followed.
    var sequence: Int64
    var depth: Int
  }

  /// Waits. The first counts: what comes again while it waits moves nothing.
  var open: Promise?
  /// Was missed, and told. What happened in time and is received late takes it back.
  var missed: Promise?

  /// So long a missed one may be taken back: as long as a store remembers by default what it was sent.
  static let memory = Duration.seconds(7 * 86_400)

  init(_ json: JSON? = nil) {
    let parts = json?.array ?? []
    guard parts.count == 2 else { return }
    open = Promise(parts[0])
    missed = Promise(parts[1])
  }

  /// Nil: nothing is known.
  var json: JSON? { open == nil && missed == nil ? nil : [open?.json ?? .null, missed?.json ?? .null] }

  /// Nil while something waits.
  func expires(_ now: Timestamp) -> Timestamp? { open == nil ? missed.map { max($0.due, now) + Self.memory } : nil }

  /// What was waited for.
  mutating func meet(_ event: Event, _ watch: Watch, _ slot: RuleSlot, _ work: inout WatchTurn) {
    if let missed, event.time <= missed.due {
      self.missed = nil
      // The start is told of again; where it was forgotten meanwhile, nothing is.
      guard let start = work.event(missed.sequence) else { return }
      work.emit(
        WatchFinding(
          about: start, sequence: missed.sequence, depth: max(missed.depth, WatchTurn.depth(of: event)),
          mark: "\(missed.sequence)-recovered",
          facts: ["due": .string(missed.due.rfc3339), "happened": .string(event.time.rfc3339)], reversal: .recovered,
          text: "it did happen in time, and was received \((work.now - missed.due).rough) after its time was up"),
        watch, slot)
      return
    }
    guard let open else { return }
    if work.now <= open.due || event.time <= open.due {
      self.open = nil
      work.expect(nil, slot)
    } else {
      // It comes too late; only the alarm has not gone off yet.
      miss(watch, slot, &work)
    }
  }

  /// What is to be followed.
  mutating func begin(_ event: Event, _ within: Duration, _ watch: Watch, _ slot: RuleSlot, _ work: inout WatchTurn) {
    if let open {
      // Further away than it can be: the clock was ahead when it was set.
      if open.due > work.now + within {
        self.open?.due = work.now + within
        work.expect(work.now + within, slot)
      }
      if open.due >= work.now { return }
      miss(watch, slot, &work)
    }
    open = Promise(due: work.now + within, sequence: work.turn.sequence, depth: WatchTurn.depth(of: event))
    work.expect(open?.due, slot)
    work.need(until: open?.due)
  }

  /// Nothing came. Of a start that was forgotten or swept meanwhile nothing is told: nobody knows any more whom it was about.
  mutating func miss(_ watch: Watch, _ slot: RuleSlot, _ work: inout WatchTurn) {
    guard let open else { return }
    self.open = nil
    work.expect(nil, slot)
    guard let start = work.event(open.sequence) else { return }
    missed = open
    work.emit(WatchFinding(about: start, sequence: open.sequence, depth: open.depth, mark: "\(open.sequence)", due: open.due), watch, slot)
  }
}

extension FollowUpState.Promise {
  fileprivate init?(_ json: JSON) {
    guard let parts = json.array, parts.count == 3, let due = WatchTurn.time(parts[0]), let sequence = parts[1].int else {
      return nil
    }
    self.init(due: due, sequence: sequence, depth: WatchTurn.depth(parts[2]))
  }

  fileprivate var json: JSON { [.int(due.microseconds), .int(sequence), .int(Int64(depth))] }
}
