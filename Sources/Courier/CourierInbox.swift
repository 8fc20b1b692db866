import Bellhop
import HTTPContract

/// What others tell the courier's loop, in order. One consumer, which is called once for all that comes until it looks.
final class CourierInbox<Item: Sendable>: Sendable {
  private let state = Guarded(InboxState())

  private struct InboxState {
    var items: [Item] = []
    /// The consumer has been called and has not looked since.
    var isCalled = false
    var consumer = Consumer.none
    var phase = InboxPhase.before
    var watchers: [CheckedContinuation<Void, Never>] = []
  }

  private enum Consumer: Sendable {
    case none
    case waiting(CheckedContinuation<Void, Never>)
    case hosted(any Host)
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
    let (taken, call) = state.withLock { state -> (Bool, Consumer) in
      guard state.phase == .open else { return (false, .none) }
      state.items.append(item)
      guard !state.isCalled else { return (true, .none) }
      state.isCalled = true
      let consumer = state.consumer
      if case .waiting = consumer { state.consumer = .none }
      return (true, consumer)
    }
    switch call {
    case .none: break
    case .waiting(let continuation): continuation.resume()
    case .hosted(let host): host.wake()
    }
    return taken
  }

  /// All that has come.
  func take() -> [Item] {
    state.withLock { state in
      state.isCalled = false
      guard !state.items.isEmpty else { return [] }
      var items: [Item] = []
      items.reserveCapacity(state.items.count)
      swap(&items, &state.items)
      return items
    }
  }

  /// From now on the consumer has its turns there; nil: it comes to ``news()`` itself.
  func move(to host: (any Host)?) { state.withLock { $0.consumer = host.map(Consumer.hosted) ?? .none } }

  /// Comes back when there is something to take.
  func news() async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if state.items.isEmpty, state.phase == .open {
          state.isCalled = false
          state.consumer = .waiting(continuation)
          return false
        }
        return true
      }
      if isReady { continuation.resume() }
    }
  }

  /// Takes nothing more; answers what was left.
  func close() -> [Item] {
    let (items, watchers) = state.withLock { state in
      state.phase = .closed
      state.consumer = .none
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
