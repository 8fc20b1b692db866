import Bellhop

/// What others tell the courier's loop, in order. One consumer.
final class CourierInbox<Item: Sendable>: Sendable {
  private let state = Guarded(InboxState())

  private struct InboxState {
    var items: [Item] = []
    var consumer: CheckedContinuation<Void, Never>?
    var phase = InboxPhase.before
    var watchers: [CheckedContinuation<Void, Never>] = []
  }

  private enum InboxPhase {
    case before
    case open
    case closed
  }

  /// False when it was opened before.
  func open() -> Bool {
    state.withLock { state in
      guard state.phase == .before else { return false }
      state.phase = .open
      return true
    }
  }

  /// False when nobody will take it: the loop has not begun or has ended.
  @discardableResult
  func put(_ item: Item) -> Bool {
    let (taken, consumer) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
      guard state.phase == .open else { return (false, nil) }
      state.items.append(item)
      defer { state.consumer = nil }
      return (true, state.consumer)
    }
    consumer?.resume()
    return taken
  }

  /// All that has come, as soon as there is something.
  func take() async -> [Item] {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if state.items.isEmpty, state.phase == .open {
          state.consumer = continuation
          return false
        }
        return true
      }
      if isReady { continuation.resume() }
    }
    return state.withLock { state in
      defer { state.items = [] }
      return state.items
    }
  }

  /// Takes nothing more; answers what was left.
  func close() -> [Item] {
    let (items, watchers) = state.withLock { state in
      state.phase = .closed
      defer {
        state.items = []
        state.watchers = []
      }
      return (state.items, state.watchers)
    }
    for watcher in watchers { watcher.resume() }
    return items
  }

  /// Comes back when it is closed, or was never opened.
  func closed() async {
    await withCheckedContinuation { continuation in
      let isClosed = state.withLock { state in
        guard state.phase == .open else { return true }
        state.watchers.append(continuation)
        return false
      }
      if isClosed { continuation.resume() }
    }
  }
}
