import Bellhop
import Deciding
import Pacing
import Store
import TestSupport

/// Stands between the store and its decider, and writes down what was decided in the order in which it was.
final class Scribe: Decider {
  /// One decision.
  enum Seen: Sendable {
    /// An event; with the silences that were in the store.
    case event(Event, StoreTurn, Decision, isPlanned: Bool, silences: [UInt8]?)
    case window(Alarm, StoreTurn, Consequences)
    case beginning(StoreTurn, Consequences)
  }

  private let decider: TableDecider
  private let seen = Guarded<[Seen]>([])

  init(_ decider: TableDecider) { self.decider = decider }

  /// What was decided since the last time.
  func take() -> [Seen] {
    seen.withLock { seen in
      defer { seen = [] }
      return seen
    }
  }

  func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision {
    let decision = decider.decide(arrival, in: turn, states)
    let silences = states.state(SilenceList.key)?.bytes
    seen.withLock { $0.append(.event(arrival.event, turn, decision, isPlanned: arrival.wish.generation == nil, silences: silences)) }
    return decision
  }

  func wake(_ window: Alarm, in turn: StoreTurn, _ states: any StateReading) -> Consequences {
    let consequences = decider.wake(window, in: turn, states)
    seen.withLock { $0.append(.window(window, turn, consequences)) }
    return consequences
  }

  func begin(in turn: StoreTurn, _ states: any StateReading) -> Consequences {
    let consequences = decider.begin(in: turn, states)
    seen.withLock { $0.append(.beginning(turn, consequences)) }
    return consequences
  }
}
