import Bellhop
import Store

/// What a sequence knows of a key: the beginnings that may become whole.
struct SequenceState {
  /// Some first steps that were met.
  struct Partial: Hashable {
    /// How many steps.
    var steps: Int
    /// When the first was received.
    var start: Timestamp
    /// The events of the steps.
    var events: [Int64]
    var depth: Int
  }

  /// The further one has come the older its start is: of each number of steps only the newest is kept.
  private(set) var partials: [Partial] = []

  /// More beginnings than so many are not kept at a time: the oldest goes.
  static let most = 8

  init(_ json: JSON? = nil) { partials = json?.array?.compactMap(Partial.init) ?? [] }

  /// Nil: nothing is known.
  var json: JSON? { partials.isEmpty ? nil : .array(partials.map(\.json)) }

  /// When the last beginning is too old.
  func expires(_ within: Duration) -> Timestamp? { partials.map(\.start).max().map { $0 + within + .seconds(1) } }

  /// - Parameters:
  ///   - parts: which of the steps the event can be.
  ///   - count: how many steps make it whole.
  mutating func see(
    _ event: Event, _ parts: [Int], of count: Int, _ within: Duration, _ watch: Watch, _ slot: RuleSlot, _ work: inout WatchTurn
  ) {
    let now = work.now
    partials = partials.filter { $0.steps > 0 && $0.steps < count && now - $0.start <= within }
    // A clock that was set back: it has begun just now.
    for index in partials.indices where partials[index].start > now { partials[index].start = now }
    // From the last step down, so that the event is one step of each beginning.
    for part in parts.sorted(by: >) {
      var whole: Partial
      if part == 0 {
        whole = Partial(steps: 0, start: now, events: [], depth: 0)
      } else {
        guard let index = partials.firstIndex(where: { $0.steps == part }) else { continue }
        whole = partials.remove(at: index)
      }
      whole.steps = part + 1
      whole.events.append(work.turn.sequence)
      whole.depth = max(whole.depth, WatchTurn.depth(of: event))
      if whole.steps < count {
        partials.removeAll { $0.steps == whole.steps }
        partials.append(whole)
        continue
      }
      // Its events are used up, the last one for its first steps too.
      partials.removeAll { !Set($0.events).isDisjoint(with: whole.events) }
      work.emit(
        WatchFinding(
          about: event, sequence: work.turn.sequence, depth: whole.depth, mark: "\(work.turn.sequence)",
          facts: ["events": .array(whole.events.map(JSON.int)), "started": .string(whole.start.rfc3339)]),
        watch, slot)
      break
    }
    partials = Array(partials.sorted { ($0.start, $1.steps) > ($1.start, $0.steps) }.prefix(Self.most))
  }
}

extension SequenceState.Partial {
  fileprivate init?(_ json: JSON) {
    guard let parts = json.array, parts.count == 4, let steps = parts[0].int, let start = WatchTurn.time(parts[1]),
      let events = parts[2].array
    else {
      return nil
    }
    self.init(
      steps: Int(clamping: steps), start: start, events: events.compactMap(\.int), depth: WatchTurn.depth(parts[3])
    )
  }

  fileprivate var json: JSON { [.int(Int64(steps)), .int(start.microseconds), .array(events.map(JSON.int)), .int(Int64(depth))] }
}
