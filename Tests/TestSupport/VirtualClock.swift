import Bellhop

/// Time that stands still until a test moves it. Wall time and monotonic time move together.
package final class VirtualClock: Sendable {
  private let state: Guarded<State>

  private struct State {
    var ticks: Duration = .zero
    var origin: Timestamp
    var sleepers: [Int: Sleeper] = [:]
    var next = 0
  }

  private struct Sleeper {
    var until: Duration
    var continuation: CheckedContinuation<Void, Never>
  }

  package init(origin: Timestamp = Timestamp(seconds: 1_800_000_000)) { state = Guarded(State(origin: origin)) }

  package var wall: Timestamp { state.withLock { $0.origin + $0.ticks } }
  package var ticks: Duration { state.withLock { $0.ticks } }
  /// How many sleep now.
  package var sleepers: Int { state.withLock { $0.sleepers.count } }

  /// Comes back when ``ticks`` has reached `until`, or at once when cancelled.
  package func sleep(until: Duration) async {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // The cancellation may have come before: then the handler has found nobody to wake.
        let isOver = state.withLock { state in
          if state.ticks >= until || Task.isCancelled { return true }
          state.sleepers[number] = Sleeper(until: until, continuation: continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume()
    }
  }

  /// Sets wall time, while no time goes by.
  package func set(by jump: Duration) { state.withLock { $0.origin = $0.origin + jump } }

  /// Moves time on and wakes whose time has come.
  package func advance(by step: Duration) {
    let due = state.withLock { state in
      state.ticks += step
      let due = state.sleepers.filter { $0.value.until <= state.ticks }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.sorted { $0.until < $1.until }
    }
    for sleeper in due { sleeper.continuation.resume() }
  }
}
