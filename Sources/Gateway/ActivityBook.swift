import Bellhop
import Ledger
import Store

/// What happened lately, for the charts. Told of each commit, in order, on the store's writer.
final class ActivityBook: Sendable {
  private let activity = Guarded(Activity())
  private let wall: @Sendable () -> Timestamp

  init(wall: @escaping @Sendable () -> Timestamp) { self.wall = wall }

  /// Begins with what the store knows. Called before anything is taken in, or it would be counted twice. A store that cannot be read now is no
  /// reason not to start: the charts begin empty.
  func load(_ ledger: Ledger) async {
    do throws(SpoolError) {
      let past = try await ledger.activity(at: wall())
      activity.withLock { $0 = past }
    } catch {
      activity.withLock { $0.since = wall() }
    }
  }

  func note(_ committed: Committed) {
    let now = wall()
    activity.withLock { $0.note(committed, now: now) }
  }

  var figures: ActivityFigures {
    let now = wall()
    return activity.withLock { $0 }.figures(at: now)
  }
}
