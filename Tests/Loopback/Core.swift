import Bellhop
import Glibc

/// What the threads of a server share.
final class Core: Sendable {
  struct State {
    var requests: [Recorded] = []
    var accepted = 0
    var open: Set<Int32> = []
    var released = false
    var stopped = false
    var waiters: [Int: (met: @Sendable (State) -> Bool, continuation: CheckedContinuation<Void, Never>)] = [:]
    var nextWaiter = 0

    /// Takes out the waiters whose wish has come true.
    mutating func content() -> [CheckedContinuation<Void, Never>] {
      let met = waiters.filter { stopped || $0.value.met(self) }
      for key in met.keys { waiters[key] = nil }
      return met.values.map(\.continuation)
    }
  }

  let state = Guarded(State())
  let behave: (@Sendable (Recorded) -> Behaviour)?
  private let listener: Int32
  private let path: String?

  /// Without `behave`, connections are closed as soon as they come.
  init(_ listener: Int32, path: String? = nil, _ behave: (@Sendable (Recorded) -> Behaviour)?) {
    self.listener = listener
    self.path = path
    self.behave = behave
    Thread.start { [self] in accept() }
  }

  private func accept() {
    while true {
      let fd = Glibc.accept(listener, nil, nil)
      guard fd >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      _ = fcntl(fd, F_SETFD, FD_CLOEXEC)
      let number: Int? = update {
        guard !$0.stopped else { return nil }
        $0.accepted += 1
        if behave != nil { $0.open.insert(fd) }
        return $0.accepted
      }
      guard let number, let behave else {
        close(fd)
        continue
      }
      Thread.start { [self] in
        Connection(fd: fd, number: number, core: self, behave: behave).serve()
        // Out of the set first: `stop` must not shut down a number that the system has given to somebody else.
        update { _ = $0.open.remove(fd) }
        // A child process may have inherited the descriptor: then `close` alone would not end the connection.
        shutdown(fd, Int32(SHUT_RDWR))
        close(fd)
      }
    }
    close(listener)
  }

  @discardableResult
  func update<T: Sendable>(_ change: (inout State) -> T) -> T {
    let (result, content) = state.withLock { state in
      let result = change(&state)
      return (result, state.content())
    }
    for waiter in content { waiter.resume() }
    return result
  }

  func wait(_ limit: Duration, until met: @escaping @Sendable (State) -> Bool) async {
    let key = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    let alarm = Task {
      try? await Task.sleep(for: limit)
      state.withLock { $0.waiters.removeValue(forKey: key) }?.continuation.resume()
    }
    await withCheckedContinuation { continuation in
      let now = state.withLock { state in
        if state.stopped || met(state) { return true }
        state.waiters[key] = (met, continuation)
        return false
      }
      if now { continuation.resume() }
    }
    alarm.cancel()
  }

  func release() { update { $0.released = true } }

  var over: Bool { state.withLock { $0.stopped } }
  var released: Bool { state.withLock { $0.released || $0.stopped } }

  func stop() {
    let first = update { state in
      defer { state.stopped = true }
      if !state.stopped { for fd in state.open { shutdown(fd, Int32(SHUT_RDWR)) } }
      return !state.stopped
    }
    guard first else { return }
    // Wakes the thread in `accept`, which closes the listener itself.
    shutdown(listener, Int32(SHUT_RDWR))
    if let path { unlink(path) }
  }
}
