import Bellhop
import Store

/// What an event is to a watch.
public struct WatchMeaning: Sendable {
  /// The name of the watch.
  public let watch: String
  /// What the event does: `opens a follow-up, to be followed within 1d`.
  public let words: String
  /// The type that the watch may emit because of it.
  public let emits: String
  /// What tells its matter from others: the paths of `by` and the event's values there; nil for a value that it lacks.
  public let key: [(path: String, value: String?)]
}

extension WatchRule {
  /// What an event does that is this part of the rule, as people say it.
  func words(of part: Int) -> String {
    switch self {
    case .followUp(_, _, let within):
      part == 0 ? "opens a follow-up, to be followed within \(within.short)" : "satisfies a follow-up that is open"
    case .heartbeat(_, .every(let period), let grace): "beats; the next is overdue \((period + grace).short) later"
    case .heartbeat(_, .cron(let cron), let grace): "beats; the next is overdue \(grace.short) after its time, \(cron.text) \(cron.zone)"
    case .sequence(let steps, let within):
      part == 0 ? "is step 1 of \(steps.count) within \(within.short)" : "is step \(part + 1) of \(steps.count)"
    case .count(_, let atLeast, let within): "counts; \(atLeast) within \(within.short) are too many"
    }
  }
}
