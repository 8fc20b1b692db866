import Bellhop
import GatewayWire

/// The messages of one transport that are over there, and the visitor who takes them.
final class Session: Sendable {
  let key: Sessions.SessionKey
  private let state = Guarded(SessionState())

  private struct SessionState {
    /// The latest visitor: an earlier one's connection may be dead without anybody having noticed.
    var visitor: (number: Int, stream: AsyncStream<[UInt8]>.Continuation)?
    var visits = 0
    /// In the order they were handed over; few, as a lane has few under way.
    var handed: [Handed] = []
    var numbers = 0
    var isClosed = false
  }

  private struct Handed {
    var number: Int
    var message: Relayed
    var since: ContinuousClock.Instant
    var answer: CheckedContinuation<Outcome, Never>
  }

  init(_ key: Sessions.SessionKey) { self.key = key }

  var isVisited: Bool { state.withLock { $0.visitor != nil } }

  // MARK: From this side

  /// Comes back with what became of it there; without a visitor at once. In time, or when its task is cancelled, as unclear: it may have been
  /// heard.
  func hand(_ message: Relayed, within timeout: Duration) async -> Outcome {
    let number = state.withLock { state in
      state.numbers += 1
      return state.numbers
    }
    let timer = Task {
      try await Task.sleep(for: timeout)
      end(number, .unclear(Fault(.timeout, "the other gateway took it and has not said what became of it within \(timeout.short)")))
    }
    defer { timer.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { answer in
        let refusal: Outcome? = state.withLock { state in
          if Task.isCancelled { return .postponed(Fault(.interrupted, "cancelled before it was handed over")) }
          guard let visitor = state.visitor else { return .postponed(Fault(.unreachable, "no gateway is connected for \(key.name)")) }
          state.handed.append(Handed(number: number, message: message, since: .now, answer: answer))
          visitor.stream.yield(Printer.event(message))
          return nil
        }
        if let refusal { answer.resume(returning: refusal) }
      }
    } onCancel: {
      end(number, .unclear(Fault(.interrupted, "given up while it was with the other gateway")))
    }
  }

  private func end(_ number: Int, _ outcome: Outcome) {
    let answer = state.withLock { state in
      state.handed.firstIndex { $0.number == number }.map { state.handed.remove(at: $0).answer }
    }
    answer?.resume(returning: outcome)
  }

  // MARK: From the other side

  /// Hears at once again of what it has not answered.
  func visit() -> AsyncStream<[UInt8]> {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
    let earlier = state.withLock { state in
      guard !state.isClosed else {
        continuation.finish()
        return AsyncStream<[UInt8]>.Continuation?.none
      }
      defer {
        state.visits += 1
        state.visitor = (state.visits, continuation)
        let number = state.visits
        continuation.onTermination = { [weak self] _ in self?.leave(number) }
      }
      for handed in state.handed {
        var message = handed.message
        message.age += ContinuousClock.now - handed.since
        continuation.yield(Printer.event(message))
      }
      return state.visitor?.stream
    }
    earlier?.finish()
    return stream
  }

  private func leave(_ number: Int) {
    state.withLock { state in
      if state.visitor?.number == number { state.visitor = nil }
    }
  }

  /// What is not known here was answered before, or given up: it will be handed over again.
  func settle(_ fate: RelayedFate) {
    let answers = state.withLock { state in
      let answers = state.handed.filter { $0.message.id == fate.id }.map(\.answer)
      state.handed.removeAll { $0.message.id == fate.id }
      return answers
    }
    for answer in answers { answer.resume(returning: fate.outcome) }
  }

  func close() {
    let (visitor, handed) = state.withLock { state in
      state.isClosed = true
      defer {
        state.visitor = nil
        state.handed = []
      }
      return (state.visitor?.stream, state.handed)
    }
    visitor?.finish()
    for one in handed { one.answer.resume(returning: .unclear(Fault(.interrupted, "closed while it was with the other gateway"))) }
  }
}
