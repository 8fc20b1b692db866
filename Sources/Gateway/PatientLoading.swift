import Bellhop
import Dispatch

/// Reads a configuration on a thread of its own, and waits for it only so long: a file on a network that has gone keeps its reader for ever,
/// and the gateway is not to wait with it.
final class PatientLoading: Sendable {
  enum LoadingResult: Sendable {
    case read(Loaded)
    /// It goes on, and what it brings is not taken any more.
    case hangs
    /// An earlier one hangs still.
    case underWay
  }

  private let limit: DispatchTimeInterval
  private let read: @Sendable (String) -> Loaded
  private let isBusy = Guarded(false)

  init(limit: DispatchTimeInterval = .seconds(5), read: @escaping @Sendable (String) -> Loaded = { Gateway.load($0) }) {
    self.limit = limit
    self.read = read
  }

  func load(_ path: String) async -> LoadingResult {
    let isFirst = isBusy.withLock { busy in
      defer { busy = true }
      return !busy
    }
    guard isFirst else { return .underWay }
    return await withCheckedContinuation { continuation in
      let waiting = Guarded<CheckedContinuation<LoadingResult, Never>?>(continuation)
      // Whoever comes first answers, once.
      let queue = DispatchQueue.global()
      queue.async { [isBusy, read] in
        let loaded = read(path)
        isBusy.withLock { $0 = false }
        waiting.withLock { $0.take() }?.resume(returning: .read(loaded))
      }
      queue.asyncAfter(deadline: .now() + limit) { waiting.withLock { $0.take() }?.resume(returning: .hangs) }
    }
  }
}
