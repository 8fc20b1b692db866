import Bellhop
import GatewayWire

/// The messages of one transport that are over there, and the visitor who takes them. What a visitor has not taken yet stands here and
/// nowhere else: who reads slowly, or not at all, fills no memory.
final class Session: Sendable {
  /// Bytes of messages that may be over there, or wait for a visitor who reads slowly.
  static let room = 16 << 20

  let key: Sessions.SessionKey
  private let state = Guarded(SessionState())

  private struct SessionState {
    /// The latest visitor: an earlier one's connection may be dead without anybody having noticed.
    var visitor: (number: Int, news: AsyncStream<Void>.Continuation)?
    var visits = 0
    /// In the order they were handed over; few, as a lane has few under way.
    var handed: [Handed] = []
    var budget = ByteBudget(Session.room)
    var numbers = 0
    var isClosed = false

    mutating func remove(where isMeant: (Handed) -> Bool) -> [Handed] {
      let removed = handed.filter(isMeant)
      handed.removeAll(where: isMeant)
      if !removed.isEmpty { budget = ByteBudget(Session.room - handed.reduce(0) { $0 + $1.size }) }
      return removed
    }
  }

  private struct Handed {
    var number: Int
    var message: Relayed
    var size: Int
    /// The number of the visitor who has taken it.
    var taken: Int?
    var since: ContinuousClock.Instant
    var answer: CheckedContinuation<Outcome, Never>
  }

  init(_ key: Sessions.SessionKey) { self.key = key }

  var isVisited: Bool { state.withLock { $0.visitor != nil } }
  /// Messages that are over there, or wait to be taken.
  var waiting: Int { state.withLock { $0.handed.count } }

  // MARK: From this side

  /// Comes back with what became of it there; without a visitor at once. In time, or when its task is cancelled, as unclear: it may have been
  /// heard. What is larger than ``GatewayWire/Relayed/largest`` goes to nobody, whether somebody is there or not.
  func hand(_ message: Relayed, within timeout: Duration) async -> Outcome {
    let size = message.json.bytes.count
    guard size <= Relayed.largest else {
      let line = "the message has \(size) bytes, and from gateway to gateway go \(Relayed.largest) at most: send less data"
      return .refused(Fault(.oversized, line))
    }
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
          guard state.budget.spend(size) else {
            return .postponed(
              Fault(.unavailable, "\(Self.room >> 20) MiB are on their way to the other gateway: it has to take them first"))
          }
          state.handed.append(Handed(number: number, message: message, size: size, since: .now, answer: answer))
          visitor.news.yield()
          return nil
        }
        if let refusal { answer.resume(returning: refusal) }
      }
    } onCancel: {
      end(number, .unclear(Fault(.interrupted, "given up while it was with the other gateway")))
    }
  }

  private func end(_ number: Int, _ outcome: Outcome) {
    let ended = state.withLock { $0.remove { $0.number == number } }
    for one in ended { one.answer.resume(returning: outcome) }
  }

  // MARK: From the other side

  /// Hears at once again of what it has not answered. Each message is printed when it is asked for.
  func visit() -> AsyncStream<[UInt8]> {
    let (news, pen) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let (number, earlier) = state.withLock { state in
      defer {
        state.visits += 1
        if !state.isClosed { state.visitor = (state.visits, pen) }
      }
      return (state.visits + 1, state.visitor?.news)
    }
    earlier?.finish()
    pen.onTermination = { [weak self] _ in self?.leave(number) }
    return AsyncStream {
      while true {
        switch self.next(for: number) {
        case .message(let message): return Printer.event(message)
        case .end: return nil
        case .nothing:
          var iterator = news.makeAsyncIterator()
          if await iterator.next() == nil { return nil }
        }
      }
    } onCancel: { [weak self] in
      self?.leave(number)
    }
  }

  private enum Next {
    case message(Relayed)
    case nothing
    case end
  }

  private func next(for visitor: Int) -> Next {
    state.withLock { state in
      guard state.visitor?.number == visitor else { return .end }
      guard let index = state.handed.firstIndex(where: { $0.taken != visitor }) else { return .nothing }
      state.handed[index].taken = visitor
      var message = state.handed[index].message
      message.age += ContinuousClock.now - state.handed[index].since
      return .message(message)
    }
  }

  private func leave(_ number: Int) {
    state.withLock { state in
      if state.visitor?.number == number { state.visitor = nil }
    }
  }

  /// What is not known here was answered before, or given up: it will be handed over again.
  func settle(_ fate: RelayedFate) {
    let settled = state.withLock { $0.remove { $0.message.id == fate.id } }
    for one in settled { one.answer.resume(returning: fate.outcome) }
  }

  func close() {
    let (visitor, handed) = state.withLock { state in
      state.isClosed = true
      defer { state.visitor = nil }
      return (state.visitor?.news, state.remove { _ in true })
    }
    visitor?.finish()
    for one in handed { one.answer.resume(returning: .unclear(Fault(.interrupted, "closed while it was with the other gateway"))) }
  }
}
